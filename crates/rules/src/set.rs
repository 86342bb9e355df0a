//! The rule set: every rule in a few flat tables of integers over one text.
//!
//! Owns: the tables, and adding rows to them. Nothing in them is a pointer, so the built-in set is
//! constant data: it costs nothing to load. Leaves to others: what may go into a row
//! ([`crate::check`]) and what a row says ([`Rule`]).

use std::borrow::Cow;
use std::collections::HashMap;

use tightlip_model::{Confidence, Kind, RuleId, Severity};

use crate::pattern::ByteSet;
use crate::rule::{Bounds, Rule};

/// Rules that were checked, in the order of their files.
#[derive(Debug, Clone)]
pub struct RuleSet {
    pub(crate) text: Cow<'static, str>,
    pub(crate) records: Cow<'static, [Record]>,
    pub(crate) lists: Cow<'static, [Slice]>,
    pub(crate) links: Cow<'static, [u32]>,
    pub(crate) sets: Cow<'static, [ByteSet]>,
    pub(crate) reach: usize,
}

/// A part of the text or of a table: where it starts and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Slice {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl Slice {
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start + self.len as usize
    }
}

/// Which of the three forms a rule has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Shape {
    #[default]
    Pattern,
    Words,
    Structure,
}

/// A rule as a row: slices of the text for words, slices of `lists` for lists of words.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: Slice,
    pub(crate) name: Slice,
    pub(crate) provider: Slice,
    pub(crate) kind: Kind,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) shape: Shape,
    /// The pattern, the value or the name of the structure.
    pub(crate) form: Slice,
    pub(crate) anchors: Slice,
    pub(crate) keys: Slice,
    pub(crate) proof: Slice,
    /// Thousandths of a bit a character; 0 for none.
    pub(crate) entropy: u32,
    pub(crate) near: Slice,
    pub(crate) within: u32,
    pub(crate) not: Slice,
    /// A slice of `links`.
    pub(crate) companions: Slice,
    pub(crate) public: bool,
    pub(crate) bounds: Bounds,
    pub(crate) examples: Slice,
    pub(crate) clean: Slice,
    pub(crate) revoke: Slice,
    pub(crate) link: Slice,
    pub(crate) note: Slice,
    pub(crate) before: u32,
    pub(crate) after: u32,
    /// Bytes between the start of every match and its anchor; `u32::MAX` where they vary.
    pub(crate) anchored_at: u32,
    /// Where in `sets`.
    pub(crate) tail: u32,
    pub(crate) secret_group: u32,
    pub(crate) groups: Slice,
    /// The length of the shortest match; 0 for a structure.
    pub(crate) least: u32,
    /// Where in `sets` the bytes are that a match may hold.
    pub(crate) any: u32,
    /// A slice of `links`, which are places in `sets`: the first bytes of a match.
    pub(crate) head: Slice,
}

impl RuleSet {
    /// The set without a rule.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            text: Cow::Borrowed(""),
            records: Cow::Borrowed(&[]),
            lists: Cow::Borrowed(&[]),
            links: Cow::Borrowed(&[]),
            sets: Cow::Borrowed(&[]),
            reach: 0,
        }
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Whether these are the built-in rules and no others.
    #[must_use]
    pub const fn is_builtin(&self) -> bool {
        matches!(self.records, Cow::Borrowed([_, ..]))
    }

    /// The rule with this id in the set; `None` for an id of a larger set.
    #[must_use]
    pub fn get(&self, id: RuleId) -> Option<Rule<'_>> {
        let record = self.records.get(id.0 as usize)?;
        Some(Rule { set: self, record, index: id })
    }

    /// The rule with this name.
    #[must_use]
    pub fn by_id(&self, name: &str) -> Option<Rule<'_>> {
        self.iter().find(|rule| rule.id() == name)
    }

    /// Every rule, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Rule<'_>> + Clone {
        self.records.iter().enumerate().map(|(at, record)| {
            let index = RuleId(u32::try_from(at).unwrap_or(u32::MAX));
            Rule { set: self, record, index }
        })
    }

    /// The most bytes any rule looks at around an anchor, from the first to the last. The matchers
    /// of structures have a reach of their own, which the detector knows.
    #[must_use]
    pub const fn reach(&self) -> usize {
        self.reach
    }

    pub(crate) fn text(&self, slice: Slice) -> &str {
        self.text.get(slice.range()).unwrap_or_default()
    }

    pub(crate) fn set(&self, place: u32) -> &ByteSet {
        const EMPTY: &ByteSet = &ByteSet::EMPTY;
        self.sets.get(place as usize).unwrap_or(EMPTY)
    }

    pub(crate) fn list(&self, slice: Slice) -> &[Slice] {
        self.lists.get(slice.range()).unwrap_or_default()
    }
}

/// Adds rows to a set; equal texts and lists are stored once.
#[derive(Debug)]
pub(crate) struct Builder {
    set: RuleSet,
    texts: HashMap<String, Slice>,
    lists: HashMap<Vec<Slice>, Slice>,
    sets: HashMap<ByteSet, u32>,
}

impl Builder {
    pub(crate) fn new(set: RuleSet) -> Self {
        let sets = set.sets.iter().copied().zip(0..).collect();
        Self { set, texts: HashMap::new(), lists: HashMap::new(), sets }
    }

    pub(crate) fn text(&mut self, text: &str) -> Slice {
        if text.is_empty() {
            return Slice::default();
        }
        if let Some(slice) = self.texts.get(text) {
            return *slice;
        }
        let all = self.set.text.to_mut();
        let slice = Slice { start: number(all.len()), len: number(text.len()) };
        all.push_str(text);
        self.texts.insert(text.to_owned(), slice);
        slice
    }

    pub(crate) fn list<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Slice {
        let slices: Vec<_> = texts.into_iter().map(|text| self.text(text)).collect();
        if slices.is_empty() {
            return Slice::default();
        }
        if let Some(slice) = self.lists.get(&slices) {
            return *slice;
        }
        let all = self.set.lists.to_mut();
        let slice = Slice { start: number(all.len()), len: number(slices.len()) };
        all.extend_from_slice(&slices);
        self.lists.insert(slices, slice);
        slice
    }

    pub(crate) fn links(&mut self, indexes: &[u32]) -> Slice {
        if indexes.is_empty() {
            return Slice::default();
        }
        let all = self.set.links.to_mut();
        let slice = Slice { start: number(all.len()), len: number(indexes.len()) };
        all.extend_from_slice(indexes);
        slice
    }

    pub(crate) fn set(&mut self, set: ByteSet) -> u32 {
        if let Some(at) = self.sets.get(&set) {
            return *at;
        }
        let all = self.set.sets.to_mut();
        let at = number(all.len());
        all.push(set);
        self.sets.insert(set, at);
        at
    }

    pub(crate) fn record(&mut self, record: Record) {
        self.set.records.to_mut().push(record);
    }

    pub(crate) fn finish(mut self) -> RuleSet {
        self.set.reach = self.set.iter().map(|rule| rule.reach()).max().unwrap_or(0);
        self.set
    }
}

/// A size as it stands in the tables. Rule files are megabytes at most.
pub(crate) fn number(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}
