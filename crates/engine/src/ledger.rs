//! The ledger: what all threads saw, found and could not read.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use tightlip_model::{BlobId, Coverage, Problem, Secret, Sink, SkipReason, Worker};

use crate::Scan;
use crate::hit::Hit;
use crate::worker::ScanWorker;

/// What a run gathered; each worker has one, and they add up.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) hits: Vec<Hit>,
    pub(crate) coverage: Coverage,
    pub(crate) notes: Vec<String>,
    /// Paths of the baseline that were read.
    pub(crate) seen: BTreeSet<String>,
    pub(crate) skipped: Vec<(SkipReason, Vec<u8>)>,
    /// Secrets that were matched and are no findings: to be masked all the same.
    pub(crate) unreported: BTreeSet<Secret>,
}

impl Gathered {
    pub(crate) fn merge(&mut self, other: Self) {
        self.hits.extend(other.hits);
        self.coverage.merge(other.coverage);
        self.notes.extend(other.notes);
        self.seen.extend(other.seen);
        self.skipped.extend(other.skipped);
        self.unreported.extend(other.unreported);
    }
}

/// The engine as a source sees it.
pub(crate) struct Ledger<'a> {
    pub(crate) scan: &'a Scan<'a>,
    /// Paths the baseline speaks of.
    pub(crate) watched: BTreeSet<&'a str>,
    gathered: Mutex<Gathered>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(scan: &'a Scan<'a>) -> Self {
        Self { scan, watched: scan.suppressor.watched(), gathered: Mutex::default() }
    }

    pub(crate) fn add(&self, gathered: Gathered) {
        self.with(|all| all.merge(gathered));
    }

    /// The blobs with hits whose places the source has yet to tell.
    pub(crate) fn unplaced(&self) -> Vec<BlobId> {
        self.with(|all| {
            let blobs: BTreeSet<BlobId> = all.hits.iter().filter_map(Hit::unplaced).collect();
            blobs.into_iter().collect()
        })
    }

    pub(crate) fn into_gathered(self) -> Gathered {
        self.gathered.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `act` on what is gathered. A panic elsewhere leaves a whole ledger: each change to it is
    /// one merge.
    fn with<T>(&self, act: impl FnOnce(&mut Gathered) -> T) -> T {
        act(&mut self.gathered.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Sink for Ledger<'_> {
    fn worker(&self) -> Box<dyn Worker + '_> {
        Box::new(ScanWorker::new(self))
    }

    fn problem(&self, problem: Problem) {
        self.with(|all| all.coverage.problems.push(problem));
    }

    fn cover(&self, coverage: Coverage) {
        self.with(|all| all.coverage.merge(coverage));
    }

    fn note(&self, note: String) {
        self.with(|all| all.notes.push(note));
    }

    fn progress(&self, done: u64, total: Option<u64>) {
        self.scan.progress.done.store(done, Ordering::Relaxed);
        self.scan.progress.total.store(total.unwrap_or(0), Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
        self.scan.stop.load(Ordering::Relaxed)
    }

    fn reach(&self) -> usize {
        self.scan.scanner.reach()
    }
}
