//! `tightlip rules`: list, show and check rules.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::{Value, json};
use tightlip_model::Kind;
use tightlip_rules::{Form, Rule, RuleSet};

use crate::args::{RulesCommand, RulesFormat};
use crate::message;
use crate::setup::{user_rule_files, with_rules};

pub(crate) fn run(command: &RulesCommand) -> anyhow::Result<u8> {
    let text = match command {
        RulesCommand::List { format, provider, kind, rules } => {
            let rules = load(rules)?;
            list(&rules, *format, provider.as_deref(), *kind)
        }
        RulesCommand::Show { id, rules } => {
            let rules = load(rules)?;
            let rule = rules.by_id(id).with_context(|| {
                format!("there is no rule `{id}`: `tightlip rules list` shows them all")
            })?;
            show(rule)
        }
        RulesCommand::Check { paths } => check(paths)?,
    };
    message::print(&text).context("cannot write to standard output")?;
    Ok(0)
}

fn load(paths: &[PathBuf]) -> anyhow::Result<RuleSet> {
    with_rules(&user_rule_files(paths)?)
}

fn check(paths: &[PathBuf]) -> anyhow::Result<String> {
    let files = user_rule_files(paths)?;
    let before = with_rules(&[])?.len();
    let rules = with_rules(&files)?;
    tightlip_detect::Scanner::new(rules.clone()).context("cannot use the rules")?;
    Ok(format!("{} rules in {} files are in form\n", rules.len() - before, files.len()))
}

fn list(
    rules: &RuleSet,
    format: RulesFormat,
    provider: Option<&str>,
    kind: Option<Kind>,
) -> String {
    let wanted = |rule: &Rule<'_>| {
        let name = rule.provider().to_lowercase();
        provider.is_none_or(|text| name.contains(&text.to_lowercase()))
            && kind.is_none_or(|kind| rule.kind() == kind)
    };
    let rules = rules.iter().filter(wanted);
    match format {
        RulesFormat::Json => {
            let all: Vec<Value> = rules.map(as_json).collect();
            format!("{:#}\n", Value::Array(all))
        }
        RulesFormat::Table => table(&rules.collect::<Vec<_>>()),
    }
}

fn table(rules: &[Rule<'_>]) -> String {
    let width = rules.iter().map(|rule| rule.id().len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules {
        let (id, severity, kind) = (rule.id(), rule.severity(), rule.kind());
        let title = format!("{} {}", rule.provider(), rule.name());
        let _ = writeln!(out, "{id:width$}  {severity:8}  {kind:15}  {title}");
    }
    let _ = writeln!(out, "{} rules", rules.len());
    out
}

fn as_json(rule: Rule<'_>) -> Value {
    json!({
        "id": rule.id(),
        "name": rule.name(),
        "provider": rule.provider(),
        "kind": rule.kind().as_str(),
        "severity": rule.severity().as_str(),
        "confidence": rule.confidence().as_str(),
        "anchors": rule.anchors().collect::<Vec<_>>(),
        "proof": rule.proof(),
        "revoke": rule.revoke(),
        "link": rule.link(),
        "note": rule.note(),
    })
}

fn show(rule: Rule<'_>) -> String {
    let anchors = rule.anchors().collect::<Vec<_>>().join(", ");
    let (form, is_near) = match rule.form() {
        Form::Pattern { regex } => (format!("matches `{regex}`"), false),
        Form::Words { value, within } => {
            (format!("`{value}` within {within} bytes of a word"), true)
        }
        Form::Structure(name) => (format!("a structure: {name}"), false),
    };
    let lines = [
        ("rule", rule.id().to_owned()),
        ("what", format!("{} {}", rule.provider(), rule.name())),
        ("kind", rule.kind().to_string()),
        ("severity", rule.severity().to_string()),
        ("confidence", rule.confidence().to_string()),
        ("form", form),
        (if is_near { "words" } else { "anchors" }, anchors),
        ("proof", rule.proof().unwrap_or_default().to_owned()),
        ("revoke", rule.revoke().to_owned()),
        ("link", rule.link().to_owned()),
        ("note", rule.note().to_owned()),
    ];
    let filled = lines.iter().filter(|(_, text)| !text.is_empty());
    filled.map(|(name, text)| format!("{name:11} {text}\n")).collect()
}
