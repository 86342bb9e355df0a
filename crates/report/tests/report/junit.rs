//! JUnit XML.

use tightlip_report::Format;

use crate::cases;

#[test]
fn junit_snapshot() {
    insta::assert_snapshot!(cases::full(Format::Junit));
}

#[test]
fn junit_of_a_clean_run_snapshot() {
    insta::assert_snapshot!(cases::clean(Format::Junit));
}

#[test]
fn the_counts_are_those_of_the_cases() {
    let report = cases::full(Format::Junit);
    let count = |what: &str| report.matches(what).count();
    let told = |name: &str| -> usize {
        let (_, rest) = report.split_once(&format!(" {name}=\"")).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    assert_eq!(told("tests"), count("<testcase "));
    assert_eq!(told("failures"), count("<failure "));
    assert_eq!(told("errors"), count("<error "));
    assert_eq!(told("skipped"), count("<skipped "));
}
