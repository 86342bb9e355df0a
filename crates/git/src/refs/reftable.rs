//! Reftables: references and reflogs in binary tables, stacked so that later ones win.

use std::path::{Path, PathBuf};

use super::{Names, Stored, Value};
use crate::cursor::Cursor;
use crate::error::GitError;
use crate::files::{self, SMALL_FILE_LIMIT};
use crate::inflate::inflate_slice;
use crate::object_id::{HashKind, ObjectId};

/// The largest inflated log block; a block length has 24 bits.
const MAX_BLOCK: u64 = 1 << 24;

/// The longest key: a path of a file system has no more, and prefix compression could make a small
/// table stand for gigabytes of names.
const MAX_KEY: usize = 4096;

/// All tables of a folder read into one.
#[derive(Default)]
pub(super) struct Stack {
    pub(super) refs: Names,
    pub(super) log_ids: Vec<ObjectId>,
    pub(super) problems: Vec<GitError>,
}

/// Takes the name of a reference and, entry after entry, what its log says besides ids and times.
pub(super) type Said<'a> = dyn FnMut(&[u8], [&[u8]; 3]) + 'a;

impl Stack {
    /// Reads the tables that `reftable/tables.list` names; none when there is no such file.
    pub(super) fn open(folder: &Path, hash: HashKind) -> Self {
        Self::open_with(folder, hash, &mut |_, _| {})
    }

    /// The same, handing out what the logs say; should tables be merged meanwhile, some of it twice.
    pub(super) fn open_with(folder: &Path, hash: HashKind, said: &mut Said<'_>) -> Self {
        let mut stack = Self::default();
        let mut result = stack.read(folder, hash, said);
        if result.as_ref().is_err_and(GitError::is_not_found) {
            // Another process has merged tables since the list was read.
            stack = Self::default();
            result = stack.read(folder, hash, said);
        }
        stack.problems.extend(result.err());
        stack
    }

    fn read(&mut self, folder: &Path, hash: HashKind, said: &mut Said<'_>) -> Result<(), GitError> {
        let folder = folder.join("reftable");
        let list = folder.join("tables.list");
        let names = files::read_if_exists(&list, SMALL_FILE_LIMIT)?.unwrap_or_default();
        for name in names.split(|byte| *byte == b'\n').filter(|name| !name.is_empty()) {
            if name.contains(&b'/') || name.contains(&b'\\') {
                return Err(GitError::corrupt(&list, "it names a table in another folder"));
            }
            let path = folder.join(files::path_from_bytes(name));
            let bytes = files::read(&path, files::WHOLE_FILE_LIMIT)?;
            let table = Table::open(&bytes, &path, hash)?;
            table.read_refs(&mut self.refs)?;
            table.read_logs(&mut self.log_ids, said)?;
        }
        Ok(())
    }
}

/// One table.
struct Table<'a> {
    path: PathBuf,
    bytes: &'a [u8],
    hash: HashKind,
    header: usize,
    block_size: usize,
    refs_end: usize,
    logs: std::ops::Range<usize>,
}

impl<'a> Table<'a> {
    fn open(bytes: &'a [u8], path: &Path, hash: HashKind) -> Result<Self, GitError> {
        let corrupt = |reason| GitError::corrupt(path, reason);
        let (header, footer) = match bytes.get(..5) {
            Some(b"REFT\x01") => (24, 68),
            Some(b"REFT\x02") => (28, 72),
            _ => return Err(corrupt("it is not a reftable of version 1 or 2")),
        };
        let wanted = if hash == HashKind::Sha1 { &b"sha1"[..] } else { b"s256" };
        if header == 28 && bytes.get(24..28) != Some(wanted) || header == 24 && wanted != b"sha1" {
            return Err(corrupt("it is of another hash than the repository"));
        }
        let end = bytes.len().checked_sub(footer).ok_or_else(|| corrupt("it is cut short"))?;
        let trailer = bytes.get(end..).unwrap_or_default();
        let (checked, sum) = trailer.split_at_checked(footer - 4).unwrap_or_default();
        if crc32fast::hash(checked).to_be_bytes() != sum {
            return Err(corrupt("the checksum of its footer is wrong"));
        }
        if checked.get(..header) != bytes.get(..header) {
            return Err(corrupt("its footer does not repeat its header"));
        }
        let table = Self {
            path: path.to_owned(),
            bytes,
            hash,
            header,
            block_size: 0,
            refs_end: end,
            logs: end..end,
        };
        table.with_sections(checked, end).ok_or_else(|| corrupt("its sections are out of order"))
    }

    /// Reads from the footer where the sections are.
    fn with_sections(mut self, footer: &[u8], end: usize) -> Option<Self> {
        let mut cursor = Cursor::new(footer);
        cursor.take(5)?;
        self.block_size = usize::try_from(cursor.u24()?).ok()?;
        cursor.take(self.header - 8)?;
        let ref_index = usize::try_from(cursor.u64()?).ok()?;
        let objects = usize::try_from(cursor.u64()? >> 5).ok()?;
        let object_index = usize::try_from(cursor.u64()?).ok()?;
        let logs = usize::try_from(cursor.u64()?).ok()?;
        let log_index = usize::try_from(cursor.u64()?).ok()?;
        let nonzero = |value: &usize| *value != 0;
        let first = [ref_index, objects, object_index, logs].into_iter().filter(nonzero).min();
        self.refs_end = first.unwrap_or(end);
        let only_logs = self.bytes.get(self.header) == Some(&b'g');
        let logs_start = if only_logs { self.header } else { logs };
        if only_logs {
            self.refs_end = self.header;
        }
        let logs_end = if log_index == 0 { end } else { log_index };
        self.logs = if logs_start == 0 { end..end } else { logs_start..logs_end };
        let ordered = self.refs_end <= end && self.logs.start <= self.logs.end && logs_end <= end;
        ordered.then_some(self)
    }

