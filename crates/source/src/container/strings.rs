//! Files whose texts are cut in other places than a reader sees: the constants of compiled programs
//! (Java classes, Python's bytecode) stand without a gap, and the text of a Word or PowerPoint file is
//! cut into runs within a word. The former are scanned with lines between them, the latter without the
//! cuts.

use memchr::memmem;

use super::packed::Packed;
use super::{Place, Run, Stop};

/// Longer files are scanned as they are.
const LONGEST: usize = 32 << 20;
/// A shorter text holds no secret, and more bytes look like one.
const SHORTEST: usize = 4;
/// The most that may stand between two runs.
const LONGEST_GAP: usize = 2048;
/// What says that two runs are not one word.
const BREAKS: [&[u8]; 6] = [b"</w:p>", b"</a:p>", b"<w:br", b"<a:br", b"<w:tab/>", b"<w:tab "];

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A Java class.
    JavaClass,
    /// A module that Python compiled.
    Python,
    /// The text of a Word or PowerPoint file.
    Office,
}

impl Kind {
    /// The kind of file that begins with `head`.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match head {
            // Where a class has its version, a program of several processors has how many.
            [0xca, 0xfe, 0xba, 0xbe, 0, _, 0, 45..=99, ..] => Some(Self::JavaClass),
            [_, 0x0c..=0x0f, b'\r', b'\n', rest @ ..] if has_flags(rest) => Some(Self::Python),
            [b'<', b'?', b'x', b'm', b'l', ..] if is_office(head) => Some(Self::Office),
            _ => None,
        }
    }

    const fn name(self) -> &'static [u8] {
        match self {
            Self::JavaClass | Self::Python => b"constants",
            Self::Office => b"text",
        }
    }
}

/// Whether the root of an XML file is one of those that have runs of text.
fn is_office(head: &[u8]) -> bool {
    let head = head.get(..2048).unwrap_or(head);
    let roots: [&[u8]; 6] =
        [b"<w:document", b"<w:hdr", b"<w:ftr", b"<w:comments", b"<p:sld", b"<p:notes"];
    let is_root = |at| head.get(at..).is_some_and(|tag| roots.iter().any(|r| tag.starts_with(r)));
    memchr::memchr_iter(b'<', head).any(is_root)
}

/// Whether the header of compiled Python goes on with flags that exist, and a code object behind it.
fn has_flags(rest: &[u8]) -> bool {
    let is_code = |at: usize| rest.get(at).is_some_and(|kind| kind & 0x7f == b'c');
    matches!(rest, [0..=3, 0, 0, 0, ..] if is_code(12) || is_code(8)) || is_code(4)
}

/// Scans such a file.
pub(super) fn scan(
    run: &Run<'_>,
    place: &Place,
    packed: &mut Packed<'_, '_>,
    kind: Kind,
) -> Result<(), Stop> {
    let Some(bytes) = packed.hold(LONGEST)? else { return Err(Stop::TooLong) };
    let text = match kind {
        Kind::JavaClass => class(bytes),
        Kind::Python => python(bytes),
        Kind::Office => Some(joined(bytes)),
    };
    let Some(text) = text else { return Ok(()) };
    let length = bytes.len() as u64;
    packed.begin_payload();
    // It begins like what it was made from.
    let read = run.plain(&place.unpacked(kind.name()), &text);
    packed.skip(length)?;
    packed.end_payload();
    read.map(|_| ()).map_err(Stop::from)
}

/// The bytes of a class with its texts on lines of their own; `None` where that cannot be told.
fn class(bytes: &[u8]) -> Option<Vec<u8>> {
    let number =
        |at: usize| Some(usize::from(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?)));
    let count = number(8)?;
    let (mut at, mut index, mut out) = (10, 1, bytes.get(..10)?.to_vec());
    while index < count {
        let (length, slots) = match bytes.get(at)? {
            1 => (number(at + 1)?, 1),
            3 | 4 | 9..=12 | 17 | 18 => (4, 1),
            5 | 6 => (8, 2),
            7 | 8 | 16 | 19 | 20 => (2, 1),
            15 => (3, 1),
            _ => return None,
        };
        if *bytes.get(at)? == 1 {
            line(&mut out, bytes.get(at + 3..at + 3 + length)?);
            at += 3 + length;
        } else {
            out.extend_from_slice(bytes.get(at..=at + length)?);
            at += 1 + length;
        }
        index += slots;
    }
    out.extend_from_slice(bytes.get(at..)?);
    Some(out)
}

/// The bytes of compiled Python with what looks like a text in it on lines of their own.
fn python(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut from, mut at, mut out) = (0, 0, Vec::with_capacity(bytes.len() + bytes.len() / 8));
    while let Some(next) = bytes.get(at..)?.iter().position(|byte| BEGINS_TEXT[usize::from(*byte)])
    {
        at += next;
        let Some((head, length)) = text_at(bytes.get(at..)?) else {
            at += 1;
            continue;
        };
        out.extend_from_slice(bytes.get(from..at)?);
        line(&mut out, bytes.get(at + head..at + head + length)?);
        at += head + length;
        from = at;
    }
    out.extend_from_slice(bytes.get(from..)?);
    Some(out)
}

/// Bytes that say that a text begins: with a short length behind them, and with a long one. The upmost
/// bit says whether it is referred to later.
const SHORT_TEXTS: [u8; 2] = *b"zZ";
const LONG_TEXTS: [u8; 5] = *b"sutaA";

