//! Opening what lies below a folder, without ever following a link or waiting for a device.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

use std::fs::{File, Metadata};
use std::io::{self, Read};

#[cfg(not(unix))]
pub(crate) use other::{Tree, open_target, path_bytes};
#[cfg(unix)]
pub(crate) use unix::{Tree, open_target, path_bytes};

/// What a folder lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The name.
    pub(crate) name: Box<[u8]>,
    /// What it names.
    pub(crate) kind: EntryKind,
}

/// What a name in a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
    /// A device, socket or named pipe.
    Special,
}

/// What opening a file gave.
pub(crate) enum Opened {
    /// A regular file.
    File(Content),
    /// Something else took its place, or always had it.
    Special,
}

impl Opened {
    fn new(file: File, metadata: &Metadata) -> Self {
        if !metadata.is_file() {
            return Self::Special;
        }
        Self::File(Content::new(file, metadata.len()))
    }
}

/// How far a file may outgrow the size it was opened with.
const GROWTH: u64 = 1 << 20;
/// The most that is read of a file that tells no size, as those of `/proc`.
const UNSIZED: u64 = 256 << 20;

/// An open file, read to its end but not after a writer that never stops.
pub(crate) struct Content {
    file: File,
    size: u64,
    read: u64,
    ended: bool,
    cut_off: bool,
}

impl Content {
    fn new(file: File, size: u64) -> Self {
        Self { file, size, read: 0, ended: false, cut_off: false }
    }

    /// The size the file had when it was opened; zero when the system does not tell.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Whether the file had more than its size promised and was left there.
    pub(crate) fn is_cut_off(&self) -> bool {
        self.cut_off
    }

    /// The most bytes that are read.
    pub(crate) fn limit(&self) -> u64 {
        if self.size == 0 { UNSIZED } else { self.size.saturating_add(GROWTH) }
    }
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        let count = self.file.read(buffer)?;
        self.read += count as u64;
        self.cut_off = self.read > self.limit();
        // A short read that reaches the size is the end: asking again would cost a system call.
        let reached = self.size > 0 && self.read >= self.size && count < buffer.len();
        self.ended = count == 0 || reached || self.cut_off;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read_all(content: &mut Content) -> Vec<u8> {
        let mut text = Vec::new();
        content.read_to_end(&mut text).unwrap();
        text
    }

    #[test]
    fn what_a_file_gains_while_it_is_read_is_read_too() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().write_all(&[b'x'; 100]).unwrap();
        let mut content = Content::new(file.reopen().unwrap(), 100);
        file.as_file().write_all(&[b'y'; 50]).unwrap();
        assert_eq!(read_all(&mut content).len(), 150);
        assert!(!content.is_cut_off());
    }

    #[test]
    fn a_file_that_grows_without_end_is_left() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().write_all(&vec![b'x'; 4 << 20]).unwrap();
        let mut content = Content::new(file.reopen().unwrap(), 100);
        assert!(read_all(&mut content).len() < 3 << 20);
        assert!(content.is_cut_off());
    }

    #[cfg(unix)]
    #[test]
    fn what_vanishes_or_becomes_a_link_after_listing_is_told_and_not_followed() {
        use crate::content::failure;
        use std::os::unix::fs::symlink;
        let (outside, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(outside.path().join("file"), "outside").unwrap();
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        let tree = Tree::open(folder.path()).unwrap();
        let why = |path: &[u8]| failure(&tree.open_file(path).err().unwrap());
        assert!(why(b"gone").contains("vanished"));
        symlink(outside.path().join("file"), folder.path().join("link")).unwrap();
        assert!(why(b"link").contains("replaced"));
        std::fs::remove_dir(folder.path().join("sub")).unwrap();
        symlink(outside.path(), folder.path().join("sub")).unwrap();
        if cfg!(target_os = "linux") {
            assert!(why(b"sub/file").contains("replaced"));
        }
        assert!(tree.list(b"sub", &mut Vec::new()).is_err());
        assert!(tree.open_file(b"../file").is_err());
    }
}
