//! The nouns every stage of tightlip shares and the traits at its two ends.
