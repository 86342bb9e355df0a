//! Which lines of a file are new: those no earlier version has, and which deleted file a new one
//! was made from.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use imara_diff::{Algorithm, Diff, InternedInput};
use tightlip_model::{Encoding, Line, LineSpan, Position};

use crate::pieces::sniff;

/// Longer versions are not compared: all lines count as new.
pub(crate) const LONGEST_COMPARED: u64 = 16 << 20;

/// The lines of `new` that `old` does not have, in order.
pub(crate) fn added_lines(old: &[u8], new: &[u8]) -> Vec<LineSpan> {
    let input = InternedInput::new(old, new);
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let hunks = diff.hunks().map(|hunk| hunk.after).filter(|lines| !lines.is_empty());
    let encoding = sniff(new);
    if encoding != Encoding::Bytes {
        let hunks: Vec<_> = hunks.collect();
        return wide_lines(&hunks, new, encoding);
    }
    hunks
        .map(|lines| LineSpan {
            first: Line(u64::from(lines.start) + 1),
            last: Line(u64::from(lines.end)),
        })
        .collect()
}

/// The lines of wide text that hold the given runs of bytes between line feed bytes.
fn wide_lines(hunks: &[std::ops::Range<u32>], new: &[u8], encoding: Encoding) -> Vec<LineSpan> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(new.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1))
        .collect();
    let offset = |line: u32| {
        let at = usize::try_from(line).ok().and_then(|line| starts.get(line));
        // Half a unit more or less does not matter, but the units have to stay aligned.
        at.copied().unwrap_or(new.len()).min(new.len()) / 4 * 4
    };
    let (mut at, mut position) = (0, Position::START);
    let mut line_at = |offset: usize| {
        position = position.after(new.get(at..offset).unwrap_or_default(), encoding);
        at = offset.max(at);
        position.line
    };
    hunks
        .iter()
        .map(|lines| LineSpan {
            first: line_at(offset(lines.start)),
            last: line_at(offset(lines.end)),
        })
        .collect()
}

/// The lines that are in both; each list is sorted and its spans do not overlap.
pub(crate) fn common(left: &[LineSpan], right: &[LineSpan]) -> Vec<LineSpan> {
    let (mut lefts, mut rights) = (left.iter().peekable(), right.iter().peekable());
    let mut found = Vec::new();
    while let (Some(one), Some(other)) = (lefts.peek(), rights.peek()) {
        if one.overlaps(**other) {
            let (first, last) = (one.first.max(other.first), one.last.min(other.last));
            found.push(LineSpan { first, last });
        }
        if one.last < other.last {
            lefts.next();
        } else {
            rights.next();
        }
    }
    found
}

/// The lines that are in one or both; each list is sorted.
pub(crate) fn either(left: &[LineSpan], right: &[LineSpan]) -> Vec<LineSpan> {
    let mut spans = [left, right].concat();
    spans.sort_unstable_by_key(|span| (span.first, span.last));
    let mut all: Vec<LineSpan> = Vec::with_capacity(spans.len());
    for span in spans {
        match all.last_mut() {
            Some(last) if span.first.0 <= last.last.0 + 1 => last.last = last.last.max(span.last),
            _ => all.push(span),
        }
    }
    all
}

/// The lines of a file, to tell how much of it another file has.
pub(crate) struct Sketch {
    /// Bytes of the lines with one hash.
    lines: HashMap<u64, usize>,
    length: usize,
}

/// Makes sketches that can be compared with each other.
#[derive(Default)]
pub(crate) struct Sketcher {
    hasher: RandomState,
}

impl Sketcher {
    /// The sketch of a content.
    pub(crate) fn sketch(&self, content: &[u8]) -> Sketch {
        let mut lines: HashMap<u64, usize> = HashMap::new();
        for line in content.split_inclusive(|&byte| byte == b'\n') {
            *lines.entry(self.hasher.hash_one(line)).or_default() += line.len();
        }
        Sketch { lines, length: content.len() }
    }
}

