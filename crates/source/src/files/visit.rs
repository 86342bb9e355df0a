//! What one thread does with a folder, a file, a link, and what must not be opened.

use std::io;
use std::path::Path;
use std::sync::{Arc, PoisonError};

use tightlip_model::{Blob, Origin, Problem, Provenance, SkipReason, Worker};

use super::GitFolders;
use super::ignored::{Ignores, Verdict};
use super::tree::{Content, Entry, EntryKind, Folder, Opened, open_target};
use super::walk::{Place, Root, Walk, Work};
use crate::container::{self, Target};
use crate::content::{failure, is_lfs_pointer, scan_name};
use crate::pieces::{Pieces, Stoppable};

/// Entries that one thread takes at a time.
const BATCH: usize = 64;

/// One thread's buffers and its worker.
pub(super) struct Visitor<'a> {
    walk: &'a Walk<'a>,
    worker: Box<dyn Worker + 'a>,
    pieces: Pieces,
    /// The entry at hand, as reports show it.
    provenance: Provenance,
    /// The same below its target.
    path: Vec<u8>,
}

impl<'a> Visitor<'a> {
    /// A visitor for the calling thread.
    pub(super) fn new(walk: &'a Walk<'a>) -> Self {
        Self {
            walk,
            worker: walk.sink.worker(),
            pieces: Pieces::new(walk.sink.reach()),
            provenance: Provenance::at(Origin::File, ""),
            path: Vec::new(),
        }
    }

    /// Does one piece of work.
    pub(super) fn visit(&mut self, work: Work) {
        match work {
            Work::Target { path, shown } => self.target(&path, &shown),
            Work::Folder(place) => self.folder(place),
            Work::Entries { place, entries } => self.entries(&place, None, &entries),
        }
    }

    fn target(&mut self, path: &Path, shown: &[u8]) {
        self.show(shown, b"");
        self.walk.count(1, 0);
        if self.walk.options.exclude.is_match(path) {
            return self.skip(SkipReason::Excluded);
        }
        scan_name(self.worker.as_mut(), shown, &mut self.provenance);
        match open_target(path) {
            Ok(Opened::File(content)) => self.content(content),
            Ok(Opened::Special) => self.skip(SkipReason::SpecialFile),
            Err(error) => self.problem(failure(&error)),
        }
    }

