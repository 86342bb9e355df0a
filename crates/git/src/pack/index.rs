//! The index of a pack, version 2: sorted object ids and their offsets. Looked up in place, so that
//! opening a repository of millions of objects reads a kilobyte of each index; once a walk has read
//! all of it, it is looked up in memory.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::cursor::Cursor;
use crate::error::GitError;
use crate::files;
use crate::object_id::{HashKind, Hasher, ObjectId};
use crate::pack::midx;

const MAGIC: u32 = 0xff74_4f63;
const HEADER: u64 = 8;
const FANOUT: u64 = 1024;
/// Index files up to this size are held in memory, larger ones stay open.
const IN_MEMORY: u64 = 1 << 20;
/// How many ids are read in one go.
const BLOCK: u32 = 128;
const LARGE_OFFSET: u32 = 0x8000_0000;

/// An open pack index.
pub(crate) struct PackIndex {
    path: PathBuf,
    source: Source,
    length: u64,
    fanout: Vec<u32>,
    hash: HashKind,
    /// The checksum of the pack; unknown to an index of several packs.
    pack_checksum: Option<ObjectId>,
    /// All of it, 28 or 40 bytes an object, once it was read.
    table: OnceLock<Arc<PackTable>>,
}

enum Source {
    Memory(Vec<u8>),
    File(File),
}

/// All ids and offsets of an index, in the order of the ids.
pub(crate) struct PackTable {
    hash: HashKind,
    fanout: Vec<u32>,
    ids: Vec<u8>,
    pub(crate) offsets: Vec<u64>,
}

impl PackIndex {
    pub(crate) fn open(path: &Path, hash: HashKind) -> Result<Self, GitError> {
        let (file, length) = match files::open(path) {
            Err(error) if error.is_not_found() => return Self::shared(path, hash, error),
            opened => opened?,
        };
        let source = if length <= IN_MEMORY {
            Source::Memory(files::read(path, IN_MEMORY)?)
        } else {
            Source::File(file)
        };
        let (path, fanout, table) = (path.to_owned(), Vec::new(), OnceLock::new());
        let mut index = Self { path, source, length, fanout, hash, pack_checksum: None, table };
        index.read_header()?;
        Ok(index)
    }

