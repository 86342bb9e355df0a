//! Loose objects: one zlib stream a file, `kind size NUL content`.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cursor::Cursor;
use crate::error::GitError;
use crate::files;
use crate::inflate::InflateReader;
use crate::object_id::{HashKind, ObjectId, ObjectKind};

/// `commit `, twenty digits and a NUL are shorter.
const MAX_HEADER: usize = 32;

/// A loose object whose header has been read.
pub(crate) struct LooseObject {
    pub(crate) id: ObjectId,
    pub(crate) kind: ObjectKind,
    pub(crate) size: u64,
    /// Its content, from the start.
    pub(crate) reader: InflateReader,
}

/// Where an object would lie in an object folder.
pub(crate) fn path(folder: &Path, id: &ObjectId) -> PathBuf {
    let hex = id.to_string();
    let (fan, rest) = hex.split_at(2);
    folder.join(fan).join(rest)
}

/// Opens a loose object; `None` when the folder does not have it.
pub(crate) fn open(folder: &Path, id: &ObjectId) -> Result<Option<LooseObject>, GitError> {
    let path = path(folder, id);
    let (file, length) = match files::open(&path) {
        Ok(opened) => opened,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut reader = InflateReader::new(Arc::new(file), 0..length, None);
    let (kind, size) = read_header(&mut reader)
        .map_err(|reason| GitError::object(*id, format!("{reason} (in `{}`)", path.display())))?;
    reader.expect(size);
    Ok(Some(LooseObject { id: *id, kind, size, reader }))
}

fn read_header(reader: &mut InflateReader) -> Result<(ObjectKind, u64), String> {
    let mut header = Vec::with_capacity(MAX_HEADER);
    let mut byte = [0];
    while header.last() != Some(&0) && header.len() < MAX_HEADER {
        if reader.read(&mut byte).map_err(|error| error.to_string())? == 0 {
            break;
        }
        header.extend_from_slice(&byte);
    }
    parse_header(&header).ok_or_else(|| "its header is not one of a loose object".to_owned())
}

fn parse_header(header: &[u8]) -> Option<(ObjectKind, u64)> {
    let mut cursor = Cursor::new(header);
    let kind = ObjectKind::from_word(cursor.take_until(b' ')?)?;
    let digits = cursor.take_until(0)?;
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let size = plain.then(|| str::from_utf8(digits).ok()?.parse().ok()).flatten()?;
    Some((kind, size))
}

impl LooseObject {
    /// Replaces `output` by the content, of which the caller has bounded the size.
    pub(crate) fn read(mut self, output: &mut Vec<u8>) -> Result<(), GitError> {
        output.clear();
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        // The declared size is trusted with memory only as it proves true.
        output.reserve(size.min(1 << 20));
        self.reader
            .read_to_end(output)
            .map_err(|error| GitError::object(self.id, error.to_string()))?;
        Ok(())
    }
}

/// The ids of all loose objects of a folder, in order; files named otherwise are no objects.
pub(crate) fn list(folder: &Path, hash: HashKind) -> Result<Vec<ObjectId>, GitError> {
    let mut ids = Vec::new();
    for fan in files::list(folder)? {
        let prefix = files::name_bytes(&fan.file_name());
        if prefix.len() != 2 || !prefix.iter().all(u8::is_ascii_hexdigit) {
            continue;
        }
        list_fan(&fan.path(), &prefix, hash, &mut ids)?;
    }
    Ok(ids)
}

/// The ids of the loose objects that share the first two digits of `prefix`.
pub(crate) fn list_prefix(
    folder: &Path,
    prefix: &str,
    hash: HashKind,
) -> Result<Vec<ObjectId>, GitError> {
    let mut ids = Vec::new();
    if let Some(fan) = prefix.get(..2) {
        list_fan(&folder.join(fan), fan.as_bytes(), hash, &mut ids)?;
    }
    Ok(ids)
}

fn list_fan(
    fan: &Path,
    prefix: &[u8],
    hash: HashKind,
    ids: &mut Vec<ObjectId>,
) -> Result<(), GitError> {
    for entry in files::list(fan)? {
        let mut name = prefix.to_vec();
        name.extend(files::name_bytes(&entry.file_name()));
        ids.extend(ObjectId::from_hex(&name).filter(|id| id.hash_kind() == hash));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_gits_own_header_is_accepted() {
        assert_eq!(parse_header(b"blob 12\0"), Some((ObjectKind::Blob, 12)));
        for bad in
            [&b"blob 12"[..], b"blob \0", b"blob +1\0", b"blub 1\0", b"blob 99999999999999999999\0"]
        {
            assert_eq!(parse_header(bad), None);
        }
    }
}
