//! detect-secrets: plug-ins in Python that list regexes, and baselines that name plug-ins.
//!
//! A plug-in is read as text, never run: the name is what `secret_type` is given, the regexes are the
//! string literals that `re.compile` is given.

use serde_json::Value;

use super::draft::Draft;
use super::{Note, Read};

/// Reads a plug-in, or a baseline when it is JSON.
pub(super) fn read(text: &str) -> Result<Read, String> {
    if text.trim_start().starts_with('{') {
        return baseline(text);
    }
    let compiled = calls(text, "re.compile(");
    if compiled.is_empty() {
        return Err("neither a baseline in JSON nor a plug-in with `re.compile(…)`".to_owned());
    }
    let name = after(text, "secret_type").and_then(literal).map(|(name, _)| name);
    let name = name.unwrap_or_else(|| "secret".to_owned());
    let draft = |(at, regex): (usize, Option<String>)| Draft {
        id: if at == 0 { name.clone() } else { format!("{name} {}", at + 1) },
        name: name.clone(),
        regex: regex.unwrap_or_default(),
        ..Draft::default()
    };
    Ok((compiled.into_iter().enumerate().map(draft).collect(), Vec::new()))
}

/// The regex of each call of `function`; `None` where it is given something else than a literal.
fn calls(text: &str, function: &str) -> Vec<Option<String>> {
    let starts = text.match_indices(function).map(|(at, _)| at + function.len());
    starts.map(|at| joined(text.get(at..)?)).collect()
}

/// The string literals that stand one after the other, as one string.
fn joined(mut text: &str) -> Option<String> {
    let mut whole: Option<String> = None;
    while let Some((part, rest)) = literal(text) {
        whole.get_or_insert_default().push_str(&part);
        text = rest;
    }
    whole
}

/// What is assigned to `name`.
fn after<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(name)?;
    rest.trim_start().strip_prefix('=')
}

/// The string literal that `text` begins with, and what follows it.
fn literal(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let unmarked = text.trim_start_matches(['r', 'b', 'R', 'B']);
    let is_raw = text.len() > unmarked.len();
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|one| unmarked.starts_with(one))?;
    let body = unmarked.get(quote.len()..)?;
    let end = closing(body, quote)?;
    let inside = body.get(..end)?;
    let plain = if is_raw { inside.to_owned() } else { inside.replace("\\\\", "\\") };
    Some((plain, body.get(end + quote.len()..)?))
}

/// Where the quote that is not escaped stands.
fn closing(body: &str, quote: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(rest) = body.get(at..) {
        if rest.starts_with(quote) {
            return Some(at);
        }
        let mut signs = rest.chars();
        let sign = signs.next()?;
        at += sign.len_utf8();
        if sign == '\\' {
            at += signs.next()?.len_utf8();
        }
    }
    None
}

/// A baseline holds no regex: its plug-ins are named, with what we have in their place.
fn baseline(text: &str) -> Result<Read, String> {
    let parsed: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let note = |text: String| Note { rule: None, text };
    let plugins = parsed.get("plugins_used").and_then(Value::as_array);
    let plugins = plugins.ok_or("no baseline: it has no `plugins_used`")?;
    let names = plugins.iter().filter_map(|one| one.get("name")?.as_str());
    let mut notes: Vec<Note> = names.map(|name| note(in_place_of(name))).collect();
    let filters = parsed.get("filters_used").and_then(Value::as_array).into_iter().flatten();
    let with_patterns = filters.filter(|one| one.get("pattern").is_some());
    let paths = with_patterns.filter_map(|one| one.get("path")?.as_str());
    notes.extend(paths.map(|path| {
        let name = path.rsplit('.').next().unwrap_or(path);
        note(format!("filter `{name}` is dropped: name paths and rules in `.tightlip.yaml`"))
    }));
    if parsed
        .get("results")
        .is_some_and(|results| results.as_object().is_some_and(|r| !r.is_empty()))
    {
        notes.push(note(
            "its results hold hashes only: make a baseline with `baseline create`".to_owned(),
        ));
    }
    Ok((Vec::new(), notes))
}

fn in_place_of(plugin: &str) -> String {
    let instead = match plugin {
        "Base64HighEntropyString" | "HexHighEntropyString" => {
            "entropy alone makes no finding; names and forms do"
        }
        "KeywordDetector" => {
            "the rules `password-assignment`, `key-assignment` and their like do it"
        }
        "BasicAuthDetector" => "the rule `url-credentials` does it",
        "PrivateKeyDetector" => "the rules for private keys do it",
        "JwtTokenDetector" => "the rule `json-web-token` does it",
        "IPPublicDetector" => "addresses are no secrets",
        _ => "the rules of that provider do it",
    };
    format!("plug-in `{plugin}`: {instead}")
}
