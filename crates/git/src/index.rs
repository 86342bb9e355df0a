//! The index: what the next commit will contain. Versions 2 to 4, split and sparse ones too.

mod cache_tree;
mod decode;
mod split;

use std::collections::HashMap;
use std::path::Path;

use crate::error::GitError;
use crate::files;
use crate::object_id::{HashKind, ObjectId};
use crate::tree::{EntryMode, entry_mode};

pub(crate) use cache_tree::CacheTree;

/// What is known of an entry besides its content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryFlags {
    /// The file is said to be unchanged, whatever the work tree holds.
    pub assume_valid: bool,
    /// The file is not checked out.
    pub skip_worktree: bool,
    /// The file will be added later: a commit leaves it out.
    pub intent_to_add: bool,
}

/// One entry of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexEntry<'a> {
    /// The path from the top of the work tree, with `/`; a folder of a sparse index ends in one.
    pub path: &'a [u8],
    /// The mode, such as `0o100644`.
    pub mode: u32,
    /// The blob, the commit of a submodule, or the tree of a folder of a sparse index.
    pub id: ObjectId,
    /// Zero, or which side of a conflict this is: 1 the base, 2 ours, 3 theirs.
    pub stage: u8,
    /// What else is known.
    pub flags: EntryFlags,
}

impl IndexEntry<'_> {
    /// What the entry is, by the file type bits of its mode.
    #[must_use]
    pub const fn entry_mode(&self) -> EntryMode {
        entry_mode(self.mode)
    }
}

/// An index read into memory.
#[derive(Clone, Debug)]
pub struct Index {
    paths: Vec<u8>,
    entries: Vec<Stored>,
    cache_tree: CacheTree,
    sparse: bool,
}

/// An entry with the place of its path in the common buffer.
#[derive(Clone, Copy, Debug)]
struct Stored {
    path_start: u32,
    path_length: u32,
    mode: u32,
    id: ObjectId,
    stage: u8,
    flags: EntryFlags,
}

impl Index {
    /// Reads the index at `path`, and the shared index it may be split from; one that does not
    /// exist is empty.
    ///
    /// # Errors
    ///
    /// Fails when either is corrupt, or of a version or with an extension that is not known.
    pub fn read(path: &Path, git_dir: &Path, hash: HashKind) -> Result<Self, GitError> {
        let Some(bytes) = files::read_if_exists(path, files::WHOLE_FILE_LIMIT)? else {
            return Ok(Self::empty());
        };
        let decoded = decode::decode(&bytes, path, hash)?;
        let base_id = decoded.link.as_ref().and_then(|link| link.base);
        let Some((link, base_id)) = decoded.link.zip(base_id) else {
            return decoded.index.in_order(path);
        };
        let name = format!("sharedindex.{base_id}");
        let beside = path.parent().unwrap_or(git_dir).join(&name);
        let shared = if beside.is_file() { beside } else { git_dir.join(&name) };
        let bytes = files::read(&shared, files::WHOLE_FILE_LIMIT)?;
        let base = decode::decode(&bytes, &shared, hash)?;
        if base.checksum != base_id {
            return Err(GitError::corrupt(&shared, "its checksum is not the one in its name"));
        }
        if base.link.is_some_and(|link| link.base.is_some()) {
            return Err(GitError::corrupt(&shared, "a shared index must not be split itself"));
        }
        split::merge(&base.index, decoded.index, &link)
            .map_err(|reason| GitError::corrupt(path, reason))?
            .in_order(path)
    }

    /// Refuses an index whose entries are out of order, in which none could be found.
    fn in_order(self, path: &Path) -> Result<Self, GitError> {
        let below = |a: &Stored, b: &Stored| {
            let (a, b) = (self.complete(a), self.complete(b));
            a.path < b.path || (a.path == b.path && a.stage != 0 && a.stage < b.stage)
        };
        if self.entries.is_sorted_by(below) {
            return Ok(self);
        }
        Err(GitError::corrupt(path, "its entries are out of order"))
    }

    fn empty() -> Self {
        Self {
            paths: Vec::new(),
            entries: Vec::new(),
            cache_tree: CacheTree::default(),
            sparse: false,
        }
    }

    /// All entries, sorted by path and stage.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = IndexEntry<'_>> {
        self.entries.iter().map(|stored| self.complete(stored))
    }

    /// The entry at a place, counted from zero.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<IndexEntry<'_>> {
        self.entries.get(at).map(|stored| self.complete(stored))
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether folders may stand for all that is in them.
    #[must_use]
    pub const fn is_sparse(&self) -> bool {
        self.sparse
    }

    /// The trees of folders that are as they were when last written as a tree, by path without a
    /// `/` at the end; the top is the empty path.
    #[must_use]
    pub const fn unchanged_trees(&self) -> &HashMap<Vec<u8>, ObjectId> {
        &self.cache_tree.trees
    }

    fn complete(&self, stored: &Stored) -> IndexEntry<'_> {
        let start = stored.path_start as usize;
        let path = self.paths.get(start..start + stored.path_length as usize).unwrap_or_default();
        let Stored { mode, id, stage, flags, .. } = *stored;
        IndexEntry { path, mode, id, stage, flags }
    }

    /// Adds an entry; `None` when all paths together are too long to be an honest index.
    fn push(&mut self, entry: &IndexEntry<'_>) -> Option<()> {
        let path_start = u32::try_from(self.paths.len()).ok()?;
        let path_length = u32::try_from(entry.path.len()).ok()?;
        let IndexEntry { mode, id, stage, flags, .. } = *entry;
        self.paths.extend_from_slice(entry.path);
        self.entries.push(Stored { path_start, path_length, mode, id, stage, flags });
        (self.paths.len() <= decode::MAX_PATHS).then_some(())
    }

    /// The first place, from `from` on, that is not inside the folder `prefix`, which ends in `/`.
    pub(crate) fn end_of_folder(&self, from: usize, prefix: &[u8]) -> usize {
        let rest = self.entries.get(from..).unwrap_or_default();
        from + rest.partition_point(|stored| self.complete(stored).path.starts_with(prefix))
    }
}
