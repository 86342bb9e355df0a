//! Made-up credentials: strings drawn at random from a rule's own form.
//!
//! For tests of rules and for `rules show` and `rules check`; nothing in a scan uses it. What it
//! draws has the form of a credential and opens nothing: checksums are the detector's to fill in,
//! and look-around is not obeyed.

use std::ops::Range;

use regex_syntax::hir::{Class, ClassBytes, Hir, HirKind, Repetition};

use crate::check::SLOT;
use crate::pattern;
use crate::rule::{Form, Rule};

/// How often a secret is drawn again because it looks like a placeholder.
const TRIES: usize = 64;
/// How much longer than its shortest an open-ended repetition is drawn.
const SPREAD: u32 = 24;
/// Classes with more bytes than this exclude rather than list.
const WIDE: usize = 72;

/// Words that mark a placeholder.
const PLACEHOLDERS: &[&[u8]] =
    &[b"demo", b"dummy", b"example", b"fake", b"none", b"null", b"sample", b"test", b"todo"];

/// A source of made-up credentials: the same for the same seed.
#[derive(Debug, Clone)]
pub struct Sampler {
    state: u64,
}

/// A made-up match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The bytes of the match, or of a line that holds it.
    pub text: Vec<u8>,
    /// Where in them the secret stands.
    pub secret: Range<usize>,
}

impl Sample {
    /// The sample with its match put where `{secret}` stands in a line.
    #[must_use]
    pub fn within(&self, line: &str) -> Self {
        let (before, after) = line.split_once(SLOT).unwrap_or((line, ""));
        let text = [before.as_bytes(), &self.text, after.as_bytes()].concat();
        let secret = self.secret.start + before.len()..self.secret.end + before.len();
        Self { text, secret }
    }
}

impl Sampler {
    /// A sampler that draws the same for the same seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A match of the rule's pattern or a value of its words; `None` for a structure.
    pub fn draw(&mut self, rule: Rule<'_>) -> Option<Sample> {
        let hir = pattern::parse(regex(rule)?).ok()?;
        let group = u32::try_from(rule.secret_group()).ok()?;
        let mut best: Option<(f32, Sample)> = None;
        for _ in 0..TRIES {
            let sample = self.once(&hir, Draft { group, ..Draft::default() });
            let secret = sample.text.get(sample.secret.clone()).unwrap_or_default();
            let entropy = if has_run(secret) || has_word(secret) { 0.0 } else { entropy(secret) };
            if entropy > rule.entropy().unwrap_or(3.0).max(3.0) {
                return Some(sample);
            }
            if best.as_ref().is_none_or(|(most, _)| entropy > *most) {
                best = Some((entropy, sample));
            }
        }
        best.map(|(_, sample)| sample)
    }

    /// A match as documentation shows it: the same character, an x where the form allows it, for
    /// every character that is free; `None` for a structure.
    pub fn placeholder(&mut self, rule: Rule<'_>) -> Option<Sample> {
        let hir = pattern::parse(regex(rule)?).ok()?;
        let group = u32::try_from(rule.secret_group()).ok()?;
        Some(self.once(&hir, Draft { group, is_placeholder: true, ..Draft::default() }))
    }

    /// A line in which the rule's own context surrounds a match: the word, a key where one is
    /// needed and an assignment for words, a near word before a pattern that needs one.
    pub fn line(&mut self, rule: Rule<'_>) -> Option<Sample> {
        let sample = self.draw(rule)?;
        Some(sample.within(&format!("{}{SLOT}{}", self.lead(rule), self.close(rule))))
    }

    fn lead(&mut self, rule: Rule<'_>) -> String {
        if !matches!(rule.form(), Form::Words { .. }) {
            let near = self.pick(rule.near());
            return near.map(|near| format!("{near} = ")).unwrap_or_default();
        }
        let word = self.pick(rule.anchors()).unwrap_or_default();
        let key = self.pick(rule.keys()).filter(|_| !rule.keys().any(|key| word.contains(key)));
        key.map_or_else(|| format!("{word} = \""), |key| format!("{word}_{key} = \""))
    }

