//! Times reading a history and placing some of its blobs, with nothing scanned:
//! `history REPOSITORY [JOBS] [BLOBS]`. What a scan costs is then the difference.
#![expect(clippy::print_stderr, reason = "an example talks to a terminal")]

use std::env;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tightlip_model::{Blob, BlobId, Coverage, Problem, Sink, SkipReason, Source, Worker};
use tightlip_source::{History, HistoryOptions};

/// Takes every blob and looks at none.
#[derive(Default)]
struct Nothing {
    blobs: Mutex<Vec<BlobId>>,
    bytes: AtomicU64,
}

struct Counting<'a>(&'a Nothing, Vec<BlobId>);

impl Worker for Counting<'_> {
    fn blob(&mut self, blob: Blob<'_>) {
        self.0.bytes.fetch_add(blob.fresh.len() as u64, Ordering::Relaxed);
        self.1.extend(blob.provenance.blob);
    }

    fn skip(&mut self, _reason: SkipReason, _name: &[u8]) {}

    fn problem(&mut self, problem: Problem) {
        eprintln!("{}: {}", problem.subject.to_text(), problem.message);
    }
}

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        self.0.blobs.lock().expect("no thread panics").append(&mut self.1);
    }
}

impl Sink for Nothing {
    fn worker(&self) -> Box<dyn Worker + '_> {
        Box::new(Counting(self, Vec::new()))
    }

    fn problem(&self, problem: Problem) {
        eprintln!("{}: {}", problem.subject.to_text(), problem.message);
    }

    fn cover(&self, _coverage: Coverage) {}

    fn note(&self, note: String) {
        eprintln!("{note}");
    }

    fn progress(&self, _done: u64, _total: Option<u64>) {}

    fn is_stopped(&self) -> bool {
        false
    }

    fn reach(&self) -> usize {
        16 << 10
    }
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse().ok());
    let repository = arguments.first().map_or(".", String::as_str).into();
    let jobs = number(1).unwrap_or(1);
    let start = Instant::now();
    let history = History::new(HistoryOptions { repository, jobs, ..HistoryOptions::default() });
    let sink = Nothing::default();
    history.run(&sink);
    let (read, start) = (start.elapsed(), Instant::now());
    let mut blobs = sink.blobs.lock().expect("no thread panics").clone();
    blobs.sort_unstable();
    let every = blobs.len() / number(2).unwrap_or(100).max(1);
    let some: Vec<BlobId> = blobs.iter().step_by(every.max(1)).copied().collect();
    let placed = history.place(&some, &sink);
    let megabytes = sink.bytes.into_inner() / 1_000_000;
    eprintln!("{} blobs, {megabytes} MB read in {read:.2?}", blobs.len());
    eprintln!("{} of them in {} places in {:.2?}", some.len(), placed.len(), start.elapsed());
    if arguments.get(3).is_some() {
        for found in placed {
            let place = &found.provenance;
            let commit = place.commit.as_ref().map(|commit| commit.id.to_string());
            let refs = place.refs.join(",");
            eprintln!(
                "{} {} {:?} {commit:?} {refs}",
                found.blob,
                place.path.to_text(),
                place.reach
            );
        }
    }
}
