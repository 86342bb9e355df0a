//! Writes a report of made-up findings to standard output, to look at a format or to time it:
//! `cargo run -p tightlip-report --example page -- html 5000`.

use std::io::{self, Write as _};
use std::sync::Arc;

use tightlip_model::*;
use tightlip_report::{Format, ReportOptions, reporter};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let format = arguments.next().and_then(|name| name.parse().ok()).unwrap_or(Format::Html);
    let count = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(5000_usize);
    let mut out = reporter(format, Box::new(io::stdout()), &ReportOptions::default());
    out.begin(&ScanInfo {
        kind: ScanKind::History,
        targets: vec![".".to_owned()],
        repository: Some("https://example.com/acme/shop.git".to_owned()),
        revision: None,
        branch: Some("main".to_owned()),
    })?;
    for number in 0..count {
        out.finding(&finding(number))?;
    }
    let coverage = Coverage { blobs: 12_000, bytes: 345_678_901, ..Coverage::default() };
    out.finish(&Summary { coverage, findings: count as u64, ..Summary::default() })?;
    io::stdout().flush()
}

fn finding(number: usize) -> Finding {
    let severity = Severity::ALL[number % Severity::ALL.len()];
    let secret = Secret::new(format!("made-up-secret-{number:08}").as_bytes());
    let (before, masked) = ("api_key = \"", secret.masked());
    let path = format!("services/team-{}/config/settings_{}.py", number % 40, number % 700);
    let mut provenance = Provenance::at(Origin::Blob, path.as_str());
    provenance.commit = BlobId::from_bytes(&[(number % 251) as u8; 20]).map(|id| Commit {
        id,
        author: format!("Author {}", number % 30).into_bytes(),
        email: b"author@example.com".to_vec(),
        seconds: 1_700_000_000 + number as i64,
        summary: b"Add settings".to_vec(),
    });
    Finding {
        rule: Arc::new(RuleInfo {
            id: format!("example-rule-{}", number % 60),
            title: format!("deploy token {}", number % 60),
            provider: "Example Cloud".to_owned(),
            kind: Kind::ApiKey,
            severity,
            revoke: "Delete the token in the console, then issue a new one.".to_owned(),
            link: "https://example.com/docs/tokens".to_owned(),
        }),
        provenance,
        location: Location {
            line: Line(number as u64 % 900 + 1),
            column: Column(12),
            end_line: Line(number as u64 % 900 + 1),
            end_column: Column(35),
            start: 0,
            end: 23,
        },
        fingerprint: Fingerprint(format!("v1-{number:032x}")),
        proof: Proof::Checksum,
        confidence: Confidence::High,
        severity,
        evidence: vec!["assigned to `api_key`".to_owned()],
        decoded: Vec::new(),
        companions: Vec::new(),
        alternatives: Vec::new(),
        transforms: Vec::new(),
        excerpt: Some(Excerpt {
            text: format!("{before}{masked}\""),
            start: before.len(),
            end: before.len() + masked.len(),
        }),
        secret,
        occurrences: 1,
        status: Status::New,
        suppression: None,
    }
}
