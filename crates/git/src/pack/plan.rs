//! The order in which a whole pack is decoded: its entries by offset, and below each whole object
//! the tree of deltas made from it.
//!
//! Costs about 25 bytes an entry. Children of an entry are stored with the one of the largest
//! family last: its base can then be dropped before the descent, so that the number of objects
//! held at once grows with the logarithm of the pack, however its deltas are chained.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;

use crate::error::GitError;
use crate::object_id::{ObjectId, ObjectKind};
use crate::pack::Pack;
use crate::pack::entry::{EntryHeader, EntryKind, MAX_HEADER};
use crate::pack::index::PackTable;
use crate::window::Window;

const NONE: u32 = u32::MAX;
/// Headers are read in stretches of the pack of this length.
const STRETCH: usize = 64 << 10;

/// The entries of one pack and how they derive from each other. Entries are numbered by offset.
pub(crate) struct Plan {
    table: Arc<PackTable>,
    entries: Vec<Entry>,
    child_start: Vec<u32>,
    children: Vec<u32>,
    /// Entries that are whole objects, by offset.
    pub(crate) roots: Vec<(u32, ObjectKind)>,
    /// Deltas whose base is not in this pack, with that base.
    pub(crate) outside: Vec<(u32, ObjectId)>,
    /// Entries that cannot be decoded, each with the reason.
    pub(crate) broken: Vec<(u32, GitError)>,
    end: u64,
}

#[derive(Clone, Copy)]
struct Entry {
    offset: u64,
    position: u32,
}

/// What the header of an entry says about its place in the plan.
enum Role {
    Root(ObjectKind),
    ChildOf(u32),
    Outside(ObjectId),
}

/// The entries of a stretch that are no deltas of others in the pack.
#[derive(Default)]
struct Apart {
    roots: Vec<(u32, ObjectKind)>,
    outside: Vec<(u32, ObjectId)>,
    broken: Vec<(u32, GitError)>,
    /// Whether a base is named by its id, so that it need not come before its delta.
    has_refs: bool,
}

impl Plan {
    /// Reads the header of every entry, with `jobs` threads.
    pub(crate) fn new(
        pack: &Pack,
        table: Arc<PackTable>,
        jobs: usize,
    ) -> Result<(Self, Arc<File>), GitError> {
        let (file, end) = pack.file()?;
        let mut entries: Vec<Entry> = (0..)
            .zip(&table.offsets)
            .map(|(position, offset)| Entry { offset: *offset, position })
            .collect();
        entries.sort_unstable_by_key(|entry| (entry.offset, entry.position));
        let scan = Scan { pack, file: &file, table: &table, entries: &entries, end };
        let (parents, apart) = scan.parents(jobs);
        let Apart { roots, outside, broken, has_refs } = apart;
        let (child_start, children) = link(&parents);
        let mut plan = Self { table, entries, child_start, children, roots, outside, broken, end };
        plan.put_heaviest_last(&parents);
        if has_refs {
            plan.find_circles(pack);
        }
        Ok((plan, file))
    }

    /// A base that comes after its delta, as a named one may, is weighed without it.
    fn put_heaviest_last(&mut self, parents: &[u32]) {
        let mut weights = vec![1_u32; parents.len()];
        for (number, parent) in parents.iter().enumerate().rev() {
            let weight = weights.get(number).copied().unwrap_or(1);
            increase(&mut weights, *parent, weight);
        }
        for number in 0..parents.len() {
            let range = self.child_range(u32::try_from(number).unwrap_or(NONE));
            let Some(children) = self.children.get_mut(range).filter(|list| list.len() > 1) else {
                continue;
            };
            let weight = |child: &u32| weights.get(*child as usize).copied().unwrap_or(0);
            let heaviest = (0..children.len()).max_by_key(|at| children.get(*at).map(weight));
            if let (Some(heaviest), Some(last)) = (heaviest, children.len().checked_sub(1)) {
                children.swap(heaviest, last);
            }
        }
    }

