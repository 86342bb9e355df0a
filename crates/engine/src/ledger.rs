//! The ledger: what all threads saw, found and could not read.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use tightlip_detect::RuleWork;
use tightlip_model::{
    BlobId, Coverage, Layer, Problem, RepositoryScan, Secret, Sink, SkipReason, Worker,
};

use crate::Scan;
use crate::clean::Clean;
use crate::hit::Hit;
use crate::layers;
use crate::worker::ScanWorker;

/// What a run gathered; each worker has one, and they add up.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) hits: Vec<Hit>,
    pub(crate) coverage: Coverage,
    /// The parts of several repositories in it, and which of them is being read.
    pub(crate) repositories: Vec<RepositoryScan>,
    reading: Option<usize>,
    pub(crate) notes: Vec<String>,
    pub(crate) layers: Vec<Layer>,
    /// Paths of the baseline that were read.
    pub(crate) seen: BTreeSet<String>,
    pub(crate) skipped: Vec<(SkipReason, Vec<u8>)>,
    /// Secrets that were matched and are no findings: to be masked all the same.
    pub(crate) unreported: BTreeSet<Secret>,
    /// What each rule cost, if that is counted.
    pub(crate) rule_work: Vec<RuleWork>,
}

impl Gathered {
    pub(crate) fn merge(&mut self, other: Self) {
        self.hits.extend(other.hits);
        self.count(other.coverage);
        self.notes.extend(other.notes);
        self.layers.extend(other.layers);
        self.seen.extend(other.seen);
        self.skipped.extend(other.skipped);
        self.unreported.extend(other.unreported);
        self.add_rule_work(&other.rule_work);
    }

    /// Adds to what was seen, of all and of the repository that is being read.
    pub(crate) fn count(&mut self, mut coverage: Coverage) {
        let reading = self.reading.and_then(|at| self.repositories.get_mut(at));
        if let Some(RepositoryScan { name, coverage: own, .. }) = reading {
            let mut problems = std::mem::take(&mut coverage.problems);
            problems.iter_mut().for_each(|problem| problem.repository = name.clone());
            own.merge(coverage.clone());
            coverage.problems = problems;
        }
        self.coverage.merge(coverage);
    }

    fn read(&mut self, repository: RepositoryScan) {
        let known = self.repositories.iter().position(|one| one.name == repository.name);
        self.reading = known.or(Some(self.repositories.len()));
        if known.is_none() {
            self.repositories.push(repository);
        }
    }

    pub(crate) fn add_rule_work(&mut self, other: &[RuleWork]) {
        if self.rule_work.len() < other.len() {
            self.rule_work.resize(other.len(), RuleWork::default());
        }
        self.rule_work.iter_mut().zip(other).for_each(|(sum, one)| sum.add(one));
    }
}

/// The most blobs whose places are asked for.
const MOST_PLACED: usize = 1 << 20;

/// The blob that a problem of a history names for want of a path, and what follows its id.
pub(crate) fn named_blob(name: &[u8]) -> Option<(BlobId, &[u8])> {
    let digits = name.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let (id, rest) = name.split_at_checked(digits)?;
    let is_whole = digits.is_multiple_of(2) && rest.first().is_none_or(|first| *first == b'!');
    let value = |digit: &u8| char::from(*digit).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let pairs = id.chunks_exact(2).map(|pair| match pair {
        [high, low] => Some(value(high)? << 4 | value(low)?),
        _ => None,
    });
    let raw: Option<Vec<u8>> = pairs.collect();
    let blob = BlobId::from_bytes(&raw.filter(|_| is_whole)?)?;
    Some((blob, rest))
}

/// The engine as a source sees it.
pub(crate) struct Ledger<'a> {
    pub(crate) scan: &'a Scan<'a>,
    /// Paths the baseline speaks of.
    pub(crate) watched: BTreeSet<&'a str>,
    /// Contents that need not be scanned again.
    pub(crate) clean: Clean,
    gathered: Mutex<Gathered>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(scan: &'a Scan<'a>) -> Self {
        let (watched, clean) = (scan.suppressor.watched(), Clean::default());
        Self { scan, watched, clean, gathered: Mutex::default() }
    }

    pub(crate) fn add(&self, gathered: Gathered) {
        self.with(|all| all.merge(gathered));
    }

    /// The blobs with hits, or with something left out or gone wrong, whose places the source has yet
    /// to tell.
    pub(crate) fn unplaced(&self) -> Vec<BlobId> {
        self.with(|all| {
            let hits = all.hits.iter().filter_map(Hit::unplaced);
            let subjects = all.coverage.problems.iter().map(|one| one.subject.as_bytes());
            let names = subjects.chain(all.skipped.iter().map(|(_, name)| name.as_slice()));
            let named = names.filter_map(|name| named_blob(name).map(|(blob, _)| blob));
            let blobs: BTreeSet<BlobId> = hits.chain(named).take(MOST_PLACED).collect();
            blobs.into_iter().collect()
        })
    }

    /// Tells hits in layers of container images where these came from.
    pub(crate) fn name_layers(&self) {
        self.with(|all| {
            let hits = std::mem::take(&mut all.hits);
            all.hits = layers::named(hits, &all.layers);
        });
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
        let problems = vec![problem];
        self.with(|all| all.count(Coverage { problems, ..Coverage::default() }));
    }

    fn cover(&self, coverage: Coverage) {
        self.with(|all| all.count(coverage));
    }

    fn note(&self, note: String) {
        self.with(|all| all.notes.push(note));
    }

    fn layer(&self, layer: Layer) {
        self.with(|all| all.layers.push(layer));
    }

    fn repository(&self, repository: RepositoryScan) {
        self.with(|all| all.read(repository));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_is_told_from_a_path_that_begins_like_one() {
        let id = "0a".repeat(20);
        let named = |name: &str| named_blob(name.as_bytes()).map(|(_, rest)| rest.to_vec());
        assert_eq!(named(&id), Some(Vec::new()));
        assert_eq!(named(&format!("{id}!a/b")), Some(b"!a/b".to_vec()));
        for name in [format!("{id}/a"), format!("{id}0"), "a!b".to_owned(), String::new()] {
            assert_eq!(named(&name), None, "{name}");
        }
    }
}
