//! How the languages of programs, settings and commands give a value to a name.
//!
//! Owns: getting from the end of a name to the value. Leaves to others: what either of them means.

mod bare;
mod column;
mod cursor;
mod numbers;
mod pair;
mod sign;

use tightlip_model::ByteSpan;

use super::name;
use crate::words;
use cursor::Cursor;
use sign::Sign;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As a literal in quotes.
    Quoted,
    /// Bare, with the sign right between name and value: `NAME=value`, as in environment files.
    Tight,
    /// Bare to the end of its line, with blanks around the sign or a colon before it: `name = value`.
    Loose,
    /// Between the tags of an element: `<name>value</name>`.
    Element,
    /// As an option of a command: `--name value`.
    Option,
    /// As the literal after a quoted name in a list: `("name", "value")`.
    Listed,
    /// As the literal that a function of that name is called with: `setName("value")`.
    Argument,
    /// As the literal that counts when nothing else is given: `NAME || "value"`.
    Default,
    /// As the literal that something of that name is compared with: `name == "value"`.
    Compared,
    /// As one of several literals: `names = ["value", "value"]`.
    Item,
    /// In a map, behind a key that says what a thing is rather than what opens it: never a secret.
    About,
    /// As a list of numbers: `name = {0x2b, 0x7e, …}`.
    Numbers,
    /// Bare, in the braces of a map: `{name: value}`.
    Flow,
    /// Bare, with more text behind it: `name: value and so on`.
    Prose,
    /// In the next cell of a table: `| name | value |`.
    Cell,
}

impl Style {
    /// Whether the value has no quotes around it.
    pub(super) fn is_bare(self) -> bool {
        matches!(
            self,
            Self::Tight | Self::Loose | Self::Option | Self::Flow | Self::Prose | Self::Cell
        )
    }
}

/// A value, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    /// Its bytes, without quotes.
    pub(super) span: ByteSpan,
    /// How it is written.
    pub(super) style: Style,
}

/// The value that `name` is given.
pub(super) fn value(text: &[u8], name: ByteSpan) -> Option<Value> {
    let mut cursor = Cursor { text, at: name.end };
    let is_quoted = cursor.skip_closing();
    if is_perl_index(text, name) {
        cursor.skip(b"}");
    }
    let has_error = !is_quoted && cursor.skip_error();
    if !is_quoted {
        cursor.skip_size();
        cursor.at += words::accessors(cursor.rest());
        cursor.skip_one_of(&[b" As String", b" as String"]);
    }
    let before = cursor.before(name.start);
    if is_quoted && !sign::opens_name(before) {
        return None;
    }
    if let Some(cell) = column::first(text, name) {
        return Some(cell);
    }
    let sign = match pair::read(&mut cursor, before, is_quoted) {
        Some(sign) => sign,
        None => sign::read(&mut cursor, name, is_quoted)?,
    };
    if sign == Sign::Call && !sign::is_setter(name.of(text), before) {
        return None;
    }
    to_value(&mut cursor, sign);
    if let Some(span) = numbers::list(cursor).filter(|_| sign != Sign::Compares) {
        return Some(Value { span, style: Style::Numbers });
    }
    if let Some(literal) = cursor.quoted() {
        return quoted(cursor, sign, before, literal)
            .filter(|_| !is_first_of_many(text, literal, sign, name));
    }
    // Two literals that requests are authorized with are a user and a password.
    if name.of(text).ends_with(b"auth") && cursor.next() == Some(b'(') {
        return None;
    }
    if let Some(callee) = cursor.skip_call() {
        if has_error && !sign::is_decoder(callee) {
            return None;
        }
        return argument(cursor, callee, sign, before);
    }
    let is_map = is_quoted && matches!(sign, Sign::Colon { .. } | Sign::Equals { .. });
    if sign != Sign::Comma && cursor.skip_one_of(&[b"[", b"("]) || is_map && cursor.skip(b"{") {
        return item(cursor);
    }
    bare::value(cursor, name, sign)
}

