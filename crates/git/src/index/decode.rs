//! The bytes of one index file.

use std::path::Path;

use super::cache_tree::CacheTree;
use super::split::Link;
use super::{EntryFlags, Index, IndexEntry};
use crate::cursor::Cursor;
use crate::error::GitError;
use crate::object_id::{HashKind, Hasher, ObjectId};

/// All paths of an index together. Version 4 compresses them, so that a small file could stand for
/// very many.
pub(super) const MAX_PATHS: usize = 1 << 30;
/// The longest path, for the same reason.
const MAX_PATH: usize = 1 << 16;
/// The part of an entry that says what the work tree looked like.
const TIMES: usize = 24;
const OWNER_AND_SIZE: usize = 12;

/// One index file taken apart.
pub(super) struct Decoded {
    pub(super) index: Index,
    pub(super) link: Option<Link>,
    pub(super) checksum: ObjectId,
}

/// Takes an index file apart.
pub(super) fn decode(bytes: &[u8], path: &Path, hash: HashKind) -> Result<Decoded, GitError> {
    let corrupt = |reason: &str| GitError::corrupt(path, reason);
    let body_length =
        bytes.len().checked_sub(hash.byte_len()).ok_or_else(|| corrupt("it is cut short"))?;
    let (body, trailer) = bytes.split_at_checked(body_length).unwrap_or_default();
    let checksum = verify(body, trailer, hash).ok_or_else(|| corrupt("its checksum is wrong"))?;
    let mut cursor = Cursor::new(body);
    if cursor.take(4) != Some(b"DIRC") {
        return Err(corrupt("it does not begin with `DIRC`"));
    }
    let version = cursor.u32().unwrap_or(0);
    if !(2..=4).contains(&version) {
        let feature = format!("index version {version}");
        return Err(GitError::Unsupported { path: path.to_owned(), feature });
    }
    let count = cursor.u32().ok_or_else(|| corrupt("it is cut short"))?;
    let mut index = Index::empty();
    let mut name = Vec::new();
    for number in 0..count {
        entry(&mut cursor, version, hash, &mut name, &mut index)
            .ok_or_else(|| corrupt(&format!("entry {number} of {count} is not one")))?;
    }
    let mut decoded = Decoded { index, link: None, checksum };
    while !cursor.is_empty() {
        extension(&mut cursor, path, hash, &mut decoded)?;
    }
    Ok(decoded)
}

/// The checksum, if it is right; all zeros mean that none was computed.
fn verify(body: &[u8], trailer: &[u8], hash: HashKind) -> Option<ObjectId> {
    let checksum = ObjectId::from_bytes(trailer)?;
    let mut hasher = Hasher::new(hash);
    if !checksum.is_null() {
        hasher.update(body);
    }
    (checksum.is_null() || hasher.finish() == checksum).then_some(checksum)
}

/// Reads one entry; `name` is the path of the one before.
fn entry(
    cursor: &mut Cursor<'_>,
    version: u32,
    hash: HashKind,
    name: &mut Vec<u8>,
    index: &mut Index,
) -> Option<()> {
    let start = cursor.position();
    cursor.take(TIMES)?;
    let mode = cursor.u32()?;
    cursor.take(OWNER_AND_SIZE)?;
    let id = cursor.id(hash)?;
    let flags = cursor.u16()?;
    let extended = if flags & 0x4000 == 0 { 0 } else { cursor.u16()? };
    if version == 2 && flags & 0x4000 != 0 {
        return None;
    }
    if version == 4 {
        let removed = usize::try_from(cursor.offset()?).ok()?;
        name.truncate(name.len().checked_sub(removed)?);
        name.extend_from_slice(cursor.take_until(0)?);
    } else {
        let declared = usize::from(flags & 0xfff);
        *name = if declared < 0xfff {
            cursor.take(declared)?.to_vec()
        } else {
            let length = cursor.rest().iter().position(|byte| *byte == 0)?;
            cursor.take(length)?.to_vec()
        };
        let length = cursor.position() - start;
        cursor.take(8 - length % 8)?;
    }
    if name.len() > MAX_PATH {
        return None;
    }
    let stage = u8::try_from(flags >> 12 & 3).ok()?;
    let flags = EntryFlags {
        assume_valid: flags & 0x8000 != 0,
        skip_worktree: extended & 0x4000 != 0,
        intent_to_add: extended & 0x2000 != 0,
    };
    index.push(&IndexEntry { path: name, mode, id, stage, flags })
}

/// Reads one extension. Those whose name begins with a capital letter may be stepped over.
fn extension(
    cursor: &mut Cursor<'_>,
    path: &Path,
    hash: HashKind,
    decoded: &mut Decoded,
) -> Result<(), GitError> {
    let corrupt = |reason: &str| GitError::corrupt(path, reason);
    let content = |cursor: &mut Cursor<'_>| {
        let name = <[u8; 4]>::try_from(cursor.take(4)?).ok()?;
        let length = usize::try_from(cursor.u32()?).ok()?;
        cursor.take(length).is_some().then_some((name, length))
    };
    let mut ahead = *cursor;
    let (name, length) = content(&mut ahead).ok_or_else(|| corrupt("an extension is cut short"))?;
    let bytes = cursor.rest().get(8..8 + length).unwrap_or_default();
    *cursor = ahead;
    match &name {
        b"TREE" => {
            decoded.index.cache_tree = CacheTree::parse(bytes, hash)
                .ok_or_else(|| corrupt("its cache of trees cannot be read"))?;
        }
        b"link" => {
            let link = Link::parse(bytes, hash);
            decoded.link =
                Some(link.ok_or_else(|| corrupt("its link to a shared index cannot be read"))?);
        }
        b"sdir" => decoded.index.sparse = true,
        [first, ..] if first.is_ascii_uppercase() => {}
        _ => {
            let feature = format!("the index extension `{}`", name.escape_ascii());
            return Err(GitError::Unsupported { path: path.to_owned(), feature });
        }
    }
    Ok(())
}
