//! Masking: the only place of this crate that sees the bytes of a secret.
//!
//! Owns: turning a finding into what may be shown of it, and clearing its secret and those of the
//! findings before it out of all text (a path, a commit message, the message of a problem). Leaves to
//! the engine, which sees all findings at once: clearing out those that follow, and masking the line
//! of the excerpt, where it alone knows the encoded bytes.

use std::collections::BTreeMap;
use std::ops::Bound::{Included, Unbounded};

use tightlip_model::{
    Companion, Coverage, Excerpt, Finding, Origin, PathBytes, Problem, Provenance, RepositoryScan,
    ScanInfo, Secret, Summary, Suppression,
};

use crate::shown::{Shown, ShownPart, ShownSecret};

/// A secret of fewer bytes is left alone in the text around other findings: `password` may well be
/// someone's password, and a report whose paths lack it would be of no use.
const LEAST: usize = 12;

/// What stands between the formats and the secrets. It holds them in the clear: no `Debug`.
pub(crate) struct Veil {
    lifted: bool,
    known: BTreeMap<Box<[u8]>, Secret>,
}

impl Veil {
    pub(crate) fn new(show_secrets: bool) -> Self {
        Self { lifted: show_secrets, known: BTreeMap::new() }
    }

    /// Makes a secret known, so that no text shows it from now on.
    pub(crate) fn learn(&mut self, secret: &Secret) {
        let bytes = secret.reveal();
        if !self.lifted && bytes.len() >= LEAST && !self.known.contains_key(bytes) {
            self.known.insert(bytes.into(), secret.clone());
        }
    }

    /// What may be shown of a finding.
    pub(crate) fn shown<'a>(&self, finding: &'a Finding) -> Shown<'a> {
        let own = Own { secret: &finding.secret, origin: finding.provenance.origin };
        let text = |text: &String| self.text(text, Some(own));
        Shown {
            rule: &finding.rule,
            provenance: self.provenance(&finding.provenance, own),
            location: finding.location,
            secret: self.secret(&finding.secret),
            fingerprint: &finding.fingerprint,
            proof: finding.proof,
            confidence: finding.confidence,
            severity: finding.severity,
            evidence: finding.evidence.iter().map(text).collect(),
            decoded: finding.decoded.iter().map(|(k, v)| (k.clone(), text(v))).collect(),
            companions: finding.companions.iter().map(|part| self.part(part)).collect(),
            alternatives: &finding.alternatives,
            transforms: &finding.transforms,
            excerpt: finding.excerpt.as_ref().and_then(|excerpt| self.excerpt(excerpt, own)),
            occurrences: finding.occurrences,
            status: finding.status,
            suppression: finding.suppression.as_ref().map(|why| self.suppression(why, own)),
        }
    }

    fn part<'a>(&self, part: &'a Companion) -> ShownPart<'a> {
        let Companion { rule, location, secret, fingerprint } = part;
        ShownPart { rule, location: *location, secret: self.secret(secret), fingerprint }
    }

    fn secret(&self, secret: &Secret) -> ShownSecret {
        if !self.lifted {
            return ShownSecret { text: secret.masked(), bytes: None };
        }
        let bytes = secret.reveal();
        let text = String::from_utf8_lossy(bytes).into_owned();
        let exact = text.as_bytes() == bytes;
        ShownSecret { text, bytes: (!exact).then(|| bytes.to_vec()) }
    }

    fn provenance(&self, from: &Provenance, own: Own<'_>) -> Provenance {
        let bytes = |text: &[u8]| self.bytes(text, Some(own));
        let mut to = from.clone();
        to.path = PathBytes(bytes(from.path.as_bytes()));
        to.repository = PathBytes(bytes(from.repository.as_bytes()));
        to.refs = from.refs.iter().map(|name| self.text(name, Some(own))).collect();
        for commit in to.commits_mut() {
            commit.author = bytes(&commit.author);
            commit.email = bytes(&commit.email);
            commit.summary = bytes(&commit.summary);
        }
        to
    }

    fn suppression(&self, why: &Suppression, own: Own<'_>) -> Suppression {
        let reason = self.text(why.reason(), Some(own));
        match why {
            Suppression::Inline { mark, .. } => {
                Suppression::Inline { mark: self.text(mark, Some(own)), reason }
            }
            Suppression::Allowlist { .. } => Suppression::Allowlist { reason },
            Suppression::Baseline { .. } => Suppression::Baseline { reason },
        }
    }

    /// The excerpt with what the engine cannot have missed cleared once more, the marked part kept
    /// apart so that it stays marked; `None` when its offsets do not fit its text.
    fn excerpt(&self, excerpt: &Excerpt, own: Own<'_>) -> Option<Excerpt> {
        let before = excerpt.text.get(..excerpt.start)?;
        let marked = excerpt.text.get(excerpt.start..excerpt.end)?;
        let after = excerpt.text.get(excerpt.end..)?;
        let own = Some(Own { origin: Origin::File, ..own });
        let mut text = self.text(before, own);
        let start = text.len();
        text.push_str(&self.text(marked, own));
        let end = text.len();
        text.push_str(&self.text(after, own));
        (self.text(&text, own) == text).then_some(Excerpt { text, start, end })
    }

    /// The scan's own description, cleared.
    pub(crate) fn scan(&self, scan: &ScanInfo) -> ScanInfo {
        let text = |text: &String| self.text(text, None);
        ScanInfo {
            kind: scan.kind,
            targets: scan.targets.iter().map(text).collect(),
            repository: scan.repository.as_ref().map(text),
            revision: scan.revision.clone(),
            branch: scan.branch.as_ref().map(text),
        }
    }

    /// The end of the run, cleared.
    pub(crate) fn summary(&self, summary: &Summary) -> Summary {
        let problems = summary.coverage.problems.iter();
        let cleared = problems.map(|problem| Problem {
            subject: self.path(&problem.subject),
            message: self.text(&problem.message, None),
            repository: self.path(&problem.repository),
        });
        let repositories = summary.repositories.iter().map(|one| RepositoryScan {
            name: self.path(&one.name),
            address: one.address.as_ref().map(|text| self.text(text, None)),
            branch: one.branch.as_ref().map(|text| self.text(text, None)),
            ..one.clone()
        });
        Summary {
            repositories: repositories.collect(),
            coverage: Coverage { problems: cleared.collect(), ..summary.coverage.clone() },
            notes: summary.notes.iter().map(|note| self.text(note, None)).collect(),
            ..summary.clone()
        }
    }

    fn path(&self, path: &PathBytes) -> PathBytes {
        PathBytes(self.bytes(path.as_bytes(), None))
    }

    fn text(&self, text: &str, own: Option<Own<'_>>) -> String {
        match String::from_utf8(self.bytes(text.as_bytes(), own)) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }
    }

    fn bytes(&self, text: &[u8], own: Option<Own<'_>>) -> Vec<u8> {
        if self.lifted {
            return text.to_vec();
        }
        let mut cleared = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((&byte, after)) = rest.split_first() {
            if let Some(secret) = self.at(rest, own) {
                cleared.extend_from_slice(secret.masked().as_bytes());
                rest = rest.get(secret.reveal().len()..).unwrap_or_default();
            } else {
                cleared.push(byte);
                rest = after;
            }
        }
        cleared
    }

    /// The longest secret that `text` begins with.
    fn at<'a>(&'a self, text: &[u8], own: Option<Own<'a>>) -> Option<&'a Secret> {
        let own = own.filter(Own::is_to_be_cleared).map(|own| own.secret);
        let own = own.filter(|own| text.starts_with(own.reveal()));
        self.longest_known(text).or(own)
    }

    /// The longest known secret that `text` begins with. It sorts before `text`, and so do only such
    /// others that share less with `text` or more than it: each step drops what cannot be shared.
    fn longest_known(&self, text: &[u8]) -> Option<&Secret> {
        let mut limit = text;
        while limit.len() >= LEAST {
            let (known, secret) =
                self.known.range::<[u8], _>((Unbounded, Included(limit))).next_back()?;
            let shared = known.iter().zip(limit).take_while(|(one, other)| one == other).count();
            if shared == known.len() {
                return Some(secret);
            }
            limit = limit.get(..shared)?;
        }
        None
    }
}

