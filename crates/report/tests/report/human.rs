//! The text for people.

use tightlip_model::{Problem, Severity};
use tightlip_report::{Format, ReportOptions};

use crate::cases;

fn with(change: impl FnOnce(&mut ReportOptions)) -> String {
    let mut options = cases::options();
    change(&mut options);
    cases::written(Format::Human, &options, &cases::findings(), &cases::incomplete())
}

#[test]
fn human_snapshot() {
    insta::assert_snapshot!(cases::full(Format::Human));
}

#[test]
fn human_verbose_and_narrow_snapshot() {
    insta::assert_snapshot!(with(|options| {
        options.verbose = true;
        options.width = 60;
    }));
}

#[test]
fn the_end_names_the_repository_that_was_not_read() {
    let options = ReportOptions { verbose: true, ..cases::options() };
    let text = cases::written(Format::Human, &options, &[], &cases::several());
    assert!(text.contains("of 3 repositories"), "{text}");
    assert!(text.contains("  - one: 300 objects, 100 commits, 1 ref"), "{text}");
    assert!(text.contains("  - gone → objects/aa: cannot be read"), "{text}");
}

#[test]
fn human_of_a_clean_run_snapshot() {
    insta::assert_snapshot!(cases::clean(Format::Human));
}

#[test]
fn human_in_colour_snapshot() {
    let options = ReportOptions { color: true, ..cases::options() };
    let findings = [cases::finding(1, "config/prod.py", Severity::Critical)];
    let text = cases::written(Format::Human, &options, &findings, &cases::complete());
    insta::assert_snapshot!(text.replace('\x1b', "ESC"));
}

#[test]
fn no_line_is_a_command_to_a_build_system() {
    for text in [cases::full(Format::Human), with(|options| options.verbose = true)] {
        for line in text.lines() {
            assert!(!line.trim_start().starts_with("::"), "{line}");
            assert!(!line.contains("##["), "{line}");
            assert!(!line.contains("##vso["), "{line}");
        }
    }
}

#[test]
fn only_line_feeds_and_visible_characters_reach_the_terminal() {
    let text = cases::full(Format::Human);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    assert!(!text.contains('\u{202e}'));
}

#[test]
fn no_line_is_wider_than_the_terminal_but_for_paths_and_words_of_use_whole() {
    for width in [60, 80, 120] {
        let text = with(|options| options.width = width);
        let excerpts = text.lines().filter(|line| line.contains("│"));
        for line in excerpts.filter(|line| !line.contains("    id │")) {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{width}: {line}");
        }
    }
}

#[test]
fn many_problems_are_counted_and_listed_when_asked_for() {
    let mut summary = cases::incomplete();
    summary.coverage.problems =
        (0..25).map(|n| Problem::new(format!("f{n}").as_str(), "gone")).collect();
    let text = cases::written(Format::Human, &cases::options(), &[], &summary);
    assert!(text.contains("- f19: gone\n  - and 5 more; `--verbose` lists them all\n"), "{text}");
    let options = ReportOptions { verbose: true, ..cases::options() };
    let text = cases::written(Format::Human, &options, &[], &summary);
    assert!(text.contains("- f24: gone\n  what to do: mend"), "{text}");
}

#[test]
fn an_incomplete_run_without_findings_is_not_called_clean() {
    let text = cases::written(Format::Human, &cases::options(), &[], &cases::incomplete());
    assert!(text.starts_with("no secrets found in what could be read: "), "{text}");
    assert!(text.contains("\nincomplete: 2 problems "), "{text}");
}
