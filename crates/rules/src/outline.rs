//! The outline of a regex's matches: bytes that each must have, told without running the regex.
//!
//! Owns: reading it off the structure of the regex. It is a necessary condition and never more: what
//! it refuses is no match, what it lets pass has yet to be tried.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use crate::pattern::ByteSet;

/// How many first bytes of a match are told apart.
const HEAD: usize = 16;

/// What every match of a regex has in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Outline {
    /// The length of the shortest match.
    pub(crate) least: usize,
    /// The bytes that may stand anywhere in a match.
    pub(crate) any: ByteSet,
    /// The bytes that may stand at each of the first places, as far as the shortest match goes.
    pub(crate) head: Vec<ByteSet>,
}

/// Sets of places between the bytes of a match: one bit each, for the first ones.
type Places = u32;

impl Outline {
    /// The outline of the matches of `hir`.
    pub(crate) fn of(hir: &Hir) -> Self {
        let least = hir.properties().minimum_len().unwrap_or(0);
        let mut outline = Self { least, any: ByteSet::EMPTY, head: vec![ByteSet::EMPTY; HEAD] };
        outline.walk(hir, 1);
        outline.gather(hir);
        outline.head.truncate(least);
        outline
    }

    /// Adds what `hir` matches from any of the places `from` on; the places it may end at.
    fn walk(&mut self, hir: &Hir, from: Places) -> Places {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => from,
            HirKind::Literal(literal) => literal.0.iter().fold(from, |from, byte| {
                let mut set = ByteSet::EMPTY;
                set.insert(*byte);
                self.take(set, from)
            }),
            HirKind::Class(class) => self.take(bytes_of(class), from),
            HirKind::Repetition(repetition) => self.repeat(repetition, from),
            HirKind::Capture(capture) => self.walk(&capture.sub, from),
            HirKind::Concat(subs) => subs.iter().fold(from, |from, sub| self.walk(sub, from)),
            HirKind::Alternation(subs) => subs.iter().fold(0, |to, sub| to | self.walk(sub, from)),
        }
    }

    /// Adds one byte of `set` at each of the places.
    fn take(&mut self, set: ByteSet, from: Places) -> Places {
        for (place, head) in self.head.iter_mut().enumerate() {
            if from >> place & 1 == 1 {
                *head = head.union(set);
            }
        }
        (from << 1) & ((1 << HEAD) - 1)
    }

    fn repeat(&mut self, repetition: &Repetition, from: Places) -> Places {
        let most = repetition.max.unwrap_or(u32::MAX);
        let mut to = if repetition.min == 0 { from } else { 0 };
        let mut current = from;
        for turn in 1..=most {
            let next = self.walk(&repetition.sub, current);
            let is_done = next == 0 || turn >= repetition.min && next | to == to;
            if turn >= repetition.min {
                to |= next;
            }
            if is_done || next == current {
                return to | next;
            }
            current = next;
        }
        to
    }

    /// Adds every byte that `hir` names to those that may stand anywhere.
    fn gather(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Literal(literal) => literal.0.iter().for_each(|byte| self.any.insert(*byte)),
            HirKind::Class(class) => self.any = self.any.union(bytes_of(class)),
            kind => kind.subs().iter().for_each(|sub| self.gather(sub)),
        }
    }
}

/// The bytes of a class. Rules have none of Unicode.
fn bytes_of(class: &Class) -> ByteSet {
    let mut set = ByteSet::EMPTY;
    if let Class::Bytes(class) = class {
        class.iter().flat_map(|range| range.start()..=range.end()).for_each(|b| set.insert(b));
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(regex: &str) -> Outline {
        Outline::of(&crate::pattern::parse(regex).unwrap())
    }

    fn shown(set: &ByteSet) -> String {
        (0..=u8::MAX).filter(|byte| set.contains(*byte)).map(char::from).collect()
    }

    fn head(regex: &str) -> Vec<String> {
        outline(regex).head.iter().map(shown).collect()
    }

    #[test]
    fn each_first_place_has_the_bytes_of_all_ways_to_get_there() {
        assert_eq!(head("a[0-2]{2}"), ["a", "012", "012"]);
        assert_eq!(head("xx?[01]{3}"), ["x", "01x", "01", "01"]);
        assert_eq!(head("(?:ab|c)[01]{2}"), ["ac", "01b", "01"]);
        assert_eq!(head("(?i)k[0]{3}"), ["Kk", "0", "0", "0"]);
        assert_eq!(head("a{0,3}b{2}"), ["ab", "ab"]);
        assert_eq!(head("(?:a{0,2}b){2}c"), ["ab", "ab", "abc"]);
    }

    #[test]
    fn only_so_many_places_as_every_match_has_and_a_few_at_most() {
        assert_eq!(head("ab(?:cde)?").len(), 2);
        assert_eq!(head("[a-z]{400}").len(), HEAD);
        assert_eq!(head("(?:a{0,20}b){16}").len(), HEAD);
    }

    #[test]
    fn any_byte_of_a_match_is_known() {
        let outline = outline(r"id=(?P<secret>[0-3]{4,9})(?:\r|$)");
        assert_eq!((outline.least, shown(&outline.any).as_str()), (7, "\r0123=di"));
    }
}
