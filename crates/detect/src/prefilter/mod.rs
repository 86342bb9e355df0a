//! Where the anchors of all rules stand in a text, ASCII case folded. Knows nothing of rules.
//!
//! Owns the choice between the two ways to find them: a table of rare grams, about two and a half
//! times as fast over source code, and an automaton for the sets that do not fit into the table.
//! Leaves to others what an anchor means.

mod grams;
mod rarity;

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use tightlip_model::ByteSpan;

use grams::Grams;

/// Finds literals. Cheap to make: the table is built when the first text comes.
#[derive(Debug)]
pub(crate) struct Prefilter {
    anchors: Vec<Vec<u8>>,
    engine: OnceLock<Engine>,
}

/// What looks for the anchors.
#[derive(Debug)]
enum Engine {
    Grams(Grams),
    Automaton(AhoCorasick),
}

impl Prefilter {
    /// A prefilter for these literals; a hit names one by its index.
    pub(crate) fn new(anchors: Vec<Vec<u8>>) -> Self {
        Self { anchors, engine: OnceLock::new() }
    }

    /// Calls `hit` for each occurrence of each anchor, overlapping ones included, in the order in
    /// which they end.
    pub(crate) fn hits(&self, text: &[u8], mut hit: impl FnMut(usize, ByteSpan)) {
        if self.anchors.is_empty() {
            return;
        }
        match self.engine.get_or_init(|| self.engine()) {
            Engine::Grams(grams) => grams.hits(&self.anchors, text, &mut hit),
            Engine::Automaton(automaton) => {
                for found in automaton.find_overlapping_iter(text) {
                    hit(found.pattern().as_usize(), (found.start()..found.end()).into());
                }
            }
        }
    }

    fn engine(&self) -> Engine {
        let grams = Grams::new(&self.anchors).map(Engine::Grams);
        grams.unwrap_or_else(|| Engine::Automaton(automaton(&self.anchors)))
    }
}

/// An automaton for these anchors.
fn automaton(anchors: &[Vec<u8>]) -> AhoCorasick {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
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
        let is_ordered = hits.is_sorted_by_key(|(_, span)| (span.end, span.start));
        assert!(is_ordered, "hits come in the order in which they end: {hits:?}");
        hits.sort_by_key(|(anchor, span)| (span.end, span.start, *anchor));
        hits
    }

    fn builtin_anchors() -> Vec<Vec<u8>> {
        let rules = tightlip_rules::builtin();
        let mut anchors: Vec<Vec<u8>> =
            rules.iter().flat_map(|rule| rule.anchors()).map(|text| text.into()).collect();
        anchors.sort();
        anchors.dedup();
        anchors
    }

    #[test]
    fn overlapping_anchors_are_all_found_whatever_their_case() {
        let prefilter = Prefilter::new(vec![b"ghp_".to_vec(), b"hp_x".to_vec()]);
        let starts: Vec<_> =
            hits(&prefilter, b"..GHP_x").iter().map(|(at, span)| (*at, span.start)).collect();
        assert_eq!(starts, [(0, 2), (1, 3)]);
    }

    #[test]
    fn the_built_in_anchors_fit_the_table_and_each_is_found_at_every_place() {
        let anchors = builtin_anchors();
        let prefilter = Prefilter::new(anchors.clone());
        assert!(matches!(prefilter.engine(), Engine::Grams(_)));
        let oracle = automaton(&anchors);
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
        let prefilter = Prefilter::new(anchors.clone());
        let oracle = automaton(&anchors);
        let mut text = anchors.concat();
        text.extend(include_bytes!("mod.rs"));
        text.extend(anchors.iter().rev().flat_map(|anchor| anchor.to_ascii_uppercase()));
        for start in 0..70 {
            let text = &text[start..];
            assert_eq!(sorted(hits(&prefilter, text)), expected(&oracle, text));
        }
    }

    #[test]
    fn anchors_too_short_for_the_table_are_found_by_the_automaton() {
        let prefilter = Prefilter::new(vec![b"s.".to_vec()]);
        assert!(matches!(prefilter.engine(), Engine::Automaton(_)));
        assert_eq!(hits(&prefilter, b"hvS."), [(0, ByteSpan::new(2, 4))]);
    }

    #[test]
    fn anchors_too_many_for_the_table_are_found_by_the_automaton() {
        let anchors = (0..600_u32).map(|n| format!("{n:03}").into_bytes()).collect();
        let prefilter = Prefilter::new(anchors);
        assert!(matches!(prefilter.engine(), Engine::Automaton(_)));
        assert_eq!(hits(&prefilter, b"a599"), [(599, ByteSpan::new(1, 4))]);
    }

    #[test]
    fn no_anchors_no_hits() {
        Prefilter::new(Vec::new()).hits(b"text", |_, _| unreachable!("there is no anchor"));
    }

    proptest! {
        #[test]
        fn any_anchors_in_any_text_are_found_as_by_the_automaton(
            anchors in prop::collection::btree_set("[aB_\\-0é ]{3,12}", 1..20),
            text in "([aAbB_\\-0éÉ ]{0,40}|\\PC{0,10}){0,4}",
        ) {
            let anchors: Vec<Vec<u8>> = anchors.into_iter().map(|text| text.into()).collect();
            let prefilter = Prefilter::new(anchors.clone());
            let found = hits(&prefilter, text.as_bytes());
            prop_assert_eq!(sorted(found), expected(&automaton(&anchors), text.as_bytes()));
        }
    }
}
