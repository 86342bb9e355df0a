//! PDF documents: what stands in their streams, as the text that pages show where it is such. All else
//! is scanned as it is.

mod glyphs;
mod shown;

use std::io::Read;

use memchr::memmem;

use self::glyphs::Map;
use super::decode::Metered;
use super::packed::Packed;
use super::{Place, Run, Stop};

/// Longer documents are scanned as they are.
const LONGEST: usize = 64 << 20;
/// What one stream may yield while maps are looked for and text is put together.
const LONGEST_STREAM: u64 = 16 << 20;
/// How much stands between the beginning of an object and that of its stream.
const LONGEST_DICTIONARY: usize = 4096;
/// Fonts whose glyphs are told apart.
const MOST_MAPS: usize = 64;

/// Scans the streams of a document.
pub(super) fn scan(run: &Run<'_>, place: &Place, packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    let Some(bytes) = packed.hold(LONGEST)? else { return Err(Stop::TooLong) };
    let bytes = bytes.to_vec();
    let streams = streams(&bytes);
    let maps: Vec<Map> = streams
        .iter()
        .filter_map(|stream| Map::parse(&stream.inflated(&bytes)?))
        .take(MOST_MAPS)
        .collect();
    let is_encrypted = memmem::rfind(&bytes, b"/Encrypt").is_some();
    if is_encrypted {
        run.problem(place, "is encrypted; save it without a password and scan that".to_owned());
        return Ok(());
    }
    for stream in &streams {
        packed.skip((stream.start as u64).saturating_sub(packed.position()))?;
        if stream.is_deflated {
            packed.begin_payload();
            let read = self::stream(run, place, stream, &bytes, &maps);
            packed.skip((stream.end - stream.start) as u64)?;
            match read {
                Ok(()) => packed.end_payload(),
                Err(_) if run.is_over() => return Err(Stop::Input),
                Err(_) => packed.give_up_payload(),
            }
        }
    }
    Ok(())
}

/// Scans what a stream holds: the text it shows, or what it is.
fn stream(
    run: &Run<'_>,
    place: &Place,
    stream: &Stream,
    bytes: &[u8],
    maps: &[Map],
) -> Result<(), Stop> {
    let inside = place.member(format!("stream {}", stream.number).as_bytes());
    let content = stream.inflated(bytes).unwrap_or_default();
    if shown::is_page(&content) {
        return Ok(run.text(&inside, &shown::text(&content, maps)).map(|_| ())?);
    }
    let packed = bytes.get(stream.start..stream.end).unwrap_or_default();
    let decoder = flate2::read::ZlibDecoder::new(packed);
    run.member(&inside, &mut Metered::new(run, &inside, decoder), 0)?;
    Ok(())
}

/// A stream of an object.
struct Stream {
    /// The number of its object.
    number: u64,
    start: usize,
    end: usize,
    is_deflated: bool,
}

impl Stream {
    /// What it yields, up to a bound; `None` when it is not compressed.
    fn inflated(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let packed = bytes.get(self.start..self.end).filter(|_| self.is_deflated)?;
        let mut content = Vec::new();
        // Of a damaged stream, what came before the damage is there.
        let _ =
            flate2::read::ZlibDecoder::new(packed).take(LONGEST_STREAM).read_to_end(&mut content);
        Some(content)
    }
}

fn streams(bytes: &[u8]) -> Vec<Stream> {
    let (mut streams, mut from): (Vec<Stream>, _) = (Vec::new(), 0);
    for at in memmem::find_iter(bytes, b"stream") {
        if at < from || at.checked_sub(3).and_then(|at| bytes.get(at..at + 3)) == Some(b"end") {
            continue;
        }
        let after = at + b"stream".len();
        let start = match bytes.get(after..).unwrap_or_default() {
            [b'\r', b'\n', ..] => after + 2,
            [b'\n' | b'\r', ..] => after + 1,
            _ => continue,
        };
        let rest = bytes.get(start..).unwrap_or_default();
        let end = start + memmem::find(rest, b"endstream").unwrap_or(rest.len());
        let before = bytes.get(at.saturating_sub(LONGEST_DICTIONARY).max(from)..at);
        let dictionary = dictionary(before.unwrap_or_default());
        let number = dictionary.0;
        let is_deflated = has_only_filter(dictionary.1);
        streams.push(Stream { number, start, end, is_deflated });
        from = end;
    }
    streams
}

/// The number of the object that `before` ends in, and what it says so far.
fn dictionary(before: &[u8]) -> (u64, &[u8]) {
    let Some(at) = memmem::rfind(before, b" obj") else { return (0, before) };
    let (head, rest) = before.split_at(at);
    let words = head.rsplit(|byte| byte.is_ascii_whitespace());
    let number = words.filter(|word| !word.is_empty()).nth(1);
    let number = number.and_then(|word| str::from_utf8(word).ok()?.parse().ok());
    (number.unwrap_or(0), rest)
}

/// Whether a stream is deflated and nothing else, so that its bytes are text or a file; pictures are
/// none.
fn has_only_filter(dictionary: &[u8]) -> bool {
    let has = |word: &[u8]| memmem::find(dictionary, word).is_some();
    let others: [&[u8]; 6] =
        [b"ASCII85", b"ASCIIHex", b"LZWDecode", b"DCTDecode", b"RunLength", b"/Image"];
    (has(b"/FlateDecode") || has(b"/Fl ")) && !others.into_iter().any(has)
}
