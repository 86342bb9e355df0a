//! A whole object database as a source: every object once, then where the blobs with matches stand.
//!
//! Owns: what of a repository is scanned besides its objects, and what is said about its limits.
//! The objects, what is missing, and the places of blobs have a file each.

mod copies;
mod folders;
mod introductions;
mod logs;
mod maps;
mod missing;
mod numbers;
mod objects;
mod place;
mod removals;
mod selection;
mod several;
mod survey;
mod sweep;
mod views;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tightlip_git::{Found as Listed, Objects, OpenOptions, Ref, Repository, Verify, WalkOptions};
use tightlip_model::{
    BlobId, Coverage, Found, Origin, PathBytes, Problem, Provenance, ScanInfo, ScanKind, Sink,
    SkipReason, Source,
};

use self::numbers::Numbers;
use self::objects::{Reader, Seen, Shared};
use self::place::Placement;
use self::selection::{Bounds as Part, Selection};
use self::several::Scanned;
use self::survey::{Notes, Survey};
use crate::container::Bounds;
use crate::records::object_id;
use crate::repository::Opening;

pub use self::several::Histories;
pub use self::sweep::SweepCache;

/// Which repository is scanned, and how.
#[derive(Clone, Default)]
pub struct HistoryOptions {
    /// A folder in the repository.
    pub repository: PathBuf,
    /// What reports call the repository, where a scan covers several; empty otherwise.
    pub name: PathBytes,
    /// What the environment changes about the repository.
    pub git: OpenOptions,
    /// Blobs with more bytes are left out.
    pub max_file_size: Option<u64>,
    /// Look only at what refs whose name matches one of these globs reach; empty for everything.
    pub refs: Vec<String>,
    /// Look only at what came after a revision, or since a day or time in UTC, and is reached by refs.
    pub since: Option<String>,
    /// How much of archives and the like is read.
    pub bounds: Bounds,
    /// Whether the ids of all objects are recomputed.
    pub verify: Verify,
    /// Whether finding no commit is fine.
    pub allow_empty: bool,
    /// How many threads may be used.
    pub jobs: usize,
    /// What earlier sweeps found clean, to be passed over and added to.
    pub cache: Option<Arc<SweepCache>>,
}

/// Everything in an object database.
pub struct History {
    options: HistoryOptions,
    opening: Opening,
    /// What the run noted for placing blobs afterwards.
    noted: Mutex<Option<Notes>>,
    /// What other repositories of the same scan had, when there are several.
    scanned: Option<Arc<Scanned>>,
}

impl History {
    /// A source of everything in the repository that `options` names.
    #[must_use]
    pub fn new(options: HistoryOptions) -> Self {
        let opening = Opening::at(&options.repository, options.git.clone());
        Self { options, opening, noted: Mutex::default(), scanned: None }
    }

    /// Those of the blobs that this repository has.
    fn own(&self, found: &[BlobId]) -> Vec<BlobId> {
        let Ok(repository) = &self.opening.repository else { return Vec::new() };
        let objects = repository.objects();
        let has = |blob: &&BlobId| objects.contains(&object_id(blob)).unwrap_or(false);
        found.iter().filter(has).copied().collect()
    }

    fn provenance(&self, origin: Origin) -> Provenance {
        Provenance { repository: self.options.name.clone(), ..Provenance::at(origin, "") }
    }

    fn scan(&self, repository: &Repository, sink: &dyn Sink) {
        let (mut refs, objects) = (repository.refs().all(), repository.objects());
        self.report(&refs, sink);
        let numbers = Numbers::new(&objects);
        let selection = match self.part(repository, &objects, &refs.items) {
            Err(message) => return sink.problem(Problem::new(self.opening.subject(), message)),
            Ok(None) => None,
            Ok(Some(part)) => {
                let selection = Selection::new(repository, &objects, &numbers, &part);
                refs.items = part.refs;
                Some(selection)
            }
        };
        self.say_limits(repository, &refs.items, sink);
        let texts = if selection.is_none() { logs::Texts::All } else { logs::Texts::Names };
        let names = logs::scan(self, repository, (&refs.items, texts), sink);
        let (seen, survey) = self.walk(repository, &objects, (&numbers, selection.as_ref()), sink);
        let (commits, count) = (seen.commits, seen.objects);
        let left_out = (seen.left_out > 0).then_some((SkipReason::NotSelected, seen.left_out));
        let skipped = left_out.into_iter().collect();
        sink.cover(Coverage { commits, objects: count, skipped, ..Coverage::default() });
        sink.progress(count + seen.left_out, Some(count + seen.left_out));
        if sink.is_stopped() {
            return;
        }
        if commits == 0
            && count == 0
            && names == 0
            && selection.is_none()
            && !self.options.allow_empty
        {
            let message = "nothing to scan: the repository has no commits";
            sink.problem(Problem::new(self.opening.subject(), message));
        }
        let notes = Notes::new(numbers, survey);
        missing::report(&self.opening, repository, &objects, &notes, &refs.items, sink);
        *self.noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(notes);
    }

