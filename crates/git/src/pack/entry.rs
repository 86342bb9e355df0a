//! The header of a pack entry: what follows it, how large it is inflated, what it is a delta of.

use crate::cursor::Cursor;
use crate::object_id::{HashKind, ObjectId, ObjectKind};

/// No header is longer: a size of 10 bytes and a base id of 32.
pub(crate) const MAX_HEADER: usize = 48;

/// What an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A whole object.
    Whole(ObjectKind),
    /// A delta of the entry at this offset of the same pack.
    OffsetDelta(u64),
    /// A delta of this object.
    RefDelta(ObjectId),
}

/// A decoded entry header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EntryHeader {
    pub(crate) kind: EntryKind,
    /// The inflated size of what follows: the object, or the delta.
    pub(crate) size: u64,
    /// Where the zlib stream begins in the pack.
    pub(crate) data_offset: u64,
}

impl EntryHeader {
    /// Decodes the header at the front of `bytes`, which are at `offset` of the pack.
    pub(crate) fn parse(bytes: &[u8], offset: u64, hash: HashKind) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let first = cursor.u8()?;
        let low = u64::from(first & 15);
        let size = if first & 0x80 == 0 { low } else { cursor.size(low, 4)? };
        let kind = match first >> 4 & 7 {
            1 => EntryKind::Whole(ObjectKind::Commit),
            2 => EntryKind::Whole(ObjectKind::Tree),
            3 => EntryKind::Whole(ObjectKind::Blob),
            4 => EntryKind::Whole(ObjectKind::Tag),
            6 => EntryKind::OffsetDelta(offset.checked_sub(nonzero(cursor.offset()?)?)?),
            7 => EntryKind::RefDelta(cursor.id(hash)?),
            _ => return None,
        };
        Some(Self { kind, size, data_offset: offset.checked_add(cursor.position() as u64)? })
    }
}

fn nonzero(value: u64) -> Option<u64> {
    (value != 0).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delta_of_itself_or_of_what_lies_before_the_pack_is_refused() {
        assert_eq!(EntryHeader::parse(&[0x61, 0], 100, HashKind::Sha1), None);
        assert_eq!(EntryHeader::parse(&[0x61, 101], 100, HashKind::Sha1), None);
        let header = EntryHeader::parse(&[0x61, 99], 100, HashKind::Sha1).expect("a good header");
        assert_eq!(header.kind, EntryKind::OffsetDelta(1));
    }

    #[test]
    fn kinds_git_does_not_define_are_refused() {
        for code in [0, 5] {
            assert_eq!(EntryHeader::parse(&[code << 4], 12, HashKind::Sha1), None);
        }
    }
}
