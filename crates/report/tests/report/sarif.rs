//! SARIF, against the official schema and the limits of GitHub's code scanning.

use serde_json::Value;
use tightlip_model::*;
use tightlip_report::{Format, ReportOptions};

use crate::cases;

const SCHEMA: &str = include_str!("../data/sarif-schema-2.1.0.json");

pub(crate) fn assert_is_sarif(text: &str) -> Value {
    let schema = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let value: Value = serde_json::from_str(text).unwrap();
    let wrong: Vec<_> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    value
}

#[test]
fn every_sarif_report_follows_the_official_schema() {
    let shown = ReportOptions { show_secrets: true, ..cases::options() };
    for summary in [cases::complete(), cases::incomplete(), cases::several()] {
        for options in [&cases::options(), &shown] {
            for findings in [Vec::new(), cases::findings()] {
                assert_is_sarif(&cases::written(Format::Sarif, options, &findings, &summary));
            }
        }
    }
}

#[test]
fn sarif_snapshot() {
    insta::assert_snapshot!(cases::full(Format::Sarif));
}

#[test]
fn sarif_of_a_clean_run_snapshot() {
    insta::assert_snapshot!(cases::clean(Format::Sarif));
}

#[test]
fn each_result_names_its_rule_by_id_and_index() {
    let report = assert_is_sarif(&cases::full(Format::Sarif));
    let run = &report["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
}

#[test]
fn columns_begin_at_one_whatever_the_finding_says() {
    let mut finding = cases::finding(1, "a", Severity::High);
    finding.location.column = Column(0);
    finding.location.end_column = Column(0);
    finding.location.end_line = Line(0);
    let text = cases::written(Format::Sarif, &cases::options(), &[finding], &cases::complete());
    let report = assert_is_sarif(&text);
    let region = &report["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startColumn"], &region["endColumn"]), (&1.into(), &1.into()));
    assert_eq!(region["endLine"], region["startLine"]);
}

#[test]
fn an_incomplete_run_is_no_success_and_says_why() {
    let report = assert_is_sarif(&cases::full(Format::Sarif));
    let invocation = &report["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let first = &invocation["toolExecutionNotifications"][0];
    assert_eq!(first["level"], "error");
    let uri = &first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "lock%FFed%0A%3A%3Aerror%3A%3Ax");
}

#[test]
fn of_too_many_results_the_most_severe_are_kept_in_their_order() {
    let many = (0..25_010).map(|n| {
        let severity = if n % 2 == 0 { Severity::Low } else { Severity::High };
        let mut finding = cases::finding(n, format!("f{n}").as_str(), severity);
        if n == 1 {
            finding.suppression = Some(Suppression::Allowlist { reason: String::new() });
        }
        finding
    });
    let many: Vec<_> = many.collect();
    let text = cases::written(Format::Sarif, &cases::options(), &many, &cases::complete());
    let report: Value = serde_json::from_str(&text).unwrap();
    let run = &report["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    let errors = results.iter().filter(|result| result["level"] == "error").count();
    assert_eq!(errors, 12_504, "every high one but the suppressed one");
    let notes = &run["invocations"][0]["toolExecutionNotifications"];
    assert!(notes[0]["message"]["text"].as_str().unwrap().contains("10 are not"), "{notes}");
    assert!(run["invocations"][0]["executionSuccessful"].as_bool().unwrap());
    let uri = |at: usize| {
        results[at]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone()
    };
    assert_eq!((uri(0), uri(1), uri(2)), ("f0".into(), "f2".into(), "f3".into()));
}
