//! The JSON formats and the schemas they promise to follow.

use serde_json::Value;
use tightlip_model::*;
use tightlip_report::{Format, ReportOptions};

use crate::cases;

const REPORT: &str = include_str!("../../schema/report-1.schema.json");
const LINE: &str = include_str!("../../schema/line-1.schema.json");

fn schema(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn validator(text: &str) -> jsonschema::Validator {
    let report = schema(REPORT);
    let id = report["$id"].as_str().unwrap().to_owned();
    let registry = jsonschema::Registry::new().add(id, report).unwrap().prepare().unwrap();
    jsonschema::options()
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(&schema(text))
        .unwrap()
}

fn assert_follows(schema: &str, text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap();
    let wrong: Vec<_> = validator(schema)
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    value
}

fn shown() -> ReportOptions {
    ReportOptions { show_secrets: true, ..cases::options() }
}

#[test]
fn every_json_report_follows_its_schema() {
    for summary in [cases::complete(), cases::incomplete(), cases::several()] {
        for options in [cases::options(), shown()] {
            for findings in [Vec::new(), cases::findings()] {
                let text = cases::written(Format::Json, &options, &findings, &summary);
                assert_follows(REPORT, &text);
                let text = cases::written(Format::Jsonl, &options, &findings, &summary);
                text.lines().for_each(|line| drop(assert_follows(LINE, line)));
            }
        }
    }
}

#[test]
fn each_of_several_repositories_has_a_record_of_its_own() {
    let report = |format| {
        let text = cases::written(format, &cases::options(), &[], &cases::several());
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let scans = [report(Format::Json)["scan"].clone(), report(Format::Jsonl)["scan"].clone()];
    let sarif = report(Format::Sarif)["runs"][0]["properties"].clone();
    for scan in scans.iter().chain([&sarif]) {
        let repositories = scan["repositories"].as_array().unwrap();
        let told = |one: &Value| {
            let commits = one["coverage"]["commits"].as_u64().unwrap();
            (one["repository"].as_str().unwrap().to_owned(), commits, one["complete"].clone())
        };
        let told: Vec<_> = repositories.iter().map(told).collect();
        let wanted = [("one", 100, true), ("other", 20, true), ("gone", 0, false)];
        assert_eq!(
            told,
            wanted.map(|(name, commits, whole)| (name.to_owned(), commits, whole.into()))
        );
    }
    assert_eq!(scans[0]["errors"][0]["repository"], "gone");
}

#[test]
fn the_schema_knows_exactly_the_words_of_the_model() {
    let schema = schema(REPORT);
    let words = |pointer: &str| -> Vec<String> {
        serde_json::from_value(schema.pointer(pointer).unwrap().clone()).unwrap()
    };
    let named = |all: Vec<&str>| all.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let at = |field: &str| words(&format!("/$defs/finding/properties/{field}/enum"));
    assert_eq!(at("kind"), named(Kind::ALL.iter().map(|one| one.as_str()).collect()));
    assert_eq!(at("proof"), named(Proof::ALL.iter().map(|one| one.as_str()).collect()));
    let grades = Severity::ALL.iter().map(|one| one.as_str()).collect();
    assert_eq!(words("/$defs/severity/enum"), named(grades));
    let grades = Confidence::ALL.iter().map(|one| one.as_str()).collect();
    assert_eq!(words("/$defs/confidence/enum"), named(grades));
}

#[test]
fn json_snapshot() {
    insta::assert_snapshot!(cases::full(Format::Json));
}

#[test]
fn json_of_a_clean_run_snapshot() {
    insta::assert_snapshot!(cases::clean(Format::Json));
}

#[test]
fn jsonl_snapshot() {
    insta::assert_snapshot!(cases::full(Format::Jsonl));
}

#[test]
fn suppressed_findings_stand_apart_and_do_not_count() {
    let report = assert_follows(REPORT, &cases::full(Format::Json));
    assert_eq!(report["findings"].as_array().unwrap().len(), 4);
    assert_eq!(report["suppressed"].as_array().unwrap().len(), 2);
    assert_eq!(report["summary"]["findings"], 4);
    assert_eq!(report["summary"]["by_severity"]["high"], 1);
}

#[test]
fn a_path_that_is_no_utf8_is_there_in_full() {
    let report = assert_follows(REPORT, &cases::full(Format::Json));
    let finding = &report["findings"][1];
    assert_eq!(finding["path"], "caf\u{fffd}/\"quoted\".env");
    assert_eq!(finding["path_bytes"], "Y2Fm6S8icXVvdGVkIi5lbnY=");
}

#[test]
fn a_secret_is_shown_byte_for_byte_when_asked_for() {
    let text = cases::written(Format::Json, &shown(), &cases::findings(), &cases::complete());
    let report = assert_follows(REPORT, &text);
    assert_eq!(report["findings"][0]["secret"], cases::secret(1));
    assert_eq!(report["findings"][3]["secret_bytes"], "//4gbm8gdGV4dCwgYW5kIGxvbmcgZW5vdWdo");
}
