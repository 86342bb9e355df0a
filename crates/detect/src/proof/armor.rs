//! Armour: `-----BEGIN …-----`, lines of base64, `-----END …-----`, however a source file quotes
//! it: escaped line feeds, joined string literals, indentation, comments, one long line.

use super::{radix, text};

/// What stood between the marks.
pub(super) struct Armor {
    /// The words of the marks, for example `RSA PRIVATE KEY`.
    pub label: String,
    /// The header lines, as they stand.
    pub headers: Vec<String>,
    /// The bytes the body spells; empty when it is not base64.
    pub body: Vec<u8>,
    /// The four characters after a `=` of their own line.
    pub checksum: Option<Vec<u8>>,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Takes the armour off the first private block in `source`, else off the first; `None` when its
/// end is missing.
pub(super) fn open(source: &[u8]) -> Option<Armor> {
    let first = after(source, BEGIN)?;
    open_after(private(first).unwrap_or(first))
}

/// What stands after the first `mark`.
fn after<'a>(source: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    source.get(text::find(source, mark)?.checked_add(mark.len())?..)
}

/// What stands after the first mark of a block with `PRIVATE` in its label: parameters of a curve
/// may come before the key.
fn private(mut block: &[u8]) -> Option<&[u8]> {
    loop {
        let label = block.get(..text::find(block, DASHES)?)?;
        if text::find(label, b"PRIVATE").is_some() {
            return Some(block);
        }
        block = after(block, BEGIN)?;
    }
}

fn open_after(after: &[u8]) -> Option<Armor> {
    let label_end = text::find(after, DASHES)?;
    let label = text::printable(after.get(..label_end)?)?;
    let rest = after.get(label_end.checked_add(DASHES.len())?..)?;
    let body = unescape(rest.get(..text::find(rest, END)?)?);
    let (mut headers, mut encoded, mut checksum) = (Vec::new(), Vec::new(), None);
    let added = is_diff(&body);
    for line in body.split(|&byte| byte == b'\n') {
        let line = bare(line, added);
        match line {
            [b'=', digits @ ..] if digits.len() == 4 => checksum = Some(digits.to_vec()),
            _ if memchr::memchr(b':', line).is_some() => {
                headers.push(String::from_utf8_lossy(line).into_owned())
            }
            _ if has_blank(line) => {
                encoded.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
            }
            _ => encoded.extend_from_slice(line),
        }
    }
    if checksum.is_none() {
        checksum = split_checksum(&mut encoded);
    }
    let body = radix::base64(&encoded).unwrap_or_default();
    Some(Armor { label, headers, body, checksum })
}

/// A checksum that follows the body without a line feed between them.
fn split_checksum(encoded: &mut Vec<u8>) -> Option<Vec<u8>> {
    let at = encoded.len().checked_sub(5)?;
    if encoded.get(at) != Some(&b'=') || encoded.get(at + 1) == Some(&b'=') {
        return None;
    }
    encoded.split_off(at).get(1..).map(<[u8]>::to_vec)
}

