//! The traces of blobs that others are yet to be made from, in bounded memory.

use std::collections::VecDeque;

use tightlip_model::{Blob, BlobId};

/// Bytes of traces that a worker keeps: those of some hundred MB of text.
const MOST_BYTES: usize = 8 << 20;
/// What it costs to keep a trace, beside the trace.
const OVERHEAD: usize = 80;

/// One worker's traces: of a blob, of one made from it, of one made from that, and so on. Blobs come
/// in this order, so that what was kept after the base of the next one is done with.
#[derive(Debug)]
pub(crate) struct Traces<T> {
    held: VecDeque<Held<T>>,
    bytes: usize,
    most: usize,
}

/// A trace and what it is kept for.
#[derive(Debug)]
pub(crate) struct Held<T> {
    /// The blob it is of.
    pub(crate) blob: BlobId,
    /// The trace.
    pub(crate) trace: T,
    /// About how much memory it takes.
    pub(crate) bytes: usize,
    /// How many blobs are yet to be made from that one.
    pub(crate) heirs: usize,
}

impl<T> Default for Traces<T> {
    fn default() -> Self {
        Self::of(MOST_BYTES)
    }
}

impl<T> Traces<T> {
    /// No traces yet, and never more than `most` bytes of them.
    fn of(most: usize) -> Self {
        Self { held: VecDeque::new(), bytes: 0, most }
    }

    /// Takes out the trace of the blob that this one was made from. One that was made from none begins
    /// another family, and all that was kept is done with.
    pub(crate) fn base(&mut self, blob: &Blob<'_>) -> Option<Held<T>> {
        let Some(base) = &blob.base else {
            self.clear();
            return None;
        };
        self.take(base.id)
    }

    fn clear(&mut self) {
        self.held.clear();
        self.bytes = 0;
    }

    /// Takes out the trace of a blob, if it is still there, for one of the blobs made from that.
    fn take(&mut self, blob: BlobId) -> Option<Held<T>> {
        let place = self.held.iter().rposition(|held| held.blob == blob)?;
        self.held.drain(place + 1..).for_each(|held| self.bytes -= held.bytes + OVERHEAD);
        let mut held = self.held.pop_back()?;
        self.bytes -= held.bytes + OVERHEAD;
        held.heirs = held.heirs.saturating_sub(1);
        Some(held)
    }

    /// Keeps a trace if it is of further use; the oldest make room.
    pub(crate) fn keep(&mut self, held: Held<T>) {
        if held.heirs == 0 {
            return;
        }
        self.bytes += held.bytes + OVERHEAD;
        self.held.push_back(held);
        while self.bytes > self.most
            && let Some(oldest) = self.held.pop_front()
        {
            self.bytes -= oldest.bytes + OVERHEAD;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(number: u8) -> BlobId {
        BlobId::from_bytes(&[number; 20]).expect("it has the length of one")
    }

    fn held(number: u8, bytes: usize, heirs: usize) -> Held<u8> {
        Held { blob: blob(number), trace: number, bytes, heirs }
    }

    #[test]
    fn the_oldest_makes_room() {
        let mut traces = Traces::of(2 * (100 + OVERHEAD));
        (1..=3).for_each(|number| traces.keep(held(number, 100, 1)));
        assert!(traces.take(blob(1)).is_none());
        assert_eq!(traces.take(blob(2)).map(|held| held.trace), Some(2));
    }

    #[test]
    fn a_trace_is_kept_as_long_as_blobs_are_to_be_made_from_it() {
        let mut traces = Traces::of(1000);
        traces.keep(held(1, 100, 2));
        let first = traces.take(blob(1)).expect("it was kept");
        traces.keep(first);
        let second = traces.take(blob(1)).expect("one more is to come");
        traces.keep(second);
        assert!(traces.take(blob(1)).is_none());
        assert_eq!(traces.bytes, 0);
    }

    #[test]
    fn what_was_kept_after_a_base_is_done_with() {
        let mut traces = Traces::of(1000);
        (1..=3).for_each(|number| traces.keep(held(number, 100, 5)));
        let base = traces.take(blob(1)).expect("it was kept");
        traces.keep(base);
        assert!(traces.take(blob(3)).is_none() && traces.take(blob(2)).is_none());
        assert_eq!(traces.bytes, 100 + OVERHEAD);
        traces.clear();
        assert_eq!((traces.bytes, traces.held.len()), (0, 0));
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let mut traces = Traces::of(OVERHEAD);
        traces.keep(held(1, 1, 1));
        assert!(traces.take(blob(1)).is_none());
        assert_eq!(traces.bytes, 0);
    }
}
