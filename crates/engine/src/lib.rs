//! Runs the pipe once: a source's blobs through the scanner, its matches to findings, the findings
//! through suppression to a reporter, in an order that does not depend on threads.
//!
//! Owns: the ledger of completeness, grouping, order, and the masking of what reports may show.
//! Leaves to others: where bytes come from, what a match is, what a report looks like.

mod clean;
mod excerpt;
mod group;
mod hit;
mod layers;
mod ledger;
mod parts;
mod redact;
mod run;
mod traces;
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64};

use tightlip_detect::{RuleWork, Scanner};
use tightlip_model::{Confidence, Finding, Severity, SkipReason, Summary};
use tightlip_suppress::Suppressor;

/// Which findings a run reports, and how.
#[derive(Debug, Clone)]
pub struct ScanOptions {
    /// The least confidence.
    pub min_confidence: Confidence,
    /// The least severity.
    pub min_severity: Severity,
    /// How bad the findings of a rule are, by its id, where the user thinks otherwise than the rule.
    pub severities: BTreeMap<String, Severity>,
    /// Report these rules only; empty for all.
    pub only_rules: BTreeSet<String>,
    /// Leave these rules out.
    pub skip_rules: BTreeSet<String>,
    /// Whether secrets are masked wherever they show.
    pub masking: Masking,
    /// Whether blobs are scanned whole even where their source says what they were made from. The
    /// report is the same; this is how that is proven.
    pub whole_blobs: bool,
    /// Whether the work of each rule is counted; see [`Outcome::rule_work`].
    pub counts_rule_work: bool,
}

/// Whether a report may hold secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masking {
    /// Every secret found is masked in every text: paths, messages, neighbouring lines.
    On,
    /// The user asked to see them.
    Off,
}

impl Default for ScanOptions {
    fn default() -> Self {
        Self {
            min_confidence: Confidence::Medium,
            min_severity: Severity::Info,
            severities: BTreeMap::new(),
            only_rules: BTreeSet::new(),
            skip_rules: BTreeSet::new(),
            masking: Masking::On,
            whole_blobs: false,
            counts_rule_work: false,
        }
    }
}

impl ScanOptions {
    fn wants_rule(&self, id: &str) -> bool {
        (self.only_rules.is_empty() || self.only_rules.contains(id))
            && !self.skip_rules.contains(id)
    }
}

/// How far a run has come; read by a display while it goes on.
#[derive(Debug, Default)]
pub struct Progress {
    /// Objects or files done.
    pub done: AtomicU64,
    /// Objects or files in all; 0 while unknown.
    pub total: AtomicU64,
    /// Bytes scanned.
    pub bytes: AtomicU64,
    /// Of those, the bytes that had to be looked at: what a blob has in common with the one it was
    /// made from was scanned there.
    pub looked_at: AtomicU64,
    /// Matches so far.
    pub matches: AtomicU64,
}

/// One run of the pipe; see [`Scan::run`].
pub struct Scan<'a> {
    /// What finds matches.
    pub scanner: &'a Scanner,
    /// What lets findings pass.
    pub suppressor: &'a Suppressor,
    /// What is reported.
    pub options: ScanOptions,
    /// Set from outside to end the run early; it is then incomplete.
    pub stop: &'a AtomicBool,
    /// Kept up to date for a display.
    pub progress: &'a Progress,
}

/// The end of a run.
#[derive(Debug)]
pub struct Outcome {
    /// What was seen and found.
    pub summary: Summary,
    /// The findings in the order of the report, suppressed ones included.
    pub findings: Vec<Finding>,
    /// The findings that are told as a part of another one's credential, and are no findings of their
    /// own as long as that one is.
    pub parts: Vec<Finding>,
    /// What was left out on purpose, by name, sorted.
    pub skipped: Vec<(SkipReason, Vec<u8>)>,
    /// What each rule cost, in the order of the rules; empty unless it was to be counted.
    pub rule_work: Vec<RuleWork>,
    /// Whether the report could be written.
    pub report: io::Result<()>,
}