    /// What the index of several packs says of one whose own index is missing.
    fn shared(path: &Path, hash: HashKind, missing: GitError) -> Result<Self, GitError> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(missing);
        };
        let table = midx::table(folder, &files::name_bytes(name), hash)?.ok_or(missing)?;
        let (path, source) = (path.to_owned(), Source::Memory(Vec::new()));
        let (fanout, table) = (table.fanout.clone(), OnceLock::from(Arc::new(table)));
        Ok(Self { path, source, length: 0, fanout, hash, pack_checksum: None, table })
    }

    fn read_header(&mut self) -> Result<(), GitError> {
        let corrupt = |reason: &str| GitError::corrupt(&self.path, reason);
        let header = self.read_vec(0, HEADER)?;
        let mut cursor = Cursor::new(&header);
        let version = match cursor.u32() {
            Some(MAGIC) => cursor.u32().unwrap_or(0),
            _ => 1,
        };
        if version != 2 {
            let feature = format!("pack index version {version}");
            return Err(GitError::Unsupported { path: self.path.clone(), feature });
        }
        let bytes = self.read_vec(HEADER, FANOUT)?;
        let mut cursor = Cursor::new(&bytes);
        let fanout: Vec<u32> = std::iter::from_fn(|| cursor.u32()).collect();
        if !fanout.is_sorted() {
            return Err(corrupt("its fan-out table is not sorted"));
        }
        let hash_length = self.hash.byte_len() as u64;
        let count = u64::from(fanout.last().copied().unwrap_or(0));
        let least = HEADER + FANOUT + count * (hash_length + 8) + 2 * hash_length;
        let large = self.length.checked_sub(least).ok_or_else(|| corrupt("it is cut short"))?;
        if large % 8 != 0 || large / 8 > count {
            return Err(corrupt("its length does not fit its number of objects"));
        }
        let checksum = self.read_vec(self.length - 2 * hash_length, hash_length)?;
        self.fanout = fanout;
        self.pack_checksum = ObjectId::from_bytes(&checksum);
        Ok(())
    }

    pub(crate) fn hash_kind(&self) -> HashKind {
        self.hash
    }

    pub(crate) fn pack_checksum(&self) -> Option<ObjectId> {
        self.pack_checksum
    }

    pub(crate) fn count(&self) -> u32 {
        self.fanout.last().copied().unwrap_or(0)
    }

    fn read_into(&self, buffer: &mut [u8], offset: u64) -> Result<(), GitError> {
        let short = || GitError::corrupt(&self.path, "it is cut short");
        match &self.source {
            Source::Memory(bytes) => {
                let start = usize::try_from(offset).map_err(|_| short())?;
                let end = start.checked_add(buffer.len()).ok_or_else(short)?;
                buffer.copy_from_slice(bytes.get(start..end).ok_or_else(short)?);
                Ok(())
            }
            Source::File(file) => match files::read_at(file, buffer, offset) {
                Ok(count) if count == buffer.len() => Ok(()),
                Ok(_) => Err(short()),
                Err(error) => Err(GitError::io(&self.path, error)),
            },
        }
    }

    /// Reads a part whose length the caller has bounded by the length of the file.
    fn read_vec(&self, offset: u64, length: u64) -> Result<Vec<u8>, GitError> {
        let length = usize::try_from(length)
            .map_err(|_| GitError::corrupt(&self.path, "it is too large"))?;
        let mut bytes = vec![0; length];
        self.read_into(&mut bytes, offset)?;
        Ok(bytes)
    }

    fn ids_at(&self) -> u64 {
        HEADER + FANOUT
    }

    fn offsets_at(&self) -> u64 {
        self.ids_at() + u64::from(self.count()) * (self.hash.byte_len() as u64 + 4)
    }

    fn large_at(&self) -> u64 {
        self.offsets_at() + u64::from(self.count()) * 4
    }

    fn large_length(&self) -> u64 {
        (self.length - self.large_at()).saturating_sub(2 * self.hash.byte_len() as u64)
    }

    /// The id at a place in the sorted order.
    pub(crate) fn id(&self, position: u32) -> Result<ObjectId, GitError> {
        if let Some(table) = self.table.get() {
            return Ok(table.id(position));
        }
        let mut bytes = [0; 32];
        let raw = bytes.get_mut(..self.hash.byte_len()).unwrap_or_default();
        self.read_into(raw, self.ids_at() + u64::from(position) * self.hash.byte_len() as u64)?;
        Ok(ObjectId::from_bytes(raw).unwrap_or(ObjectId::null(self.hash)))
    }

    /// The offset in the pack of the object at a place in the sorted order.
    pub(crate) fn offset(&self, position: u32) -> Result<u64, GitError> {
        let mut bytes = [0; 4];
        self.read_into(&mut bytes, self.offsets_at() + u64::from(position) * 4)?;
        let small = u32::from_be_bytes(bytes);
        if small & LARGE_OFFSET == 0 {
            return Ok(u64::from(small));
        }
        let at = u64::from(small & !LARGE_OFFSET) * 8;
        if at + 8 > self.large_length() {
            return Err(GitError::corrupt(&self.path, "it has an offset outside its table"));
        }
        let mut bytes = [0; 8];
        self.read_into(&mut bytes, self.large_at() + at)?;
        Ok(u64::from_be_bytes(bytes))
    }

    /// The first place whose id is not below `id`.
    pub(crate) fn lower_bound(&self, id: &ObjectId) -> Result<u32, GitError> {
        let bucket = bucket(&self.fanout, id.first_byte());
        if let Some(table) = self.table.get() {
            return Ok(table.lower_bound(id, bucket));
        }
        self.search(id, bucket).map(|(position, _)| position)
    }

    /// The first place whose id is not below `id`, and whether that is the one there. Ids are spread
    /// evenly, so that the first block that is read nearly always has the place.
    fn search(&self, id: &ObjectId, bucket: (u32, u32)) -> Result<(u32, bool), GitError> {
        let width = self.hash.byte_len();
        let (mut low, mut high) = bucket;
        let mut middle = low + id.share_of(high - low);
        loop {
            let start = middle.saturating_sub(BLOCK / 2).max(low);
            let end = start.saturating_add(BLOCK).min(high);
            let at = self.ids_at() + u64::from(start) * width as u64;
            let ids = self.read_vec(at, u64::from(end - start) * width as u64)?;
            let is_below = |other: &&[u8]| *other < id.as_bytes();
            let below = ids.chunks_exact(width).take_while(is_below).count();
            let position = start + u32::try_from(below).unwrap_or(0);
            let is_there = ids.chunks_exact(width).nth(below) == Some(id.as_bytes());
            if position == start && start > low && !is_there {
                high = start;
            } else if position == end && end < high {
                low = end;
            } else {
                return Ok((position, is_there));
            }
            middle = low + (high - low) / 2;
        }
    }

    /// The offset of an object in the pack, if it is there.
    pub(crate) fn lookup(&self, id: &ObjectId) -> Result<Option<u64>, GitError> {
        if id.hash_kind() != self.hash {
            return Ok(None);
        }
        if let Some(table) = self.table.get() {
            return Ok(table.lookup(id));
        }
        let (position, is_there) = self.search(id, bucket(&self.fanout, id.first_byte()))?;
        if is_there { self.offset(position).map(Some) } else { Ok(None) }
    }

    /// Reads every id and offset, after verifying the checksum of the index.
    pub(crate) fn load(&self) -> Result<Arc<PackTable>, GitError> {
        if let Some(table) = self.table.get() {
            return Ok(Arc::clone(table));
        }
        let table = Arc::new(self.read_table()?);
        Ok(Arc::clone(self.table.get_or_init(|| table)))
    }

    fn read_table(&self) -> Result<PackTable, GitError> {
        self.verify_checksum()?;
        let count = u64::from(self.count());
        let ids = self.read_vec(self.ids_at(), count * self.hash.byte_len() as u64)?;
        if !ids.chunks_exact(self.hash.byte_len()).is_sorted() {
            return Err(GitError::corrupt(&self.path, "its object ids are not sorted"));
        }
        let small = self.read_vec(self.offsets_at(), count * 4)?;
        let large = self.read_vec(self.large_at(), self.large_length())?;
        let offsets = small
            .chunks_exact(4)
            .map(|bytes| full_offset(bytes, &large))
            .collect::<Option<Vec<u64>>>()
            .ok_or_else(|| GitError::corrupt(&self.path, "it has an offset outside its table"))?;
        Ok(PackTable { hash: self.hash, fanout: self.fanout.clone(), ids, offsets })
    }

    fn verify_checksum(&self) -> Result<(), GitError> {
        let end = self.length - self.hash.byte_len() as u64;
        let mut hasher = Hasher::new(self.hash);
        let mut buffer = vec![0; 64 << 10];
        let mut at = 0;
        while at < end {
            let length = usize::try_from(end - at).unwrap_or(usize::MAX).min(buffer.len());
            let piece = buffer.get_mut(..length).unwrap_or_default();
            self.read_into(piece, at)?;
            hasher.update(piece);
            at += length as u64;
        }
        if self.read_vec(end, self.hash.byte_len() as u64)? != hasher.finish().as_bytes() {
            return Err(GitError::corrupt(&self.path, "its checksum is wrong"));
        }
        Ok(())
    }
}

