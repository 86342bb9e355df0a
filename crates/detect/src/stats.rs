//! What each rule costs, counted where a caller asks for it.
//!
//! Owns: the counts of one thread and adding them up. Leaves to others: calling around a rule's work.

use std::time::{Duration, Instant};

use crate::Scanner;
use crate::scratch::Scratch;

/// The work that one rule made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleWork {
    /// Anchors of the rule that were followed up.
    pub hits: u64,
    /// Times its regex was started.
    pub windows: u64,
    /// Bytes that its regex or structure looked at beyond the prefilter, at most.
    pub bytes: u64,
    /// Matches, before any were weighed against those of other rules.
    pub matches: u64,
    /// How long all that took.
    pub time: Duration,
}

impl RuleWork {
    /// Adds what another thread counted for the same rule.
    pub fn add(&mut self, other: &Self) {
        self.hits += other.hits;
        self.windows += other.windows;
        self.bytes += other.bytes;
        self.matches += other.matches;
        self.time += other.time;
    }
}

/// Does some of a rule's work; counts it if the scratch was made to count.
#[inline]
pub(crate) fn counted(rule: u32, scratch: &mut Scratch, act: impl FnOnce(&mut Scratch)) {
    if scratch.rules.is_none() {
        return act(scratch);
    }
    let (work, found, start) = (scratch.work, scratch.found.len(), Instant::now());
    act(scratch);
    let spent = RuleWork {
        hits: scratch.work.hits - work.hits,
        windows: scratch.work.searches - work.searches,
        bytes: scratch.work.bytes - work.bytes,
        matches: scratch.found.len().saturating_sub(found) as u64,
        time: start.elapsed(),
    };
    let counts = scratch.rules.iter_mut().flat_map(|rules| rules.get_mut(rule as usize));
    counts.for_each(|sum| sum.add(&spent));
}

impl Scratch {
    /// Empty memory that counts what each rule of `scanner` costs; scanning is a little slower.
    #[must_use]
    pub fn counting(scanner: &Scanner) -> Self {
        let rules = vec![RuleWork::default(); scanner.rule_count()];
        Self { rules: Some(rules), ..Self::default() }
    }

    /// What each rule has cost so far, in the order of the rules; empty unless counted.
    #[must_use]
    pub fn rule_work(&self) -> &[RuleWork] {
        self.rules.as_deref().unwrap_or_default()
    }
}
