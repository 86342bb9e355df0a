//! Reflogs: where references pointed before.

use std::path::{Path, PathBuf};

use crate::error::GitError;
use crate::files;
use crate::object_id::{HashKind, ObjectId};

/// Adds every id that a log in the folder or below it mentions.
pub(super) fn collect(
    logs: &Path,
    hash: HashKind,
    ids: &mut Vec<ObjectId>,
    problems: &mut Vec<GitError>,
) {
    let mut todo: Vec<PathBuf> = vec![logs.to_owned()];
    while let Some(folder) = todo.pop() {
        let entries = files::list(&folder).unwrap_or_else(|error| {
            problems.push(error);
            Vec::new()
        });
        for entry in entries {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                todo.push(path);
            } else if let Err(error) = read(&path, hash, ids) {
                problems.push(error);
            }
        }
    }
}

fn read(path: &Path, hash: HashKind, ids: &mut Vec<ObjectId>) -> Result<(), GitError> {
    let bytes = files::read(path, files::WHOLE_FILE_LIMIT)?;
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    for (number, line) in (1..).zip(lines) {
        let (old, new) = parse(line, hash).ok_or_else(|| {
            GitError::corrupt(path, format!("line {number} does not begin with two object ids"))
        })?;
        ids.extend([old, new].into_iter().filter(|id| !id.is_null()));
    }
    Ok(())
}

fn parse(line: &[u8], hash: HashKind) -> Option<(ObjectId, ObjectId)> {
    let (old, rest) = line.split_at_checked(hash.hex_len())?;
    let (new, rest) = rest.strip_prefix(b" ")?.split_at_checked(hash.hex_len())?;
    rest.first().is_none_or(u8::is_ascii_whitespace).then_some(())?;
    Some((ObjectId::from_hex(old)?, ObjectId::from_hex(new)?))
}
