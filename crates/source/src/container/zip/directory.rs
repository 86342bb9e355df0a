//! The directory at the end of a zip archive, held against the members that were found.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::record::Header;
use super::{Measured, Place, Run, Stop};

/// Entries of a directory that are compared.
const MOST_LISTED: u64 = 200_000;

/// A member as the directory has it.
struct Listed {
    offset: u64,
    name: u64,
    crc: u32,
    packed: u64,
    size: u64,
    method: u16,
}

/// The members found so far, and the directory so far.
#[derive(Default)]
pub(super) struct Directory {
    hasher: RandomState,
    /// By where they begin.
    found: HashMap<u64, Kept>,
    listed: Vec<Listed>,
    /// How many there are, those that are not kept included.
    count: u64,
    /// Where the directory begins.
    start: Option<u64>,
    /// What the wide end says: how many, and from where.
    wide: Option<(u64, u64)>,
    has_ended: bool,
}

/// What is kept of a member to compare.
struct Kept {
    listed: Listed,
    is_measured: bool,
    is_claimed: bool,
}

impl Directory {
    /// Notes a member that begins at `start`, and what it measures when it was read.
    pub(super) fn found(&mut self, start: u64, header: &Header, measured: Option<Measured>) {
        let mut listed = self.entry(header, start);
        if let Some(Measured { crc, packed, size }) = measured {
            (listed.crc, listed.packed, listed.size) = (crc, packed, size);
        }
        let is_measured = measured.is_some();
        self.found.insert(start, Kept { listed, is_measured, is_claimed: false });
        self.has_ended = false;
    }

    /// Notes an entry of the directory, which stands at `start` itself.
    pub(super) fn list(&mut self, start: u64, header: &Header, offset: u64) {
        self.start.get_or_insert(start);
        self.count += 1;
        if self.count <= MOST_LISTED {
            let entry = self.entry(header, offset);
            self.listed.push(entry);
        }
    }

    /// Notes what the wide end says: how many entries there are, and where they begin.
    pub(super) fn end_wide(&mut self, count: u64, offset: u64) {
        self.wide = Some((count, offset));
    }

    fn entry(&self, header: &Header, offset: u64) -> Listed {
        let Header { crc, packed, size, method, ref name, .. } = *header;
        Listed { offset, name: self.hasher.hash_one(name), crc, packed, size, method }
    }

    /// Compares the directory with the members, now that its end was reached.
    pub(super) fn end(&mut self, run: &Run<'_>, place: &Place, count: u64, offset: u64) {
        let is_narrow = count < 0xffff && offset < u64::from(u32::MAX);
        let (count, offset) = self.wide.filter(|_| !is_narrow).unwrap_or((count, offset));
        // Something may stand before the archive that its offsets do not count.
        let shift = self.start.and_then(|start| start.checked_sub(offset)).unwrap_or(0);
        if count != self.count {
            let message = format!("its directory claims {count} members and lists {}", self.count);
            run.problem(place, message);
        }
        for (listed, number) in self.listed.iter().zip(1_u64..) {
            let at = listed.offset.saturating_add(shift);
            let fault = self
                .found
                .get_mut(&at)
                .map_or(Some("is not where it says"), |kept| kept.claim(listed));
            if let Some(fault) = fault {
                run.problem(place, format!("member {number} of its directory {fault}"));
            }
        }
        *self = Self { has_ended: true, ..Self::default() };
    }

    /// What is to be said at the end of the bytes.
    pub(super) fn finish(&self) -> Result<(), Stop> {
        if self.has_ended {
            return Ok(());
        }
        let message = "cut off: its directory is missing; the members that are there were scanned";
        Err(Stop::Broken(message.to_owned()))
    }
}

impl Kept {
    /// What is wrong with the entry that points here, if anything.
    fn claim(&mut self, listed: &Listed) -> Option<&'static str> {
        if std::mem::replace(&mut self.is_claimed, true) {
            return Some("overlaps another one");
        }
        let here = &self.listed;
        if here.name != listed.name {
            return Some("has another name there than in its own header");
        }
        let sums = |one: &Listed| (one.crc, one.packed, one.size, one.method);
        (self.is_measured && sums(here) != sums(listed))
            .then_some("has other sizes, CRC or method there than in its place")
    }
}
