//! The file system of Unix: everything is opened relative to the target's own handle.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};

use super::{Entry, EntryKind, Opened};

/// A pipe must not block, a link must not lead away, a terminal must not become ours.
const OPEN: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOCTTY);
/// A longer path is opened step by step: the system takes none beyond 4,095 bytes.
const LONGEST_PATH: usize = 4000;

/// An open folder; paths given to it are relative and never leave it.
pub(crate) struct Tree {
    folder: OwnedFd,
    #[cfg(target_os = "linux")]
    keeps_beneath: bool,
}

/// A folder below another that stays open, so that its files are found without its path.
pub(crate) struct Folder(Dir);

impl Tree {
    /// The folder at `path`; links in `path` are followed.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(path, flags, Mode::empty())?;
        Ok(Self {
            #[cfg(target_os = "linux")]
            keeps_beneath: open_beneath(folder.as_fd(), b".", OPEN | OFlags::DIRECTORY).is_ok(),
            folder,
        })
    }

    /// Adds what the folder `path` lists to `entries`; on failure, what was listed until then.
    pub(crate) fn list(&self, path: &[u8], entries: &mut Vec<Entry>) -> io::Result<Folder> {
        let mut folder = Dir::new(self.open_at(path, OPEN | OFlags::DIRECTORY)?)?;
        while let Some(entry) = folder.read() {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            let kind = match entry.file_type() {
                FileType::Unknown => self.kind_of(&folder, name)?,
                known => entry_kind(known),
            };
            entries.push(Entry { name: name.into(), kind });
        }
        Ok(Folder(folder))
    }

    /// Opens the regular file at `path`.
    pub(crate) fn open_file(&self, path: &[u8]) -> io::Result<Opened> {
        let file = File::from(self.open_at(path, OPEN)?);
        let metadata = file.metadata()?;
        Ok(Opened::new(file, &metadata))
    }

    /// Opens the regular file `name` of a folder of this tree.
    pub(crate) fn open_listed(&self, folder: &Folder, name: &[u8]) -> io::Result<Opened> {
        let file = File::from(self.open_in(folder.0.fd()?, name, OPEN)?);
        let metadata = file.metadata()?;
        Ok(Opened::new(file, &metadata))
    }

    /// The text of the symbolic link at `path`.
    pub(crate) fn link_target(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        let (folder, name) = self.descend(path)?;
        let folder = folder.as_ref().unwrap_or(&self.folder);
        Ok(rustix::fs::readlinkat(folder, name, Vec::new())?.into_bytes())
    }

    fn kind_of(&self, folder: &Dir, name: &[u8]) -> io::Result<EntryKind> {
        let stat = rustix::fs::statat(folder.fd()?, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(entry_kind(FileType::from_raw_mode(stat.st_mode)))
    }

    fn open_at(&self, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
        if path.is_empty() {
            return self.open_in(self.folder.as_fd(), b".", flags);
        }
        let (folder, rest) = self.descend(path)?;
        self.open_in(folder.as_ref().unwrap_or(&self.folder).as_fd(), rest, flags)
    }

    /// Opens folders on the way until the rest of the path is short enough.
    fn descend<'p>(&self, path: &'p [u8]) -> io::Result<(Option<OwnedFd>, &'p [u8])> {
        let (mut folder, mut rest) = (None, path);
        while let Some(head) = rest.get(..LONGEST_PATH) {
            let Some(end) = head.iter().rposition(|&byte| byte == b'/') else { break };
            let (step, after) = rest.split_at(end);
            let from = folder.as_ref().unwrap_or(&self.folder);
            folder = Some(self.open_in(from.as_fd(), step, OPEN | OFlags::DIRECTORY)?);
            rest = after.get(1..).unwrap_or_default();
        }
        Ok((folder, rest))
    }

    fn open_in(&self, folder: BorrowedFd<'_>, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
        #[cfg(target_os = "linux")]
        if self.keeps_beneath {
            return open_beneath(folder, path, flags);
        }
        Ok(rustix::fs::openat(folder, path, flags, Mode::empty())?)
    }
}

/// Opens `path` with no symbolic link on the way, even one that was put there a moment ago.
#[cfg(target_os = "linux")]
fn open_beneath(folder: BorrowedFd<'_>, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
    use rustix::fs::ResolveFlags;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    Ok(rustix::fs::openat2(folder, path, flags, Mode::empty(), resolve)?)
}

fn entry_kind(kind: FileType) -> EntryKind {
    match kind {
        FileType::RegularFile => EntryKind::File,
        FileType::Directory => EntryKind::Folder,
        FileType::Symlink => EntryKind::Symlink,
        _ => EntryKind::Special,
    }
}

/// Opens a file that the user named; links are followed, pipes are not waited for.
pub(crate) fn open_target(path: &Path) -> io::Result<Opened> {
    if !std::fs::metadata(path)?.is_file() {
        return Ok(Opened::Special);
    }
    let flags = OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).map_err(io::Error::other)?;
    let file = std::fs::OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let metadata = file.metadata()?;
    Ok(Opened::new(file, &metadata))
}

/// The bytes of a path.
pub(crate) fn path_bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}
