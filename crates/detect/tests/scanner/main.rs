//! The scanner through its public face.

mod behaviour;
mod deltas;
mod encodings;
mod floods;
mod splits;
mod support;