    fn corrupt(&self, reason: &str) -> GitError {
        GitError::corrupt(&self.path, reason)
    }

    fn read_refs(&self, refs: &mut Names) -> Result<(), GitError> {
        let mut at = self.header;
        while at < self.refs_end {
            let (length, block) =
                self.ref_block(at).ok_or_else(|| self.corrupt("a block is cut short"))?;
            if block.is_empty() {
                break;
            }
            self.ref_records(block, refs)
                .ok_or_else(|| self.corrupt("it has a reference that is not one"))?;
            at += length.max(1);
        }
        Ok(())
    }

    /// The length of the reference block at a position up to the next, and its records; no
    /// records where there is no block of references.
    fn ref_block(&self, at: usize) -> Option<(usize, &'a [u8])> {
        // The first block counts the header of the file as its own.
        let start = if at == self.header { 0 } else { at };
        let mut cursor = Cursor::new(self.bytes.get(at..)?);
        if cursor.u8()? != b'r' {
            return Some((0, &[]));
        }
        let length = usize::try_from(cursor.u24()?).ok()?;
        let block = self.bytes.get(at + 4..start.checked_add(length)?)?;
        let records = without_restarts(block)?;
        let padded = self.block_size > length
            && self.bytes.get(start + length).is_none_or(|byte| *byte == 0);
        let next = start + if padded { self.block_size } else { length };
        Some((next.saturating_sub(at), records))
    }

    fn ref_records(&self, records: &[u8], refs: &mut Names) -> Option<()> {
        let mut cursor = Cursor::new(records);
        let mut name = Vec::new();
        while !cursor.is_empty() {
            let kind = next_key(&mut cursor, &mut name)?;
            cursor.offset()?;
            let (value, peeled) = match kind {
                0 => {
                    refs.remove(&name);
                    continue;
                }
                1 => (Value::Id(cursor.id(self.hash)?), None),
                2 => (Value::Id(cursor.id(self.hash)?), Some(cursor.id(self.hash)?)),
                3 => {
                    let length = usize::try_from(cursor.offset()?).ok()?;
                    (Value::Symbolic(cursor.take(length)?.to_vec()), None)
                }
                _ => return None,
            };
            refs.insert(name.clone(), Stored { value, peeled });
        }
        Some(())
    }

    fn read_logs(&self, ids: &mut Vec<ObjectId>, said: &mut Said<'_>) -> Result<(), GitError> {
        let mut at = self.logs.start;
        while at < self.logs.end && self.bytes.get(at) == Some(&b'g') {
            let next = self.log_block(at, ids, said);
            at += next.ok_or_else(|| self.corrupt("it has a log that is not one"))?.max(1);
        }
        Ok(())
    }

    /// Reads one compressed block of logs; its length in the file.
    fn log_block(&self, at: usize, ids: &mut Vec<ObjectId>, said: &mut Said<'_>) -> Option<usize> {
        let mut cursor = Cursor::new(self.bytes.get(at..self.logs.end)?);
        cursor.u8()?;
        let declared = usize::try_from(cursor.u24()?).ok()?;
        let before = 4 + if at == self.header { self.header } else { 0 };
        let (block, consumed) = inflate_slice(cursor.rest(), MAX_BLOCK)?;
        if block.len() != declared.checked_sub(before)? {
            return None;
        }
        let records = without_restarts(&block)?;
        self.log_records(records, ids, said)?;
        Some(4 + consumed)
    }

    fn log_records(
        &self,
        records: &[u8],
        ids: &mut Vec<ObjectId>,
        said: &mut Said<'_>,
    ) -> Option<()> {
        let mut cursor = Cursor::new(records);
        let mut name = Vec::new();
        while !cursor.is_empty() {
            match next_key(&mut cursor, &mut name)? {
                0 => continue,
                1 => {}
                _ => return None,
            }
            let pair = [cursor.id(self.hash)?, cursor.id(self.hash)?];
            ids.extend(pair.into_iter().filter(|id| !id.is_null()));
            let (person, address) = (take_text(&mut cursor)?, take_text(&mut cursor)?);
            cursor.offset()?;
            cursor.u16()?;
            let message = take_text(&mut cursor)?;
            // Behind the name stand eight bytes that put the latest entry first.
            let reference = name.get(..name.len().saturating_sub(9)).unwrap_or_default();
            said(reference, [person, address, message]);
        }
        Some(())
    }
}

fn take_text<'a>(cursor: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let length = usize::try_from(cursor.offset()?).ok()?;
    cursor.take(length)
}

/// Splits the table of restart points off the end of a block.
fn without_restarts(block: &[u8]) -> Option<&[u8]> {
    let (rest, count) = block.split_at_checked(block.len().checked_sub(2)?)?;
    let count = usize::from(Cursor::new(count).u16()?);
    rest.get(..rest.len().checked_sub(count * 3)?)
}

/// Reads a key that shares its beginning with the one before; gives the type of the record.
fn next_key(cursor: &mut Cursor<'_>, key: &mut Vec<u8>) -> Option<u64> {
    let shared = usize::try_from(cursor.offset()?).ok()?;
    let suffix = cursor.offset()?;
    let length = usize::try_from(suffix >> 3).ok()?;
    if shared > key.len() || shared.checked_add(length)? > MAX_KEY {
        return None;
    }
    key.truncate(shared);
    key.extend_from_slice(cursor.take(length)?);
    Some(suffix & 7)
}