fn bucket(fanout: &[u32], first: u8) -> (u32, u32) {
    let place = usize::from(first);
    let low = place.checked_sub(1).and_then(|before| fanout.get(before)).copied().unwrap_or(0);
    (low, fanout.get(place).copied().unwrap_or(low))
}

pub(crate) fn full_offset(small: &[u8], large: &[u8]) -> Option<u64> {
    let small = Cursor::new(small).u32()?;
    if small & LARGE_OFFSET == 0 {
        return Some(u64::from(small));
    }
    let start = usize::try_from(small & !LARGE_OFFSET).ok()?.checked_mul(8)?;
    Cursor::new(large.get(start..)?).u64()
}

impl PackTable {
    /// A table of ids, which are sorted, and their offsets.
    pub(crate) fn new(hash: HashKind, ids: Vec<u8>, offsets: Vec<u64>) -> Self {
        let mut fanout = vec![0_u32; 256];
        for first in ids.chunks_exact(hash.byte_len()).filter_map(|id| id.first()) {
            for sum in fanout.iter_mut().skip(usize::from(*first)) {
                *sum = sum.saturating_add(1);
            }
        }
        Self { hash, fanout, ids, offsets }
    }

    /// All ids, raw, in order.
    pub(crate) fn ids(&self) -> &[u8] {
        &self.ids
    }

