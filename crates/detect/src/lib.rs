//! Bytes to matches: prefilter, windows, filters, decoders and proofs.

pub mod proof;