/// `text` with the escapes of string literals undone: `\n`, `\\n`, `\r`, `\/`, `\u003d`.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'\r', b'\\', rest) {
        out.extend_from_slice(rest.get(..at).unwrap_or_default());
        let is_feed = rest.get(at) == Some(&b'\r');
        rest = rest.get(at + 1..).unwrap_or_default();
        match is_feed {
            true => out.push(b'\n'),
            false => {
                let slashes = rest.iter().take_while(|&&byte| byte == b'\\').count();
                let (spelt, used) = escape(rest.get(slashes..).unwrap_or_default());
                out.extend(spelt);
                rest = rest.get(slashes + used..).unwrap_or_default();
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

/// What the letters after a backslash spell, and how many they are.
fn escape(after: &[u8]) -> (Option<u8>, usize) {
    match after {
        [b'n' | b'r' | b't', ..] => (Some(b'\n'), 1),
        [b'u', b'0', b'0', high, low, ..] => {
            let byte = radix::hex(&[*high, *low]).and_then(|bytes| bytes.first().copied());
            (byte.map(|byte| if byte == b'\r' { b'\n' } else { byte }), 5)
        }
        _ => (None, 0),
    }
}

/// Whether the lines of `body` are those of a diff, which adds or removes them.
fn is_diff(body: &[u8]) -> bool {
    let mut lines = body.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let mut lines = lines.by_ref().filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some() && lines.all(|line| matches!(line.first(), Some(b'+' | b'-')))
}

/// Whether there is a blank within a line. Looks at all of it, which the compiler does sixteen bytes at
/// once.
fn has_blank(line: &[u8]) -> bool {
    line.iter().fold(false, |any, byte| any | byte.is_ascii_whitespace())
}

/// A line without what the source around it adds on either side.
fn bare(line: &[u8], added: bool) -> &[u8] {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`');
    let mut line = line.trim_ascii();
    let has_quote = memchr::memchr3(b'"', b'\'', b'`', line).is_some();
    if has_quote && !line.iter().any(u8::is_ascii_alphanumeric) {
        return &[];
    }
    if let (true, [_, rest @ ..]) = (added, line) {
        line = rest;
    }
    loop {
        line = match line {
            [b'"' | b'\'' | b'`' | b'#' | b'*' | b'>' | b'|' | b'.' | b' ' | b'\t', rest @ ..] => {
                rest
            }
            [b'+' | b'&', rest @ ..] if rest.trim_ascii_start().first().is_some_and(is_quote) => {
                rest
            }
            _ => break,
        };
    }
    loop {
        line = match line {
            [rest @ .., b'"' | b'\'' | b'`' | b',' | b';' | b')' | b'.' | b' ' | b'\t'] => rest,
            [rest @ .., b'+' | b'&'] if rest.trim_ascii_end().last().is_some_and(is_quote) => rest,
            _ => return line,
        };
    }
}

/// The CRC-24 of OpenPGP armour.
pub(super) fn crc24(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(0x00B7_04CE, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte) << 16, |crc: u32, _| {
            if crc & 0x0080_0000 == 0 { crc << 1 } else { crc << 1 ^ 0x0186_4CFB }
        })
    });
    sum & 0x00FF_FFFF
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::vectors::Dice;

    fn block(lines: &str) -> Vec<u8> {
        format!("-----BEGIN {0}-----{lines}-----END {0}-----", "TEST KEY").into_bytes()
    }

    #[test]
    fn a_body_is_read_however_the_source_quotes_it() {
        let bytes = Dice::new(9).bytes(100);
        let encoded = String::from_utf8(radix::encode(&bytes, radix::STANDARD)).expect("ASCII");
        let (first, rest) = encoded.split_at(64);
        let forms = [
            format!("\n{first}\n{rest}\n"),
            format!("\r\n{first}\r\n{rest}\r\n"),
            format!("\n    {first}\n    {rest}\n    "),
            format!("\\n{first}\\n{rest}\\n"),
            format!("\\\\n{first}\\\\n{rest}\\\\n"),
            format!("\\r\\n{first}\\r\\n{rest}\\r\\n"),
            format!("\\u000a{first}\\u000a{rest}\\n"),
            format!("\\n\" +\n  \"{first}\\n\" +\n  \"{rest}\\n\" +\n  \""),
            format!("\\n' .\n  '{first}\\n' .\n  '{rest}\\n"),
            format!("\\n\"\n  + \"{first}\\n\"\n  + \"{rest}\\n\"\n  + \""),
            format!("\n# {first}\n# {rest}\n# "),
            format!("\n+{first}\n+{rest}\n+"),
            format!(" {first} {rest} "),
            format!("\\n\\\n{first}\\n\\\n{rest}\\n\\\n"),
            encoded.replace('/', "\\/"),
        ];
        for form in forms {
            let armor = open(&block(&form)).expect("marks on both sides");
            assert_eq!(armor.label, "TEST KEY");
            assert_eq!(armor.body, bytes, "{form}");
            assert!(armor.headers.is_empty());
        }
    }

    #[test]
    fn headers_and_checksum_are_kept_apart() {
        let armor = open(&block("\nVersion: 1\n\nAAAA\n=abcd\n")).expect("marks on both sides");
        assert_eq!(armor.headers, ["Version: 1"]);
        assert_eq!(armor.checksum.as_deref(), Some(&b"abcd"[..]));
        assert_eq!(armor.body, [0, 0, 0]);
    }

    #[test]
    fn what_is_no_base64_leaves_no_body() {
        assert!(open(&block("\n<your key here>\n")).expect("marks").body.is_empty());
        assert!(open(b"-----BEGIN TEST KEY-----\nAAAA").is_none());
        assert!(open(b"-----BEGIN").is_none());
    }

    #[test]
    fn the_crc_has_the_published_check_value() {
        assert_eq!(crc24(b"123456789"), 0x0021_CF02);
    }
}
