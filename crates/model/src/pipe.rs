//! The two ends of the pipe: a [`Source`] pushes blobs, a [`Reporter`] receives findings.
//!
//! The engine stands between them and implements [`Sink`] and [`Worker`]. A source never sees a
//! report, a reporter never sees a source.

use std::io;

use crate::{
    Blob, BlobId, Coverage, Finding, Layer, Problem, Provenance, RepositoryScan, SkipReason,
    Summary,
};

/// What a run looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScanKind {
    /// Files and folders.
    Files,
    /// Standard input.
    Stdin,
    /// What the next commit would add.
    Staged,
    /// What a range of commits adds.
    Diff,
    /// A whole object database.
    History,
}

impl ScanKind {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Stdin => "stdin",
            Self::Staged => "staged",
            Self::Diff => "diff",
            Self::History => "history",
        }
    }
}

/// What a reporter is told before the first finding.
#[derive(Debug, Clone)]
pub struct ScanInfo {
    /// What the run looks at.
    pub kind: ScanKind,
    /// What it was asked to look at, as the user wrote it.
    pub targets: Vec<String>,
    /// The repository's address, where there is one; free of credentials.
    pub repository: Option<String>,
    /// The commit that HEAD names, where there is one.
    pub revision: Option<String>,
    /// The branch that HEAD names, where there is one.
    pub branch: Option<String>,
}

/// Where blobs come from.
pub trait Source: Sync {
    /// What the run looks at, for reports.
    fn info(&self) -> ScanInfo;

    /// Pushes every blob into workers of `sink`, from as many threads as the source was given.
    /// Returns when all were pushed, or soon after [`Sink::is_stopped`] turned true.
    fn run(&self, sink: &dyn Sink);

    /// Where the blobs with matches stand: asked once, after [`Source::run`], for blobs whose
    /// provenance was pushed without a path. A blob may stand in several places; each is reported.
    /// A blob missing from the answer is reported with the provenance it was pushed with.
    fn place(&self, found: &[BlobId], sink: &dyn Sink) -> Vec<Found> {
        let _ = (found, sink);
        Vec::new()
    }
}

/// One blob and one place where it stands.
#[derive(Debug, Clone)]
pub struct Found {
    /// The blob.
    pub blob: BlobId,
    /// The place.
    pub provenance: Provenance,
}

/// The engine as a source sees it: a maker of workers, and the ledger.
pub trait Sink: Sync {
    /// A worker for the calling thread. What it gathered counts once it is dropped.
    fn worker(&self) -> Box<dyn Worker + '_>;

    /// Notes something in scope that could not be read.
    fn problem(&self, problem: Problem);

    /// Adds counts that are no worker's: refs, commits, flags.
    fn cover(&self, coverage: Coverage);

    /// Says something worth knowing that is no problem.
    fn note(&self, note: String);

    /// Tells of a layer of a container image: what is found in it is reported with where it came from.
    fn layer(&self, layer: Layer) {
        let _ = layer;
    }

    /// Begins a repository, or goes back to it, where a scan covers several: all that is told from now
    /// on is about it. No worker may be at work meanwhile.
    fn repository(&self, repository: RepositoryScan) {
        let _ = repository;
    }

    /// Tells how far the work has come, in objects or files, for a progress display.
    fn progress(&self, done: u64, total: Option<u64>);

    /// Whether the run should end early: it was interrupted, or its report cannot be written.
    fn is_stopped(&self) -> bool;

    /// The most bytes on either side of a position that any rule looks at.
    fn reach(&self) -> usize;
}

/// One thread's way into the engine. It may be made on one thread and used on another.
pub trait Worker: Send {
    /// Scans a blob, or one piece of it.
    fn blob(&mut self, blob: Blob<'_>);

    /// Counts something left out on purpose; `name` is shown when the user asks for the list.
    fn skip(&mut self, reason: SkipReason, name: &[u8]);

    /// Notes something in scope that could not be read.
    fn problem(&mut self, problem: Problem);

    /// What was counted so far; `None` when nobody counts, so that nothing may be taken for clean.
    fn tally(&self) -> Option<Tally> {
        None
    }
}

/// What a worker counted since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Blobs scanned.
    pub blobs: u64,
    /// Bytes scanned.
    pub bytes: u64,
    /// All that a report may tell of: matches, whether they are reported or not, what was left out,
    /// problems.
    pub events: u64,
}

/// Where findings go: one format each.
pub trait Reporter {
    /// Called once, first.
    ///
    /// # Errors
    /// When the writer fails.
    fn begin(&mut self, scan: &ScanInfo) -> io::Result<()>;

    /// Called for each finding in the order of the report, suppressed ones included.
    ///
    /// # Errors
    /// When the writer fails.
    fn finding(&mut self, finding: &Finding) -> io::Result<()>;

    /// Called once, last.
    ///
    /// # Errors
    /// When the writer fails.
    fn finish(&mut self, summary: &Summary) -> io::Result<()>;
}
