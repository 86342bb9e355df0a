//! The records of the JSON formats: their fields, their names, their order.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use tightlip_model::{
    Commit, Confidence, Coverage, Problem, RuleInfo, Severity, Summary, Suppression, Timestamp,
};

use crate::layout::Closing;
use crate::shown::{Shown, ShownPart};
use crate::tally::Tally;

/// The tool that wrote a report.
#[derive(Debug, Serialize)]
pub(crate) struct ToolRecord<'a> {
    pub(crate) name: &'static str,
    pub(crate) version: &'a str,
}

/// A finding. An empty text that stands for "none" is left out.
#[derive(Debug, Serialize)]
pub(crate) struct FindingRecord<'a> {
    rule: &'a str,
    title: &'a str,
    provider: &'a str,
    kind: &'static str,
    severity: &'static str,
    confidence: &'static str,
    proof: &'static str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    origin: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    repository: String,
    line: u64,
    column: u64,
    end_line: u64,
    end_column: u64,
    start: u64,
    end: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<CommitRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<CommitRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<CommitRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reach: Option<&'static str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    refs: &'a [String],
    secret: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_bytes: Option<String>,
    fingerprint: &'a str,
    evidence: &'a [String],
    #[serde(serialize_with = "as_map")]
    decoded: &'a [(String, String)],
    companions: Vec<PartRecord<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<AlternativeRecord<'a>>,
    transforms: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<ExcerptRecord<'a>>,
    occurrences: u64,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppression: Option<SuppressionRecord<'a>>,
    revoke: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    link: &'a str,
}

/// A rule of another provider whose credentials look the same.
#[derive(Debug, Serialize)]
struct AlternativeRecord<'a> {
    rule: &'a str,
    title: &'a str,
    provider: &'a str,
}

impl<'a> AlternativeRecord<'a> {
    fn new(rule: &'a RuleInfo) -> Self {
        Self { rule: &rule.id, title: &rule.title, provider: &rule.provider }
    }
}

/// Another part of the finding's credential.
#[derive(Debug, Serialize)]
struct PartRecord<'a> {
    rule: &'a str,
    title: &'a str,
    line: u64,
    column: u64,
    end_line: u64,
    end_column: u64,
    start: u64,
    end: u64,
    secret: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_bytes: Option<String>,
    fingerprint: &'a str,
}

impl<'a> PartRecord<'a> {
    fn new(part: &'a ShownPart<'_>) -> Self {
        let at = part.location;
        Self {
            rule: &part.rule.id,
            title: &part.rule.title,
            line: at.line.0,
            column: at.column.0,
            end_line: at.end_line.0,
            end_column: at.end_column.0,
            start: at.start,
            end: at.end,
            secret: &part.secret.text,
            secret_bytes: part.secret.bytes.as_ref().map(|bytes| STANDARD.encode(bytes)),
            fingerprint: &part.fingerprint.0,
        }
    }
}

#[derive(Debug, Serialize)]
struct CommitRecord {
    id: String,
    author: String,
    email: String,
    date: String,
    summary: String,
}

#[derive(Debug, Serialize)]
struct ExcerptRecord<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

#[derive(Debug, Serialize)]
struct SuppressionRecord<'a> {
    kind: &'static str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<&'a str>,
}

impl<'a> FindingRecord<'a> {
    pub(crate) fn new(shown: &'a Shown<'_>) -> Self {
        let provenance = &shown.provenance;
        let at = &shown.location;
        let ended = provenance.ended.as_ref();
        Self {
            rule: &shown.rule.id,
            title: &shown.rule.title,
            provider: &shown.rule.provider,
            kind: shown.rule.kind.as_str(),
            severity: shown.severity.as_str(),
            confidence: shown.confidence.as_str(),
            proof: shown.proof.as_str(),
            path: provenance.path.to_text(),
            path_bytes: match provenance.path.as_str() {
                Some(_) => None,
                None => Some(STANDARD.encode(provenance.path.as_bytes())),
            },
            origin: provenance.origin.as_str(),
            repository: provenance.repository.to_text(),
            line: at.line.0,
            column: at.column.0,
            end_line: at.end_line.0,
            end_column: at.end_column.0,
            start: at.start,
            end: at.end,
            commit: provenance.commit.as_ref().map(CommitRecord::new),
            last: ended.map(|ended| CommitRecord::new(&ended.last)),
            removed: ended.map(|ended| CommitRecord::new(&ended.removed)),
            blob: provenance.blob.map(|blob| blob.to_string()),
            reach: provenance.reach.map(|reach| reach.as_str()),
            refs: &provenance.refs,
            secret: &shown.secret.text,
            secret_bytes: shown.secret.bytes.as_ref().map(|bytes| STANDARD.encode(bytes)),
            fingerprint: &shown.fingerprint.0,
            evidence: &shown.evidence,
            decoded: &shown.decoded,
            companions: shown.companions.iter().map(PartRecord::new).collect(),
            alternatives: shown.alternatives.iter().map(|r| AlternativeRecord::new(r)).collect(),
            transforms: shown.transforms.iter().map(|one| one.as_str()).collect(),
            excerpt: shown.excerpt.as_ref().map(|excerpt| ExcerptRecord {
                text: &excerpt.text,
                start: excerpt.start,
                end: excerpt.end,
            }),
            occurrences: shown.occurrences,
            status: shown.status.as_str(),
            suppression: shown.suppression.as_ref().map(SuppressionRecord::new),
            revoke: &shown.rule.revoke,
            link: &shown.rule.link,
        }
    }
}

