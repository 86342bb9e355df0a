//! A text and the texts encoded in it, scanned one inside the other.
//!
//! Owns: the recursion, its bounds, and leading each match back to the bytes it was decoded from.

use tightlip_model::{ByteSpan, Encoding, Match, Transform};

use crate::Scanner;
use crate::decode::{DECODERS, Decoder, Shape, Surveyed, deflate};
use crate::scratch::Scratch;
use crate::{bounds, wide};

/// Scans `text` and whatever is encoded in it; `depth` encodings were undone before.
pub(crate) fn scan(scanner: &Scanner, text: &[u8], depth: usize, scratch: &mut Scratch) {
    scanner.scan_plain(text, scratch);
    let wide = wide::detect(text);
    if depth <= scanner.deepest
        && let Some(encoding) = wide
    {
        scan_wide(scanner, text, encoding, depth, scratch);
    }
    if depth >= scanner.deepest {
        return;
    }
    // A file that is packed is for others to open: only what was decoded is unpacked here.
    if depth > 0 && deflate::begins(text) {
        return scan_packed(scanner, text, depth, scratch);
    }
    let mut blocks = scratch.buffers.pop().unwrap_or_default();
    let seen = Surveyed::of(text, &mut blocks);
    let is_done = |one: &&&Decoder| wide.is_some() && one.transform == Transform::WideText;
    for decoder in DECODERS.iter().filter(|one| !is_done(one)) {
        (decoder.spans)(&seen, &mut |span| {
            scan_encoded(scanner, decoder, (text, span), depth, scratch);
        });
    }
    recycle(scratch, blocks);
}

fn scan_wide(
    scanner: &Scanner,
    text: &[u8],
    encoding: Encoding,
    depth: usize,
    scratch: &mut Scratch,
) {
    let first = scratch.found.len();
    let mut decoded = scratch.buffers.pop().unwrap_or_default();
    wide::decode(text, encoding, &mut decoded);
    scan(scanner, &decoded, depth + 1, scratch);
    recycle(scratch, decoded);
    if scratch.found.len() == first {
        return;
    }
    let sources = wide::sources(text, encoding);
    for one in scratch.found.iter_mut().skip(first) {
        one.span = source_of(&sources, one.span);
        one.transforms.insert(0, Transform::WideText);
        one.encoding = encoding;
    }
}

/// Scans what a gzip or zlib stream holds. A match is led back to a stretch of the stream that is its
/// own: which of its bytes spell the secret cannot be said.
fn scan_packed(scanner: &Scanner, packed: &[u8], depth: usize, scratch: &mut Scratch) {
    let first = scratch.found.len();
    let mut text = scratch.buffers.pop().unwrap_or_default();
    let most = scratch.decodable.saturating_mul(deflate::YIELD);
    let is_whole = deflate::inflate(packed, most, &mut text);
    scratch.work.left_encoded += u64::from(!is_whole);
    scratch.work.decoded += text.len() as u64;
    scratch.decodable = scratch.decodable.saturating_sub(text.len() / deflate::YIELD);
    scan(scanner, &text, depth + 1, scratch);
    let found = scratch.found.get_mut(first..).unwrap_or_default();
    deflate::share_out(packed.len(), text.len(), found);
    recycle(scratch, text);
}

/// Scans what `span` of `text` stands for.
pub(crate) fn scan_encoded(
    scanner: &Scanner,
    decoder: &Decoder,
    (text, span): (&[u8], ByteSpan),
    depth: usize,
    scratch: &mut Scratch,
) {
    let Some(left) = scratch.decodable.checked_sub(span.len()) else {
        scratch.work.left_encoded += 1;
        return;
    };
    scratch.decodable = left;
    let first = scratch.found.len();
    let mut decoded = scratch.buffers.pop().unwrap_or_default();
    decoder.write(span.of(text), &mut decoded);
    scratch.work.decoded += decoded.len() as u64;
    scan(scanner, &decoded, depth + 1, scratch);
    recycle(scratch, decoded);
    if scratch.found.len() == first {
        return;
    }
    let sources = decoder.sources(span.of(text));
    let new: Vec<Match> = scratch.found.drain(first..).collect();
    scratch.found.extend(new.into_iter().filter_map(|mut one| {
        let plain_length = one.span.len();
        one.span = source_of(&sources, one.span).moved(span.start);
        one.transforms.insert(0, decoder.transform);
        let is_new = decoder.shape == Shape::Opaque
            || one.span.len() != plain_length && !is_cut(text, span, one.span);
        is_new.then_some(one)
    }));
}

/// Whether a match touches an end of the decoded stretch that runs on outside of it.
fn is_cut(text: &[u8], stretch: ByteSpan, found: ByteSpan) -> bool {
    let runs_on = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    found.start == stretch.start && !bounds::begins(text, found.start)
        || found.end == stretch.end && runs_on(text.get(found.end))
}

/// The encoded bytes of a span, given the source of each decoded byte.
fn source_of(sources: &[ByteSpan], span: ByteSpan) -> ByteSpan {
    let start = sources.get(span.start).map_or(0, |source| source.start);
    let last = span.end.checked_sub(1).and_then(|last| sources.get(last));
    ByteSpan::new(start, last.map_or(start, |source| source.end))
}

/// Gives a buffer back, empty.
pub(crate) fn recycle(scratch: &mut Scratch, mut buffer: Vec<u8>) {
    buffer.clear();
    scratch.buffers.push(buffer);
}
