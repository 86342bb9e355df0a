//! The rules that fired, as SARIF describes them.

use serde_json::{Value, json};
use tightlip_model::{Confidence, RuleInfo, Severity};

use super::log::{Configuration, Help, Properties, Rule, Text};
use super::{level, message};
use crate::shown::Shown;

/// Rules in the order in which they first fired.
#[derive(Debug, Default)]
pub(super) struct Rules {
    fired: Vec<(RuleInfo, String, Confidence)>,
}

impl Rules {
    /// The index of a finding's rule, which is added when it is new.
    pub(super) fn index(&mut self, shown: &Shown<'_>) -> usize {
        let found = self.fired.iter().position(|(rule, ..)| rule.id == shown.rule.id);
        let index = found.unwrap_or(self.fired.len());
        match self.fired.get_mut(index) {
            Some((_, _, best)) => *best = shown.confidence.max(*best),
            None => self.fired.push((shown.rule.clone(), shown.name(), shown.confidence)),
        }
        index
    }

    pub(super) fn records(&self) -> Vec<Rule> {
        self.fired.iter().map(|(rule, name, best)| record(rule, name, *best)).collect()
    }
}

fn record(rule: &RuleInfo, name: &str, best: Confidence) -> Rule {
    let subject = format!("{name} in the open");
    Rule {
        id: rule.id.clone(),
        name: pascal_case(&rule.id),
        short_description: Text::new(message(&subject)),
        full_description: Text::new(message(&full_description(rule, name))),
        help: help(rule, name),
        help_uri: is_web(&rule.link).then(|| rule.link.clone()),
        default_configuration: Configuration { level: level(rule.severity) },
        properties: properties(rule, best),
    }
}

fn full_description(rule: &RuleInfo, name: &str) -> String {
    let kind = rule.kind.as_str().replace('-', " ");
    format!("{name} ({kind}): whoever can read it can use it. {}", rule.revoke)
}

fn help(rule: &RuleInfo, name: &str) -> Help {
    const AFTER: &str =
        "Removing the line is not enough: it stays in the history and in every clone.";
    let revoke =
        if rule.revoke.is_empty() { "Revoke it and issue a new one." } else { &rule.revoke };
    let text = format!("{name}\n\n{revoke}\n\n{AFTER}");
    let see = if is_web(&rule.link) { format!("\n\n<{}>", rule.link) } else { String::new() };
    let markdown = format!("**{name}**\n\n{revoke}\n\n{AFTER}{see}");
    Help { text: message(&text), markdown }
}

fn is_web(link: &str) -> bool {
    link.starts_with("https://")
        && !link.contains(|c: char| c.is_whitespace() || "<>\"".contains(c))
}

fn properties(rule: &RuleInfo, best: Confidence) -> Properties {
    let mut properties = Properties::new();
    let tags = ["security", "secret", rule.kind.as_str(), "external/cwe/cwe-798"];
    properties.insert("tags".to_owned(), tags.as_slice().into());
    properties.insert("precision".to_owned(), best.as_str().into());
    properties.insert("security-severity".to_owned(), security_severity(rule.severity));
    properties.insert("provider".to_owned(), json!(rule.provider));
    properties
}

/// A score out of 10, in the band that code scanning names like the grade.
fn security_severity(severity: Severity) -> Value {
    Value::from(match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
        Severity::Info => "0.5",
    })
}

/// `github-pat` as `GithubPat`, the form in which viewers expect the names of rules.
fn pascal_case(id: &str) -> String {
    let words = id.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}
