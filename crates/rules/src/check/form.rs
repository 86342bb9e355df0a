//! The three forms of a rule: a pattern, words with a value, a structure.
//!
//! Owns: which fields go together, anchors and words, and what is worked out from them for the
//! scanner. Leaves to others: the regex itself ([`crate::pattern`], [`crate::anchor`]).

use serde_saphyr::{Location, Spanned};
use tightlip_model::Confidence;

use super::Checker;
use crate::anchor;
use crate::error::Problem;
use crate::file::{RawRule, Text};
use crate::outline::Outline;
use crate::pattern::{self, ByteSet, Pattern};
use crate::set::{Shape, number};

/// How far a word stands from its value where the rule does not say.
const WORD_WITHIN: u32 = 60;
/// How far a near word stands from the match where the rule does not say.
const NEAR_WITHIN: u32 = 80;
/// The farthest that either may stand.
const WITHIN: u32 = 4096;

/// Words found in nearly every file: no use as an anchor or a word of their own.
const COMMON: &[&str] = &[
    "access",
    "account",
    "admin",
    "api",
    "app",
    "auth",
    "class",
    "client",
    "code",
    "config",
    "credential",
    "data",
    "email",
    "false",
    "file",
    "function",
    "host",
    "http",
    "http://",
    "https",
    "https://",
    "import",
    "key",
    "login",
    "name",
    "null",
    "pass",
    "passwd",
    "password",
    "private",
    "public",
    "return",
    "secret",
    "server",
    "service",
    "string",
    "test",
    "token",
    "true",
    "type",
    "url",
    "user",
    "username",
    "value",
    "www.",
    "-----",
    "-----begin",
    "====",
];

/// Whether a word is found in nearly every file.
pub(crate) fn is_common(word: &str) -> bool {
    COMMON.contains(&word)
}

/// What a rule's form comes to.
#[derive(Debug, Default)]
pub(super) struct CheckedForm {
    pub(super) shape: Shape,
    pub(super) text: String,
    pub(super) anchors: Vec<String>,
    pub(super) keys: Vec<String>,
    pub(super) near: Vec<String>,
    pub(super) within: u32,
    pub(super) before: u32,
    pub(super) after: u32,
    pub(super) anchored_at: u32,
    pub(super) tail: ByteSet,
    pub(super) secret: u32,
    pub(super) groups: Vec<String>,
    pub(super) outline: Outline,
}

impl CheckedForm {
    pub(super) fn default_confidence(&self) -> Confidence {
        match self.shape {
            Shape::Pattern | Shape::Structure => Confidence::High,
            Shape::Words => Confidence::Medium,
        }
    }
}

