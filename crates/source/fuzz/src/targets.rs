//! Archives, compressed files, documents and mail, as they come on standard input: whatever the bytes
//! are, reading them ends, within its budget, and gives the same however they trickle in.

use std::io::Read;
use std::sync::Mutex;

use tightlip_model::{Blob, Coverage, Problem, Sink, SkipReason, Source, Worker};
use tightlip_source::{Bounds, Stdin, StdinOptions};

/// What no input needs more of.
const MOST: u64 = 4 << 20;

/// What a scan handed over.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Each blob's path, where it begins, and its bytes.
    pub blobs: Vec<(Vec<u8>, u64, Vec<u8>)>,
    /// What was left out and what went wrong.
    pub said: Vec<String>,
}

#[derive(Default)]
struct Catcher(Mutex<Given>);

struct Hand<'a>(&'a Catcher);

impl Catcher {
    fn with(&self, act: impl FnOnce(&mut Given)) {
        act(&mut self.0.lock().expect("nothing panics while it is held"));
    }
}

impl Worker for Hand<'_> {
    fn blob(&mut self, blob: Blob<'_>) {
        let path = blob.provenance.path.as_bytes().to_vec();
        self.0.with(|given| given.blobs.push((path, blob.start.byte, blob.bytes.to_vec())));
    }

    fn skip(&mut self, reason: SkipReason, name: &[u8]) {
        self.0.with(|given| given.said.push(format!("{reason:?} {}", name.escape_ascii())));
    }

    fn problem(&mut self, problem: Problem) {
        assert!(!problem.message.is_empty());
        self.0.with(|given| given.said.push(format!("{problem:?}")));
    }
}

impl Sink for Catcher {
    fn worker(&self) -> Box<dyn Worker + '_> {
        Box::new(Hand(self))
    }

    fn problem(&self, problem: Problem) {
        Hand(self).problem(problem);
    }

    fn cover(&self, _: Coverage) {}

    fn note(&self, _: String) {}

    fn progress(&self, _: u64, _: Option<u64>) {}

    fn is_stopped(&self) -> bool {
        false
    }

    fn reach(&self) -> usize {
        1 << 10
    }
}

/// Reads what is given in steps of a few bytes.
struct Trickle(std::io::Cursor<Vec<u8>>, usize);

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1 = self.1 * 5 % 7 + 1;
        let most = self.1.min(buffer.len());
        self.0.read(&mut buffer[..most])
    }
}

/// What a scan of `reader` hands over.
pub fn given(reader: Box<dyn Read + Send>) -> Given {
    let bounds = Bounds { bytes: Some(MOST), ..Bounds::default() };
    let options = StdinOptions { bounds, allow_empty: true, ..StdinOptions::default() };
    let catcher = Catcher::default();
    Stdin::new(reader, options).run(&catcher);
    catcher.0.into_inner().expect("nothing panics while it is held")
}

/// Any bytes: what comes out stays within the bound, and something is said or given.
pub fn container(data: &[u8]) {
    let given = given(Box::new(std::io::Cursor::new(data.to_vec())));
    let bytes: usize = given.blobs.iter().map(|(_, _, bytes)| bytes.len()).sum();
    let most = usize::try_from(MOST).expect("fits") + 4 * data.len() + (1 << 20);
    assert!(bytes <= most, "{bytes} bytes from {}", data.len());
    assert!(data.is_empty() || !given.blobs.is_empty() || !given.said.is_empty());
}

/// The same bytes in short reads give the same.
pub fn short_reads(data: &[u8]) {
    let whole = given(Box::new(std::io::Cursor::new(data.to_vec())));
    let trickled = given(Box::new(Trickle(std::io::Cursor::new(data.to_vec()), 1)));
    assert_eq!(trickled, whole);
}
