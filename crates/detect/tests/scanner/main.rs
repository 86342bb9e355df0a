//! The scanner through its public face.

mod behaviour;
mod support;
