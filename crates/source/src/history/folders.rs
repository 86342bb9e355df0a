//! The folders of a history, each as what it changes of the tree its delta was made from. Costs
//! memory by change, not by entry.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;

use tightlip_git::{EntryMode, ObjectId};

use super::numbers::number;

/// Stands for no folder.
pub(super) const NONE: u32 = u32::MAX;
/// From here on, what stands in place of an object's number is how many entries in a row, less one, a
/// folder does not have any more.
const GONE: u32 = 1 << 31;
/// As many changes are compared one by one.
const FEW: usize = 8;

/// Folders by number, bases before what was made from them.
#[derive(Default)]
pub(super) struct Folders {
    folders: Vec<Folder>,
    changes: Vec<Change>,
    pub(super) names: Names,
}

/// A folder: its changes are those after the ones of the folder before.
struct Folder {
    /// The number of its tree among the objects.
    object: u32,
    base: u32,
    changes_end: u32,
}

/// What a folder has otherwise than its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    key: Slot,
    child: u32,
}

/// What an entry is called and what it is. A folder has no two entries with the same slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Slot(pub(super) u32);

const NAME_BITS: u32 = 30;

/// What an entry of a kept folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Folder,
    File,
    Symlink,
}

impl Slot {
    fn new(name: u32, mode: EntryMode) -> Self {
        let kind = match mode {
            EntryMode::Tree => 0,
            EntryMode::File => 1,
            EntryMode::Symlink => 2,
            EntryMode::Submodule => 3,
        };
        Self(name | kind << NAME_BITS)
    }

    /// What it is; `None` for a submodule.
    pub(super) const fn kind(self) -> Option<Kind> {
        match self.0 >> NAME_BITS {
            0 => Some(Kind::Folder),
            1 => Some(Kind::File),
            2 => Some(Kind::Symlink),
            _ => None,
        }
    }

    /// The number of its name.
    pub(super) const fn name(self) -> u32 {
        self.0 & ((1 << NAME_BITS) - 1)
    }
}

impl Change {
    /// An entry that is new or other than before.
    pub(super) const fn to(key: Slot, child: u32) -> Self {
        Self { key, child }
    }

    /// Which entry.
    pub(super) const fn slot(self) -> Slot {
        self.key
    }

    /// The number of the object it names now, if there still is such an entry.
    pub(super) fn child(self) -> Option<u32> {
        (self.child < GONE).then_some(self.child)
    }

    /// The entries that are gone.
    pub(super) fn gone(self) -> impl Iterator<Item = Slot> {
        let count = if self.child < GONE { 0 } else { self.child - GONE + 1 };
        (self.key.0..self.key.0 + count).map(Slot)
    }
}

impl Folders {
    /// How many changes are kept.
    pub(super) fn kept(&self) -> usize {
        self.changes.len()
    }

    /// How many folders there are.
    pub(super) fn len(&self) -> usize {
        self.folders.len()
    }

    /// Adds the folder of a tree: what it has, and what of its base is gone, unless it has that again.
    pub(super) fn add(&mut self, object: u32, base: u32, own: &mut [Change], gone: &[Slot]) -> u32 {
        if own.len() > FEW {
            own.sort_by_key(|change| change.key);
        }
        let own = &*own;
        let is_back = |slot: Slot| match own.len() {
            0..=FEW => own.iter().any(|change| change.key == slot),
            _ => own.binary_search_by_key(&slot, |change| change.key).is_ok(),
        };
        let begun = self.changes.len();
        for &slot in gone.iter().filter(|slot| !is_back(**slot)) {
            match self.changes.get_mut(begun..).and_then(<[Change]>::last_mut) {
                Some(last) if last.key.0 + (last.child - GONE) + 1 == slot.0 => last.child += 1,
                _ => self.changes.push(Change::to(slot, GONE)),
            }
        }
        self.changes.extend(own);
        self.folders.push(Folder { object, base, changes_end: number(self.changes.len()) });
        number(self.folders.len() - 1)
    }

