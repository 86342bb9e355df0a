//! The scanner through its public face.

mod behaviour;
mod deltas;
mod encodings;
mod floods;
mod nesting;
mod splits;
mod support;
