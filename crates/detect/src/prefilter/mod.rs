//! Where the anchors of all rules stand in a text, ASCII case folded. Knows nothing of rules.
//!
//! Owns the choice between the two ways to find them: a table of rare grams, several times as fast
//! over source code, and an automaton for the anchors that do not fit into the table. The table of
//! the built-in rules is made by the build script and used in place. Leaves to others what an anchor
//! means.

mod anchors;
mod builtin;
mod grams;
mod rarity;
mod rows;
mod table;

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use fearless_simd::Level;
use tightlip_model::ByteSpan;

pub(crate) use anchors::Anchors;
pub(crate) use rows::Rows;
use table::{SHORTEST, Table};

/// Finds literals. Cheap to make: what has to be built is built when the first text comes.
#[derive(Debug)]
pub(crate) struct Prefilter {
    anchors: Rows<u8>,
    engine: OnceLock<Engine>,
    longest: OnceLock<usize>,
}

/// What looks for the anchors.
#[derive(Debug)]
struct Engine {
    table: Option<Table>,
    rest: Option<Automaton>,
}

/// What looks for anchors that are too short for the table, or for all when they are too many.
#[derive(Debug)]
struct Automaton {
    automaton: AhoCorasick,
    /// The number of each of its anchors among all.
    numbers: Vec<usize>,
}

impl Prefilter {
    /// A prefilter for these literals; a hit names one by its index.
    pub(crate) fn new(anchors: Rows<u8>) -> Self {
        Self { anchors, engine: OnceLock::new(), longest: OnceLock::new() }
    }

    /// The prefilter for the anchors of the built-in rules, and whose they are.
    pub(crate) fn builtin() -> (Self, Rows<u32>) {
        let engine = Engine { table: Some(builtin::table()), rest: None };
        let Anchors { texts, rules } = builtin::anchors();
        let engine = OnceLock::from(engine);
        (Self { anchors: texts, engine, longest: OnceLock::new() }, rules)
    }

    /// The length of the longest literal.
    pub(crate) fn longest(&self) -> usize {
        *self.longest.get_or_init(|| self.anchors.iter().map(<[u8]>::len).max().unwrap_or(0))
    }

    /// The literals.
    pub(crate) fn anchors(&self) -> &Rows<u8> {
        &self.anchors
    }

    /// Calls `hit` for each occurrence of each anchor, overlapping ones included, in the order in
    /// which they end.
    pub(crate) fn hits(&self, text: &[u8], mut hit: impl FnMut(usize, ByteSpan)) {
        if self.anchors.len() == 0 {
            return;
        }
        let engine = self.engine.get_or_init(|| Engine::of(&self.anchors));
        let mut rest = engine.rest.iter().flat_map(|rest| rest.hits(text)).peekable();
        if let Some(table) = &engine.table {
            table.hits(&self.anchors, text, Level::new(), &mut |anchor, span| {
                while let Some((anchor, span)) = rest.next_if(|(_, next)| next.end < span.end) {
                    hit(anchor, span);
                }
                hit(anchor, span);
            });
        }
        rest.for_each(|(anchor, span)| hit(anchor, span));
    }
}

impl Engine {
    fn of(anchors: &Rows<u8>) -> Self {
        let table = Table::of(anchors);
        let is_left = |anchor: &[u8]| table.is_none() || anchor.len() < SHORTEST;
        let left = anchors.iter().enumerate().filter(|(_, anchor)| is_left(anchor));
        let (numbers, left): (Vec<_>, Vec<_>) = left.unzip();
        let rest = (!left.is_empty()).then(|| Automaton { automaton: automaton(&left), numbers });
        Self { table, rest }
    }
}

impl Automaton {
    fn hits(&self, text: &[u8]) -> impl Iterator<Item = (usize, ByteSpan)> {
        self.automaton.find_overlapping_iter(text).map(|found| {
            let number = self.numbers.get(found.pattern().as_usize()).copied();
            (number.unwrap_or(usize::MAX), (found.start()..found.end()).into())
        })
    }
}

/// States of an automaton beyond which it is spelt out less.
const FEW: usize = 200;

