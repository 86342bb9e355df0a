//! What one thread does with each object of a repository.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use tightlip_git::{
    Commit, Content, DeltaOrigin, EntryMode, GitError, Object, ObjectId, ObjectKind, Repository,
    Tag, TreeEntry, Visitor,
};
use tightlip_model::{Base, Blob, Copied, Origin, Provenance, Sink, SkipReason, Worker};

use super::History;
use super::copies;
use super::missing::Seen;
use super::survey::Survey;
use crate::container::{self, Target, is_container};
use crate::content::{is_lfs_pointer, scan_name};
use crate::pieces::{Pieces, Stoppable};
use crate::records;

/// Commits, tags and trees that come as a stream are read up to this many bytes.
const LONGEST_RECORD: u64 = 512 << 20;
/// Entries of trees noted for placing blobs; with more, trees are read again for that. At 20 bytes
/// each, and one for each changed file of a folder, this is room for millions of commits.
const MOST_ENTRIES: usize = 16 << 20;
/// Objects between two reports of progress.
const PROGRESS_STEP: u64 = 1024;

/// What all threads of one walk share.
pub(super) struct Shared<'a> {
    history: &'a History,
    repository: &'a Repository,
    sink: &'a dyn Sink,
    /// Hashes of the names that were scanned.
    names: Mutex<HashSet<u64>>,
    hasher: RandomState,
}

impl<'a> Shared<'a> {
    /// The start of a walk.
    pub(super) fn new(
        history: &'a History,
        repository: &'a Repository,
        sink: &'a dyn Sink,
    ) -> Self {
        let (names, hasher) = (Mutex::default(), RandomState::new());
        Self { history, repository, sink, names, hasher }
    }
}

/// One thread's buffers, worker and memory.
pub(super) struct Reader<'a> {
    shared: &'a Shared<'a>,
    worker: Box<dyn Worker + 'a>,
    pieces: Pieces,
    provenance: Provenance,
    copies: Vec<Copied>,
    /// Blobs that were not pushed whole and in one piece, or not at all.
    apart: HashSet<ObjectId>,
    names: HashSet<u64>,
    seen: Seen,
    survey: Survey,
}

impl<'a> Reader<'a> {
    /// A reader for one thread.
    pub(super) fn new(shared: &'a Shared<'a>) -> Self {
        Self {
            shared,
            worker: shared.sink.worker(),
            pieces: Pieces::new(shared.sink.reach()),
            provenance: shared.history.provenance(Origin::Blob),
            copies: Vec::new(),
            apart: HashSet::new(),
            names: HashSet::new(),
            seen: Seen::default(),
            survey: Survey::new(MOST_ENTRIES / shared.history.options.jobs.max(1)),
        }
    }

    /// What was seen and noted.
    pub(super) fn finish(self) -> (Seen, Survey) {
        (self.seen, self.survey)
    }

    fn record(
        &mut self,
        (id, kind): (ObjectId, ObjectKind),
        content: &[u8],
        delta: Option<DeltaOrigin<'_>>,
    ) {
        match kind {
            ObjectKind::Commit => self.commit(id, content),
            ObjectKind::Tag => self.tag(id, content),
            ObjectKind::Tree => self.tree(id, content, delta),
            ObjectKind::Blob => {}
        }
    }

    fn commit(&mut self, id: ObjectId, content: &[u8]) {
        self.seen.commits += 1;
        self.provenance.blob = None;
        match Commit::parse(id, content) {
            Ok(parsed) => {
                self.provenance.commit = Some(records::commit(&id, &parsed));
                self.survey.commit(id, &parsed);
                self.seen.refer(&parsed.tree);
                if self.shared.repository.shallow_boundary().binary_search(&id).is_err() {
                    parsed.parents.iter().for_each(|parent| self.seen.refer(parent));
                }
            }
            Err(error) => self.tell(&error),
        }
        records::scan_commit(self.worker.as_mut(), content, &self.provenance);
        self.provenance.commit = None;
    }

    fn tag(&mut self, id: ObjectId, content: &[u8]) {
        self.provenance.blob = None;
        match Tag::parse(id, content) {
            Ok(tag) => self.seen.refer(&tag.target),
            Err(error) => self.tell(&error),
        }
        records::scan_tag(self.worker.as_mut(), content, id, &self.provenance);
    }

    fn tree(&mut self, id: ObjectId, content: &[u8], delta: Option<DeltaOrigin<'_>>) {
        let mut survey = std::mem::take(&mut self.survey);
        let read = survey.tree(id, content, delta.as_ref(), |entry| {
            self.tree_entry(entry);
            entry.entry_mode() != EntryMode::Submodule
        });
        self.survey = survey;
        if let Err(error) = read {
            self.tell(&error);
        }
    }

    fn tree_entry(&mut self, entry: &TreeEntry<'_>) {
        let is_submodule = entry.entry_mode() == EntryMode::Submodule;
        if !is_submodule {
            self.seen.refer(&entry.id);
        }
        if (entry.name.len() < crate::content::SHORTEST_NAME && !is_submodule)
            || !self.is_new(entry.name, is_submodule)
        {
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

    fn blob(&mut self, object: Object<'_>) {
        let Object { id, size, content, delta, .. } = object;
        self.provenance.blob = Some(records::blob_id(&id));
        if self.shared.history.options.max_file_size.is_some_and(|most| size > most) {
            self.apart.insert(id);
            return self.worker.skip(SkipReason::TooLarge, id.to_string().as_bytes());
        }
        if self.shared.history.scanned.as_ref().is_some_and(|scanned| !scanned.is_new(&id)) {
            self.apart.insert(id);
            return;
        }
        let origin = delta.filter(|origin| !self.apart.contains(&origin.base));
        let Self { shared, worker, pieces, provenance, copies, apart, .. } = self;
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
                let target = Target { sink, worker: worker.as_mut(), provenance, bounds };
                // Reading from memory does not fail.
                let _ = container::scan(pieces, &mut reader, size, target, |_| {});
            }
            Content::Stream(mut stream) => {
                let mut reader = Stoppable::new(&mut stream, shared.sink);
                let (sink, bounds) = (shared.sink, &shared.history.options.bounds);
                let target = Target { sink, worker: worker.as_mut(), provenance, bounds };
                // The walk itself tells of a stream that fails.
                let _ = container::scan(pieces, &mut reader, size, target, |_| {});
            }
        }
    }

    fn tell(&mut self, error: &GitError) {
        self.worker.problem(self.shared.history.opening.problem(error));
    }
}

impl Visitor for Reader<'_> {
    fn object(&mut self, object: Object<'_>) -> ControlFlow<()> {
        if self.shared.sink.is_stopped() {
            return ControlFlow::Break(());
        }
        self.seen.see(&object.id);
        if self.seen.objects.is_multiple_of(PROGRESS_STEP) {
            self.shared.sink.progress(self.seen.objects, None);
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
        self.tell(&problem);
        ControlFlow::Continue(())
    }
}

/// What a delta copies, when it copies anything.
fn base<'c>(origin: DeltaOrigin<'_>, copies: &'c mut Vec<Copied>) -> Option<Base<'c>> {
    copies::of(&origin.delta, copies);
    let id = records::blob_id(&origin.base);
    (!copies.is_empty()).then_some(Base { id, copies })
}
