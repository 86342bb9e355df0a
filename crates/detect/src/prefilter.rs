//! Where the anchors of all rules stand in a text, ASCII case folded. Knows nothing of rules.
//!
//! Owns the automaton behind that question and when to build which; leaves to others what an
//! anchor means.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use tightlip_model::ByteSpan;

/// Bytes after which the automaton that is dear to build and quick to run has paid for itself.
const MANY_BYTES: u64 = 4 << 20;

/// Finds literals. Cheap to make: the automaton is built when the first text comes.
#[derive(Debug)]
pub(crate) struct Prefilter {
    anchors: Vec<Vec<u8>>,
    seen: AtomicU64,
    small: OnceLock<Option<AhoCorasick>>,
    large: OnceLock<Option<AhoCorasick>>,
}

impl Prefilter {
    /// A prefilter for these literals; a hit names one by its index.
    pub(crate) fn new(anchors: Vec<Vec<u8>>) -> Self {
        Self { anchors, seen: AtomicU64::new(0), small: OnceLock::new(), large: OnceLock::new() }
    }

    /// Calls `hit` for each occurrence of each anchor, overlapping ones included, in the order in
    /// which they end.
    pub(crate) fn hits(&self, text: &[u8], mut hit: impl FnMut(usize, ByteSpan)) {
        let Some(automaton) = self.automaton(text.len() as u64) else { return };
        for found in automaton.find_overlapping_iter(text) {
            hit(found.pattern().as_usize(), (found.start()..found.end()).into());
        }
    }

    fn automaton(&self, more: u64) -> Option<&AhoCorasick> {
        let seen = self.seen.fetch_add(more, Ordering::Relaxed) + more;
        let (slot, kind) = if seen < MANY_BYTES {
            (&self.small, AhoCorasickKind::ContiguousNFA)
        } else {
            (&self.large, AhoCorasickKind::DFA)
        };
        slot.get_or_init(|| self.build(kind)).as_ref()
    }

    /// The automaton; `None` when there are no anchors.
    fn build(&self, kind: AhoCorasickKind) -> Option<AhoCorasick> {
        if self.anchors.is_empty() {
            return None;
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(kind))
            .build(&self.anchors)
            .expect("a few thousand short anchors fit an automaton of 32-bit states");
        Some(automaton)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_anchors_are_all_found_whatever_their_case() {
        let prefilter = Prefilter::new(vec![b"ghp_".to_vec(), b"hp_x".to_vec()]);
        let mut hits = Vec::new();
        prefilter.hits(b"..GHP_x", |anchor, span| hits.push((anchor, span.start)));
        assert_eq!(hits, [(0, 2), (1, 3)]);
    }

    #[test]
    fn both_automata_find_the_same() {
        let prefilter = Prefilter::new(vec![b"needle".to_vec()]);
        let text = [vec![b' '; MANY_BYTES as usize], b"needle".to_vec()].concat();
        let count = |text: &[u8]| {
            let mut count = 0;
            prefilter.hits(text, |_, _| count += 1);
            count
        };
        assert_eq!(count(&text[text.len() - 100..]), 1);
        assert_eq!(count(&text), 1);
    }

    #[test]
    fn no_anchors_no_hits() {
        Prefilter::new(Vec::new()).hits(b"text", |_, _| unreachable!("there is no anchor"));
    }
}
