//! The sign between a name and its value, and whether it ties the one to the other.

use tightlip_model::ByteSpan;

use super::cursor::{Cursor, LONGEST_GAP};
use super::name::holds;

/// The sign between a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Equals { is_tight: bool },
    Compares,
    Default,
    Colon { is_tight: bool },
    Comma,
    Call,
    Tag,
    Option,
    Blank,
    Cell,
}

/// Signs that give a value, beside the plain ones; the longer first.
const GIVES: [&[u8]; 6] = [b"=>", b":=", b"||=", b"??=", b"?=", b"<-"];
/// Signs that compare with a value.
const COMPARES: [&[u8]; 4] = [b"===", b"!==", b"==", b"!="];
/// Signs before the value that counts when there is no other.
const DEFAULTS: [&[u8]; 6] = [b"||", b"??", b":-", b"?:", b"or ", b"//"];

/// Calls that give the value that counts when there is no other.
const FALLBACKS: [&[u8]; 5] =
    [b".unwrap_or(", b".unwrap_or_else(|_| ", b".orElse(", b".getOrElse(", b"{ "];

/// Reads the sign after a name that ends at `cursor`.
pub(super) fn read(cursor: &mut Cursor<'_>, name: ByteSpan, is_quoted: bool) -> Option<Sign> {
    let before = cursor.before(name.start);
    let start = cursor.at;
    let blanks = cursor.skip_blanks();
    if fills_in(cursor, before) {
        return Some(Sign::Colon { is_tight: false });
    }
    let is_attribute = is_quoted && is_attribute(before);
    if is_attribute && blanks > 0 && cursor.skip_one_of(&[b"value=", b"content=", b"Value="]) {
        return Some(Sign::Equals { is_tight: false });
    }
    if is_attribute && cursor.skip(b">") {
        cursor.skip(b"<value>");
        return Some(Sign::Tag);
    }
    if is_quoted && (cursor.skip(b")") || cursor.skip(b",")) {
        return after_bracket(cursor, before);
    }
    if cursor.skip_one_of(&COMPARES) {
        return Some(Sign::Compares);
    }
    if cursor.skip_one_of(&GIVES) {
        return Some(Sign::Equals { is_tight: false });
    }
    if (blanks > 0 || cursor.next() != Some(b'/')) && cursor.skip_one_of(&DEFAULTS) {
        return Some(Sign::Default);
    }
    plain(cursor, name, (start, blanks, is_quoted))
}

fn plain(
    cursor: &mut Cursor<'_>,
    name: ByteSpan,
    (start, blanks, is_quoted): (usize, usize, bool),
) -> Option<Sign> {
    let before = cursor.before(name.start);
    let is_spaced = |cursor: &Cursor<'_>| cursor.next().is_none_or(|b| b.is_ascii_whitespace());
    if cursor.skip(b"=") {
        let is_tight = blanks == 0 && !is_quoted && !is_spaced(cursor);
        return Some(Sign::Equals { is_tight });
    }
    if cursor.skip(b":") || cursor.skip("：".as_bytes()) {
        cursor.skip_one_of(&[b"**", b"__"]);
        return Some(Sign::Colon { is_tight: !is_spaced(cursor) });
    }
    let opener = before.last().copied();
    if blanks == 0 && cursor.skip(b">") {
        return (opener == Some(b'<')).then_some(Sign::Tag);
    }
    if blanks == 0 && opener == Some(b'>') && cursor.skip(b"</") {
        return after_key(cursor);
    }
    if blanks == 0 && cursor.skip(b"(") {
        return Some(Sign::Call);
    }
    if cursor.skip(b"|") {
        let is_joined = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let is_word = is_joined(before.len().checked_sub(2).and_then(|at| before.get(at)));
        let is_run = blanks == 0 && before.ends_with(b"|") && is_word;
        let is_parameter = blanks == 0 && opens_block(before);
        return (is_cell(before) && !is_run && !is_parameter).then_some(Sign::Cell);
    }
    let is_option = before.ends_with(b"--") || before.ends_with(b" -") || before.ends_with(b"\t-");
    if cursor.at == start || is_quoted {
        return None;
    }
    Some(if is_option { Sign::Option } else { Sign::Blank })
}

/// Whether a test fills a field of that name in: `fill_in :password, with: "…"`; the cursor is moved
/// behind the sign.
fn fills_in(cursor: &mut Cursor<'_>, before: &[u8]) -> bool {
    let mut after = *cursor;
    let is_filled = after.skip(b", ")
        && after.skip_one_of(&[b"with:", b":with =>", b":with=>"])
        && memchr::memmem::find(before, b"fill_in").is_some();
    cursor.at = if is_filled { after.at } else { cursor.at };
    is_filled
}

