//! Names that are values themselves: `name: X` with `value: Y` behind it, as settings list variables.
//!
//! Owns: getting from such a name to the sign before its value. Leaves to others: the value.

use super::cursor::Cursor;
use super::sign::Sign;

/// Keys whose value is a name.
const NAMES: [&[u8]; 8] = [
    b"name",
    b"key",
    b"variable",
    b"parameterkey",
    b"parametername",
    b"environmentvariablename",
    b"field",
    b"option_name",
];
/// Keys of the value that belongs to it.
const VALUES: [&[u8]; 6] =
    [b"value", b"parametervalue", b"defaultvalue", b"default_value", b"val", b"option_value"];
/// The most entries between the two.
const BETWEEN: usize = 4;
/// The most bytes of a block that are looked through for a default.
const BLOCK: usize = 480;

/// The sign before the value of a name that stands where a value does; the cursor is moved behind it.
/// `before` is the text before the name, `is_quoted` whether a quote closed it.
pub(super) fn read(cursor: &mut Cursor<'_>, before: &[u8], is_quoted: bool) -> Option<Sign> {
    let lead = if is_quoted { before.get(..before.len().checked_sub(1)?)? } else { before };
    if is_quoted && lead.ends_with(b"variable ") {
        return default_of_block(cursor);
    }
    let lead = lead.strip_suffix(b"\\").unwrap_or(lead).trim_ascii_end();
    let key = lead.strip_suffix(b":").or(lead.strip_suffix(b"="))?.trim_ascii_end();
    is_one_of(last_word(unquoted(key)), &NAMES).then_some(())?;
    let mut after = *cursor;
    for _ in 0..=BETWEEN {
        if !skip_break(&mut after) {
            return None;
        }
        let (word, is_key) = key_word(&mut after);
        if is_key && is_one_of(word, &VALUES) {
            *cursor = after;
            return Some(Sign::Colon { is_tight: false });
        }
        skip_entry(&mut after)?;
    }
    None
}

/// Skips the key in `name:` with `value: …` on the line below.
pub(super) fn skip_key(cursor: &mut Cursor<'_>) {
    let mut after = *cursor;
    let ends = cursor.rest().iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    if ends == Some(&b'\n') && skip_break(&mut after) {
        let (word, is_key) = key_word(&mut after);
        if is_key && is_one_of(word, &VALUES) {
            after.skip_blanks();
            *cursor = after;
        }
    }
}

/// In `variable "name" {…}`: the sign before the default that the block gives.
fn default_of_block(cursor: &mut Cursor<'_>) -> Option<Sign> {
    let mut after = *cursor;
    after.skip_blanks();
    if !after.skip(b"{") {
        return None;
    }
    let block = after.rest();
    let block = block.get(..BLOCK).unwrap_or(block);
    let end = memchr::memmem::find(block, b"\n}").unwrap_or(block.len());
    let block = block.get(..end)?;
    let mut at = 0;
    for line in block.split_inclusive(|byte| *byte == b'\n') {
        let bare = line.trim_ascii_start();
        if let Some(rest) = bare.strip_prefix(b"default")
            && let Some(value) = rest.trim_ascii_start().strip_prefix(b"=")
        {
            cursor.at = after.at + at + (line.len() - value.len());
            return Some(Sign::Equals { is_tight: false });
        }
        at += line.len();
    }
    None
}

/// Skips what parts two entries: a comma, a line break, or both. An item of a list begins another
/// thing.
fn skip_break(cursor: &mut Cursor<'_>) -> bool {
    let rest = cursor.rest();
    let length = rest.iter().take_while(|byte| b" \t\r\n,;".contains(byte)).count();
    let is_break = rest.iter().take(length).any(|byte| b"\n,;".contains(byte));
    cursor.at += length;
    let next = rest.get(length..).unwrap_or_default();
    is_break && !next.starts_with(b"- ") && !next.starts_with(b"}")
}

/// The word of a key, and whether a colon or an equals sign follows it; the cursor is moved behind it.
fn key_word<'t>(cursor: &mut Cursor<'t>) -> (&'t [u8], bool) {
    cursor.skip_one_of(&[b"\\\"", b"\"", b"'"]);
    let rest = cursor.rest();
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let word = rest.get(..rest.iter().take(40).take_while(is_part).count()).unwrap_or_default();
    cursor.at += word.len();
    cursor.skip_one_of(&[b"\\\"", b"\"", b"'"]);
    cursor.skip_blanks();
    let is_key = !word.is_empty() && cursor.skip_one_of(&[b":", b"="]);
    (word, is_key)
}

/// Skips the value of an entry that is none of ours, up to what parts it from the next.
fn skip_entry(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.skip_blanks();
    if let Some(literal) = cursor.quoted() {
        cursor.at = literal.end;
        return Some(());
    }
    let rest = cursor.rest();
    let length = rest.iter().take(120).position(|byte| b"\n,{}[]".contains(byte))?;
    cursor.at += length;
    matches!(rest.get(length), Some(b'\n' | b',')).then_some(())
}

fn unquoted(key: &[u8]) -> &[u8] {
    let key = key.strip_suffix(b"\"").or(key.strip_suffix(b"'")).unwrap_or(key);
    key.strip_suffix(b"\\").unwrap_or(key)
}

fn last_word(text: &[u8]) -> &[u8] {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = text.iter().rev().take_while(is_part).count();
    text.get(text.len() - length..).unwrap_or_default()
}

fn is_one_of(word: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|one| word.eq_ignore_ascii_case(one))
}
