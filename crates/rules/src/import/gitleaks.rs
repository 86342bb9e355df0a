//! The TOML of gitleaks and of betterleaks, which has more to say of filters.

use toml::{Table, Value};

use super::draft::Draft;
use super::{Note, Read};

/// How betterleaks writes the least entropy in a filter.
const ENTROPY: &str = "entropy(finding[\"secret\"]) <";

/// Reads settings; what holds for all rules goes to each of them.
pub(super) fn read(text: &str) -> Result<Read, String> {
    let settings: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let rules = tables(&settings, "rules");
    let mut notes = whole(&settings);
    if rules.is_empty() {
        notes.push(Note { rule: None, text: "it holds no rules".to_owned() });
    }
    let mut common = Draft::default();
    for allowed in allowlists(&settings).filter(|one| one.get("targetRules").is_none()) {
        exceptions(allowed, &mut common);
    }
    notes.extend(common.notes.drain(..).map(|text| Note { rule: None, text }));
    Ok((rules.into_iter().map(|rule| draft(rule, &common)).collect(), notes))
}

/// What the settings as a whole lose.
fn whole(settings: &Table) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut lost = |key: &str, text: &str| {
        if settings.contains_key(key) {
            notes.push(Note { rule: None, text: text.to_owned() });
        }
    };
    lost("extend", "`extend` is dropped: our rules are always there, `--skip-rule` leaves one out");
    lost("prefilter", "`prefilter` is dropped: leave paths out in `.tightlip.yaml`");
    lost("filter", "`filter` is dropped: placeholders and the like are silent in any case");
    if allowlists(settings).any(|one| one.get("targetRules").is_some()) {
        lost("allowlists", "allow-lists for rules by name are dropped");
    }
    notes
}

fn draft(rule: &Table, common: &Draft) -> Draft {
    let filter = text(rule, "filter");
    let mut draft = Draft {
        id: text(rule, "id"),
        name: text(rule, "description"),
        regex: text(rule, "regex"),
        group: rule.get("secretGroup").and_then(Value::as_integer).and_then(|n| n.try_into().ok()),
        entropy: rule.get("entropy").and_then(number).or_else(|| entropy(&filter)),
        keywords: texts(rule, "keywords"),
        excluded: common.excluded.clone(),
        stopwords: common.stopwords.clone(),
        ..Draft::default()
    };
    allowlists(rule).for_each(|one| exceptions(one, &mut draft));
    let is_entropy_only = entropy(&filter).is_some() && !filter.contains("||");
    let lost = [
        ("path", true, "its `path` is dropped: it looks in every file"),
        ("required", true, "what it requires nearby is dropped: it is reported alone"),
        ("validate", true, "how it is verified online is dropped"),
        ("filter", !is_entropy_only, "its `filter` is dropped but for the entropy"),
        ("skipReport", true, "it was not reported alone and now is"),
    ];
    for (key, _, note) in
        lost.iter().filter(|(key, applies, _)| *applies && rule.contains_key(*key))
    {
        let is_off = rule.get(*key).and_then(Value::as_bool) == Some(false);
        if !is_off {
            draft.notes.push((*note).to_owned());
        }
    }
    draft
}

/// Takes over what an allow-list says of secrets.
fn exceptions(allowed: &Table, draft: &mut Draft) {
    let is_and = text(allowed, "condition").eq_ignore_ascii_case("and");
    let target = text(allowed, "regexTarget");
    let regexes = texts(allowed, "regexes");
    let on_secret = target.is_empty() || target == "secret";
    if is_and {
        draft.notes.push("an allow-list whose conditions must all hold is dropped".to_owned());
        return;
    }
    if on_secret {
        draft.excluded.extend(regexes);
    } else if !regexes.is_empty() {
        draft.notes.push(format!("an allow-list for the {target} around a secret is dropped"));
    }
    draft.stopwords.extend(texts(allowed, "stopwords"));
    for key in ["paths", "commits"] {
        if allowed.contains_key(key) {
            draft.notes.push(format!("allowed {key} are dropped: name them in `.tightlip.yaml`"));
        }
    }
}

/// The allow-lists of either spelling.
fn allowlists(of: &Table) -> impl Iterator<Item = &Table> {
    tables(of, "allowlists").into_iter().chain(tables(of, "allowlist"))
}

fn tables<'t>(of: &'t Table, key: &str) -> Vec<&'t Table> {
    match of.get(key) {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_table).collect(),
        Some(Value::Table(one)) => vec![one],
        _ => Vec::new(),
    }
}

fn text(of: &Table, key: &str) -> String {
    of.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn texts(of: &Table, key: &str) -> Vec<String> {
    let all = of.get(key).and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer()?.to_string().parse().ok())
}

/// The least entropy that a filter of betterleaks asks for.
fn entropy(filter: &str) -> Option<f64> {
    let (_, rest) = filter.split_once(ENTROPY)?;
    let rest = rest.trim_start_matches(['=', ' ']);
    let end = rest.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}
