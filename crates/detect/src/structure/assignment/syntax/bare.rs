//! Values without quotes: where they end, which the settings, commands and languages that have them see
//! each in its own way.

use tightlip_model::ByteSpan;

use super::cursor::{Cursor, LONGEST, LONGEST_GAP};
use super::sign::Sign;
use super::{Style, Value, name};

/// The value without quotes that begins at `cursor`, behind the `sign` that gives it to `name`.
pub(super) fn value(cursor: Cursor<'_>, name: ByteSpan, sign: Sign) -> Option<Value> {
    let text = cursor.text;
    let before = cursor.before(name.start);
    let is_braced = before.ends_with(b"${") || memchr::memmem::find(before, b"${").is_some();
    let style = match sign {
        Sign::Default if is_braced => Style::Default,
        Sign::Colon { is_tight: true } if is_braced => Style::Default,
        Sign::Equals { is_tight: true } => Style::Tight,
        Sign::Equals { .. } | Sign::Colon { is_tight: false } => Style::Loose,
        Sign::Tag => Style::Element,
        Sign::Option => Style::Option,
        Sign::Cell => Style::Cell,
        Sign::Blank if takes_blank(text, name) => Style::Option,
        _ => return None,
    };
    let opener = name.start.checked_sub(1).and_then(|at| text.get(at)).copied();
    stretch(cursor, style, opener)
}

/// Whether a language gives values to names without any sign: a statement of SQL, the line of a
/// router or a server.
fn takes_blank(text: &[u8], name: ByteSpan) -> bool {
    let line = ByteSpan::new(name.start.saturating_sub(120), name.start).of(text);
    let line = line.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let lead = line.trim_ascii();
    let words: [&[u8]; 9] = [
        b"username ",
        b"enable",
        b"create role",
        b"create user",
        b"alter user",
        b"alter role",
        b"identified",
        b"login ",
        b"user ",
    ];
    let settings: [&[u8]; 2] = [b"requirepass", b"masterauth"];
    if matches!(lead, b"ENV" | b"proxy_set_header")
        || lead.is_empty() && settings.contains(&name.of(text))
    {
        return true;
    }
    let is_whole = name.of(text).iter().all(u8::is_ascii_alphabetic);
    is_whole && lead.len() < 110 && words.iter().any(|word| name::holds(lead, word))
}

/// A value without quotes: to the next blank, which must end the line or begin a comment.
fn stretch(cursor: Cursor<'_>, style: Style, opener: Option<u8>) -> Option<Value> {
    let rest = cursor.rest();
    let ends = |byte: &u8| match style {
        Style::Element => matches!(byte, b'<' | b'\n'),
        Style::Default => byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'}'),
        Style::Cell => byte.is_ascii_whitespace() || matches!(byte, b'|'),
        _ => byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<'),
    };
    let is_inner = |at: usize| {
        // A quote between characters that go on is one of the value.
        style == Style::Loose
            && at > 0
            && matches!(rest.get(at), Some(b'"' | b'\''))
            && rest.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
            && rest.get(at - 1).is_some_and(u8::is_ascii_alphanumeric)
    };
    let length = (0..rest.len()).find(|at| rest.get(*at).is_some_and(&ends) && !is_inner(*at));
    let length = length.unwrap_or(rest.len());
    let after = rest.get(length..)?;
    let closes = |quote: &u8| b"\"'`".contains(quote) && after.first() == Some(quote);
    let is_quoted_whole = opener.as_ref().is_some_and(closes);
    let is_closed = is_quoted_whole || is_closed(after, style);
    let style = match style {
        Style::Loose if !is_closed && is_flow(cursor, length, opener) => Style::Flow,
        Style::Loose if !is_closed => Style::Prose,
        Style::Loose if is_closed && is_flow(cursor, length, opener) => Style::Flow,
        _ => style,
    };
    let may_go_on = matches!(style, Style::Flow | Style::Prose);
    if style == Style::Tight
        && let Some(cookie) = cookie(cursor, length, after)
    {
        return Some(cookie);
    }
    if length > LONGEST || !is_closed && !may_go_on {
        return None;
    }
    let value = trimmed(rest.get(..length)?, style, opener);
    if style == Style::Prose && !value.iter().any(u8::is_ascii_digit) {
        return None;
    }
    Some(Value { span: ByteSpan::new(cursor.at, cursor.at + value.len()), style })
}

/// One of several settings in a line of cookies: `a=1; token=VALUE; b=2`.
fn cookie<'t>(cursor: Cursor<'t>, length: usize, after: &'t [u8]) -> Option<Value> {
    let value = cursor.rest().get(..length)?.strip_suffix(b";")?;
    let goes_on = is_setting(after.strip_prefix(b" ")?) && !value.contains(&b';');
    let span = ByteSpan::new(cursor.at, cursor.at + value.len());
    goes_on.then_some(Value { span, style: Style::Tight })
}

/// Whether a bare value stands in the braces of a map: what follows it closes them or goes on.
fn is_flow(cursor: Cursor<'_>, length: usize, opener: Option<u8>) -> bool {
    let value = cursor.rest().get(..length).unwrap_or_default();
    let is_ended = value.last().is_some_and(|byte| b",}".contains(byte));
    let line = cursor.before(cursor.at);
    let line = line.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    is_ended && (opener == Some(b'{') || line.contains(&b'{'))
}

/// The value without what belongs to the frame around it.
fn trimmed(value: &[u8], style: Style, opener: Option<u8>) -> &[u8] {
    let value = value.strip_suffix(b"\\n").unwrap_or(value);
    match style {
        Style::Tight => {
            let is_end = |at: &usize| match value.get(*at) {
                Some(b'&') => true,
                Some(b'}') => opener == Some(b'{'),
                Some(b',' | b';') => is_setting(value.get(at + 1..).unwrap_or_default()),
                _ => false,
            };
            value.get(..(0..value.len()).find(is_end).unwrap_or(value.len())).unwrap_or(value)
        }
        Style::Flow => {
            let kept = value.iter().rev().take_while(|byte| b",}".contains(byte)).count();
            value.get(..value.len() - kept).unwrap_or(value)
        }
        Style::Option => value.strip_suffix(b";").unwrap_or(value),
        Style::Prose => value.strip_suffix(b",").or(value.strip_suffix(b".")).unwrap_or(value),
        _ => value,
    }
}

/// Whether a further `name=value` begins here.
fn is_setting(rest: &[u8]) -> bool {
    let name = rest
        .iter()
        .take(LONGEST_GAP)
        .take_while(|b| b.is_ascii_alphanumeric() || b"_.".contains(b));
    let length = name.count();
    length > 0 && rest.get(length) == Some(&b'=')
}

/// Whether what follows a bare value ends it: the end of the line, a comment or a closing tag.
fn is_closed(after: &[u8], style: Style) -> bool {
    let blanks = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let next = after.get(blanks..).unwrap_or_default();
    match style {
        Style::Element => after.starts_with(b"</"),
        Style::Default => after.starts_with(b"}"),
        Style::Cell => next.starts_with(b"|"),
        Style::Tight | Style::Option => {
            after.first().is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'`<".contains(byte))
        }
        _ => {
            matches!(next.first(), None | Some(b'\n' | b'\r'))
                || blanks > 0 && (next.starts_with(b"#") || next.starts_with(b"//"))
        }
    }
}
