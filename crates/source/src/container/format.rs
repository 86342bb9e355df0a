//! Which format a container has, told by its first bytes and never by its name.

use super::{ar, cpio, key_store, mail, seven_zip, sqlite, strings, stub, tar, zip};

/// How much of the beginning may be asked for.
const ISO_MARK_AT: usize = 32_769;

/// How much of a zlib stream is tried, and of what it yields.
const ZLIB_SAMPLE: usize = 512;

/// A format that holds other content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Zip, and all that is zip: jar, wheel, Office document, package of an app store.
    Zip,
    /// Tar: ustar, pax, GNU, or older than these.
    Tar,
    /// One compressed stream.
    Packed(Codec),
    /// An archive of `ar`: a Debian package, a static library.
    Ar,
    /// A cpio archive.
    Cpio,
    /// An RPM package.
    Rpm,
    /// A 7z archive.
    SevenZip,
    /// A mail with parts that are encoded, or a box of them.
    Mail,
    /// A PDF document.
    Pdf,
    /// An SQLite database.
    Sqlite,
    /// A compiled program whose constants are texts without gaps.
    Strings(strings::Kind),
    /// A zip archive behind something else: a program that extracts itself.
    Stub,
    /// Known, and not opened.
    Unopened,
}

/// How a stream is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    /// Deflate without a frame, as in zip.
    Deflate,
    /// Deflate in a gzip frame.
    Gzip,
    /// Deflate in a zlib frame, as git keeps an object.
    Zlib,
    /// bzip2.
    Bzip2,
    /// LZMA2 in an xz frame.
    Xz,
    /// Zstandard.
    Zstd,
    /// LZMA in an lzip frame.
    Lzip,
    /// LZMA without a frame, as it was before xz.
    Lzma,
}

/// Beginnings that tell a format at once. The formats with weaker signs are looked at more closely.
const MARKS: [(&[u8], Format); 17] = [
    (b"\xfd7zXZ\0\0", Format::Packed(Codec::Xz)),
    (b"LZIP\x01", Format::Packed(Codec::Lzip)),
    (seven_zip::MARK, Format::SevenZip),
    (ar::MARK, Format::Ar),
    (b"\xed\xab\xee\xdb\x03", Format::Rpm),
    (b"\xed\xab\xee\xdb\x04", Format::Rpm),
    (b"%PDF-", Format::Pdf),
    (sqlite::MARK, Format::Sqlite),
    (b"Rar!\x1a\x07", Format::Unopened),
    (b"MSCF\0\0\0\0", Format::Unopened),
    (b"\x04\x22\x4d\x18", Format::Unopened),
    (b"\x1f\x9d\x90", Format::Unopened),
    (b"xar!\0\x1c", Format::Unopened),
    (b"PACK\0\0\0\x02", Format::Unopened),
    (b"PACK\0\0\0\x03", Format::Unopened),
    (b"# v2 git bundle\n", Format::Unopened),
    (b"# v3 git bundle\n", Format::Unopened),
];

impl Format {
    /// The format of something that begins with `head`; `None` when it is no container.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let first = *head.first()?;
        // Text cannot begin like most of these; this keeps the cost of a look at it low.
        let mark =
            MARKS.iter().find(|(mark, _)| mark.first() == Some(&first) && head.starts_with(mark));
        if let Some((_, format)) = mark {
            return Some(*format);
        }
        if zip::is_zip(head) {
            return Some(Self::Zip);
        }
        if is_gzip(head) {
            return Some(Self::Packed(Codec::Gzip));
        }
        if is_zlib(head) {
            return Some(Self::Packed(Codec::Zlib));
        }
        if is_bzip2(head) {
            return Some(Self::Packed(Codec::Bzip2));
        }
        if is_zstd(head) {
            return Some(Self::Packed(Codec::Zstd));
        }
        if tar::is_tar(head) {
            return Some(Self::Tar);
        }
        if cpio::is_cpio(head) {
            return Some(Self::Cpio);
        }
        if mail::is_mail(head) {
            return Some(Self::Mail);
        }
        if is_lzma(head) {
            return Some(Self::Packed(Codec::Lzma));
        }
        if let Some(kind) = strings::Kind::of(head) {
            return Some(Self::Strings(kind));
        }
        if stub::zip_in(head).is_some() {
            return Some(Self::Stub);
        }
        let is_closed = is_squashfs(head) || key_store::is_sealed(head) || is_iso(head);
        is_closed.then_some(Self::Unopened)
    }
}

