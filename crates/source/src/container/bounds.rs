//! How much of a container is read, as the user asks for it.

use std::time::Duration;

/// Bounds on what is opened of each file that holds others. Where one that the user set is reached,
/// the rest is skipped; where it is one that nobody asked for, the run is incomplete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bounds {
    /// Bytes that decompressing one file may yield; 8 GiB unless set.
    pub bytes: Option<u64>,
    /// Bytes that one compressed byte may yield, beyond the first 64 MiB; 200 unless set.
    pub ratio: Option<u64>,
    /// How deep containers within containers are opened; 8 unless set.
    pub depth: Option<u32>,
    /// Members of one file, nested ones included; 500,000 unless set.
    pub entries: Option<u64>,
    /// Time spent on one file; 20 minutes unless set.
    pub time: Option<Duration>,
}

/// A bound that was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bound {
    /// One that the user set.
    Chosen,
    /// One of ours, in words.
    Own(String),
}

impl Bound {
    /// The bound whose setting is `set`.
    pub(super) fn of<T>(set: Option<T>, message: impl FnOnce() -> String) -> Self {
        if set.is_some() { Self::Chosen } else { Self::Own(message()) }
    }
}
