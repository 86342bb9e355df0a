//! Counts of what a report lists.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use tightlip_model::{Confidence, Severity};

use crate::shown::Shown;

/// Findings counted by grade; suppressed ones only as a sum.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) findings: u64,
    pub(crate) suppressed: u64,
    pub(crate) by_severity: BTreeMap<Severity, u64>,
    pub(crate) by_confidence: BTreeMap<Confidence, u64>,
    places: BTreeSet<u64>,
}

impl Tally {
    pub(crate) fn count(&mut self, shown: &Shown<'_>) {
        if shown.suppression.is_some() {
            self.suppressed += 1;
            return;
        }
        self.findings += 1;
        *self.by_severity.entry(shown.severity).or_default() += 1;
        *self.by_confidence.entry(shown.confidence).or_default() += 1;
        let mut place = DefaultHasher::new();
        (&shown.provenance.repository, &shown.provenance.path).hash(&mut place);
        self.places.insert(place.finish());
    }

    /// In how many files the findings are.
    pub(crate) fn places(&self) -> usize {
        self.places.len()
    }
}
