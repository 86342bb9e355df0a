//! Encodings that hide a secret from a reader of the raw bytes.
//!
//! Owns: the registry of decoders, each of which finds the spans that look encoded and turns one
//! into the bytes it stands for. Leaves to others: scanning what comes out, and every bound on the
//! work but the length of a span.

mod base64;
mod concatenation;
pub(crate) mod deflate;
mod escape;
mod hex;
mod html;
mod list;
mod percent;
mod quoted;
mod region;
mod runs;
mod survey;
mod wide;

pub(crate) use survey::Surveyed;
use tightlip_model::{ByteSpan, Transform};

/// Every decoder, one line each.
pub(crate) static DECODERS: [&Decoder; 9] = [
    &base64::DECODER,
    &hex::DECODER,
    &list::DECODER,
    &percent::DECODER,
    &escape::DECODER,
    &html::DECODER,
    &quoted::DECODER,
    &concatenation::DECODER,
    &wide::DECODER,
];

/// One encoding.
pub(crate) struct Decoder {
    /// Its name in reports.
    pub(crate) transform: Transform,
    /// Calls back with each span that looks encoded, from left to right.
    pub(crate) spans: fn(&Surveyed<'_>, &mut dyn FnMut(ByteSpan)),
    /// Decodes a span, byte by byte.
    pub(crate) decode: fn(&[u8], &mut Emit<'_>),
    /// Decodes a span whole, where that is faster.
    pub(crate) write: Option<Write>,
    /// How the encoded text relates to the plain text around it.
    pub(crate) shape: Shape,
}

/// Appends what encoded bytes stand for.
pub(crate) type Write = fn(&[u8], &mut Vec<u8>);

/// Takes one decoded byte and the encoded bytes it came from.
pub(crate) type Emit<'a> = dyn FnMut(u8, ByteSpan) + 'a;

/// What an encoding does to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Every byte is spelt differently; nothing of the plain text shows.
    Opaque,
    /// Some characters are spelt differently, the rest stands as it is.
    Sparse,
}

impl Decoder {
    /// Appends what `encoded` stands for.
    pub(crate) fn write(&self, encoded: &[u8], out: &mut Vec<u8>) {
        match self.write {
            Some(write) => write(encoded, out),
            None => (self.decode)(encoded, &mut |byte, _| out.push(byte)),
        }
    }

    /// Where each decoded byte of `encoded` came from.
    pub(crate) fn sources(&self, encoded: &[u8]) -> Vec<ByteSpan> {
        let mut sources = Vec::new();
        (self.decode)(encoded, &mut |_, source| sources.push(source));
        sources
    }
}

/// The share of a decoded beginning that text is made of, at least.
const TEXT_PERCENT: usize = 85;

/// Whether decoded bytes begin like text, in one or two bytes a character.
fn begins_like_text(decoded: &[u8]) -> bool {
    let is_text = |byte: &&u8| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n');
    let plain = decoded.iter().filter(is_text).count();
    let zeros = decoded.iter().filter(|&&byte| byte == 0).count();
    let is_wide = zeros * 5 >= decoded.len() * 2 && zeros * 5 <= decoded.len() * 3;
    let least = |of: usize| of * TEXT_PERCENT / 100;
    plain >= least(decoded.len()) || is_wide && plain + zeros >= least(decoded.len())
}

/// The value of a hexadecimal digit.
fn hex_value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
pub(crate) fn decoded(decoder: &Decoder, text: &[u8]) -> Vec<String> {
    let (mut all, mut blocks) = (Vec::new(), Vec::new());
    (decoder.spans)(&Surveyed::of(text, &mut blocks), &mut |span| {
        let mut out = Vec::new();
        (decoder.decode)(span.of(text), &mut |byte, _| out.push(byte));
        all.push(String::from_utf8_lossy(&out).into_owned());
    });
    all
}
