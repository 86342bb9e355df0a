//! Hits to findings: in every place where the blob stands, once a secret and file of a repository.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tightlip_detect::Scanner;
use tightlip_model::{
    BlobId, Ended, Finding, Found, Location, Origin, PathBytes, Provenance, Reach, RuleId,
    ScanKind, Secret, Status,
};

use crate::hit::Hit;
use crate::ledger::{Gathered, named_blob};

/// Gives each hit the places the source named for its blob; a hit in several becomes several.
pub(crate) fn place(hits: Vec<Hit>, found: &[Found]) -> Vec<Hit> {
    let mut places: HashMap<BlobId, Vec<&Provenance>> = HashMap::new();
    found.iter().for_each(|one| places.entry(one.blob).or_default().push(&one.provenance));
    let put = |hit: Hit| -> Vec<Hit> {
        match hit.unplaced().and_then(|blob| places.get(&blob)) {
            None => vec![hit],
            Some(known) => known.iter().filter_map(|place| hit.at(place)).collect(),
        }
    };
    hits.into_iter().flat_map(put).collect()
}

/// Calls what went wrong or was left out by a path where only the id of its blob was known.
pub(crate) fn name(gathered: &mut Gathered, found: &[Found]) {
    let mut paths: HashMap<BlobId, &Provenance> = HashMap::new();
    for one in found.iter().filter(|one| !one.provenance.path.as_bytes().is_empty()) {
        paths.entry(one.blob).or_insert(&one.provenance);
    }
    let named = |name: &[u8]| {
        let (blob, rest) = named_blob(name)?;
        let place = paths.get(&blob)?;
        Some([place.path.as_bytes(), rest].concat())
    };
    for problem in &mut gathered.coverage.problems {
        if let Some(path) = named(problem.subject.as_bytes()) {
            problem.subject = PathBytes(path);
        }
    }
    for (_, name) in &mut gathered.skipped {
        if let Some(path) = named(name) {
            *name = path;
        }
    }
}

/// What makes two hits of a history the same finding.
type Key = (PathBytes, PathBytes, Origin, RuleId, Secret, Option<BlobId>);

fn key(hit: &Hit) -> Key {
    let provenance = &hit.provenance;
    // A message has no path: the commit stands for it.
    let unnamed = provenance.path.as_bytes().is_empty();
    let commit = provenance.commit.as_ref().map(|commit| commit.id).filter(|_| unnamed);
    let apart = commit.or(provenance.blob.filter(|_| unnamed));
    (
        provenance.repository.clone(),
        provenance.path.clone(),
        provenance.origin,
        hit.rule,
        hit.secret.clone(),
        apart,
    )
}

/// The findings of a run, in the order of the report. Of the many versions of a file that hold a
/// secret, one speaks for all: it shows where the secret stands now, or stood when it came, and names
/// the commit that brought it.
pub(crate) fn findings(hits: Vec<Hit>, kind: ScanKind, scanner: &Scanner) -> Vec<Finding> {
    let mut found: Vec<Finding> = match kind {
        ScanKind::Diff | ScanKind::History => versions(hits, scanner),
        _ => hits.into_iter().filter_map(|hit| finding(hit, 1, scanner)).collect(),
    };
    found.sort_by(|a, b| order(a).cmp(&order(b)));
    // A file may be named twice, by itself and by its folder.
    found.dedup_by(|a, b| order(a) == order(b));
    found
}

fn versions(hits: Vec<Hit>, scanner: &Scanner) -> Vec<Finding> {
    let mut groups: BTreeMap<Key, Vec<Hit>> = BTreeMap::new();
    let said = said(&hits);
    let echoes = |hit: &Hit| {
        hit.provenance.origin == Origin::Ref && said.contains(&(hit.rule, hit.secret.clone()))
    };
    hits.into_iter()
        .filter(|hit| !echoes(hit))
        .for_each(|hit| groups.entry(key(&hit)).or_default().push(hit));
    groups.into_values().filter_map(|group| merged(group, scanner)).collect()
}

/// What messages say: a reflog repeats the first line of a commit's message, which is no further leak.
fn said(hits: &[Hit]) -> BTreeSet<(RuleId, Secret)> {
    let messages = hits.iter().filter(|hit| hit.provenance.origin == Origin::CommitMessage);
    messages.map(|hit| (hit.rule, hit.secret.clone())).collect()
}

fn merged(mut group: Vec<Hit>, scanner: &Scanner) -> Option<Finding> {
    group.sort_by_key(firmness);
    let occurrences = group.len() as u64;
    let first = group.iter().filter_map(|hit| hit.provenance.commit.as_ref());
    let first = first.min_by_key(|commit| (commit.seconds, commit.id)).cloned();
    let ended = ended(&group);
    let mut shown = group.into_iter().next()?;
    shown.provenance.ended = ended;
    shown.provenance.commit = first.or(shown.provenance.commit);
    finding(shown, occurrences, scanner)
}

/// How the stay of a secret ended that these versions of a file held: with the newest of them, unless
/// one that a ref reaches did not end.
fn ended(group: &[Hit]) -> Option<Ended> {
    let is_held = |hit: &&Hit| hit.provenance.reach.is_some_and(|reach| reach <= Reach::Ref);
    let ends = group.iter().filter(is_held).map(|hit| hit.provenance.ended.as_ref());
    let ends = ends.collect::<Option<Vec<_>>>()?;
    ends.into_iter().max_by_key(|ended| (ended.removed.seconds, ended.removed.id)).cloned()
}

/// Orders the versions of a file: those HEAD has first, then by the commit that brought them.
fn firmness(hit: &Hit) -> (Reach, i64, Option<BlobId>, Location) {
    let provenance = &hit.provenance;
    let reach = provenance.reach.unwrap_or(Reach::Unreachable);
    let seconds = provenance.commit.as_ref().map_or(i64::MAX, |commit| commit.seconds);
    (reach, seconds, provenance.blob, hit.location)
}

fn finding(hit: Hit, occurrences: u64, scanner: &Scanner) -> Option<Finding> {
    let line = hit.excerpt.as_ref().map_or("", |excerpt| excerpt.text.as_str());
    let place = [hit.provenance.path.as_bytes(), b"\n", line.as_bytes()].concat();
    let alike = scanner.alike(hit.rule, hit.secret.reveal(), hit.proof, &place);
    Some(Finding {
        alternatives: alike.into_iter().filter_map(|id| scanner.info(id).cloned()).collect(),
        rule: scanner.info(hit.rule)?.clone(),
        provenance: hit.provenance,
        location: hit.location,
        secret: hit.secret,
        fingerprint: hit.fingerprint,
        proof: hit.proof,
        confidence: hit.confidence,
        severity: hit.severity,
        evidence: hit.evidence,
        decoded: hit.decoded,
        companions: hit.companions,
        transforms: hit.transforms,
        excerpt: hit.excerpt,
        occurrences,
        status: Status::New,
        suppression: hit.inline,
    })
}

type Order<'a> = (
    &'a PathBytes,
    &'a PathBytes,
    Origin,
    Location,
    &'a str,
    &'a Secret,
    Option<BlobId>,
    Option<BlobId>,
);

fn order(finding: &Finding) -> Order<'_> {
    let provenance = &finding.provenance;
    (
        &provenance.repository,
        &provenance.path,
        provenance.origin,
        finding.location,
        &finding.rule.id,
        &finding.secret,
        provenance.commit.as_ref().map(|commit| commit.id),
        provenance.blob,
    )
}
