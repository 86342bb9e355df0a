//! From rule files to rows: everything a rule is held to before it may run.
//!
//! Owns: the whole-set checks (ids, companions) and the fields that every form of rule has. Leaves
//! to others: the three forms ([`form`]), regexes ([`crate::pattern`]) and the wording of what is
//! wrong ([`crate::error`]).

pub(crate) mod form;

use std::collections::HashMap;
use std::str::FromStr;

use serde_saphyr::{Location, Spanned};
use tightlip_model::{Confidence, Severity, UnknownName};

use crate::error::{Place, Problem, RuleError};
use crate::file::{RawFile, RawRule, SourceFile, Text, read};
use crate::rule::Bounds;
use crate::set::{Builder, Record, RuleSet, number};

/// Where in an example the secret goes.
pub(crate) const SLOT: &str = "{secret}";

/// Adds the rules of these files to a set, or tells everything that is wrong with them.
pub(crate) fn extend(base: RuleSet, files: &[SourceFile<'_>]) -> Result<RuleSet, Vec<RuleError>> {
    let mut errors = Vec::new();
    let mut parsed = Vec::new();
    for file in files {
        match read(*file) {
            Ok(raw) => parsed.push((file.name, raw)),
            Err(error) => errors.push(*error),
        }
    }
    let ids = Ids::gather(&base, &parsed, &mut errors);
    let mut builder = Builder::new(base);
    for (file, raw) in &parsed {
        let mut checker = Checker { file, rule: None, errors: &mut errors };
        checker.file(raw, &ids, &mut builder);
    }
    if errors.is_empty() { Ok(builder.finish()) } else { Err(errors) }
}

/// Every id of the set with its index, and who has it.
struct Ids(HashMap<String, (u32, String)>);

impl Ids {
    fn gather(base: &RuleSet, files: &[(&str, RawFile)], errors: &mut Vec<RuleError>) -> Self {
        let known = base
            .iter()
            .map(|rule| (rule.id().to_owned(), (rule.index().0, "the built-in rules".to_owned())));
        let mut ids: HashMap<_, _> = known.collect();
        let mut next = number(base.len());
        for (file, raw) in files {
            for rule in &raw.rules.value {
                let place = place(file, rule.id.referenced);
                if let Some((_, by)) = ids.get(&rule.id.value) {
                    let problem = Problem::Taken { id: rule.id.value.clone(), by: by.clone() };
                    errors.push(RuleError { place, rule: None, problem });
                } else {
                    ids.insert(rule.id.value.clone(), (next, place.to_string()));
                }
                next += 1;
            }
        }
        Self(ids)
    }
}

fn place(file: &str, at: Location) -> Place {
    Place { file: file.to_owned(), line: at.line(), column: at.column() }
}

/// Collects what is wrong with one file.
struct Checker<'a> {
    file: &'a str,
    rule: Option<&'a str>,
    errors: &'a mut Vec<RuleError>,
}

impl<'a> Checker<'a> {
    fn fail(&mut self, at: Location, problem: Problem) {
        let rule = self.rule.map(str::to_owned);
        self.errors.push(RuleError { place: place(self.file, at), rule, problem });
    }

    fn file(&mut self, raw: &'a RawFile, ids: &Ids, builder: &mut Builder) {
        self.line("provider", &raw.provider);
        self.link(raw.link.as_ref());
        if raw.rules.value.is_empty() {
            self.fail(raw.rules.referenced, Problem::NoRules);
        }
        for rule in &raw.rules.value {
            self.rule = Some(&rule.id.value);
            let record = self.rule(raw, rule, ids, builder);
            builder.record(record);
        }
    }

    fn rule(&mut self, file: &RawFile, raw: &RawRule, ids: &Ids, builder: &mut Builder) -> Record {
        self.texts(raw);
        let form = self.form(raw);
        let (severity, confidence) = self.grades(raw, form.default_confidence());
        let link = raw.link.as_ref().or(file.link.as_ref());
        let optional = |text: Option<&Text>| text.map_or(String::new(), |text| text.value.clone());
        let head: Vec<u32> = form.outline.head.iter().map(|set| builder.set(*set)).collect();
        Record {
            id: builder.text(&raw.id.value),
            name: builder.text(&raw.name.value),
            provider: builder.text(&file.provider.value),
            kind: self.named(&raw.kind).unwrap_or(tightlip_model::Kind::ApiKey),
            severity,
            confidence,
            shape: form.shape,
            form: builder.text(&form.text),
            anchors: builder.list(form.anchors.iter().map(String::as_str)),
            keys: builder.list(form.keys.iter().map(String::as_str)),
            proof: builder.text(&optional(raw.proof.as_ref())),
            entropy: self.entropy(raw.entropy.as_ref()),
            near: builder.list(form.near.iter().map(String::as_str)),
            within: form.within,
            not: builder.list(values(&raw.not)),
            companions: builder.links(&self.companions(raw, ids)),
            public: raw.public,
            bounds: self.bounds(raw.bounds.as_ref()),
            examples: builder.list(values(&raw.examples)),
            clean: builder.list(values(&raw.clean)),
            revoke: builder.text(&optional(raw.revoke.as_ref())),
            link: builder.text(&optional(link)),
            note: builder.text(&optional(raw.note.as_ref())),
            before: form.before,
            after: form.after,
            anchored_at: form.anchored_at,
            tail: builder.set(form.tail),
            secret_group: form.secret,
            groups: builder.list(form.groups.iter().map(String::as_str)),
            least: number(form.outline.least),
            any: builder.set(form.outline.any),
            head: builder.links(&head),
        }
    }