impl Format {
    /// Whether something that begins with `head` is a container that is read from its beginning to its
    /// end, a little at a time.
    pub(super) fn is_stream(head: &[u8]) -> bool {
        let of = Self::of(head);
        matches!(
            of,
            Some(Self::Zip | Self::Tar | Self::Packed(_) | Self::Ar | Self::Cpio | Self::Rpm)
        )
    }
}

/// A gzip header: deflate, no reserved flag, and a known kind of system.
fn is_gzip(head: &[u8]) -> bool {
    matches!(head, [0x1f, 0x8b, 8, flags, _, _, _, _, _, system, ..]
        if flags & 0xe0 == 0 && (*system <= 13 || *system == 255))
}

/// A zlib header as all but one of the usual levels write it (the other is text), and a beginning that
/// can be inflated: two bytes say little.
fn is_zlib(head: &[u8]) -> bool {
    let [0x78, 0x01 | 0x9c | 0xda, ..] = head else { return false };
    let mut inflate = flate2::Decompress::new(true);
    let begin = head.get(..head.len().min(ZLIB_SAMPLE)).unwrap_or_default();
    let read = inflate.decompress(begin, &mut [0; ZLIB_SAMPLE], flate2::FlushDecompress::None);
    read.is_ok() && inflate.total_out() > 0
}

/// A bzip2 header and that of its first block.
fn is_bzip2(head: &[u8]) -> bool {
    matches!(head, [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..])
}

/// A frame, or one to be skipped with a frame behind it.
fn is_zstd(head: &[u8]) -> bool {
    match head {
        [0x28, 0xb5, 0x2f, 0xfd, flags, ..] => flags & 0x08 == 0,
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, size @ ..] => {
            let Some((size, rest)) = size.split_first_chunk() else { return false };
            let size = usize::try_from(u32::from_le_bytes(*size)).unwrap_or(usize::MAX);
            rest.get(size..).is_some_and(|next| next.starts_with(b"\x28\xb5\x2f\xfd"))
        }
        _ => false,
    }
}

/// The usual properties, a size of the dictionary that is a power of two or half way to the next, and
/// an unknown or a possible length.
fn is_lzma(head: &[u8]) -> bool {
    let [0x5d, 0, 0, a, b, rest @ ..] = head else { return false };
    let dictionary = u32::from_le_bytes([0, 0, *a, *b]);
    let digits = dictionary.checked_shr(dictionary.trailing_zeros());
    let is_usual = matches!(digits, Some(1 | 3));
    let length = rest.first_chunk().map(|length| u64::from_le_bytes(*length));
    is_usual && length.is_some_and(|length| length == u64::MAX || length < 1 << 38)
}

/// Squashfs in the version of the last many years.
fn is_squashfs(head: &[u8]) -> bool {
    head.starts_with(b"hsqs") && head.get(28..32).is_some_and(|version| version == [4, 0, 0, 0])
}

fn is_iso(head: &[u8]) -> bool {
    head.get(ISO_MARK_AT..).is_some_and(|rest| rest.starts_with(b"CD001"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_begins_like_a_container_is_text() {
        let texts =
            ["PK", "PK\u{3}\u{4} is how a zip begins", "BZh9 text", "070701 is cpio", "Rar!"];
        for text in texts {
            let long = [text.as_bytes(), &[b' '; 600]].concat();
            assert_eq!(Format::of(text.as_bytes()), None, "{text}");
            assert_eq!(Format::of(&long), None, "{text}");
        }
        assert_eq!(Format::of(b""), None);
        assert_eq!(Format::of(b"x\x9c is no sign to begin a text with"), None);
    }

    #[test]
    fn formats_that_are_not_opened_are_known() {
        assert_eq!(Format::of(b"Rar!\x1a\x07\x01\0"), Some(Format::Unopened));
        assert_eq!(Format::of(b"MSCF\0\0\0\0"), Some(Format::Unopened));
        assert_eq!(Format::of(b"PACK\0\0\0\x02\0\0\0\x01"), Some(Format::Unopened));
        assert_eq!(Format::of(b"# v3 git bundle\n@object-format=sha1\n"), Some(Format::Unopened));
        assert_eq!(Format::of(b"# v2 git bundles are read by git\n"), None);
    }
}
