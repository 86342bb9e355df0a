//! Tables without frames: a heading names the columns, the lines below it hold the values.
//!
//! Owns: comma-, semicolon- and tab-separated cells. Leaves to others: tables with bars, and whether a
//! value is a secret.

use tightlip_model::ByteSpan;

use super::{Style, Value};

/// The longest line.
const LONGEST: usize = 600;
/// The most cells of a line.
const CELLS: usize = 40;

/// The cell under a name that is a cell of a heading; `None` where the line is none.
pub(super) fn first(text: &[u8], name: ByteSpan) -> Option<Value> {
    let before = ByteSpan::new(name.start.saturating_sub(2), name.start).of(text);
    let is_quoted = before.last() == Some(&b'"');
    let sign = if is_quoted { before.iter().rev().nth(1) } else { before.last() };
    let next = text.get(name.end + usize::from(is_quoted));
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| b",;\t\r\n".contains(byte));
    if !is_edge(sign) || !is_edge(next) {
        return None;
    }
    let parts = [sign, next].into_iter().flatten().find(|byte| b",;\t".contains(byte))?;
    let heading = line_at(text, name.start)?;
    let (cells, count) = cells(text, heading, *parts)?;
    let cells = cells.get(..count)?;
    let is_heading = count >= 2 && cells.iter().all(|cell| is_title(cell.of(text)));
    let at = cells.iter().position(|cell| *cell == name)?;
    let row = line_at(text, heading.end + 1 + usize::from(ends_in_return(text, heading)))?;
    is_heading.then(|| cell_of(text, row, *parts, at, count)).flatten()
}

/// The cell under another one.
pub(super) fn below(text: &[u8], value: ByteSpan) -> Option<Value> {
    let row = line_at(text, value.start)?;
    let before = ByteSpan::new(row.start, value.start).of(text);
    let bytes = row.of(text);
    let parts = *[b',', b';', b'\t'].iter().find(|sign| bytes.contains(sign))?;
    let (cells, count) = cells(text, row, parts)?;
    let at = cells.get(..count)?.iter().position(|cell| *cell == value)?;
    let next = line_at(text, row.end + 1 + usize::from(ends_in_return(text, row)))?;
    (!before.is_empty() || count > 1).then(|| cell_of(text, next, parts, at, count)).flatten()
}

fn cell_of(text: &[u8], row: ByteSpan, parts: u8, at: usize, count: usize) -> Option<Value> {
    let (cells, found) = cells(text, row, parts)?;
    let span = *cells.get(..found)?.get(at)?;
    (found == count).then_some(Value { span, style: Style::Cell })
}

/// The line that a place is on, without its end.
fn line_at(text: &[u8], at: usize) -> Option<ByteSpan> {
    let before = text.get(at.saturating_sub(LONGEST)..at)?;
    let start =
        at - memchr::memrchr(b'\n', before).map_or(before.len(), |feed| before.len() - feed - 1);
    let rest = text.get(at..text.len().min(at + LONGEST))?;
    let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let end = at + length - usize::from(length > 0 && rest.get(length - 1) == Some(&b'\r'));
    (end > start && end - start <= LONGEST).then(|| ByteSpan::new(start, end))
}

fn ends_in_return(text: &[u8], line: ByteSpan) -> bool {
    text.get(line.end) == Some(&b'\r')
}

/// The insides of a line's cells, and how many there are.
fn cells(text: &[u8], line: ByteSpan, parts: u8) -> Option<([ByteSpan; CELLS], usize)> {
    let mut found = [ByteSpan::new(0, 0); CELLS];
    let (mut count, mut start) = (0, line.start);
    let bytes = line.of(text);
    let mut is_quoted = false;
    for at in 0..=bytes.len() {
        let byte = bytes.get(at);
        is_quoted ^= byte == Some(&b'"');
        if byte.is_none() || byte == Some(&parts) && !is_quoted {
            *found.get_mut(count)? = inside(text, ByteSpan::new(start, line.start + at));
            (count, start) = (count + 1, line.start + at + 1);
        }
    }
    Some((found, count))
}

/// A cell without blanks and quotes around it.
fn inside(text: &[u8], cell: ByteSpan) -> ByteSpan {
    let bytes = cell.of(text);
    let start = cell.start + (bytes.len() - bytes.trim_ascii_start().len());
    let bytes = bytes.trim_ascii();
    let is_quoted = bytes.len() >= 2 && bytes.starts_with(b"\"") && bytes.ends_with(b"\"");
    let quote = usize::from(is_quoted);
    ByteSpan::new(start + quote, start + bytes.len() - quote)
}

/// Whether a cell reads like the title of a column: words, hardly a digit.
fn is_title(cell: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b" _-./()#".contains(byte);
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    !cell.is_empty()
        && cell.len() <= 40
        && cell.first().is_some_and(u8::is_ascii_alphabetic)
        && cell.iter().all(is_part)
        && digits <= 1
}
