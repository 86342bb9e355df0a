//! The content of one part of a mail, decoded up to the line that ends it.

use std::io::{self, Read};

use super::{LONGEST_LINE, edge};
use crate::container::packed::Packed;

/// How a part is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// In base64.
    Base64,
    /// In quoted-printable.
    QuotedPrintable,
}

impl Encoding {
    /// The encoding of that name; `None` for those that leave the content as it is.
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        if name.eq_ignore_ascii_case(b"base64") {
            Some(Self::Base64)
        } else if name.eq_ignore_ascii_case(b"quoted-printable") {
            Some(Self::QuotedPrintable)
        } else {
            None
        }
    }
}

/// Decodes line by line.
pub(super) struct Body<'p, 'a, 'r> {
    packed: &'p mut Packed<'a, 'r>,
    encoding: Encoding,
    boundaries: &'p [Vec<u8>],
    is_box: bool,
    line: Vec<u8>,
    at: usize,
    bits: u32,
    held: u32,
    is_inside_line: bool,
}

impl<'p, 'a, 'r> Body<'p, 'a, 'r> {
    /// The body that begins here.
    pub(super) fn new(
        packed: &'p mut Packed<'a, 'r>,
        encoding: Encoding,
        boundaries: &'p [Vec<u8>],
        is_box: bool,
    ) -> Self {
        let (line, at, bits, held) = (Vec::new(), 0, 0, 0);
        Self { packed, encoding, boundaries, is_box, line, at, bits, held, is_inside_line: false }
    }

    /// Decodes the next line; tells whether there was one.
    fn advance(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.at = 0;
        let held = self.packed.peek(LONGEST_LINE)?;
        let held = held.get(..LONGEST_LINE).unwrap_or(held);
        let feed = memchr::memchr(b'\n', held);
        let length = feed.map_or(held.len(), |feed| feed + 1);
        let line = held.get(..length).unwrap_or(held);
        let is_edge = !self.is_inside_line && edge(line, self.boundaries, self.is_box).is_some();
        if line.is_empty() || is_edge {
            return Ok(false);
        }
        match self.encoding {
            Encoding::Base64 => {
                for value in line.iter().filter_map(|byte| value(*byte)) {
                    self.bits = (self.bits << 6) | u32::from(value);
                    self.held += 6;
                    if self.held >= 8 {
                        self.held -= 8;
                        self.line.push((self.bits >> self.held) as u8);
                    }
                }
            }
            Encoding::QuotedPrintable => unquote(line, &mut self.line),
        }
        self.is_inside_line = feed.is_none();
        self.packed.skip(length as u64)?;
        Ok(true)
    }
}

impl Read for Body<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.line.len() {
            if !self.advance()? {
                return Ok(0);
            }
        }
        let mut rest = self.line.get(self.at..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.at += count;
        Ok(count)
    }
}

fn value(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

fn unquote(line: &[u8], out: &mut Vec<u8>) {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let mut rest = line;
    loop {
        rest = match rest {
            [] | [b'=', b'\n'] | [b'=', b'\r', b'\n'] => return,
            [b'=', high, low, after @ ..] => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    after
                }
                _ => {
                    out.push(b'=');
                    rest.get(1..).unwrap_or_default()
                }
            },
            [byte, after @ ..] => {
                out.push(*byte);
                after
            }
        };
    }
}
