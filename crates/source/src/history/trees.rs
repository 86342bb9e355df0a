//! Which folders hold the wanted blobs, and what a commit brought in. Each tree is read once, however
//! many commits and paths lead to it.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use tightlip_git::{EntryMode, ObjectId, Objects, Tree};

/// Places of one blob that are told.
pub(super) const PLACES: usize = 100;

/// An entry of a tree that is a wanted blob or leads to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) name: Box<[u8]>,
    pub(super) id: ObjectId,
    pub(super) mode: EntryMode,
}

type Edges = Rc<[Edge]>;

/// The trees that lead to wanted blobs.
pub(super) struct Trees<'a> {
    objects: &'a Objects,
    wanted: &'a HashSet<ObjectId>,
    fertile: HashMap<ObjectId, Edges>,
    /// Other trees, by half of their ids: there may be millions.
    barren: HashSet<[u8; 16]>,
    content: Vec<u8>,
}

/// A tree on the way down.
struct Pending {
    id: ObjectId,
    edges: Vec<Edge>,
    /// Folders not looked into yet.
    below: Vec<Edge>,
}

impl<'a> Trees<'a> {
    /// Trees that may lead to `wanted`.
    pub(super) fn new(objects: &'a Objects, wanted: &'a HashSet<ObjectId>) -> Self {
        let (fertile, barren) = (HashMap::new(), HashSet::new());
        Self { objects, wanted, fertile, barren, content: Vec::new() }
    }

    /// What leads to wanted blobs in a tree that was explored.
    fn edges(&self, id: &ObjectId) -> &[Edge] {
        self.fertile.get(id).map(|edges| &**edges).unwrap_or_default()
    }

    /// Looks through a tree and all below; whether it leads to a wanted blob.
    pub(super) fn explore(&mut self, root: ObjectId) -> bool {
        if let Some(known) = self.known(&root) {
            return known;
        }
        let mut stack = vec![self.read(root)];
        while let Some(top) = stack.last_mut() {
            if let Some(next) = top.below.pop() {
                match self.known(&next.id) {
                    Some(true) => top.edges.push(next),
                    Some(false) => {}
                    None => {
                        let below = self.read(next.id);
                        top.below.push(next);
                        stack.push(below);
                    }
                }
                continue;
            }
            let Some(mut done) = stack.pop() else { break };
            if !done.edges.is_empty() {
                self.barren.remove(&half(&done.id));
                done.edges.sort_by(|a, b| a.name.cmp(&b.name));
                self.fertile.insert(done.id, done.edges.into());
            }
        }
        self.fertile.contains_key(&root)
    }

    fn known(&self, id: &ObjectId) -> Option<bool> {
        if self.fertile.contains_key(id) {
            return Some(true);
        }
        self.barren.contains(&half(id)).then_some(false)
    }

    /// The entries of a tree that matter. It counts as barren until it is known not to be, so that
    /// a tree that claims to contain itself ends there.
    fn read(&mut self, id: ObjectId) -> Pending {
        self.barren.insert(half(&id));
        let mut pending = Pending { id, edges: Vec::new(), below: Vec::new() };
        let mut content = std::mem::take(&mut self.content);
        if self.objects.read(&id, &mut content).is_err() {
            content.clear();
        }
        for entry in Tree::new(id, &content).flatten() {
            let mode = entry.entry_mode();
            let edge = || Edge { name: entry.name.into(), id: entry.id, mode };
            match mode {
                EntryMode::Tree if !self.barren.contains(&half(&entry.id)) => {
                    pending.below.push(edge());
                }
                EntryMode::File | EntryMode::Symlink if self.wanted.contains(&entry.id) => {
                    pending.edges.push(edge());
                }
                _ => {}
            }
        }
        self.content = content;
        pending
    }