    /// What nothing whole leads to is a delta of itself, and broken.
    fn find_circles(&mut self, pack: &Pack) {
        let mut reached = vec![false; self.entries.len()];
        let mut todo: Vec<u32> = self.roots.iter().map(|(number, _)| *number).collect();
        todo.extend(self.outside.iter().map(|(number, _)| *number));
        todo.extend(self.broken.iter().map(|(number, _)| *number));
        while let Some(number) = todo.pop() {
            set(&mut reached, number, true);
            todo.extend(self.children.get(self.child_range(number)).unwrap_or_default());
        }
        for number in (0..).zip(&reached).filter(|(_, reached)| !**reached).map(|(n, _)| n) {
            let reason = "it is a delta of itself, by way of others";
            let error = pack.corrupt_entry(self.offset(number), Some(self.id(number)), reason);
            self.broken.push((number, error));
            // Everything made from it is in this list too, and following it would not end.
            let range = self.child_range(number);
            self.children.get_mut(range).unwrap_or_default().fill(NONE);
        }
    }

    pub(crate) fn id(&self, number: u32) -> ObjectId {
        self.table.id(self.position(number))
    }

    /// The place of an entry in the order of the ids.
    pub(crate) fn position(&self, number: u32) -> u32 {
        self.entries.get(number as usize).map_or(NONE, |entry| entry.position)
    }

    pub(crate) fn offset(&self, number: u32) -> u64 {
        self.entries.get(number as usize).map_or(self.end, |entry| entry.offset)
    }

    /// The bytes of the pack an entry takes up.
    pub(crate) fn extent(&self, number: u32) -> Range<u64> {
        let start = self.offset(number);
        let later = self.entries.get(number as usize + 1..).unwrap_or_default();
        // Only an index that lies gives two objects one offset.
        let next = match later.first() {
            Some(next) if next.offset <= start => {
                later.partition_point(|entry| entry.offset <= start)
            }
            _ => 0,
        };
        start..later.get(next).map_or(self.end, |entry| entry.offset.min(self.end)).max(start)
    }

    /// Where the children of an entry are found, for [`child`](Self::child).
    pub(crate) fn child_range(&self, number: u32) -> Range<usize> {
        let place = number as usize;
        let bound = |at: usize| self.child_start.get(at).copied().unwrap_or(0) as usize;
        bound(place)..bound(place + 1)
    }

    /// One of the children; `None` for one that was cut off.
    pub(crate) fn child(&self, at: usize) -> Option<u32> {
        self.children.get(at).copied().filter(|child| *child != NONE)
    }
}

/// The lists of children that the parents make: where that of each entry begins, and all of them.
fn link(parents: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut start = vec![0_u32; parents.len() + 1];
    for parent in parents.iter().filter(|parent| **parent != NONE) {
        increase(&mut start, *parent + 1, 1);
    }
    let mut sum = 0;
    for place in &mut start {
        sum += *place;
        *place = sum;
    }
    let mut children = vec![0; sum as usize];
    let mut next = start.clone();
    for (number, parent) in (0..).zip(parents) {
        if let Some(place) = next.get_mut(*parent as usize) {
            set(&mut children, *place, number);
            *place += 1;
        }
    }
    (start, children)
}

/// Reads headers in the order of their offsets.
struct Scan<'a> {
    pack: &'a Pack,
    file: &'a File,
    table: &'a PackTable,
    entries: &'a [Entry],
    end: u64,
}

