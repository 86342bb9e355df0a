//! Notes on commits and trees as they pass by, enough to say later where any blob stands.
//!
//! A tree that is a delta differs from its base in an entry or two: only those are looked at, the
//! others are known to be the base's by where the delta copied them from.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use tightlip_git::{
    Commit, Content, DeltaOrigin, EntryMode, GitError, Object, ObjectId, ObjectKind, Objects, Tree,
    TreeEntry, Visitor, WalkOptions,
};
use tightlip_model::{Copied, Sink};

use super::copies;
use super::folders::{Change, Folders, NONE, Names, Slot};
use super::numbers::{Numbers, number};
use crate::graph::{Graph, Log, Node};

/// Memory for where the entries of trees begin, for the deltas yet to be made from them.
const RECENT: usize = 8 << 20;

/// What one thread noted.
#[derive(Default)]
pub(super) struct Survey {
    commits: Log<u32>,
    folders: Folders,
    /// Changes of folders to keep, at most.
    most: usize,
    /// Whether there were more.
    is_full: bool,
    recent: Recent,
    copies: Vec<Copied>,
    own: Vec<Change>,
    gone: Vec<Slot>,
}

/// An entry of a tree that the tree's base does not have.
pub(super) struct Own<'a> {
    /// The entry.
    pub(super) entry: TreeEntry<'a>,
    /// Whether its name was not met before, as far as that is remembered.
    pub(super) is_new_name: bool,
    /// The number of its object, where the last entry of this name had the same.
    pub(super) number: Option<u32>,
}

impl Survey {
    /// An empty survey that will keep at most `most` changes of folders.
    pub(super) fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Notes a commit, by the numbers of all it names.
    pub(super) fn commit(
        &mut self,
        (id, tree): (u32, u32),
        seconds: i64,
        parents: impl Iterator<Item = u32>,
    ) {
        self.commits.push(id, tree, seconds, parents);
    }

    /// Adds what another thread noted.
    pub(super) fn merge(&mut self, other: Self) {
        self.recent = Recent::default();
        self.commits.append(other.commits);
        self.is_full |= other.is_full;
        if self.is_full {
            self.folders = Folders::default();
        } else if self.folders.len() == 0 {
            self.folders = other.folders;
        } else {
            self.folders.append(&other.folders);
        }
    }

