//! The page for people.

use tightlip_model::{PathBytes, Severity};
use tightlip_report::Format;

use crate::cases;

/// The page without its style and script, which stand in files of their own.
fn content(page: &str) -> String {
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    match rest.split_once("<script>") {
        Some((body, _)) => format!("{head}{body}"),
        None => format!("{head}{rest}"),
    }
}

#[test]
fn html_snapshot() {
    insta::assert_snapshot!(content(&cases::full(Format::Html)));
}

#[test]
fn html_of_a_clean_run_snapshot() {
    insta::assert_snapshot!(content(&cases::clean(Format::Html)));
}

#[test]
fn the_page_asks_for_nothing_from_outside() {
    let page = cases::full(Format::Html);
    for request in
        ["src=", "@import", "url(", "<link", "<iframe", "<img", "fetch(", "http-equiv=\"refresh"]
    {
        assert!(!page.contains(request), "{request}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn nothing_of_a_finding_is_markup() {
    let hostile = "\"><script>alert(1)</script><img onerror=x>'\u{202e}</td>";
    let mut finding = cases::finding(1, PathBytes::from(hostile), Severity::High);
    let mut rule = (*finding.rule).clone();
    rule.link = format!("javascript:{hostile}");
    rule.title = hostile.to_owned();
    rule.revoke = hostile.to_owned();
    finding.rule = rule.into();
    finding.evidence = vec![hostile.to_owned()];
    let page = cases::written(Format::Html, &cases::options(), &[finding], &cases::complete());
    let content = content(&page);
    assert!(!content.contains("<script") && !content.contains("<img"), "{content}");
    assert!(!content.contains("javascript:") && !content.contains('\u{202e}'), "{content}");
    assert_eq!(content.matches("<tr ").count(), 1);
    assert_eq!(content.matches("<td>").count(), 5);
}

#[test]
fn advice_is_given_once_a_rule() {
    let findings: Vec<_> = (0..9).map(|n| cases::finding(n, "a", Severity::High)).collect();
    let page = cases::written(Format::Html, &cases::options(), &findings, &cases::complete());
    assert_eq!(page.matches("Delete the token in the console").count(), 1);
}
