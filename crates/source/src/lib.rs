//! Where bytes come from: files, standard input, the index, a range of commits, a whole history.
//!
//! Owns: finding everything in scope, reading it, cutting what is long into pieces, and saying
//! where each byte stands and what was left out. Leaves to others: what a secret looks like
//! (`detect`), git's formats (`git`), and what becomes of a match.

mod added;
mod changes;
mod container;
mod content;
mod diff;
mod files;
mod graph;
mod history;
mod image;
mod pieces;
mod records;
mod renames;
mod repository;
mod staged;
mod stdin;

pub use container::Bounds;
pub use diff::{Diff, DiffOptions};
pub use files::{Files, FilesOptions, GitFolders};
pub use history::{Histories, History, HistoryOptions, SweepCache};
pub use staged::{Staged, StagedOptions};
pub use stdin::{Stdin, StdinOptions};
pub use tightlip_git::{OpenOptions, Verify};
