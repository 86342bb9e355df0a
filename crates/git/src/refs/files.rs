//! Loose references: one file each, holding an object id or the name of another reference.

use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use super::{Names, Stored, Value};
use crate::error::GitError;
use crate::files::{self, SMALL_FILE_LIMIT};
use crate::object_id::{HashKind, ObjectId};
use crate::repository::RefStorage;

/// Files at the top that are references although their name does not end in `_HEAD`.
const TOP_NAMES: [&[u8]; 5] =
    [b"HEAD", b"AUTO_MERGE", b"BISECT_EXPECTED_REV", b"MERGE_AUTOSTASH", b"NOTES_MERGE_PARTIAL"];

/// Whether a reference is a file even in a repository of reftables.
pub(super) fn is_always_file(name: &[u8]) -> bool {
    matches!(name, b"FETCH_HEAD" | b"MERGE_HEAD")
}

/// Whether a name stays inside the folder it is joined to.
pub(super) fn is_safe(name: &[u8]) -> bool {
    let fine = |part: &[u8]| !part.is_empty() && part != b"." && part != b"..";
    name.split(|byte| *byte == b'/').all(fine) && !name.contains(&0) && !name.contains(&b'\\')
}

/// Reads one reference; `None` when there is no such file.
pub(super) fn read_loose(
    folder: &Path,
    name: &[u8],
    hash: HashKind,
) -> Result<Option<Stored>, GitError> {
    let path = folder.join(files::path_from_bytes(name));
    if !is_safe(name) || path.is_dir() {
        return Ok(None);
    }
    let Some(bytes) = files::read_if_exists(&path, SMALL_FILE_LIMIT)? else { return Ok(None) };
    let value = parse(&bytes, hash).ok_or_else(|| broken(name))?;
    Ok(Some(Stored { value, peeled: None }))
}

fn broken(name: &[u8]) -> GitError {
    let reason = "its file holds neither an object id nor `ref: ` and a name".to_owned();
    GitError::BrokenRef { name: name.to_vec(), reason }
}

fn parse(bytes: &[u8], hash: HashKind) -> Option<Value> {
    if let Some(name) = bytes.strip_prefix(b"ref:") {
        let name = name.trim_ascii();
        return is_safe(name).then(|| Value::Symbolic(name.to_vec()));
    }
    first_id(bytes, hash).map(Value::Id)
}

/// The id a line begins with, if white space or nothing follows.
fn first_id(line: &[u8], hash: HashKind) -> Option<ObjectId> {
    let (hex, rest) = line.split_at_checked(hash.hex_len())?;
    let ends = rest.first().is_none_or(u8::is_ascii_whitespace);
    ObjectId::from_hex(hex).filter(|id| ends && !id.is_null())
}

/// Adds every loose reference under `refs/`.
pub(super) fn read_all(
    folder: &Path,
    hash: HashKind,
    names: &mut Names,
    problems: &mut Vec<GitError>,
) {
    let mut todo: Vec<(PathBuf, Vec<u8>)> = vec![(folder.join("refs"), b"refs/".to_vec())];
    while let Some((path, prefix)) = todo.pop() {
        let entries = files::list(&path).unwrap_or_else(|error| {
            problems.push(error);
            Vec::new()
        });
        for entry in entries {
            let mut name = [prefix.as_slice(), &files::name_bytes(&entry.file_name())].concat();
            if is_folder(&entry) {
                name.push(b'/');
                todo.push((entry.path(), name));
            } else if !name.ends_with(b".lock") {
                add(folder, name, hash, names, problems);
            }
        }
    }
}

/// Whether to look inside; a symbolic link to a folder could lead anywhere and is read as a file.
fn is_folder(entry: &DirEntry) -> bool {
    entry.file_type().is_ok_and(|kind| kind.is_dir())
}

/// Adds the references that lie beside `refs/`, such as `HEAD`.
pub(super) fn read_top(
    folder: &Path,
    storage: RefStorage,
    hash: HashKind,
    names: &mut Names,
    problems: &mut Vec<GitError>,
) {
    for name in top_names(folder, problems) {
        if storage == RefStorage::Files || is_always_file(&name) {
            add(folder, name, hash, names, problems);
        }
    }
}

fn top_names(folder: &Path, problems: &mut Vec<GitError>) -> Vec<Vec<u8>> {
    let entries = files::list(folder).unwrap_or_else(|error| {
        problems.push(error);
        Vec::new()
    });
    let names = entries.iter().map(|entry| files::name_bytes(&entry.file_name()));
    names.filter(|name| is_top_name(name)).collect()
}

fn is_top_name(name: &[u8]) -> bool {
    let upper = name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    TOP_NAMES.contains(&name) || (upper && name.ends_with(b"_HEAD"))
}

fn add(
    folder: &Path,
    name: Vec<u8>,
    hash: HashKind,
    names: &mut Names,
    problems: &mut Vec<GitError>,
) {
    match read_loose(folder, &name, hash) {
        Ok(Some(stored)) => {
            names.insert(name, stored);
        }
        // Nothing was fetched, or a merge has just ended.
        Ok(None) => {}
        Err(GitError::BrokenRef { .. }) if name == b"FETCH_HEAD" => {}
        Err(error) => problems.push(error),
    }
}

/// The ids after the first in files that hold several, one a line.
pub(super) fn further_ids(
    folder: &Path,
    hash: HashKind,
    problems: &mut Vec<GitError>,
) -> Vec<(Vec<u8>, ObjectId)> {
    let mut found = Vec::new();
    for name in [&b"FETCH_HEAD"[..], b"MERGE_HEAD"] {
        let path = folder.join(files::path_from_bytes(name));
        match files::read_if_exists(&path, files::WHOLE_FILE_LIMIT) {
            Ok(bytes) => {
                let bytes = bytes.unwrap_or_default();
                let lines = bytes.split(|byte| *byte == b'\n').skip(1);
                found.extend(lines.filter_map(|line| Some((name.to_vec(), first_id(line, hash)?))));
            }
            Err(error) => problems.push(error),
        }
    }
    found
}