    /// Whether no id stands in the table twice.
    pub(crate) fn names_each_once(&self) -> bool {
        let mut ids = self.ids.chunks_exact(self.hash.byte_len());
        let mut before = ids.next();
        ids.all(|id| before.replace(id) != Some(id))
    }

    pub(crate) fn id(&self, position: u32) -> ObjectId {
        let width = self.hash.byte_len();
        let start = position as usize * width;
        let raw = self.ids.get(start..start + width).unwrap_or_default();
        ObjectId::from_bytes(raw).unwrap_or(ObjectId::null(self.hash))
    }

    /// The id of the object at an offset; every offset is looked at.
    pub(crate) fn id_at(&self, offset: u64) -> Option<ObjectId> {
        let position = self.offsets.iter().position(|other| *other == offset)?;
        Some(self.id(u32::try_from(position).ok()?))
    }

    /// The places of the ids that begin with this byte.
    pub(crate) fn bucket(&self, first: u8) -> std::ops::Range<u32> {
        let (low, high) = bucket(&self.fanout, first);
        low..high
    }

    /// The first place of a bucket whose id is not below `id`.
    fn lower_bound(&self, id: &ObjectId, (mut low, mut high): (u32, u32)) -> u32 {
        while low < high {
            let middle = low + (high - low) / 2;
            if self.id(middle) < *id {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The offset of an object, if it is in the table.
    pub(crate) fn lookup(&self, id: &ObjectId) -> Option<u64> {
        let position = self.lower_bound(id, bucket(&self.fanout, id.first_byte()));
        let is_there = (position as usize) < self.offsets.len() && self.id(position) == *id;
        self.offsets.get(position as usize).copied().filter(|_| is_there)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The index of a pack with these ids, which are sorted.
    fn index_of(folder: &Path, ids: &[[u8; 20]]) -> PackIndex {
        let mut bytes = [MAGIC, 2].map(u32::to_be_bytes).concat();
        for first in 0..=u8::MAX {
            let count = ids.iter().filter(|id| id[0] <= first).count();
            bytes.extend((count as u32).to_be_bytes());
        }
        bytes.extend(ids.as_flattened());
        bytes.resize(bytes.len() + 4 * ids.len(), 0);
        (0..ids.len()).for_each(|at| bytes.extend((at as u32).to_be_bytes()));
        bytes.resize(bytes.len() + 40, 0);
        let path = folder.join("pack-1.idx");
        std::fs::write(&path, bytes).expect("the folder can be written to");
        PackIndex::open(&path, HashKind::Sha1).expect("it is in form")
    }

    #[test]
    fn ids_are_found_however_they_are_spread() {
        let folder = tempfile::tempdir().expect("there is a folder for temporary files");
        let spreads: [fn(u32) -> u32; 4] =
            [|at| at * 1_000_000, |at| at, |at| u32::MAX - 4000 + at, |at| at * at * 200];
        for spread in spreads {
            let id = |at: u32| {
                let mut id = [7; 20];
                id[1..5].copy_from_slice(&spread(at).to_be_bytes());
                id
            };
            let ids: Vec<[u8; 20]> = (0..4000).step_by(2).map(id).collect();
            let index = index_of(folder.path(), &ids);
            for at in 0..4000 {
                let id = ObjectId::from_bytes(&id(at)).expect("it has the length of one");
                let place = at.div_ceil(2);
                let found = index.lookup(&id).expect("it can be read");
                assert_eq!(found, (at % 2 == 0).then_some(u64::from(place)), "{at}");
                assert_eq!(index.lower_bound(&id).expect("it can be read"), place, "{at}");
            }
        }
    }
}
