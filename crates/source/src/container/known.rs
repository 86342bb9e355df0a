//! What earlier versions of a container held: a changed archive is new only where its members are.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use tightlip_model::{
    Blob, Coverage, Encoding, Line, LineSpan, Problem, Provenance, Sink, SkipReason, Worker,
};

use super::{Bounds, Target};
use crate::pieces::{Piece, Pieces, sniff};

/// Lines that are remembered; of more, all count as new.
const MOST_LINES: usize = 2 << 20;

/// The lines of earlier versions, each with the member it stood in.
#[derive(Default)]
pub(crate) struct Known {
    hasher: RandomState,
    lines: HashSet<u64>,
}

impl Known {
    /// Remembers what a version holds that stood at the same place.
    pub(crate) fn learn(
        &mut self,
        mut content: &[u8],
        (provenance, bounds): (&Provenance, &Bounds),
        (sink, pieces): (&dyn Sink, &mut Pieces),
    ) {
        let size = content.len() as u64;
        let mut learner = Learner { outer: provenance.path.as_bytes().len(), known: self };
        let sink = &Quiet(sink);
        let target = Target { sink, worker: &mut learner, provenance, bounds, known: None };
        // Reading from memory does not fail.
        let _ = super::scan(pieces, &mut content, size, target, |_| {});
    }

    /// The lines of a piece that no earlier version had in that member; `None` when that is all.
    pub(super) fn added(&self, member: &[u8], piece: &Piece<'_>) -> Option<Vec<LineSpan>> {
        if self.lines.contains(&self.hash(member, piece.bytes)) {
            return Some(Vec::new());
        }
        if sniff(piece.bytes) != Encoding::Bytes {
            return None;
        }
        let mut added: Vec<LineSpan> = Vec::new();
        for (line, number) in lines(piece.bytes).zip(piece.start.line.0..) {
            if self.lines.contains(&self.hash(member, line)) {
                continue;
            }
            match added.last_mut().filter(|last| last.last.0 + 1 == number) {
                Some(last) => last.last = Line(number),
                None => added.push(LineSpan { first: Line(number), last: Line(number) }),
            }
        }
        Some(added)
    }

    fn hash(&self, member: &[u8], bytes: &[u8]) -> u64 {
        self.hasher.hash_one((member, bytes))
    }

    fn keep(&mut self, member: &[u8], bytes: &[u8]) {
        if self.lines.len() < MOST_LINES {
            let hash = self.hash(member, bytes);
            self.lines.insert(hash);
        }
    }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n')
}

/// The run, of which an earlier version is no part.
struct Quiet<'a>(&'a dyn Sink);

impl Sink for Quiet<'_> {
    fn worker(&self) -> Box<dyn Worker + '_> {
        self.0.worker()
    }

    fn problem(&self, _problem: Problem) {}

    fn cover(&self, _coverage: Coverage) {}

    fn note(&self, _note: String) {}

    fn progress(&self, _done: u64, _total: Option<u64>) {}

    fn is_stopped(&self) -> bool {
        self.0.is_stopped()
    }

    fn reach(&self) -> usize {
        self.0.reach()
    }
}

/// Takes in a version instead of scanning it.
struct Learner<'a> {
    /// How much of a path names the container.
    outer: usize,
    known: &'a mut Known,
}

impl Worker for Learner<'_> {
    fn blob(&mut self, blob: Blob<'_>) {
        let member = blob.provenance.path.as_bytes().get(self.outer..).unwrap_or_default();
        self.known.keep(member, blob.bytes);
        lines(blob.bytes).for_each(|line| self.known.keep(member, line));
    }

    fn skip(&mut self, _reason: SkipReason, _name: &[u8]) {}

    /// What is wrong with an earlier version was told when that was scanned.
    fn problem(&mut self, _problem: Problem) {}
}
