//! Blobs: the bytes a source hands over, and where they come from.

use std::fmt;

use crate::{ByteSpan, LineSpan, Position};

/// The id git gives a blob: 20 bytes of SHA-1 or 32 of SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId {
    bytes: [u8; 32],
    len: u8,
}

impl BlobId {
    /// The id with these raw bytes; `None` unless there are 20 or 32 of them.
    #[must_use]
    pub fn from_bytes(raw: &[u8]) -> Option<Self> {
        if raw.len() != 20 && raw.len() != 32 {
            return None;
        }
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(raw).for_each(|(to, from)| *to = *from);
        Some(Self { bytes, len: u8::try_from(raw.len()).ok()? })
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&self.bytes)
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobId({self})")
    }
}

/// A path as its bytes; `/` separates folders, `!` a container from what is inside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PathBytes(pub Vec<u8>);

impl PathBytes {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text where it is UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The path as text, with a replacement character for what is not UTF-8.
    #[must_use]
    pub fn to_text(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

impl From<&str> for PathBytes {
    fn from(path: &str) -> Self {
        Self(path.as_bytes().to_vec())
    }
}

impl From<&[u8]> for PathBytes {
    fn from(path: &[u8]) -> Self {
        Self(path.to_vec())
    }
}

/// What kind of place a blob's bytes stood in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A file of the file system.
    File,
    /// Standard input.
    Stdin,
    /// A file of the index.
    Index,
    /// A file of a commit, or a blob of the object database.
    Blob,
    /// The target of a symbolic link.
    SymlinkTarget,
    /// The name of a file or folder.
    FileName,
    /// The message of a commit.
    CommitMessage,
    /// The author, committer or another header of a commit or tag.
    CommitHeader,
    /// The message of an annotated tag.
    TagMessage,
    /// The name of a branch, tag or other ref, or the text of its log.
    Ref,
}

impl Origin {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Stdin => "stdin",
            Self::Index => "index",
            Self::Blob => "blob",
            Self::SymlinkTarget => "symlink-target",
            Self::FileName => "file-name",
            Self::CommitMessage => "commit-message",
            Self::CommitHeader => "commit-header",
            Self::TagMessage => "tag-message",
            Self::Ref => "ref",
        }
    }
}

/// How a repository still holds on to a blob, the firmest hold first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// HEAD has it.
    Head,
    /// Some ref reaches it.
    Ref,
    /// A stash holds it.
    Stash,
    /// Only a reflog reaches it.
    Reflog,
    /// Nothing reaches it: it lies in the object database until git prunes it.
    Unreachable,
}

impl Reach {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Ref => "ref",
            Self::Stash => "stash",
            Self::Reflog => "reflog",
            Self::Unreachable => "unreachable",
        }
    }
}

/// The commit that brought a blob in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Commit {
    /// Its id.
    pub id: BlobId,
    /// Who wrote it: bytes as git stores them.
    pub author: Vec<u8>,
    /// The author's address.
    pub email: Vec<u8>,
    /// When it was written, in seconds since 1970 UTC.
    pub seconds: i64,
    /// The first line of its message.
    pub summary: Vec<u8>,
}

/// The end of a blob's stay in its place, where HEAD no longer has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ended {
    /// The newest commit that still held it.
    pub last: Commit,
    /// The commit that took it out: a child of `last`.
    pub removed: Commit,
}

/// A layer of a container image: an archive of what one instruction added.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Layer {
    /// The path of the image: of its archive, or its folder.
    pub image: PathBytes,
    /// Its place among the layers, the lowest first.
    pub index: usize,
    /// The path of the archive; those of its files begin with it and `!`.
    pub path: PathBytes,
    /// The blob that the image is, where its path is not known yet.
    pub blob: Option<BlobId>,
    /// Its digest, after the name of the hash and `:`.
    pub digest: String,
    /// The instruction that made it, as the image's history has it; empty when that is not known.
    pub instruction: String,
}

/// Where a blob's bytes stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// What kind of place it is.
    pub origin: Origin,
    /// The path of the file; for other places what a person would call it, empty when there is none.
    pub path: PathBytes,
    /// The repository, where one scan covers several; empty otherwise.
    pub repository: PathBytes,
    /// The blob's id, where git knows it.
    pub blob: Option<BlobId>,
    /// The commit that brought it in, where there is one; for what a tag says, the tag.
    pub commit: Option<Commit>,
    /// How its stay ended, where the history tells; `None` while HEAD has it.
    pub ended: Option<Ended>,
    /// How the repository still holds it; `None` outside of git.
    pub reach: Option<Reach>,
    /// Refs that reach it: some of them, sorted; the first few when there are many.
    pub refs: Vec<String>,
}

impl Provenance {
    /// A place outside of git, named by its path.
    #[must_use]
    pub fn at(origin: Origin, path: impl Into<PathBytes>) -> Self {
        Self {
            origin,
            path: path.into(),
            repository: PathBytes::default(),
            blob: None,
            commit: None,
            ended: None,
            reach: None,
            refs: Vec::new(),
        }
    }

    /// Every commit it names, to mask what they say.
    pub fn commits_mut(&mut self) -> impl Iterator<Item = &mut Commit> {
        let ended = self.ended.as_mut().map(|ended| [&mut ended.last, &mut ended.removed]);
        self.commit.iter_mut().chain(ended.into_iter().flatten())
    }
}

/// Bytes to scan: a whole file, or one piece of a long one.
///
/// A source cuts what does not fit into memory into pieces that overlap by the scanner's reach on
/// both sides of [`Blob::fresh`]; a match counts for the piece in whose fresh span it begins, so
/// that cutting neither loses a match nor doubles one.
#[derive(Debug, Clone, Copy)]
pub struct Blob<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Where they begin in the whole.
    pub start: Position,
    /// The part of `bytes` whose matches count here; the rest is context.
    pub fresh: ByteSpan,
    /// Where the whole stands.
    pub provenance: &'a Provenance,
    /// The lines a change added, sorted; `None` when every line counts.
    pub added: Option<&'a [LineSpan]>,
    /// The versions it was changed from, as far as they were compared: a match on lines that were not
    /// added counts as well when none of them has it, since the change has completed it.
    pub before: &'a [Vec<u8>],
    /// The blob it was made from, where its source knows that; scanning may then pass over what was
    /// copied. A blob is always the same with and without it.
    pub base: Option<Base<'a>>,
    /// How many blobs at most have it as their base. They are pushed next, with all that is made from
    /// those in between.
    pub heirs: usize,
}

/// The blob that another was made from by copying and inserting.
///
/// It was pushed before, whole and in one piece, into the same worker.
#[derive(Debug, Clone, Copy)]
pub struct Base<'a> {
    /// Its id.
    pub id: BlobId,
    /// What was copied from it, in the order of the new blob; what lies between was inserted.
    pub copies: &'a [Copied],
}

/// A run of bytes that a blob has in common with its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Where it begins in the base.
    pub from: usize,
    /// Where it stands in the new blob.
    pub to: ByteSpan,
}

impl<'a> Blob<'a> {
    /// A whole blob of which every line counts.
    #[must_use]
    pub fn whole(bytes: &'a [u8], provenance: &'a Provenance) -> Self {
        let fresh = ByteSpan::new(0, bytes.len());
        let (start, added, base) = (Position::START, None, None);
        Self { bytes, start, fresh, provenance, added, before: &[], base, heirs: 0 }
    }
}
