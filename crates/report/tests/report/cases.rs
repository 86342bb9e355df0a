//! The findings that every format is tried with, and what it takes to write a report of them.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tightlip_model::*;
use tightlip_report::{Format, ReportOptions, reporter};

/// A secret that is plainly made up, the same one for the same number.
pub(crate) fn secret(number: usize) -> String {
    let letters = (0..24).map(|at| b'a' + u8::try_from((at * 7 + number * 5) % 26).unwrap());
    format!("demo-{}", letters.map(char::from).collect::<String>())
}

pub(crate) fn rule(id: &str, severity: Severity) -> Arc<RuleInfo> {
    Arc::new(RuleInfo {
        id: id.to_owned(),
        title: "deploy token".to_owned(),
        provider: "Example Cloud".to_owned(),
        kind: Kind::ApiKey,
        severity,
        revoke: "Delete the token in the console, then issue a new one.".to_owned(),
        link: "https://example.com/docs/tokens".to_owned(),
    })
}

pub(crate) fn finding(number: usize, path: impl Into<PathBytes>, severity: Severity) -> Finding {
    let text = secret(number);
    let masked = Secret::new(text.as_bytes()).masked();
    let before = "    token = \"";
    Finding {
        rule: rule("example-deploy-token", severity),
        provenance: Provenance::at(Origin::File, path),
        location: Location {
            line: Line(12),
            column: Column(14),
            end_line: Line(12),
            end_column: Column(14 + text.len() as u64),
            start: 200,
            end: 200 + text.len() as u64,
        },
        secret: Secret::new(text.as_bytes()),
        fingerprint: Fingerprint(format!("v1-{number:032x}")),
        proof: Proof::Checksum,
        confidence: Confidence::High,
        severity,
        evidence: vec!["assigned to `token`".to_owned()],
        decoded: vec![("account".to_owned(), "acme-bot".to_owned())],
        companions: Vec::new(),
        alternatives: Vec::new(),
        transforms: Vec::new(),
        excerpt: Some(Excerpt {
            text: format!("{before}{masked}\"  # for the nightly build"),
            start: before.len(),
            end: before.len() + masked.len(),
        }),
        occurrences: 1,
        status: Status::New,
        suppression: None,
    }
}

fn commit(author: &[u8], summary: &[u8]) -> Option<Commit> {
    Some(Commit {
        id: BlobId::from_bytes(&[0xc0; 20]).unwrap(),
        author: author.to_vec(),
        email: b"jane@example.com".to_vec(),
        seconds: 1_700_000_000,
        summary: summary.to_vec(),
    })
}

/// In the history only, at a path that is no UTF-8, by an author who means harm.
fn in_history() -> Finding {
    let mut finding = finding(2, b"caf\xe9/\"quoted\".env".as_slice(), Severity::Low);
    finding.provenance.origin = Origin::Blob;
    finding.provenance.blob = BlobId::from_bytes(&[0xb0; 20]);
    let summary = format!("Add {} \u{202e}\x1b[2J::error::boo", secret(2));
    finding.provenance.commit = commit(b"Jane \x1b]0;x\x07\xff, of\r\nEvil", summary.as_bytes());
    finding.provenance.reach = Some(Reach::Ref);
    finding.provenance.refs = vec!["refs/heads/main".to_owned(), "refs/tags/v1".to_owned()];
    finding.transforms = vec![Transform::Base64, Transform::Deflate];
    finding.proof = Proof::Context;
    finding.confidence = Confidence::Low;
    finding.occurrences = 1234;
    finding
}

/// Several lines long, part of no line, suppressed by a comment.
fn of_several_lines() -> Finding {
    let mut finding = finding(3, "keys/id_demo", Severity::High);
    finding.rule = rule("example-key", Severity::High);
    finding.secret = Secret::new(format!("{}\n{}\n", secret(3), secret(30)).as_bytes());
    finding.location.end_line = Line(14);
    finding.location.end_column = Column(1);
    finding.excerpt = None;
    finding.decoded.clear();
    finding.suppression = Some(Suppression::Inline {
        mark: "tightlip:allow".to_owned(),
        reason: "a key of the test-suite".to_owned(),
    });
    finding
}

/// A path and a line that would like to command a build system; another finding's secret in the path.
fn that_commands() -> Finding {
    let path = format!("::error file=a::b\n##[error]{}/x,y:100%.txt", secret(1));
    let mut finding = finding(4, path.as_str(), Severity::Medium);
    let before = "\u{feff}##vso[task.complete]\t日本語 \x1b[31m";
    finding.excerpt = Some(Excerpt {
        text: format!("{before}demo******** <b>|`*_[x](y)@all {}", "and so on ".repeat(30)),
        start: before.len(),
        end: before.len() + 12,
    });
    finding.evidence = vec!["near the word `password`".to_owned(), "entropy 4.1".to_owned()];
    finding.companions = vec![Companion {
        rule: rule("example-key-id", Severity::Low),
        location: Location { line: Line(11), end_line: Line(11), ..finding.location },
        secret: Secret::new(secret(1).as_bytes()),
        fingerprint: Fingerprint(format!("v1-{:032x}", 1)),
    }];
    let other = RuleInfo { provider: "Other <b>Cloud".to_owned(), ..(*finding.rule).clone() };
    let third = RuleInfo { provider: "Third|Cloud".to_owned(), ..other.clone() };
    finding.alternatives = vec![Arc::new(other), Arc::new(third)];
    finding.status = Status::Moved;
    finding
}

