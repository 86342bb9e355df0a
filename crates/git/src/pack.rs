//! A pack with its index: which objects it holds and where. Decoding entries is in the modules
//! below; choosing between packs is left to [`Objects`](crate::Objects).

pub(crate) mod delta;
pub(crate) mod entry;
pub(crate) mod held;
pub(crate) mod index;
mod midx;
pub(crate) mod plan;
pub(crate) mod walk;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use crate::cursor::Cursor;
use crate::error::GitError;
use crate::files;
use crate::object_id::{HashKind, ObjectId};
use entry::EntryHeader;
use index::PackIndex;

/// Packs whose file is kept open; further ones are opened for each read, so that a repository of a
/// thousand packs does not run out of file descriptors.
const MAX_KEPT_OPEN: usize = 256;
static KEPT_OPEN: AtomicUsize = AtomicUsize::new(0);

const HEADER_LENGTH: u64 = 12;

/// One pack file and its index.
pub(crate) struct Pack {
    path: PathBuf,
    index: PackIndex,
    file: OnceLock<(Arc<File>, u64)>,
    /// Whether the index is known to lack some of its objects, as one of several packs may.
    is_partial: AtomicBool,
}

impl Pack {
    /// Opens the index; the pack itself is opened when first read.
    pub(crate) fn open(path: &Path, hash: HashKind) -> Result<Self, GitError> {
        let index = PackIndex::open(&path.with_extension("idx"), hash)?;
        let (file, is_partial) = (OnceLock::new(), AtomicBool::new(false));
        Ok(Self { path: path.to_owned(), index, file, is_partial })
    }

    /// Whether the index lacks some of the objects; known once the file was opened.
    pub(crate) fn is_partial(&self) -> bool {
        self.is_partial.load(Ordering::Relaxed)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn index(&self) -> &PackIndex {
        &self.index
    }

    /// The pack file and the offset where its entries end.
    pub(crate) fn file(&self) -> Result<(Arc<File>, u64), GitError> {
        if let Some((file, end)) = self.file.get() {
            return Ok((Arc::clone(file), *end));
        }
        let (file, end) = self.open_file()?;
        let file = Arc::new(file);
        if KEPT_OPEN.load(Ordering::Relaxed) < MAX_KEPT_OPEN
            && self.file.set((Arc::clone(&file), end)).is_ok()
        {
            KEPT_OPEN.fetch_add(1, Ordering::Relaxed);
        }
        Ok((file, end))
    }

    fn open_file(&self) -> Result<(File, u64), GitError> {
        let (file, length) = files::open(&self.path)?;
        let hash_length = self.index.hash_kind().byte_len() as u64;
        let corrupt = |reason: String| GitError::corrupt(&self.path, reason);
        let end = length
            .checked_sub(hash_length)
            .filter(|end| *end >= HEADER_LENGTH)
            .ok_or_else(|| corrupt("it is too short for a pack".into()))?;
        let mut bytes = [0; 12];
        self.read(&file, &mut bytes, 0)?;
        let mut cursor = Cursor::new(&bytes);
        let (magic, version, count) = (cursor.take(4), cursor.u32(), cursor.u32());
        if magic != Some(b"PACK") {
            return Err(corrupt("it does not begin with `PACK`".into()));
        }
        if !matches!(version, Some(2 | 3)) {
            let feature = format!("pack version {}", version.unwrap_or(0));
            return Err(GitError::Unsupported { path: self.path.clone(), feature });
        }
        let Some(checksum) = self.index.pack_checksum() else {
            self.is_partial.store(count != Some(self.index.count()), Ordering::Relaxed);
            return Ok((file, end));
        };
        if count != Some(self.index.count()) {
            let counts = (count.unwrap_or(0), self.index.count());
            return Err(corrupt(format!("it has {} objects, its index {}", counts.0, counts.1)));
        }
        let mut trailer = vec![0; self.index.hash_kind().byte_len()];
        self.read(&file, &mut trailer, end)?;
        if ObjectId::from_bytes(&trailer) != Some(checksum) {
            return Err(corrupt("its checksum is not the one its index names".into()));
        }
        Ok((file, end))
    }

    fn read(&self, file: &File, buffer: &mut [u8], offset: u64) -> Result<(), GitError> {
        match files::read_at(file, buffer, offset) {
            Ok(count) if count == buffer.len() => Ok(()),
            Ok(_) => Err(GitError::corrupt(&self.path, "it is shorter than it was")),
            Err(error) => Err(GitError::io(&self.path, error)),
        }
    }

    /// Reads the header of the entry at `offset`.
    pub(crate) fn header(&self, offset: u64) -> Result<EntryHeader, GitError> {
        let (file, end) = self.file()?;
        let mut bytes = [0; entry::MAX_HEADER];
        let count =
            files::read_at(&file, &mut bytes, offset).map_err(|e| GitError::io(&self.path, e))?;
        let room = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX);
        let bytes = bytes.get(..count.min(room)).unwrap_or_default();
        EntryHeader::parse(bytes, offset, self.index.hash_kind()).ok_or_else(|| {
            self.corrupt_entry(offset, None, "its header is not one of a pack entry")
        })
    }

    pub(crate) fn corrupt_entry(
        &self,
        offset: u64,
        id: Option<ObjectId>,
        reason: impl Into<String>,
    ) -> GitError {
        GitError::CorruptEntry { path: self.path.clone(), offset, id, reason: reason.into() }
    }
}

impl Drop for Pack {
    fn drop(&mut self) {
        if self.file.get().is_some() {
            KEPT_OPEN.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