    /// The fields that are words for people, and the names.
    fn texts(&mut self, raw: &RawRule) {
        if !is_kebab(&raw.id.value) {
            self.fail(raw.id.referenced, Problem::Id(raw.id.value.clone()));
        }
        self.line("name", &raw.name);
        let optional = [("revoke", &raw.revoke), ("note", &raw.note), ("proof", &raw.proof)];
        for (field, text) in optional {
            text.iter().for_each(|text| self.line(field, text));
        }
        self.link(raw.link.as_ref());
        for example in &raw.examples {
            let slots = example.value.matches(SLOT).count();
            if slots != 1 {
                self.fail(example.referenced, Problem::Example(slots));
            }
            self.lines("examples", example);
        }
        for clean in &raw.clean {
            if clean.value.contains(SLOT) {
                self.fail(clean.referenced, Problem::Clean);
            }
            self.lines("clean", clean);
        }
        for not in &raw.not {
            if let Err(problem) = crate::pattern::parse(&not.value) {
                self.fail(not.referenced, problem);
            }
        }
    }

    /// A text on one line.
    fn line(&mut self, field: &'static str, text: &Text) {
        if text.value.trim().is_empty() {
            self.fail(text.referenced, Problem::Empty(field));
        } else if text.value.chars().any(char::is_control) {
            self.fail(text.referenced, Problem::Control(field));
        }
    }

    /// A text of one or more lines.
    fn lines(&mut self, field: &'static str, text: &Text) {
        let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        if text.value.chars().any(is_control) {
            self.fail(text.referenced, Problem::Control(field));
        }
    }

    fn link(&mut self, link: Option<&Text>) {
        let Some(link) = link else { return };
        let is_web = link.value.starts_with("https://") || link.value.starts_with("http://");
        if !is_web || link.value.chars().any(|c| c.is_whitespace() || c.is_control()) {
            self.fail(link.referenced, Problem::Link(link.value.clone()));
        }
    }

    fn named<T: FromStr<Err = UnknownName>>(&mut self, text: &Text) -> Option<T> {
        text.value.parse().map_err(|error| self.fail(text.referenced, Problem::Name(error))).ok()
    }

    fn grades(&mut self, raw: &RawRule, default: Confidence) -> (Severity, Confidence) {
        let severity = raw.severity.as_ref().and_then(|text| self.named(text));
        let confidence = raw.confidence.as_ref().and_then(|text| self.named(text));
        if !raw.public {
            return (severity.unwrap_or(Severity::High), confidence.unwrap_or(default));
        }
        let (least, lowest) = (Severity::Info, Confidence::Low);
        if let Some(text) = raw.severity.as_ref().filter(|_| severity != Some(least)) {
            self.fail(text.referenced, Problem::Public("severity"));
        }
        if let Some(text) = raw.confidence.as_ref().filter(|_| confidence != Some(lowest)) {
            self.fail(text.referenced, Problem::Public("confidence"));
        }
        (least, lowest)
    }

    /// The least entropy in thousandths of a bit.
    fn entropy(&mut self, entropy: Option<&Spanned<f32>>) -> u32 {
        let Some(entropy) = entropy else { return 0 };
        let thousandths =
            (0..=8000).find(|at| f64::from(entropy.value) * 1000.0 < f64::from(*at) + 0.5);
        thousandths.filter(|_| entropy.value >= 0.0).unwrap_or_else(|| {
            let given = entropy.value.to_string();
            let range = "0 to 8 bits a character";
            self.fail(entropy.referenced, Problem::Range { field: "entropy", given, range });
            0
        })
    }

    fn bounds(&mut self, bounds: Option<&Text>) -> Bounds {
        let Some(bounds) = bounds else { return Bounds::Token };
        match bounds.value.as_str() {
            "none" => return Bounds::Any,
            "token" => {}
            given => {
                let given = given.to_owned();
                let problem = Problem::Range { field: "bounds", given, range: "`none` or `token`" };
                self.fail(bounds.referenced, problem);
            }
        }
        Bounds::Token
    }

    fn companions(&mut self, raw: &RawRule, ids: &Ids) -> Vec<u32> {
        let mut found = Vec::new();
        for companion in &raw.companions {
            match ids.0.get(&companion.value) {
                Some((index, _)) if companion.value != raw.id.value => found.push(*index),
                _ => {
                    let problem = Problem::Companion(companion.value.clone());
                    self.fail(companion.referenced, problem);
                }
            }
        }
        found
    }
}

fn values(texts: &[Text]) -> impl Iterator<Item = &str> {
    texts.iter().map(|text| text.value.as_str())
}

fn is_kebab(id: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    id.split('-').all(is_word)
}