/// Whether a name is an index of Perl's environment: `$ENV{NAME}`.
fn is_perl_index(text: &[u8], name: ByteSpan) -> bool {
    ByteSpan::new(name.start.saturating_sub(4), name.start).of(text) == b"ENV{"
}

/// Skips what stands between the sign and the value.
fn to_value(cursor: &mut Cursor<'_>, sign: Sign) {
    cursor.skip_blanks();
    if let Sign::Colon { .. } = sign {
        pair::skip_key(cursor);
        let start = cursor.at;
        let is_block = cursor.skip_one_of(&[b"|-", b">-", b"|", b">"]);
        cursor.skip_line_break(|byte| is_block || matches!(byte, b'"' | b'\''));
        cursor.at = if is_block && cursor.at < start + 4 { start } else { cursor.at };
        cursor.skip_type();
    } else if matches!(sign, Sign::Equals { .. } | Sign::Call | Sign::Comma) {
        cursor.skip_braces();
        cursor.skip_line_break(|byte| matches!(byte, b'"' | b'\''));
    }
}

/// A literal right after the sign; the inside of one that holds a map of its own.
fn quoted(
    cursor: Cursor<'_>,
    sign: Sign,
    before: &[u8],
    literal: cursor::Literal,
) -> Option<Value> {
    let inside = literal.span.of(cursor.text);
    if inside.starts_with(b"{\\\"") {
        return item(Cursor { text: cursor.text, at: literal.span.start + 1 });
    }
    let style = match sign {
        Sign::Comma if sign::is_set(before) => Style::Quoted,
        Sign::Comma => Style::Listed,
        Sign::Call => Style::Argument,
        Sign::Compares => Style::Compared,
        Sign::Default => Style::Default,
        _ => Style::Quoted,
    };
    Some(Value { span: literal.span, style })
}

/// The literal that a function is called with, on the way to the name; or the second one, where the
/// first is a name to look up.
fn argument(cursor: Cursor<'_>, callee: &[u8], sign: Sign, before: &[u8]) -> Option<Value> {
    let mut cursor = cursor;
    // A wide literal of Rust is a name for the system to look up.
    if callee.ends_with(b"w!") {
        return None;
    }
    let is_asked = sign::is_lookup(callee);
    cursor.skip_one_of(&[b"default=", b"default = "]);
    let inner = if cursor.quoted().is_none() { cursor.skip_call() } else { None };
    let literal = cursor.quoted()?;
    if !is_asked && !inner.is_some_and(sign::is_lookup) {
        return quoted(cursor, sign, before, literal);
    }
    cursor.at = literal.end;
    cursor.skip(b")");
    cursor.skip_blanks();
    if !cursor.skip_one_of(&[b",", b"||", b"??", b"or ", b"?:"]) {
        return None;
    }
    cursor.skip_blanks();
    cursor.skip_line_break(|byte| matches!(byte, b'"' | b'\''));
    cursor.skip_one_of(&[b"default=", b"fallback=", b"default: "]);
    let span = cursor.quoted()?.span;
    Some(Value { span, style: Style::Default })
}

/// The literal that an entry of a list or map begins with; in a map, the one behind its key.
fn item(mut cursor: Cursor<'_>) -> Option<Value> {
    cursor.skip_blanks();
    cursor.skip_line_break(|byte| matches!(byte, b'"' | b'\''));
    let first = cursor.quoted()?;
    cursor.at = first.end;
    cursor.skip_blanks();
    if !cursor.skip_one_of(&[b":", b"=>"]) {
        return Some(Value { span: first.span, style: Style::Item });
    }
    cursor.skip_blanks();
    let second = cursor.quoted()?;
    let is_about = name::is_about(first.span.of(cursor.text));
    let style = if is_about { Style::About } else { Style::Item };
    Some(Value { span: second.span, style })
}

