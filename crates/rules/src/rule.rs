//! One rule of a set, read off its tables.
//!
//! Owns: what a rule says of itself. Leaves to others: the tables ([`crate::RuleSet`]) and running
//! the rule (the detector).

use tightlip_model::{Confidence, Kind, RuleId, RuleInfo, Severity};

use crate::pattern::ByteSet;
use crate::set::{Record, RuleSet, Shape, Slice};

/// What rules of no provider have as theirs.
const GENERIC: &str = "Generic";

/// A rule: a view into its set, cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Rule<'a> {
    pub(crate) set: &'a RuleSet,
    pub(crate) record: &'a Record,
    pub(crate) index: RuleId,
}

/// What a rule looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form<'a> {
    /// A token that identifies itself. Every match of `regex` holds one of the rule's anchors.
    Pattern {
        /// The regex, on bytes, without Unicode.
        regex: &'a str,
    },
    /// A value that only a word before it makes a secret. The words are the rule's anchors.
    Words {
        /// The regex of the value, on bytes, without Unicode.
        value: &'a str,
        /// The most bytes between the end of the word and the start of the value.
        within: usize,
    },
    /// What the detector's matcher of this name finds at the rule's anchors.
    Structure(&'a str),
}

/// Whether the secret must stand alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bounds {
    /// It is a whole token: neither side runs on.
    #[default]
    Token,
    /// It may be part of a longer run.
    Any,
}

/// How far from an anchor a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The most bytes between the start of a match and the start of its anchor.
    pub before: usize,
    /// The most bytes between the end of the anchor and the end of the match.
    pub after: usize,
}

impl<'a> Rule<'a> {
    /// Where it stands in its set.
    #[must_use]
    pub const fn index(self) -> RuleId {
        self.index
    }

