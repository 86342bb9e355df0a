//! A rule on its way from another scanner's form to ours.
//!
//! Owns: finding anchors that hold for the regex, dropping what our checks refuse, and the YAML.
//! Leaves to others: where the parts come from.

use std::fmt::Write as _;

use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind};

use super::regex::{self, Adapted, with_plain_braces};
use crate::check::form::is_common;
use crate::error::Problem;
use crate::file::SourceFile;
use crate::pattern;
use crate::set::RuleSet;

/// The shortest anchor of a pattern.
const SHORTEST_ANCHOR: usize = 3;
/// More stop words than this are not carried over.
const MOST_STOPWORDS: usize = 400;

/// What another scanner says of a rule.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) regex: String,
    /// The group that is the secret, where the settings say so.
    pub(super) group: Option<u32>,
    pub(super) entropy: Option<f64>,
    pub(super) keywords: Vec<String>,
    /// Regexes: a secret in which one matches is none.
    pub(super) excluded: Vec<String>,
    /// Words: a secret that holds one is none.
    pub(super) stopwords: Vec<String>,
    /// What is known not to come over.
    pub(super) notes: Vec<String>,
}

impl Draft {
    /// The rule as YAML and what it lost, or why it has to be left out.
    pub(super) fn finish(mut self, id: &str) -> Result<(String, Vec<String>), String> {
        if id.is_empty() {
            return Err("it has no id".to_owned());
        }
        if self.regex.is_empty() {
            return Err("it has no regex; rules that only name paths have no equal".to_owned());
        }
        let adapted = regex::adapt(&self.regex, self.group)?;
        self.notes.extend(adapted.notes.iter().cloned());
        if id != self.id {
            self.notes.push(format!("its id was `{}`", self.id));
        }
        let anchors = self.anchors(id, &adapted)?;
        let excluded = self.exclusions(id, &adapted, &anchors);
        let yaml = self.yaml(id, &adapted, &anchors, &excluded);
        compile(&yaml).map_err(|problems| reason(&problems))?;
        Ok((yaml, self.notes))
    }

    /// The first anchors that every match holds: the keywords, else what the regex begins with, else what
    /// one of its later parts begins with.
    fn anchors(&self, id: &str, adapted: &Adapted) -> Result<Vec<String>, String> {
        let mut refusal = "no literal stands in every match".to_owned();
        let mut within = literals(&adapted.pattern);
        let beginnings = if within.is_empty() { Vec::new() } else { within.remove(0) };
        let both = [&self.keywords[..], &beginnings].concat();
        let first = [usable(&self.keywords), usable(&beginnings), usable(&both)];
        for anchors in first.into_iter().chain(within.iter().map(|all| usable(all))) {
            if anchors.is_empty() {
                continue;
            }
            match compile(&self.yaml(id, adapted, &anchors, &[])) {
                Ok(()) => return Ok(anchors),
                Err(problems) => refusal = reason(&problems),
            }
        }
        Err(refusal)
    }

    /// The exclusions that compile; the rest is noted.
    fn exclusions(&mut self, id: &str, adapted: &Adapted, anchors: &[String]) -> Vec<String> {
        let mut wanted = std::mem::take(&mut self.excluded);
        if self.stopwords.len() > MOST_STOPWORDS {
            self.notes.push(format!("its {} stop words are dropped", self.stopwords.len()));
        } else if !self.stopwords.is_empty() {
            let words: Vec<_> = self.stopwords.iter().map(|word| escaped(word)).collect();
            wanted.push(format!("(?i)(?:{})", words.join("|")));
        }
        let mut kept = Vec::new();
        for regex in wanted.iter().map(|regex| with_plain_braces(regex)) {
            if compile(&self.yaml(id, adapted, anchors, std::slice::from_ref(&regex))).is_ok() {
                kept.push(regex);
            } else {
                self.notes.push(format!("its exception `{regex}` is dropped"));
            }
        }
        kept
    }

