//! The records of a zip archive: what stands before each member, and in the directory at the end.

/// Which record begins here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// The header of a member.
    Local,
    /// A member in the directory.
    Central,
    /// The end of the directory.
    End,
    /// The same with wide fields.
    WideEnd,
    /// Where the latter is.
    WideEndPlace,
    /// The signature of the directory.
    Signature,
    /// What says that an archive was to be split.
    Split,
}

impl Mark {
    /// The mark at the beginning of `bytes`.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        Some(match bytes.strip_prefix(b"PK")? {
            [3, 4, ..] => Self::Local,
            [1, 2, ..] => Self::Central,
            [5, 6, ..] => Self::End,
            [6, 6, ..] => Self::WideEnd,
            [6, 7, ..] => Self::WideEndPlace,
            [5, 5, ..] => Self::Signature,
            [7, 8, ..] | [b'0', b'0', ..] => Self::Split,
            _ => return None,
        })
    }
}

/// A record as its fields stand in it: read from the front.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
    }

    pub(super) fn short(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    pub(super) fn long(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn wide(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }
}

/// What both kinds of header say of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    pub(super) name: Vec<u8>,
    /// Whether sizes are in wide fields.
    pub(super) is_wide: bool,
}

/// The fixed part of a member's header.
pub(super) const LOCAL: usize = 30;
/// The fixed part of a member in the directory.
pub(super) const CENTRAL: usize = 46;
/// Sizes that say to look elsewhere for them.
const ELSEWHERE: u64 = u32::MAX as u64;
/// The extra field with wide sizes.
const WIDE_FIELD: u16 = 1;

/// How many bytes the header at the beginning of `fixed` has in all.
pub(super) fn local_length(fixed: &[u8]) -> Option<usize> {
    let mut fields = Fields(fixed.get(26..LOCAL)?);
    Some(LOCAL + usize::from(fields.short()?) + usize::from(fields.short()?))
}

/// The same of a member in the directory.
pub(super) fn central_length(fixed: &[u8]) -> Option<usize> {
    let mut fields = Fields(fixed.get(28..CENTRAL)?);
    let lengths = [fields.short()?, fields.short()?, fields.short()?];
    Some(CENTRAL + lengths.into_iter().map(usize::from).sum::<usize>())
}

impl Header {
    /// Whether a member has its sizes behind it.
    pub(super) const fn has_descriptor(&self) -> bool {
        self.flags & 8 != 0
    }

    /// Whether a member is encrypted.
    pub(super) const fn is_encrypted(&self) -> bool {
        self.flags & 1 != 0
    }

    /// The header of a member; `None` when that cannot be one.
    pub(super) fn local(record: &[u8]) -> Option<Self> {
        let mut fields = Fields(record.get(4..)?);
        let version = fields.short()?;
        let header = Self::common(&mut fields)?;
        let name_length = usize::from(fields.short()?);
        let extra_length = usize::from(fields.short()?);
        let mut header = Self { name: fields.bytes(name_length)?.to_vec(), ..header };
        let extra = fields.bytes(extra_length)?;
        let is_known = matches!(header.method, 0..=20 | 93..=99);
        if version & 0xff > 99 || !is_known || name_length == 0 || header.name.contains(&0) {
            return None;
        }
        let Header { size, packed, is_wide, .. } = &mut header;
        widen(extra, [Some(size), Some(packed), None], is_wide);
        Some(header)
    }

    /// A member in the directory, and where it says that the member is.
    pub(super) fn central(record: &[u8]) -> Option<(Self, u64)> {
        let mut fields = Fields(record.get(8..)?);
        let header = Self::common(&mut fields)?;
        let name_length = usize::from(fields.short()?);
        let extra_length = usize::from(fields.short()?);
        let (_comment, _disk, _kind, _attributes) =
            (fields.short()?, fields.short()?, fields.short()?, fields.long()?);
        let mut offset = u64::from(fields.long()?);
        let mut header = Self { name: fields.bytes(name_length)?.to_vec(), ..header };
        let extra = fields.bytes(extra_length)?;
        let Header { size, packed, is_wide, .. } = &mut header;
        widen(extra, [Some(size), Some(packed), Some(&mut offset)], is_wide);
        Some((header, offset))
    }

    /// The fields from the flags to the sizes.
    fn common(fields: &mut Fields<'_>) -> Option<Self> {
        let (flags, method) = (fields.short()?, fields.short()?);
        let _time = fields.long()?;
        let (crc, packed, size) = (fields.long()?, fields.long()?, fields.long()?);
        let (packed, size) = (u64::from(packed), u64::from(size));
        Some(Self { flags, method, crc, packed, size, name: Vec::new(), is_wide: false })
    }
}

/// Puts the wide field in the place of each value that says it is elsewhere.
fn widen(extra: &[u8], values: [Option<&mut u64>; 3], is_wide: &mut bool) {
    let mut fields = Fields(extra);
    while let (Some(kind), Some(length)) = (fields.short(), fields.short()) {
        let Some(field) = fields.bytes(usize::from(length)) else { return };
        if kind != WIDE_FIELD {
            continue;
        }
        *is_wide = true;
        let mut wide = Fields(field);
        for value in values.into_iter().flatten().filter(|value| **value == ELSEWHERE) {
            let Some(other) = wide.wide() else { return };
            *value = other;
        }
        return;
    }
}