/// In a commit message, whose first line holds the secret.
fn in_a_message() -> Finding {
    let mut finding = finding(5, "", Severity::Info);
    finding.provenance.origin = Origin::CommitMessage;
    finding.provenance.commit = commit(b"Jane", format!("Use {}", secret(5)).as_bytes());
    finding.provenance.reach = Some(Reach::Head);
    finding.provenance.repository = PathBytes::from("acme/shop");
    finding.suppression = Some(Suppression::Baseline { reason: String::new() });
    finding.status = Status::Unchanged;
    finding
}

/// On standard input, and no text.
fn of_bytes() -> Finding {
    let mut finding = finding(6, "", Severity::High);
    finding.provenance.origin = Origin::Stdin;
    finding.secret = Secret::new(b"\xff\xfe no text, and long enough");
    finding.excerpt = None;
    finding
}

pub(crate) fn findings() -> Vec<Finding> {
    let plain = finding(1, "config/prod.py", Severity::Critical);
    vec![plain, in_history(), of_several_lines(), that_commands(), in_a_message(), of_bytes()]
}

pub(crate) fn scan() -> ScanInfo {
    ScanInfo {
        kind: ScanKind::History,
        targets: vec![".".to_owned(), format!("with/{}", secret(1))],
        repository: Some("git@example.com:acme/shop.git".to_owned()),
        revision: Some("c0".repeat(20)),
        branch: Some("main".to_owned()),
    }
}

/// The end of a run that read everything.
pub(crate) fn complete() -> Summary {
    let mut coverage = Coverage {
        refs: 3,
        commits: 120,
        objects: 4567,
        blobs: 1234,
        bytes: 12_345_678,
        ..Coverage::default()
    };
    coverage.skipped.insert(SkipReason::GitIgnored, 10);
    coverage.skipped.insert(SkipReason::TooLarge, 2);
    Summary { coverage, elapsed: Duration::from_millis(420), ..Summary::default() }
}

/// The end of a run that could not read everything.
pub(crate) fn incomplete() -> Summary {
    let mut summary = complete();
    summary.coverage.shallow = true;
    summary.notes.push("the allow-list entry `docs/**` matched nothing".to_owned());
    summary.coverage.problems = vec![
        Problem::new(b"lock\xffed\n::error::x".as_slice(), "permission denied: run as its owner"),
        Problem::new("objects/aa", format!("cannot inflate {}", secret(1))),
    ];
    summary
}

/// The end of a run over three repositories, of which one could not be read.
pub(crate) fn several() -> Summary {
    let repository = |name: &str, commits| RepositoryScan {
        name: name.into(),
        address: Some(format!("https://git.example.invalid/{name}")),
        revision: Some("0a".repeat(20)),
        branch: Some("main".to_owned()),
        coverage: Coverage { refs: 1, commits, objects: 3 * commits, ..Coverage::default() },
    };
    let mut gone = repository("gone", 0);
    (gone.address, gone.revision, gone.branch) = (None, None, None);
    let mut summary = complete();
    summary.repositories = vec![repository("one", 100), repository("other", 20), gone];
    let problem = Problem::new("objects/aa", "cannot be read");
    summary.coverage.problems = vec![Problem { repository: "gone".into(), ..problem }];
    summary
}

#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The report of these findings.
pub(crate) fn written(
    format: Format,
    options: &ReportOptions,
    findings: &[Finding],
    summary: &Summary,
) -> String {
    let out = Shared::default();
    let mut reporter = reporter(format, Box::new(out.clone()), options);
    reporter.begin(&scan()).unwrap();
    findings.iter().for_each(|finding| reporter.finding(finding).unwrap());
    reporter.finish(summary).unwrap();
    drop(reporter);
    String::from_utf8(out.0.take()).expect("a report is UTF-8")
}

pub(crate) fn options() -> ReportOptions {
    ReportOptions { version: "0.0.0-test".to_owned(), ..ReportOptions::default() }
}

/// The report of every finding above.
pub(crate) fn full(format: Format) -> String {
    written(format, &options(), &findings(), &incomplete())
}

/// The report of a run that found nothing and read everything.
pub(crate) fn clean(format: Format) -> String {
    written(format, &options(), &[], &complete())
}