    fn yaml(&self, id: &str, adapted: &Adapted, anchors: &[String], excluded: &[String]) -> String {
        let name = if self.name.is_empty() { id } else { &self.name };
        let mut out = String::new();
        let _ = writeln!(out, "  - id: {id}\n    name: {}", quoted(&one_line(name)));
        let _ = writeln!(out, "    kind: {}", kind(id));
        let _ = writeln!(out, "    anchors: [{}]", list(anchors));
        let _ = writeln!(out, "    pattern: {}", quoted(&adapted.pattern));
        if let Some(entropy) = self.entropy.filter(|bits| *bits > 0.0) {
            let _ = writeln!(out, "    entropy: {entropy}");
        }
        if !excluded.is_empty() {
            let _ = writeln!(out, "    not: [{}]", list(excluded));
        }
        out
    }
}

fn compile(rule: &str) -> Result<(), Vec<Problem>> {
    let text = format!("provider: Imported\nrules:\n{rule}");
    let file = SourceFile { name: "imported", text: &text };
    let compiled = RuleSet::compile(&[file]);
    compiled.map(|_| ()).map_err(|errors| errors.into_iter().map(|one| one.problem).collect())
}

fn reason(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Anchors of our form: lower case, long enough, rare, none of them part of another.
fn usable(words: &[String]) -> Vec<String> {
    let mut all: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
    all.retain(|word| word.is_ascii() && word.len() >= SHORTEST_ANCHOR && !is_common(word));
    all.sort_by_key(String::len);
    let mut kept: Vec<String> = Vec::new();
    for word in all {
        if !kept.iter().any(|other| word.contains(other.as_str())) {
            kept.push(word);
        }
    }
    kept
}

/// What every match begins with, and what the rest of it behind each part of the regex begins with.
fn literals(regex: &str) -> Vec<Vec<String>> {
    let Ok(hir) = pattern::parse(regex) else { return Vec::new() };
    let parts = parts(hir);
    let rest = |at: usize| Hir::concat(parts.get(at..).unwrap_or_default().to_vec());
    let beginnings = |hir: Hir| {
        let prefixes = Extractor::new().kind(ExtractKind::Prefix).extract(&hir);
        let found = prefixes.literals().unwrap_or_default().iter();
        found.map(|one| String::from_utf8_lossy(one.as_bytes()).into_owned()).collect()
    };
    (0..parts.len()).map(|at| beginnings(rest(at))).collect()
}

/// The parts of a regex that follow each other, groups opened.
fn parts(hir: Hir) -> Vec<Hir> {
    match hir.into_kind() {
        HirKind::Concat(parts) => parts.into_iter().flat_map(self::parts).collect(),
        HirKind::Capture(group) => self::parts(*group.sub),
        HirKind::Literal(literal) => vec![Hir::literal(literal.0)],
        HirKind::Class(class) => vec![Hir::class(class)],
        HirKind::Repetition(repetition) => vec![Hir::repetition(repetition)],
        HirKind::Alternation(choices) => vec![Hir::alternation(choices)],
        HirKind::Look(look) => vec![Hir::look(look)],
        HirKind::Empty => Vec::new(),
    }
}

/// What kind of credential an id speaks of.
fn kind(id: &str) -> &'static str {
    const KINDS: &[(&str, &str)] = &[
        ("private-key", "private-key"),
        ("webhook", "webhook"),
        ("password", "password"),
        ("oauth", "oauth-token"),
        ("jwt", "session"),
        ("session", "session"),
    ];
    KINDS.iter().find(|(part, _)| id.contains(part)).map_or("api-key", |(_, kind)| kind)
}

/// An id of our form: lower-case letters and digits, joined by single hyphens.
pub(super) fn slug(id: &str) -> String {
    let parts = id.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|one| !one.is_empty());
    parts.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

fn list(texts: &[String]) -> String {
    texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")
}

/// The text as a YAML string. Control characters are written as escapes, which only the double
/// quotes of JSON know.
fn quoted(text: &str) -> String {
    if text.contains(char::is_control) {
        return serde_json::Value::from(text).to_string();
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// The word as a regex that matches nothing else.
fn escaped(word: &str) -> String {
    regex_syntax::escape(word)
}
