//! Objects that others refer to but nobody has.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use tightlip_git::{
    Commit, EntryMode, GitError, ObjectId, ObjectKind, Objects, Ref, Repository, Tag, Tree,
};
use tightlip_model::{Problem, Sink};

use crate::repository::Opening;

/// Missing objects that are named one by one.
const NAMED: usize = 10;

/// What one thread or all saw on a walk over every object.
#[derive(Default)]
pub(super) struct Seen {
    /// Commits.
    pub(super) commits: u64,
    /// Objects of any kind.
    pub(super) objects: u64,
    present: Vec<u64>,
    referred: HashSet<u64, BuildHasherDefault<AsIs>>,
}

/// Ids are hashes already.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
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

impl Seen {
    /// Takes note of an object that is there.
    pub(super) fn see(&mut self, id: &ObjectId) {
        self.objects += 1;
        self.present.push(short(id));
    }

    /// Takes note of an object that should be there.
    pub(super) fn refer(&mut self, id: &ObjectId) {
        self.referred.insert(short(id));
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

    fn lacks_any(&mut self) -> bool {
        self.present.iter().for_each(|id| {
            self.referred.remove(id);
        });
        !self.referred.is_empty()
    }
}

/// Half of a SHA-1 is enough to notice a gap; the full id is only needed once there is one.
fn short(id: &ObjectId) -> u64 {
    id.as_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Reports what refs reach but the store lacks. Unreachable objects may well lack theirs: git
/// prunes them in no particular order.
pub(super) fn report(
    opening: &Opening,
    repository: &Repository,
    objects: &Objects,
    mut seen: Seen,
    refs: &[Ref],
    sink: &dyn Sink,
) {
    let tips = || refs.iter().filter(|one| one.name != b"FETCH_HEAD" && one.name != b"ORIG_HEAD");
    tips().for_each(|tip| seen.refer(&tip.target));
    if !seen.lacks_any() {
        return;
    }
    let mut search = Search::new(repository, objects);
    search.run(tips().map(|tip| tip.target), sink);
    let missing = search.missing;
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
    visited: HashSet<ObjectId>,
    todo: Vec<ObjectId>,
    missing: Vec<ObjectId>,
}

impl<'a> Search<'a> {
    fn new(repository: &'a Repository, objects: &'a Objects) -> Self {
        let (visited, todo, missing) = (HashSet::new(), Vec::new(), Vec::new());
        Self { repository, objects, visited, todo, missing }
    }

    fn run(&mut self, tips: impl Iterator<Item = ObjectId>, sink: &dyn Sink) {
        tips.for_each(|tip| self.push(tip));
        let mut content = Vec::new();
        while let Some(id) = self.todo.pop() {
            if sink.is_stopped() {
                return;
            }
            match self.objects.read(&id, &mut content) {
                Ok(kind) => self.follow(id, kind, &content),
                Err(GitError::Missing { id }) => self.missing.push(id),
                // The walk over all objects has told of everything that cannot be read.
                Err(_) => {}
            }
        }
        self.missing.sort_unstable();
    }

    fn push(&mut self, id: ObjectId) {
        if self.visited.insert(id) {
            self.todo.push(id);
        }
    }

    fn follow(&mut self, id: ObjectId, kind: ObjectKind, content: &[u8]) {
        match kind {
            ObjectKind::Commit => {
                let Ok(commit) = Commit::parse(id, content) else { return };
                self.push(commit.tree);
                if self.repository.shallow_boundary().binary_search(&id).is_err() {
                    commit.parents.iter().for_each(|parent| self.push(*parent));
                }
            }
            ObjectKind::Tag => {
                let Ok(tag) = Tag::parse(id, content) else { return };
                self.push(tag.target);
            }
            ObjectKind::Tree => {
                Tree::new(id, content).flatten().for_each(|entry| match entry.entry_mode() {
                    EntryMode::Tree => self.push(entry.id),
                    EntryMode::Submodule => {}
                    EntryMode::File | EntryMode::Symlink => self.check(entry.id),
                })
            }
            ObjectKind::Blob => {}
        }
    }

    /// Looks whether a blob is there, without reading it.
    fn check(&mut self, id: ObjectId) {
        if self.visited.insert(id) && self.objects.contains(&id).is_ok_and(|is_there| !is_there) {
            self.missing.push(id);
        }
    }
}
