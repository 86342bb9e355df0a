//! How much of a container is read: bounds on bytes, ratio, entries and depth, shared by all that is
//! nested in one file.

use std::cell::Cell;

/// Containers within containers beyond this are not opened.
pub(super) const MOST_DEPTH: u32 = 8;
/// Members of one file, nested ones included.
const MOST_ENTRIES: u64 = 100_000;
/// Bytes that decompressing one file may yield.
const MOST_BYTES: u64 = 1 << 30;
/// Below this the ratio is not looked at.
const RATIO_FROM: u64 = 64 << 20;
/// Bytes that one compressed byte may yield.
const MOST_RATIO: u64 = 200;

/// What is left to spend on one file.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// Compressed bytes: the size of the file, or what was read of it.
    packed: Cell<u64>,
    expanded: Cell<u64>,
    entries: Cell<u64>,
}

impl Budget {
    /// Notes that the file has at least this many bytes.
    pub(super) fn pack(&self, bytes: u64) {
        self.packed.set(self.packed.get().max(bytes));
    }

    /// Counts decompressed bytes; says why when that is too much.
    pub(super) fn expand(&self, bytes: u64) -> Result<(), String> {
        self.expanded.set(self.expanded.get() + bytes);
        let (expanded, packed) = (self.expanded.get(), self.packed.get());
        if expanded > MOST_BYTES {
            return Err(format!("stopped after {MOST_BYTES} decompressed bytes; {ADVICE}"));
        }
        if expanded > RATIO_FROM && expanded > packed.saturating_mul(MOST_RATIO) {
            return Err(format!(
                "stopped after {expanded} decompressed bytes, more than {MOST_RATIO} for each compressed one; {ADVICE}"
            ));
        }
        Ok(())
    }

    /// Counts a member; says why when that is too many.
    pub(super) fn enter(&self) -> Result<(), String> {
        self.entries.set(self.entries.get() + 1);
        if self.entries.get() > MOST_ENTRIES {
            return Err(format!("stopped after {MOST_ENTRIES} members; {ADVICE}"));
        }
        Ok(())
    }
}

const ADVICE: &str = "extract it and scan the files";