impl CommitRecord {
    fn new(commit: &Commit) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            id: commit.id.to_string(),
            author: text(&commit.author),
            email: text(&commit.email),
            date: Timestamp(commit.seconds).to_string(),
            summary: text(&commit.summary),
        }
    }
}

impl<'a> SuppressionRecord<'a> {
    fn new(why: &'a Suppression) -> Self {
        let mark = match why {
            Suppression::Inline { mark, .. } => Some(mark.as_str()),
            Suppression::Allowlist { .. } | Suppression::Baseline { .. } => None,
        };
        Self { kind: why.as_str(), reason: why.reason(), mark }
    }
}

/// What was looked at, and whether all of it was read.
#[derive(Debug, Serialize)]
pub(crate) struct ScanRecord<'a> {
    kind: &'static str,
    targets: &'a [String],
    repository: Option<&'a str>,
    revision: Option<&'a str>,
    branch: Option<&'a str>,
    complete: bool,
    coverage: CoverageRecord<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    repositories: Vec<RepositoryRecord<'a>>,
    errors: Vec<ErrorRecord<'a>>,
    notes: &'a [String],
}

/// One of several repositories.
#[derive(Debug, Serialize)]
struct RepositoryRecord<'a> {
    repository: String,
    address: Option<&'a str>,
    revision: Option<&'a str>,
    branch: Option<&'a str>,
    complete: bool,
    coverage: CoverageRecord<'a>,
}

#[derive(Debug, Serialize)]
struct CoverageRecord<'a> {
    refs: u64,
    commits: u64,
    objects: u64,
    blobs: u64,
    bytes: u64,
    #[serde(serialize_with = "as_counts")]
    skipped: &'a Coverage,
    shallow: bool,
    partial: bool,
}

#[derive(Debug, Serialize)]
struct ErrorRecord<'a> {
    #[serde(skip_serializing_if = "String::is_empty")]
    repository: String,
    path: String,
    message: &'a str,
}

impl<'a> ScanRecord<'a> {
    pub(crate) fn new(closing: &'a Closing<'_>) -> Self {
        let Closing { scan, summary, .. } = closing;
        let coverage = &summary.coverage;
        Self {
            kind: scan.kind.as_str(),
            targets: &scan.targets,
            repository: scan.repository.as_deref(),
            revision: scan.revision.as_deref(),
            branch: scan.branch.as_deref(),
            complete: coverage.is_complete(),
            coverage: CoverageRecord::new(coverage),
            repositories: repositories(summary),
            errors: coverage.problems.iter().map(ErrorRecord::new).collect(),
            notes: &summary.notes,
        }
    }
}

/// What was looked at of each repository, where there are several.
fn repositories(summary: &Summary) -> Vec<RepositoryRecord<'_>> {
    let each = summary.repositories.iter().map(|one| RepositoryRecord {
        repository: one.name.to_text(),
        address: one.address.as_deref(),
        revision: one.revision.as_deref(),
        branch: one.branch.as_deref(),
        complete: summary.is_whole(one),
        coverage: CoverageRecord::new(&one.coverage),
    });
    each.collect()
}

impl<'a> CoverageRecord<'a> {
    fn new(coverage: &'a Coverage) -> Self {
        Self {
            refs: coverage.refs,
            commits: coverage.commits,
            objects: coverage.objects,
            blobs: coverage.blobs,
            bytes: coverage.bytes,
            skipped: coverage,
            shallow: coverage.shallow,
            partial: coverage.partial,
        }
    }
}

impl<'a> ErrorRecord<'a> {
    fn new(problem: &'a Problem) -> Self {
        Self {
            repository: problem.repository.to_text(),
            path: problem.subject.to_text(),
            message: &problem.message,
        }
    }
}

/// How many findings there are; every grade is named, also those of which there is none.
#[derive(Debug, Serialize)]
pub(crate) struct SummaryRecord<'a> {
    findings: u64,
    suppressed: u64,
    #[serde(serialize_with = "by_severity")]
    by_severity: &'a Tally,
    #[serde(serialize_with = "by_confidence")]
    by_confidence: &'a Tally,
}

impl<'a> SummaryRecord<'a> {
    pub(crate) fn new(tally: &'a Tally) -> Self {
        Self {
            findings: tally.findings,
            suppressed: tally.suppressed,
            by_severity: tally,
            by_confidence: tally,
        }
    }
}

fn by_severity<S: Serializer>(tally: &&Tally, to: S) -> Result<S::Ok, S::Error> {
    let count = |grade: &Severity| tally.by_severity.get(grade).copied().unwrap_or_default();
    to.collect_map(Severity::ALL.iter().rev().map(|grade| (grade.as_str(), count(grade))))
}

fn by_confidence<S: Serializer>(tally: &&Tally, to: S) -> Result<S::Ok, S::Error> {
    let count = |grade: &Confidence| tally.by_confidence.get(grade).copied().unwrap_or_default();
    to.collect_map(Confidence::ALL.iter().rev().map(|grade| (grade.as_str(), count(grade))))
}

fn as_counts<S: Serializer>(coverage: &&Coverage, to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(coverage.skipped.iter().map(|(reason, count)| (reason.as_str(), count)))
}

/// A key that stands twice would make the document ambiguous: the first one counts.
fn as_map<S: Serializer>(pairs: &&[(String, String)], to: S) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(None)?;
    for (index, (key, value)) in pairs.iter().enumerate() {
        let is_first = pairs.iter().position(|(other, _)| other == key) == Some(index);
        if is_first {
            map.serialize_entry(key, value)?;
        }
    }
    map.end()
}
