//! Where bytes come from: files, standard input, the index, a range of commits, a whole history.
//!
//! Owns: finding everything in scope, reading it, cutting what is long into pieces, and saying
//! where each byte stands and what was left out. Leaves to others: what a secret looks like
//! (`detect`), git's formats (`git`), and what becomes of a match.

mod content;
mod files;
mod pieces;
mod stdin;

pub use files::{Files, FilesOptions};
pub use stdin::{Stdin, StdinOptions};
