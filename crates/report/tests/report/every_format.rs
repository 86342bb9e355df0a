//! What holds for every format: no secret unless it was asked for, no gap, no surprise.

use proptest::prelude::*;
use tightlip_model::*;
use tightlip_report::{Format, ReportOptions};

use crate::cases;

/// A secret of printable characters that no text contains by chance.
fn secrets() -> impl Strategy<Value = String> {
    "[!-~]{16,60}"
}

/// A finding all of whose texts hold its secret and that of the one before it.
fn soaked(number: usize, secret: &str, before: &str) -> Finding {
    let text = format!("x {secret} y {before} z");
    let path = PathBytes::from(format!("d/{text}").as_str());
    let mut finding = cases::finding(number, path, Severity::Medium);
    finding.secret = Secret::new(secret.as_bytes());
    finding.provenance.repository = PathBytes::from(text.as_str());
    finding.provenance.refs = vec![text.clone()];
    finding.provenance.commit = Some(Commit {
        id: BlobId::from_bytes(&[1; 20]).unwrap(),
        author: text.clone().into_bytes(),
        email: text.clone().into_bytes(),
        seconds: 0,
        summary: text.clone().into_bytes(),
    });
    finding.evidence = vec![text.clone()];
    finding.decoded = vec![("account".to_owned(), text.clone())];
    finding.excerpt = Some(Excerpt { start: 1, end: 2, text: text.clone() });
    finding.suppression = number
        .is_multiple_of(2)
        .then_some(Suppression::Inline { mark: text.clone(), reason: text });
    finding
}

/// Whether a report is JSON from end to end.
fn is_json(format: Format) -> bool {
    use Format::{CodeQuality, Gitlab, Json, Jsonl, Sarif};
    matches!(format, Json | Jsonl | Sarif | Gitlab | CodeQuality)
}

/// `text` with the entities that HTML, XML and Markdown are written with turned back.
fn unescaped(text: &str) -> String {
    let mut out = text.to_owned();
    for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\"")] {
        out = out.replace(entity, c);
    }
    for byte in 33_u8..127 {
        out = out.replace(&format!("&#{byte};"), &char::from(byte).to_string());
    }
    out.replace("&amp;", "&")
}

/// Every text of a report: as it stands, the strings that its JSON spells, and what its entities and
/// doubled quotes stand for.
fn texts(format: Format, report: String) -> Vec<String> {
    let mut all = vec![unescaped(&report), report.replace("\"\"", "\"")];
    if is_json(format) {
        let values = serde_json::Deserializer::from_str(&report).into_iter::<serde_json::Value>();
        values.for_each(|value| collect(&value.unwrap(), &mut all));
    }
    all.push(report);
    all
}

