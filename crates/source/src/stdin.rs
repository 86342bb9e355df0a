//! Standard input as a source. Whose handle it is stays with the caller.

use std::io::Read;
use std::sync::{Mutex, PoisonError};

use tightlip_model::{Origin, Problem, Provenance, ScanInfo, ScanKind, Sink, Source};

use crate::container::{self, Bounds, Target};
use crate::pieces::{Pieces, Stoppable};

/// How standard input is scanned.
#[derive(Debug, Clone)]
pub struct StdinOptions {
    /// What reports call it.
    pub name: String,
    /// How much of archives and the like is read.
    pub bounds: Bounds,
    /// Whether getting no byte at all is fine.
    pub allow_empty: bool,
}

impl Default for StdinOptions {
    fn default() -> Self {
        Self { name: "stdin".to_owned(), bounds: Bounds::default(), allow_empty: false }
    }
}

/// Standard input, read once and to its end.
pub struct Stdin {
    options: StdinOptions,
    reader: Mutex<Box<dyn Read + Send>>,
}

impl Stdin {
    /// A source that reads `reader` to its end.
    #[must_use]
    pub fn new(reader: Box<dyn Read + Send>, options: StdinOptions) -> Self {
        Self { options, reader: Mutex::new(reader) }
    }
}

impl Source for Stdin {
    fn info(&self) -> ScanInfo {
        ScanInfo {
            kind: ScanKind::Stdin,
            targets: vec!["-".to_owned()],
            repository: None,
            revision: None,
            branch: None,
        }
    }

    fn run(&self, sink: &dyn Sink) {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = Stoppable::new(reader.as_mut(), sink);
        let name = self.options.name.as_str();
        let provenance = Provenance::at(Origin::Stdin, name);
        let mut worker = sink.worker();
        let bounds = &self.options.bounds;
        let target =
            Target { sink, worker: worker.as_mut(), provenance: &provenance, bounds, known: None };
        let mut pieces = Pieces::new(sink.reach());
        let read = container::scan(&mut pieces, &mut reader, 0, target, |_| {});
        let message = match read {
            Err(error) => {
                format!("cannot be read to its end: {error}; what came before was scanned")
            }
            Ok(0) if !self.options.allow_empty && !sink.is_stopped() => {
                "nothing to scan: no byte came; check what writes to it, or allow an empty scan"
                    .to_owned()
            }
            Ok(_) => return,
        };
        worker.problem(Problem::new(name, message));
    }
}