/// An automaton for these anchors.
fn automaton(anchors: &[&[u8]]) -> AhoCorasick {
    let is_small = anchors.iter().map(|anchor| anchor.len()).sum::<usize>() <= FEW;
    let kind = if is_small { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(Some(kind))
        .build(anchors)
        .expect("short anchors fit an automaton of 32-bit states")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hits(prefilter: &Prefilter, text: &[u8]) -> Vec<(usize, ByteSpan)> {
        let mut hits = Vec::new();
        prefilter.hits(text, |anchor, span| hits.push((anchor, span)));
        hits
    }

    /// What the automaton finds, in the same order.
    fn expected(automaton: &AhoCorasick, text: &[u8]) -> Vec<(usize, ByteSpan)> {
        let mut hits: Vec<(usize, ByteSpan)> = automaton
            .find_overlapping_iter(text)
            .map(|found| (found.pattern().as_usize(), (found.start()..found.end()).into()))
            .collect();
        hits.sort_by_key(|(anchor, span)| (span.end, span.start, *anchor));
        hits
    }

    fn sorted(mut hits: Vec<(usize, ByteSpan)>) -> Vec<(usize, ByteSpan)> {
        let is_ordered = hits.is_sorted_by_key(|(_, span)| span.end);
        assert!(is_ordered, "hits come in the order in which they end: {hits:?}");
        hits.sort_by_key(|(anchor, span)| (span.end, span.start, *anchor));
        hits
    }

    fn prefilter(anchors: &[Vec<u8>]) -> Prefilter {
        Prefilter::new(anchors.iter().collect())
    }

    fn oracle(anchors: &[Vec<u8>]) -> AhoCorasick {
        automaton(&anchors.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    fn has_automaton(anchors: &[Vec<u8>]) -> bool {
        Engine::of(&anchors.iter().collect()).rest.is_some()
    }

    fn builtin_anchors() -> Vec<Vec<u8>> {
        Anchors::of(&tightlip_rules::builtin()).texts.iter().map(<[u8]>::to_vec).collect()
    }

    #[test]
    fn what_the_build_script_made_is_what_would_be_made_now() {
        let anchors = Anchors::of(&tightlip_rules::builtin());
        let made = builtin::anchors();
        assert!(made.texts.iter().eq(anchors.texts.iter()));
        assert!(made.rules.iter().eq(anchors.rules.iter()));
        assert!(Table::of(&anchors.texts) == Some(builtin::table()));
    }

    #[test]
    fn overlapping_anchors_are_all_found_whatever_their_case() {
        let prefilter = prefilter(&[b"ghp_".to_vec(), b"hp_x".to_vec()]);
        let starts: Vec<_> =
            hits(&prefilter, b"..GHP_x").iter().map(|(at, span)| (*at, span.start)).collect();
        assert_eq!(starts, [(0, 2), (1, 3)]);
    }

    #[test]
    fn the_built_in_anchors_fit_the_table_and_each_is_found_at_every_place() {
        let anchors = builtin_anchors();
        assert!(!has_automaton(&anchors));
        let (prefilter, oracle) = (prefilter(&anchors), oracle(&anchors));
        for anchor in &anchors {
            for before in 0..5 {
                let text = [&b"#%#%#%"[..before], &anchor.to_ascii_uppercase()].concat();
                assert_eq!(sorted(hits(&prefilter, &text)), expected(&oracle, &text));
                let text = [&text, &b"#".repeat(40)[..]].concat();
                assert_eq!(sorted(hits(&prefilter, &text)), expected(&oracle, &text));
            }
        }
    }

    #[test]
    fn text_with_many_anchors_gives_what_the_automaton_gives_from_wherever_it_is_cut() {
        let anchors = builtin_anchors();
        let (prefilter, oracle) = (prefilter(&anchors), oracle(&anchors));
        let mut text = anchors.concat();
        text.extend(include_bytes!("mod.rs"));
        text.extend(anchors.iter().rev().flat_map(|anchor| anchor.to_ascii_uppercase()));
        for start in 0..70 {
            let text = &text[start..];
            assert_eq!(sorted(hits(&prefilter, text)), expected(&oracle, text));
        }
    }

    #[test]
    fn anchors_too_short_for_the_table_are_found_among_the_others_in_order() {
        let anchors = [b"s.".to_vec(), b"hvs".to_vec(), b"v".to_vec(), b"vS.x".to_vec()];
        assert!(has_automaton(&anchors));
        let text = b"..hvs.x, hv, s., hvs.";
        assert_eq!(sorted(hits(&prefilter(&anchors), text)), expected(&oracle(&anchors), text));
    }

    #[test]
    fn anchors_too_many_for_the_table_are_found_by_the_automaton() {
        let anchors: Vec<_> = (0..70_000_u32).map(|n| format!("{n:05}").into_bytes()).collect();
        assert!(has_automaton(&anchors));
        assert_eq!(hits(&prefilter(&anchors), b"a59999"), [(59_999, ByteSpan::new(1, 6))]);
    }

    #[test]
    fn many_anchors_as_short_as_can_be_fit_the_table() {
        let anchors: Vec<_> = (0..600_u32).map(|n| format!("{n:03}").into_bytes()).collect();
        assert!(!has_automaton(&anchors));
        assert_eq!(hits(&prefilter(&anchors), b"a599"), [(599, ByteSpan::new(1, 4))]);
    }

    #[test]
    fn no_anchors_no_hits() {
        prefilter(&[]).hits(b"text", |_, _| unreachable!("there is no anchor"));
    }

    proptest! {
        #[test]
        fn any_anchors_in_any_text_are_found_as_by_the_automaton(
            anchors in prop::collection::btree_set("[aB_\\-0é ]{1,12}", 1..20),
            text in "([aAbB_\\-0éÉ ]{0,40}|\\PC{0,10}){0,4}",
        ) {
            let anchors: Vec<Vec<u8>> = anchors.into_iter().map(|text| text.into()).collect();
            let found = hits(&prefilter(&anchors), text.as_bytes());
            prop_assert_eq!(sorted(found), expected(&oracle(&anchors), text.as_bytes()));
        }
    }
}
