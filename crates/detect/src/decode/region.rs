//! The stretch of text around characters that are spelt as escapes.

use tightlip_model::ByteSpan;

/// How far a stretch goes on either side of an escape before it ends at the next gap.
const NEAR: usize = 160;
/// How far it goes when there is no gap.
const FAR: usize = 1024;

/// Gathers the places of escapes, from left to right, into stretches that do not overlap.
pub(super) struct Regions<'a> {
    text: &'a [u8],
    open: Option<Open>,
}

/// A stretch that may still grow. Where it ends is looked for when that has to be known: escapes may
/// follow each other closely.
#[derive(Clone, Copy)]
struct Open {
    start: usize,
    /// Where its last escape ends.
    last: usize,
}

impl<'a> Regions<'a> {
    /// No stretches yet.
    pub(super) fn of(text: &'a [u8]) -> Self {
        Self { text, open: None }
    }

    /// Takes the place of the next escape; calls `each` with the stretch before, if this one is not
    /// part of it.
    pub(super) fn push(&mut self, escape: ByteSpan, each: &mut dyn FnMut(ByteSpan)) {
        if let Some(open) = self.open.filter(|open| self.reaches(open.last, escape.start)) {
            self.open = Some(Open { last: open.last.max(escape.end), ..open });
            return;
        }
        let floor = self.close(each);
        let start = self.start_before(escape.start).max(floor);
        self.open = Some(Open { start, last: escape.end });
    }

    /// Calls `each` with the last stretch.
    pub(super) fn finish(&mut self, each: &mut dyn FnMut(ByteSpan)) {
        self.close(each);
    }

    /// Calls `each` with the open stretch; gives where it ends.
    fn close(&mut self, each: &mut dyn FnMut(ByteSpan)) -> usize {
        let Some(open) = self.open.take() else { return 0 };
        let end = self.end_after(open.last);
        each(ByteSpan::new(open.start, end));
        end
    }

    /// Whether a stretch whose last escape ends at `last` goes on beyond `at`, where another begins.
    fn reaches(&self, last: usize, at: usize) -> bool {
        match at.checked_sub(last) {
            Some(distance) if distance > NEAR => at < self.end_after(last),
            _ => memchr::memchr(b'\n', ByteSpan::new(last, at).of(self.text)).is_none(),
        }
    }

    fn start_before(&self, at: usize) -> usize {
        let floor = at.saturating_sub(FAR);
        let bytes = self.text.get(floor..at).unwrap_or_default();
        let distance = |index: usize| bytes.len() - index;
        let is_end = |(index, byte): (usize, &u8)| ends_stretch(*byte, distance(index));
        let gap = bytes.iter().enumerate().rev().find(|pair| is_end(*pair));
        floor + gap.map_or(0, |(index, _)| index + 1)
    }

    fn end_after(&self, at: usize) -> usize {
        let bytes = self.text.get(at..).unwrap_or_default();
        let bytes = bytes.get(..bytes.len().min(FAR)).unwrap_or_default();
        let is_end = |(index, byte): (usize, &u8)| ends_stretch(*byte, index);
        let gap = bytes.iter().enumerate().find(|pair| is_end(*pair));
        at + gap.map_or(bytes.len(), |(index, _)| index)
    }
}

/// Whether a byte at this distance from the escape ends the stretch.
fn ends_stretch(byte: u8, distance: usize) -> bool {
    byte == b'\n' || distance > NEAR && (byte.is_ascii_whitespace() || byte == b'"')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The stretches around percent signs, each with the farthest end that any of its signs has.
    fn expected(text: &[u8]) -> Vec<ByteSpan> {
        let regions = Regions::of(text);
        let mut all: Vec<ByteSpan> = Vec::new();
        for at in memchr::memchr_iter(b'%', text) {
            let end = regions.end_after(at + 1);
            match all.last_mut() {
                Some(last) if at < last.end => last.end = last.end.max(end),
                last => {
                    let floor = last.map_or(0, |last| last.end);
                    all.push(ByteSpan::new(regions.start_before(at).max(floor), end));
                }
            }
        }
        all
    }

    proptest! {
        #[test]
        fn stretches_end_where_their_last_escape_says(
            text in "(%{1,3}|x{1,200}|[ \"\n]|x{900,1100}){0,30}",
        ) {
            let (mut found, mut regions) = (Vec::new(), Regions::of(text.as_bytes()));
            for at in memchr::memchr_iter(b'%', text.as_bytes()) {
                regions.push(ByteSpan::new(at, at + 1), &mut |span| found.push(span));
            }
            regions.finish(&mut |span| found.push(span));
            prop_assert_eq!(found, expected(text.as_bytes()));
        }
    }
}