/// The secret of the finding whose text is being cleared.
#[derive(Debug, Clone, Copy)]
struct Own<'a> {
    secret: &'a Secret,
    origin: Origin,
}

impl Own<'_> {
    /// A short secret is cleared only where the text around it is the place it was found in.
    fn is_to_be_cleared(&self) -> bool {
        let len = self.secret.reveal().len();
        let is_the_place =
            !matches!(self.origin, Origin::File | Origin::Stdin | Origin::Index | Origin::Blob);
        len >= LEAST || (len > 0 && is_the_place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleared(secrets: &[&str], text: &str) -> String {
        let mut veil = Veil::new(false);
        secrets.iter().for_each(|secret| veil.learn(&Secret::new(secret.as_bytes())));
        veil.text(text, None)
    }

    #[test]
    fn of_secrets_that_begin_alike_the_longest_is_cleared() {
        let secrets = ["demo-aaaaaaaaaaaa", "demo-aaaaaaaaaaaa-bbbb", "demo-aaaaaaaaaaaa-cccc"];
        assert_eq!(cleared(&secrets, "x demo-aaaaaaaaaaaa-bbbb."), "x demo********.");
        assert_eq!(cleared(&secrets, "demo-aaaaaaaaaaaa-bbxx"), "de********-bbxx");
        assert_eq!(cleared(&secrets, "demo-aaaaaaaaaaaa-d"), "de********-d");
    }

    #[test]
    fn secrets_side_by_side_are_both_cleared() {
        let secrets = ["first-secret-of-two", "second-secret-of-two"];
        let text = cleared(&secrets, "first-secret-of-twosecond-secret-of-two");
        assert_eq!(text, "fi********seco********");
    }

    #[test]
    fn text_without_a_secret_is_left_alone() {
        assert_eq!(cleared(&["first-secret-of-two"], "first-secret-of-tw"), "first-secret-of-tw");
        assert_eq!(cleared(&[], "größe"), "größe");
    }
}
