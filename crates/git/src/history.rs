//! Walks over commits by their parents: what is common to two, what is new in one.

use std::collections::{BinaryHeap, HashMap, HashSet};

use crate::commit::Commit;
use crate::error::GitError;
use crate::object_id::{ObjectId, ObjectKind};
use crate::objects::Objects;
use crate::refs::Found;
use crate::repository::Repository;

/// How many commits further a walk goes once it seems done, in case clocks were wrong.
const SLOP: usize = 256;

const FIRST: u8 = 1;
const SECOND: u8 = 2;
const STALE: u8 = 4;
const RESULT: u8 = 8;

/// The commits of a repository and how they follow each other.
pub struct History<'o> {
    objects: &'o Objects,
    shallow: &'o [ObjectId],
}

/// A commit met on a walk.
struct Node {
    seconds: i64,
    parents: Vec<ObjectId>,
    flags: u8,
    queued: bool,
    readable: bool,
}

/// The commits met on a walk, and those yet to be visited, newest first.
#[derive(Default)]
struct Walk {
    nodes: HashMap<ObjectId, Node>,
    queue: BinaryHeap<(i64, ObjectId)>,
    /// Queued commits without the flag that lets the walk end.
    open: usize,
    problems: Vec<GitError>,
}

impl<'o> History<'o> {
    /// The history stored in `objects`, cut off where the repository's is.
    #[must_use]
    pub fn new(repository: &'o Repository, objects: &'o Objects) -> Self {
        Self { objects, shallow: repository.shallow_boundary() }
    }

    /// The parents of a commit, none where history was cut off, and its time in seconds.
    ///
    /// # Errors
    ///
    /// Fails when the object is missing, corrupt, or no commit.
    pub fn parents(&self, id: &ObjectId) -> Result<(Vec<ObjectId>, i64), GitError> {
        let mut bytes = Vec::new();
        let kind = self.objects.read(id, &mut bytes)?;
        if kind != ObjectKind::Commit {
            return Err(GitError::object(*id, format!("it is a {kind}, not a commit")));
        }
        let commit = Commit::parse(*id, &bytes)?;
        let seconds = commit.committer.seconds;
        if self.shallow.binary_search(id).is_ok() {
            return Ok((Vec::new(), seconds));
        }
        Ok((commit.parents, seconds))
    }

    /// The best common ancestors of two commits, as `git merge-base --all` names them, sorted.
    /// Empty when the histories have nothing in common.
    ///
    /// # Errors
    ///
    /// Fails when a commit on the way is missing or corrupt.
    pub fn merge_bases(&self, a: ObjectId, b: ObjectId) -> Result<Vec<ObjectId>, GitError> {
        if a == b {
            return Ok(vec![a]);
        }
        let mut walk = Walk::default();
        walk.meet(self, a, FIRST, STALE);
        walk.meet(self, b, SECOND, STALE);
        while walk.open > 0 {
            let Some(id) = walk.pop(STALE) else { break };
            let Some(node) = walk.nodes.get_mut(&id) else { continue };
            let mut flags = node.flags & (FIRST | SECOND | STALE);
            if flags == FIRST | SECOND {
                node.flags |= RESULT;
                flags |= STALE;
            }
            for parent in node.parents.clone() {
                walk.meet(self, parent, flags, STALE);
            }
        }
        if let Some(problem) = walk.problems.into_iter().next() {
            return Err(problem);
        }
        let best = |node: &Node| node.flags & (RESULT | STALE) == RESULT;
        let found = walk.nodes.iter().filter(|(_, node)| best(node)).map(|(id, _)| *id);
        self.independent(found.collect())
    }

    /// Leaves out every commit that another one follows.
    fn independent(&self, mut ids: Vec<ObjectId>) -> Result<Vec<ObjectId>, GitError> {
        ids.sort_unstable();
        let mut redundant = HashSet::new();
        for id in ids.iter().filter(|_| ids.len() > 1) {
            let mut seen = HashSet::from([*id]);
            let mut todo = vec![*id];
            while let Some(next) = todo.pop() {
                let parents = self.parents(&next)?.0;
                todo.extend(parents.into_iter().filter(|parent| seen.insert(*parent)));
            }
            redundant
                .extend(ids.iter().copied().filter(|other| other != id && seen.contains(other)));
        }
        ids.retain(|id| !redundant.contains(id));
        Ok(ids)
    }

    /// All commits that one of `heads` leads to and none of `bases`, by any parent, newest first.
    /// What is missing is in the problems; what lies behind it counts as new.
    #[must_use]
    pub fn commits_between(&self, bases: &[ObjectId], heads: &[ObjectId]) -> Found<ObjectId> {
        let mut walk = Walk::default();
        bases.iter().for_each(|id| walk.meet(self, *id, STALE, STALE));
        heads.iter().for_each(|id| walk.meet(self, *id, FIRST, STALE));
        let (mut slop, mut oldest) = (SLOP, i64::MAX);
        while let Some(id) = walk.pop(STALE) {
            let Some(node) = walk.nodes.get(&id) else { continue };
            let flags = node.flags & (FIRST | STALE);
            if flags & STALE == 0 {
                (slop, oldest) = (SLOP, oldest.min(node.seconds));
            } else if walk.open == 0 && node.seconds < oldest {
                slop -= 1;
            }
            if slop == 0 {
                break;
            }
            for parent in node.parents.clone() {
                walk.meet(self, parent, flags, STALE);
            }
        }
        walk.new_commits()
    }
}

impl Walk {
    /// Notes that a commit has been reached with these flags; queues it when some are new to it.
    fn meet(&mut self, history: &History<'_>, id: ObjectId, flags: u8, closing: u8) {
        if !self.nodes.contains_key(&id) {
            let parents = history.parents(&id);
            let readable = parents.is_ok();
            let (parents, seconds) = parents.unwrap_or_else(|error| {
                self.problems.push(error);
                (Vec::new(), 0)
            });
            self.nodes.insert(id, Node { seconds, parents, flags: 0, queued: false, readable });
        }
        let Some(node) = self.nodes.get_mut(&id) else { return };
        if node.flags & flags == flags {
            return;
        }
        let was_open = node.queued && node.flags & closing == 0;
        node.flags |= flags;
        let is_open = node.flags & closing == 0;
        self.open = self.open - usize::from(was_open) + usize::from(is_open);
        if !node.queued {
            node.queued = true;
            self.queue.push((node.seconds, id));
        }
    }

    fn pop(&mut self, closing: u8) -> Option<ObjectId> {
        let (_, id) = self.queue.pop()?;
        if let Some(node) = self.nodes.get_mut(&id) {
            node.queued = false;
            self.open -= usize::from(node.flags & closing == 0);
        }
        Some(id)
    }

    fn new_commits(self) -> Found<ObjectId> {
        let new =
            self.nodes.into_iter().filter(|(_, node)| node.readable && node.flags & STALE == 0);
        let mut new: Vec<(i64, ObjectId)> = new.map(|(id, node)| (node.seconds, id)).collect();
        new.sort_unstable_by(|a, b| b.cmp(a));
        let items = new.into_iter().map(|(_, id)| id).collect();
        Found { items, problems: self.problems }
    }
}
