//! Objects that others refer to but nobody has.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use tightlip_git::{
    Content, GitError, Object, ObjectId, ObjectKind, Objects, Ref, Repository, Tag, Tree, Visitor,
    WalkOptions,
};
use tightlip_model::{Problem, Sink};

use super::folders::{AsIs, Key};
use super::survey::Notes;
use super::views::{View, Views};
use crate::graph::Node;
use crate::repository::Opening;

/// Missing objects that are named one by one.
const NAMED: usize = 10;
/// Tags of tags that are followed.
const MOST_TAGS: usize = 1000;

/// What one thread or all saw on a walk over every object.
#[derive(Default)]
pub(super) struct Seen {
    /// Commits.
    pub(super) commits: u64,
    /// Objects of any kind.
    pub(super) objects: u64,
    present: Vec<Key>,
    referred: HashSet<Key, AsIs>,
}

impl Seen {
    /// Takes note of an object that is there.
    pub(super) fn see(&mut self, id: &ObjectId) {
        self.objects += 1;
        self.present.push(Key::of(id));
    }

    /// Takes note of an object that should be there.
    pub(super) fn refer(&mut self, id: &ObjectId) {
        self.referred.insert(Key::of(id));
    }

    /// Adds what another thread saw.
    pub(super) fn merge(&mut self, other: Self) {
        self.commits += other.commits;
        self.objects += other.objects;
        self.present.extend(other.present);
        if self.referred.is_empty() {
            self.referred = other.referred;
        } else {
            self.referred.extend(other.referred);
        }
    }

    /// What was referred to and is not there.
    fn lacking(mut self) -> HashSet<Key, AsIs> {
        self.present.iter().for_each(|id| {
            self.referred.remove(id);
        });
        self.referred
    }
}

/// Reports what refs reach but the store lacks. Unreachable objects may well lack theirs: git
/// prunes them in no particular order.
pub(super) fn report(
    opening: &Opening,
    repository: &Repository,
    objects: &Objects,
    (mut seen, notes): (Seen, &Notes),
    refs: &[Ref],
    sink: &dyn Sink,
) {
    let tips = || refs.iter().filter(|one| one.name != b"FETCH_HEAD" && one.name != b"ORIG_HEAD");
    tips().for_each(|tip| seen.refer(&tip.target));
    let lacking = seen.lacking();
    if lacking.is_empty() {
        return;
    }
    let again = notes.is_full.then(|| Notes::read(objects, 1, &lacking, sink));
    let mut search = Search::new(repository, objects, again.as_ref().unwrap_or(notes), &lacking);
    tips().for_each(|tip| search.tip(tip.target));
    let missing = search.run();
    if missing.is_empty() {
        return;
    }
    if repository.is_partial_clone() {
        let count = missing.len();
        let message = format!(
            "partial clone: {count} objects were left out of it and not scanned; clone it without a filter"
        );
        return sink.problem(Problem::new(opening.subject(), message));
    }
    let missing = named(missing, objects);
    for id in missing.iter().take(NAMED) {
        sink.problem(opening.problem(&GitError::Missing { id: *id }));
    }
    if missing.len() > NAMED {
        let message =
            format!("{} further objects are missing; fetch it again", missing.len() - NAMED);
        sink.problem(Problem::new(opening.subject(), message));
    }
}

/// What is missing, with its id where that is known.
type Missing = HashMap<Key, Option<ObjectId>, AsIs>;

/// A walk from the refs for objects that are not there.
struct Search<'a> {
    repository: &'a Repository,
    objects: &'a Objects,
    notes: &'a Notes,
    lacking: Vec<Key>,
    views: Views<'a>,
    todo: Vec<Node>,
    trees: HashSet<View>,
    missing: Missing,
}

