//! How the languages of programs, settings and commands give a value to a name.
//!
//! Owns: getting from the end of a name to the value. Leaves to others: what either of them means.

use tightlip_model::ByteSpan;

/// The most blanks between name, sign and value.
const LONGEST_GAP: usize = 40;
/// The longest value.
pub(super) const LONGEST: usize = 512;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As a literal in quotes.
    Quoted,
    /// Bare, with the sign right between name and value: `NAME=value`, as in environment files.
    Tight,
    /// Bare, with blanks around the sign or a colon before it: `name = value`, `name: value`.
    Loose,
    /// Between the tags of an element: `<name>value</name>`.
    Element,
    /// As an option of a command: `--name value`.
    Option,
    /// As the literal after a quoted name in a list: `("name", "value")`.
    Listed,
}

/// Signs between a name and a literal beside the plain ones; the longer first.
const SIGNS: [&[u8]; 11] =
    [b"=>", b":=", b"===", b"==", b"!==", b"!=", b"||=", b"??=", b"?=", b"||", b"??"];

/// A value, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    /// Its bytes, without quotes.
    pub(super) span: ByteSpan,
    /// How it is written.
    pub(super) style: Style,
}

/// The sign between a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Equals { is_tight: bool },
    Colon { is_tight: bool },
    Comma,
    Call,
    Tag,
    Blank,
}

/// Functions and types around a literal that leave it what it is.
const WRAPPERS: [&[u8]; 16] = [
    b"Some(",
    b"String::from(",
    b"SecretString::new(",
    b"Secret::new(",
    b"new String(",
    b"Optional.of(",
    b"str(",
    b"String(",
    b"bytes(",
    b"[]byte(",
    b"Buffer.from(",
    b"to_string(",
    b"NSString(",
    b"Secret(",
    b"SecretStr(",
    b"pulumi.secret(",
];

/// The value that `name` is given.
pub(super) fn value(text: &[u8], name: ByteSpan) -> Option<Value> {
    let mut cursor = Cursor { text, at: name.end };
    let is_quoted = cursor.skip_closing();
    let before = ByteSpan::new(name.start.saturating_sub(LONGEST_GAP), name.start).of(text);
    if is_quoted && !opens_name(before) {
        return None;
    }
    let sign = cursor.sign(name, is_quoted)?;
    let is_tied = match sign {
        Sign::Comma => opens_list(before),
        Sign::Call => is_setter(name.of(text)),
        _ => true,
    };
    if !is_tied {
        return None;
    }
    cursor.skip_blanks();
    if let Sign::Equals { .. } | Sign::Colon { .. } = sign {
        cursor.skip_line_break();
    }
    if let Sign::Colon { .. } = sign {
        cursor.skip_type();
    }
    cursor.skip_wrapper();
    if let Some(span) = cursor.quoted() {
        let is_listed = sign == Sign::Comma && !is_set(before);
        let style = if is_listed { Style::Listed } else { Style::Quoted };
        return Some(Value { span, style });
    }
    let style = match sign {
        Sign::Equals { is_tight: true } => Style::Tight,
        Sign::Equals { .. } | Sign::Colon { is_tight: false } => Style::Loose,
        Sign::Tag => Style::Element,
        Sign::Blank => Style::Option,
        Sign::Colon { is_tight: true } | Sign::Comma | Sign::Call => return None,
    };
    let opener = name.start.checked_sub(1).and_then(|at| text.get(at)).copied();
    cursor.bare(style, opener).map(|span| Value { span, style })
}

/// Whether a quoted name begins after `before`, rather than in the middle of what is quoted.
fn opens_name(before: &[u8]) -> bool {
    before.last().is_some_and(|byte| b"\"'`[:/$.-_".contains(byte))
}

/// Whether a quoted name is the first in brackets: what follows its comma is its value.
fn opens_list(before: &[u8]) -> bool {
    let Some((quote, rest)) = before.split_last() else { return false };
    let rest = rest.strip_suffix(b"\\").unwrap_or(rest).trim_ascii_end();
    let Some(callee) = rest.strip_suffix(b"(").or(rest.strip_suffix(b"[")) else { return false };
    let checks = [b"hash".as_slice(), b"check", b"verify", b"encod", b"match", b"equal", b"valid"];
    let length = callee.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let callee = callee.get(callee.len() - length..).unwrap_or_default().to_ascii_lowercase();
    let is_check = checks.iter().any(|word| memchr::memmem::find(&callee, word).is_some());
    b"\"'`".contains(quote) && !is_check
}

