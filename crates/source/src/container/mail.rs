//! Mail: its parts in base64 and quoted-printable, each under its name. What is not encoded is scanned
//! in its place, headers included. Boxes of many mails and web pages in one file are the same.

mod body;

use self::body::{Body, Encoding};
use super::decode::Metered;
use super::packed::Packed;
use super::{Place, Run, Stop};

/// How far into something the headers of a mail are looked for.
const HEAD: usize = 32 << 10;
/// The longest line that is looked at as one.
const LONGEST_LINE: usize = 64 << 10;
/// How deep parts stand in parts.
const DEEPEST: usize = 16;

/// Whether something begins with the headers of a mail that is encoded or in parts.
pub(super) fn is_mail(head: &[u8]) -> bool {
    if !head.first().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let head = head.get(..HEAD).unwrap_or(head);
    let mut says_so = false;
    for (number, line) in head.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line {
            [] => return says_so && number > 1,
            [b' ' | b'\t', ..] if number > 0 => {}
            _ if number == 0 && line.starts_with(b"From ") => {}
            _ if header(line).is_none() => return false,
            _ => says_so |= is_named(line, b"mime-version") || is_named(line, b"content-type"),
        }
    }
    false
}

/// Scans the parts of a mail, or of each one in a box.
pub(super) fn scan(run: &Run<'_>, place: &Place, packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    let mut mail = Mail { run, place, boundaries: Vec::new(), count: 0, is_box: false };
    mail.is_box = packed.peek(5)?.starts_with(b"From ");
    while !run.is_over() && !packed.peek(1)?.is_empty() {
        let part = mail.headers(packed)?;
        mail.content(packed, part)?;
        while let Some(edge) = mail.to_edge(packed)? {
            match edge {
                Edge::Part => {
                    let part = mail.headers(packed)?;
                    mail.content(packed, part)?;
                }
                Edge::Last => {
                    mail.boundaries.pop();
                }
                Edge::Mail => break,
            }
            if run.is_over() {
                return Err(Stop::Input);
            }
        }
        mail.boundaries.clear();
    }
    Ok(())
}

/// What ends a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// Another part begins.
    Part,
    /// It was the last one of those around it.
    Last,
    /// Another mail begins.
    Mail,
}

/// What the headers of a part say.
#[derive(Default)]
struct Part {
    boundary: Option<Vec<u8>>,
    encoding: Option<Encoding>,
    name: Option<Vec<u8>>,
    is_mail: bool,
}

struct Mail<'a, 'r> {
    run: &'a Run<'r>,
    place: &'a Place,
    /// Of the parts that are open, the outermost first.
    boundaries: Vec<Vec<u8>>,
    /// Encoded parts so far.
    count: u64,
    is_box: bool,
}

impl Mail<'_, '_> {
    /// Reads headers up to the empty line.
    fn headers(&self, packed: &mut Packed<'_, '_>) -> Result<Part, Stop> {
        let (mut part, mut whole) = (Part::default(), Vec::new());
        loop {
            let line = line_of(packed)?;
            let text = line.trim_ascii_end();
            if !matches!(text, [b' ' | b'\t', ..]) {
                part.take(&whole);
                whole.clear();
            }
            if whole.len() < LONGEST_LINE {
                whole.extend_from_slice(text);
            }
            if text.is_empty() || line.is_empty() {
                return Ok(part);
            }
        }
    }

    /// Scans the content of a part if it is encoded.
    fn content(&mut self, packed: &mut Packed<'_, '_>, part: Part) -> Result<(), Stop> {
        if let Some(boundary) = part.boundary {
            if self.boundaries.len() < DEEPEST {
                self.boundaries.push([b"--".as_slice(), &boundary].concat());
            }
            return Ok(());
        }
        if part.is_mail && part.encoding.is_none() {
            let inner = self.headers(packed)?;
            let is_deeper = inner.is_mail;
            return if is_deeper { Ok(()) } else { self.content(packed, inner) };
        }
        let Some(encoding) = part.encoding else { return Ok(()) };
        self.count += 1;
        let name = part.name.unwrap_or_else(|| format!("part {}", self.count).into_bytes());
        let inside = self.place.member(&name);
        packed.begin_payload();
        let body = Body::new(packed, encoding, &self.boundaries, self.is_box);
        let read = self.run.member(&inside, &mut Metered::new(self.run, &inside, body), 0);
        packed.end_payload();
        read.map(|_| ()).map_err(Stop::from)
    }

