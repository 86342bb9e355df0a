//! What differs between two trees. Equal folders are not read; nothing is recursive.

mod index;

use std::collections::{HashSet, VecDeque};

use crate::error::GitError;
use crate::object_id::{ObjectId, ObjectKind};
use crate::objects::Objects;
use crate::tree::{EntryMode, Tree, compare_names, entry_mode};

pub use index::IndexDiff;

/// git refuses deeper trees by default.
const MAX_DEPTH: usize = 2048;
const MAX_PATH: usize = 1 << 20;

/// One side of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DiffEntry {
    /// The mode as git normalises it: `0o100644`, `0o100755`, `0o120000`, `0o160000`.
    pub mode: u32,
    /// The blob, or the commit of a submodule.
    pub id: ObjectId,
}

impl DiffEntry {
    /// What the entry is.
    #[must_use]
    pub const fn entry_mode(&self) -> EntryMode {
        entry_mode(self.mode)
    }
}

/// A path that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path from the top, with `/`.
    pub path: Vec<u8>,
    /// What was there; `None` for an addition.
    pub old: Option<DiffEntry>,
    /// What is there now; `None` for a deletion.
    pub new: Option<DiffEntry>,
    /// Zero, or in an index with conflicts which side of one `new` is.
    pub stage: u8,
}

/// Whether deleted paths are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deletions {
    /// Each deleted file is a change.
    #[default]
    Listed,
    /// Deleted files are left out and deleted folders not read.
    LeftOut,
}

/// How often the same pair of differing folders is looked into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeats {
    /// At every path: a few objects can then stand for any number of paths.
    #[default]
    EveryPath,
    /// At the first path only: each differing object is still given at least once.
    FirstPath,
}

/// How trees are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiffOptions {
    /// Whether deleted paths are given.
    pub deletions: Deletions,
    /// How often the same folders are looked into.
    pub repeats: Repeats,
}

/// An entry of a tree being compared.
#[derive(Clone, Debug)]
struct Item {
    name: Vec<u8>,
    entry: DiffEntry,
}

impl Item {
    const fn is_tree(&self) -> bool {
        matches!(entry_mode(self.entry.mode), EntryMode::Tree)
    }

    fn key(&self) -> (&[u8], bool) {
        (&self.name, self.is_tree())
    }
}

/// Two folders being compared, entries yet to come.
struct Frame {
    old: VecDeque<Item>,
    new: VecDeque<Item>,
    prefix: usize,
}

/// Iterates over the changes between two trees, in the order of their paths.
pub struct TreeDiff<'o> {
    objects: &'o Objects,
    options: DiffOptions,
    frames: Vec<Frame>,
    path: Vec<u8>,
    problems: VecDeque<GitError>,
    seen: HashSet<(Option<ObjectId>, Option<ObjectId>)>,
}

impl<'o> TreeDiff<'o> {
    /// Compares two trees, of which `None` is the empty one.
    #[must_use]
    pub fn new(
        objects: &'o Objects,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        options: DiffOptions,
    ) -> Self {
        Self::below(objects, Vec::new(), (old, new), options)
    }

    /// Compares two trees that lie at `path`, which is empty or ends in `/`.
    fn below(
        objects: &'o Objects,
        path: Vec<u8>,
        trees: (Option<ObjectId>, Option<ObjectId>),
        options: DiffOptions,
    ) -> Self {
        let (frames, problems) = (Vec::new(), VecDeque::new());
        let mut diff = Self { objects, options, frames, path, problems, seen: HashSet::new() };
        if trees.0 != trees.1 {
            diff.enter(trees.0, trees.1);
        }
        diff
    }

    /// Goes into a pair of folders at the current path.
    fn enter(&mut self, old: Option<ObjectId>, new: Option<ObjectId>) {
        if new.is_none() && self.options.deletions == Deletions::LeftOut {
            return;
        }
        if self.options.repeats == Repeats::FirstPath && !self.seen.insert((old, new)) {
            return;
        }
        if let Err(error) = within_bounds(self.frames.len(), &self.path) {
            self.problems.push_back(error);
            return;
        }
        let [old, new] = [old, new].map(|id| self.load(id));
        self.frames.push(Frame { old, new, prefix: self.path.len() });
    }