/// Whether the brackets that a name opens are those of a function that sets something.
fn is_set(before: &[u8]) -> bool {
    let lower = before.to_ascii_lowercase();
    let verbs = [b"set".as_slice(), b"put", b"add", b"define", b"env", b"param", b"property"];
    verbs.iter().any(|verb| memchr::memmem::find(&lower, verb).is_some())
}

/// Whether a quoted name is that of a setting in XML, whose value is another attribute.
fn is_attribute(before: &[u8]) -> bool {
    let before = before.get(..before.len().saturating_sub(1)).unwrap_or_default();
    before.ends_with(b" key=") || before.ends_with(b" name=")
}

/// Whether a function of that name takes the secret it is named for: `setPassword(…)`, `password(…)`.
fn is_setter(name: &[u8]) -> bool {
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or(name).to_ascii_lowercase();
    let words = [b"password".as_slice(), b"passphrase", b"apikey", b"api_key", b"secret", b"token"];
    let is_whole = words.iter().any(|word| last == *word);
    is_whole || [b"set".as_slice(), b"with", b"add"].iter().any(|verb| last.starts_with(verb))
}

/// A place in a text.
#[derive(Clone, Copy)]
struct Cursor<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Cursor<'t> {
    fn rest(&self) -> &'t [u8] {
        ByteSpan::new(self.at, self.at + LONGEST + LONGEST_GAP).of(self.text)
    }

    fn before(&self, name: ByteSpan) -> &'t [u8] {
        ByteSpan::new(name.start.saturating_sub(LONGEST_GAP), name.start).of(self.text)
    }

    fn skip(&mut self, word: &[u8]) -> bool {
        let is_here = self.rest().starts_with(word);
        self.at += if is_here { word.len() } else { 0 };
        is_here
    }

    fn skip_blanks(&mut self) -> usize {
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
        let count = self.rest().iter().take(LONGEST_GAP).take_while(is_blank).count();
        self.at += count;
        count
    }

    /// Skips the quote and the bracket that close a name; says whether there was a quote.
    fn skip_closing(&mut self) -> bool {
        self.skip(b"\\");
        let is_quoted = self.skip(b"\"") || self.skip(b"'") || self.skip(b"`");
        self.skip(b"]");
        is_quoted
    }

    fn sign(&mut self, name: ByteSpan, is_quoted: bool) -> Option<Sign> {
        let is_option =
            ByteSpan::new(name.start.saturating_sub(2), name.start).of(self.text) == b"--";
        let start = self.at;
        let before = self.skip_blanks();
        if is_quoted && before > 0 && is_attribute(self.before(name)) && self.skip(b"value=") {
            return Some(Sign::Equals { is_tight: false });
        }
        if self.skip(b":-") {
            return Some(Sign::Equals { is_tight: true });
        }
        for sign in SIGNS {
            if self.skip(sign) {
                return Some(Sign::Equals { is_tight: false });
            }
        }
        let is_followed_by_blank =
            |cursor: &Self| cursor.rest().first().is_none_or(u8::is_ascii_whitespace);
        if self.skip(b"=") {
            let is_tight = before == 0 && !is_quoted && !is_followed_by_blank(self);
            return Some(Sign::Equals { is_tight });
        }
        if self.skip(b":") {
            return Some(Sign::Colon { is_tight: !is_followed_by_blank(self) });
        }
        if is_quoted && self.skip(b",") {
            return Some(Sign::Comma);
        }
        let opener = name.start.checked_sub(1).and_then(|at| self.text.get(at));
        if before == 0 && self.skip(b">") {
            return (opener == Some(&b'<')).then_some(Sign::Tag);
        }
        if before == 0 && self.skip(b"(") {
            return Some(Sign::Call);
        }
        (is_option && self.at > start).then_some(Sign::Blank)
    }

    /// Skips one line break and the indent after it, if a quote follows.
    fn skip_line_break(&mut self) {
        let start = self.at;
        self.skip(b"\r");
        if self.skip(b"\n") {
            self.skip_blanks();
            if matches!(self.rest().first(), Some(b'"' | b'\'')) {
                return;
            }
        }
        self.at = start;
    }

    /// Skips the type in `name: Type = "value"`.
    fn skip_type(&mut self) {
        let is_type = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_<>&':?[]., |*".contains(byte);
        let rest = self.rest();
        let length = rest.iter().take(LONGEST_GAP).take_while(is_type).count();
        if length > 0 && rest.get(length) == Some(&b'=') && rest.get(length + 1) != Some(&b'=') {
            self.at += length + 1;
            self.skip_blanks();
        }
    }

    fn skip_wrapper(&mut self) {
        let wrapper = WRAPPERS.iter().find(|wrapper| self.rest().starts_with(wrapper));
        self.at += wrapper.map_or(0, |wrapper| wrapper.len());
    }

    /// The inside of a literal; `None` unless it ends on its line.
    fn quoted(&self) -> Option<ByteSpan> {
        let rest = self.rest();
        let prefix = rest.iter().take(2).take_while(|byte| b"bBrRuU@LN".contains(byte)).count();
        let escape = usize::from(rest.get(prefix) == Some(&b'\\'));
        let quote = *rest.get(prefix + escape)?;
        if !matches!(quote, b'"' | b'\'' | b'`') {
            return None;
        }
        let triple = [quote; 3];
        let marks = if rest.get(prefix..)?.starts_with(&triple) { 3 } else { 1 };
        let start = prefix + escape + marks;
        let length = literal_length(rest.get(start..)?, quote, escape == 1)?;
        Some(ByteSpan::new(self.at + start, self.at + start + length))
    }

    /// A value without quotes: to the next blank, which must end the line or begin a comment.
    fn bare(&self, style: Style, opener: Option<u8>) -> Option<ByteSpan> {
        let rest = self.rest();
        let ends = |byte: &u8| match style {
            Style::Element => matches!(byte, b'<' | b'\n'),
            _ => byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<'),
        };
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let after = rest.get(length..)?;
        let closes = |quote: &u8| b"\"'`".contains(quote) && after.first() == Some(quote);
        let is_quoted_whole = opener.as_ref().is_some_and(closes);
        if length > LONGEST || !is_quoted_whole && !is_closed(after, style) {
            return None;
        }
        let value = rest.get(..length)?;
        let value = value.strip_suffix(b"\\n").unwrap_or(value);
        let value = value
            .split(|byte| *byte == b'&' || *byte == b'}' && opener == Some(b'{'))
            .next()
            .filter(|_| style == Style::Tight)
            .unwrap_or(value);
        Some(ByteSpan::new(self.at, self.at + value.len()))
    }
}

