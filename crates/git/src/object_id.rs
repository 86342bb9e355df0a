//! The name of an object, the hash it is made with, and the four kinds of object.

use std::fmt;
use std::str::FromStr;

use sha1::Digest;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The hash function that names the objects of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HashKind {
    /// SHA-1, 20 bytes.
    Sha1,
    /// SHA-256, 32 bytes.
    Sha256,
}

impl HashKind {
    /// The length of an id in bytes.
    #[must_use]
    pub const fn byte_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// The length of an id in hexadecimal digits.
    #[must_use]
    pub const fn hex_len(self) -> usize {
        self.byte_len() * 2
    }

    /// The id git gives to the empty tree.
    #[must_use]
    pub fn empty_tree(self) -> ObjectId {
        object_id(self, ObjectKind::Tree, b"")
    }
}

/// The name of an object: the hash of its kind, size and content.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    bytes: [u8; 32],
    hash: HashKind,
}

impl ObjectId {
    /// The id held by exactly 20 (SHA-1) or 32 (SHA-256) raw bytes, `None` for any other length.
    #[must_use]
    pub fn from_bytes(raw: &[u8]) -> Option<Self> {
        let hash = match raw.len() {
            20 => HashKind::Sha1,
            32 => HashKind::Sha256,
            _ => return None,
        };
        let mut bytes = [0; 32];
        bytes.get_mut(..raw.len())?.copy_from_slice(raw);
        Some(Self { bytes, hash })
    }

    /// The id written as 40 or 64 hexadecimal digits, `None` for anything else.
    #[must_use]
    pub fn from_hex(hex: &[u8]) -> Option<Self> {
        let hash = match hex.len() {
            40 => HashKind::Sha1,
            64 => HashKind::Sha256,
            _ => return None,
        };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            let &[high, low] = pair else { return None };
            *byte = digit(high)? << 4 | digit(low)?;
        }
        Some(Self { bytes, hash })
    }

    /// The id of all zero bytes, which names no object.
    #[must_use]
    pub const fn null(hash: HashKind) -> Self {
        Self { bytes: [0; 32], hash }
    }

    /// Whether this is the id that names no object.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.bytes == [0; 32]
    }

    /// The raw bytes: 20 for SHA-1, 32 for SHA-256.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.hash.byte_len()).unwrap_or(&self.bytes)
    }

    /// The hash this id was made with.
    #[must_use]
    pub const fn hash_kind(&self) -> HashKind {
        self.hash
    }

    pub(crate) fn first_byte(&self) -> u8 {
        let [first, ..] = self.bytes;
        first
    }

    /// Where among `count` ids that begin with the same byte this one most likely stands.
    pub(crate) fn share_of(&self, count: u32) -> u32 {
        let [_, a, b, c, d, ..] = self.bytes;
        let share = u64::from(u32::from_be_bytes([a, b, c, d])) * u64::from(count);
        (share >> u32::BITS) as u32
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hex = [0_u8; 64];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.as_bytes()) {
            let digits = [byte >> 4, byte & 15].map(|nibble| HEX.get(usize::from(nibble)));
            for (place, digit) in pair.iter_mut().zip(digits.into_iter().flatten()) {
                *place = *digit;
            }
        }
        let text = hex.get(..self.hash.hex_len()).unwrap_or(&hex);
        f.pad(str::from_utf8(text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text is not 40 or 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an object id has 40 or 64 hexadecimal digits")]
pub struct ParseObjectIdError;

impl FromStr for ObjectId {
    type Err = ParseObjectIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_hex(text.as_bytes()).ok_or(ParseObjectIdError)
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// What an object holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKind {
    /// A snapshot with its parents, author and message.
    Commit,
    /// A folder.
    Tree,
    /// The content of a file, or the target of a symbolic link.
    Blob,
    /// An annotated tag.
    Tag,
}

impl ObjectKind {
    /// The word git uses for the kind.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }

    pub(crate) fn from_word(word: &[u8]) -> Option<Self> {
        [Self::Commit, Self::Tree, Self::Blob, Self::Tag]
            .into_iter()
            .find(|kind| kind.as_str().as_bytes() == word)
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Hashes bytes as they come, with either function.
#[derive(Clone)]
pub(crate) enum Hasher {
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
}

impl Hasher {
    pub(crate) fn new(hash: HashKind) -> Self {
        match hash {
            HashKind::Sha1 => Self::Sha1(sha1::Sha1::new()),
            HashKind::Sha256 => Self::Sha256(sha2::Sha256::new()),
        }
    }

    pub(crate) fn for_object(hash: HashKind, kind: ObjectKind, size: u64) -> Self {
        let mut hasher = Self::new(hash);
        hasher.update(format!("{kind} {size}\0").as_bytes());
        hasher
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(hasher) => hasher.update(bytes),
            Self::Sha256(hasher) => hasher.update(bytes),
        }
    }

    pub(crate) fn finish(self) -> ObjectId {
        let (raw, hash): (Vec<u8>, _) = match self {
            Self::Sha1(hasher) => (hasher.finalize().to_vec(), HashKind::Sha1),
            Self::Sha256(hasher) => (hasher.finalize().to_vec(), HashKind::Sha256),
        };
        ObjectId::from_bytes(&raw).unwrap_or(ObjectId::null(hash))
    }
}

/// The id of an object with this kind and content.
pub(crate) fn object_id(hash: HashKind, kind: ObjectKind, bytes: &[u8]) -> ObjectId {
    let mut hasher = Hasher::for_object(hash, kind, bytes.len() as u64);
    hasher.update(bytes);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_hexadecimal_and_back() {
        let text = "0123456789abcdef0123456789abcdef01234567";
        let id: ObjectId = text.parse().expect("40 digits");
        assert_eq!(id.to_string(), text);
        assert_eq!(ObjectId::from_bytes(id.as_bytes()), Some(id));
        assert!("0123".parse::<ObjectId>().is_err());
        assert!(ObjectId::from_hex(&[b'g'; 40]).is_none());
    }

    #[test]
    fn the_empty_tree_has_the_id_git_gives_it() {
        let id = HashKind::Sha1.empty_tree();
        assert_eq!(id.to_string(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    }
}