impl Scan<'_> {
    /// The base of each entry in the pack, and those that have none.
    fn parents(&self, jobs: usize) -> (Vec<u32>, Apart) {
        let mut parents = vec![NONE; self.entries.len()];
        let share = self.entries.len().div_ceil(jobs.max(1)).max(1024);
        let shares = Mutex::new(parents.chunks_mut(share).enumerate());
        let next = || shares.lock().unwrap_or_else(PoisonError::into_inner).next();
        let parts = Mutex::new(BTreeMap::new());
        let work = || {
            while let Some((part, parents)) = next() {
                let found = self.part(part * share, parents);
                parts.lock().unwrap_or_else(PoisonError::into_inner).insert(part, found);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.entries.len().div_ceil(share) {
                // Where the system has no thread to give, those that run do all the work.
                if Builder::new().spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
        let mut all = Apart::default();
        for part in parts.into_inner().unwrap_or_else(PoisonError::into_inner).into_values() {
            all.roots.extend(part.roots);
            all.outside.extend(part.outside);
            all.broken.extend(part.broken);
            all.has_refs |= part.has_refs;
        }
        (parents, all)
    }

    /// Reads the entries from the one numbered `first`, one for each parent to be set.
    fn part(&self, first: usize, parents: &mut [u32]) -> Apart {
        let (mut apart, mut window) = (Apart::default(), Window::default());
        let entries = self.entries.get(first..).unwrap_or_default();
        let first = u32::try_from(first).unwrap_or(NONE);
        for ((number, entry), parent) in (first..).zip(entries).zip(parents) {
            match self.role(number, entry, &mut window, &mut apart) {
                Ok(Role::Root(kind)) => apart.roots.push((number, kind)),
                Ok(Role::ChildOf(base)) => *parent = base,
                Ok(Role::Outside(base)) => apart.outside.push((number, base)),
                Err(reason) => {
                    let id = self.table.id(entry.position);
                    let error = self.pack.corrupt_entry(entry.offset, Some(id), reason);
                    apart.broken.push((number, error));
                }
            }
        }
        apart
    }

    fn role(
        &self,
        number: u32,
        entry: &Entry,
        window: &mut Window,
        apart: &mut Apart,
    ) -> Result<Role, String> {
        if entry.offset >= self.end {
            return Err("it lies outside the pack".into());
        }
        let range = entry.offset..self.end.min(entry.offset.saturating_add(MAX_HEADER as u64));
        let bytes = match window.get(&range) {
            Some(bytes) => bytes,
            None => self.read(entry.offset, window).map_err(|error| error.to_string())?,
        };
        let hash = self.pack.index().hash_kind();
        let header = EntryHeader::parse(bytes, entry.offset, hash)
            .ok_or("its header is not one of a pack entry")?;
        Ok(match header.kind {
            EntryKind::Whole(kind) => Role::Root(kind),
            EntryKind::OffsetDelta(base) => Role::ChildOf(
                self.number_before(number, base)
                    .ok_or("the base of its delta is not where an object begins")?,
            ),
            EntryKind::RefDelta(base) => {
                apart.has_refs = true;
                let inside = self.table.lookup(&base).and_then(|offset| self.number_at(offset));
                inside.map_or(Role::Outside(base), Role::ChildOf)
            }
        })
    }

    fn read<'w>(&self, offset: u64, window: &'w mut Window) -> std::io::Result<&'w [u8]> {
        let room = usize::try_from(self.end - offset).unwrap_or(usize::MAX);
        window.read(self.file, offset, STRETCH.min(room))
    }

    /// The number of the entry at `offset`, which is looked for near the one after it.
    fn number_before(&self, number: u32, offset: u64) -> Option<u32> {
        let (mut step, mut high) = (8, number as usize);
        loop {
            let low = high.saturating_sub(step);
            let part = self.entries.get(low..high)?;
            if low == 0 || part.first().is_some_and(|entry| entry.offset <= offset) {
                return find(part, offset).and_then(|at| u32::try_from(low + at).ok());
            }
            (high, step) = (low, step * 4);
        }
    }

    fn number_at(&self, offset: u64) -> Option<u32> {
        find(self.entries, offset).and_then(|at| u32::try_from(at).ok())
    }
}

fn find(entries: &[Entry], offset: u64) -> Option<usize> {
    let place = entries.partition_point(|entry| entry.offset < offset);
    entries.get(place).filter(|entry| entry.offset == offset)?;
    Some(place)
}

fn set<T>(list: &mut [T], at: u32, value: T) {
    if let Some(place) = list.get_mut(at as usize) {
        *place = value;
    }
}

fn increase(list: &mut [u32], at: u32, by: u32) {
    if let Some(place) = list.get_mut(at as usize) {
        *place = place.saturating_add(by);
    }
}