    /// Notes a tree and its number. Calls `each` for every entry that its base does not have; it gives
    /// the number of the object, if the entry is to be kept. `heirs` says how many trees at most are made
    /// from it, which come next.
    pub(super) fn tree(
        &mut self,
        (id, object): (ObjectId, u32),
        content: &[u8],
        (delta, heirs): (Option<&DeltaOrigin<'_>>, usize),
        each: impl FnMut(Own<'_>) -> Option<u32>,
    ) -> Result<(), GitError> {
        let base = self.recent.take(delta.map(|origin| &origin.base));
        self.copies.clear();
        if let (Some(origin), Some(_)) = (delta, &base) {
            copies::of(origin, &mut self.copies);
        }
        let places = Places::with_capacity(base.as_ref().map_or(0, |base| base.places.len() + 1));
        let (own, gone) = (std::mem::take(&mut self.own), std::mem::take(&mut self.gone));
        let names = (!self.is_full).then_some(&mut self.folders.names);
        let taken = 0;
        let mut reading = Reading { id, content, at: 0, taken, places, own, gone, names, each };
        let known = base.as_ref().map(|base| &base.places).unwrap_or(&NOWHERE);
        let read = self.copies.iter().try_for_each(|run| reading.run(*run, known));
        let read = read.and_then(|()| reading.until(content.len()));
        reading.skip(known, known.slots.len());
        reading.places.starts.push(number(content.len()));
        let Reading { places, mut own, mut gone, .. } = reading;
        let base_number = base.as_ref().map_or(NONE, |base| base.number);
        base.into_iter().for_each(|base| self.recent.keep(base));
        let number = if self.is_full {
            NONE
        } else {
            self.folders.add(object, base_number, &mut own, &gone)
        };
        if self.folders.kept() > self.most {
            (self.is_full, self.folders) = (true, Folders::default());
        }
        if read.is_ok() {
            self.recent.keep(Known { id, number, places, heirs });
        }
        own.clear();
        gone.clear();
        (self.own, self.gone) = (own, gone);
        read
    }
}

/// What all threads noted of commits and trees.
pub(super) struct Notes {
    /// The objects.
    pub(super) numbers: Numbers,
    /// The commits.
    pub(super) graph: Graph<u32>,
    /// The trees.
    pub(super) folders: Folders,
    /// Whether there were too many of them, so that none is here.
    pub(super) is_full: bool,
}

impl Notes {
    /// Everything that was noted.
    pub(super) fn new(numbers: Numbers, survey: Survey) -> Self {
        let Survey { commits, folders, is_full, .. } = survey;
        Self { numbers, graph: Graph::new(commits), folders, is_full }
    }

    /// The commit with this id in the graph.
    pub(super) fn node(&self, id: &ObjectId) -> Option<Node> {
        self.graph.node(&self.numbers.known(id)?)
    }

    /// Reads all commits and trees again; of the trees only folders and `wanted` objects are kept.
    pub(super) fn read(
        numbers: Numbers,
        objects: &Objects,
        jobs: usize,
        wanted: impl Iterator<Item = u32>,
        sink: &dyn Sink,
    ) -> Self {
        let mut is_wanted = vec![false; numbers.count()];
        for object in wanted {
            is_wanted.get_mut(object as usize).into_iter().for_each(|mark| *mark = true);
        }
        let want = |kind| matches!(kind, ObjectKind::Commit | ObjectKind::Tree);
        let options = WalkOptions { jobs, want, ..WalkOptions::default() };
        let surveyors = objects.for_each(&options, || {
            let survey = Survey::new(usize::MAX);
            Surveyor { survey, numbers: &numbers, is_wanted: &is_wanted, sink }
        });
        let mut all = Survey::default();
        surveyors.into_iter().for_each(|one| all.merge(one.survey));
        Self::new(numbers, all)
    }
}

/// A tree whose entries were told.
struct Known {
    id: ObjectId,
    /// Its number among the folders.
    number: u32,
    places: Places,
    /// How many trees are yet to be made from it.
    heirs: usize,
}

/// The entries of a tree in their order.
struct Places {
    /// Where each begins, and where the last one ends.
    starts: Vec<u32>,
    slots: Vec<Slot>,
}

static NOWHERE: Places = Places { starts: Vec::new(), slots: Vec::new() };

impl Places {
    fn with_capacity(count: usize) -> Self {
        Self { starts: Vec::with_capacity(count + 1), slots: Vec::with_capacity(count) }
    }

    const fn len(&self) -> usize {
        self.slots.len()
    }
}

/// A tree on its way through.
struct Reading<'a, F> {
    id: ObjectId,
    content: &'a [u8],
    /// Where the next entry begins.
    at: usize,
    /// How many entries of the base were copied or passed over.
    taken: usize,
    places: Places,
    own: Vec<Change>,
    gone: Vec<Slot>,
    names: Option<&'a mut Names>,
    each: F,
}

impl<F: FnMut(Own<'_>) -> Option<u32>> Reading<'_, F> {
    /// Goes to the end of a run copied from the base.
    fn run(&mut self, run: Copied, known: &Places) -> Result<(), GitError> {
        let end = run.from + run.to.len();
        // The entries `first..last` lie in the run whole. What was passed over is read again.
        let first = known.starts.partition_point(|start| (*start as usize) < run.from);
        let mut first = first.max(self.taken);
        let last = known.starts.partition_point(|start| (*start as usize) <= end);
        let last = last.saturating_sub(1);
        let moved = |start: u32| (start as usize + run.to.start).saturating_sub(run.from);
        while let Some(start) = known.starts.get(first..last).and_then(<[u32]>::first) {
            if self.at < moved(*start) {
                self.until(moved(*start))?;
            } else if self.at > moved(*start) {
                first += 1;
            } else {
                self.skip(known, first);
                let copied = known.starts.get(first..last).unwrap_or_default();
                self.places.starts.extend(copied.iter().map(|start| number(moved(*start))));
                self.places.slots.extend(known.slots.get(first..last).unwrap_or_default());
                self.at = known.starts.get(last).map_or(self.at, |end| moved(*end));
                self.taken = last;
                return Ok(());
            }
        }
        Ok(())
    }

    /// Passes over entries of the base.
    fn skip(&mut self, known: &Places, to: usize) {
        self.gone.extend(known.slots.get(self.taken..to).unwrap_or_default());
        self.taken = to;
    }

    /// Reads entries to the first that begins at or after `end`.
    fn until(&mut self, end: usize) -> Result<(), GitError> {
        let mut entries = Tree::new(self.id, self.content.get(self.at..).unwrap_or_default());
        let begin = self.at;
        while self.at < end {
            let Some(entry) = entries.next() else { break };
            let entry = entry?;
            let named = self.names.as_mut().map(|n| n.slot(entry.name, entry.entry_mode()));
            let (slot, is_new_name) = named.unwrap_or((Slot(0), true));
            self.places.starts.push(number(self.at));
            self.places.slots.push(slot);
            self.at = begin + entries.position();
            let number = self.names.as_ref().and_then(|names| names.latest(slot, &entry.id));
            if let Some(child) = (self.each)(Own { entry, is_new_name, number }) {
                self.own.push(Change::to(slot, child));
                if let Some(names) = self.names.as_mut().filter(|_| number.is_none()) {
                    names.note(slot, entry.id, child);
                }
            }
        }
        Ok(())
    }
}

/// A tree, one made from it, one made from that, and so on. Trees come in this order, so that what was
/// kept after the base of the next one is done with.
#[derive(Default)]
struct Recent {
    kept: VecDeque<Known>,
    bytes: usize,
}

impl Recent {
    /// Takes out a tree for one of those made from it; one that is made from none begins another family.
    fn take(&mut self, id: Option<&ObjectId>) -> Option<Known> {
        let place = id.and_then(|id| self.kept.iter().rposition(|known| known.id == *id));
        if id.is_none() || place.is_some() {
            let behind = place.map_or(0, |place| place + 1);
            self.kept.drain(behind..).for_each(|known| self.bytes -= known.bytes());
        }
        place?;
        let mut known = self.kept.pop_back()?;
        self.bytes -= known.bytes();
        known.heirs = known.heirs.saturating_sub(1);
        Some(known)
    }

    /// Keeps a tree if more are made from it; the oldest make room.
    fn keep(&mut self, known: Known) {
        if known.heirs == 0 {
            return;
        }
        self.bytes += known.bytes();
        self.kept.push_back(known);
        while self.bytes > RECENT
            && let Some(oldest) = self.kept.pop_front()
        {
            self.bytes -= oldest.bytes();
        }
    }
}

impl Known {
    /// About how much memory it takes.
    fn bytes(&self) -> usize {
        self.places.starts.capacity() * 2 * size_of::<u32>() + size_of::<Self>()
    }
}

/// One thread of a second reading. What cannot be read was told of in the first.
struct Surveyor<'a> {
    survey: Survey,
    numbers: &'a Numbers,
    is_wanted: &'a [bool],
    sink: &'a dyn Sink,
}

impl Surveyor<'_> {
    fn tree(&mut self, id: ObjectId, content: &[u8], made: (Option<&DeltaOrigin<'_>>, usize)) {
        let (numbers, is_wanted) = (self.numbers, self.is_wanted);
        let wanted = |own: Own<'_>| {
            let object = numbers.known(&own.entry.id)?;
            let is_wanted = is_wanted.get(object as usize).copied().unwrap_or(false);
            (is_wanted || own.entry.entry_mode() == EntryMode::Tree).then_some(object)
        };
        if let Some(object) = numbers.known(&id) {
            let _ = self.survey.tree((id, object), content, made, wanted);
        }
    }