    fn close(&self, rule: Rule<'_>) -> &'static str {
        if matches!(rule.form(), Form::Words { .. }) { "\"" } else { "" }
    }

    fn pick<'t>(&mut self, mut texts: impl ExactSizeIterator<Item = &'t str>) -> Option<&'t str> {
        let at = self.below(texts.len());
        texts.nth(at)
    }

    fn once(&mut self, hir: &Hir, mut draft: Draft) -> Sample {
        self.walk(hir, &mut draft);
        let secret = draft.secret.unwrap_or(0..draft.text.len());
        Sample { text: draft.text, secret }
    }

    fn walk(&mut self, hir: &Hir, draft: &mut Draft) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Unicode(_)) => {}
            HirKind::Literal(literal) => draft.text.extend_from_slice(&literal.0),
            HirKind::Class(Class::Bytes(class)) if draft.is_placeholder => {
                draft.text.push(placeholder_byte(class));
            }
            HirKind::Class(Class::Bytes(class)) => draft.text.push(self.byte(class)),
            HirKind::Repetition(repetition) => {
                for _ in 0..self.times(repetition) {
                    self.walk(&repetition.sub, draft);
                }
            }
            HirKind::Capture(capture) => {
                let start = draft.text.len();
                self.walk(&capture.sub, draft);
                if capture.index == draft.group {
                    draft.secret = Some(start..draft.text.len());
                }
            }
            HirKind::Concat(subs) => subs.iter().for_each(|sub| self.walk(sub, draft)),
            HirKind::Alternation(subs) => {
                let at = self.below(subs.len());
                subs.iter().skip(at).take(1).for_each(|sub| self.walk(sub, draft));
            }
        }
    }

    fn times(&mut self, repetition: &Repetition) -> u32 {
        let most = repetition.max.unwrap_or(u32::MAX);
        let spread = most.saturating_sub(repetition.min).min(SPREAD);
        repetition.min + u32::try_from(self.below(spread as usize + 1)).unwrap_or(0)
    }

    /// A byte of the class, one that needs no quoting where the class has any.
    fn byte(&mut self, class: &ClassBytes) -> u8 {
        let all: Vec<u8> = class.iter().flat_map(|range| range.start()..=range.end()).collect();
        let is_plain = |byte: &u8| {
            byte.is_ascii_alphanumeric()
                || b"-_".contains(byte)
                || (all.len() <= WIDE && b"+/=.~:@!*^|".contains(byte))
        };
        let plain: Vec<u8> = all.iter().copied().filter(is_plain).collect();
        let visible: Vec<u8> =
            all.iter().copied().filter(|byte| (b' '..=b'~').contains(byte)).collect();
        let choice = [plain, visible, all].into_iter().find(|bytes| !bytes.is_empty());
        let choice = choice.unwrap_or_default();
        choice.get(self.below(choice.len())).copied().unwrap_or(b'0')
    }

    /// A number below `limit`; 0 when that is 0.
    fn below(&mut self, limit: usize) -> usize {
        // The steps of SplitMix64, by its published constants.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        mixed.checked_rem(limit as u64).and_then(|at| usize::try_from(at).ok()).unwrap_or(0)
    }
}

/// The fewest and the most bytes of the rule's secret; `None` for a structure.
#[must_use]
pub fn lengths(rule: Rule<'_>) -> Option<(usize, usize)> {
    let hir = pattern::parse(regex(rule)?).ok()?;
    let group = u32::try_from(rule.secret_group()).ok()?;
    let properties = pattern::group(&hir, group).unwrap_or(&hir).properties();
    Some((properties.minimum_len()?, properties.maximum_len()?))
}

