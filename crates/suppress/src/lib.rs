//! Whether a finding is kept, and if not, why.
//!
//! Owns: the marks people write beside a secret, the allow-list of the configuration, the baseline
//! and the fingerprints all of them rest on. Leaves to others: reading files and the clock; texts
//! and today's date are handed in.

mod allowlist;
mod baseline;
mod compare;
mod date;
mod fingerprint;
mod import;
mod inline;
mod suppressor;
mod tally;

pub use allowlist::{AllowEntry, AllowNote, Allowlist, AllowlistError, Seen};
pub use baseline::{Baseline, BaselineEntry, BaselineError, Label};
pub use compare::{At, Comparison, KeysDiffer, Known, Move};
pub use date::{Date, DateError};
pub use fingerprint::FingerprintKey;
pub use import::{Candidate, Foreign, ImportError};
pub use inline::{LineContext, Marks};
pub use suppressor::{Judged, Judgement, Paths, Scope, Suppressor, Verdict};
