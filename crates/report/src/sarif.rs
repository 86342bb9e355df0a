//! `sarif`: SARIF 2.1.0, as code scanning of GitHub and others reads it.
//!
//! Results wait as text, no more of them than GitHub takes: the rules, which stand in front of them
//! and are numbered, are known only when all findings are.

mod log;
mod rules;
pub(crate) mod uri;

use std::cmp::Reverse;
use std::io::{self, Write};

use serde_json::{Value, json};
use tightlip_model::{
    Confidence, Coverage, Location, Origin, PathBytes, RepositoryScan, ScanInfo, Severity, Status,
    Suppression, Timestamp,
};

use crate::ReportOptions;
use crate::layout::{Closing, Layout};
use crate::shown::{Shown, ShownSecret};
use crate::words;
use log::{
    ArtifactLocation, AutomationDetails, BaseId, ContextRegion, Driver, Fingerprints, Invocation,
    LogicalLocation, Notification, PhysicalLocation, Place, Properties, Region, RelatedPlace,
    ResultRecord, RunEnd, SuppressionRecord, Text, Tool, VersionControl,
};
use rules::Rules;

pub(crate) const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const ROOT: &str = "%SRCROOT%";
pub(crate) const HOME: &str = "https://github.com/tightlip/tightlip";

/// Results that GitHub takes in one run; the file as a whole may have 10 MB when compressed.
pub(crate) const MOST_RESULTS: usize = 25_000;

/// The `sarif` format.
#[derive(Debug)]
pub(crate) struct Sarif {
    version: String,
    rules: Rules,
    results: Vec<Kept>,
    seen: usize,
}

/// A result as text, with what decides whether it stays when there are too many.
#[derive(Debug)]
struct Kept {
    rank: Rank,
    index: usize,
    text: String,
}

type Rank = (bool, Reverse<Severity>, Reverse<Confidence>);

impl Sarif {
    pub(crate) fn new(options: &ReportOptions) -> Self {
        Self {
            version: options.version.clone(),
            rules: Rules::default(),
            results: Vec::new(),
            seen: 0,
        }
    }

    /// Drops the least severe results, suppressed ones first, beyond as many as may stand.
    fn cut(&mut self) {
        self.results.sort_by_key(|kept| (kept.rank, kept.index));
        self.results.truncate(MOST_RESULTS);
        self.results.sort_by_key(|kept| kept.index);
    }

    fn notifications(&self, closing: &Closing<'_>) -> Vec<Notification> {
        let summary = closing.summary;
        let problems = summary.coverage.problems.iter();
        let errors = problems.map(|problem| Notification {
            level: "error",
            message: Text::new(message(&problem.message)),
            locations: vec![Place {
                physical_location: PhysicalLocation {
                    artifact_location: artifact(&problem.subject, "scan"),
                    region: None,
                    context_region: None,
                },
                logical_locations: Vec::new(),
            }],
        });
        let left_out = self.seen - self.results.len();
        let too_many = (left_out > 0).then(|| {
            let most = words::grouped(MOST_RESULTS as u64);
            let rest = words::grouped(left_out as u64);
            note("warning", &format!("only the {most} most severe results are listed, {rest} are not: use the format `json` for all of them"))
        });
        let notes = summary.notes.iter().map(|text| note("note", text));
        errors.chain(too_many).chain(notes).collect()
    }

    fn end(&self, closing: &Closing<'_>) -> RunEnd {
        let summary = closing.summary;
        let repository = |one: &RepositoryScan| {
            json!({
                "address": one.address, "branch": one.branch, "complete": summary.is_whole(one),
                "coverage": counts(&one.coverage), "repository": one.name.to_text(),
                "revision": one.revision,
            })
        };
        let repositories: Vec<Value> = summary.repositories.iter().map(repository).collect();
        let repositories = (!repositories.is_empty())
            .then(|| ("repositories".to_owned(), Value::Array(repositories)));
        let coverage = ("coverage".to_owned(), counts(&summary.coverage));
        RunEnd {
            column_kind: "unicodeCodePoints",
            automation_details: AutomationDetails {
                id: format!("tightlip/{}/", closing.scan.kind.as_str()),
            },
            version_control_provenance: version_control(closing.scan).into_iter().collect(),
            invocations: [Invocation {
                execution_successful: summary.coverage.is_complete(),
                tool_execution_notifications: self.notifications(closing),
            }],
            properties: [coverage].into_iter().chain(repositories).collect(),
        }
    }
}