    fn commit(&mut self, commit: &Commit<'_>, id: &ObjectId) {
        let numbers = self.numbers;
        let (Some(id), Some(tree)) = (numbers.known(id), numbers.known(&commit.tree)) else {
            return;
        };
        let parents = commit.parents.iter().filter_map(|parent| numbers.known(parent));
        self.survey.commit((id, tree), commit.committer.seconds, parents);
    }
}

impl Visitor for Surveyor<'_> {
    fn object(&mut self, object: Object<'_>) -> ControlFlow<()> {
        if self.sink.is_stopped() {
            return ControlFlow::Break(());
        }
        let Content::Bytes(bytes) = object.content else { return ControlFlow::Continue(()) };
        if object.kind == ObjectKind::Tree {
            self.tree(object.id, bytes, (object.delta.as_ref(), object.heirs));
        } else if let Ok(commit) = Commit::parse(object.id, bytes) {
            self.commit(&commit, &object.id);
        }
        ControlFlow::Continue(())
    }

    fn problem(&mut self, _problem: GitError) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use tightlip_model::{Coverage, Worker};

    use super::*;

    /// A sink that is told nothing it keeps.
    pub(crate) struct Quiet;

    impl Sink for Quiet {
        fn worker(&self) -> Box<dyn Worker + '_> {
            panic!("nothing is scanned")
        }

        fn problem(&self, _problem: tightlip_model::Problem) {}

        fn cover(&self, _coverage: Coverage) {}

        fn note(&self, _note: String) {}

        fn progress(&self, _done: u64, _total: Option<u64>) {}

        fn is_stopped(&self) -> bool {
            false
        }

        fn reach(&self) -> usize {
            0
        }
    }
}