fn collect(value: &serde_json::Value, all: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => all.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, all)),
        serde_json::Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            all.push(key.clone());
            collect(value, all);
        }),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn no_masked_report_holds_a_secret_of_its_findings(
        secrets in prop::collection::vec(secrets(), 1..5),
        verbose: bool,
    ) {
        let befores = std::iter::once(&secrets[0]).chain(&secrets);
        let findings: Vec<_> = secrets
            .iter()
            .zip(befores)
            .enumerate()
            .map(|(number, (secret, before))| soaked(number, secret, before))
            .collect();
        let mut summary = cases::incomplete();
        summary.notes = secrets.iter().map(|secret| format!("note {secret}")).collect();
        summary.coverage.problems = secrets
            .iter()
            .map(|secret| Problem::new(secret.as_bytes(), format!("cannot read {secret}")))
            .collect();
        let options = ReportOptions { verbose, ..cases::options() };
        for format in Format::ALL {
            let report = cases::written(*format, &options, &findings, &summary);
            for text in texts(*format, report) {
                for secret in &secrets {
                    prop_assert!(!text.contains(secret.as_str()), "{}: {text}", format.as_str());
                }
            }
        }
    }

    #[test]
    fn no_bytes_break_a_report(
        path in prop::collection::vec(any::<u8>(), 0..40),
        author in prop::collection::vec(any::<u8>(), 0..40),
        secret in prop::collection::vec(any::<u8>(), 0..40),
        text in ".{0,60}",
        seconds: i64,
        places in prop::array::uniform6(any::<u64>()),
        show_secrets: bool,
        width in 0usize..200,
    ) {
        let mut finding = cases::finding(1, path.as_slice(), Severity::Medium);
        finding.secret = Secret::new(&secret);
        let [line, column, end_line, end_column, start, end] = places;
        finding.location = Location {
            line: Line(line),
            column: Column(column),
            end_line: Line(end_line),
            end_column: Column(end_column),
            start,
            end,
        };
        finding.excerpt = Some(Excerpt { start: text.len() / 3, end: text.len() / 2, text });
        finding.provenance.commit = Some(Commit {
            id: BlobId::from_bytes(&[1; 32]).unwrap(),
            author: author.clone(),
            email: author.clone(),
            seconds,
            summary: author,
        });
        let options = ReportOptions { show_secrets, width, ..cases::options() };
        for format in Format::ALL {
            let report =
                cases::written(*format, &options, &[finding.clone()], &cases::incomplete());
            prop_assert!(is_json(*format) || report.chars().all(|c| c == '\n' || !c.is_control()));
            if *format == Format::Sarif {
                crate::sarif::assert_is_sarif(&report);
            }
            drop(texts(*format, report));
        }
    }
}

#[test]
fn a_secret_is_masked_in_the_name_it_was_found_in_however_short() {
    let mut finding = cases::finding(1, "backup-of-hunter2.txt", Severity::Low);
    finding.secret = Secret::new(b"hunter2");
    finding.provenance.origin = Origin::FileName;
    for format in Format::ALL {
        let report =
            cases::written(*format, &cases::options(), &[finding.clone()], &cases::complete());
        assert!(!report.contains("hunter2"), "{report}");
    }
}

#[test]
fn a_short_secret_leaves_the_path_of_its_file_alone() {
    let mut finding = cases::finding(1, "lib/password/reset.rs", Severity::Low);
    finding.secret = Secret::new(b"password");
    let report = cases::written(Format::Json, &cases::options(), &[finding], &cases::complete());
    assert!(report.contains("lib/password/reset.rs"), "{report}");
}

#[test]
fn only_the_veil_reveals() {
    let sources = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
    let sarif = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/sarif")).unwrap();
    let html = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/html")).unwrap();
    for entry in sources.chain(sarif).chain(html) {
        let path = entry.unwrap().path();
        if path.is_file() && !path.ends_with("veil.rs") {
            assert!(!std::fs::read_to_string(&path).unwrap().contains("reveal"), "{path:?}");
        }
    }
}

/// A disk that is full after some bytes.
struct Full(usize);

impl std::io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(std::io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_report_that_cannot_be_written_whole_is_an_error_in_every_format() {
    for format in Format::ALL {
        let size = cases::full(*format).len();
        for room in [0, 1, size / 2, size - 1] {
            let writer = Box::new(Full(room));
            let mut reporter = tightlip_report::reporter(*format, writer, &cases::options());
            let outcome = reporter
                .begin(&cases::scan())
                .and_then(|()| cases::findings().iter().try_for_each(|one| reporter.finding(one)))
                .and_then(|()| reporter.finish(&cases::incomplete()));
            assert!(outcome.is_err(), "{} with room for {room} bytes", format.as_str());
        }
    }
}

#[test]
fn only_the_text_for_people_tells_how_long_it_took() {
    let mut later = cases::incomplete();
    later.elapsed *= 2;
    for format in Format::ALL {
        let again = cases::written(*format, &cases::options(), &cases::findings(), &later);
        let is_same = again == cases::full(*format);
        assert_eq!(is_same, *format != Format::Human, "{}", format.as_str());
    }
}
