//! One finding a credential: a lesser part of it, the id beside a secret, is told with the secret.
//!
//! Owns: which findings are told elsewhere. Leaves to others: which matches are parts of one
//! credential (`tightlip-detect`).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use tightlip_model::{BlobId, Companion, Finding, Origin, PathBytes, Secret};

/// What tells a part from all others: where it stands, the rule that found it, and itself.
type Part<'a> = (Place<'a>, &'a str, &'a Secret);

type Place<'a> = (&'a PathBytes, &'a PathBytes, Origin, Option<BlobId>);

/// Takes those findings out that a graver one of the same place names as a part of its credential, and
/// returns them. One that counts is not told with one that does not.
pub(crate) fn fold(findings: &mut Vec<Finding>) -> Vec<Finding> {
    let is_told = told(findings);
    if !is_told.contains(&true) {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let mut kept = Vec::with_capacity(findings.len());
    for (finding, is_told) in findings.drain(..).zip(is_told) {
        if is_told { parts.push(finding) } else { kept.push(finding) }
    }
    *findings = kept;
    parts
}

/// For each finding whether another one tells it: the gravest first, as what is told itself tells of
/// no other.
fn told(findings: &[Finding]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|&at| findings.get(at).map(|finding| Reverse(finding.rule.severity)));
    let mut tellers: BTreeMap<Part<'_>, bool> = BTreeMap::new();
    let mut told = vec![false; findings.len()];
    for at in order {
        let (Some(finding), Some(is_told)) = (findings.get(at), told.get_mut(at)) else { continue };
        let counts = finding.suppression.is_none();
        let by = tellers.get(&part(finding));
        *is_told = by.is_some_and(|teller_counts| *teller_counts || !counts);
        if !*is_told {
            for companion in lesser(finding) {
                let part = (place(finding), companion.rule.id.as_str(), &companion.secret);
                *tellers.entry(part).or_default() |= counts;
            }
        }
    }
    told
}

fn lesser(finding: &Finding) -> impl Iterator<Item = &Companion> {
    finding.companions.iter().filter(|part| part.rule.severity < finding.rule.severity)
}

fn part(finding: &Finding) -> Part<'_> {
    (place(finding), &finding.rule.id, &finding.secret)
}

/// Where a finding stands; for what has no path, the commit or blob that holds it.
fn place(finding: &Finding) -> Place<'_> {
    let provenance = &finding.provenance;
    let is_unnamed = provenance.path.as_bytes().is_empty();
    let commit = provenance.commit.as_ref().map(|commit| commit.id);
    let apart = commit.or(provenance.blob).filter(|_| is_unnamed);
    (&provenance.repository, &provenance.path, provenance.origin, apart)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tightlip_model::*;

    use super::*;

    fn rule(id: &str, severity: Severity) -> Arc<RuleInfo> {
        let (id, kind) = (id.to_owned(), Kind::ServiceAccount);
        let [title, provider, revoke, link] = [(); 4].map(|()| String::new());
        Arc::new(RuleInfo { id, title, provider, kind, severity, revoke, link })
    }

    fn finding(id: &str, severity: Severity, path: &str, companions: &[&Finding]) -> Finding {
        let at = Location {
            line: Line(1),
            column: Column(1),
            end_line: Line(1),
            end_column: Column(2),
            start: 0,
            end: 1,
        };
        let companions = companions.iter().map(|part| Companion {
            rule: part.rule.clone(),
            location: part.location,
            secret: part.secret.clone(),
            fingerprint: part.fingerprint.clone(),
        });
        Finding {
            rule: rule(id, severity),
            provenance: Provenance::at(Origin::File, path),
            location: at,
            secret: Secret::new(id.as_bytes()),
            fingerprint: Fingerprint(format!("v1-{id}")),
            proof: Proof::Form,
            confidence: Confidence::High,
            severity,
            evidence: Vec::new(),
            decoded: Vec::new(),
            companions: companions.collect(),
            alternatives: Vec::new(),
            transforms: Vec::new(),
            excerpt: None,
            occurrences: 1,
            status: Status::New,
            suppression: None,
        }
    }

    fn ids(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|finding| finding.rule.id.as_str()).collect()
    }

    #[test]
    fn an_id_is_told_with_its_secret_and_an_equal_part_on_its_own() {
        let id = finding("id", Severity::Medium, "a", &[]);
        let second = finding("second", Severity::Critical, "a", &[]);
        let secret = finding("secret", Severity::Critical, "a", &[&id, &second]);
        let mut all = vec![id, second, secret];
        let parts = fold(&mut all);
        assert_eq!(ids(&all), ["second", "secret"]);
        assert_eq!(ids(&parts), ["id"]);
    }

    #[test]
    fn an_id_of_another_file_or_beside_a_suppressed_secret_stays_a_finding() {
        let id = finding("id", Severity::Medium, "a", &[]);
        let mut secret = finding("secret", Severity::Critical, "b", &[&id]);
        let mut all = vec![id.clone(), secret.clone()];
        assert!(fold(&mut all).is_empty());
        secret.provenance = id.provenance.clone();
        secret.suppression = Some(Suppression::Baseline { reason: String::new() });
        let mut all = vec![id, secret];
        assert!(fold(&mut all).is_empty());
    }

    #[test]
    fn what_is_told_itself_tells_of_nothing() {
        let id = finding("id", Severity::Low, "a", &[]);
        let token = finding("token", Severity::High, "a", &[&id]);
        let secret = finding("secret", Severity::Critical, "a", &[&token]);
        let mut all = vec![id, token, secret];
        assert_eq!(ids(&fold(&mut all)), ["token"]);
    }
}
