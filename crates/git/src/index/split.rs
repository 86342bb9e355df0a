//! A split index: a shared one, with entries deleted and replaced, and further ones added.

use super::{Index, IndexEntry};
use crate::cursor::Cursor;
use crate::object_id::{HashKind, ObjectId};

/// Every bit in a bitmap stands for an entry; an index of more would exceed 4 GiB.
const MAX_BITS: u64 = 1 << 26;

/// How an index derives from a shared one.
pub(super) struct Link {
    /// The checksum of the shared index; `None` when there is none.
    pub(super) base: Option<ObjectId>,
    delete: Vec<u32>,
    replace: Vec<u32>,
}

impl Link {
    pub(super) fn parse(bytes: &[u8], hash: HashKind) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let base = cursor.id(hash)?;
        let (mut delete, mut replace) = (Vec::new(), Vec::new());
        if !cursor.is_empty() {
            delete = bitmap(&mut cursor)?;
            replace = bitmap(&mut cursor)?;
        }
        Some(Self { base: (!base.is_null()).then_some(base), delete, replace })
    }
}

/// Reads a bitmap compressed by EWAH: the numbers of the bits that are set, ascending.
fn bitmap(cursor: &mut Cursor<'_>) -> Option<Vec<u32>> {
    let bits = u64::from(cursor.u32()?);
    let words = cursor.u32()?;
    let mut set = Vec::new();
    let (mut at, mut left) = (0_u64, words);
    while left > 0 {
        let marker = cursor.u64()?;
        left -= 1;
        let run = marker >> 1 & 0xffff_ffff;
        let literals = u32::try_from(marker >> 33).ok()?;
        let end = at.checked_add(run.checked_mul(64)?).filter(|end| *end <= MAX_BITS)?;
        if marker & 1 == 1 {
            set.extend((at..end.min(bits)).filter_map(|bit| u32::try_from(bit).ok()));
        }
        at = end;
        left = left.checked_sub(literals)?;
        for _ in 0..literals {
            let word = cursor.u64()?;
            let ones = (0..64).filter(|bit| word >> bit & 1 == 1).map(|bit| at + bit);
            set.extend(ones.filter_map(|bit| u32::try_from(bit).ok()));
            at += 64;
        }
    }
    cursor.u32()?;
    Some(set)
}

/// Puts the entries of a split index into those of the shared one.
pub(super) fn merge(base: &Index, own: Index, link: &Link) -> Result<Index, &'static str> {
    let too_long = "its paths are too long";
    let mut own_entries = own.entries();
    let mut merged = Vec::with_capacity(base.len());
    let mut replaced = Vec::new();
    for bit in &link.replace {
        let entry = base.get(*bit as usize).ok_or("it replaces an entry that does not exist")?;
        let new = own_entries.next().ok_or("it replaces more entries than it has")?;
        if !new.path.is_empty() {
            return Err("a replacing entry has a path");
        }
        replaced.push((*bit, IndexEntry { path: entry.path, ..new }));
    }
    let mut replaced = replaced.into_iter().peekable();
    let mut deleted = link.delete.iter().copied().peekable();
    for (number, entry) in (0_u32..).zip(base.entries()) {
        let new = replaced.next_if(|(bit, _)| *bit == number).map(|(_, entry)| entry);
        if deleted.next_if_eq(&number).is_none() {
            merged.push(new.unwrap_or(entry));
        }
    }
    if deleted.next().is_some() {
        return Err("it deletes an entry that does not exist");
    }
    merged.extend(own_entries);
    merged.sort_by(|a, b| (a.path, a.stage).cmp(&(b.path, b.stage)));
    let mut index = Index::empty();
    for entry in &merged {
        index.push(entry).ok_or(too_long)?;
    }
    index.sparse = own.sparse || base.sparse;
    drop(merged);
    index.cache_tree = own.cache_tree;
    Ok(index)
}