/// Whether each byte is one of these.
const BEGINS_TEXT: [bool; 256] = {
    let (mut table, mut at) = ([false; 256], 0);
    while at < SHORT_TEXTS.len() + LONG_TEXTS.len() {
        let (short, long) = (at < SHORT_TEXTS.len(), at.saturating_sub(SHORT_TEXTS.len()));
        let kind = if short { SHORT_TEXTS[at] } else { LONG_TEXTS[long] };
        (table[kind as usize], table[kind as usize | 0x80]) = (true, true);
        at += 1;
    }
    table
};

/// The length of the head of a text that begins here, and of the text.
fn text_at(rest: &[u8]) -> Option<(usize, usize)> {
    let (head, length): (usize, usize) = match rest {
        [kind, length, ..] if SHORT_TEXTS.contains(&(kind & 0x7f)) => (2, usize::from(*length)),
        [kind, a, b, c, d, ..] if LONG_TEXTS.contains(&(kind & 0x7f)) => {
            (5, usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).ok()?)
        }
        _ => return None,
    };
    let text = rest.get(head..head.checked_add(length)?)?;
    let is_text = |byte: &u8| *byte >= b' ' && *byte != 0x7f || byte.is_ascii_whitespace();
    (length >= SHORTEST && text.iter().all(is_text)).then_some((head, length))
}

/// The file without what stands between two runs of one paragraph.
fn joined(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(bytes.len()), bytes);
    while let Some(at) = memmem::find(rest, b":t>") {
        let (before, after) = rest.split_at(at + b":t>".len());
        out.extend_from_slice(before);
        rest = match next_run(before, after) {
            Some(next) => {
                out.truncate(out.len() - b"</w:t>".len());
                next
            }
            None => after,
        };
    }
    out.extend_from_slice(rest);
    out
}

/// What the next run of the same paragraph holds, after the end of one.
fn next_run<'t>(before: &[u8], after: &'t [u8]) -> Option<&'t [u8]> {
    if !before.ends_with(b"</w:t>") && !before.ends_with(b"</a:t>") {
        return None;
    }
    let near = after.get(..LONGEST_GAP).unwrap_or(after);
    let text = memmem::find_iter(near, b":t").find(|at| {
        let follows = near.get(at + 2).is_some_and(|byte| matches!(byte, b'>' | b' '));
        follows && near.get(..*at).is_some_and(|gap| gap.ends_with(b"<w") || gap.ends_with(b"<a"))
    })?;
    let gap = near.get(..text)?;
    let is_one_paragraph = BREAKS.iter().all(|mark| memmem::find(gap, mark).is_none());
    let start = text + memchr::memchr(b'>', near.get(text..)?)? + 1;
    after.get(start..).filter(|_| is_one_paragraph)
}

fn line(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'\n');
    out.extend_from_slice(text);
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_stand_on_lines_of_their_own_and_all_else_stays() {
        let code = b"\xa7\x0d\x0d\x0aZ\x05tokenZ\x05otherN";
        assert_eq!(python(code), Some(b"\xa7\x0d\x0d\x0a\ntoken\n\nother\nN".to_vec()));
        let program = b"\xca\xfe\xba\xbe\0\0\0\x41\0\x03\x01\0\x05token\x03\0\0\0\x07\0\x21";
        let text = b"\xca\xfe\xba\xbe\0\0\0\x41\0\x03\ntoken\n\x03\0\0\0\x07\0\x21";
        assert_eq!(class(program), Some(text.to_vec()));
        assert_eq!(class(&program[..12]), None);
    }

    #[test]
    fn runs_of_one_paragraph_become_one() {
        let text =
            b"<w:p><w:r><w:t>to</w:t></w:r><w:r><w:rPr/><w:t xml:space=\"x\">ken</w:t></w:r></w:p>\
            <w:p><w:r><w:t>other</w:t></w:r></w:p>";
        let wanted = "<w:p><w:r><w:t>token</w:t></w:r></w:p><w:p><w:r><w:t>other</w:t></w:r></w:p>";
        assert_eq!(String::from_utf8_lossy(&joined(text)), wanted);
    }

    /// The same a byte at a time.
    fn python_slowly(bytes: &[u8]) -> Vec<u8> {
        let (mut at, mut out) = (0, Vec::new());
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let text = text_at(rest);
            match text {
                Some((head, length)) => line(&mut out, &rest[head..head + length]),
                None => out.push(rest[0]),
            }
            at += text.map_or(1, |(head, length)| head + length);
        }
        out
    }

    proptest! {
        #[test]
        fn texts_are_found_wherever_they_begin(parts in proptest::collection::vec(
            prop_oneof![
                Just(b"Z\x05token".to_vec()), Just(b"\xda\x03abc".to_vec()),
                Just(b"u\x06\0\0\0secret".to_vec()), Just(b"zZsut".to_vec()),
                proptest::collection::vec(any::<u8>(), 0..6),
            ],
            0..12,
        )) {
            let bytes = parts.concat();
            prop_assert_eq!(python(&bytes), Some(python_slowly(&bytes)));
        }

        #[test]
        fn any_bytes_are_a_program_or_none(rest in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = class(&[b"\xca\xfe\xba\xbe\0\0\0\x41".as_slice(), &rest].concat());
            let _ = python(&rest);
        }
    }
}
