//! The order in which a whole pack is decoded: its entries by offset, and below each whole object
//! the tree of deltas made from it.
//!
//! Costs about 25 bytes an entry. Children of an entry are stored with the one of the largest
//! family last: its base can then be dropped before the descent, so that the number of objects
//! held at once grows with the logarithm of the pack, however its deltas are chained.

use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

use crate::error::GitError;
use crate::files;
use crate::object_id::{ObjectId, ObjectKind};
use crate::pack::Pack;
use crate::pack::entry::{EntryHeader, EntryKind, MAX_HEADER};
use crate::pack::index::PackTable;

const NONE: u32 = u32::MAX;
const WINDOW: usize = 8 << 10;

/// The entries of one pack and how they derive from each other. Entries are numbered by offset.
pub(crate) struct Plan {
    table: Arc<PackTable>,
    entries: Vec<Entry>,
    kinds: Vec<Option<ObjectKind>>,
    child_start: Vec<u32>,
    children: Vec<u32>,
    /// Entries that are whole objects, by offset.
    pub(crate) roots: Vec<u32>,
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
    Broken(GitError),
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
        let roles = scan.roles(jobs);
        let mut plan = Self {
            kinds: vec![None; entries.len()],
            child_start: Vec::new(),
            children: Vec::new(),
            roots: Vec::new(),
            outside: Vec::new(),
            broken: Vec::new(),
            table,
            entries,
            end,
        };
        let parents = plan.sort_roles(roles);
        plan.link(&parents);
        plan.spread_kinds(pack);
        Ok((plan, file))
    }

    fn sort_roles(&mut self, roles: Vec<Role>) -> Vec<u32> {
        let mut parents = vec![NONE; roles.len()];
        for ((number, parent), role) in (0..).zip(&mut parents).zip(roles) {
            match role {
                Role::Root(kind) => {
                    self.roots.push(number);
                    set(&mut self.kinds, number, Some(kind));
                }
                Role::ChildOf(base) => *parent = base,
                Role::Outside(base) => self.outside.push((number, base)),
                Role::Broken(error) => self.broken.push((number, error)),
            }
        }
        parents
    }

    /// Builds the lists of children from the parents.
    fn link(&mut self, parents: &[u32]) {
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
        self.child_start = start;
        self.children = children;
        self.put_heaviest_last(parents);
    }

    fn put_heaviest_last(&mut self, parents: &[u32]) {
        let mut weights = vec![1_u32; parents.len()];
        for (number, parent) in parents.iter().enumerate().rev() {
            let weight = weights.get(number).copied().unwrap_or(1);
            increase(&mut weights, *parent, weight);
        }
        for number in 0..parents.len() {
            let range = self.child_range(u32::try_from(number).unwrap_or(NONE));
            let Some(children) = self.children.get_mut(range) else { continue };
            let weight = |child: &u32| weights.get(*child as usize).copied().unwrap_or(0);
            let heaviest = (0..children.len()).max_by_key(|at| children.get(*at).map(weight));
            if let (Some(heaviest), Some(last)) = (heaviest, children.len().checked_sub(1)) {
                children.swap(heaviest, last);
            }
        }
    }

    /// Gives each delta the kind of its root. What no root reaches hangs on a broken entry or on
    /// itself, and is broken too.
    fn spread_kinds(&mut self, pack: &Pack) {
        let mut reached = vec![false; self.entries.len()];
        let mut todo: Vec<u32> = self.roots.clone();
        todo.extend(self.outside.iter().map(|(number, _)| *number));
        todo.extend(self.broken.iter().map(|(number, _)| *number));
        while let Some(number) = todo.pop() {
            set(&mut reached, number, true);
            let kind = self.kind(number);
            for at in self.child_range(number) {
                let Some(child) = self.children.get(at).copied() else { continue };
                set(&mut self.kinds, child, kind);
                todo.push(child);
            }
        }
        for number in (0..).zip(&reached).filter(|(_, reached)| !**reached).map(|(n, _)| n) {
            let reason = "it is a delta of itself, by way of others";
            let error = pack.corrupt_entry(self.offset(number), Some(self.id(number)), reason);
            self.broken.push((number, error));
        }
    }

    pub(crate) fn id(&self, number: u32) -> ObjectId {
        self.table.id(self.position(number))
    }

    /// The place of an entry in the order of the ids.
    pub(crate) fn position(&self, number: u32) -> u32 {
        self.entries.get(number as usize).map_or(NONE, |entry| entry.position)
    }

    /// The kind of an entry; unknown below a base outside the pack.
    pub(crate) fn kind(&self, number: u32) -> Option<ObjectKind> {
        self.kinds.get(number as usize).copied().flatten()
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

    pub(crate) fn child(&self, at: usize) -> Option<u32> {
        self.children.get(at).copied()
    }
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
    fn roles(&self, jobs: usize) -> Vec<Role> {
        let share = self.entries.len().div_ceil(jobs.max(1)).max(1024);
        std::thread::scope(|scope| {
            let workers: Vec<_> = self
                .entries
                .chunks(share)
                .map(|chunk| scope.spawn(|| self.roles_of(chunk)))
                .collect();
            let join = |worker: std::thread::ScopedJoinHandle<'_, Vec<Role>>| {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            workers.into_iter().flat_map(join).collect()
        })
    }

    fn roles_of(&self, chunk: &[Entry]) -> Vec<Role> {
        let mut window = Window { bytes: Vec::new(), start: 0 };
        chunk
            .iter()
            .map(|entry| {
                self.role(entry, &mut window).unwrap_or_else(|reason| {
                    let id = self.table.id(entry.position);
                    Role::Broken(self.pack.corrupt_entry(entry.offset, Some(id), reason))
                })
            })
            .collect()
    }

    fn role(&self, entry: &Entry, window: &mut Window) -> Result<Role, String> {
        if entry.offset >= self.end {
            return Err("it lies outside the pack".into());
        }
        let bytes = window.at(self.file, entry.offset, self.end).map_err(|e| e.to_string())?;
        let hash = self.pack.index().hash_kind();
        let header = EntryHeader::parse(bytes, entry.offset, hash)
            .ok_or("its header is not one of a pack entry")?;
        Ok(match header.kind {
            EntryKind::Whole(kind) => Role::Root(kind),
            EntryKind::OffsetDelta(base) => Role::ChildOf(
                self.number_at(base)
                    .ok_or("the base of its delta is not where an object begins")?,
            ),
            EntryKind::RefDelta(base) => match self.table.lookup(&base) {
                Some(offset) => self.number_at(offset).map_or(Role::Outside(base), Role::ChildOf),
                None => Role::Outside(base),
            },
        })
    }

    fn number_at(&self, offset: u64) -> Option<u32> {
        let place = self.entries.partition_point(|entry| entry.offset < offset);
        self.entries.get(place).filter(|entry| entry.offset == offset)?;
        u32::try_from(place).ok()
    }
}

/// The part of the pack read last.
struct Window {
    bytes: Vec<u8>,
    start: u64,
}

impl Window {
    /// The bytes at `offset`, enough for any header, short only at `end`.
    fn at(&mut self, file: &File, offset: u64, end: u64) -> std::io::Result<&[u8]> {
        let wanted = MAX_HEADER.min(usize::try_from(end - offset).unwrap_or(MAX_HEADER));
        let held = offset
            .checked_sub(self.start)
            .and_then(|skip| usize::try_from(skip).ok())
            .filter(|skip| skip + wanted <= self.bytes.len());
        if let Some(skip) = held {
            return Ok(self.bytes.get(skip..skip + wanted).unwrap_or_default());
        }
        let room = usize::try_from(end - offset).unwrap_or(usize::MAX);
        self.bytes.resize(WINDOW.min(room), 0);
        let count = files::read_at(file, &mut self.bytes, offset)?;
        self.bytes.truncate(count);
        self.start = offset;
        Ok(self.bytes.get(..wanted.min(count)).unwrap_or_default())
    }
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
