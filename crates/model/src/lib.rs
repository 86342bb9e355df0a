//! The nouns every stage of the pipe shares, and the traits at its two ends.
//!
//! Owns: what a blob, a place in it, a rule's description, a match, a finding and the record of
//! coverage are, and how a [`Source`] and a [`Reporter`] talk to the engine. Leaves to others: how
//! any of them comes about. There is no I/O here and no pattern matching.

mod blob;
mod coverage;
mod finding;
mod location;
mod matched;
mod pipe;
mod rule;
mod secret;
mod text;
mod time;

pub use blob::{
    Base, Blob, BlobId, Commit, Copied, Ended, Layer, Origin, PathBytes, Provenance, Reach,
};
pub use coverage::{Coverage, Problem, RepositoryScan, SkipReason, Summary};
pub use finding::{Companion, Excerpt, Finding, Fingerprint, Status, Suppression};
pub use location::{ByteSpan, Column, Encoding, Line, LineSpan, Location, Position};
pub use matched::{Match, NAMED, Transform};
pub use pipe::{Found, Reporter, ScanInfo, ScanKind, Sink, Source, Tally, Worker};
pub use rule::{Confidence, Kind, Proof, RuleId, RuleInfo, Severity, UnknownName};
pub use secret::Secret;
pub use text::{escape_terminal, escape_text};
pub use time::{NoTimestamp, Timestamp};
