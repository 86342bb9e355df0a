//! Objects that others refer to but nobody has.

use std::collections::{BTreeSet, HashSet};

use tightlip_git::{GitError, ObjectId, ObjectKind, Objects, Ref, Repository, Tag};
use tightlip_model::{Coverage, Problem, Sink};

use super::numbers::Numbers;
use super::survey::Notes;
use super::views::{View, Views};
use crate::graph::Node;
use crate::repository::Opening;

/// Missing objects that are named one by one.
const NAMED: usize = 10;
/// Tags of tags that are followed.
const MOST_TAGS: usize = 1000;

/// Reports what refs reach but the store lacks. Unreachable objects may well lack theirs: git
/// prunes them in no particular order.
pub(super) fn report(
    opening: &Opening,
    repository: &Repository,
    objects: &Objects,
    notes: &Notes,
    refs: &[Ref],
    sink: &dyn Sink,
) {
    let tips = || refs.iter().filter(|one| one.name != b"FETCH_HEAD" && one.name != b"ORIG_HEAD");
    for tip in tips() {
        notes.numbers.of(&tip.target);
    }
    let lacking = notes.numbers.lacking();
    if lacking.is_empty() {
        return;
    }
    let again = notes
        .is_full
        .then(|| Notes::read(Numbers::like(&notes.numbers), objects, 1, lacking.clone(), sink));
    let notes = again.as_ref().unwrap_or(notes);
    let mut search = Search::new(repository, objects, notes);
    tips().for_each(|tip| search.tip(tip.target));
    let missing = search.run();
    if missing.is_empty() {
        return;
    }
    sink.cover(Coverage { partial: repository.is_partial_clone(), ..Coverage::default() });
    if repository.is_partial_clone() {
        let count = missing.len();
        let message = format!(
            "partial clone: {count} objects were left out of it and not scanned; clone it without a filter"
        );
        return sink.problem(Problem::new(opening.subject(), message));
    }
    for id in missing.iter().take(NAMED) {
        sink.problem(opening.problem(&GitError::Missing { id: *id }));
    }
    if missing.len() > NAMED {
        let message =
            format!("{} further objects are missing; fetch it again", missing.len() - NAMED);
        sink.problem(Problem::new(opening.subject(), message));
    }
}

/// A walk from the refs for objects that are not there.
struct Search<'a> {
    repository: &'a Repository,
    objects: &'a Objects,
    notes: &'a Notes,
    views: Views<'a>,
    todo: Vec<Node>,
    trees: HashSet<View>,
    missing: BTreeSet<ObjectId>,
}

impl<'a> Search<'a> {
    fn new(repository: &'a Repository, objects: &'a Objects, notes: &'a Notes) -> Self {
        let Notes { numbers, folders, .. } = notes;
        let views = Views::new(folders, numbers.count(), numbers.lacking());
        let (todo, trees, missing) = (Vec::new(), HashSet::new(), BTreeSet::new());
        Self { repository, objects, notes, views, todo, trees, missing }
    }

    /// Starts at what a ref names, through annotated tags.
    fn tip(&mut self, tip: ObjectId) {
        let (mut id, mut content) = (tip, Vec::new());
        for _ in 0..MOST_TAGS {
            if let Some(commit) = self.notes.node(&id) {
                return self.todo.push(commit);
            }
            match self.objects.header(&id) {
                Ok((ObjectKind::Tag, _)) => {}
                Ok((ObjectKind::Tree, _)) => return self.tree(self.notes.numbers.known(&id)),
                Err(GitError::Missing { id }) => {
                    self.missing.insert(id);
                    return;
                }
                // The walk over all objects has told of everything that cannot be read.
                Ok((ObjectKind::Blob | ObjectKind::Commit, _)) | Err(_) => return,
            }
            let read = self.objects.read(&id, &mut content);
            let Some(tag) = read.ok().and_then(|_| Tag::parse(id, &content).ok()) else { return };
            id = tag.target;
        }
    }

    fn tree(&mut self, object: Option<u32>) {
        let Some(object) = object else { return };
        if self.views.wants(object) {
            self.missing.extend(self.notes.numbers.id(object));
        }
        self.trees.extend(self.views.of(object));
    }

    fn run(mut self) -> BTreeSet<ObjectId> {
        let Notes { graph, numbers, .. } = self.notes;
        let mut visited = vec![false; graph.len()];
        while let Some(node) = self.todo.pop() {
            let Some(mark) = visited.get_mut(node).filter(|mark| !**mark) else { continue };
            *mark = true;
            self.todo.extend(graph.parents(node));
            self.tree(graph.tree(node));
        }
        let is_cut = |id: &ObjectId| self.repository.shallow_boundary().binary_search(id).is_ok();
        for (node, parent) in graph.absent() {
            let is_visited = visited.get(*node).copied().unwrap_or(false);
            let commit = graph.id(*node).and_then(|commit| numbers.id(commit));
            if is_visited && self.views.wants(*parent) && !commit.is_some_and(|id| is_cut(&id)) {
                self.missing.extend(numbers.id(*parent));
            }
        }
        let first = numbers.lacking().start;
        for view in &self.trees {
            let blobs = self.views.blobs(*view).into_iter();
            self.missing.extend(blobs.filter_map(|blob| numbers.id(first + blob)));
        }
        self.missing
    }
}
