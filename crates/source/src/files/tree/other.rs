//! File systems without Unix calls: paths are joined, and links are told by looking first.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Entry, EntryKind, Opened};

/// A folder; paths given to it are relative.
pub(crate) struct Tree {
    folder: PathBuf,
}

/// A folder below another.
pub(crate) struct Folder(PathBuf);

impl Tree {
    /// The folder at `path`; links in `path` are followed.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        fs::read_dir(path)?;
        Ok(Self { folder: path.to_owned() })
    }

    /// Adds what the folder `path` lists to `entries`; on failure, what was listed until then.
    pub(crate) fn list(&self, path: &[u8], entries: &mut Vec<Entry>) -> io::Result<Folder> {
        let folder = self.join(path)?;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name().into_string().map_err(|_| {
                io::Error::new(io::ErrorKind::InvalidFilename, "a name is no valid Unicode")
            })?;
            let kind = entry_kind(entry.file_type()?);
            entries.push(Entry { name: name.into_bytes().into(), kind });
        }
        Ok(Folder(folder))
    }

    /// Opens the regular file at `path`.
    pub(crate) fn open_file(&self, path: &[u8]) -> io::Result<Opened> {
        open_regular(&self.join(path)?)
    }

    /// Opens the regular file `name` of a folder of this tree.
    pub(crate) fn open_listed(&self, folder: &Folder, name: &[u8]) -> io::Result<Opened> {
        open_regular(&folder.0.join(str::from_utf8(name).map_err(io::Error::other)?))
    }

    /// The text of the symbolic link at `path`.
    pub(crate) fn link_target(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        Ok(path_bytes(&fs::read_link(self.join(path)?)?))
    }

    fn join(&self, path: &[u8]) -> io::Result<PathBuf> {
        let path = str::from_utf8(path).map_err(io::Error::other)?;
        Ok(self.folder.join(path))
    }
}

fn open_regular(path: &Path) -> io::Result<Opened> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Ok(Opened::Special);
    }
    open_target(path)
}

fn entry_kind(kind: fs::FileType) -> EntryKind {
    if kind.is_symlink() {
        EntryKind::Symlink
    } else if kind.is_dir() {
        EntryKind::Folder
    } else if kind.is_file() {
        EntryKind::File
    } else {
        EntryKind::Special
    }
}

/// Opens a file that the user named; links are followed.
pub(crate) fn open_target(path: &Path) -> io::Result<Opened> {
    if !fs::metadata(path)?.is_file() {
        return Ok(Opened::Special);
    }
    let file = fs::File::open(path)?;
    let metadata = file.metadata()?;
    Ok(Opened::new(file, &metadata))
}

/// The bytes of a path, with `/` between folders.
pub(crate) fn path_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}
