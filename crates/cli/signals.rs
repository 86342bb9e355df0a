//! Signals: the first one asks the run to end with what it has, the second ends it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGXCPU, SIGXFSZ};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// What signals have asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signals {
    stop: Arc<AtomicBool>,
    interrupted: Arc<AtomicBool>,
    terminated: Arc<AtomicBool>,
    hung_up: Arc<AtomicBool>,
    timed_out: Arc<AtomicBool>,
}

impl Signals {
    /// Watches for SIGINT, SIGTERM, SIGHUP and SIGXCPU. A second one of either ends the process at once,
    /// with the exit code a shell expects. A file that outgrows what the system permits is an error of
    /// whoever writes it, and no end of the process.
    pub(crate) fn watch() -> anyhow::Result<Self> {
        let signals = Self::default();
        let each = [
            (SIGINT, &signals.interrupted),
            (SIGTERM, &signals.terminated),
            #[cfg(unix)]
            (SIGHUP, &signals.hung_up),
            #[cfg(unix)]
            (SIGXCPU, &signals.timed_out),
        ];
        for (signal, mark) in each {
            let armed = Arc::clone(&signals.stop);
            flag::register_conditional_shutdown(signal, 128 + signal, armed)
                .and_then(|_| flag::register(signal, Arc::clone(mark)))
                .and_then(|_| flag::register(signal, Arc::clone(&signals.stop)))
                .context("cannot watch for signals")?;
        }
        #[cfg(unix)]
        flag::register(SIGXFSZ, Arc::default()).context("cannot watch for signals")?;
        Ok(signals)
    }

    /// Turns true when the run should end.
    pub(crate) fn stop(&self) -> &Arc<AtomicBool> {
        &self.stop
    }

    /// The exit code of a run that a signal ended.
    pub(crate) fn exit_code(&self) -> Option<u8> {
        let marks = [
            (&self.interrupted, 130),
            (&self.terminated, 143),
            (&self.hung_up, 129),
            (&self.timed_out, 152),
        ];
        let set = marks.into_iter().find(|(mark, _)| mark.load(Ordering::Relaxed));
        set.map(|(_, code)| code)
    }
}
