//! What one thread does with each object of a repository.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use tightlip_git::{
    Commit, Content, DeltaOrigin, EntryMode, GitError, Object, ObjectId, ObjectKind, Repository,
    Tag, Visitor,
};
use tightlip_model::{Base, Blob, Copied, Origin, Provenance, Sink, SkipReason, Worker};

use super::History;
use super::copies;
use super::numbers::Numbers;
use super::survey::{Own, Survey};
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
    /// Hashes of the names that were scanned.
    names: Mutex<HashSet<u64>>,
    hasher: RandomState,
}

impl<'a> Shared<'a> {
    /// The start of a walk.
    pub(super) fn new(
        history: &'a History,
        repository: &'a Repository,
        numbers: &'a Numbers,
        sink: &'a dyn Sink,
    ) -> Self {
        let (names, hasher) = (Mutex::default(), RandomState::new());
        Self { history, repository, sink, numbers, names, hasher }
    }
}

/// What was seen.
#[derive(Clone, Copy, Default)]
pub(super) struct Seen {
    /// Commits.
    pub(super) commits: u64,
    /// Objects of any kind.
    pub(super) objects: u64,
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
        delta: Option<DeltaOrigin<'_>>,
    ) {
        let Self { records, survey, .. } = self;
        match kind {
            ObjectKind::Commit => records.commit(id, content, survey),
            ObjectKind::Tag => records.tag(id, content),
            ObjectKind::Tree => {
                let names = (id, records.shared.numbers.of(&id));
                let read = survey.tree(names, content, delta.as_ref(), |own| records.entry(&own));
                read.unwrap_or_else(|error| records.tell(&error));
            }
            ObjectKind::Blob => {}
        }
    }

    fn blob(&mut self, object: Object<'_>) {
        let Object { id, size, content, delta, .. } = object;
        let Self { records, pieces, copies, apart, .. } = self;
        let Records { shared, worker, provenance, .. } = records;
        provenance.blob = Some(records::blob_id(&id));
        if shared.history.options.max_file_size.is_some_and(|most| size > most) {
            apart.insert(id);
            return worker.skip(SkipReason::TooLarge, id.to_string().as_bytes());
        }
        if shared.history.scanned.as_ref().is_some_and(|scanned| !scanned.is_new(&id)) {
            apart.insert(id);
            return;
        }
        let origin = delta.filter(|origin| !apart.contains(&origin.base));
        match content {
            Content::Bytes(bytes) if Pieces::is_one(bytes.len()) && !is_container(bytes) => {
                let base = origin.and_then(|origin| base(origin, copies));
                worker.blob(Blob { base, ..Blob::whole(bytes, provenance) });
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
        self.seen.commits += 1;
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
                let ids = (numbers.of(&id), numbers.of(&parsed.tree));
                let parents = parsed.parents.iter().filter_map(parent);
                survey.commit(ids, parsed.committer.seconds, parents);
            }
            Err(error) => self.tell(&error),
        }
        records::scan_commit(self.worker.as_mut(), content, &self.provenance);
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
        records::scan_tag(self.worker.as_mut(), content, id, &self.provenance);
    }

    /// Scans the name of an entry that is new; gives the number of its object, unless that belongs to
    /// another repository.
    fn entry(&mut self, own: &Own<'_>) -> Option<u32> {
        let name = own.entry.name;
        let is_submodule = own.entry.entry_mode() == EntryMode::Submodule;
        let is_told = name.len() >= crate::content::SHORTEST_NAME || is_submodule;
        if is_told && (own.is_new_name || is_submodule) && self.is_new(name, is_submodule) {
            if is_submodule {
                self.worker.skip(SkipReason::Submodule, name);
            }
            self.provenance.blob = None;
            self.provenance.path.0.extend_from_slice(name);
            scan_name(self.worker.as_mut(), name, &mut self.provenance);
            self.provenance.path.0.clear();
        }
        let number = || own.number.unwrap_or_else(|| self.shared.numbers.of(&own.entry.id));
        (!is_submodule).then(number)
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
        let Records { shared, seen, .. } = &mut self.records;
        if shared.sink.is_stopped() {
            return ControlFlow::Break(());
        }
        seen.objects += 1;
        if seen.objects.is_multiple_of(PROGRESS_STEP) {
            shared.sink.progress(seen.objects, None);
        }
        let (id, kind, delta) = (object.id, object.kind, object.delta);
        match (kind, object.content) {
            (ObjectKind::Blob, content) => self.blob(Object { content, ..object }),
            (kind, Content::Bytes(bytes)) => self.record((id, kind), bytes, delta),
            (kind, Content::Stream(stream)) => {
                let mut bytes = Vec::new();
                // The walk itself tells of a stream that fails.
                let _ = stream.take(LONGEST_RECORD).read_to_end(&mut bytes);
                self.record((id, kind), &bytes, None);
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
    copies::of(&origin.delta, copies);
    let id = records::blob_id(&origin.base);
    (!copies.is_empty()).then_some(Base { id, copies })
}
