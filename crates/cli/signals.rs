//! Signals: the first one asks the run to end with what it has, the second ends it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// What signals have asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signals {
    stop: Arc<AtomicBool>,
    interrupted: Arc<AtomicBool>,
    terminated: Arc<AtomicBool>,
}

impl Signals {
    /// Watches for SIGINT and SIGTERM. A second one of either ends the process at once, with the
    /// exit code a shell expects.
    pub(crate) fn watch() -> anyhow::Result<Self> {
        let signals = Self::default();
        let each = [(SIGINT, &signals.interrupted), (SIGTERM, &signals.terminated)];
        for (signal, mark) in each {
            let armed = Arc::clone(&signals.stop);
            flag::register_conditional_shutdown(signal, 128 + signal, armed)
                .and_then(|_| flag::register(signal, Arc::clone(mark)))
                .and_then(|_| flag::register(signal, Arc::clone(&signals.stop)))
                .context("cannot watch for signals")?;
        }
        Ok(signals)
    }

    /// Turns true when the run should end.
    pub(crate) fn stop(&self) -> &Arc<AtomicBool> {
        &self.stop
    }

    /// The exit code of a run that a signal ended.
    pub(crate) fn exit_code(&self) -> Option<u8> {
        let is_set = |mark: &AtomicBool| mark.load(Ordering::Relaxed);
        if is_set(&self.interrupted) {
            return Some(130);
        }
        is_set(&self.terminated).then_some(143)
    }
}