/// What was looked at, in numbers. The names are in their order: that of a map depends on a feature
/// that any crate of a build may switch on.
fn counts(coverage: &Coverage) -> Value {
    let skipped = coverage.skipped.iter();
    let skipped: Properties =
        skipped.map(|(why, count)| (why.as_str().to_owned(), json!(count))).collect();
    json!({
        "blobs": coverage.blobs, "bytes": coverage.bytes, "commits": coverage.commits,
        "objects": coverage.objects, "partial": coverage.partial, "refs": coverage.refs,
        "shallow": coverage.shallow, "skipped": skipped,
    })
}

impl Layout for Sarif {
    fn finding(&mut self, shown: &Shown<'_>, _out: &mut dyn Write) -> io::Result<()> {
        let record = result(shown, self.rules.index(shown));
        let rank =
            (shown.suppression.is_some(), Reverse(shown.severity), Reverse(shown.confidence));
        let text = serde_json::to_string(&record)?;
        self.results.push(Kept { rank, index: self.seen, text });
        self.seen += 1;
        if self.results.len() >= 2 * MOST_RESULTS {
            self.cut();
        }
        Ok(())
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.cut();
        let driver = Driver {
            name: "tightlip",
            semantic_version: &self.version,
            information_uri: HOME,
            rules: self.rules.records(),
        };
        write!(out, "{{\"$schema\":\"{SCHEMA}\",\n\"version\":\"2.1.0\",\n\"runs\":[{{\"tool\":")?;
        serde_json::to_writer(&mut *out, &Tool { driver })?;
        out.write_all(b",\n\"results\":[")?;
        for (index, kept) in self.results.iter().enumerate() {
            out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            out.write_all(kept.text.as_bytes())?;
        }
        let end = serde_json::to_string(&self.end(closing))?;
        let fields = end.strip_prefix('{').unwrap_or_default();
        writeln!(out, "],\n{fields}]}}")
    }
}

fn result<'a>(shown: &'a Shown<'_>, rule_index: usize) -> ResultRecord<'a> {
    ResultRecord {
        rule_id: &shown.rule.id,
        rule_index,
        level: level(shown.severity),
        message: Text::new(message(&sentence(shown))),
        locations: places(shown),
        related_locations: related(shown),
        partial_fingerprints: Fingerprints { v1: &shown.fingerprint.0 },
        baseline_state: match shown.status {
            Status::New => "new",
            Status::Unchanged => "unchanged",
            Status::Moved => "updated",
        },
        occurrence_count: shown.occurrences.max(1),
        suppressions: shown.suppression.iter().map(suppression).collect(),
        properties: properties(shown),
    }
}

fn sentence(shown: &Shown<'_>) -> String {
    let proof = words::proof(shown.proof);
    let sure = words::confidence(shown.confidence);
    let mut text = format!("{}: {proof}; {sure}.", shown.name());
    match shown.doubt().as_str() {
        "" => {}
        doubt => text.push_str(&format!(" May also be {doubt}.")),
    }
    text.push(' ');
    text.push_str(&shown.rule.revoke);
    text.trim_end().to_owned()
}

fn place(shown: &Shown<'_>) -> Place {
    let region = region(shown.location, &shown.secret);
    let context_region = shown.excerpt.as_ref().map(|excerpt| ContextRegion {
        start_line: region.start_line,
        end_line: region.end_line,
        snippet: Text::new(excerpt.text.clone()),
    });
    let origin = shown.provenance.origin;
    Place {
        physical_location: PhysicalLocation {
            artifact_location: artifact(&shown.provenance.path, origin.as_str()),
            region: Some(region),
            context_region,
        },
        logical_locations: logical(shown),
    }
}

/// The finding's own place, which readers show, and those of the other parts of its credential: to
/// mend it is to change every one of them, which is what more than one place says in SARIF.
fn places(shown: &Shown<'_>) -> Vec<Place> {
    let origin = shown.provenance.origin;
    let parts = shown.companions.iter().map(|part| Place {
        physical_location: PhysicalLocation {
            artifact_location: artifact(&shown.provenance.path, origin.as_str()),
            region: Some(region(part.location, &part.secret)),
            context_region: None,
        },
        logical_locations: Vec::new(),
    });
    std::iter::once(place(shown)).chain(parts).collect()
}

