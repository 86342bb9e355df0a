//! `tightlip rules list`: a line a rule, or everything as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tightlip_rules::{Form, Rule, RuleSet};

use super::example::{Examples, context};
use crate::args::{RulesFormat, RulesListArgs};

/// The most credentials that are made up for a rule.
const MOST_EXAMPLES: usize = 1000;
/// What `--proof` takes for any proof at all.
const ANY: &str = "any";

pub(super) fn list(rules: &RuleSet, args: &RulesListArgs) -> String {
    let rules = rules.iter().filter(|rule| is_wanted(*rule, args));
    match args.format {
        RulesFormat::Json => {
            let as_value = |rule| match args.examples {
                Some(count) => with_examples(rule, count),
                None => as_json(rule),
            };
            let all: Vec<Value> = rules.map(as_value).collect();
            format!("{:#}\n", Value::Array(all))
        }
        RulesFormat::Table => table(&rules.collect::<Vec<_>>(), args.examples.is_some()),
    }
}

fn is_wanted(rule: Rule<'_>, args: &RulesListArgs) -> bool {
    let holds = |text: &String| rule.provider().to_lowercase().contains(&text.to_lowercase());
    let proves = |name: &String| match rule.proof() {
        Some(proof) => name == ANY || name == proof,
        None => false,
    };
    args.provider.as_ref().is_none_or(holds)
        && args.kind.is_none_or(|kind| rule.kind() == kind)
        && args.proof.as_ref().is_none_or(proves)
}

fn table(rules: &[Rule<'_>], has_examples: bool) -> String {
    let width = rules.iter().map(|rule| rule.id().len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules {
        let (id, severity, kind) = (rule.id(), rule.severity(), rule.kind());
        let title = format!("{} {}", rule.provider(), rule.name());
        let _ = writeln!(out, "{id:width$}  {severity:8}  {kind:15}  {title}");
        if has_examples && let Some(line) = example(*rule) {
            let _ = writeln!(out, "{:width$}  {line}", "");
        }
    }
    let providers: std::collections::BTreeSet<_> =
        rules.iter().map(|rule| rule.provider()).collect();
    let _ = writeln!(out, "{} rules of {} providers", rules.len(), providers.len());
    out
}

/// A line with a made-up credential of the rule.
pub(super) fn example(rule: Rule<'_>) -> Option<String> {
    let line = Examples::of(rule).line()?;
    Some(String::from_utf8_lossy(&line.text).into_owned())
}

/// All there is to know of a rule.
pub(super) fn as_json(rule: Rule<'_>) -> Value {
    let (form, regex, within) = match rule.form() {
        Form::Pattern { regex } => ("pattern", regex, None),
        Form::Words { value, within } => ("words", value, Some(within)),
        Form::Structure(name) => ("structure", name, None),
    };
    json!({
        "id": rule.id(),
        "name": rule.name(),
        "provider": rule.provider(),
        "kind": rule.kind().as_str(),
        "severity": rule.severity().as_str(),
        "confidence": rule.confidence().as_str(),
        "anchors": rule.anchors().collect::<Vec<_>>(),
        "form": form,
        "matches": regex,
        "within": within,
        "keys": rule.keys().collect::<Vec<_>>(),
        "near": rule.near().collect::<Vec<_>>(),
        "proof": rule.proof(),
        "public": rule.is_public(),
        "revoke": rule.revoke(),
        "link": rule.link(),
        "note": rule.note(),
    })
}

/// The same and made-up credentials: what the rule matches, the secret in it, and a line with the
/// words that the rule needs.
pub(super) fn with_examples(rule: Rule<'_>, count: usize) -> Value {
    let mut value = as_json(rule);
    let mut examples = Examples::of(rule);
    let drawn = (0..count.min(MOST_EXAMPLES)).map_while(|_| examples.draw());
    let text =
        |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
    let all: Vec<Value> = drawn
        .map(|sample| {
            let line = sample.within(&context(rule));
            json!({
                "match": text(Some(&sample.text)),
                "secret": text(sample.text.get(sample.secret.clone())),
                "line": text(Some(&line.text)),
            })
        })
        .collect();
    value["examples"] = all.into();
    value
}
