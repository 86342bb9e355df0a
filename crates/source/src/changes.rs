//! Files that a change brought in: the whole new content is scanned, its added lines count.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Builder;

use tightlip_git::{Change, DiffEntry, EntryMode, GitError, ObjectId, Objects};
use tightlip_model::{
    Blob, Commit, LineSpan, Origin, PathBytes, Problem, Provenance, Reach, Sink, SkipReason, Worker,
};

use crate::added::{LONGEST_COMPARED, added_lines, common, either};
use crate::container::{self, Bounds, Known, Target, is_container};
use crate::content::{is_lfs_pointer, scan_name};
use crate::pieces::{Pieces, Stoppable};
use crate::records::blob_id;
use crate::renames::Deleted;
use crate::repository::Opening;

/// Fewer files are not worth a second thread.
const WORTH_THREADS: usize = 32;

/// A file as a change left it.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    /// Its path.
    pub(crate) path: Vec<u8>,
    /// What stands there now.
    pub(crate) new: DiffEntry,
    /// What it was made from, one for each version before; `None` when there was nothing like it.
    pub(crate) before: Vec<Option<ObjectId>>,
    /// Whether no version before had something at this path.
    pub(crate) is_new_path: bool,
    /// The commit that did it.
    pub(crate) commit: Option<Arc<Commit>>,
    /// When it still stands like that where the change ends up: what it is compared with there, as
    /// in `before`. Lines that are new to either count.
    pub(crate) at_head: Option<Vec<Option<ObjectId>>>,
}

impl Changed {
    /// Whether some version before had the same content, so that there is nothing new in it.
    fn is_known(&self) -> bool {
        let has_it = |before: &Vec<Option<ObjectId>>| before.contains(&Some(self.new.id));
        has_it(&self.before) && self.at_head.as_ref().is_none_or(has_it)
    }
}

/// What comparing needs to know of one side: its content, if that is of the same type.
pub(crate) fn like(old: Option<DiffEntry>, new: DiffEntry) -> Option<ObjectId> {
    old.filter(|old| old.entry_mode() == new.entry_mode()).map(|old| old.id)
}

/// What was changed or added by `changes`, and what was deleted.
pub(crate) fn sorted(
    changes: impl IntoIterator<Item = Change>,
    commit: Option<&Arc<Commit>>,
) -> (Vec<Changed>, Vec<Deleted>) {
    let (mut changed, mut deleted) = (Vec::new(), Vec::new());
    for Change { path, old, new, .. } in changes {
        match (old, new) {
            (old, Some(new)) => changed.push(Changed {
                path,
                new,
                before: vec![like(old, new)],
                is_new_path: old.is_none(),
                commit: commit.cloned(),
                at_head: None,
            }),
            (Some(old), None) => deleted.push(Deleted { path, mode: old.entry_mode(), id: old.id }),
            (None, None) => {}
        }
    }
    (changed, deleted)
}

/// Scans changed files.
pub(crate) struct Changes<'a> {
    /// The repository they are in.
    pub(crate) opening: &'a Opening,
    /// Its objects.
    pub(crate) objects: &'a Objects,
    /// What their provenance begins with.
    pub(crate) base: Provenance,
    /// Files with more bytes are left out.
    pub(crate) max_file_size: Option<u64>,
    /// How much of containers is read.
    pub(crate) bounds: Bounds,
    /// Where they go.
    pub(crate) sink: &'a dyn Sink,
}

impl Changes<'_> {
    /// Scans all of them on up to `jobs` threads.
    pub(crate) fn scan(&self, changed: &[Changed], jobs: usize) {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut scanner = Scanner::new(self);
            while let Some(one) = changed.get(next.fetch_add(1, Ordering::Relaxed)) {
                if self.sink.is_stopped() {
                    return;
                }
                scanner.file(one);
            }
        };
        let threads = if changed.len() < WORTH_THREADS { 1 } else { jobs };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                // Where the system has no thread to give, those that run do all the work.
                if Builder::new().spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
    }
}

/// One thread's buffers and worker.
struct Scanner<'a> {
    changes: &'a Changes<'a>,
    worker: Box<dyn Worker + 'a>,
    pieces: Pieces,
    new: Vec<u8>,
    old: Vec<u8>,
    /// The versions that the file at hand was compared with.
    before: Vec<Vec<u8>>,
}

impl<'a> Scanner<'a> {
    fn new(changes: &'a Changes<'a>) -> Self {
        let pieces = Pieces::new(changes.sink.reach());
        let (new, old, before) = (Vec::new(), Vec::new(), Vec::new());
        Self { changes, worker: changes.sink.worker(), pieces, new, old, before }
    }

    fn file(&mut self, one: &Changed) {
        let mut provenance = self.changes.base.clone();
        provenance.path = PathBytes(one.path.clone());
        provenance.commit = one.commit.as_deref().cloned();
        provenance.blob = Some(blob_id(&one.new.id));
        provenance.reach = one.at_head.as_ref().map(|_| Reach::Head);
        if one.is_new_path {
            scan_name(self.worker.as_mut(), &one.path, &mut provenance);
        }
        match one.new.entry_mode() {
            EntryMode::Submodule => return self.worker.skip(SkipReason::Submodule, &one.path),
            EntryMode::Symlink => provenance.origin = Origin::SymlinkTarget,
            EntryMode::File | EntryMode::Tree => {}
        }
        if one.is_known() {
            return;
        }
        if let Err(error) = self.content(one, &provenance) {
            self.fail(one, &error);
        }
    }

