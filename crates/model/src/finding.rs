//! A finding: a match with its place, its judgement and what a report may show of it.

use std::fmt;
use std::sync::Arc;

use crate::{Confidence, Location, Proof, Provenance, RuleInfo, Secret, Severity, Transform};

/// A keyed hash of a rule's id and a secret: the same on every machine that holds the key, in every
/// file and at every commit. `v1-` and hexadecimal digits; 4 of them (16 bits) where the secret could
/// be guessed, so that a published fingerprint is no oracle for guesses, 32 otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub String);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a finding stands to the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Not in the baseline, or there is none.
    New,
    /// In the baseline, at this path.
    Unchanged,
    /// In the baseline at a path that no longer holds it.
    Moved,
}

impl Status {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Unchanged => "unchanged",
            Self::Moved => "moved",
        }
    }
}

/// Why a finding is not counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suppression {
    /// A comment on or above the line; `mark` is the words that did it.
    Inline {
        /// The mark, for example `tightlip:allow`.
        mark: String,
        /// The reason given, empty when there is none.
        reason: String,
    },
    /// An entry of the allow-list in the configuration.
    Allowlist {
        /// The reason given, empty when there is none.
        reason: String,
    },
    /// The baseline knows it.
    Baseline {
        /// The reason given, empty when there is none.
        reason: String,
    },
}

impl Suppression {
    /// The word for its kind in reports.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Inline { .. } => "inline",
            Self::Allowlist { .. } => "allowlist",
            Self::Baseline { .. } => "baseline",
        }
    }

    /// The reason that was given, empty when there is none.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Inline { reason, .. }
            | Self::Allowlist { reason }
            | Self::Baseline { reason } => reason,
        }
    }
}

/// The line a secret stands on, cut to a readable width, with every secret on it masked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excerpt {
    /// The text; control characters are still in it.
    pub text: String,
    /// Where the masked secret stands in `text`, in bytes.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// Another part of a finding's credential: what stands beside a secret and belongs to it.
#[derive(Debug, Clone)]
pub struct Companion {
    /// The rule that found it.
    pub rule: Arc<RuleInfo>,
    /// Where it stands, in the blob of the finding.
    pub location: Location,
    /// The part itself.
    pub secret: Secret,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
}

/// A secret at a place, ready to be reported.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Arc<RuleInfo>,
    /// Where the blob stands.
    pub provenance: Provenance,
    /// Where in the blob the secret stands.
    pub location: Location,
    /// The secret.
    pub secret: Secret,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// Why we believe it.
    pub proof: Proof,
    /// How sure we are.
    pub confidence: Confidence,
    /// How bad a leak is.
    pub severity: Severity,
    /// What counted for it, in words.
    pub evidence: Vec<String>,
    /// Facts read from the secret itself, in a fixed order.
    pub decoded: Vec<(String, String)>,
    /// The other parts of the same credential.
    pub companions: Vec<Companion>,
    /// Rules of other providers whose credentials look the same, where nothing tells which it is.
    pub alternatives: Vec<Arc<RuleInfo>>,
    /// What had to be undone to reach it, the outermost first.
    pub transforms: Vec<Transform>,
    /// The line it stands on; `None` for a secret that is no part of a line of text.
    pub excerpt: Option<Excerpt>,
    /// In how many places (blobs of the same path, for a history) it stands.
    pub occurrences: u64,
    /// How it stands to the baseline.
    pub status: Status,
    /// Why it is not counted; `None` when it is.
    pub suppression: Option<Suppression>,
}
