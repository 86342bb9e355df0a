//! The index of several packs (`multi-pack-index`). Only a pack whose own index is missing is looked
//! up here; git refuses to read such a pack, but its objects are there.

use std::path::Path;

use crate::cursor::Cursor;
use crate::error::GitError;
use crate::files::{self, WHOLE_FILE_LIMIT};
use crate::object_id::{HashKind, Hasher};
use crate::pack::index::{PackTable, full_offset};

const MAGIC: &[u8] = b"MIDX";

/// The chunks that say where objects are.
struct Chunks<'a> {
    names: &'a [u8],
    ids: &'a [u8],
    places: &'a [u8],
    large: &'a [u8],
}

/// The objects that the index in `folder` places in the pack whose own index would be `name`;
/// `None` when there is no such index, or it does not have the pack. Of an object in several packs
/// it knows one place only, so that this may be a part of the pack.
pub(crate) fn table(
    folder: &Path,
    name: &[u8],
    hash: HashKind,
) -> Result<Option<PackTable>, GitError> {
    let path = folder.join("multi-pack-index");
    let Some(bytes) = files::read_if_exists(&path, WHOLE_FILE_LIMIT)? else { return Ok(None) };
    let corrupt = |reason: &str| GitError::corrupt(&path, reason);
    let (content, checksum) = bytes
        .split_at_checked(bytes.len().saturating_sub(hash.byte_len()))
        .ok_or_else(|| corrupt("it is cut short"))?;
    let mut hasher = Hasher::new(hash);
    hasher.update(content);
    if hasher.finish().as_bytes() != checksum {
        return Err(corrupt("its checksum is wrong"));
    }
    let chunks = chunks(content, hash).ok_or_else(|| corrupt("its chunks are not those of git"))?;
    let Some(pack) = chunks.pack(name) else { return Ok(None) };
    let found = chunks.objects_in(pack, hash);
    let (ids, offsets) = found.ok_or_else(|| corrupt("it has an offset outside its table"))?;
    Ok(Some(PackTable::new(hash, ids, offsets)))
}

fn chunks(content: &[u8], hash: HashKind) -> Option<Chunks<'_>> {
    let mut cursor = Cursor::new(content);
    let magic = cursor.take(MAGIC.len())?;
    let (version, kind, count) = (cursor.u8()?, cursor.u8()?, cursor.u8()?);
    let expected = match hash {
        HashKind::Sha1 => 1,
        HashKind::Sha256 => 2,
    };
    if magic != MAGIC || version != 1 || kind != expected {
        return None;
    }
    // The number of base files, which is always none, and that of packs.
    cursor.take(5)?;
    let mut chunks = Chunks { names: &[], ids: &[], places: &[], large: &[] };
    let (mut name, mut start) = (cursor.take(4)?, cursor.u64()?);
    for _ in 0..count {
        let (next_name, end) = (cursor.take(4)?, cursor.u64()?);
        let part = content.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?;
        match name {
            b"PNAM" => chunks.names = part,
            b"OIDL" => chunks.ids = part,
            b"OOFF" => chunks.places = part,
            b"LOFF" => chunks.large = part,
            _ => {}
        }
        (name, start) = (next_name, end);
    }
    let count = chunks.ids.len() / hash.byte_len();
    (chunks.places.len() == count.checked_mul(8)?).then_some(chunks)
}

impl Chunks<'_> {
    /// The number of a pack.
    fn pack(&self, name: &[u8]) -> Option<u32> {
        let place = self.names.split(|byte| *byte == 0).position(|other| other == name)?;
        u32::try_from(place).ok()
    }

    /// The ids and offsets of the objects in one pack, in the order of the ids.
    fn objects_in(&self, pack: u32, hash: HashKind) -> Option<(Vec<u8>, Vec<u64>)> {
        let (mut ids, mut offsets) = (Vec::new(), Vec::new());
        let objects = self.ids.chunks_exact(hash.byte_len()).zip(self.places.chunks_exact(8));
        for (id, place) in objects {
            let (number, offset) = place.split_at_checked(4)?;
            if Cursor::new(number).u32()? == pack {
                ids.extend_from_slice(id);
                // Without that table, all 32 bits are the offset.
                offsets.push(match self.large {
                    [] => u64::from(Cursor::new(offset).u32()?),
                    large => full_offset(offset, large)?,
                });
            }
        }
        ids.chunks_exact(hash.byte_len()).is_sorted().then_some((ids, offsets))
    }
}
