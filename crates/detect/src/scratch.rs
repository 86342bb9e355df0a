//! One thread's working memory, kept from blob to blob so that scanning allocates nothing.

use tightlip_model::{ByteSpan, Match};

use crate::expression::Frames;
use crate::scanner::Draft;
use crate::stats::RuleWork;

/// One thread's working memory. Belongs to one scanner: give each thread and each scanner its own.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Room for regexes to note what they may come back to.
    pub(crate) frames: Frames,
    /// Matches of the text at hand, not yet weighed against each other.
    pub(crate) found: Vec<Match>,
    /// Windows that may still grow, and the rules they belong to.
    pub(crate) windows: Windows,
    /// Hits that end at the same byte, not yet in order.
    pub(crate) tied: Vec<(usize, ByteSpan)>,
    /// What will become the trace of the text at hand.
    pub(crate) draft: Draft,
    /// Buffers for decoded text, free for the next.
    pub(crate) buffers: Vec<Vec<u8>>,
    /// Bytes that may still be decoded of the text at hand.
    pub(crate) decodable: usize,
    pub(crate) work: Work,
    /// What each rule costs, if that is counted.
    pub(crate) rules: Option<Vec<RuleWork>>,
}

impl Scratch {
    /// Empty memory; it grows with use.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What scanning has cost so far, since this scratch was made.
    #[must_use]
    pub fn work(&self) -> Work {
        self.work
    }
}

/// Counts of work, the same on every machine: what linear time is tested with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// Bytes of texts in which anchors were looked for; fewer than there are where a trace of the
    /// base spared some.
    pub looked_at: u64,
    /// Texts scanned with the trace of their base.
    pub made: u64,
    /// Anchors seen, once for each rule that has them.
    pub hits: u64,
    /// Times a regex was started.
    pub searches: u64,
    /// Bytes that regexes and structures looked at beyond the prefilter, at most.
    pub bytes: u64,
    /// Bytes that came out of decoders.
    pub decoded: u64,
    /// Spans that looked encoded and were left alone because decoding them would have cost too much.
    pub left_encoded: u64,
}

/// For each rule at most one window, open for as long as the next hit may widen it.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    open: Vec<Option<ByteSpan>>,
    rules: Vec<usize>,
}

impl Windows {
    /// Widens the open window of `rule`, if the new one touches it; otherwise opens the new one and
    /// gives back the old.
    pub(crate) fn push(&mut self, rule: usize, window: ByteSpan) -> Option<ByteSpan> {
        if self.open.len() <= rule {
            self.open.resize(rule + 1, None);
        }
        let slot = self.open.get_mut(rule)?;
        match slot {
            Some(open) if window.start <= open.end => {
                open.end = open.end.max(window.end);
                open.start = open.start.min(window.start);
                None
            }
            Some(_) => slot.replace(window),
            None => {
                self.rules.push(rule);
                slot.replace(window)
            }
        }
    }

    /// Takes one of the windows still open.
    pub(crate) fn pop(&mut self) -> Option<(usize, ByteSpan)> {
        while let Some(rule) = self.rules.pop() {
            if let Some(window) = self.open.get_mut(rule).and_then(Option::take) {
                return Some((rule, window));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_one_rule_that_touch_become_one() {
        let mut windows = Windows::default();
        assert_eq!(windows.push(3, ByteSpan::new(0, 10)), None);
        assert_eq!(windows.push(3, ByteSpan::new(5, 15)), None);
        assert_eq!(windows.push(1, ByteSpan::new(5, 15)), None);
        assert_eq!(windows.push(3, ByteSpan::new(20, 30)), Some(ByteSpan::new(0, 15)));
        assert_eq!(windows.pop(), Some((1, ByteSpan::new(5, 15))));
        assert_eq!(windows.pop(), Some((3, ByteSpan::new(20, 30))));
        assert_eq!(windows.pop(), None);
    }
}
