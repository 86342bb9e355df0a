//! What the index would change if it were committed.

use std::collections::VecDeque;

use super::{Change, Deletions, DiffEntry, DiffOptions, Item, TreeDiff, load, within_bounds};
use crate::error::GitError;
use crate::index::{Index, IndexEntry};
use crate::object_id::ObjectId;
use crate::objects::Objects;
use crate::tree::EntryMode;

/// Iterates over the changes from a tree to the index, in the order of their paths.
///
/// Folders that the index remembers as unchanged trees are stepped over when they are the same
/// tree: a commit writes those very trees. Entries that are only intended to be added are not
/// there, as for a commit. Of a conflict every side is given.
pub struct IndexDiff<'o> {
    objects: &'o Objects,
    index: &'o Index,
    options: DiffOptions,
    frames: Vec<Frame>,
    /// The place of the next entry of the index.
    at: usize,
    path: Vec<u8>,
    /// The folder of a sparse index being compared.
    folder: Option<TreeDiff<'o>>,
    ready: VecDeque<Result<Change, GitError>>,
}

/// A folder of the tree, entries yet to come.
struct Frame {
    items: VecDeque<Item>,
    prefix: usize,
}

impl<'o> IndexDiff<'o> {
    /// Compares a tree, of which `None` is the empty one, to the index.
    #[must_use]
    pub fn new(
        objects: &'o Objects,
        tree: Option<ObjectId>,
        index: &'o Index,
        options: DiffOptions,
    ) -> Self {
        let mut diff = Self {
            objects,
            index,
            options,
            frames: Vec::new(),
            at: 0,
            path: Vec::new(),
            folder: None,
            ready: VecDeque::new(),
        };
        match tree {
            Some(tree) if index.unchanged_trees().get(&b""[..]) == Some(&tree) => {
                diff.at = index.len()
            }
            Some(tree) => diff.enter(tree),
            None => {}
        }
        diff
    }

    fn enter(&mut self, tree: ObjectId) {
        if let Err(error) = within_bounds(self.frames.len(), &self.path) {
            self.ready.push_back(Err(error));
            return;
        }
        let mut items = Vec::new();
        self.ready.extend(load(self.objects, tree, &mut items).err().map(Err));
        self.frames.push(Frame { items: items.into(), prefix: self.path.len() });
    }

    /// Moves on by one entry of the tree or the index; `None` at the end.
    fn step(&mut self) -> Option<()> {
        let Some(frame) = self.frames.last_mut() else {
            let entry = self.index.get(self.at)?;
            self.at += 1;
            self.add(&entry, None);
            return Some(());
        };
        let prefix = frame.prefix;
        let Some(item) = frame.items.front() else {
            self.frames.pop();
            return Some(());
        };
        self.path.truncate(prefix);
        self.path.extend_from_slice(&item.name);
        if item.is_tree() {
            self.path.push(b'/');
        }
        if let Some(entry) = self.index.get(self.at).filter(|e| e.path < self.path.as_slice()) {
            self.at += 1;
            self.add(&entry, None);
            return Some(());
        }
        let item = frame.items.pop_front()?;
        if item.is_tree() {
            self.tree(item.entry.id)
        } else {
            self.file(item.entry)
        }
        Some(())
    }

    /// Compares the folder at the current path.
    fn tree(&mut self, id: ObjectId) {
        let entry = self.index.get(self.at);
        if let Some(entry) = entry.filter(|entry| entry.path == self.path) {
            self.at += 1;
            self.add(&entry, Some(id));
            return;
        }
        let end = self.index.end_of_folder(self.at, &self.path);
        let name = self.path.strip_suffix(b"/").unwrap_or(&self.path);
        if self.index.unchanged_trees().get(name) == Some(&id) {
            self.at = end;
        } else if end > self.at || self.options.deletions == Deletions::Listed {
            self.enter(id);
        }
    }

    /// Compares the file at the current path with all entries of that path.
    fn file(&mut self, old: DiffEntry) {
        let mut deleted = true;
        while let Some(entry) = self.index.get(self.at).filter(|entry| entry.path == self.path) {
            self.at += 1;
            if entry.flags.intent_to_add {
                continue;
            }
            deleted = false;
            let new = DiffEntry { mode: entry.mode, id: entry.id };
            if new != old || entry.stage != 0 {
                self.change(entry.path, Some(old), Some(new), entry.stage);
            }
        }
        if deleted && self.options.deletions == Deletions::Listed {
            let path = self.path.clone();
            self.change(&path, Some(old), None, 0);
        }
    }

    /// Takes an entry that the tree does not have, or a folder that it has as `old`.
    fn add(&mut self, entry: &IndexEntry<'_>, old: Option<ObjectId>) {
        if entry.flags.intent_to_add {
            return;
        }
        if entry.entry_mode() == EntryMode::Tree {
            let trees = (old, Some(entry.id));
            self.folder =
                Some(TreeDiff::below(self.objects, entry.path.to_vec(), trees, self.options));
            return;
        }
        let new = DiffEntry { mode: entry.mode, id: entry.id };
        self.change(entry.path, None, Some(new), entry.stage);
    }

    fn change(&mut self, path: &[u8], old: Option<DiffEntry>, new: Option<DiffEntry>, stage: u8) {
        self.ready.push_back(Ok(Change { path: path.to_vec(), old, new, stage }));
    }
}

impl Iterator for IndexDiff<'_> {
    type Item = Result<Change, GitError>;

    /// The next change, or a tree that cannot be read, after which the rest still comes.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return Some(ready);
            }
            if let Some(folder) = &mut self.folder {
                if let Some(change) = folder.next() {
                    return Some(change);
                }
                self.folder = None;
            }
            self.step()?;
        }
    }
}