    /// The entries of a tree, sorted; of one that cannot be read, those that can.
    fn load(&mut self, id: Option<ObjectId>) -> VecDeque<Item> {
        let mut items = Vec::new();
        if let Some(id) = id {
            self.problems.extend(load(self.objects, id, &mut items).err());
        }
        items.into()
    }

    /// The next pair of entries of one name, and whether the frame has one.
    fn pair(frame: &mut Frame) -> Option<(Option<Item>, Option<Item>)> {
        let order = match (frame.old.front(), frame.new.front()) {
            (None, None) => return None,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(old), Some(new)) => compare_names(old.key(), new.key()),
        };
        let old = if order.is_le() { frame.old.pop_front() } else { None };
        let new = if order.is_ge() { frame.new.pop_front() } else { None };
        Some((old, new))
    }

    /// Takes a pair of entries: a change, or a folder to go into, or nothing.
    fn step(&mut self, old: Option<Item>, new: Option<Item>, prefix: usize) -> Option<Change> {
        let entries = (old.as_ref().map(|item| item.entry), new.as_ref().map(|item| item.entry));
        if entries.0 == entries.1 {
            return None;
        }
        let item = new.as_ref().or(old.as_ref())?;
        self.path.truncate(prefix);
        self.path.extend_from_slice(&item.name);
        if item.is_tree() {
            self.path.push(b'/');
            self.enter(entries.0.map(|entry| entry.id), entries.1.map(|entry| entry.id));
            return None;
        }
        if entries.1.is_none() && self.options.deletions == Deletions::LeftOut {
            return None;
        }
        Some(Change { path: self.path.clone(), old: entries.0, new: entries.1, stage: 0 })
    }
}

impl Iterator for TreeDiff<'_> {
    type Item = Result<Change, GitError>;

    /// The next change, or a tree that cannot be read, after which the rest still comes.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(problem) = self.problems.pop_front() {
                return Some(Err(problem));
            }
            let frame = self.frames.last_mut()?;
            let prefix = frame.prefix;
            let Some((old, new)) = Self::pair(frame) else {
                self.frames.pop();
                continue;
            };
            if let Some(change) = self.step(old, new, prefix) {
                return Some(Ok(change));
            }
        }
    }
}

fn within_bounds(depth: usize, path: &[u8]) -> Result<(), GitError> {
    let exceeded = |what: &str, limit| GitError::LimitExceeded {
        what: format!("{what} of a folder `{}`…", path.get(..64).unwrap_or(path).escape_ascii()),
        limit,
    };
    if depth >= MAX_DEPTH {
        return Err(exceeded("the depth", MAX_DEPTH as u64));
    }
    if path.len() > MAX_PATH {
        return Err(exceeded("the length", MAX_PATH as u64));
    }
    Ok(())
}

/// Adds the entries of a tree in git's order.
fn load(objects: &Objects, id: ObjectId, items: &mut Vec<Item>) -> Result<(), GitError> {
    if id == id.hash_kind().empty_tree() {
        return Ok(());
    }
    let mut bytes = Vec::new();
    let kind = objects.read(&id, &mut bytes)?;
    if kind != ObjectKind::Tree {
        return Err(GitError::object(id, format!("it is a {kind}, not a tree")));
    }
    let mut damage = None;
    for entry in Tree::new(id, &bytes) {
        match entry {
            Ok(entry) => items.push(Item {
                name: entry.name.to_vec(),
                entry: DiffEntry { mode: normal(entry.mode), id: entry.id },
            }),
            Err(error) => damage = Some(error),
        }
    }
    if !items.is_sorted_by(|a, b| compare_names(a.key(), b.key()).is_le()) {
        items.sort_by(|a, b| compare_names(a.key(), b.key()));
    }
    damage.map_or(Ok(()), Err)
}

/// The mode git takes an entry to have.
fn normal(mode: u32) -> u32 {
    match mode & 0o170_000 {
        0o100_000 if mode & 0o100 != 0 => 0o100_755,
        0o100_000 => 0o100_644,
        kind @ (0o120_000 | 0o040_000) => kind,
        _ => 0o160_000,
    }
}
