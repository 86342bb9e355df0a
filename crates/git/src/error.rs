//! What can go wrong while a repository is read. Every variant names the file, object or name it
//! is about; deciding whether to go on is left to the caller.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::object_id::ObjectId;

/// A failure to read some part of a repository.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// No repository at the path, nor (when discovering) in any folder above it.
    #[error("no git repository at `{}`", path.display())]
    NotARepository {
        /// Where a repository was looked for.
        path: PathBuf,
    },
    /// The operating system refused to read a file or folder.
    #[error("cannot read `{}`: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: Arc<io::Error>,
    },
    /// A file of the repository does not hold what its format demands.
    #[error("`{}` is corrupt: {reason}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// One entry of a pack cannot be decoded.
    #[error(
        "object {} at offset {offset} of `{}` is corrupt: {reason}",
        name_or_unknown(id.as_ref()),
        path.display()
    )]
    CorruptEntry {
        /// The pack.
        path: PathBuf,
        /// Where the entry begins.
        offset: u64,
        /// The object, when the index names it.
        id: Option<ObjectId>,
        /// What is wrong with it.
        reason: String,
    },
    /// An object was read but is not what its id or kind says.
    #[error("object `{id}` is corrupt: {reason}")]
    CorruptObject {
        /// The object.
        id: ObjectId,
        /// What is wrong with it.
        reason: String,
    },
    /// An object that something refers to is in no object store.
    #[error("object `{id}` is missing")]
    Missing {
        /// The object.
        id: ObjectId,
    },
    /// An object is too large to be held in memory.
    #[error("object `{id}` has {size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// The object.
        id: ObjectId,
        /// Its inflated size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The repository uses something this reader does not know.
    #[error("`{}` uses {feature}, which is not supported", path.display())]
    Unsupported {
        /// The file or folder.
        path: PathBuf,
        /// What is not supported.
        feature: String,
    },
    /// A bound on depth, length or count was met.
    #[error("{what} exceeds the limit of {limit}")]
    LimitExceeded {
        /// What was counted, and where.
        what: String,
        /// The bound.
        limit: u64,
    },
    /// A reference does not hold an object id or the name of another reference.
    #[error("reference `{}` is broken: {reason}", name.escape_ascii())]
    BrokenRef {
        /// The full name.
        name: Vec<u8>,
        /// What is wrong with it.
        reason: String,
    },
    /// A revision given by the user names no object, or more than one.
    #[error("revision `{revision}` {reason}")]
    BadRevision {
        /// The revision as given.
        revision: String,
        /// Why it could not be resolved.
        reason: String,
    },
}

impl GitError {
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), source: Arc::new(source) }
    }

    pub(crate) fn corrupt(path: &Path, reason: impl Into<String>) -> Self {
        Self::Corrupt { path: path.to_owned(), reason: reason.into() }
    }

    pub(crate) fn object(id: ObjectId, reason: impl Into<String>) -> Self {
        Self::CorruptObject { id, reason: reason.into() }
    }

    /// Whether the file this is about has gone, as it does when another process repacks.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

fn name_or_unknown(id: Option<&ObjectId>) -> String {
    id.map_or_else(|| "of unknown id".to_owned(), |id| format!("`{id}`"))
}