    fn folder(&mut self, mut place: Place) {
        let mut entries = Vec::new();
        let listed = place.root.tree.list(&place.path, &mut entries);
        if let Err(error) = &listed {
            self.enter(&place.root, &place.path);
            self.problem(failure(error));
        }
        if !self.walk.options.scan_ignored {
            place.ignores = Ignores::inside(&place, &entries, self.walk.sink);
        }
        let is_bare = is_repository(&entries);
        let (folders, mut files): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|entry| entry.kind == EntryKind::Folder);
        let below: Vec<_> = folders
            .iter()
            .filter_map(|entry| self.subfolder(&place, entry, is_bare))
            .map(Work::Folder)
            .collect();
        self.walk.push(below);
        let place = Arc::new(place);
        while files.len() > BATCH {
            let entries = files.split_off(files.len() - BATCH);
            self.walk.push([Work::Entries { place: Arc::clone(&place), entries }]);
        }
        self.entries(&place, listed.ok().as_ref(), &files);
    }

    /// The folder as a place of its own, unless it is left out.
    fn subfolder(&mut self, place: &Place, entry: &Entry, is_bare: bool) -> Option<Place> {
        let path = joined(&place.path, &entry.name);
        self.enter(&place.root, &path);
        if self.walk.options.git_folders == GitFolders::LeftOut {
            if &*entry.name == b".git" && is_git_folder(place, &path) {
                self.git_folder(place, &path);
                return None;
            }
            if is_bare && &*entry.name == b"objects" {
                self.leave_out(SkipReason::GitFolder);
                return None;
            }
        }
        if self.is_excluded() {
            self.leave_out(SkipReason::Excluded);
            return None;
        }
        let mut ignores = place.ignores.clone();
        match Verdict::on(ignores.as_ref(), &path, EntryKind::Folder, self.walk.sink) {
            Verdict::Skip => {
                self.leave_out(SkipReason::GitIgnored);
                return None;
            }
            Verdict::OnlyTracked => ignores = ignores.map(Ignores::only_tracked),
            Verdict::Scan => {}
        }
        scan_name(self.worker.as_mut(), &path, &mut self.provenance);
        Some(Place { root: Arc::clone(&place.root), path, ignores })
    }

    /// Skips git's own folder but for its configuration: a remote's address may hold a token.
    fn git_folder(&mut self, place: &Place, path: &[u8]) {
        self.leave_out(SkipReason::GitFolder);
        for name in [b"config".as_slice(), b"config.worktree"] {
            let path = joined(path, name);
            self.enter(&place.root, &path);
            match place.root.tree.open_file(&path) {
                Ok(opened) => self.opened(opened),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => self.problem(failure(&error)),
            }
        }
    }

    /// Visits entries of a place, which is `folder` if that is still open.
    fn entries(&mut self, place: &Place, folder: Option<&Folder>, entries: &[Entry]) {
        for entry in entries {
            if self.walk.sink.is_stopped() {
                return;
            }
            self.entry(place, folder, entry);
        }
        self.walk.count(entries.len() as u64, 0);
    }

    fn entry(&mut self, place: &Place, folder: Option<&Folder>, entry: &Entry) {
        let path = joined(&place.path, &entry.name);
        self.enter(&place.root, &path);
        if self.is_excluded() {
            return self.skip(SkipReason::Excluded);
        }
        let verdict = Verdict::on(place.ignores.as_ref(), &path, entry.kind, self.walk.sink);
        if verdict == Verdict::Skip {
            return self.skip(SkipReason::GitIgnored);
        }
        scan_name(self.worker.as_mut(), &path, &mut self.provenance);
        match entry.kind {
            EntryKind::File => {
                let tree = &place.root.tree;
                let by_path = || tree.open_file(&path);
                match folder.map_or_else(by_path, |folder| tree.open_listed(folder, &entry.name)) {
                    Ok(opened) => self.opened(opened),
                    Err(error) => self.problem(failure(&error)),
                }
            }
            EntryKind::Symlink => self.symlink(place, &path),
            EntryKind::Special | EntryKind::Folder => self.skip(SkipReason::SpecialFile),
        }
    }

    fn opened(&mut self, opened: Opened) {
        match opened {
            Opened::File(content) => self.content(content),
            Opened::Special => self.skip(SkipReason::SpecialFile),
        }
    }

    fn content(&mut self, mut content: Content) {
        let size = content.size();
        if self.walk.options.max_file_size.is_some_and(|most| size > most) {
            return self.skip(SkipReason::TooLarge);
        }
        let Self { walk, worker, pieces, provenance, .. } = self;
        let mut is_pointer = false;
        let mut reader = Stoppable::new(&mut content, walk.sink);
        let (sink, bounds) = (walk.sink, &walk.options.bounds);
        let target = Target { sink, worker: worker.as_mut(), provenance, bounds, known: None };
        let read = container::scan(pieces, &mut reader, size, target, |piece| {
            is_pointer |= is_lfs_pointer(piece.bytes);
            if let Some(outer) = layout_before(provenance.path.as_bytes())
                && piece.is_whole()
            {
                let mut images = walk.images.lock().unwrap_or_else(PoisonError::into_inner);
                images.see(piece.bytes, outer, provenance);
            }
        });
        match read {
            Ok(bytes) => walk.count(0, bytes),
            Err(error) => self.problem(failure(&error)),
        }
        self.walk.looked_at();
        if is_pointer {
            self.skip(SkipReason::LfsPointer);
        }
        if let Some(change) = content.change().filter(|_| !self.walk.sink.is_stopped()) {
            self.problem(change.to_string());
        }
    }

    fn symlink(&mut self, place: &Place, path: &[u8]) {
        match place.root.tree.link_target(path) {
            Ok(text) => {
                self.provenance.origin = Origin::SymlinkTarget;
                self.worker.blob(Blob::whole(&text, &self.provenance));
                self.walk.looked_at();
                self.provenance.origin = Origin::File;
                self.skip(SkipReason::Symlink);
            }
            Err(error) => self.problem(failure(&error)),
        }
    }

    fn is_excluded(&self) -> bool {
        let exclude = &self.walk.options.exclude;
        if exclude.is_empty() {
            return false;
        }
        let shown = super::ignored::as_path(self.provenance.path.as_bytes());
        exclude.is_match(&shown) || exclude.is_match(super::ignored::as_path(&self.path))
    }

    /// Makes the path below `root` the one that is reported.
    fn enter(&mut self, root: &Root, path: &[u8]) {
        self.show(&root.shown, path);
        self.path.clear();
        self.path.extend_from_slice(path);
    }

    fn show(&mut self, folder: &[u8], path: &[u8]) {
        let shown = &mut self.provenance.path.0;
        shown.clear();
        shown.extend_from_slice(folder);
        if !folder.is_empty() && !path.is_empty() && !folder.ends_with(b"/") {
            shown.push(b'/');
        }
        shown.extend_from_slice(path);
        if shown.is_empty() {
            shown.push(b'.');
        }
    }

    /// Skips a folder, which counts as something seen.
    fn leave_out(&mut self, reason: SkipReason) {
        self.walk.count(1, 0);
        self.skip(reason);
    }

    fn skip(&mut self, reason: SkipReason) {
        self.worker.skip(reason, self.provenance.path.as_bytes());
    }

    fn problem(&mut self, reason: String) {
        self.worker.problem(Problem::new(self.provenance.path.clone(), reason));
    }
}

/// How much of a path names the folder of a container image, when it may be that of one of its files:
/// of an OCI layout, or of what `docker save` wrote before there was one.
fn layout_before(path: &[u8]) -> Option<usize> {
    if let Some(at) = memchr::memmem::rfind(path, b"blobs/sha256/") {
        return Some(at.saturating_sub(1));
    }
    let slash = memchr::memrchr(b'/', path);
    let name = path.get(slash.map_or(0, |slash| slash + 1)..)?;
    let stem = name.strip_suffix(b".json")?;
    let is_digest = stem.len() == 64 && stem.iter().all(u8::is_ascii_hexdigit);
    (is_digest || stem == b"manifest").then_some(slash.unwrap_or(0))
}

/// Whether the folder at `path` below the target is git's own, and not only called like it.
fn is_git_folder(place: &Place, path: &[u8]) -> bool {
    let mut entries = Vec::new();
    place.root.tree.list(path, &mut entries).is_ok() && is_repository(&entries)
}

/// Whether a folder holds what makes one a repository; git takes links for `objects` and `refs`.
fn is_repository(entries: &[Entry]) -> bool {
    let has = |name: &[u8], kind| {
        let is_it = |e: &Entry| &*e.name == name && [kind, EntryKind::Symlink].contains(&e.kind);
        entries.iter().any(is_it)
    };
    has(b"HEAD", EntryKind::File)
        && has(b"objects", EntryKind::Folder)
        && has(b"refs", EntryKind::Folder)
}

fn joined(folder: &[u8], name: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(folder.len() + name.len() + 1);
    path.extend_from_slice(folder);
    if !folder.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}