    /// The wanted blobs anywhere below an explored tree.
    pub(super) fn blobs_below(&self, root: ObjectId) -> HashSet<ObjectId> {
        let (mut blobs, mut visited, mut todo) = (HashSet::new(), HashSet::new(), vec![root]);
        while let Some(tree) = todo.pop() {
            for edge in self.edges(&tree) {
                if edge.mode != EntryMode::Tree {
                    blobs.insert(edge.id);
                } else if visited.insert(edge.id) {
                    todo.push(edge.id);
                }
            }
        }
        blobs
    }
}

fn half(id: &ObjectId) -> [u8; 16] {
    id.as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Finds what commits brought in, one commit after the other.
#[derive(Default)]
pub(super) struct Introductions {
    /// Paths told so far, by blob.
    told: HashMap<ObjectId, usize>,
    /// Trees below which every blob has all the places it gets.
    full: HashSet<ObjectId>,
}

/// A tree that is compared with those of the parents at the same path.
struct Compared {
    edges: Edges,
    id: ObjectId,
    parents: Vec<Edges>,
    next: usize,
    path_length: usize,
    is_full: bool,
}

impl Introductions {
    /// Calls `each` with path and blob of what stands in `root` but in none of `parents`; `each`
    /// says whether that is a place not known yet.
    pub(super) fn of(
        &mut self,
        trees: &Trees<'_>,
        root: ObjectId,
        parents: &[ObjectId],
        mut each: impl FnMut(&[u8], &Edge) -> bool,
    ) {
        let mut path = Vec::new();
        let parents = parents.iter().filter_map(|tree| trees.fertile.get(tree).cloned());
        let mut stack: Vec<_> =
            self.compare(trees, root, parents.collect(), 0).into_iter().collect();
        while let Some(top) = stack.last_mut() {
            let Some(edge) = top.edges.get(top.next).cloned() else {
                self.close(&mut stack);
                continue;
            };
            top.next += 1;
            if self.is_full(&edge) {
                continue;
            }
            let before: Vec<&Edge> = top.parents.iter().filter_map(|p| find(p, &edge)).collect();
            if before.iter().any(|old| old.id == edge.id && old.mode == edge.mode) {
                top.is_full = false;
                continue;
            }
            path.truncate(top.path_length);
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(&edge.name);
            if edge.mode == EntryMode::Tree {
                let below = before.iter().filter_map(|old| trees.fertile.get(&old.id).cloned());
                let below = self.compare(trees, edge.id, below.collect(), path.len());
                stack.extend(below);
            } else {
                *self.told.entry(edge.id).or_default() += usize::from(each(&path, &edge));
                top.is_full &= self.is_full(&edge);
            }
        }
    }

    /// Whether some blob stands in more places than are told.
    pub(super) fn left_out_any(&self) -> bool {
        self.told.values().any(|&count| count >= PLACES)
    }

    fn compare(
        &self,
        trees: &Trees<'_>,
        id: ObjectId,
        parents: Vec<Edges>,
        path_length: usize,
    ) -> Option<Compared> {
        let edges = Rc::clone(trees.fertile.get(&id)?);
        Some(Compared { edges, id, parents, next: 0, path_length, is_full: true })
    }

    fn is_full(&self, edge: &Edge) -> bool {
        if edge.mode == EntryMode::Tree {
            return self.full.contains(&edge.id);
        }
        self.told.get(&edge.id).is_some_and(|&count| count >= PLACES)
    }

    /// Leaves a tree; one that is full is never entered again, which keeps tree bombs cheap.
    fn close(&mut self, stack: &mut Vec<Compared>) {
        let Some(done) = stack.pop() else { return };
        if done.is_full {
            self.full.insert(done.id);
        } else if let Some(above) = stack.last_mut() {
            above.is_full = false;
        }
    }
}

fn find<'e>(edges: &'e [Edge], wanted: &Edge) -> Option<&'e Edge> {
    let at = edges.binary_search_by(|edge| edge.name.cmp(&wanted.name)).ok()?;
    edges.get(at)
}
