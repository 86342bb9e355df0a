//! GitLab's secret detection report, against what its schema (version 15) asks for.

use serde_json::Value;
use tightlip_model::{Finding, Severity};
use tightlip_report::Format;

use crate::cases;

/// What GitLab's schema demands of the parts that are written here, in words of our own.
const SCHEMA: &str = include_str!("../data/gitlab-15.schema.json");

fn report(findings: &[Finding]) -> Value {
    let text = cases::written(Format::Gitlab, &cases::options(), findings, &cases::incomplete());
    let value: Value = serde_json::from_str(&text).unwrap();
    let schema = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert_eq!(wrong, Vec::<String>::new());
    value
}

#[test]
fn gitlab_snapshot() {
    insta::assert_snapshot!(cases::full(Format::Gitlab));
}

#[test]
fn every_gitlab_report_has_what_its_schema_asks_for() {
    for findings in [Vec::new(), cases::findings()] {
        report(&findings);
    }
}

#[test]
fn an_incomplete_run_is_a_failed_one_and_says_why() {
    let report = report(&[]);
    assert_eq!(report["scan"]["status"], "failure");
    assert_eq!(report["scan"]["messages"][0]["level"], "fatal");
}

#[test]
fn no_two_entries_share_an_id() {
    let findings = [1, 1].map(|number| cases::finding(number, "a", Severity::High));
    let report = report(&findings);
    assert_ne!(report["vulnerabilities"][0]["id"], report["vulnerabilities"][1]["id"]);
}
