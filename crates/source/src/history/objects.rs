//! What one thread does with each object of a repository.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tightlip_git::{
    Commit, Content, DeltaOrigin, EntryMode, GitError, Object, ObjectId, ObjectKind, Repository,
    Tag, Tree, TreeEntry, Visitor,
};
use tightlip_model::{Base, Blob, Copied, Origin, Provenance, Sink, SkipReason, Tally, Worker};

use super::History;
use super::copies;
use super::numbers::Numbers;
use super::selection::Selection;
use super::survey::{Own, Survey};
use super::sweep::{Learned, Sweep};
use crate::container::{self, Target, is_container};
use crate::content::{is_lfs_pointer, scan_name};
use crate::pieces::{Pieces, Stoppable};
use crate::records;

/// Commits, tags and trees that come as a stream are read up to this many bytes.
const LONGEST_RECORD: u64 = 512 << 20;
/// Changes of folders noted for placing blobs; with more, trees are read again for that. At 8 bytes
/// each, and one for each changed file of a folder, this is room for millions of commits.
const MOST_CHANGES: usize = 16 << 20;
/// Objects between two reports of progress.
const PROGRESS_STEP: u64 = 1024;

/// What all threads of one walk share.
pub(super) struct Shared<'a> {
    history: &'a History,
    repository: &'a Repository,
    sink: &'a dyn Sink,
    numbers: &'a Numbers,
    /// What is looked at, unless that is everything.
    selection: Option<&'a Selection>,
    /// What is known of earlier sweeps.
    sweep: Option<&'a Sweep<'a>>,
    /// Hashes of the names that were scanned.
    names: Mutex<HashSet<u64>>,
    hasher: RandomState,
    /// Objects that all threads have done, and how many there were at the start.
    done: AtomicU64,
    total: u64,
}

impl<'a> Shared<'a> {
    /// The start of a walk.
    pub(super) fn new(
        history: &'a History,
        repository: &'a Repository,
        (numbers, selection, sweep): (&'a Numbers, Option<&'a Selection>, Option<&'a Sweep<'a>>),
        sink: &'a dyn Sink,
    ) -> Self {
        let (names, hasher) = (Mutex::default(), RandomState::new());
        let (done, total) = (AtomicU64::new(0), numbers.count() as u64);
        Self { history, repository, sink, numbers, selection, sweep, names, hasher, done, total }
    }

    fn selects(&self, id: &ObjectId, place: Option<u32>) -> bool {
        let number = || self.numbers.find_at(id, place);
        self.selection.is_none_or(|selection| selection.has(number()))
    }
}

/// What was seen.
#[derive(Default)]
pub(super) struct Seen {
    /// Commits.
    pub(super) commits: u64,
    /// Objects of any kind.
    pub(super) objects: u64,
    /// Objects that were not asked for.
    pub(super) left_out: u64,
    /// What an earlier sweep had scanned.
    pub(super) spared: Tally,
    /// What the next sweep need not scan.
    pub(super) learned: Learned,
}

impl Seen {
    /// Adds what another thread saw.
    pub(super) fn merge(&mut self, other: Self) {
        self.commits += other.commits;
        self.objects += other.objects;
        self.left_out += other.left_out;
        self.spared.blobs += other.spared.blobs;
        self.spared.bytes += other.spared.bytes;
        self.learned.merge(other.learned);
    }
}

/// One thread's buffers, worker and memory.
pub(super) struct Reader<'a> {
    records: Records<'a>,
    pieces: Pieces,
    copies: Vec<Copied>,
    /// Blobs that were not pushed whole and in one piece, or not at all.
    apart: HashSet<ObjectId>,
    survey: Survey,
}

/// What one thread needs for all but blobs.
struct Records<'a> {
    shared: &'a Shared<'a>,
    worker: Box<dyn Worker + 'a>,
    provenance: Provenance,
    names: HashSet<u64>,
    seen: Seen,
    /// Whether the object at hand is looked at, or only noted.
    is_selected: bool,
    /// Where it most likely stands in the order of all ids.
    place: Option<u32>,
}

impl<'a> Reader<'a> {
    /// A reader for one thread.
    pub(super) fn new(shared: &'a Shared<'a>) -> Self {
        let records = Records {
            shared,
            worker: shared.sink.worker(),
            provenance: shared.history.provenance(Origin::Blob),
            names: HashSet::new(),
            seen: Seen::default(),
            is_selected: true,
            place: None,
        };
        Self {
            records,
            pieces: Pieces::new(shared.sink.reach()),
            copies: Vec::new(),
            apart: HashSet::new(),
            survey: Survey::new(MOST_CHANGES / shared.history.options.jobs.max(1)),
        }
    }

    /// What was seen and noted.
    pub(super) fn finish(self) -> (Seen, Survey) {
        (self.records.seen, self.survey)
    }

