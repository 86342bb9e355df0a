//! A made-up credential of a rule, and the line it would stand in.
//!
//! Drawn at random from the rule's own form, the same every time; it opens nothing.

use regex::bytes::{Regex, RegexBuilder};
use tightlip_detect::proof;
use tightlip_rules::sample::{Sample, Sampler};
use tightlip_rules::{Form, Rule};

/// How often a credential is drawn again because the rule itself excludes it.
const TRIES: usize = 100;

/// Draws credentials of one rule, with right check digits.
pub(super) struct Examples<'a> {
    rule: Rule<'a>,
    sampler: Sampler,
    form: Option<Regex>,
    excluded: Vec<Regex>,
}

impl<'a> Examples<'a> {
    pub(super) fn of(rule: Rule<'a>) -> Self {
        let form = match rule.form() {
            Form::Pattern { regex } | Form::Words { value: regex, .. } => {
                compile(&format!("^(?:{regex})$"))
            }
            Form::Structure(_) => None,
        };
        let excluded = rule.excludes().filter_map(compile).collect();
        Self { rule, sampler: Sampler::new(seed(rule.id())), form, excluded }
    }

    /// A match of the rule's form; `None` for a structure, or when nothing of the form will do.
    pub(super) fn draw(&mut self) -> Option<Sample> {
        let form = self.form.as_ref()?;
        for _ in 0..TRIES {
            let sample = sealed(self.rule, self.sampler.draw(self.rule)?);
            let secret = sample.text.get(sample.secret.clone())?;
            let is_excluded = self.excluded.iter().any(|regex| regex.is_match(secret));
            if form.is_match(&sample.text) && !is_excluded {
                return Some(sample);
            }
        }
        None
    }

    /// A line that holds a match, with the words that the rule needs.
    pub(super) fn line(&mut self) -> Option<Sample> {
        let sample = self.draw()?;
        Some(sample.within(&context(self.rule)))
    }
}

/// A line with `{secret}` in it that gives the rule the words it needs.
pub(super) fn context(rule: Rule<'_>) -> String {
    let mut keys = rule.keys();
    let word = rule.anchors().next().unwrap_or_default();
    match rule.form() {
        Form::Words { .. } if keys.len() == 0 || keys.clone().any(|key| word.contains(key)) => {
            format!("{word} = \"{{secret}}\"")
        }
        Form::Words { .. } => {
            format!("{word}_{} = \"{{secret}}\"", keys.next().unwrap_or_default())
        }
        _ => match rule.near().next() {
            Some(near) => format!("{near} = {{secret}}"),
            None => "{secret}".to_owned(),
        },
    }
}

/// The same for an id whatever rules stand around it: FNV-1a.
fn seed(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn compile(regex: &str) -> Option<Regex> {
    RegexBuilder::new(regex).unicode(false).build().ok()
}

/// The sample with its check digits set, where the rule has a proof that has some.
fn sealed(rule: Rule<'_>, sample: Sample) -> Sample {
    let mut secret = sample.text.get(sample.secret.clone()).unwrap_or_default().to_vec();
    if !rule.proof().is_some_and(|name| proof::seal(name, &mut secret)) {
        return sample;
    }
    let before = sample.text.get(..sample.secret.start).unwrap_or_default();
    let after = sample.text.get(sample.secret.end..).unwrap_or_default();
    let end = before.len() + secret.len();
    Sample { text: [before, &secret, after].concat(), secret: before.len()..end }
}
