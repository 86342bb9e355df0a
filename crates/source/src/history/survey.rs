//! Notes on commits and trees as they pass by, enough to say later where any blob stands.
//!
//! A tree that is a delta differs from its base in an entry or two: only those are looked at, the
//! others are known to be the base's by where the delta copied them from.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use tightlip_git::{
    Commit, Content, DeltaOrigin, EntryMode, GitError, Object, ObjectId, ObjectKind, Objects, Tree,
    TreeEntry, Visitor, WalkOptions,
};
use tightlip_model::{Copied, Sink};

use super::copies;
use super::folders::{AsIs, Folders, Key, NONE, Step, number};
use crate::graph::{Graph, Read};

/// Memory for where the entries of the last trees begin, for the deltas made from them.
const RECENT: usize = 16 << 20;

/// What one thread noted.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) commits: Vec<Read>,
    pub(super) folders: Folders,
    /// Entries to keep, at most.
    most: usize,
    /// Whether there were more.
    pub(super) is_full: bool,
    recent: Recent,
    copies: Vec<Copied>,
}

impl Survey {
    /// An empty survey that will keep at most `most` entries.
    pub(super) fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Notes a commit.
    pub(super) fn commit(&mut self, id: ObjectId, commit: &Commit<'_>) {
        let (tree, seconds, parents) =
            (commit.tree, commit.committer.seconds, commit.parents.clone());
        self.commits.push(Read { id, tree, seconds, parents });
    }

    /// Adds what another thread noted.
    pub(super) fn merge(&mut self, other: Self) {
        self.recent = Recent::default();
        self.commits.extend(other.commits);
        self.is_full |= other.is_full;
        if self.is_full {
            self.folders = Folders::default();
        } else {
            self.folders.append(other.folders);
        }
    }

    /// Notes a tree. Calls `each` for every entry that its base does not have; it says whether the
    /// entry is to be kept.
    pub(super) fn tree(
        &mut self,
        id: ObjectId,
        content: &[u8],
        delta: Option<&DeltaOrigin<'_>>,
        each: impl FnMut(&TreeEntry<'_>) -> bool,
    ) -> Result<(), GitError> {
        let base = delta.and_then(|origin| self.recent.get(&origin.base));
        self.copies.clear();
        if let (Some(origin), Some(_)) = (delta, &base) {
            copies::of(&origin.delta, &mut self.copies);
        }
        let starts = Vec::with_capacity(base.as_ref().map_or(0, |base| base.starts.len() + 1));
        let folders = (!self.is_full).then_some(&mut self.folders);
        let mut reading = Reading { id, content, at: 0, starts, folders, each };
        let known = base.as_ref().map(|base| base.starts.as_slice()).unwrap_or_default();
        let read = self.copies.iter().try_for_each(|run| reading.run(*run, known));
        let read = read.and_then(|()| reading.until(content.len()));
        let mut starts = reading.starts;
        starts.push(number(content.len()));
        let base = base.map_or(NONE, |base| base.number);
        let number = if self.is_full { NONE } else { self.folders.close(&id, base) };
        if self.folders.kept() > self.most {
            (self.is_full, self.folders) = (true, Folders::default());
        }
        if read.is_ok() {
            self.recent.put(Known { id, number, starts });
        }
        read
    }
}

/// What all threads noted of commits and trees.
pub(super) struct Notes {
    /// The commits.
    pub(super) graph: Graph,
    /// The trees.
    pub(super) folders: Folders,
    /// Whether there were too many of them, so that none is here.
    pub(super) is_full: bool,
}

impl Notes {
    /// Everything that was noted.
    pub(super) fn new(survey: Survey) -> Self {
        let Survey { commits, folders, is_full, .. } = survey;
        Self { graph: Graph::new(commits), folders, is_full }
    }

    /// Reads all commits and trees again; of the trees only folders and `wanted` objects are kept.
    pub(super) fn read(
        objects: &Objects,
        jobs: usize,
        wanted: &HashSet<Key, AsIs>,
        sink: &dyn Sink,
    ) -> Self {
        let want = |kind| matches!(kind, ObjectKind::Commit | ObjectKind::Tree);
        let options = WalkOptions { jobs, want, ..WalkOptions::default() };
        let surveyors = objects.for_each(&options, || {
            let survey = Survey::new(usize::MAX);
            Surveyor { survey, wanted, sink }
        });
        let mut all = Survey::default();
        surveyors.into_iter().for_each(|one| all.merge(one.survey));
        Self::new(all)
    }
}

/// A tree whose entries were told.
struct Known {
    id: ObjectId,
    /// Its number among the folders.
    number: u32,
    /// Where its entries begin, and where the last one ends.
    starts: Vec<u32>,
}

/// A tree on its way through.
struct Reading<'a, F> {
    id: ObjectId,
    content: &'a [u8],
    /// Where the next entry begins.
    at: usize,
    starts: Vec<u32>,
    folders: Option<&'a mut Folders>,
    each: F,
}