    fn record(
        &mut self,
        (id, kind): (ObjectId, ObjectKind),
        content: &[u8],
        (delta, heirs): (Option<DeltaOrigin<'_>>, usize),
    ) {
        let Self { records, survey, .. } = self;
        match kind {
            ObjectKind::Commit => records.commit(id, content, survey),
            ObjectKind::Tag => records.tag(id, content),
            ObjectKind::Tree => {
                let names = (id, records.own_number(&id));
                let made = (delta.as_ref(), heirs);
                let read = survey.tree(names, content, made, |own| records.entry(&own));
                read.unwrap_or_else(|error| records.tell(&error));
                if records.shared.selection.is_some() && records.is_selected {
                    records.selected_names(id, content);
                }
            }
            ObjectKind::Blob => {}
        }
    }

    fn blob(&mut self, object: Object<'_>) {
        let Object { id, size, content, delta, .. } = object;
        let Self { records, apart, .. } = self;
        let Records { shared, worker, provenance, is_selected, .. } = records;
        provenance.blob = Some(records::blob_id(&id));
        if !*is_selected {
            apart.insert(id);
            return;
        }
        if shared.history.options.max_file_size.is_some_and(|most| size > most) {
            apart.insert(id);
            return worker.skip(SkipReason::TooLarge, id.to_string().as_bytes());
        }
        if shared.history.scanned.as_ref().is_some_and(|scanned| !scanned.is_new(&id)) {
            apart.insert(id);
            return;
        }
        if records.is_spared(&id) {
            apart.insert(id);
            return;
        }
        let before = records.worker.tally();
        let may_be_kept = matches!(content, Content::Bytes(_));
        self.content(Object { content, delta, ..object });
        if may_be_kept {
            self.records.learn(&id, before);
        }
    }

    /// Scans the content of a blob.
    fn content(&mut self, object: Object<'_>) {
        let Object { id, size, content, delta, heirs, .. } = object;
        let Self { records, pieces, copies, apart, .. } = self;
        let Records { shared, worker, provenance, .. } = records;
        let origin = delta.filter(|origin| !apart.contains(&origin.base));
        match content {
            Content::Bytes(bytes) if Pieces::is_one(bytes.len()) && !is_container(bytes) => {
                let base = origin.and_then(|origin| base(origin, copies));
                worker.blob(Blob { base, heirs, ..Blob::whole(bytes, provenance) });
                if is_lfs_pointer(bytes) {
                    worker.skip(SkipReason::LfsPointer, id.to_string().as_bytes());
                }
            }
            Content::Bytes(mut bytes) => {
                apart.insert(id);
                let mut reader = Stoppable::new(&mut bytes, shared.sink);
                let (sink, bounds) = (shared.sink, &shared.history.options.bounds);
                let target =
                    Target { sink, worker: worker.as_mut(), provenance, bounds, known: None };
                // Reading from memory does not fail.
                let _ = container::scan(pieces, &mut reader, size, target, |_| {});
            }
            Content::Stream(mut stream) => {
                let mut reader = Stoppable::new(&mut stream, shared.sink);
                let (sink, bounds) = (shared.sink, &shared.history.options.bounds);
                let target =
                    Target { sink, worker: worker.as_mut(), provenance, bounds, known: None };
                // The walk itself tells of a stream that fails.
                let _ = container::scan(pieces, &mut reader, size, target, |_| {});
            }
        }
    }
}

impl Records<'_> {
    fn commit(&mut self, id: ObjectId, content: &[u8], survey: &mut Survey) {
        self.seen.commits += u64::from(self.is_selected);
        self.provenance.blob = None;
        match Commit::parse(id, content) {
            Ok(parsed) => {
                self.provenance.commit = Some(records::commit(&id, &parsed));
                let numbers = self.shared.numbers;
                let is_boundary =
                    self.shared.repository.shallow_boundary().binary_search(&id).is_ok();
                // What lies behind the boundary is not missing.
                let parent = |id: &ObjectId| match is_boundary {
                    true => numbers.find(id),
                    false => Some(numbers.of(id)),
                };
                let ids = (self.own_number(&id), numbers.of(&parsed.tree));
                let parents = parsed.parents.iter().filter_map(parent);
                survey.commit(ids, parsed.committer.seconds, parents);
            }
            Err(error) => self.tell(&error),
        }
        if self.is_selected && !self.is_spared(&id) {
            let before = self.worker.tally();
            records::scan_commit(self.worker.as_mut(), content, &self.provenance);
            self.learn(&id, before);
        }
        self.provenance.commit = None;
    }

    fn tag(&mut self, id: ObjectId, content: &[u8]) {
        self.provenance.blob = None;
        match Tag::parse(id, content) {
            Ok(tag) => {
                self.shared.numbers.of(&tag.target);
            }
            Err(error) => self.tell(&error),
        }
        if self.is_selected && !self.is_spared(&id) {
            let before = self.worker.tally();
            records::scan_tag(self.worker.as_mut(), content, id, &self.provenance);
            self.learn(&id, before);
        }
    }

