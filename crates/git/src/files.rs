//! Reading files of the repository: regular files only, bounded, by position. Nothing is written.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::error::GitError;

/// The largest small file (configuration, `.git` file, loose reference) that is read.
pub(crate) const SMALL_FILE_LIMIT: u64 = 1 << 20;

/// The largest file that is read whole: an index, packed references, a reflog.
pub(crate) const WHOLE_FILE_LIMIT: u64 = 4 << 30;

/// Opens a regular file; a pipe or device would block or never end. Gives its length too.
pub(crate) fn open(path: &Path) -> Result<(File, u64), GitError> {
    let fail = |error| GitError::io(path, error);
    if !fs::metadata(path).map_err(fail)?.is_file() {
        return Err(fail(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")));
    }
    let file = File::open(path).map_err(fail)?;
    let length = file.metadata().map_err(fail)?.len();
    Ok((file, length))
}

/// The whole content of a regular file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, GitError> {
    let (file, length) = open(path)?;
    let mut bytes = Vec::new();
    if length <= limit {
        bytes.reserve(usize::try_from(length).unwrap_or(0));
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| GitError::io(path, error))?;
    }
    if length > limit || bytes.len() as u64 > limit {
        return Err(GitError::LimitExceeded {
            what: format!("size of `{}`", path.display()),
            limit,
        });
    }
    Ok(bytes)
}

/// Like [`read`], with `None` for a file that does not exist.
pub(crate) fn read_if_exists(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, GitError> {
    match read(path, limit) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the error says that there is no such file: git stores `a/b` and `a` in turn.
fn is_absent(error: &GitError) -> bool {
    let GitError::Io { source, .. } = error else { return false };
    matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The names in a folder, sorted; none when the folder does not exist.
pub(crate) fn list(folder: &Path) -> Result<Vec<fs::DirEntry>, GitError> {
    let fail = |error| GitError::io(folder, error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fail(error)),
    };
    let mut entries = entries.collect::<Result<Vec<_>, _>>().map_err(fail)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    Ok(entries)
}

/// Fills as much of `buffer` as the file has from `offset`; fewer bytes only at its end.
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(space) = buffer.get_mut(filled..).filter(|space| !space.is_empty()) {
        match read_some_at(file, space, offset.saturating_add(filled as u64)) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(unix)]
fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// The path that bytes found inside the repository spell.
#[cfg(unix)]
pub(crate) fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// The path that bytes found inside the repository spell.
#[cfg(not(unix))]
pub(crate) fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// The bytes of a file name.
#[cfg(unix)]
pub(crate) fn name_bytes(name: &std::ffi::OsStr) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    name.as_bytes().to_vec()
}

/// The bytes of a file name.
#[cfg(not(unix))]
pub(crate) fn name_bytes(name: &std::ffi::OsStr) -> Vec<u8> {
    name.to_string_lossy().into_owned().into_bytes()
}
