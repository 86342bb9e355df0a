//! Several repositories as one source, one after the other. A blob that some of them share is
//! scanned once and told of in each.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tightlip_git::ObjectId;
use tightlip_model::{
    BlobId, Coverage, Found, Problem, RepositoryScan, ScanInfo, ScanKind, Sink, Source,
};

use super::folders::{AsIs, Key};
use super::{History, HistoryOptions};

/// Blobs that were scanned, by any of the repositories. Ids are believed, as long as they are not
/// recomputed.
#[derive(Default)]
pub(super) struct Scanned(Mutex<HashSet<Key, AsIs>>);

impl Scanned {
    /// Whether a blob is met for the first time.
    pub(super) fn is_new(&self, id: &ObjectId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(Key::of(id))
    }
}

impl History {
    /// What is known of the repository before it is read.
    fn scan_of(&self) -> RepositoryScan {
        let ScanInfo { repository, revision, branch, .. } = self.info();
        let (name, coverage) = (self.options.name.clone(), Coverage::default());
        RepositoryScan { name, address: repository, revision, branch, coverage }
    }
}

/// The object databases of several repositories.
pub struct Histories {
    histories: Vec<History>,
}

impl Histories {
    /// A source of everything in these repositories.
    #[must_use]
    pub fn new(repositories: impl IntoIterator<Item = HistoryOptions>) -> Self {
        let scanned = Arc::new(Scanned::default());
        let open = |options| {
            let mut history = History::new(options);
            history.scanned = Some(Arc::clone(&scanned));
            history
        };
        Self { histories: repositories.into_iter().map(open).collect() }
    }
}

impl Source for Histories {
    fn info(&self) -> ScanInfo {
        let each = self.histories.iter().map(Source::info);
        let targets = each.flat_map(|info| info.targets).collect();
        let kind = ScanKind::History;
        ScanInfo { kind, targets, repository: None, revision: None, branch: None }
    }

    /// A repository that cannot be read is a problem of its own and keeps no other from its turn.
    fn run(&self, sink: &dyn Sink) {
        for history in &self.histories {
            sink.repository(history.scan_of());
            let was_stopped = sink.is_stopped();
            if !was_stopped {
                history.run(sink);
            }
            if sink.is_stopped() {
                let when = if was_stopped { "before" } else { "while" };
                let message = format!("interrupted {when} this repository was read");
                sink.problem(Problem::new(history.opening.subject(), message));
            }
        }
    }

    fn place(&self, found: &[BlobId], sink: &dyn Sink) -> Vec<Found> {
        let place = |history: &History| {
            sink.repository(history.scan_of());
            history.place(&history.own(found), sink)
        };
        self.histories.iter().flat_map(place).collect()
    }
}
