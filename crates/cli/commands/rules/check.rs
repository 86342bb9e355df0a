//! `tightlip rules check`: whether rules of the user keep what they promise.
//!
//! Their form is checked first. Then made-up credentials are put into their examples and must be
//! found, and clean lines must stay silent. How often each anchor occurs in ordinary text is shown,
//! because a rule whose anchor is everywhere makes every scan slow.

use std::fmt::Write as _;
use std::path::PathBuf;

use tightlip_detect::{Scanner, Scratch};
use tightlip_model::{ByteSpan, Match};
use tightlip_rules::sample::Sample;
use tightlip_rules::{Form, Rule};

use super::example::{Examples, context};
use crate::message;
use crate::setup::{place_of, scanner, user_rule_files, with_rules};

/// How many credentials are put into each example.
const ROUNDS: usize = 3;
/// An anchor with more hits a megabyte is common.
const COMMON: usize = 50;

/// Ordinary text in several languages: our own.
const ORDINARY: &[&str] = &[
    include_str!("../../../../README.md"),
    include_str!("../../../../CONTRIBUTING.md"),
    include_str!("../../../../Cargo.lock"),
    include_str!("../../../../action.yml"),
    include_str!("../../../../benches/peers/peers.py"),
    include_str!("../../../../benches/peers/tools.py"),
    include_str!("../../../../tests/clients/action.sh"),
    include_str!("../../args.rs"),
    include_str!("../../output.rs"),
    include_str!("../../setup.rs"),
];

pub(super) fn run(paths: &[PathBuf]) -> anyhow::Result<u8> {
    let files = user_rule_files(paths)?;
    let known = with_rules(&[])?.len();
    let rules = with_rules(&files)?;
    let scanner = scanner(rules, &files)?;
    let ordinary = ORDINARY.concat().to_ascii_lowercase();
    let mut broken = 0;
    let mut out = String::new();
    for rule in scanner.rules().iter().skip(known) {
        let failures = judge(&scanner, rule);
        let place = place_of(&files, rule.id());
        failures.iter().for_each(|failure| message::error_line(&format!("{place}: {failure}")));
        broken += usize::from(!failures.is_empty());
        out.push_str(&anchors(rule, &ordinary));
    }
    let count = scanner.rules().len() - known;
    let _ = match broken {
        0 => writeln!(out, "{count} rules in {} files are in form", files.len()),
        _ => writeln!(out, "{broken} of {count} rules in {} files are broken", files.len()),
    };
    super::print(&out)?;
    Ok(if broken == 0 { 0 } else { 2 })
}

/// What a rule does not keep.
fn judge(scanner: &Scanner, rule: Rule<'_>) -> Vec<String> {
    let mut failures = Vec::new();
    if !matches!(rule.form(), Form::Structure(_)) {
        let mut lines: Vec<String> = rule.examples().map(str::to_owned).collect();
        lines.push(context(rule));
        let mut examples = Examples::of(rule);
        failures.extend(lines.iter().filter_map(|line| miss(scanner, rule, &mut examples, line)));
    }
    let is_own = |one: &Match| one.rule == rule.index();
    let loud = rule.clean().filter(|line| scan(scanner, line.as_bytes()).iter().any(is_own));
    failures.extend(loud.map(|line| format!("rule `{}` finds something in `{line}`", rule.id())));
    failures
}

/// What is wrong when a credential in this line is not found.
fn miss(
    scanner: &Scanner,
    rule: Rule<'_>,
    examples: &mut Examples<'_>,
    line: &str,
) -> Option<String> {
    for _ in 0..ROUNDS {
        let Some(sample) = examples.draw() else {
            return Some(format!("rule `{}`: nothing of its form passes its `not`", rule.id()));
        };
        let sample = sample.within(line);
        if !is_found(scanner, rule, &sample) {
            let text = String::from_utf8_lossy(&sample.text);
            return Some(format!("rule `{}` does not find its secret in `{text}`", rule.id()));
        }
    }
    None
}

/// Whether the rule, or one that is stronger at the same place, finds the secret.
fn is_found(scanner: &Scanner, rule: Rule<'_>, sample: &Sample) -> bool {
    let expected = ByteSpan::new(sample.secret.start, sample.secret.end);
    let is_right = |one: &Match| {
        one.span == expected || one.rule == rule.index() && one.span.overlaps(expected)
    };
    scan(scanner, &sample.text).iter().any(is_right)
}

fn scan(scanner: &Scanner, text: &[u8]) -> Vec<Match> {
    let mut found = Vec::new();
    scanner.scan(text, ByteSpan::new(0, text.len()), &mut Scratch::default(), &mut found);
    found
}

/// A line a rule: its id and how often a megabyte of ordinary text holds each of its anchors.
fn anchors(rule: Rule<'_>, ordinary: &str) -> String {
    let rate = |anchor: &str| ordinary.matches(anchor).count() * 1_000_000 / ordinary.len().max(1);
    let told: Vec<String> = rule
        .anchors()
        .map(|anchor| match rate(anchor) {
            hits if hits > COMMON => format!("`{anchor}` {hits} (common: find a rarer one)"),
            hits => format!("`{anchor}` {hits}"),
        })
        .collect();
    format!("{}: hits a megabyte: {}\n", rule.id(), told.join(", "))
}
