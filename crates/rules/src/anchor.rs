//! The proof that every match of a regex holds an anchor, and where in the match it stands.
//!
//! The anchors become an automaton that watches a match go by, case folded, and stops at the first
//! anchor. The regex's structure is walked with the set of states the automaton may be in; a state
//! that is still watching at the end is a match without an anchor. Look-around is taken as always
//! true, so the answer errs towards refusing.

use std::collections::{BTreeMap, HashMap};

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// How much of an example match an error shows.
const SAMPLE: usize = 48;

/// Where the first anchor stands in a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placement {
    /// The most bytes between the start of a match and its first anchor.
    pub(crate) before: usize,
    /// The same, where it is the same for every match.
    pub(crate) fixed: Option<usize>,
    /// The fewest bytes from the start of a match to the end of its first anchor.
    pub(crate) end: usize,
}

/// Finds where the first anchor stands in every match, or the beginning of a match without one.
/// Anchors are in lower case, and none is part of another.
pub(crate) fn place(hir: &Hir, anchors: &[String]) -> Result<Placement, String> {
    let automaton = Automaton::new(anchors);
    let mut walk = Walk { automaton: &automaton, first: None };
    let start = Tracks::from([(0, Track { least: 0, most: 0, sample: Vec::new() })]);
    let mut escaped = walk.walk(hir, &start);
    if let Some((_, track)) = escaped.pop_first() {
        return Err(String::from_utf8_lossy(&track.sample).into_owned());
    }
    walk.first.ok_or_else(String::new)
}

/// A state, or the length of the anchor that was just completed.
#[derive(Debug, Clone, Copy)]
enum Step {
    To(usize),
    Anchor(usize),
}

/// An Aho-Corasick automaton over the few bytes that anchors are made of.
struct Automaton {
    /// The column of each byte in `rows`; 0 for bytes in no anchor, which lead back to the start.
    columns: [usize; 256],
    rows: Vec<Vec<Step>>,
}

impl Automaton {
    fn new(anchors: &[String]) -> Self {
        let mut columns = [0; 256];
        let mut alphabet: Vec<u8> = anchors.iter().flat_map(|anchor| anchor.bytes()).collect();
        alphabet.sort_unstable();
        alphabet.dedup();
        for (at, byte) in alphabet.iter().enumerate() {
            for spelling in [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()] {
                if let Some(column) = columns.get_mut(usize::from(spelling)) {
                    *column = at + 1;
                }
            }
        }
        let prefixes = prefixes(anchors);
        let rows = prefixes.iter().map(|prefix| row(prefix, &alphabet, &prefixes, anchors));
        Self { columns, rows: rows.collect() }
    }

    fn column(&self, byte: u8) -> usize {
        self.columns.get(usize::from(byte)).copied().unwrap_or(0)
    }

    fn step(&self, state: usize, column: usize) -> Step {
        self.rows.get(state).and_then(|row| row.get(column)).copied().unwrap_or(Step::To(0))
    }
}

/// Every beginning of an anchor, the empty one first: the states.
fn prefixes(anchors: &[String]) -> Vec<&[u8]> {
    let mut all: Vec<&[u8]> = anchors
        .iter()
        .flat_map(|anchor| (0..anchor.len()).filter_map(|end| anchor.as_bytes().get(..end)))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn row(prefix: &[u8], alphabet: &[u8], prefixes: &[&[u8]], anchors: &[String]) -> Vec<Step> {
    let states: HashMap<&[u8], usize> =
        prefixes.iter().enumerate().map(|(at, prefix)| (*prefix, at)).collect();
    let target = |byte: u8| {
        let seen = [prefix, &[byte]].concat();
        if let Some(anchor) = anchors.iter().find(|anchor| seen.ends_with(anchor.as_bytes())) {
            return Step::Anchor(anchor.len());
        }
        let longest = (0..=seen.len()).find_map(|from| states.get(seen.get(from..)?));
        Step::To(longest.copied().unwrap_or(0))
    };
    std::iter::once(Step::To(0)).chain(alphabet.iter().map(|byte| target(*byte))).collect()
}

/// How a match got into a state: the fewest and most bytes it took, and one way to do it.
#[derive(Debug, Clone)]
struct Track {
    least: usize,
    most: usize,
    sample: Vec<u8>,
}

impl Track {
    fn then(&self, byte: u8) -> Self {
        let mut sample = self.sample.clone();
        if sample.len() < SAMPLE {
            sample.push(byte);
        }
        Self { least: self.least + 1, most: self.most.saturating_add(1), sample }
    }

    /// Shows the last `len` bytes of the sample that many times more.
    fn show_again(&mut self, len: usize, times: usize) {
        let last = self.sample.len().saturating_sub(len);
        let turn = self.sample.get(last..).unwrap_or_default().to_vec();
        let room = SAMPLE.saturating_sub(self.sample.len());
        let more = std::iter::repeat_n(turn, times.min(SAMPLE)).flatten();
        self.sample.extend(more.take(room));
    }
}

type Tracks = BTreeMap<usize, Track>;

fn merge(into: &mut Tracks, state: usize, track: Track) {
    let Some(there) = into.get_mut(&state) else {
        into.insert(state, track);
        return;
    };
    there.least = there.least.min(track.least);
    there.most = there.most.max(track.most);
}

struct Walk<'a> {
    automaton: &'a Automaton,
    first: Option<Placement>,
}

