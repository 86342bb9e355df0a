//! One function a claim of the scanner: it takes any bytes, it finds the same in pieces as in the whole,
//! and the same by what is new in a text as by all of it.

use std::sync::LazyLock;

use tightlip_detect::{Scanner, Scratch};
use tightlip_model::{ByteSpan, Copied, Match};

static SCANNER: LazyLock<Scanner> =
    LazyLock::new(|| Scanner::new(tightlip_rules::builtin()).expect("the built-in rules are good"));

fn scan(text: &[u8], fresh: ByteSpan) -> Vec<Match> {
    let (mut scratch, mut found) = (Scratch::new(), Vec::new());
    SCANNER.scan(text, fresh, &mut scratch, &mut found);
    found
}

/// What tells one match from another.
fn shown(found: &[Match]) -> Vec<String> {
    let shown = |one: &Match| {
        let Match { rule, span, companions, transforms, confidence, .. } = one;
        format!("{rule:?} {span:?} {confidence:?} {companions:?} {transforms:?}")
    };
    found.iter().map(shown).collect()
}

/// Every decoder, structure and proof: matches lie in the text, in order.
pub fn decode(data: &[u8]) {
    let found = scan(data, ByteSpan::new(0, data.len()));
    assert!(found.iter().all(|one| one.span.start <= one.span.end && one.span.end <= data.len()));
    assert!(found.is_sorted_by_key(|one| one.span.start));
}

/// Two bytes that say where to cut, and a text: what begins on either side is found there.
pub fn split(data: &[u8]) {
    let Some((at, text)) = data.split_first_chunk::<2>() else { return };
    let at = usize::from(u16::from_be_bytes(*at)) % (text.len() + 1);
    let whole = scan(text, ByteSpan::new(0, text.len()));
    let mut pieces = scan(text, ByteSpan::new(0, at));
    pieces.extend(scan(text, ByteSpan::new(at, text.len())));
    assert_eq!(shown(&pieces), shown(&whole));
}

/// A length, a text of it, and how another is made from it: a byte under 128 inserts as many, any
/// other copies, from a place of two bytes, as many as it has in its low bits times eight.
pub fn increments(data: &[u8]) {
    let Some((length, rest)) = data.split_first_chunk::<2>() else { return };
    let (base, made) = rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()));
    let (text, copies) = made_from(base, made);
    let (mut scratch, mut found) = (Scratch::new(), Vec::new());
    let trace = SCANNER.scan_traced(base, None, &mut scratch, &mut Vec::new());
    let known = trace.as_ref().map(|trace| (trace, copies.as_slice()));
    SCANNER.scan_traced(&text, known, &mut scratch, &mut found);
    assert_eq!(shown(&found), shown(&scan(&text, ByteSpan::new(0, text.len()))));
}

fn made_from(base: &[u8], mut rest: &[u8]) -> (Vec<u8>, Vec<Copied>) {
    let (mut text, mut copies) = (Vec::new(), Vec::new());
    while let Some((command, behind)) = rest.split_first() {
        let size = usize::from(command & 0x7f);
        rest = behind;
        if *command < 0x80 {
            let (inserted, behind) = rest.split_at(size.min(rest.len()));
            text.extend_from_slice(inserted);
            rest = behind;
            continue;
        }
        let Some((from, behind)) = rest.split_first_chunk::<2>() else { break };
        rest = behind;
        let from = usize::from(u16::from_be_bytes(*from)) % (base.len() + 1);
        let copied = &base[from..base.len().min(from + 8 * size)];
        if !copied.is_empty() {
            let to = ByteSpan::new(text.len(), text.len() + copied.len());
            copies.push(Copied { from, to });
            text.extend_from_slice(copied);
        }
    }
    (text, copies)
}
