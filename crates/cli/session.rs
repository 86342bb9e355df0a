//! One scan from settings to exit code: what every scanning command has in common.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{ScopedJoinHandle, Thread};

use tightlip_engine::{Outcome, Progress, Scan};
use tightlip_model::{
    Finding, Reporter, ScanInfo, ScanKind, Severity, Source, Summary, escape_terminal,
};

use crate::args::CommonArgs;
use crate::output::Outputs;
use crate::setup::Setup;
use crate::signals::Signals;
use crate::{message, progress, rule_stats};

/// Bit of the exit code that says the run is incomplete or failed.
pub(crate) const INCOMPLETE: u8 = 2;

/// Scans `source`, writes the reports, and returns the exit code.
pub(crate) fn scan(
    args: &CommonArgs,
    setup: &Setup,
    source: &dyn Source,
    signals: &Signals,
) -> anyhow::Result<u8> {
    let mut outputs = Outputs::open(args)?;
    let progress = Progress::default();
    let outcome = run_watched(args, setup, source, signals, (&mut outputs, &progress));
    if args.verbose {
        list_skipped(&outcome);
        say_share(source, &outcome, &progress);
    } else if !outputs.has_reader() {
        say_what_was_skipped(&outcome);
    }
    if args.rule_stats {
        rule_stats::tell(&setup.scanner, &outcome);
    }
    let code = signals.exit_code().unwrap_or_else(|| exit_code(args, &outcome));
    let written = outcome.report.map_err(anyhow::Error::from).and_then(|()| outputs.finish());
    Ok(match written {
        Ok(()) => code,
        Err(error) => {
            message::error(&error);
            code | INCOMPLETE
        }
    })
}

/// The exit code: findings that are less bad than the user asked about do not count for it.
fn exit_code(args: &CommonArgs, outcome: &Outcome) -> u8 {
    let code = outcome.summary.exit_code();
    let least = args.fail_on.unwrap_or(Severity::Info);
    let counts = |one: &Finding| one.suppression.is_none() && one.severity >= least;
    if outcome.findings.iter().any(counts) { code } else { code & INCOMPLETE }
}

/// Runs the pipe and shows progress while it goes on.
pub(crate) fn run(
    args: &CommonArgs,
    setup: &Setup,
    source: &dyn Source,
    signals: &Signals,
    reporter: &mut dyn Reporter,
) -> Outcome {
    run_watched(args, setup, source, signals, (reporter, &Progress::default()))
}

fn run_watched(
    args: &CommonArgs,
    setup: &Setup,
    source: &dyn Source,
    signals: &Signals,
    (reporter, progress): (&mut dyn Reporter, &Progress),
) -> Outcome {
    let done = AtomicBool::new(false);
    let scan = Scan {
        scanner: &setup.scanner,
        suppressor: &setup.suppressor,
        options: setup.options.clone(),
        stop: signals.stop(),
        progress,
    };
    std::thread::scope(|scope| {
        let noun = if source.info().kind == ScanKind::History { "objects" } else { "files" };
        let display = progress::watch(scope, progress, (noun, &done), args.progress);
        let _ended = Ended { done: &done, display: display.as_ref().map(ScopedJoinHandle::thread) };
        scan.run(source, reporter)
    })
}

/// Ends the display when the run ends, however it does.
struct Ended<'a> {
    done: &'a AtomicBool,
    display: Option<&'a Thread>,
}

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(display) = self.display {
            display.unpark();
        }
    }
}

/// One line for whoever watches while the report goes to a file or to a program.
fn say_what_was_skipped(outcome: &Outcome) {
    let skipped = &outcome.summary.coverage.skipped;
    let counts: Vec<String> =
        skipped.iter().map(|(reason, count)| format!("{count} {}", reason.as_str())).collect();
    if !counts.is_empty() {
        message::tell(&format!("tightlip: skipped {}; --verbose lists them", counts.join(", ")));
    }
}

/// How much of a history had to be looked at: the rest stands in the versions before, or was found
/// clean by an earlier sweep.
fn say_share(source: &dyn Source, outcome: &Outcome, progress: &Progress) {
    let all = outcome.summary.coverage.bytes;
    if source.info().kind == ScanKind::History && all > 0 {
        let looked_at = progress.looked_at.load(Ordering::Relaxed);
        let share = looked_at as f64 / all as f64 * 100.0;
        message::tell(&format!("looked at {looked_at} of {all} bytes ({share:.1} %)"));
    }
}

fn list_skipped(outcome: &Outcome) {
    for (reason, name) in &outcome.skipped {
        message::tell(&format!("skipped: {} ({})", escape_terminal(name), reason.as_str()));
    }
}

/// A report nobody reads.
pub(crate) struct Silent;

impl Reporter for Silent {
    fn begin(&mut self, _: &ScanInfo) -> std::io::Result<()> {
        Ok(())
    }

    fn finding(&mut self, _: &Finding) -> std::io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, _: &Summary) -> std::io::Result<()> {
        Ok(())
    }
}