    /// Whether an earlier sweep found nothing in an object; counts what it had scanned of it.
    fn is_spared(&mut self, id: &ObjectId) -> bool {
        let Shared { numbers, sweep, .. } = self.shared;
        let number = || numbers.find_at(id, self.place);
        let Some(known) = sweep.and_then(|sweep| sweep.find(number())) else {
            return false;
        };
        self.seen.spared.blobs += known.blobs;
        self.seen.spared.bytes += known.bytes;
        true
    }

    /// Notes an object that was scanned to its end, for the next sweep.
    fn learn(&mut self, id: &ObjectId, before: Option<Tally>) {
        let Shared { numbers, sweep, sink, .. } = self.shared;
        if sweep.is_some() && !sink.is_stopped() {
            let number = numbers.find_at(id, self.place);
            self.seen.learned.note(number, before, self.worker.tally());
        }
    }

    /// The number of the object at hand.
    fn own_number(&self, id: &ObjectId) -> u32 {
        let numbers = self.shared.numbers;
        numbers.find_at(id, self.place).unwrap_or_else(|| numbers.of(id))
    }

    /// Scans the name of an entry that is new; gives the number of its object, unless that belongs to
    /// another repository.
    fn entry(&mut self, own: &Own<'_>) -> Option<u32> {
        let is_submodule = own.entry.entry_mode() == EntryMode::Submodule;
        if self.shared.selection.is_none() && (own.is_new_name || is_submodule) {
            self.name(&own.entry);
        }
        let number = || own.number.unwrap_or_else(|| self.shared.numbers.of(&own.entry.id));
        (!is_submodule).then(number)
    }

    /// Scans the names of what a tree brought in. What it has in common with its base may not have been
    /// selected there, so that all of it is looked at.
    fn selected_names(&mut self, id: ObjectId, content: &[u8]) {
        for entry in Tree::new(id, content).flatten() {
            if entry.entry_mode() == EntryMode::Submodule || self.shared.selects(&entry.id, None) {
                self.name(&entry);
            }
        }
    }

    fn name(&mut self, entry: &TreeEntry<'_>) {
        let is_submodule = entry.entry_mode() == EntryMode::Submodule;
        let is_told = entry.name.len() >= crate::content::SHORTEST_NAME || is_submodule;
        if !is_told || !self.is_new(entry.name, is_submodule) {
            return;
        }
        if is_submodule {
            self.worker.skip(SkipReason::Submodule, entry.name);
        }
        self.provenance.blob = None;
        self.provenance.path.0.extend_from_slice(entry.name);
        scan_name(self.worker.as_mut(), entry.name, &mut self.provenance);
        self.provenance.path.0.clear();
    }

    /// Whether a name is seen for the first time, by any thread.
    fn is_new(&mut self, name: &[u8], is_submodule: bool) -> bool {
        let hash = self.shared.hasher.hash_one((name, is_submodule));
        self.names.insert(hash)
            && self.shared.names.lock().unwrap_or_else(PoisonError::into_inner).insert(hash)
    }

    fn tell(&mut self, error: &GitError) {
        self.worker.problem(self.shared.history.opening.problem(error));
    }
}

impl Visitor for Reader<'_> {
    fn object(&mut self, object: Object<'_>) -> ControlFlow<()> {
        let Records { shared, seen, is_selected, place, .. } = &mut self.records;
        *place = object.place;
        if shared.sink.is_stopped() {
            return ControlFlow::Break(());
        }
        *is_selected = shared.selects(&object.id, object.place);
        seen.objects += u64::from(*is_selected);
        seen.left_out += u64::from(!*is_selected);
        if (seen.objects + seen.left_out).is_multiple_of(PROGRESS_STEP) {
            let done = shared.done.fetch_add(PROGRESS_STEP, Ordering::Relaxed) + PROGRESS_STEP;
            shared.sink.progress(done, Some(shared.total.max(done)));
        }
        let (id, kind, made) = (object.id, object.kind, (object.delta, object.heirs));
        match (kind, object.content) {
            (ObjectKind::Blob, content) => self.blob(Object { content, ..object }),
            (kind, Content::Bytes(bytes)) => self.record((id, kind), bytes, made),
            (kind, Content::Stream(stream)) => {
                let mut bytes = Vec::new();
                // The walk itself tells of a stream that fails.
                let _ = stream.take(LONGEST_RECORD).read_to_end(&mut bytes);
                self.record((id, kind), &bytes, (None, 0));
            }
        }
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: GitError) -> ControlFlow<()> {
        self.records.tell(&problem);
        ControlFlow::Continue(())
    }
}

/// What a delta copies, when it copies anything.
fn base<'c>(origin: DeltaOrigin<'_>, copies: &'c mut Vec<Copied>) -> Option<Base<'c>> {
    copies::of(&origin, copies);
    let id = records::blob_id(&origin.base);
    (!copies.is_empty()).then_some(Base { id, copies })
}