fn regex(rule: Rule<'_>) -> Option<&str> {
    match rule.form() {
        Form::Pattern { regex } | Form::Words { value: regex, .. } => Some(regex),
        Form::Structure(_) => None,
    }
}

#[derive(Default)]
struct Draft {
    group: u32,
    is_placeholder: bool,
    text: Vec<u8>,
    secret: Option<Range<usize>>,
}

fn placeholder_byte(class: &ClassBytes) -> u8 {
    let holds = |byte: &u8| class.iter().any(|range| (range.start()..=range.end()).contains(byte));
    let first = || class.iter().next().map_or(b'0', |range| range.start());
    b"xX0aA".iter().copied().find(holds).unwrap_or_else(first)
}

/// Whether four characters in a row are equal, or each the next of the one before.
fn has_run(secret: &[u8]) -> bool {
    let steps = |four: &[u8], by: u8| {
        four.iter().zip(four.iter().skip(1)).all(|(a, b)| a.wrapping_add(by) == *b)
    };
    secret.windows(4).any(|four| steps(four, 0) || steps(four, 1) || steps(four, u8::MAX))
}

/// Whether chance spelled a word of placeholders.
fn has_word(secret: &[u8]) -> bool {
    let lower = secret.to_ascii_lowercase();
    let holds = |word: &&[u8]| lower.windows(word.len()).any(|part| part == *word);
    PLACEHOLDERS.iter().any(holds)
}

/// Shannon entropy in bits a byte.
fn entropy(bytes: &[u8]) -> f32 {
    let mut counts = [0_u16; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count = count.saturating_add(1);
        }
    }
    let total: f32 = counts.iter().map(|count| f32::from(*count)).sum();
    let share = |count: &u16| f32::from(*count) / total;
    -counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| share(count) * share(count).log2())
        .sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RuleSet, SourceFile};

    fn set(rule: &str) -> RuleSet {
        let text =
            format!("provider: Acme\nrules:\n  - {{id: acme, name: key, kind: api-key, {rule}}}");
        RuleSet::compile(&[SourceFile { name: "acme.yaml", text: &text }]).unwrap()
    }

    #[test]
    fn a_sample_has_the_form_and_tells_where_its_secret_is() {
        let set = set("anchors: [acme_], pattern: 'user=[a-z]{3};acme_(?P<secret>[0-9a-f]{32})'");
        let sample = Sampler::new(1).draw(set.by_id("acme").unwrap()).unwrap();
        let text = String::from_utf8(sample.text).unwrap();
        assert!(text.starts_with("user=") && text.get(8..14) == Some(";acme_"), "{text}");
        assert_eq!((sample.secret, text.len()), (14..46, 46));
    }

    #[test]
    fn the_same_seed_draws_the_same_and_another_seed_something_else() {
        let set = set("anchors: [acme_], pattern: 'acme_[0-9A-Za-z]{20,40}'");
        let rule = set.by_id("acme").unwrap();
        assert_eq!(Sampler::new(7).draw(rule), Sampler::new(7).draw(rule));
        assert_ne!(Sampler::new(7).draw(rule), Sampler::new(8).draw(rule));
    }

    #[test]
    fn a_line_for_words_assigns_the_value_to_a_word_with_a_key() {
        let set = set("words: [acme], keys: [api_key], value: '[0-9a-f]{32}'");
        let sample = Sampler::new(1).line(set.by_id("acme").unwrap()).unwrap();
        let text = String::from_utf8(sample.text).unwrap();
        assert!(text.starts_with("acme_api_key = \"") && text.ends_with('"'), "{text}");
        assert_eq!(sample.secret, 16..48);
    }

    #[test]
    fn the_lengths_are_those_of_the_secret() {
        let set = set("anchors: [acme_], pattern: 'acme_(?P<secret>[0-9a-f]{32,40})'");
        assert_eq!(lengths(set.by_id("acme").unwrap()), Some((32, 40)));
    }
}
