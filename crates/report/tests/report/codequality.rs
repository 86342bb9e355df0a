//! GitLab's Code Quality report.

use std::collections::BTreeSet;

use serde_json::Value;
use tightlip_model::Severity;
use tightlip_report::Format;

use crate::cases;

fn entries(report: &str) -> Vec<Value> {
    serde_json::from_str(report).unwrap()
}

#[test]
fn codequality_snapshot() {
    insta::assert_snapshot!(cases::full(Format::CodeQuality));
}

#[test]
fn a_clean_run_is_an_empty_list() {
    assert_eq!(entries(&cases::clean(Format::CodeQuality)), Vec::<Value>::new());
}

#[test]
fn entries_of_one_secret_in_one_file_have_fingerprints_of_their_own() {
    let findings = [1, 1, 1].map(|number| cases::finding(number, "a", Severity::High));
    let report =
        cases::written(Format::CodeQuality, &cases::options(), &findings, &cases::complete());
    let prints: BTreeSet<String> =
        entries(&report).iter().map(|entry| entry["fingerprint"].to_string()).collect();
    assert_eq!(prints.len(), 3);
}

#[test]
fn what_could_not_be_read_is_an_entry_too() {
    let report = cases::written(Format::CodeQuality, &cases::options(), &[], &cases::incomplete());
    let entries = entries(&report);
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().all(|entry| entry["severity"] == "blocker"));
}
