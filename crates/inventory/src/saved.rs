//! Saved reports, `json` and `jsonl`, read back into sightings.

use std::collections::BTreeMap;

use serde::Deserialize;
use tightlip_model::{Excerpt, Reach, Severity};

use crate::identity::Part;
use crate::sighting::{CommitFact, Sighting};
use crate::variable;

/// Why a report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// It is no JSON, or no report of tightlip's.
    #[error("this is no `json` or `jsonl` report of tightlip: {0}")]
    Json(#[from] serde_json::Error),
    /// A finding uses a word that no report has.
    #[error("finding {0} of the report: {1}")]
    Word(usize, String),
    /// A line-by-line report has no last line.
    #[error("the report is cut off: its last line, the summary, is missing")]
    CutOff,
}

/// A report read back.
#[derive(Debug, Default)]
pub struct SavedReport {
    /// What it tells of.
    pub sightings: Vec<Sighting>,
    /// Whether the run that wrote it had read everything.
    pub is_complete: bool,
}

/// A finding as a report writes it; what the inventory does not need is passed over.
#[derive(Debug, Deserialize)]
struct Record {
    rule: String,
    title: String,
    provider: String,
    kind: String,
    severity: String,
    confidence: String,
    proof: String,
    path: String,
    origin: String,
    #[serde(default)]
    repository: String,
    line: u64,
    commit: Option<CommitFact>,
    last: Option<CommitFact>,
    removed: Option<CommitFact>,
    reach: Option<String>,
    #[serde(default)]
    refs: Vec<String>,
    fingerprint: String,
    #[serde(default)]
    decoded: BTreeMap<String, String>,
    #[serde(default)]
    companions: Vec<Part>,
    excerpt: Option<RecordExcerpt>,
    occurrences: u64,
    suppression: Option<RecordSuppression>,
    #[serde(default)]
    revoke: String,
    #[serde(default)]
    link: String,
    secret: String,
}

#[derive(Debug, Deserialize)]
struct RecordExcerpt {
    text: String,
    start: usize,
    end: usize,
}

#[derive(Debug, Deserialize)]
struct RecordSuppression {
    kind: String,
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize)]
struct Scan {
    complete: bool,
    #[serde(default)]
    targets: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Report {
    findings: Vec<Record>,
    #[serde(default)]
    suppressed: Vec<Record>,
    scan: Scan,
}

impl SavedReport {
    /// Reads a report; `name` stands for the repository where the report names none.
    ///
    /// # Errors
    /// When the text is no report, or one that was cut off.
    pub fn parse(text: &str, name: &str) -> Result<Self, SavedError> {
        let (records, scan) = match serde_json::from_str::<Report>(text) {
            Ok(report) => {
                (report.findings.into_iter().chain(report.suppressed).collect(), report.scan)
            }
            Err(error) => lines(text, error)?,
        };
        let named = scan.targets.first().map_or(name, String::as_str);
        let mut sightings = Vec::new();
        for (index, record) in records.into_iter().enumerate() {
            let read = sighting(record, named);
            sightings.extend(read.map_err(|word| SavedError::Word(index + 1, word))?);
        }
        Ok(Self { sightings, is_complete: scan.complete })
    }
}

/// The findings of a report that has one a line, and the scan of its last line.
fn lines(text: &str, error: serde_json::Error) -> Result<(Vec<Record>, Scan), SavedError> {
    #[derive(Deserialize)]
    struct Last {
        scan: Scan,
    }
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
    let mut records = Vec::new();
    while let Some(line) = lines.next() {
        match serde_json::from_str::<Record>(line) {
            Ok(record) => records.push(record),
            Err(_) if lines.peek().is_none() => {
                let last = serde_json::from_str::<Last>(line);
                return match (last, records.is_empty()) {
                    (Ok(last), _) => Ok((records, last.scan)),
                    (Err(_), true) => Err(SavedError::Json(error)),
                    (Err(_), false) => Err(SavedError::CutOff),
                };
            }
            Err(_) => return Err(SavedError::Json(error)),
        }
    }
    Err(if records.is_empty() { SavedError::Json(error) } else { SavedError::CutOff })
}

/// The sighting of a record; `None` for what a mark or an allow-list says is no secret.
fn sighting(record: Record, name: &str) -> Result<Option<Sighting>, String> {
    let accepted = match record.suppression {
        Some(known) if known.kind == "baseline" => Some(known.reason),
        Some(_) => return Ok(None),
        None => None,
    };
    let reach = record.reach.as_deref().map(reach).transpose()?;
    let present = matches!(record.origin.as_str(), "file" | "stdin" | "index");
    let named = if record.repository.is_empty() { name.to_owned() } else { record.repository };
    let excerpt =
        record.excerpt.map(|one| Excerpt { text: one.text, start: one.start, end: one.end });
    let word = |error: tightlip_model::UnknownName| error.to_string();
    Ok(Some(Sighting {
        kind: record.kind.parse().map_err(word)?,
        severity: record.severity.parse::<Severity>().map_err(word)?,
        confidence: record.confidence.parse().map_err(word)?,
        proof: record.proof.parse().map_err(word)?,
        rule: record.rule,
        title: record.title,
        provider: record.provider,
        fingerprint: record.fingerprint,
        companions: record.companions.into_iter().map(shown).collect(),
        secret: None,
        masked: masked(record.secret),
        repository: named,
        path: record.path,
        origin: record.origin,
        line: record.line,
        reach: reach.or_else(|| present.then_some(Reach::Head)),
        refs: record.refs,
        first: record.commit,
        last: record.last,
        removed: record.removed,
        occurrences: record.occurrences,
        variable: excerpt.as_ref().and_then(variable::of),
        decoded: record.decoded,
        agent: None,
        accepted,
        revoke: record.revoke,
        link: record.link,
    }))
}

fn shown(part: Part) -> Part {
    Part { secret: masked(part.secret), ..part }
}

/// A report that was written with secrets shown loses them here.
fn masked(secret: String) -> String {
    if secret.ends_with("********") {
        secret
    } else {
        tightlip_model::Secret::new(secret.as_bytes()).masked()
    }
}

fn reach(word: &str) -> Result<Reach, String> {
    const ALL: [Reach; 5] =
        [Reach::Head, Reach::Ref, Reach::Stash, Reach::Reflog, Reach::Unreachable];
    let known = ALL.into_iter().find(|reach| reach.as_str() == word);
    known.ok_or_else(|| format!("unknown reach `{word}`"))
}
