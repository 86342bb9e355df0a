//! Annotations of GitHub Actions.

use tightlip_model::Severity;
use tightlip_report::Format;

use crate::cases;

#[test]
fn github_snapshot() {
    insta::assert_snapshot!(cases::full(Format::Github));
}

#[test]
fn only_our_own_commands_begin_a_line() {
    let text = cases::full(Format::Github);
    let commands = text.lines().filter(|line| line.trim_start().starts_with("::"));
    let commands: Vec<_> = commands.collect();
    assert_eq!(commands.len(), 5, "a finding each that is not suppressed, and one for the run");
    assert!(!text.contains("##[") && !text.contains("##vso["));
}

#[test]
fn the_most_severe_come_first_and_the_rest_is_counted() {
    let mut findings: Vec<_> = (0..1001).map(|n| cases::finding(n, "a", Severity::Low)).collect();
    findings.push(cases::finding(1002, "last", Severity::Critical));
    let text = cases::written(Format::Github, &cases::options(), &findings, &cases::complete());
    assert!(text.starts_with("::error file=last,"), "{}", &text[..200]);
    assert!(text.contains("\n2 more secrets have no annotation\n"));
}
