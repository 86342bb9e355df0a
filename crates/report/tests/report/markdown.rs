//! The page for job summaries.

use tightlip_model::{PathBytes, Problem, Severity};
use tightlip_report::Format;

use crate::cases;

#[test]
fn markdown_snapshot() {
    insta::assert_snapshot!(cases::full(Format::Markdown));
}

#[test]
fn markdown_of_a_clean_run_snapshot() {
    insta::assert_snapshot!(cases::clean(Format::Markdown));
}

#[test]
fn the_page_stays_under_one_mebibyte_whatever_is_found() {
    let long = "\u{301}*|`<".repeat(5_000);
    let findings: Vec<_> = (0..300)
        .map(|n| {
            let path = PathBytes::from(long.as_str());
            let mut finding = cases::finding(n, path, Severity::High);
            let mut rule = (*finding.rule).clone();
            rule.title = format!("{n} {long}");
            finding.rule = rule.into();
            finding
        })
        .collect();
    let mut summary = cases::incomplete();
    summary.notes = vec![long.clone(); 100];
    summary.coverage.problems = vec![Problem::new(long.as_str(), long.as_str()); 100];
    let text = cases::written(Format::Markdown, &cases::options(), &findings, &summary);
    assert!(text.len() < 1024 * 1024, "{}", text.len());
    assert!(text.contains("And 100 more, none of them more severe."));
}

#[test]
fn a_row_has_the_cells_of_the_table_and_no_markup_of_the_finding() {
    let mut finding =
        cases::finding(1, "a|b`c<script>*_[x](y)@all www.example.com", Severity::High);
    finding.provenance.path.0.extend(b"\n| x | y |");
    let text = cases::written(Format::Markdown, &cases::options(), &[finding], &cases::complete());
    let row = text.lines().find(|line| line.starts_with("| high")).unwrap();
    assert_eq!(row.matches('|').count(), 6, "{row}");
    for markup in ["<script", "`", "[x]", "@all", "www.", "*_"] {
        assert!(!row.contains(markup), "{markup}: {row}");
    }
}