impl<'a> Search<'a> {
    fn new(
        repository: &'a Repository,
        objects: &'a Objects,
        notes: &'a Notes,
        lacking: &HashSet<Key, AsIs>,
    ) -> Self {
        let lacking: Vec<Key> = lacking.iter().copied().collect();
        let views = Views::new(&notes.folders, lacking.iter().copied());
        let (todo, trees, missing) = (Vec::new(), HashSet::new(), Missing::default());
        Self { repository, objects, notes, lacking, views, todo, trees, missing }
    }

    /// Starts at what a ref names, through annotated tags.
    fn tip(&mut self, tip: ObjectId) {
        let (mut id, mut content) = (tip, Vec::new());
        for _ in 0..MOST_TAGS {
            match self.objects.header(&id) {
                Ok((ObjectKind::Tag, _)) => {}
                Ok((ObjectKind::Commit, _)) => return self.todo.extend(self.notes.graph.node(&id)),
                Ok((ObjectKind::Tree, _)) => return self.tree(&id),
                Err(GitError::Missing { id }) => {
                    self.missing.insert(Key::of(&id), Some(id));
                    return;
                }
                // The walk over all objects has told of everything that cannot be read.
                Ok((ObjectKind::Blob, _)) | Err(_) => return,
            }
            let read = self.objects.read(&id, &mut content);
            let Some(tag) = read.ok().and_then(|_| Tag::parse(id, &content).ok()) else { return };
            id = tag.target;
        }
    }

    fn tree(&mut self, id: &ObjectId) {
        let is_there = !self.views.wants(id);
        if !is_there {
            self.missing.insert(Key::of(id), Some(*id));
        }
        self.trees.extend(self.views.of(id));
    }

    fn run(mut self) -> Missing {
        let graph = &self.notes.graph;
        let mut visited = vec![false; graph.len()];
        while let Some(node) = self.todo.pop() {
            let Some(mark) = visited.get_mut(node).filter(|mark| !**mark) else { continue };
            *mark = true;
            self.todo.extend(graph.parents(node));
            if let Some(tree) = graph.tree(node) {
                self.tree(&tree);
            }
        }
        let is_cut = |id: &ObjectId| self.repository.shallow_boundary().binary_search(id).is_ok();
        for (node, parent) in graph.absent() {
            let is_visited = visited.get(*node).copied().unwrap_or(false);
            if is_visited
                && self.views.wants(parent)
                && !graph.id(*node).is_some_and(|id| is_cut(&id))
            {
                self.missing.insert(Key::of(parent), Some(*parent));
            }
        }
        for view in &self.trees {
            for number in self.views.blobs(*view) {
                let Some(key) = self.lacking.get(number as usize) else { continue };
                self.missing.entry(*key).or_default();
            }
        }
        self.missing
    }
}

/// The ids of what is missing, sorted; those not known yet are looked up in the trees.
fn named(missing: Missing, objects: &Objects) -> Vec<ObjectId> {
    let mut ids: HashSet<ObjectId> = missing.values().flatten().copied().collect();
    if missing.values().any(Option::is_none) {
        let want = |kind| kind == ObjectKind::Tree;
        let options = WalkOptions { want, ..WalkOptions::default() };
        let found = objects.for_each(&options, || Ids { missing: &missing, found: HashSet::new() });
        found.into_iter().for_each(|one| ids.extend(one.found));
    }
    let mut ids: Vec<ObjectId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}

/// Looks for full ids in all trees.
struct Ids<'a> {
    missing: &'a Missing,
    found: HashSet<ObjectId>,
}

impl Visitor for Ids<'_> {
    fn object(&mut self, object: Object<'_>) -> ControlFlow<()> {
        if let Content::Bytes(content) = object.content {
            let entries = Tree::new(object.id, content).flatten();
            let missing = entries.filter(|entry| self.missing.contains_key(&Key::of(&entry.id)));
            self.found.extend(missing.map(|entry| entry.id));
        }
        ControlFlow::Continue(())
    }

    fn problem(&mut self, _problem: GitError) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
