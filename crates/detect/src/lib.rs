//! Bytes to matches: prefilter, windows, filters, decoders and proofs.
//!
//! Owns: everything between a text and the secrets in it. [`Scanner`] is the whole of it; a
//! [`Scratch`] is what a thread brings along. Pure: no I/O, no clock, no state from one text to the
//! next but the [`Trace`] that a caller may keep, and no allocation as long as nothing matches. Leaves to others: where bytes come from, lines
//! and columns, suppression and reports.

mod alike;
mod bounds;
mod decode;
mod entropy;
mod error;
mod expression;
mod filter;
mod judge;
mod layer;
mod overlap;
mod parts;
mod pattern;
mod plan;
mod prefilter;
pub mod proof;
mod respell;
mod scanner;
mod scratch;
mod stats;
mod structure;
mod wide;
mod words;

pub use error::ScannerError;
pub use scanner::{Scanner, Trace};
pub use scratch::{Scratch, Work};
pub use stats::RuleWork;

/// What the model of assignments is trained on.
pub mod training {
    pub use crate::structure::assignment::{Sample, feature_names, samples, weighed};
}