/// The length of a literal up to its closing quote.
fn literal_length(rest: &[u8], quote: u8, is_escaped: bool) -> Option<usize> {
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        match byte {
            b'\n' | b'\r' => return None,
            b'\\' if is_escaped && rest.get(at + 1) == Some(&quote) => return Some(at),
            b'\\' => at += 2,
            _ if byte == quote => return Some(at),
            _ => at += 1,
        }
        if at > LONGEST {
            break;
        }
    }
    None
}

/// Whether what follows a bare value ends it: the end of the line, a comment or a closing tag.
fn is_closed(after: &[u8], style: Style) -> bool {
    let blanks = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let next = after.get(blanks..).unwrap_or_default();
    match style {
        Style::Element => after.starts_with(b"</"),
        Style::Tight | Style::Option => {
            after.is_empty()
                || after
                    .first()
                    .is_some_and(|byte| byte.is_ascii_whitespace() || b"\"'`<".contains(byte))
        }
        Style::Quoted | Style::Listed | Style::Loose => {
            matches!(next.first(), None | Some(b'\n' | b'\r'))
                || blanks > 0 && (next.starts_with(b"#") || next.starts_with(b"//"))
        }
    }
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
            "if password == \"abc\" {",
            "process.env.password || 'abc'",
            "<add key=\"password\" value=\"abc\"/>",
            "<user password=\"abc\"/>",
            ".password(\"abc\")",
            "password=\n    \"abc\"",
            "{\\\"password\\\": \\\"abc\\\"}",
            "password = b'abc'",
        ] {
            assert_eq!(find(text), Some(("abc", Style::Quoted)), "{text}");
        }
    }

    #[test]
    fn a_bare_value_ends_with_its_line() {
        assert_eq!(find("password=a$b!\n"), Some(("a$b!", Style::Tight)));
        assert_eq!(find("password: abc # note"), Some(("abc", Style::Loose)));
        assert_eq!(find("password = abc\r\n"), Some(("abc", Style::Loose)));
        assert_eq!(find("<password>abc</password>"), Some(("abc", Style::Element)));
        assert_eq!(find("--password abc x"), Some(("abc", Style::Option)));
        assert_eq!(find("?password=abc&x=y"), Some(("abc", Style::Tight)));
        assert_eq!(find("${password:-abc}\n"), Some(("abc", Style::Tight)));
        assert_eq!(find("-H 'password: abc' x"), Some(("abc", Style::Loose)));
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