    /// Visits every object; those that an earlier sweep found clean are not scanned.
    fn walk(
        &self,
        repository: &Repository,
        objects: &Objects,
        (numbers, selection): (&Numbers, Option<&Selection>),
        sink: &dyn Sink,
    ) -> (Seen, Survey) {
        let HistoryOptions { jobs, verify, .. } = self.options;
        let options = WalkOptions { jobs, verify, ..WalkOptions::default() };
        let sweep = self.options.cache.as_ref().and_then(|all| all.open(repository, numbers));
        let chosen = (numbers, selection, sweep.as_ref());
        let shared = Shared::new(self, repository, chosen, sink);
        let readers = objects.for_each(&options, || Reader::new(&shared));
        let (mut seen, mut survey) = (Seen::default(), Survey::default());
        for (saw, noted) in readers.into_iter().map(Reader::finish) {
            seen.merge(saw);
            survey.merge(noted);
        }
        let learned = std::mem::take(&mut seen.learned);
        sink.cover(sweep::coverage(seen.spared));
        if let Some(sweep) = sweep {
            sweep.keep(learned, numbers);
        }
        (seen, survey)
    }

    /// The part of the history that is wanted, if not all of it.
    fn part(
        &self,
        repository: &Repository,
        objects: &Objects,
        refs: &[Ref],
    ) -> Result<Option<Part>, String> {
        let HistoryOptions { refs: globs, since, .. } = &self.options;
        if globs.is_empty() && since.is_none() {
            return Ok(None);
        }
        Part::new(repository, objects, (refs, globs, since.as_deref())).map(Some)
    }

    fn report(&self, refs: &Listed<Ref>, sink: &dyn Sink) {
        refs.problems.iter().for_each(|error| sink.problem(self.opening.problem(error)));
    }

    /// Says what the clone was told to leave out.
    fn say_limits(&self, repository: &Repository, refs: &[Ref], sink: &dyn Sink) {
        let is_counted = |one: &&Ref| one.name.starts_with(b"refs/");
        sink.cover(Coverage {
            refs: refs.iter().filter(is_counted).count() as u64,
            shallow: repository.is_shallow(),
            ..Coverage::default()
        });
        let Some(first) = repository.shallow_boundary().first() else { return };
        let others = match repository.shallow_boundary().len() - 1 {
            0 => String::new(),
            count => format!(" and {count} other commits"),
        };
        let message = format!(
            "shallow clone: history ends at `{first}`{others}; fetch with full depth (`git fetch --unshallow`, `fetch-depth: 0`)"
        );
        sink.problem(Problem::new(self.opening.subject(), message));
    }
}

impl Source for History {
    fn info(&self) -> ScanInfo {
        let target = self.options.repository.display().to_string();
        self.opening.info(ScanKind::History, vec![target])
    }

    fn run(&self, sink: &dyn Sink) {
        match &self.opening.repository {
            Ok(repository) => self.scan(repository, sink),
            Err(error) => sink.problem(self.opening.problem(error)),
        }
    }

    fn place(&self, found: &[BlobId], sink: &dyn Sink) -> Vec<Found> {
        let Ok(repository) = &self.opening.repository else { return Vec::new() };
        if found.is_empty() {
            return Vec::new();
        }
        let base = self.provenance(Origin::Blob);
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner).take();
        Placement::new(repository, self.options.jobs, base, sink).place(found, noted)
    }
}