    fn content(&mut self, one: &Changed, provenance: &Provenance) -> Result<(), GitError> {
        let most = self.changes.max_file_size.unwrap_or(u64::MAX);
        let mut new = std::mem::take(&mut self.new);
        let read =
            self.changes.objects.read_up_to(&one.new.id, most.min(LONGEST_COMPARED), &mut new);
        let done = read.and_then(|size| {
            if size > most {
                self.worker.skip(SkipReason::TooLarge, &one.path);
            } else if size > LONGEST_COMPARED {
                self.long(one, provenance, size)?;
            } else {
                self.short(&new, one, provenance);
            }
            Ok(())
        });
        self.new = new;
        done
    }

    /// Scans a file that is compared with the versions before it.
    fn short(&mut self, new: &[u8], one: &Changed, provenance: &Provenance) {
        if is_container(new) {
            self.container(new, one, provenance);
            return;
        }
        self.before.clear();
        let mut added = self.added(one, &one.before, new);
        if let (Some(lines), Some(before)) = (&added, &one.at_head) {
            added = self.added(one, before, new).map(|more| either(lines, &more));
        }
        // Even where no line is new: what was taken away may have kept a secret apart.
        if added.is_none() || !new.is_empty() {
            self.push(new, provenance, added.as_deref());
        }
    }

    fn push(&mut self, content: &[u8], provenance: &Provenance, added: Option<&[LineSpan]>) {
        let Self { worker, pieces, before, .. } = self;
        if Pieces::is_one(content.len()) {
            worker.blob(Blob { added, before, ..Blob::whole(content, provenance) });
        } else {
            let (mut rest, length) = (content, content.len() as u64);
            // Reading from memory does not fail.
            let _ = pieces.cut(&mut rest, length, |piece| {
                worker.blob(Blob { added, before, ..piece.blob(provenance) });
            });
        }
        if is_lfs_pointer(content) {
            worker.skip(SkipReason::LfsPointer, provenance.path.as_bytes());
        }
    }

    /// Scans a container and what is inside. Its own lines say nothing of that; those of its members
    /// that a version before had do not count.
    fn container(&mut self, mut content: &[u8], one: &Changed, provenance: &Provenance) {
        let known = self.known(one, provenance);
        let (sink, worker) = (self.changes.sink, self.worker.as_mut());
        let (size, bounds) = (content.len() as u64, &self.changes.bounds);
        let target = Target { sink, worker, provenance, bounds, known: known.as_ref() };
        // Reading from memory does not fail.
        let _ = container::scan(&mut self.pieces, &mut content, size, target, |_| {});
    }

    /// What the versions before of a container held; `None` when there are none to compare with.
    fn known(&mut self, one: &Changed, provenance: &Provenance) -> Option<Known> {
        let mut known: Option<Known> = None;
        for before in one.before.iter().flatten() {
            if !self.read_old(one, before) {
                continue;
            }
            let Changes { bounds, sink, .. } = self.changes;
            let to = (*sink, &mut self.pieces);
            known.get_or_insert_default().learn(&self.old, (provenance, bounds), to);
        }
        known
    }

    /// Scans a file that is too long to be compared: every line counts.
    fn long(&mut self, one: &Changed, provenance: &Provenance, size: u64) -> Result<(), GitError> {
        let Self { changes, worker, pieces, .. } = self;
        let mut content = changes.objects.stream(&one.new.id)?;
        let mut reader = Stoppable::new(&mut content, changes.sink);
        let (sink, bounds) = (changes.sink, &changes.bounds);
        let target = Target { sink, worker: worker.as_mut(), provenance, bounds, known: None };
        let read = container::scan(pieces, &mut reader, size, target, |_| {});
        if let Err(error) = read {
            let message =
                format!("object `{}` cannot be read: {error}; run `git fsck`", one.new.id);
            self.worker.problem(Problem::new(PathBytes(one.path.clone()), message));
        }
        Ok(())
    }

    /// The lines that no version before has; `None` when that is all of them.
    fn added(
        &mut self,
        one: &Changed,
        versions: &[Option<ObjectId>],
        new: &[u8],
    ) -> Option<Vec<LineSpan>> {
        if one.new.entry_mode() == EntryMode::Symlink {
            return None;
        }
        let mut added: Option<Vec<LineSpan>> = None;
        for before in versions.iter().flatten() {
            if !self.read_old(one, before) {
                continue;
            }
            let lines = added_lines(&self.old, new);
            self.before.push(std::mem::take(&mut self.old));
            added = Some(added.map_or_else(|| lines.clone(), |known| common(&known, &lines)));
        }
        added
    }

    /// Reads a version before into `old`; false when it is too long to be compared, or cannot be read.
    fn read_old(&mut self, one: &Changed, before: &ObjectId) -> bool {
        match self.changes.objects.read_up_to(before, LONGEST_COMPARED, &mut self.old) {
            Ok(size) => size <= LONGEST_COMPARED,
            Err(error) => {
                self.fail(one, &error);
                false
            }
        }
    }

    fn fail(&mut self, one: &Changed, error: &GitError) {
        let problem = self.changes.opening.problem(error);
        let subject = PathBytes(one.path.clone());
        self.worker.problem(Problem { subject, ..problem });
    }
}
