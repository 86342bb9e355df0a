//! `tightlip rules show`: all there is to know of a rule, and a made-up credential it finds.

use anyhow::bail;
use tightlip_rules::{Form, Rule, RuleSet};

use super::list;
use crate::args::RulesFormat;

/// How many ids are suggested in place of one that does not exist.
const SUGGESTED: usize = 3;
/// How much an id must have in common with what was typed.
const ALIKE: f64 = 0.6;

pub(super) fn show(rules: &RuleSet, id: &str, format: RulesFormat) -> anyhow::Result<String> {
    let Some(rule) = rules.by_id(id) else {
        bail!("there is no rule `{id}`: {}", advice(rules, id));
    };
    Ok(match format {
        RulesFormat::Table => lines(rules, rule),
        RulesFormat::Json => format!("{:#}\n", list::with_examples(rule, 1)),
    })
}

/// What to try in place of an id that does not exist.
fn advice(rules: &RuleSet, id: &str) -> String {
    let likeness = |other: &str| {
        let whole = strsim::normalized_damerau_levenshtein(id, other);
        if other.contains(id) { whole.max(ALIKE) } else { whole }
    };
    let mut near: Vec<(f64, &str)> = rules
        .iter()
        .map(|rule| (likeness(rule.id()), rule.id()))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    near.sort_by(|(a, left), (b, right)| b.total_cmp(a).then(left.cmp(right)));
    let names: Vec<String> = near.iter().take(SUGGESTED).map(|(_, id)| format!("`{id}`")).collect();
    match names.is_empty() {
        true => "`tightlip rules list` shows them all".to_owned(),
        false => format!("did you mean {}?", names.join(" or ")),
    }
}

fn lines(rules: &RuleSet, rule: Rule<'_>) -> String {
    let joined = |texts: tightlip_rules::Texts<'_>| texts.collect::<Vec<_>>().join(", ");
    let (form, is_near) = match rule.form() {
        Form::Pattern { regex } => (format!("matches `{regex}`"), false),
        Form::Words { value, within } => {
            (format!("`{value}` within {within} bytes of a word"), true)
        }
        Form::Structure(name) => (format!("a structure: {name}"), false),
    };
    let companions: Vec<&str> =
        rule.companions().filter_map(|id| rules.get(id)).map(Rule::id).collect();
    let lines = [
        ("rule", rule.id().to_owned()),
        ("what", format!("{} {}", rule.provider(), rule.name())),
        ("kind", rule.kind().to_string()),
        ("severity", rule.severity().to_string()),
        ("confidence", rule.confidence().to_string()),
        ("public", if rule.is_public() { "by design".to_owned() } else { String::new() }),
        ("form", form),
        (if is_near { "words" } else { "anchors" }, joined(rule.anchors())),
        ("keys", joined(rule.keys())),
        ("near", joined(rule.near())),
        ("example", list::example(rule).unwrap_or_default()),
        ("proof", rule.proof().unwrap_or_default().to_owned()),
        ("companions", companions.join(", ")),
        ("revoke", rule.revoke().to_owned()),
        ("link", rule.link().to_owned()),
        ("note", rule.note().to_owned()),
    ];
    let filled = lines.iter().filter(|(_, text)| !text.is_empty());
    filled.map(|(name, text)| format!("{name:11} {text}\n")).collect()
}
