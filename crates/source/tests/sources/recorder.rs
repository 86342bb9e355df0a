//! A sink that remembers what it was given.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tightlip_model::{
    Blob, BlobId, Copied, Coverage, LineSpan, Origin, Problem, Provenance, Sink, SkipReason, Worker,
};

/// A blob as it was pushed.
#[derive(Debug, Clone)]
pub(crate) struct Pushed {
    pub(crate) bytes: Vec<u8>,
    pub(crate) provenance: Provenance,
    pub(crate) added: Option<Vec<LineSpan>>,
    pub(crate) base: Option<(BlobId, Vec<Copied>)>,
    /// Which worker it was pushed into.
    pub(crate) worker: usize,
    pub(crate) is_whole: bool,
}

impl Pushed {
    pub(crate) fn path(&self) -> String {
        self.provenance.path.to_text()
    }

    /// The lines that count, as text.
    pub(crate) fn added_lines(&self) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.bytes).into_owned();
        let counts = |number: u64| match &self.added {
            None => true,
            Some(spans) => spans.iter().any(|s| s.first.0 <= number && number <= s.last.0),
        };
        let lines = text.lines().zip(1..);
        lines.filter(|(_, number)| counts(*number)).map(|(line, _)| line.to_owned()).collect()
    }
}

/// What a run gave.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    pub(crate) pushed: Mutex<Vec<Pushed>>,
    pub(crate) skipped: Mutex<Vec<(SkipReason, String)>>,
    pub(crate) problems: Mutex<Vec<Problem>>,
    pub(crate) notes: Mutex<Vec<String>>,
    pub(crate) coverage: Mutex<Coverage>,
    pub(crate) stopped: AtomicBool,
    pub(crate) workers: AtomicUsize,
}

impl Recorder {
    /// The blobs of one origin, sorted by path.
    pub(crate) fn of(&self, origin: Origin) -> Vec<Pushed> {
        let mut found: Vec<_> = self.pushed.lock().unwrap().clone();
        found.retain(|pushed| pushed.provenance.origin == origin);
        found.sort_by_key(|pushed| (pushed.provenance.path.clone(), pushed.bytes.clone()));
        found
    }

    /// The paths of one origin, sorted.
    pub(crate) fn paths(&self, origin: Origin) -> Vec<String> {
        self.of(origin).iter().map(Pushed::path).collect()
    }

    /// The contents of one origin as text, sorted.
    pub(crate) fn texts(&self, origin: Origin) -> Vec<String> {
        let mut texts: Vec<_> = self
            .of(origin)
            .iter()
            .map(|p| String::from_utf8_lossy(&p.bytes).into_owned())
            .collect();
        texts.sort();
        texts
    }

    /// What was skipped for a reason, sorted.
    pub(crate) fn skipped(&self, reason: SkipReason) -> Vec<String> {
        let skipped = self.skipped.lock().unwrap();
        let mut names: Vec<_> = skipped
            .iter()
            .filter(|(why, _)| *why == reason)
            .map(|(_, name)| name.clone())
            .collect();
        names.sort();
        names
    }

    /// Each problem as a line, sorted.
    pub(crate) fn problems(&self) -> Vec<String> {
        let problems = self.problems.lock().unwrap();
        let mut lines: Vec<_> =
            problems.iter().map(|p| format!("{}: {}", p.subject.to_text(), p.message)).collect();
        lines.sort();
        lines
    }
}

struct Recording<'a>(&'a Recorder, usize);

impl Worker for Recording<'_> {
    fn blob(&mut self, blob: Blob<'_>) {
        self.0.pushed.lock().unwrap().push(Pushed {
            bytes: blob.fresh.of(blob.bytes).to_vec(),
            provenance: blob.provenance.clone(),
            added: blob.added.map(<[LineSpan]>::to_vec),
            base: blob.base.map(|base| (base.id, base.copies.to_vec())),
            worker: self.1,
            is_whole: blob.start.byte == 0 && blob.fresh.len() == blob.bytes.len(),
        });
    }

    fn skip(&mut self, reason: SkipReason, name: &[u8]) {
        let name = String::from_utf8_lossy(name).into_owned();
        self.0.skipped.lock().unwrap().push((reason, name));
    }

    fn problem(&mut self, problem: Problem) {
        Sink::problem(self.0, problem);
    }
}

impl Sink for Recorder {
    fn worker(&self) -> Box<dyn Worker + '_> {
        Box::new(Recording(self, self.workers.fetch_add(1, Ordering::Relaxed)))
    }

    fn problem(&self, problem: Problem) {
        self.problems.lock().unwrap().push(problem);
    }

    fn cover(&self, coverage: Coverage) {
        self.coverage.lock().unwrap().merge(coverage);
    }

    fn note(&self, note: String) {
        self.notes.lock().unwrap().push(note);
    }

    fn progress(&self, _done: u64, _total: Option<u64>) {}

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn reach(&self) -> usize {
        1000
    }
}
