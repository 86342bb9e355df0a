//! A git repository's objects, index and refs, read natively and read-only.
//!
//! Nothing in the repository is executed or written, nothing redirects a read: replacement
//! references, grafts and configuration includes are not honoured, nor does it matter who owns the
//! files. Every byte is taken to be hostile. What the content means is left to the callers.
#![deny(clippy::indexing_slicing)]

mod alternates;
mod base_cache;
mod buffer;
mod commit;
mod config;
mod cursor;
mod diff;
mod error;
mod files;
mod history;
mod index;
mod inflate;
mod loose;
mod object_id;
mod objects;
mod pack;
mod refs;
mod repository;
mod revision;
mod tag;
mod tree;
mod visit;
mod window;

pub use commit::{Commit, Signature};
pub use diff::{Change, Deletions, DiffEntry, DiffOptions, IndexDiff, Repeats, TreeDiff};
pub use error::GitError;
pub use history::History;
pub use index::{EntryFlags, Index, IndexEntry};
pub use object_id::{HashKind, ObjectId, ObjectKind, ParseObjectIdError};
pub use objects::{DEFAULT_OBJECT_LIMIT, Ids, ObjectReader, Objects};
pub use pack::delta::{Copied, Delta, DeltaInstruction, DeltaInstructions};
pub use refs::{Found, Head, Ref, Refs};
pub use repository::{OpenOptions, RefStorage, Repository};
pub use tag::Tag;
pub use tree::{EntryMode, Tree, TreeEntry};
pub use visit::{Content, DeltaOrigin, Object, Verify, Visitor, WalkOptions};
