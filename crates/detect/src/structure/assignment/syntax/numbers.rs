//! Keys written as lists of bytes: `{0x2b, 0x7e, …}`, `[]byte{43, 126, …}`.

use tightlip_model::ByteSpan;

use super::cursor::{Cursor, LONGEST_GAP};

/// The longest list.
const LONGEST: usize = 900;
/// The fewest numbers.
const FEWEST: usize = 8;

/// The numbers between the brackets that open here, after a type if there is one.
pub(super) fn list(cursor: Cursor<'_>) -> Option<ByteSpan> {
    let rest = ByteSpan::new(cursor.at, cursor.at + LONGEST).of(cursor.text);
    let is_type = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_.:[] &*(".contains(byte);
    let head = rest.iter().take(LONGEST_GAP).take_while(is_type).count();
    let open = if rest.get(head) == Some(&b'{') { head } else { bracket(rest.get(..head)?)? };
    let inside = rest.get(open + 1..)?;
    let is_number = |byte: &&u8| byte.is_ascii_hexdigit() || b"xXLuU-, \t\r\n(byte)".contains(byte);
    let length = inside.iter().take_while(is_number).count();
    if !matches!(inside.get(length), Some(b'}' | b']')) {
        return None;
    }
    let lead = inside.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let inside = inside.get(..length)?.trim_ascii_end();
    let start = cursor.at + open + 1;
    let span = ByteSpan::new(start + lead, start + inside.len());
    (span.start < span.end && is_key(span.of(cursor.text))).then_some(span)
}

/// Where the bracket of the list stands in what looked like a type.
fn bracket(head: &[u8]) -> Option<usize> {
    memchr::memrchr(b'[', head).filter(|at| head.get(at + 1) != Some(&b']'))
}

/// Whether the numbers are many, and neither count nor repeat.
fn is_key(list: &[u8]) -> bool {
    let parts = list.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    let (mut count, mut steps, mut wide, mut last) = (0_usize, 0_usize, 0_usize, None);
    for part in parts.filter(|part| !part.is_empty()) {
        let Some(number) = number(part) else { return false };
        let step = last.map(|last: u64| number.abs_diff(last));
        steps += usize::from(step.is_some_and(|step| step > 2));
        wide += usize::from(number > 0xffff);
        last = Some(number);
        count += 1;
    }
    (count >= FEWEST || wide >= 2 && wide == count) && steps * 2 > count
}

fn number(part: &[u8]) -> Option<u64> {
    let part = part.strip_prefix(b"(byte)").unwrap_or(part);
    let part = part.strip_prefix(b"-").unwrap_or(part);
    let text = std::str::from_utf8(part).ok()?.trim_start().trim_end_matches(['L', 'u', 'U']);
    match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}