impl Checker<'_> {
    pub(super) fn form(&mut self, raw: &RawRule) -> CheckedForm {
        let mut form = match (&raw.pattern, &raw.words, &raw.structure) {
            (Some(pattern), None, None) => self.pattern(raw, pattern),
            (None, Some(words), None) => self.words(raw, words),
            (None, None, Some(structure)) => self.structure(raw, structure),
            (pattern, words, structure) => {
                let given = [
                    pattern.as_ref().map(|_| "`pattern`"),
                    words.as_ref().map(|_| "`words`"),
                    structure.as_ref().map(|_| "`structure`"),
                ];
                let given: Vec<_> = given.into_iter().flatten().collect();
                let has = if given.is_empty() { "none".to_owned() } else { given.join(" and ") };
                self.fail(raw.id.referenced, Problem::Forms(has));
                CheckedForm::default()
            }
        };
        self.stray_fields(raw, form.shape);
        form.near = self.near(raw);
        form.within = self.within(raw);
        if form.shape == Shape::Words {
            form.after = form.after.saturating_add(form.within);
        }
        form
    }

    fn pattern(&mut self, raw: &RawRule, text: &Text) -> CheckedForm {
        let anchors = self.anchors(raw, "pattern", 3);
        let mut form = CheckedForm { text: text.value.clone(), ..CheckedForm::default() };
        let pattern = self.regex("pattern", text);
        if let (Some(pattern), Some(at)) = (&pattern, &raw.anchors) {
            self.check_anchors(&anchors, at.referenced);
            match anchor::place(&pattern.hir, &anchors) {
                Ok(first) => {
                    form.before = number(first.before);
                    form.after = number(pattern.longest.saturating_sub(first.end));
                    form.anchored_at = first.fixed.map_or(u32::MAX, number);
                }
                Err(sample) => {
                    let anchors = quoted(&anchors);
                    self.fail(text.referenced, Problem::Escapes { sample, anchors });
                }
            }
        }
        adopt(&mut form, pattern);
        CheckedForm { anchors, ..form }
    }

    fn words(&mut self, raw: &RawRule, words: &Spanned<Vec<Text>>) -> CheckedForm {
        let anchors = self.literals("word", words, 4);
        self.check_common("word", &anchors, words.referenced);
        let keys = raw.keys.as_ref().map(|keys| self.literals("key", keys, 2)).unwrap_or_default();
        let mut form = CheckedForm {
            shape: Shape::Words,
            anchors,
            keys,
            anchored_at: u32::MAX,
            ..CheckedForm::default()
        };
        let Some(value) = &raw.value else {
            let problem = Problem::Missing { field: "value", by: "words" };
            self.fail(words.referenced, problem);
            return form;
        };
        form.text.clone_from(&value.value);
        let pattern = self.regex("value", value);
        form.after = pattern.as_ref().map_or(0, |pattern| number(pattern.longest));
        adopt(&mut form, pattern);
        form
    }

    fn structure(&mut self, raw: &RawRule, name: &Text) -> CheckedForm {
        let anchors = self.anchors(raw, "structure", 3);
        if !super::is_kebab(&name.value) {
            self.fail(name.referenced, Problem::Id(name.value.clone()));
        }
        CheckedForm {
            shape: Shape::Structure,
            text: name.value.clone(),
            anchors,
            anchored_at: u32::MAX,
            ..CheckedForm::default()
        }
    }

    fn regex(&mut self, field: &'static str, text: &Text) -> Option<Pattern> {
        self.line(field, text);
        match pattern::check(&text.value) {
            Ok(pattern) => Some(pattern),
            Err(problems) => {
                problems.into_iter().for_each(|problem| self.fail(text.referenced, problem));
                None
            }
        }
    }

    fn anchors(&mut self, raw: &RawRule, by: &'static str, least: usize) -> Vec<String> {
        let Some(anchors) = raw.anchors.as_ref().filter(|anchors| !anchors.value.is_empty()) else {
            self.fail(raw.id.referenced, Problem::Missing { field: "anchors", by });
            return Vec::new();
        };
        self.literals("anchor", anchors, least)
    }

    /// Literals in lower case, each long enough and of ASCII.
    fn literals(
        &mut self,
        what: &'static str,
        texts: &Spanned<Vec<Text>>,
        least: usize,
    ) -> Vec<String> {
        for text in &texts.value {
            if text.value.len() < least {
                let anchor = text.value.clone();
                self.fail(text.referenced, Problem::Short { what, anchor, least });
            }
            if !text.value.is_ascii() {
                self.fail(text.referenced, Problem::NotAscii(text.value.clone()));
            }
        }
        texts.value.iter().map(|text| text.value.to_ascii_lowercase()).collect()
    }

    fn check_anchors(&mut self, anchors: &[String], at: Location) {
        self.check_common("anchor", anchors, at);
        for (place, anchor) in anchors.iter().enumerate() {
            let others = anchors.iter().enumerate().filter(|(other, _)| *other != place);
            let mut covering = others.map(|(_, by)| by).filter(|by| anchor.contains(by.as_str()));
            if let Some(by) = covering.next() {
                let problem = Problem::Covered { anchor: anchor.clone(), by: by.clone() };
                self.fail(at, problem);
            }
        }
    }

    fn check_common(&mut self, what: &'static str, anchors: &[String], at: Location) {
        for anchor in anchors.iter().filter(|anchor| is_common(anchor)) {
            self.fail(at, Problem::Common { what, anchor: anchor.clone() });
        }
    }

    fn near(&mut self, raw: &RawRule) -> Vec<String> {
        raw.near.as_ref().map(|near| self.literals("near", near, 3)).unwrap_or_default()
    }

    fn within(&mut self, raw: &RawRule) -> u32 {
        let Some(within) = &raw.within else {
            return if raw.words.is_some() { WORD_WITHIN } else { NEAR_WITHIN };
        };
        if !(1..=WITHIN).contains(&within.value) {
            let given = within.value.to_string();
            let problem = Problem::Range { field: "within", given, range: "1 to 4096 bytes" };
            self.fail(within.referenced, problem);
        }
        within.value
    }

    /// Fields that have no effect on a rule of this shape.
    fn stray_fields(&mut self, raw: &RawRule, shape: Shape) {
        let is_words = shape == Shape::Words;
        let words_only = "`words` and `value`";
        let at = |list: &Option<Spanned<Vec<Text>>>| list.as_ref().map(|list| list.referenced);
        let stray = [
            (
                is_words,
                "anchors",
                at(&raw.anchors),
                "`pattern` and `structure`, `words` are their own",
            ),
            (is_words, "near", at(&raw.near), "`pattern` and `structure`, here `words` say it"),
            (!is_words, "keys", at(&raw.keys), words_only),
            (!is_words, "value", raw.value.as_ref().map(|value| value.referenced), words_only),
            (
                !is_words && raw.near.is_none(),
                "within",
                raw.within.as_ref().map(|within| within.referenced),
                "`words` or `near`",
            ),
            (
                shape == Shape::Structure,
                "bounds",
                raw.bounds.as_ref().map(|bounds| bounds.referenced),
                "`pattern` and `words`",
            ),
        ];
        for (is_stray, field, at, with) in stray {
            if let Some(at) = at.filter(|_| is_stray) {
                self.fail(at, Problem::Stray { field, with });
            }
        }
    }
}

fn adopt(form: &mut CheckedForm, pattern: Option<Pattern>) {
    if let Some(pattern) = pattern {
        form.tail = pattern.tail;
        form.outline = pattern.outline;
        form.secret = pattern.secret;
        form.groups = pattern.groups;
    }
}

fn quoted(anchors: &[String]) -> String {
    anchors.iter().map(|anchor| format!("`{anchor}`")).collect::<Vec<_>>().join(", ")
}
