//! The headers of a tar archive: the block of 512 bytes, and the records of a pax header.

use std::ops::Range;

use super::BLOCK;

const NAME: Range<usize> = 0..100;
const SIZE: Range<usize> = 124..136;
const CHECKSUM: Range<usize> = 148..156;
const TYPE: usize = 156;
const MAGIC: Range<usize> = 257..263;
const PREFIX: Range<usize> = 345..500;
const SPARSE_GOES_ON: usize = 482;

/// Whether something begins with a tar header whose checksum holds.
pub(crate) fn is_tar(head: &[u8]) -> bool {
    // The field of the checksum tells text apart at the price of a look.
    let shape = head.get(CHECKSUM).is_some_and(|field| {
        field.iter().all(|byte| matches!(byte, b'0'..=b'7' | b' ' | 0))
            && field.iter().any(u8::is_ascii_digit)
    });
    shape
        && head.first_chunk().and_then(Header::parse).is_some_and(|header| !header.name.is_empty())
}

/// What a header introduces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file, or anything else with content.
    File,
    /// A file of which only the parts that are not zero are there, as GNU tar wrote them of old.
    Sparse,
    /// A link, a folder, a device.
    NoContent,
    /// The name of the next member.
    LongName,
    /// The link target of the next member.
    LongLink,
    /// Records about the next member.
    Pax,
    /// Records about all that follows.
    GlobalPax,
}

/// A header.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) name: Vec<u8>,
    pub(super) size: u64,
    /// Whether the map of a sparse file goes on in the next block.
    pub(super) is_extended: bool,
}

impl Header {
    /// The header in a block; `None` unless its checksum holds and its size is a number.
    pub(super) fn parse(block: &[u8; BLOCK]) -> Option<Self> {
        let sum = number(block.get(CHECKSUM)?)?;
        let bytes = |sign: fn(u8) -> i64| {
            let rest = block.iter().enumerate().filter(|(at, _)| !CHECKSUM.contains(at));
            rest.map(|(_, byte)| sign(*byte)).sum::<i64>() + 8 * i64::from(b' ')
        };
        let sum = i64::try_from(sum).ok()?;
        // Some old programs summed up signed bytes.
        if sum != bytes(i64::from) && sum != bytes(|byte| i64::from(byte.cast_signed())) {
            return None;
        }
        let kind = match block.get(TYPE)? {
            b'1'..=b'6' => Kind::NoContent,
            b'L' => Kind::LongName,
            b'K' => Kind::LongLink,
            b'x' | b'X' => Kind::Pax,
            b'g' => Kind::GlobalPax,
            b'S' => Kind::Sparse,
            _ => Kind::File,
        };
        let is_extended = block.get(SPARSE_GOES_ON).is_some_and(|flag| *flag != 0);
        Some(Self { kind, name: name(block), size: number(block.get(SIZE)?)?, is_extended })
    }
}

/// The name, after the folder that ustar keeps apart.
fn name(block: &[u8]) -> Vec<u8> {
    let field = |range: Range<usize>| {
        let field = block.get(range).unwrap_or_default();
        field.split(|byte| *byte == 0).next().unwrap_or_default()
    };
    match field(PREFIX) {
        prefix if block.get(MAGIC) == Some(b"ustar\0") && !prefix.is_empty() => {
            [prefix, b"/", field(NAME)].concat()
        }
        _ => field(NAME).to_vec(),
    }
}

/// A number in octal digits, or in GNU's binary form.
fn number(field: &[u8]) -> Option<u64> {
    if let [0x80, rest @ ..] = field {
        let (high, low) = rest.split_at_checked(rest.len().checked_sub(8)?)?;
        let low = u64::from_be_bytes(low.try_into().ok()?);
        return high.iter().all(|byte| *byte == 0).then_some(low);
    }
    let digits = field.trim_ascii_start();
    let end = digits.iter().position(|byte| matches!(byte, 0 | b' ')).unwrap_or(digits.len());
    digits.get(..end)?.iter().try_fold(0_u64, |sum, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 8)?;
        sum.checked_mul(8)?.checked_add(u64::from(digit))
    })
}

/// What a pax header says of the next member, as far as it matters here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pax {
    pub(super) path: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
}

impl Pax {
    /// Reads records of the form `length key=value`; stops where one has another form.
    pub(super) fn parse(mut records: &[u8]) -> Self {
        let mut pax = Self::default();
        while let Some((key, value, rest)) = record(records) {
            match key {
                b"path" | b"GNU.sparse.name" => pax.path = Some(value.to_vec()),
                b"size" => pax.size = str::from_utf8(value).ok().and_then(|size| size.parse().ok()),
                _ => {}
            }
            records = rest;
        }
        pax
    }
}

/// The first record, and what follows it.
fn record(records: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = records.iter().take(20).position(|byte| *byte == b' ')?;
    let length: usize = str::from_utf8(records.get(..space)?).ok()?.parse().ok()?;
    let (record, rest) = records.split_at_checked(length)?;
    let text = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = text.iter().position(|byte| *byte == b'=')?;
    Some((text.get(..equals)?, text.get(equals + 1..)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn records_of_a_pax_header_are_read_until_one_is_wrong() {
        let pax = Pax::parse(b"14 path=a/b=c\n11 size=42\n99 size=1\n");
        assert_eq!(pax, Pax { path: Some(b"a/b=c".to_vec()), size: Some(42) });
        assert_eq!(Pax::parse(b"0 \n"), Pax::default());
        assert_eq!(Pax::parse(b"3 a=b\n"), Pax::default());
    }

    #[test]
    fn numbers_are_octal_or_binary() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"   644  "), Some(0o644));
        assert_eq!(number(b"\0\0\0\0\0\0\0\0"), Some(0));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\x02\0\0\0\0"), Some(2 << 32));
        assert_eq!(number(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), None);
        assert_eq!(number(b"0009\0"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_header_or_none(block in proptest::collection::vec(any::<u8>(), BLOCK)) {
            let _ = Header::parse(block.first_chunk().unwrap());
            let _ = Pax::parse(&block);
        }
    }
}
