//! `gitlab`: the report of GitLab's secret detection, version 15 of its schema.
//!
//! The schema asks for the time of the run: this is the one machine-readable report that differs
//! from run to run. Nothing in it is the secret: where GitLab's own analyzer puts it, the mask stands.

use std::io::{self, Write};

use serde::Serialize;
use tightlip_model::{Commit, Severity, Timestamp};

use crate::ReportOptions;
use crate::layout::{Closing, Layout};
use crate::shown::Shown;
use crate::words;

const VERSION: &str = "15.0.7";
const SCHEMA: &str = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v15.0.7/dist/secret-detection-report-format.json";
const HOME: &str = "https://github.com/tightlip/tightlip";
/// What stands for a commit where files were scanned: GitLab's analyzer writes the same.
const NO_COMMIT: &str = "0000000";
/// Characters of a name, as the schema bounds it.
const LONGEST_NAME: usize = 255;
/// Characters of a solution, as the schema bounds it.
const LONGEST_SOLUTION: usize = 7000;
/// Messages about the scan; the rest is counted.
const MOST_MESSAGES: usize = 100;

/// The `gitlab` format.
#[derive(Debug)]
pub(crate) struct Gitlab {
    version: String,
    started: i64,
    written: u64,
}

#[derive(Debug, Serialize)]
struct Vulnerability<'a> {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    solution: String,
    raw_source_code_extract: &'a str,
    location: Location,
    identifiers: [Identifier<'a>; 2],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'a>>,
}

#[derive(Debug, Serialize)]
struct Location {
    file: String,
    start_line: u64,
    end_line: u64,
    commit: CommitRecord,
}

#[derive(Debug, Serialize)]
struct CommitRecord {
    sha: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Debug, Serialize)]
struct Identifier<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Link<'a> {
    url: &'a str,
}

#[derive(Debug, Serialize)]
struct Scan<'a> {
    analyzer: Tool<'a>,
    scanner: Tool<'a>,
    #[serde(rename = "type")]
    kind: &'static str,
    start_time: String,
    end_time: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Message>,
}

#[derive(Debug, Serialize)]
struct Tool<'a> {
    id: &'static str,
    name: &'static str,
    url: &'static str,
    vendor: Vendor,
    version: &'a str,
}

#[derive(Debug, Serialize)]
struct Vendor {
    name: &'static str,
}

#[derive(Debug, Serialize)]
struct Message {
    level: &'static str,
    value: String,
}

impl Gitlab {
    pub(crate) fn new(options: &ReportOptions) -> Self {
        Self { version: options.version.clone(), started: options.started, written: 0 }
    }

    fn tool(&self) -> Tool<'_> {
        let vendor = Vendor { name: "tightlip" };
        Tool { id: "tightlip", name: "tightlip", url: HOME, vendor, version: &self.version }
    }
}

impl Layout for Gitlab {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\"version\":\"{VERSION}\",\n\"schema\":\"{SCHEMA}\",\n\"vulnerabilities\":[")
    }

    fn finding(&mut self, shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
        if shown.suppression.is_some() {
            return Ok(());
        }
        out.write_all(if self.written > 0 { b",\n" } else { b"\n" })?;
        self.written += 1;
        Ok(serde_json::to_writer(out, &vulnerability(shown, self.written))?)
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        let elapsed = i64::try_from(closing.summary.elapsed.as_secs()).unwrap_or(i64::MAX);
        let is_complete = closing.summary.coverage.is_complete();
        let scan = Scan {
            analyzer: self.tool(),
            scanner: self.tool(),
            kind: "secret_detection",
            start_time: time(self.started),
            end_time: time(self.started.saturating_add(elapsed)),
            status: if is_complete { "success" } else { "failure" },
            messages: messages(closing),
        };
        out.write_all(b"],\n\"scan\":")?;
        serde_json::to_writer(&mut *out, &scan)?;
        out.write_all(b"}\n")
    }
}

/// The `number` tells entries of the same secret apart.
fn vulnerability<'a>(shown: &'a Shown<'_>, number: u64) -> Vulnerability<'a> {
    let RuleLink { rule, link } = rule_link(shown);
    Vulnerability {
        id: format!("{}-{number}", shown.fingerprint),
        name: cut(&shown.name(), LONGEST_NAME),
        description: description(shown),
        severity: severity(shown.severity),
        solution: cut(&shown.rule.revoke, LONGEST_SOLUTION),
        raw_source_code_extract: &shown.secret.text,
        location: location(shown),
        identifiers: [
            Identifier {
                kind: "tightlip_rule_id",
                name: format!("tightlip rule {rule}"),
                value: rule,
                url: None,
            },
            Identifier {
                kind: "cwe",
                name: "CWE-798".to_owned(),
                value: "798",
                url: Some("https://cwe.mitre.org/data/definitions/798.html"),
            },
        ],
        links: link.into_iter().map(|url| Link { url }).collect(),
    }
}

fn description(shown: &Shown<'_>) -> String {
    let (proof, sure) = (words::proof(shown.proof), words::confidence(shown.confidence));
    let first = format!("{} found: {proof}; {sure}", shown.name());
    let sentences = std::iter::once(first).chain(shown.asides()).map(words::sentence);
    sentences.collect::<Vec<_>>().join(" ")
}

struct RuleLink<'a> {
    rule: &'a str,
    link: Option<&'a str>,
}

fn rule_link<'a>(shown: &'a Shown<'_>) -> RuleLink<'a> {
    let link = Some(shown.rule.link.as_str()).filter(|link| link.starts_with("https://"));
    RuleLink { rule: &shown.rule.id, link }
}

fn location(shown: &Shown<'_>) -> Location {
    let start_line = shown.location.line.0.max(1);
    Location {
        file: shown.path_or_origin(),
        start_line,
        end_line: shown.location.end_line.0.max(start_line),
        commit: commit(shown.provenance.commit.as_ref()),
    }
}

fn commit(commit: Option<&Commit>) -> CommitRecord {
    let text = |bytes: &[u8]| Some(String::from_utf8_lossy(bytes).into_owned());
    CommitRecord {
        sha: commit.map_or_else(|| NO_COMMIT.to_owned(), |commit| commit.id.to_string()),
        author: commit.and_then(|commit| text(&commit.author)),
        date: commit.map(|commit| Timestamp(commit.seconds).to_string()),
        message: commit.and_then(|commit| text(&commit.summary)),
    }
}

fn messages(closing: &Closing<'_>) -> Vec<Message> {
    let problems = &closing.summary.coverage.problems;
    let listed = problems.iter().take(MOST_MESSAGES).map(|problem| Message {
        level: "fatal",
        value: format!("{}: {}", problem.subject.to_text(), problem.message),
    });
    let rest = problems.len().saturating_sub(MOST_MESSAGES);
    let rest = (rest > 0).then(|| Message {
        level: "fatal",
        value: format!("and {}", words::count(rest as u64, "more problem")),
    });
    let notes = closing.summary.notes.iter();
    let notes = notes.map(|note| Message { level: "info", value: note.clone() });
    listed.chain(rest).chain(notes).collect()
}

/// A time as the schema writes it: without a zone, meaning UTC.
fn time(seconds: i64) -> String {
    Timestamp(seconds).to_string().trim_end_matches('Z').to_owned()
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "Info",
    }
}