impl Sketch {
    /// Bytes of lines the two share, when they make up half of the longer one or more.
    pub(crate) fn likeness(&self, other: &Self) -> Option<usize> {
        let shared = |(hash, bytes): (&u64, &usize)| other.lines.get(hash).map(|o| *o.min(bytes));
        let shared: usize = self.lines.iter().filter_map(shared).sum();
        (shared > 0 && shared * 2 >= self.length.max(other.length)).then_some(shared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn span(first: u64, last: u64) -> LineSpan {
        LineSpan { first: Line(first), last: Line(last) }
    }

    #[test]
    fn lines_are_counted_from_one() {
        assert_eq!(added_lines(b"a\nb\nc\n", b"a\nx\ny\nc\nz"), [span(2, 3), span(5, 5)]);
        assert_eq!(added_lines(b"", b"a\nb"), [span(1, 2)]);
        assert_eq!(added_lines(b"a\nb\n", b"b\n"), []);
    }

    #[test]
    fn lines_of_wide_text_are_counted_by_unit() {
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let old: String = (0..50).map(|n| format!("line {n} with a \u{10a}\n")).collect();
        let new = old.replace("line 30 ", "changed ");
        let added = added_lines(&wide(&old), &wide(&new));
        assert_eq!(added.len(), 1);
        assert!(added[0].first <= Line(31) && Line(31) <= added[0].last);
        assert!(added[0].last.0 - added[0].first.0 < 3);
    }

    #[test]
    fn a_file_is_like_another_when_half_of_its_lines_are() {
        let sketcher = Sketcher::default();
        let sketch = |text: &str| sketcher.sketch(text.as_bytes());
        let like = |a: &str, b: &str| sketch(a).likeness(&sketch(b)).is_some();
        assert!(like("a\nb\nc\nd\n", "a\nb\nx\ny\n"));
        assert!(!like("a\nb\nc\nd\n", "a\nx\ny\nz\n"));
        assert!(!like("", ""));
    }

    fn lines(text: &[LineSpan]) -> Vec<u64> {
        text.iter().flat_map(|span| span.first.0..=span.last.0).collect()
    }

    proptest! {
        #[test]
        fn what_is_not_added_stands_in_the_old_text_in_order(
            old in vec(0_u8..5, 0..30),
            new in vec(0_u8..5, 0..30),
        ) {
            let text = |lines: &[u8]| -> Vec<u8> {
                lines.iter().flat_map(|line| [b'a' + line, b'\n']).collect()
            };
            let added = lines(&added_lines(&text(&old), &text(&new)));
            let mut rest = old.iter();
            for (line, number) in new.iter().zip(1_u64..) {
                if !added.contains(&number) {
                    prop_assert!(rest.any(|other| other == line));
                }
            }
        }

        #[test]
        fn common_lines_are_those_of_both(flags in vec(any::<(bool, bool)>(), 0..40)) {
            let spans = |pick: fn(&(bool, bool)) -> bool| {
                let picked = flags.iter().zip(1..).filter(|(flag, _)| pick(flag));
                let mut spans: Vec<LineSpan> = Vec::new();
                for (_, number) in picked {
                    match spans.last_mut() {
                        Some(last) if last.last.0 + 1 == number => last.last = Line(number),
                        _ => spans.push(span(number, number)),
                    }
                }
                spans
            };
            let both = common(&spans(|flag| flag.0), &spans(|flag| flag.1));
            let wanted: Vec<u64> =
                flags.iter().zip(1..).filter(|(flag, _)| flag.0 && flag.1).map(|(_, n)| n).collect();
            prop_assert_eq!(lines(&both), wanted);
            let some = either(&spans(|flag| flag.0), &spans(|flag| flag.1));
            let wanted: Vec<u64> =
                flags.iter().zip(1..).filter(|(flag, _)| flag.0 || flag.1).map(|(_, n)| n).collect();
            prop_assert_eq!(lines(&some), wanted);
        }
    }
}
