//! The folders of a history, each as what it has in common with the tree its delta was made from,
//! and the entries it does not. Costs memory by change, not by entry.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::ops::Range;

use tightlip_git::{EntryMode, ObjectId, TreeEntry};

/// Stands for no folder.
pub(super) const NONE: u32 = u32::MAX;

/// Folders by number, bases before what was made from them.
#[derive(Default)]
pub(super) struct Folders {
    folders: Vec<Folder>,
    steps: Vec<Step>,
    entries: Vec<Entry>,
    names: Names,
}

/// A folder: its steps and entries are those after the ones of the folder before.
struct Folder {
    key: Key,
    base: u32,
    steps_end: u32,
    entries_end: u32,
}

/// How the entries of a folder follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Entries of the base, by number.
    Copied { first: u32, count: u32 },
    /// Entries of its own that are kept.
    Own(u32),
    /// Entries of its own that are not kept.
    LeftOut(u32),
}

/// An entry of a folder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    child: Key,
    /// The number of its name, and above [`NAME_BITS`] what it is.
    name: u32,
}

const NAME_BITS: u32 = 30;

/// What an entry of a kept folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Folder,
    File,
    Symlink,
}

impl Entry {
    /// What it is; `None` for a submodule.
    pub(super) const fn kind(self) -> Option<Kind> {
        match self.name >> NAME_BITS {
            0 => Some(Kind::Folder),
            1 => Some(Kind::File),
            2 => Some(Kind::Symlink),
            _ => None,
        }
    }

    /// The number of its name.
    pub(super) const fn name(self) -> u32 {
        self.name & ((1 << NAME_BITS) - 1)
    }

    /// What it names.
    pub(super) const fn child(self) -> Key {
        self.child
    }
}

impl Folders {
    /// How many entries are kept.
    pub(super) fn kept(&self) -> usize {
        self.entries.len()
    }

    /// How many folders there are.
    pub(super) fn len(&self) -> usize {
        self.folders.len()
    }

    /// Goes on with the folder that is being written.
    pub(super) fn step(&mut self, step: Step) {
        let begun = self.folders.last().map_or(0, |folder| folder.steps_end as usize);
        let last = if self.steps.len() > begun { self.steps.last_mut() } else { None };
        match (last, step) {
            (Some(Step::Own(count)), Step::Own(more))
            | (Some(Step::LeftOut(count)), Step::LeftOut(more)) => *count += more,
            _ => self.steps.push(step),
        }
    }

    /// Keeps an entry of the folder that is being written.
    pub(super) fn keep(&mut self, entry: &TreeEntry<'_>) {
        let kind = match entry.entry_mode() {
            EntryMode::Tree => 0,
            EntryMode::File => 1,
            EntryMode::Symlink => 2,
            EntryMode::Submodule => 3,
        };
        let name = self.names.number(entry.name) | kind << NAME_BITS;
        self.entries.push(Entry { child: Key::of(&entry.id), name });
        self.step(Step::Own(1));
    }

    /// Ends the folder that is being written and gives its number.
    pub(super) fn close(&mut self, id: &ObjectId, base: u32) -> u32 {
        let (steps_end, entries_end) = (number(self.steps.len()), number(self.entries.len()));
        self.folders.push(Folder { key: Key::of(id), base, steps_end, entries_end });
        number(self.folders.len() - 1)
    }

    /// Adds the folders another thread wrote.
    pub(super) fn append(&mut self, other: Self) {
        let (folders, steps) = (number(self.folders.len()), number(self.steps.len()));
        let entries = number(self.entries.len());
        let renamed: Vec<u32> =
            other.names.all.iter().map(|name| self.names.number(name)).collect();
        self.folders.extend(other.folders.into_iter().map(|folder| Folder {
            key: folder.key,
            base: if folder.base == NONE { NONE } else { folder.base + folders },
            steps_end: folder.steps_end + steps,
            entries_end: folder.entries_end + entries,
        }));
        self.steps.extend(other.steps);
        self.entries.extend(other.entries.into_iter().map(|entry| {
            let name = renamed.get(entry.name() as usize).copied().unwrap_or_default();
            Entry { name: name | entry.name >> NAME_BITS << NAME_BITS, ..entry }
        }));
    }

    /// The folder whose delta a folder was, [`NONE`] if it was whole.
    pub(super) fn base(&self, folder: u32) -> u32 {
        self.folders.get(folder as usize).map_or(NONE, |folder| folder.base)
    }

    /// How the entries of a folder follow each other.
    pub(super) fn steps(&self, folder: u32) -> &[Step] {
        let range = self.range(folder, |folder| folder.steps_end);
        self.steps.get(range).unwrap_or_default()
    }

    /// Which entries are a folder's own.
    pub(super) fn own(&self, folder: u32) -> Range<usize> {
        self.range(folder, |folder| folder.entries_end)
    }

    /// Every kept entry.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn range(&self, folder: u32, end: fn(&Folder) -> u32) -> Range<usize> {
        let at = folder as usize;
        let before = at.checked_sub(1).and_then(|before| self.folders.get(before));
        let start = before.map_or(0, end) as usize;
        start..self.folders.get(at).map_or(start, |folder| end(folder) as usize)
    }

    /// The name with this number.
    pub(super) fn name(&self, number: u32) -> &[u8] {
        self.names.all.get(number as usize).map(|name| &**name).unwrap_or_default()
    }

    /// The folders by their keys.
    pub(super) fn by_key(&self) -> HashMap<Key, u32, AsIs> {
        self.folders.iter().map(|folder| folder.key).zip(0..).collect()
    }
}

/// The first half of an id or more, which is enough to tell objects apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key([u8; 16]);

impl Key {
    /// The key of the object with this id.
    pub(super) fn of(id: &ObjectId) -> Self {
        Self(id.as_bytes().first_chunk().copied().unwrap_or_default())
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes)));
    }
}

/// A count as it is stored. Entries are bounded, and each costs bytes of a pack.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("memory holds fewer than 2^32 of what is counted here")
}

/// Names, each once.
#[derive(Default)]
struct Names {
    all: Vec<Box<[u8]>>,
    numbers: HashMap<Box<[u8]>, u32>,
}

impl Names {
    fn number(&mut self, name: &[u8]) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = number(self.all.len());
        self.all.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }
}

/// Hashes what is a hash already.
pub(super) type AsIs = BuildHasherDefault<Identity>;

/// A hasher that gives back the number it was given.
#[derive(Default)]
pub(super) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0 = self.0.rotate_left(8) ^ u64::from(byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
