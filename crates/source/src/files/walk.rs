//! The walk: a shared stack of work and the threads that take from it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;

use tightlip_model::Sink;

use super::FilesOptions;
use super::ignored::Ignores;
use super::tree::{Entry, Tree};
use super::visit::Visitor;
use crate::image::Images;

/// Below this many entries one thread is done before a second one has begun.
const ENTRIES_WORTH_THREADS: u64 = 256;
/// So it is below this many bytes.
const BYTES_WORTH_THREADS: u64 = 4 << 20;

/// A target that is a folder.
pub(super) struct Root {
    /// The open folder.
    pub(super) tree: Tree,
    /// Where it is.
    pub(super) path: PathBuf,
    /// What reports call it; empty for the working folder.
    pub(super) shown: Vec<u8>,
}

/// A folder on the way.
pub(super) struct Place {
    /// The target it is below.
    pub(super) root: Arc<Root>,
    /// Its path below the target.
    pub(super) path: Vec<u8>,
    /// What git ignores in it; `None` outside of work trees.
    pub(super) ignores: Option<Ignores>,
}

/// Something for the next free thread.
pub(super) enum Work {
    /// A file that the user named.
    Target { path: PathBuf, shown: Vec<u8> },
    /// A folder to list.
    Folder(Place),
    /// Some entries of a folder, none of them a folder.
    Entries { place: Arc<Place>, entries: Vec<Entry> },
}

/// One walk over all targets.
pub(super) struct Walk<'a> {
    /// What the user asked for.
    pub(super) options: &'a FilesOptions,
    /// Where blobs go.
    pub(super) sink: &'a dyn Sink,
    seen: AtomicU64,
    looked_at: AtomicU64,
    bytes: AtomicU64,
    /// What was seen of container images that lie in a folder.
    pub(super) images: Mutex<Images>,
    stack: Mutex<Stack>,
    changed: Condvar,
}

/// How much a walk came by.
pub(super) struct Walked {
    /// Files, links, and folders that were left out.
    pub(super) seen: u64,
    /// Of these, what was not left out.
    pub(super) looked_at: u64,
}

#[derive(Default)]
struct Stack {
    work: Vec<Work>,
    busy: usize,
}

impl<'a> Walk<'a> {
    /// A walk with nothing to do yet.
    pub(super) fn new(options: &'a FilesOptions, sink: &'a dyn Sink) -> Self {
        Self {
            options,
            sink,
            seen: AtomicU64::new(0),
            looked_at: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            images: Mutex::default(),
            stack: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Does all `work` and what follows from it; gives how much there was of it.
    pub(super) fn run(&self, mut work: Vec<Work>) -> Walked {
        work.reverse();
        self.push(work);
        let is_small = || {
            self.seen.load(Ordering::Relaxed) < ENTRIES_WORTH_THREADS
                && self.bytes.load(Ordering::Relaxed) < BYTES_WORTH_THREADS
        };
        let mut visitor = Visitor::new(self);
        while is_small() && self.step(&mut visitor) {}
        std::thread::scope(|scope| {
            let others = if self.is_done() { 0 } else { self.options.jobs.saturating_sub(1) };
            for _ in 0..others {
                let work = || {
                    let mut visitor = Visitor::new(self);
                    while self.step(&mut visitor) {}
                };
                // Where the system has no thread to give, those that run do all the work.
                if Builder::new().spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            while self.step(&mut visitor) {}
        });
        let images =
            std::mem::take(&mut *self.images.lock().unwrap_or_else(PoisonError::into_inner));
        images.layers().into_iter().for_each(|layer| self.sink.layer(layer));
        let seen = self.seen.load(Ordering::Relaxed);
        self.sink.progress(seen, None);
        Walked { seen, looked_at: self.looked_at.load(Ordering::Relaxed) }
    }

    /// Counts a file or link whose content was looked at, as far as it could be read.
    pub(super) fn looked_at(&self) {
        self.looked_at.fetch_add(1, Ordering::Relaxed);
    }

    /// Adds work; what is added last is done first.
    pub(super) fn push(&self, work: impl IntoIterator<Item = Work>) {
        self.lock().work.extend(work);
        self.changed.notify_all();
    }

    /// Counts what was looked at.
    pub(super) fn count(&self, entries: u64, bytes: u64) {
        let seen = self.seen.fetch_add(entries, Ordering::Relaxed) + entries;
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.sink.progress(seen, None);
    }

    fn step(&self, visitor: &mut Visitor<'_>) -> bool {
        let Some(work) = self.take() else { return false };
        let _turn = Turn(self);
        if !self.sink.is_stopped() {
            visitor.visit(work);
        }
        true
    }

    fn take(&self) -> Option<Work> {
        let mut stack = self.lock();
        loop {
            if let Some(work) = stack.work.pop() {
                stack.busy += 1;
                return Some(work);
            }
            if stack.busy == 0 {
                return None;
            }
            stack = self.changed.wait(stack).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn is_done(&self) -> bool {
        self.lock().work.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Stack> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a thread's turn also when it panics, so that nobody waits for it for ever.
struct Turn<'a>(&'a Walk<'a>);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut stack = self.0.lock();
        stack.busy -= 1;
        if stack.busy == 0 && stack.work.is_empty() {
            self.0.changed.notify_all();
        }
    }
}