impl Walk<'_> {
    /// The states after `hir` matched from any of `from` without completing an anchor.
    fn walk(&mut self, hir: &Hir, from: &Tracks) -> Tracks {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => from.clone(),
            HirKind::Literal(literal) => literal
                .0
                .iter()
                .fold(from.clone(), |tracks, byte| self.bytes(&[(*byte, *byte)], &tracks)),
            HirKind::Class(Class::Bytes(class)) => {
                let ranges: Vec<_> =
                    class.iter().map(|range| (range.start(), range.end())).collect();
                self.bytes(&ranges, from)
            }
            HirKind::Class(Class::Unicode(_)) => from.clone(),
            HirKind::Capture(capture) => self.walk(&capture.sub, from),
            HirKind::Concat(subs) => {
                subs.iter().fold(from.clone(), |tracks, sub| self.walk(sub, &tracks))
            }
            HirKind::Alternation(subs) => {
                let mut all = Tracks::new();
                for sub in subs {
                    self.walk(sub, from).into_iter().for_each(|(at, to)| merge(&mut all, at, to));
                }
                all
            }
            HirKind::Repetition(repetition) => self.repeat(repetition, from),
        }
    }

    /// The states after one byte of these ranges.
    fn bytes(&mut self, ranges: &[(u8, u8)], from: &Tracks) -> Tracks {
        let mut columns: BTreeMap<usize, u8> = BTreeMap::new();
        for byte in ranges.iter().flat_map(|(start, end)| *start..=*end) {
            let shown = columns.entry(self.automaton.column(byte)).or_insert(byte);
            if byte.is_ascii_alphanumeric() && !shown.is_ascii_alphanumeric() {
                *shown = byte;
            }
        }
        let mut to = Tracks::new();
        for (&state, track) in from {
            for (&column, &byte) in &columns {
                match self.automaton.step(state, column) {
                    Step::To(next) => merge(&mut to, next, track.then(byte)),
                    Step::Anchor(length) => self.note(track, length),
                }
            }
        }
        to
    }

    /// Notes an anchor of `length` bytes that the byte after `track` completes.
    fn note(&mut self, track: &Track, length: usize) {
        let (least, most) = (track.least + 1, track.most.saturating_add(1));
        let before = most.saturating_sub(length);
        let fixed = (least == most).then_some(before);
        self.first = Some(match self.first {
            None => Placement { before, fixed, end: least },
            Some(first) => Placement {
                before: first.before.max(before),
                fixed: first.fixed.filter(|at| fixed == Some(*at)),
                end: first.end.min(least),
            },
        });
    }

    fn repeat(&mut self, repetition: &Repetition, from: &Tracks) -> Tracks {
        let most = repetition.max.unwrap_or(u32::MAX);
        let mut out = if repetition.min == 0 { from.clone() } else { Tracks::new() };
        let mut current = from.clone();
        for turn in 1..=most {
            let mut next = self.walk(&repetition.sub, &current);
            let is_stable = next.keys().eq(current.keys());
            if is_stable {
                self.skip(repetition, most - turn, repetition.min.saturating_sub(turn), &mut next);
            }
            if is_stable || turn >= repetition.min {
                next.iter().for_each(|(state, track)| merge(&mut out, *state, track.clone()));
            }
            if is_stable || next.is_empty() {
                return out;
            }
            current = next;
        }
        out
    }

    /// Goes through turns that no longer change the set of states, all at once: `needed` turns that
    /// every match takes and at most `left` in all.
    fn skip(&mut self, repetition: &Repetition, left: u32, needed: u32, tracks: &mut Tracks) {
        let properties = repetition.sub.properties();
        let shortest = properties.minimum_len().unwrap_or(0).saturating_mul(needed as usize);
        let longest = properties.maximum_len().unwrap_or(usize::MAX).saturating_mul(left as usize);
        for track in tracks.values_mut() {
            track.most = track.most.saturating_add(longest);
        }
        if left > 0 {
            self.walk(&repetition.sub, tracks);
        }
        for track in tracks.values_mut() {
            track.least += shortest;
            track.show_again(properties.minimum_len().unwrap_or(0), needed as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(regex: &str, anchors: &[&str]) -> Result<(usize, Option<usize>, usize), String> {
        let anchors: Vec<_> = anchors.iter().map(ToString::to_string).collect();
        let hir = crate::pattern::parse(regex).unwrap();
        place(&hir, &anchors).map(|placement| (placement.before, placement.fixed, placement.end))
    }

    #[test]
    fn a_prefix_stands_at_the_start_of_every_match() {
        assert_eq!(placed("ghp_[A-Za-z0-9]{36}", &["ghp_"]), Ok((0, Some(0), 4)));
        assert_eq!(placed("xox[bp]-[0-9]{9}", &["xoxb-", "xoxp-"]), Ok((0, Some(0), 5)));
    }

    #[test]
    fn case_is_folded() {
        assert_eq!(placed("(?i)sk-LIVE-[a-z]{9}", &["sk-live-"]), Ok((0, Some(0), 8)));
        assert_eq!(placed("AKIA[A-Z]{9}", &["akia"]), Ok((0, Some(0), 4)));
    }

    #[test]
    fn an_anchor_after_a_fixed_length_stands_at_a_fixed_place() {
        assert_eq!(placed("[0-9]{12}_key_[0-9]{4}", &["_key_"]), Ok((12, Some(12), 17)));
        assert_eq!(placed("(?:[0-9]{4}){3}_key_", &["_key_"]), Ok((12, Some(12), 17)));
    }

    #[test]
    fn an_anchor_after_a_varying_length_has_a_farthest_place() {
        assert_eq!(placed("[0-9]{2,12}_key_", &["_key_"]), Ok((12, None, 7)));
        assert_eq!(placed("[0-9]{2,1200}_key_", &["_key_"]), Ok((1200, None, 7)));
        assert_eq!(placed("(?:ab|cde)_key_", &["_key_"]), Ok((3, None, 7)));
        assert_eq!(placed("_key_|[a-z]{3}_key_", &["_key_"]), Ok((3, None, 5)));
    }

    #[test]
    fn the_first_anchor_counts_even_where_the_body_may_hold_it_again() {
        assert_eq!(placed("[a-z_]{0,20}key_[a-z]{3}", &["key_"]), Ok((20, None, 4)));
    }

    #[test]
    fn a_match_without_an_anchor_is_shown() {
        assert_eq!(placed("gh[ps]_[0-9]{4}", &["ghp_"]), Err("ghs_0000".into()));
        assert_eq!(placed("(?:abc_)?[0-9]{4}", &["abc_"]), Err("0000".into()));
        assert_eq!(placed("abc_[0-9]{4}|def_[0-9]{4}", &["abc_"]), Err("def_0000".into()));
        assert_eq!(placed("[a-c]{4}", &["abc"]), Err("bbbb".into()));
    }

    #[test]
    fn a_fold_to_one_letter_counts_and_a_wider_class_does_not() {
        assert_eq!(placed("[kK][eE]y_[0-9]{4}", &["key_"]), Ok((0, Some(0), 4)));
        assert_eq!(placed("[k-l]ey_[0-9]{4}", &["key_"]), Err("ley_0000".into()));
    }

    #[test]
    fn an_anchor_across_a_repetition_is_found() {
        assert_eq!(placed("(?:ab){3}c", &["babc"]), Ok((3, Some(3), 7)));
        assert_eq!(placed("-{5}BEGIN-{5}", &["-----begin"]), Ok((0, Some(0), 10)));
    }
}