fn region(at: Location, secret: &ShownSecret) -> Region {
    let start_line = at.line.0.max(1);
    Region {
        start_line,
        start_column: at.column.0.max(1),
        end_line: at.end_line.0.max(start_line),
        end_column: at.end_column.0.max(1),
        byte_offset: at.start,
        byte_length: at.end.saturating_sub(at.start),
        snippet: Text::new(secret.text.clone()),
    }
}

/// The other parts of the credential.
fn related(shown: &Shown<'_>) -> Vec<RelatedPlace> {
    let origin = shown.provenance.origin;
    let related = shown.companions.iter().enumerate().map(|(id, part)| RelatedPlace {
        id,
        message: Text::new(message(&part.as_a_part())),
        physical_location: PhysicalLocation {
            artifact_location: artifact(&shown.provenance.path, origin.as_str()),
            region: Some(region(part.location, &part.secret)),
            context_region: None,
        },
    });
    related.collect()
}

/// What is no content is named by what it is part of: a commit, a tag, a ref.
fn logical(shown: &Shown<'_>) -> Vec<LogicalLocation> {
    let provenance = &shown.provenance;
    if matches!(provenance.origin, Origin::File | Origin::Stdin | Origin::Index | Origin::Blob) {
        return Vec::new();
    }
    let fully_qualified_name = match &provenance.commit {
        Some(commit) => commit.id.to_string(),
        None => provenance.path.to_text(),
    };
    vec![LogicalLocation { fully_qualified_name, kind: provenance.origin.as_str() }]
}

/// Where there is no path, `otherwise` says what stands in its place: readers ask for some URI.
fn artifact(path: &PathBytes, otherwise: &str) -> ArtifactLocation {
    let path = if path.as_bytes().is_empty() { otherwise.as_bytes() } else { path.as_bytes() };
    ArtifactLocation {
        uri: uri::of_path(path),
        uri_base_id: uri::is_relative(path).then_some(ROOT),
    }
}

fn suppression(why: &Suppression) -> SuppressionRecord {
    let is_in_source = matches!(why, Suppression::Inline { .. });
    SuppressionRecord {
        kind: if is_in_source { "inSource" } else { "external" },
        status: "accepted",
        justification: why.reason().to_owned(),
        properties: Properties::from_iter([("by".to_owned(), why.as_str().into())]),
    }
}

fn properties(shown: &Shown<'_>) -> Properties {
    let provenance = &shown.provenance;
    let commit = provenance.commit.as_ref().map(|commit| {
        json!({
            "author": String::from_utf8_lossy(&commit.author),
            "date": Timestamp(commit.seconds).to_string(),
            "email": String::from_utf8_lossy(&commit.email),
            "id": commit.id.to_string(),
            "summary": String::from_utf8_lossy(&commit.summary),
        })
    });
    let alternatives = shown.alternatives.iter().map(|rule| json!(rule.id)).collect::<Vec<_>>();
    let alternatives = (!alternatives.is_empty()).then_some(alternatives);
    let decoded = shown.decoded.iter().map(|(name, value)| (name.clone(), json!(value)));
    let all = [
        ("severity", json!(shown.severity.as_str())),
        ("confidence", json!(shown.confidence.as_str())),
        ("proof", json!(shown.proof.as_str())),
        ("provider", json!(shown.rule.provider)),
        ("kind", json!(shown.rule.kind.as_str())),
        ("origin", json!(provenance.origin.as_str())),
        ("evidence", json!(shown.evidence)),
        ("decoded", json!(decoded.collect::<Properties>())),
        ("alternatives", json!(alternatives)),
        ("commit", json!(commit)),
        ("reach", json!(provenance.reach.map(|reach| reach.as_str()))),
        ("refs", json!(provenance.refs)),
        ("tags", json!(["security", "secret", shown.rule.kind.as_str()])),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn version_control(scan: &ScanInfo) -> Option<VersionControl> {
    Some(VersionControl {
        repository_uri: uri::of_repository(scan.repository.as_ref()?),
        revision_id: scan.revision.clone(),
        branch: scan.branch.clone(),
        mapped_to: BaseId { uri_base_id: ROOT },
    })
}

fn note(level: &'static str, text: &str) -> Notification {
    Notification { level, message: Text::new(message(text)), locations: Vec::new() }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// `text` as a message of SARIF, in which brackets make links and braces take arguments.
fn message(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '[' | ']' => out.extend(['\\', c]),
            '{' | '}' => out.extend([c, c]),
            c => out.push(c),
        }
    }
    out
}