/// After a quoted name, and the bracket or comma that follows it: a default or a second argument.
fn after_bracket(cursor: &mut Cursor<'_>, before: &[u8]) -> Option<Sign> {
    let is_comma = cursor.text.get(cursor.at - 1) == Some(&b',');
    cursor.skip_blanks();
    if is_comma {
        cursor.skip_line_break(|byte| byte == b'"' || byte == b'\'');
        let is_default =
            cursor.skip_one_of(&[b"default=", b"fallback=", b"default: ", b"defaultValue: "]);
        let is_option = before.ends_with(b"-\"")
            || before.ends_with(b"\"-")
            || before.ends_with(b"'--")
            || before.ends_with(b"\"--");
        return match (is_default, opens_list(before)) {
            (true, _) => Some(Sign::Default),
            (_, Some(callee)) if is_lookup(callee) => Some(Sign::Default),
            (_, Some(_)) => Some(Sign::Comma),
            (_, None) => is_option.then_some(Sign::Option),
        };
    }
    let is_default = cursor.skip_one_of(&DEFAULTS) || cursor.skip_one_of(&FALLBACKS);
    is_default.then_some(Sign::Default)
}

/// After `<key>name</` of a property list.
fn after_key(cursor: &mut Cursor<'_>) -> Option<Sign> {
    let rest = cursor.rest();
    let close = rest.iter().take(LONGEST_GAP).position(|byte| *byte == b'>')?;
    cursor.at += close + 1;
    cursor.skip_blanks();
    cursor.skip_line_break(|byte| byte == b'<');
    cursor.skip_one_of(&[b"<string>", b"<value>"]).then_some(Sign::Tag)
}

/// Whether a cell of a table begins before the name.
fn is_cell(before: &[u8]) -> bool {
    let before = before.strip_suffix(b"**").or(before.strip_suffix(b"`")).unwrap_or(before);
    before.trim_ascii_end().ends_with(b"|")
}

/// Whether the parameters of a block of code begin before the name: `map(|name|`, `each do |name|`.
fn opens_block(before: &[u8]) -> bool {
    let Some(code) = before.strip_suffix(b"|") else { return false };
    let code = code.trim_ascii_end();
    let is_joined = code.last().is_some_and(|byte| b"(,={&".contains(byte));
    is_joined || code.ends_with(b" do") || code.ends_with(b"move")
}

/// What is called with a quoted name as its first argument; `None` where the name comes later, or
/// where names are compared and checked.
fn opens_list(before: &[u8]) -> Option<&[u8]> {
    let (quote, rest) = before.split_last()?;
    let rest = rest.strip_suffix(b"\\").unwrap_or(rest).trim_ascii_end();
    let callee = rest.strip_suffix(b"(").or(rest.strip_suffix(b"["))?;
    let checks = [b"hash".as_slice(), b"check", b"verify", b"encod", b"match", b"equal", b"valid"];
    let length = callee
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
        .count();
    let callee = callee.get(callee.len() - length..)?;
    let is_check = checks.iter().any(|word| holds(callee, word));
    (b"\"'`".contains(quote) && !is_check).then_some(callee)
}

/// Whether the brackets that a name opens are those of a function that sets something.
pub(super) fn is_set(before: &[u8]) -> bool {
    let verbs = [b"set".as_slice(), b"put", b"add", b"define", b"env", b"param", b"property"];
    verbs.iter().any(|verb| holds(before, verb))
}

/// Whether a function looks a value up by its name.
pub(super) fn is_lookup(callee: &[u8]) -> bool {
    let last = callee.rsplit(|byte| b".:".contains(byte)).next().unwrap_or(callee);
    let askers: [&[u8]; 14] = [
        b"env", b"get", b"fetch", b"read", b"lookup", b"find", b"prompt", b"input", b"ask",
        b"load", b"request", b"trans", b"config", b"param",
    ];
    matches!(last, b"t" | b"_" | b"__" | b"tr" | b"i18n" | b"require" | b"import")
        || askers.iter().any(|asker| holds(last, asker))
}

/// Whether a function turns text into the bytes that it spells.
pub(super) fn is_decoder(callee: &[u8]) -> bool {
    let words = [b"decode".as_slice(), b"fromhex", b"unhex", b"frombase64", b"parse"];
    words.iter().any(|word| holds(callee, word))
}

/// Whether a quoted name begins after `before`, rather than in the middle of what is quoted.
pub(super) fn opens_name(before: &[u8]) -> bool {
    before.last().is_some_and(|byte| b"\"'`[:/$.-_".contains(byte))
}

/// Whether a quoted name is that of a setting in XML, whose value is another attribute or the text.
fn is_attribute(before: &[u8]) -> bool {
    let before = before.get(..before.len().saturating_sub(1)).unwrap_or_default();
    before.ends_with(b" key=")
        || before.ends_with(b" name=")
        || before.ends_with(b" Name=")
        || before.ends_with(b" Include=")
}

/// Whether a function of that name takes the secret it is named for: `setPassword(…)`, `password(…)`.
pub(super) fn is_setter(name: &[u8], before: &[u8]) -> bool {
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or(name);
    let words = [
        b"password".as_slice(),
        b"passphrase",
        b"apikey",
        b"api_key",
        b"secret",
        b"token",
        b"secretkeyspec",
    ];
    let is_whole = words.iter().any(|word| last.eq_ignore_ascii_case(word));
    let starts =
        |verb: &[u8]| last.get(..verb.len()).is_some_and(|head| head.eq_ignore_ascii_case(verb));
    is_whole
        || before.ends_with(b"new ")
        || [b"set".as_slice(), b"with", b"add"].into_iter().any(starts)
}
