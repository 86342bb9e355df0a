//! The stretch of text around characters that are spelt as escapes.

use tightlip_model::ByteSpan;

/// How far a stretch goes on either side of an escape before it ends at the next gap.
const NEAR: usize = 160;
/// How far it goes when there is no gap.
const FAR: usize = 1024;

/// Gathers the places of escapes, from left to right, into stretches that do not overlap.
pub(super) struct Regions<'a> {
    text: &'a [u8],
    open: Option<ByteSpan>,
}

impl<'a> Regions<'a> {
    /// No stretches yet.
    pub(super) fn of(text: &'a [u8]) -> Self {
        Self { text, open: None }
    }

    /// Takes the place of the next escape; calls `each` with the stretch before, if this one is not
    /// part of it.
    pub(super) fn push(&mut self, escape: ByteSpan, each: &mut dyn FnMut(ByteSpan)) {
        if let Some(open) = self.open
            && escape.start < open.end
        {
            let end = open.end.max(self.end_after(escape.end));
            self.open = Some(ByteSpan::new(open.start, end));
            return;
        }
        let floor = self.open.map_or(0, |open| open.end);
        self.finish(each);
        let start = self.start_before(escape.start).max(floor);
        self.open = Some(ByteSpan::new(start, self.end_after(escape.end)));
    }

    /// Calls `each` with the last stretch.
    pub(super) fn finish(&mut self, each: &mut dyn FnMut(ByteSpan)) {
        if let Some(open) = self.open.take() {
            each(open);
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