impl<F: FnMut(&TreeEntry<'_>) -> bool> Reading<'_, F> {
    /// Goes to the end of a run copied from a base whose entries begin at `known`.
    fn run(&mut self, run: Copied, known: &[u32]) -> Result<(), GitError> {
        let end = run.from + run.to.len();
        // The entries `first..last` lie in the run whole.
        let mut first = known.partition_point(|start| (*start as usize) < run.from);
        let last = known.partition_point(|start| (*start as usize) <= end).saturating_sub(1);
        let moved = |start: u32| start as usize - run.from + run.to.start;
        while let Some(start) = known.get(first..last).and_then(<[u32]>::first) {
            if self.at < moved(*start) {
                self.until(moved(*start))?;
            } else if self.at > moved(*start) {
                first += 1;
            } else {
                let copied = known.get(first..last).unwrap_or_default();
                self.starts.extend(copied.iter().map(|start| number(moved(*start))));
                self.at = known.get(last).map_or(self.at, |end| moved(*end));
                let step = Step::Copied { first: number(first), count: number(copied.len()) };
                if let Some(folders) = &mut self.folders {
                    folders.step(step);
                }
                return Ok(());
            }
        }
        Ok(())
    }

    /// Reads entries to the first that begins at or after `end`.
    fn until(&mut self, end: usize) -> Result<(), GitError> {
        let mut entries = Tree::new(self.id, self.content.get(self.at..).unwrap_or_default());
        let begin = self.at;
        while self.at < end {
            let Some(entry) = entries.next() else { break };
            let entry = entry?;
            self.starts.push(number(self.at));
            self.at = begin + entries.position();
            let is_kept = (self.each)(&entry);
            match &mut self.folders {
                Some(folders) if is_kept => folders.keep(&entry),
                Some(folders) => folders.step(Step::LeftOut(1)),
                None => {}
            }
        }
        Ok(())
    }
}

/// The trees of late, those longest unused the first to go.
#[derive(Default)]
struct Recent {
    young: HashMap<Key, Arc<Known>, AsIs>,
    old: HashMap<Key, Arc<Known>, AsIs>,
    held: usize,
}

impl Recent {
    fn get(&mut self, id: &ObjectId) -> Option<Arc<Known>> {
        let key = Key::of(id);
        let known = match self.young.get(&key) {
            Some(known) => Arc::clone(known),
            None => {
                let known = self.old.remove(&key)?;
                self.keep(key, Arc::clone(&known));
                known
            }
        };
        (known.id == *id).then_some(known)
    }

    fn put(&mut self, known: Known) {
        self.keep(Key::of(&known.id), Arc::new(known));
    }

    fn keep(&mut self, key: Key, known: Arc<Known>) {
        self.held += known.starts.capacity() * size_of::<u32>() + size_of::<Known>();
        self.young.insert(key, known);
        if self.held > RECENT / 2 {
            self.old = std::mem::take(&mut self.young);
            self.held = 0;
        }
    }
}

/// One thread of a second reading. What cannot be read was told of in the first.
struct Surveyor<'a> {
    survey: Survey,
    wanted: &'a HashSet<Key, AsIs>,
    sink: &'a dyn Sink,
}

impl Visitor for Surveyor<'_> {
    fn object(&mut self, object: Object<'_>) -> ControlFlow<()> {
        if self.sink.is_stopped() {
            return ControlFlow::Break(());
        }
        let Content::Bytes(bytes) = object.content else { return ControlFlow::Continue(()) };
        if object.kind == ObjectKind::Tree {
            let wanted = self.wanted;
            let is_wanted = |entry: &TreeEntry<'_>| {
                entry.entry_mode() == EntryMode::Tree || wanted.contains(&Key::of(&entry.id))
            };
            let _ = self.survey.tree(object.id, bytes, object.delta.as_ref(), is_wanted);
        } else if let Ok(commit) = Commit::parse(object.id, bytes) {
            self.survey.commit(object.id, &commit);
        }
        ControlFlow::Continue(())
    }

    fn problem(&mut self, _problem: GitError) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
