//! Which parts of a text were copied from its base, and which are new.

use tightlip_model::{ByteSpan, Copied};

/// A copy of fewer bytes is taken for new text: looking around its ends costs more than it spares.
const SHORTEST: usize = 128;

/// A run of bytes that a text has in common with its base, as long as it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Copy {
    /// Where it begins in the base.
    from: usize,
    /// Where it stands in the text.
    pub(super) to: ByteSpan,
    /// Whether it begins where both begin.
    pub(super) is_first: bool,
    /// Whether it ends where both end.
    pub(super) is_last: bool,
}

impl Copy {
    /// Where it stands in the base.
    pub(super) fn source(&self) -> ByteSpan {
        ByteSpan::new(self.from, self.from + self.to.len())
    }

    /// A span of the base, where the copy has it.
    pub(super) fn moved(&self, span: ByteSpan) -> ByteSpan {
        let moved = |at: usize| (at + self.to.start).saturating_sub(self.from);
        ByteSpan::new(moved(span.start), moved(span.end))
    }

    /// A span of the text, where the base has it.
    pub(super) fn origin(&self, span: ByteSpan) -> ByteSpan {
        let origin = |at: usize| (at + self.from).saturating_sub(self.to.start);
        ByteSpan::new(origin(span.start), origin(span.end))
    }

    /// Whether a span of the text was copied together with `margin` bytes on either side of it; where
    /// text and base both end sooner, that is as good.
    pub(super) fn holds(&self, span: ByteSpan, margin: usize) -> bool {
        self.fits(self.to, span, margin)
    }

    /// The same for a span of the base: it holds for a span exactly if it does for the moved one.
    pub(super) fn holds_source(&self, span: ByteSpan, margin: usize) -> bool {
        self.fits(self.source(), span, margin)
    }

    fn fits(&self, room: ByteSpan, span: ByteSpan, margin: usize) -> bool {
        (self.is_first || span.start >= room.start + margin)
            && (self.is_last || span.end + margin <= room.end)
            && room.contains(span)
    }
}

/// Puts into `copies` what `copied` says, with neighbours joined that are neighbours in the base too.
/// Leaves it empty when `copied` is out of order or names bytes that are not there.
pub(super) fn join(copied: &[Copied], base: usize, text: usize, copies: &mut Vec<Copy>) {
    copies.clear();
    let mut end = 0;
    for one in copied {
        let source_end = one.from.checked_add(one.to.len());
        if one.to.start < end || one.to.end > text || source_end.is_none_or(|end| end > base) {
            copies.clear();
            return;
        }
        end = one.to.end;
        let next = Copy { from: one.from, to: one.to, is_first: false, is_last: false };
        match copies.last_mut() {
            Some(last) if last.to.end == one.to.start && last.source().end == one.from => {
                last.to.end = one.to.end;
            }
            Some(last) if last.to.len() < SHORTEST => *last = next,
            _ => copies.push(next),
        }
    }
    copies.pop_if(|last| last.to.len() < SHORTEST);
    if let Some(first) = copies.first_mut() {
        first.is_first = first.from == 0 && first.to.start == 0;
    }
    if let Some(last) = copies.last_mut() {
        last.is_last = last.source().end == base && last.to.end == text;
    }
}

/// The copy that the whole of `span` is in.
pub(super) fn around(copies: &[Copy], span: ByteSpan) -> Option<&Copy> {
    let after = copies.partition_point(|copy| copy.to.start <= span.start);
    copies.get(after.checked_sub(1)?).filter(|copy| span.end <= copy.to.end)
}

/// Calls `each` with the stretches of a text of `length` bytes that were not copied, and with the
/// seams of copies, all widened by `margin`; those that touch are one.
pub(super) fn new_stretches(
    copies: &[Copy],
    length: usize,
    margin: usize,
    mut each: impl FnMut(ByteSpan),
) {
    let mut open: Option<ByteSpan> = None;
    let mut start = 0;
    let spans = copies.iter().map(|copy| copy.to).chain([ByteSpan::new(length, length)]);
    for next in spans {
        let is_seam = next.start > 0 && start < length;
        if is_seam {
            let end = length.min(next.start + margin);
            let wide = ByteSpan::new(start.saturating_sub(margin), end);
            match &mut open {
                Some(open) if wide.start <= open.end => open.end = end,
                _ => open.replace(wide).into_iter().for_each(&mut each),
            }
        }
        start = next.end;
    }
    open.into_iter().for_each(each);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(from: usize, start: usize, end: usize) -> Copied {
        Copied { from, to: ByteSpan::new(start, end) }
    }

    fn joined(copied: &[Copied]) -> Vec<Copy> {
        let mut copies = Vec::new();
        join(copied, 1000, 1000, &mut copies);
        copies
    }

    fn stretches(copied: &[Copied], length: usize) -> Vec<(usize, usize)> {
        let mut copies = Vec::new();
        join(copied, 1000, length, &mut copies);
        let mut all = Vec::new();
        new_stretches(&copies, length, 5, |span| all.push((span.start, span.end)));
        all
    }

    #[test]
    fn pieces_of_one_copy_are_joined() {
        let copies = joined(&[copied(0, 0, 500), copied(500, 500, 800), copied(850, 850, 1000)]);
        assert_eq!(copies.len(), 2);
        assert_eq!(copies[0].to, ByteSpan::new(0, 800));
        assert!(copies[0].is_first && !copies[0].is_last && copies[1].is_last);
    }

    #[test]
    fn copies_that_cannot_be_are_none() {
        assert_eq!(joined(&[copied(0, 0, 500), copied(0, 400, 900)]), []);
        assert_eq!(joined(&[copied(900, 0, 101)]), []);
        assert_eq!(joined(&[copied(usize::MAX, 0, 100)]), []);
        assert_eq!(joined(&[copied(0, 950, 1001)]), []);
    }

    #[test]
    fn a_span_is_held_in_the_text_as_it_is_in_the_base() {
        let copy = joined(&[copied(100, 300, 600)])[0];
        for start in 90..420 {
            let (source, margin) = (ByteSpan::new(start, start + 10), 20);
            let is_inside = copy.source().contains(source);
            let is_held = is_inside && copy.holds(copy.moved(source), margin);
            assert_eq!(copy.holds_source(source, margin), is_held, "{start}");
            assert!(!is_inside || copy.origin(copy.moved(source)) == source);
        }
    }

    #[test]
    fn seams_and_new_bytes_are_looked_at_and_the_ends_of_the_text_are_not() {
        assert_eq!(stretches(&[], 100), [(0, 100)]);
        assert_eq!(stretches(&[copied(0, 0, 1000)], 1000), []);
        assert_eq!(stretches(&[copied(0, 0, 500), copied(600, 500, 900)], 900), [(495, 505)]);
        assert_eq!(stretches(&[copied(10, 0, 500)], 510), [(495, 510)]);
        assert_eq!(stretches(&[copied(0, 0, 500), copied(500, 508, 1008)], 1008), [(495, 513)]);
    }
}
