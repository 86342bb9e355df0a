//! The fuzz targets on inputs made from good ones.

#[path = "../../../tests/fuzzing/mutate.rs"]
mod mutate;
#[path = "../fuzz/src/targets.rs"]
pub mod targets;

use tightlip_suppress::{Baseline, BaselineEntry};

#[test]
fn baselines() {
    let mut known = Baseline::new("00".repeat(16));
    for (fingerprint, path) in [("v1-0011", "a/b.env"), ("v1-2233", "\u{1b}odd\n.txt")] {
        let (fingerprint, path) = (fingerprint.to_owned(), path.to_owned());
        let rule = "acme-key".to_owned();
        known.insert(BaselineEntry { fingerprint, path, rule, ..BaselineEntry::default() });
    }
    assert!(known.entries().count() > 0);
    mutate::replay("baseline", targets::baseline, &[known.to_text().into_bytes()]);
}

#[test]
fn baselines_of_others() {
    let good = [
        r#"{"version":"1.5.0","results":{"a.py":[{"type":"Secret Keyword","filename":"a.py",
"hashed_secret":"0000000000000000000000000000000000000000","line_number":3,"is_secret":false}]}}"#,
        "0000000000000000000000000000000000000000:a/b.env:generic-api-key:12
# a remark
",
        r#"[{"RuleID":"acme","File":"a.env","StartLine":1,"Secret":"x","Fingerprint":"a.env:acme:1"}]"#,
    ];
    let good = good.map(|text| text.as_bytes().to_vec());
    mutate::replay("foreign", targets::foreign, &good);
}