/// Whether a literal is the first of several in the brackets of a list or a call: the name is one of
/// them, or says what is done with all of them. Two after a name are a name and its value.
fn is_first_of_many(text: &[u8], literal: cursor::Literal, sign: Sign, name: ByteSpan) -> bool {
    let adds = name::words(name.of(text)).any(|word| word.eq_ignore_ascii_case(b"add"));
    if !(sign == Sign::Comma || sign == Sign::Call && adds) {
        return false;
    }
    let mut cursor = Cursor { text, at: literal.end };
    cursor.skip_blanks();
    let is_listed = cursor.skip(b",");
    cursor.skip_blanks();
    cursor.skip_line_break(|byte| matches!(byte, b'"' | b'\''));
    is_listed && (sign == Sign::Call || cursor.quoted().is_some())
}

/// The literal after `value` in the list it is an item of.
pub(super) fn next_item(text: &[u8], value: ByteSpan) -> Option<Value> {
    let mut cursor = Cursor { text, at: value.end };
    cursor.skip(b"\\");
    cursor.at += 1;
    cursor.skip_blanks();
    if !cursor.skip(b",") {
        return None;
    }
    item(cursor)
}

/// The value under `value` in its column.
pub(super) fn next_row(text: &[u8], value: ByteSpan) -> Option<Value> {
    column::below(text, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Option<(&str, Style)> {
        let at = text.find("pass")?;
        let length = text[at..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        let value = value(text.as_bytes(), (at..at + length).into())?;
        Some((&text[value.span.start..value.span.end], value.style))
    }

    #[test]
    fn a_literal_is_found_in_every_language() {
        for text in [
            "password = \"abc\"",
            "\"password\": \"abc\",",
            "'password' => 'abc'",
            "config[\"password\"] = 'abc'",
            "let password: &'static str = \"abc\";",
            "password: Option<String> = Some(\"abc\"),",
            "password := `abc`",
            "<add key=\"password\" value=\"abc\"/>",
            "<user password=\"abc\"/>",
            "password=\n    \"abc\"",
            "{\\\"password\\\": \\\"abc\\\"}",
            "password = b'abc'",
        ] {
            assert_eq!(find(text), Some(("abc", Style::Quoted)), "{text}");
        }
    }

    #[test]
    fn every_way_of_writing_is_told() {
        for (text, value, style) in [
            ("password=a$b!\n", "a$b!", Style::Tight),
            ("?password=abc&x=y", "abc", Style::Tight),
            ("jdbc:x?password=abc;user=y", "abc", Style::Tight),
            ("'USER=x\\npassword=abc'", "abc", Style::Tight),
            ("password: abc # note", "abc", Style::Loose),
            ("password = abc\r\n", "abc", Style::Loose),
            ("-H 'password: abc' x", "abc", Style::Loose),
            ("password: 4a'bc\n", "4a'bc", Style::Loose),
            ("- **password**: abc\n", "abc", Style::Loose),
            ("password: |-\n    abc\n", "abc", Style::Loose),
            ("{user: x, password: abc}", "abc", Style::Flow),
            ("login with password: abc12 failed", "abc12", Style::Prose),
            ("| password | abc |", "abc", Style::Cell),
            ("<password>abc</password>", "abc", Style::Element),
            ("<entry key=\"password\">abc</entry>", "abc", Style::Element),
            ("<string name=\"password\">abc</string>", "abc", Style::Element),
            ("<key>password</key>\n  <string>abc</string>", "abc", Style::Element),
            ("--password abc x", "abc", Style::Option),
            (" -password abc x", "abc", Style::Option),
            ("\"--password\", \"abc\"", "abc", Style::Quoted),
            ("CREATE ROLE x password abc;", "abc", Style::Option),
            ("username x password abc\n", "abc", Style::Option),
            ("password 'abc'", "abc", Style::Quoted),
        ] {
            assert_eq!(find(text), Some((value, style)), "{text}");
        }
    }

    #[test]
    fn parameters_of_a_block_of_code_are_no_cells() {
        for text in [
            "check(|password| seen(\"abc\"))",
            "x = |password| abc",
            "each do |password| abc",
            "thread(move |password| abc |x|",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn calls_defaults_and_lists_are_told() {
        for (text, value, style) in [
            (".password(\"abc\")", "abc", Style::Argument),
            ("setpassword(new Hidden(\"abc\"))", "abc", Style::Argument),
            ("password = decode(\"abc\")", "abc", Style::Quoted),
            ("password = unhex(b'abc')", "abc", Style::Quoted),
            ("if password == \"abc\" {", "abc", Style::Compared),
            ("process.env.password || 'abc'", "abc", Style::Default),
            ("process.env.password ?? 'abc'", "abc", Style::Default),
            ("os.getenv(\"password\", \"abc\")", "abc", Style::Default),
            ("os.environ.get('password') or 'abc'", "abc", Style::Default),
            ("env('password', default='abc')", "abc", Style::Default),
            ("password = getenv(\"x\", \"abc\")", "abc", Style::Default),
            ("${password:-abc}\n", "abc", Style::Default),
            ("@Value(\"${x.password:abc}\")", "abc", Style::Default),
            ("\"passwords\": [\"abc\", \"def\"]", "abc", Style::Item),
            ("\"password\": \"{\\\"x\\\": \\\"abc\\\"}\"", "abc", Style::Item),
            (
                "password := []byte{9, 2, 7, 1, 99, 3, 77, 12}",
                "9, 2, 7, 1, 99, 3, 77, 12",
                Style::Numbers,
            ),
            (
                "password[] = {0x9f, 0x02, 0x77, 0x31, 0x99, 0x03, 0x76, 0x12}",
                "0x9f, 0x02, 0x77, 0x31, 0x99, 0x03, 0x76, 0x12",
                Style::Numbers,
            ),
        ] {
            assert_eq!(find(text), Some((value, style)), "{text}");
        }
    }

    #[test]
    fn the_items_of_a_list_follow_each_other() {
        let text = "passwords = ['abc', 'def']";
        let first = value(text.as_bytes(), (0..9).into()).expect("there is a first item");
        let second = next_item(text.as_bytes(), first.span).expect("there is a second item");
        assert_eq!(second.span.of(text.as_bytes()), b"def");
        assert_eq!(next_item(text.as_bytes(), second.span), None);
    }

    #[test]
    fn what_a_map_says_about_a_thing_is_told_from_what_opens_it() {
        let text = "\"pass\": {\"version\": \"1.2.3\", \"value\": \"abc\"}";
        let first = value(text.as_bytes(), (1..5).into()).expect("there is a first entry");
        assert_eq!(first.style, Style::About);
        let second = next_item(text.as_bytes(), first.span).expect("there is a second entry");
        assert_eq!((second.span.of(text.as_bytes()), second.style), (&b"abc"[..], Style::Item));
    }

    #[test]
    fn a_quoted_name_must_be_quoted_whole_and_come_first_in_its_brackets() {
        assert_eq!(find("define('password', 'abc')"), Some(("abc", Style::Quoted)));
        assert_eq!(find("('password', 'abc')"), Some(("abc", Style::Listed)));
        for text in [
            "'Basic login_password', 'abc'",
            "{\"confirm\": \"password\", \"abc\": 1}",
            "'New password' => 'abc'",
            "HashPassword(\"password\", \"abc\")",
            "['password', 'abc', 'strength']",
            "Moved('passwords', 'abc', 'def')",
            "start('password', {'cwd': 'abc'})",
            "adapters.add('password', ['abc', 'def'], f)",
            "'db_query|db_password|db_close|db_open'",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn prose_and_code_without_a_literal_give_no_value() {
        for text in
            ["password: must be long", "password, then", "password()", "password > 3", "password"]
        {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