    /// Its name in configuration and reports.
    #[must_use]
    pub fn id(self) -> &'a str {
        self.set.text(self.record.id)
    }

    /// What it finds, in a few words without the provider.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.set.text(self.record.name)
    }

    /// Who issues the credential.
    #[must_use]
    pub fn provider(self) -> &'a str {
        self.set.text(self.record.provider)
    }

    /// Whether it knows a kind of secret rather than a provider's: a match of it says less than a
    /// match of a provider's rule at the same place.
    #[must_use]
    pub fn is_generic(self) -> bool {
        self.provider() == GENERIC
    }

    /// Which kind of identity the credential belongs to.
    #[must_use]
    pub const fn kind(self) -> Kind {
        self.record.kind
    }

    /// How bad a leak is when it is real.
    #[must_use]
    pub const fn severity(self) -> Severity {
        self.record.severity
    }

    /// How sure a match makes us.
    #[must_use]
    pub const fn confidence(self) -> Confidence {
        self.record.confidence
    }

    /// The literals, in lower-case ASCII, near which alone the rule looks: part of every match of a
    /// pattern or structure, the words before a value.
    #[must_use]
    pub fn anchors(self) -> Texts<'a> {
        self.texts(self.record.anchors)
    }

    /// What it looks for.
    #[must_use]
    pub fn form(self) -> Form<'a> {
        let text = self.set.text(self.record.form);
        match self.record.shape {
            Shape::Pattern => Form::Pattern { regex: text },
            Shape::Words => Form::Words { value: text, within: self.within() },
            Shape::Structure => Form::Structure(text),
        }
    }

    /// For words: one of these, in lower-case ASCII, must stand between the start of the word and
    /// the value. No condition when there is none.
    #[must_use]
    pub fn keys(self) -> Texts<'a> {
        self.texts(self.record.keys)
    }

    /// The check that the secret must pass, by its name in the detector's registry.
    #[must_use]
    pub fn proof(self) -> Option<&'a str> {
        Some(self.set.text(self.record.proof)).filter(|name| !name.is_empty())
    }

    /// The least Shannon entropy of the secret, in bits a character.
    #[must_use]
    pub fn entropy(self) -> Option<f32> {
        let thousandths = u16::try_from(self.record.entropy).unwrap_or(u16::MAX);
        (thousandths > 0).then(|| f32::from(thousandths) / 1000.0)
    }

    /// For patterns and structures: one of these words, in lower-case ASCII, must stand before the
    /// match. No condition when there is none.
    #[must_use]
    pub fn near(self) -> Texts<'a> {
        self.texts(self.record.near)
    }

    /// How many bytes before the match a word of [`Rule::near`] may stand, or after a word the
    /// value.
    #[must_use]
    pub const fn within(self) -> usize {
        self.record.within as usize
    }

    /// Regexes: a secret in which one of them matches is none.
    #[must_use]
    pub fn excludes(self) -> Texts<'a> {
        self.texts(self.record.not)
    }

    /// The rules that find other parts of the same credential.
    pub fn companions(self) -> impl Iterator<Item = RuleId> + 'a {
        let links = self.set.links.get(self.record.companions.range()).unwrap_or_default();
        links.iter().copied().map(RuleId)
    }

    /// Whether the credential is public by design.
    #[must_use]
    pub const fn is_public(self) -> bool {
        self.record.public
    }

    /// Whether the secret must stand alone.
    #[must_use]
    pub const fn bounds(self) -> Bounds {
        self.record.bounds
    }

    /// Lines in which `{secret}` stands for a match.
    #[must_use]
    pub fn examples(self) -> Texts<'a> {
        self.texts(self.record.examples)
    }

    /// Lines that must stay silent.
    #[must_use]
    pub fn clean(self) -> Texts<'a> {
        self.texts(self.record.clean)
    }

    /// What to do about a leak; may be empty.
    #[must_use]
    pub fn revoke(self) -> &'a str {
        self.set.text(self.record.revoke)
    }

    /// Where the provider documents it; may be empty.
    #[must_use]
    pub fn link(self) -> &'a str {
        self.set.text(self.record.link)
    }

    /// A sentence of help; may be empty.
    #[must_use]
    pub fn note(self) -> &'a str {
        self.set.text(self.record.note)
    }

    /// How far from an anchor a match reaches; nothing for a structure, whose matcher knows.
    #[must_use]
    pub const fn window(self) -> Window {
        Window { before: self.record.before as usize, after: self.record.after as usize }
    }

    /// How many bytes before its anchor every match of a pattern begins; `None` where that varies.
    #[must_use]
    pub fn anchored_at(self) -> Option<usize> {
        let offset = self.record.anchored_at;
        (offset != u32::MAX).then_some(offset as usize)
    }

    /// The bytes of the last character class of the secret: one more of them after it means that
    /// the token runs on. Empty where the pattern itself says what follows the secret.
    #[must_use]
    pub fn tail(self) -> &'a ByteSet {
        self.set.set(self.record.tail)
    }

    /// Whether a match of the regex may begin at `start`, by its outline: the bytes that each match
    /// has. Costs a look at a few bytes; what it refuses is no match.
    #[must_use]
    pub fn may_begin(self, text: &[u8], start: usize) -> bool {
        let end = start.saturating_add(self.record.least as usize);
        let Some(bytes) = text.get(start..end) else { return false };
        let head = self.set.links.get(self.record.head.range()).unwrap_or_default();
        let is_head = head.iter().zip(bytes).all(|(set, byte)| self.set.set(*set).contains(*byte));
        let rest = bytes.get(head.len()..).unwrap_or_default();
        is_head && rest.iter().all(|byte| self.set.set(self.record.any).contains(*byte))
    }

    /// Whether a match of the regex may lie in `stretch`, by its outline: a run of bytes that its
    /// matches may hold, as long as the shortest. What it refuses holds no match.
    #[must_use]
    pub fn may_lie_in(self, stretch: &[u8]) -> bool {
        let any = self.set.set(self.record.any);
        let least = self.record.least as usize;
        let mut at = 0;
        while let Some(run) = stretch.get(at..at + least) {
            match run.iter().rposition(|byte| !any.contains(*byte)) {
                Some(stray) => at += stray + 1,
                None => return true,
            }
        }
        false
    }

    /// The first bytes of a match that are always the same, as far as the outline tells.
    pub fn lead(self) -> impl Iterator<Item = u8> + 'a {
        let head = self.set.links.get(self.record.head.range()).unwrap_or_default();
        head.iter().map_while(move |set| self.set.set(*set).only())
    }

    /// The bytes that may stand anywhere in a match.
    #[must_use]
    pub fn alphabet(self) -> &'a ByteSet {
        self.set.set(self.record.any)
    }

    /// The group of the regex that is the secret; 0 is the whole match.
    #[must_use]
    pub const fn secret_group(self) -> usize {
        self.record.secret_group as usize
    }

    /// The groups of the regex that are facts: the group's number and the fact's name.
    pub fn facts(self) -> impl Iterator<Item = (usize, &'a str)> {
        let groups = self.texts(self.record.groups).enumerate();
        groups.map(|(at, name)| (at + 1, name)).filter(|(_, name)| !matches!(*name, "" | "secret"))
    }

    /// The most bytes the rule looks at, from the first to the last.
    #[must_use]
    pub fn reach(self) -> usize {
        let anchor = self.anchors().map(str::len).max().unwrap_or(0);
        let near = if self.near().len() == 0 { 0 } else { self.within() };
        self.window().before + anchor + self.window().after + near
    }

    /// What the stages after detection need to know.
    #[must_use]
    pub fn info(self) -> RuleInfo {
        RuleInfo {
            id: self.id().to_owned(),
            title: self.name().to_owned(),
            provider: self.provider().to_owned(),
            kind: self.kind(),
            severity: self.severity(),
            revoke: self.revoke().to_owned(),
            link: self.link().to_owned(),
        }
    }

    fn texts(self, slice: Slice) -> Texts<'a> {
        Texts { set: self.set, slices: self.set.list(slice).iter() }
    }
}

/// The texts of a list, in the order of the rule file.
#[derive(Debug, Clone)]
pub struct Texts<'a> {
    set: &'a RuleSet,
    slices: std::slice::Iter<'a, Slice>,
}

impl<'a> Iterator for Texts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.slices.next().map(|slice| self.set.text(*slice))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.slices.size_hint()
    }
}

impl ExactSizeIterator for Texts<'_> {}
