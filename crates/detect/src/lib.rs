//! Bytes to matches: prefilter, windows, filters, decoders and proofs.
