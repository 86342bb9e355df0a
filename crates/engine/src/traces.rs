//! The traces of blobs that others may be made from: those used last, in bounded memory.

use std::collections::{BTreeMap, HashMap};

use tightlip_model::BlobId;

/// Bytes of traces that a worker keeps: those of some thousand MB of text.
const MOST_BYTES: usize = 64 << 20;
/// What it costs to keep a trace, beside the trace.
const OVERHEAD: usize = 160;

/// One worker's traces.
#[derive(Debug)]
pub(crate) struct Traces<T> {
    held: HashMap<BlobId, Held<T>>,
    /// The blob that was used at each tick.
    used: BTreeMap<u64, BlobId>,
    ticks: u64,
    bytes: usize,
    most: usize,
}

#[derive(Debug)]
struct Held<T> {
    trace: T,
    bytes: usize,
    tick: u64,
}

impl<T> Default for Traces<T> {
    fn default() -> Self {
        Self::of(MOST_BYTES)
    }
}

impl<T> Traces<T> {
    /// No traces yet, and never more than `most` bytes of them.
    fn of(most: usize) -> Self {
        Self { held: HashMap::new(), used: BTreeMap::new(), ticks: 0, bytes: 0, most }
    }

    /// The trace of a blob, if it is still there; it stays longer for being used.
    pub(crate) fn get(&mut self, blob: BlobId) -> Option<&T> {
        let held = self.held.get_mut(&blob)?;
        self.ticks += 1;
        self.used.remove(&held.tick);
        self.used.insert(self.ticks, blob);
        held.tick = self.ticks;
        Some(&held.trace)
    }

    /// Keeps a trace that takes so many `bytes`, and drops those that were not used for longest to make
    /// room.
    pub(crate) fn keep(&mut self, blob: BlobId, trace: T, bytes: usize) {
        self.drop_trace(blob);
        let bytes = bytes + OVERHEAD;
        self.ticks += 1;
        self.bytes += bytes;
        self.used.insert(self.ticks, blob);
        self.held.insert(blob, Held { trace, bytes, tick: self.ticks });
        while self.bytes > self.most
            && let Some((_, oldest)) = self.used.first_key_value()
        {
            self.drop_trace(*oldest);
        }
    }

    fn drop_trace(&mut self, blob: BlobId) {
        if let Some(held) = self.held.remove(&blob) {
            self.bytes -= held.bytes;
            self.used.remove(&held.tick);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(number: u8) -> BlobId {
        BlobId::from_bytes(&[number; 20]).expect("it has the length of one")
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let mut traces = Traces::of(2 * (100 + OVERHEAD));
        traces.keep(blob(1), "first", 100);
        traces.keep(blob(2), "second", 100);
        assert_eq!(traces.get(blob(1)), Some(&"first"));
        traces.keep(blob(3), "third", 100);
        assert_eq!(traces.get(blob(2)), None);
        assert_eq!(traces.get(blob(1)), Some(&"first"));
        assert_eq!(traces.get(blob(3)), Some(&"third"));
    }

    #[test]
    fn a_blob_kept_twice_counts_once() {
        let mut traces = Traces::of(1000);
        traces.keep(blob(1), (), 100);
        traces.keep(blob(1), (), 50);
        assert_eq!((traces.bytes, traces.used.len()), (50 + OVERHEAD, 1));
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let mut traces = Traces::of(OVERHEAD);
        traces.keep(blob(1), (), 1);
        assert_eq!(traces.get(blob(1)), None);
        assert_eq!(traces.bytes, 0);
    }
}