    /// Goes past lines up to the edge of a part; `None` at the end.
    fn to_edge(&self, packed: &mut Packed<'_, '_>) -> Result<Option<Edge>, Stop> {
        loop {
            let held = packed.peek(LONGEST_LINE)?;
            if held.is_empty() || self.run.is_over() {
                return Ok(None);
            }
            let length = memchr::memchr(b'\n', held).map_or(held.len(), |feed| feed + 1);
            let line = held.get(..length).unwrap_or(held);
            let edge = edge(line, &self.boundaries, self.is_box);
            if edge != Some(Edge::Mail) {
                packed.skip(length as u64)?;
            }
            if edge.is_some() {
                return Ok(edge);
            }
        }
    }
}

/// The edge that a line is.
fn edge(line: &[u8], boundaries: &[Vec<u8>], is_box: bool) -> Option<Edge> {
    if is_box && line.starts_with(b"From ") {
        return Some(Edge::Mail);
    }
    if !line.starts_with(b"--") {
        return None;
    }
    let rest =
        boundaries.iter().rev().find_map(|boundary| line.strip_prefix(boundary.as_slice()))?;
    match rest.trim_ascii_end() {
        b"" => Some(Edge::Part),
        b"--" => Some(Edge::Last),
        _ => None,
    }
}

/// The next line, consumed; a very long one in parts.
fn line_of(packed: &mut Packed<'_, '_>) -> Result<Vec<u8>, Stop> {
    let held = packed.peek(LONGEST_LINE)?;
    let length = memchr::memchr(b'\n', held).map_or(held.len(), |feed| feed + 1);
    Ok(packed.next(length.min(LONGEST_LINE))?)
}

impl Part {
    /// Takes in a header, all its lines in one.
    fn take(&mut self, whole: &[u8]) {
        let Some((name, value)) = header(whole) else { return };
        match name.to_ascii_lowercase().as_slice() {
            b"content-type" => {
                self.boundary = parameter(value, b"boundary=");
                self.is_mail = is_named(value, b"message/rfc822");
                self.name = self.name.take().or_else(|| parameter(value, b"name="));
            }
            b"content-disposition" => {
                self.name = parameter(value, b"filename=").or_else(|| self.name.take());
            }
            b"content-transfer-encoding" => self.encoding = Encoding::of(value.trim_ascii()),
            _ => {}
        }
    }
}

/// The name and value of a header.
fn header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().take(80).position(|byte| *byte == b':')?;
    let (name, value) = line.split_at_checked(colon)?;
    let is_name = !name.is_empty()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_name.then_some((name, value.get(1..)?.trim_ascii()))
}

/// Whether a text begins like this, whatever the case.
fn is_named(text: &[u8], name: &[u8]) -> bool {
    text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

/// The value of a parameter, without its quotes.
fn parameter(value: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let lower = value.to_ascii_lowercase();
    let is_whole = |at: &usize| {
        at.checked_sub(1)
            .and_then(|before| lower.get(before))
            .is_none_or(|byte| b"; \t".contains(byte))
    };
    let at = memchr::memmem::find_iter(&lower, name).find(is_whole)?;
    let rest = value.get(at + name.len()..)?;
    let value = match rest.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|byte| *byte == b'"').next()?,
        None => rest.split(|byte| matches!(byte, b';' | b' ' | b'\t')).next()?,
    };
    (!value.is_empty()).then(|| value.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_told_by_its_headers() {
        assert!(is_mail(b"From: a\r\nSubject: b\r\n c\r\nMIME-Version: 1.0\r\n\r\ntext"));
        assert!(is_mail(b"From a Thu Jan  1\nContent-Type: text/plain\nTo: b\n\ntext"));
        for text in [
            "name: x\non: push\njobs:\n  a: b\n",
            "Subject: no more than that\n\nMIME-Version: 1.0\n",
            "Content-Type: text/plain\n\n",
            "int main(void)\n{\n",
            "",
        ] {
            assert!(!is_mail(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn parameters_are_read_with_and_without_quotes() {
        let value = b"multipart/mixed; xboundary=no; Boundary=\"a b\"; charset=utf-8";
        assert_eq!(parameter(value, b"boundary="), Some(b"a b".to_vec()));
        assert_eq!(parameter(value, b"charset="), Some(b"utf-8".to_vec()));
        assert_eq!(parameter(value, b"name="), None);
    }
}
