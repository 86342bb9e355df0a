//! What stands between the header of a key and its end, freed of everything that files, string
//! literals and quoted mail put around it.

/// The most bytes between two runs of the body that are no part of it: indents, quotes, signs that
/// join string literals.
const LONGEST_GAP: usize = 200;
/// The most lines of headers inside of an armour.
const MOST_HEADERS: usize = 12;

/// How the body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// With the line that closes a key.
    Closed,
    /// With something that is no part of a key, or where the text ends.
    Cut,
}

/// The inside of a key.
#[derive(Debug)]
pub(super) struct Body {
    /// The characters of the key material, in one run.
    pub(super) base64: Vec<u8>,
    /// Lines such as `Proc-Type: 4,ENCRYPTED`.
    pub(super) headers: Vec<Vec<u8>>,
    /// One past the last byte of the key.
    pub(super) end: usize,
    /// How it ends.
    pub(super) ending: Ending,
}

impl Body {
    /// Reads the body of a key whose header ends at `start` of `text`. Stops at the first byte that
    /// fits no key, and so never looks past the header of the next.
    pub(super) fn read(text: &[u8], start: usize) -> Self {
        let mut body =
            Self { base64: Vec::new(), headers: Vec::new(), end: start, ending: Ending::Cut };
        let mut at = start;
        while at - body.end <= LONGEST_GAP {
            let rest = text.get(at..).unwrap_or_default();
            if let Some(length) = closing(rest) {
                body.end = at + length;
                body.ending = Ending::Closed;
                break;
            }
            let Some(length) = body.step(rest) else { break };
            at += length;
            if text.get(at - 1).is_some_and(|byte| is_base64(*byte)) {
                body.end = at;
            }
        }
        body
    }

    /// Takes the next piece of the body; gives its length, `None` if it fits no key.
    fn step(&mut self, rest: &[u8]) -> Option<usize> {
        if self.base64.is_empty()
            && self.headers.len() < MOST_HEADERS
            && let Some(length) = header_line(rest)
        {
            self.headers.push(rest.get(..length)?.trim_ascii_end().to_vec());
            return Some(length);
        }
        match rest.first()? {
            b'\\' => self.escape(rest),
            byte if is_base64(*byte) => {
                let length = rest.iter().take_while(|byte| is_base64(**byte)).count();
                self.run(rest.get(..length)?);
                Some(length)
            }
            b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b'`' | b',' | b';' | b'|' | b'>'
            | b'*' | b'#' | b'.' | b'&' | b'<' | b'(' | b')' => Some(1),
            _ => None,
        }
    }

    /// A run of the alphabet; `+` and `//` alone join literals and begin comments.
    fn run(&mut self, run: &[u8]) {
        if !matches!(run, b"+" | b"/" | b"//") {
            self.base64.extend_from_slice(run);
        }
    }

    /// An escape sequence: a line break, or a character of the alphabet in disguise.
    fn escape(&mut self, rest: &[u8]) -> Option<usize> {
        let slashes = rest.iter().take_while(|&&byte| byte == b'\\').count().min(4);
        let after = rest.get(slashes..)?;
        match after {
            [b'n' | b'r' | b't' | b'\n' | b'\r', ..] => Some(slashes + 1),
            [b'/', ..] => {
                self.base64.push(b'/');
                Some(slashes + 1)
            }
            [b'u', b'0', b'0', high, low, ..] => {
                let digits = [*high, *low];
                let code = u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?;
                if is_base64(code) {
                    self.base64.push(code);
                }
                Some(slashes + 5)
            }
            [b'"' | b'\'', ..] => Some(slashes + 1),
            _ => None,
        }
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// The length of the line that closes a key, if it stands here.
fn closing(rest: &[u8]) -> Option<usize> {
    let label = rest.strip_prefix(b"-----END ")?;
    let length = label.iter().take(64).position(|&byte| byte == b'-')?;
    let dashes = label.get(length..)?.iter().take(5).take_while(|&&byte| byte == b'-').count();
    (dashes == 5).then_some(b"-----END ".len() + length + dashes)
}

/// The length of a line `Name: value`, if one stands here.
fn header_line(rest: &[u8]) -> Option<usize> {
    let is_name = |byte: &&u8| byte.is_ascii_alphabetic() || **byte == b'-';
    let name = rest.iter().take(40).take_while(is_name).count();
    if name < 4 || !rest.get(name..)?.starts_with(b": ") {
        return None;
    }
    let line = rest.get(..rest.len().min(200))?;
    line.iter().position(|&byte| matches!(byte, b'\r' | b'\n' | b'\\')).or(Some(line.len()))
}
