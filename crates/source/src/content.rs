//! What every source does alike with content: names worth scanning, pointers, words for failures.

use std::io;

use tightlip_model::{Blob, Origin, Provenance, Worker};

/// A shorter name holds no token.
pub(crate) const SHORTEST_NAME: usize = 16;
/// Git LFS keeps its pointers below this.
const LONGEST_POINTER: usize = 1024;

/// Scans the last part of `path`, if it is long enough to hold a token.
pub(crate) fn scan_name(worker: &mut dyn Worker, path: &[u8], provenance: &mut Provenance) {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
    if name.len() < SHORTEST_NAME {
        return;
    }
    let origin = std::mem::replace(&mut provenance.origin, Origin::FileName);
    worker.blob(Blob::whole(name, provenance));
    provenance.origin = origin;
}

/// Whether the content stands for other content that Git LFS keeps elsewhere.
pub(crate) fn is_lfs_pointer(content: &[u8]) -> bool {
    content.len() < LONGEST_POINTER
        && content.starts_with(b"version https://git-lfs.github.com/spec/")
        && content.windows(12).any(|part| part == b"\noid sha256:")
}

/// Why a file or folder could not be read, and what to do about it.
pub(crate) fn failure(error: &io::Error) -> String {
    match Cause::of(error) {
        Cause::Vanished => {
            "vanished during the scan; scan again when nothing changes it".to_owned()
        }
        Cause::Replaced => {
            format!("was replaced during the scan ({error}); scan again when nothing changes it")
        }
        Cause::Denied => {
            format!("cannot be read: {error}; scan as a user who may read it, or exclude it")
        }
        Cause::NameTooLong => {
            format!("cannot be read: {error}; the path is too long, scan a folder further down")
        }
        Cause::OutOfDescriptors => {
            format!("cannot be opened: {error}; raise `ulimit -n` or lower `--jobs`")
        }
        Cause::Other => format!("cannot be read: {error}"),
    }
}

enum Cause {
    Vanished,
    Replaced,
    Denied,
    NameTooLong,
    OutOfDescriptors,
    Other,
}

impl Cause {
    fn of(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Vanished,
            io::ErrorKind::NotADirectory => Self::Replaced,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::InvalidFilename => Self::NameTooLong,
            _ => error.raw_os_error().map_or(Self::Other, Self::of_code),
        }
    }

    #[cfg(unix)]
    fn of_code(code: i32) -> Self {
        use rustix::io::Errno;
        let is = |error: Errno| error.raw_os_error() == code;
        if is(Errno::LOOP) || is(Errno::XDEV) {
            Self::Replaced
        } else if is(Errno::MFILE) || is(Errno::NFILE) {
            Self::OutOfDescriptors
        } else {
            Self::Other
        }
    }

    #[cfg(not(unix))]
    fn of_code(_code: i32) -> Self {
        Self::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_told_by_its_whole_form() {
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
        assert!(is_lfs_pointer(pointer));
        assert!(!is_lfs_pointer(b"version https://git-lfs.github.com/spec/v1\n"));
        assert!(!is_lfs_pointer(&[pointer.as_slice(), &[b' '; 1024]].concat()));
    }
}
