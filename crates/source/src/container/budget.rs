//! What is left to spend on one file: shared by all that is nested in it.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::bounds::{Bound, Bounds};

const MOST_DEPTH: u32 = 8;
const MOST_ENTRIES: u64 = 500_000;
const MOST_BYTES: u64 = 8 << 30;
/// Below this the ratio is not looked at.
const RATIO_FROM: u64 = 64 << 20;
const MOST_RATIO: u64 = 200;
const MOST_TIME: Duration = Duration::from_secs(20 * 60);

/// What is left to spend on one file.
#[derive(Debug)]
pub(super) struct Budget {
    bounds: Bounds,
    begun: Instant,
    /// Compressed bytes: the size of the file, or what was read of it.
    packed: Cell<u64>,
    expanded: Cell<u64>,
    entries: Cell<u64>,
}

impl Budget {
    /// All there is to spend.
    pub(super) fn new(bounds: Bounds) -> Self {
        let (packed, expanded, entries) = (Cell::new(0), Cell::new(0), Cell::new(0));
        Self { bounds, begun: Instant::now(), packed, expanded, entries }
    }

    /// Notes that the file has at least this many bytes.
    pub(super) fn pack(&self, bytes: u64) {
        self.packed.set(self.packed.get().max(bytes));
    }

    /// Counts decompressed bytes; says which bound that breaks.
    pub(super) fn expand(&self, bytes: u64) -> Result<(), Bound> {
        self.expanded.set(self.expanded.get() + bytes);
        let (expanded, packed) = (self.expanded.get(), self.packed.get());
        let Bounds { bytes, ratio, time, .. } = self.bounds;
        let most = bytes.unwrap_or(MOST_BYTES);
        if expanded > most {
            return Err(Bound::of(bytes, || {
                format!("stopped after {most} decompressed bytes; {}", advice("bytes"))
            }));
        }
        let most = ratio.unwrap_or(MOST_RATIO);
        if expanded > RATIO_FROM && expanded > packed.saturating_mul(most) {
            return Err(Bound::of(ratio, || {
                format!(
                    "stopped after {expanded} decompressed bytes, more than {most} for each compressed one; {}",
                    advice("ratio")
                )
            }));
        }
        let most = time.unwrap_or(MOST_TIME);
        if self.begun.elapsed() > most {
            return Err(Bound::of(time, || {
                format!("stopped after {} seconds; {}", most.as_secs(), advice("seconds"))
            }));
        }
        Ok(())
    }

    /// Counts a member; says which bound that breaks.
    pub(super) fn enter(&self) -> Result<(), Bound> {
        self.entries.set(self.entries.get() + 1);
        let most = self.bounds.entries.unwrap_or(MOST_ENTRIES);
        if self.entries.get() > most {
            return Err(Bound::of(self.bounds.entries, || {
                format!("stopped after {most} members; {}", advice("entries"))
            }));
        }
        Ok(())
    }

    /// Whether a container that stands so deep may be opened.
    pub(super) fn descend(&self, depth: u32) -> Result<(), Bound> {
        let most = self.bounds.depth.unwrap_or(MOST_DEPTH);
        if depth >= most {
            return Err(Bound::of(self.bounds.depth, || {
                format!("containers within containers are opened {most} deep; {}", advice("depth"))
            }));
        }
        Ok(())
    }
}

fn advice(bound: &str) -> String {
    format!("raise `--max-archive-{bound}`, or extract it and scan the files")
}
