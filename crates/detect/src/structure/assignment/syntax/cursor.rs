//! A place in a text, and the steps by which it gets from a name to the value.

use tightlip_model::ByteSpan;

/// The most blanks between name, sign and value.
pub(super) const LONGEST_GAP: usize = 40;
/// The longest value.
pub(super) const LONGEST: usize = 512;

/// A place in a text.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: usize,
}

/// A literal in quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Literal {
    /// Its inside.
    pub(super) span: ByteSpan,
    /// Where its last quote ends.
    pub(super) end: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn rest(&self) -> &'t [u8] {
        ByteSpan::new(self.at, self.at + LONGEST + LONGEST_GAP).of(self.text)
    }

    pub(super) fn next(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The text before `at`, as far as one looks.
    pub(super) fn before(&self, at: usize) -> &'t [u8] {
        ByteSpan::new(at.saturating_sub(LONGEST_GAP), at).of(self.text)
    }

    pub(super) fn skip(&mut self, word: &[u8]) -> bool {
        let is_here = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        self.at += if is_here { word.len() } else { 0 };
        is_here
    }

    pub(super) fn skip_one_of(&mut self, words: &[&[u8]]) -> bool {
        words.iter().any(|word| self.skip(word))
    }

    pub(super) fn skip_blanks(&mut self) -> usize {
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
        let count = self.rest().iter().take(LONGEST_GAP).take_while(is_blank).count();
        self.at += count;
        count
    }

    /// Skips blanks and at most one line break, if `opens` likes what comes then.
    pub(super) fn skip_line_break(&mut self, opens: impl Fn(u8) -> bool) {
        let mut after = *self;
        after.skip_blanks();
        after.skip(b"\\");
        after.skip(b"\r");
        if after.skip(b"\n") {
            after.skip_blanks();
            if after.next().is_some_and(opens) {
                *self = after;
            }
        }
    }

    /// Skips the quote and the bracket that close a name; says whether there was a quote.
    pub(super) fn skip_closing(&mut self) -> bool {
        self.skip_one_of(&[b"**", b"__"]);
        self.skip(b"\\");
        let is_quoted = self.skip_one_of(&[b"\"", b"'", b"`"]);
        if is_quoted || self.next() == Some(b']') && self.text.get(self.at + 1) != Some(&b':') {
            self.skip(b"]");
        }
        is_quoted
    }

    /// Skips the error that a call gives beside the value, as in `key, err := decode("…")`.
    pub(super) fn skip_error(&mut self) -> bool {
        let mut after = *self;
        let is_second = after.skip_one_of(&[b", _ ", b", err ", b", ok ", b", e "]);
        let is_given =
            is_second && (after.rest().starts_with(b":=") || after.rest().starts_with(b"="));
        self.at = if is_given { after.at } else { self.at };
        is_given
    }

    /// Skips the size in `name[16] = {…}`.
    pub(super) fn skip_size(&mut self) {
        let mut after = *self;
        if after.skip(b"[") {
            let is_size = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
            after.at += after.rest().iter().take(LONGEST_GAP).take_while(is_size).count();
            if after.skip(b"]") {
                *self = after;
            }
        }
    }

    /// Skips the brace before a literal that stands alone in braces: `name={"value"}` in JSX.
    pub(super) fn skip_braces(&mut self) {
        let mut inside = *self;
        if inside.skip(b"{") {
            let mut after = inside;
            let literal = after.quoted();
            after.at = literal.map_or(after.at, |literal| literal.end);
            if literal.is_some() && after.next() == Some(b'}') {
                *self = inside;
            }
        }
    }

    /// Skips the type in `name: Type = "value"`.
    pub(super) fn skip_type(&mut self) {
        let is_type = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_<>&':?[]., |*".contains(byte);
        let rest = self.rest();
        let length = rest.iter().take(LONGEST_GAP).take_while(is_type).count();
        let is_element = rest.first() == Some(&b'<');
        if length > 0
            && !is_element
            && rest.get(length) == Some(&b'=')
            && rest.get(length + 1) != Some(&b'=')
            && goes_on(rest.get(length + 1..).unwrap_or_default())
        {
            self.at += length + 1;
            self.skip_blanks();
        }
    }

    /// Skips the name of a function or type and its bracket, if a literal follows; gives the name.
    pub(super) fn skip_call(&mut self) -> Option<&'t [u8]> {
        let mut after = *self;
        after.skip_one_of(&[b"new ", b"await ", b"&"]);
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_.:$<>[]!".contains(byte);
        let length = after.rest().iter().take(64).take_while(is_name).count();
        let name = after.rest().get(..length)?;
        after.at += length;
        if !(after.skip(b"(") || name.ends_with(b"]") && after.skip(b"{")) {
            return None;
        }
        after.skip_blanks();
        after.skip_line_break(|byte| byte == b'"' || byte == b'\'');
        let is_nested = after.rest().iter().take(64).take_while(is_name).count() > 0;
        let is_literal = after.quoted().is_some();
        (is_literal || is_nested).then(|| *self = after)?;
        Some(name)
    }

    /// The literal that begins here; `None` unless it ends on its line.
    pub(super) fn quoted(&self) -> Option<Literal> {
        let rest = self.rest();
        let prefix = rest.iter().take(2).take_while(|byte| b"bBrRuU@LN$f".contains(byte)).count();
        let prefix = if rest.get(prefix) == Some(&b'~') { prefix + 1 } else { prefix };
        let escape = usize::from(rest.get(prefix) == Some(&b'\\'));
        let quote = *rest.get(prefix + escape)?;
        if !matches!(quote, b'"' | b'\'' | b'`') {
            return None;
        }
        let triple = [quote; 3];
        let is_triple = rest.get(prefix..)?.starts_with(&triple);
        let marks = if is_triple { 3 } else { 1 };
        let start = prefix + escape + marks;
        let length = literal_length(rest.get(start..)?, quote, escape == 1)?;
        let span = ByteSpan::new(self.at + start, self.at + start + length);
        Some(Literal { span, end: span.end + escape + marks })
    }
}

/// Whether a line goes on with something else than a comment.
fn goes_on(rest: &[u8]) -> bool {
    let line = rest.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let line = line.trim_ascii();
    !line.is_empty() && !line.starts_with(b"#")
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