    /// Adds the folders another thread wrote.
    pub(super) fn append(&mut self, other: &Self) {
        let folders = number(self.folders.len());
        let renamed: Vec<u32> =
            other.names.all.iter().map(|name| self.names.look_up(name).0).collect();
        let renamed = |slot: Slot| {
            let name = renamed.get(slot.name() as usize).copied().unwrap_or_default();
            Slot(name | slot.0 >> NAME_BITS << NAME_BITS)
        };
        let (mut own, mut gone) = (Vec::new(), Vec::new());
        for (at, folder) in (0..).zip(&other.folders) {
            own.clear();
            gone.clear();
            for change in other.changes(at) {
                gone.extend(change.gone().map(renamed));
                own.extend(change.child().map(|child| Change::to(renamed(change.key), child)));
            }
            let base = if folder.base == NONE { NONE } else { folder.base + folders };
            self.add(folder.object, base, &mut own, &gone);
        }
    }

    /// The folder whose delta a folder was, [`NONE`] if it was whole.
    pub(super) fn base(&self, folder: u32) -> u32 {
        self.folders.get(folder as usize).map_or(NONE, |folder| folder.base)
    }

    /// The number among the objects of each folder's tree.
    pub(super) fn objects(&self) -> impl Iterator<Item = u32> {
        self.folders.iter().map(|folder| folder.object)
    }

    /// What a folder has otherwise than its base.
    pub(super) fn changes(&self, folder: u32) -> &[Change] {
        let at = folder as usize;
        let before = at.checked_sub(1).and_then(|before| self.folders.get(before));
        let start = before.map_or(0, |before| before.changes_end as usize);
        let end = self.folders.get(at).map_or(start, |folder| folder.changes_end as usize);
        self.changes.get(start..end).unwrap_or_default()
    }

    /// The changes of all folders.
    pub(super) fn all_changes(&self) -> &[Change] {
        &self.changes
    }

    /// The name with this number.
    pub(super) fn name(&self, number: u32) -> &[u8] {
        self.names.all.get(number as usize).map(|name| &**name).unwrap_or_default()
    }
}

/// Names, each once.
#[derive(Default)]
pub(super) struct Names {
    all: Vec<Arc<[u8]>>,
    numbers: HashMap<Arc<[u8]>, u32>,
    /// For some names, their numbers: most entries have one of a few names.
    quick: Vec<u32>,
    /// The object that the last entry of each name had, and its number: entries come back.
    latest: Vec<Option<(ObjectId, u32)>>,
}

/// How many names are looked up in one step.
const QUICK: usize = 1 << 12;

impl Names {
    /// The slot of an entry in its folder, and whether its name is met for the first time.
    pub(super) fn slot(&mut self, name: &[u8], mode: EntryMode) -> (Slot, bool) {
        let (number, is_new) = self.number(name);
        (Slot::new(number, mode), is_new)
    }

    /// The number of an object, if the last entry of this name had it.
    pub(super) fn latest(&self, slot: Slot, id: &ObjectId) -> Option<u32> {
        let (latest, number) = self.latest.get(slot.name() as usize)?.as_ref()?;
        (latest == id).then_some(*number)
    }

    /// Takes note of an entry's object.
    pub(super) fn note(&mut self, slot: Slot, id: ObjectId, number: u32) {
        let at = slot.name() as usize;
        if at >= self.latest.len() {
            self.latest.resize(at + 1, None);
        }
        self.latest.get_mut(at).into_iter().for_each(|latest| *latest = Some((id, number)));
    }

    fn number(&mut self, name: &[u8]) -> (u32, bool) {
        let place = quick(name);
        if let Some(&known) = self.quick.get(place)
            && self.all.get(known as usize).is_some_and(|one| **one == *name)
        {
            return (known, false);
        }
        let (found, is_new) = self.look_up(name);
        self.quick.resize(QUICK, NONE);
        self.quick.get_mut(place).into_iter().for_each(|known| *known = found);
        (found, is_new)
    }

    fn look_up(&mut self, name: &[u8]) -> (u32, bool) {
        if let Some(number) = self.numbers.get(name) {
            return (*number, false);
        }
        let (number, name) = (number(self.all.len()), Arc::from(name));
        self.all.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        (number, true)
    }
}

/// A place among [`QUICK`] ones, from the ends of a name.
fn quick(name: &[u8]) -> usize {
    let edge = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let short = || name.iter().fold(0, |all: u32, byte| all << 8 | u32::from(*byte));
    let ends = match name.len() {
        0..4 => short(),
        _ => edge(name.first_chunk()) ^ edge(name.last_chunk()).rotate_left(9),
    };
    let mixed = (ends ^ number(name.len())).wrapping_mul(0x9E37_79B1);
    (mixed >> (u32::BITS - QUICK.ilog2())) as usize
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
