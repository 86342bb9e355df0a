//! Opening what lies below a folder, without ever following a link or waiting for a device.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read};

#[cfg(not(unix))]
pub(crate) use other::{Folder, Tree, open_target, path_bytes};
#[cfg(unix)]
pub(crate) use unix::{Folder, Tree, open_target, path_bytes};

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

/// How far a file may outgrow the size it was opened with: as far as a busy log does meanwhile.
const GROWTH: u64 = 16 << 20;
/// The most that is read of a file that tells no size, as those of `/proc`.
const UNSIZED: u64 = 256 << 20;

/// An open file, read to its end but not after a writer that never stops.
pub(crate) struct Content {
    file: File,
    size: u64,
    read: u64,
    ended: bool,
    change: Option<Change>,
}

/// How a file that was being read turned out not to be the one that was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It told no size and went on after this many bytes.
    Endless(u64),
    /// It had more than its size promised, and was left after this many bytes.
    Grew(u64),
    /// It ended after this many bytes, before the size it was opened with.
    Shrank(u64),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endless(read) => {
                write!(f, "tells no size and goes on after {read} bytes; the rest was not scanned")
            }
            Self::Grew(read) => write!(
                f,
                "grew while it was read; what stood after {read} bytes was not scanned; scan again \
                 when nothing changes it"
            ),
            Self::Shrank(read) => write!(
                f,
                "was cut off while it was read, after {read} bytes; scan again when nothing changes it"
            ),
        }
    }
}

impl Content {
    fn new(file: File, size: u64) -> Self {
        Self { file, size, read: 0, ended: false, change: None }
    }

    /// The size the file had when it was opened; zero when the system does not tell.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// What became of the file meanwhile, if it was read to another end than the one it had.
    pub(crate) fn change(&self) -> Option<Change> {
        self.change
    }

    /// Whether the file is shorter now than it was. A file that the system makes up on reading, as
    /// those of `/sys`, may just have a size that says nothing.
    fn has_shrunk(&self) -> bool {
        self.read < self.size && self.file.metadata().is_ok_and(|now| now.len() < self.size)
    }

    /// The most bytes that are read.
    fn limit(&self) -> u64 {
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
        self.change = match (self.read > self.limit(), self.size) {
            (true, 0) => Some(Change::Endless(self.read)),
            (true, _) => Some(Change::Grew(self.read)),
            (false, _) => (count == 0 && self.has_shrunk()).then_some(Change::Shrank(self.read)),
        };
        // A short read that reaches the size is the end: asking again would cost a system call.
        let reached = self.size > 0 && self.read >= self.size && count < buffer.len();
        self.ended = count == 0 || reached || self.change.is_some();
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
        assert_eq!(content.change(), None);
    }

    #[test]
    fn a_file_that_grows_without_end_is_left() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(64 << 20).unwrap();
        let mut content = Content::new(file.reopen().unwrap(), 100);
        assert!(read_all(&mut content).len() < 64 << 20);
        assert!(matches!(content.change(), Some(Change::Grew(_))));
    }

    #[test]
    fn a_file_that_is_cut_off_while_it_is_read_is_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().write_all(&[b'x'; 100]).unwrap();
        let mut content = Content::new(file.reopen().unwrap(), 100);
        file.as_file().set_len(40).unwrap();
        assert_eq!(read_all(&mut content).len(), 40);
        assert_eq!(content.change(), Some(Change::Shrank(40)));
        let mut made_up = Content::new(file.reopen().unwrap(), 40);
        made_up.size = 30;
        assert_eq!((read_all(&mut made_up).len(), made_up.change()), (40, None));
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
