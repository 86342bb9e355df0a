//! A line on standard error that tells how far a long run has come.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use tightlip_engine::Progress;

use crate::args::AutoNever;

/// How long a run goes on before it shows anything.
const SILENCE: Duration = Duration::from_millis(700);
/// How often the line is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// Shows progress while `done` is false, where a person is watching.
pub(crate) fn watch<'scope, 'env>(
    scope: &'scope Scope<'scope, 'env>,
    progress: &'env Progress,
    (noun, done): (&'static str, &'env AtomicBool),
    when: AutoNever,
) -> Option<ScopedJoinHandle<'scope, ()>> {
    if when == AutoNever::Never || !is_watched() {
        return None;
    }
    // Without a thread to spare there is no display.
    std::thread::Builder::new().spawn_scoped(scope, move || draw_until(progress, noun, done)).ok()
}

/// Whether a person looks at standard error. Some build services give their jobs a terminal and keep
/// all that is drawn on it; they say so by `CI`.
fn is_watched() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    io::stderr().is_terminal()
        && !is_set("CI")
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

fn draw_until(progress: &Progress, noun: &str, done: &AtomicBool) {
    let started = Instant::now();
    let mut is_drawn = false;
    while !done.load(Ordering::Relaxed) {
        std::thread::park_timeout(TICK);
        if started.elapsed() >= SILENCE && !done.load(Ordering::Relaxed) {
            draw(&line(progress, noun, started.elapsed()));
            is_drawn = true;
        }
    }
    if is_drawn {
        draw("");
    }
}

/// Replaces the line; when standard error is gone there is nobody to show it to.
fn draw(line: &str) {
    let _ = write!(io::stderr().lock(), "\r\x1b[2K{line}");
}

fn line(progress: &Progress, noun: &str, elapsed: Duration) -> String {
    let read = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    let (done, total) = (read(&progress.done), read(&progress.total));
    let megabytes = read(&progress.bytes) as f64 / 1e6;
    let rate = megabytes / elapsed.as_secs_f64();
    let matches = read(&progress.matches);
    let left = match (done, total) {
        (0, _) | (_, 0) => format!(" {noun}"),
        (done, total) => {
            let share = done as f64 / total as f64;
            let seconds = elapsed.as_secs_f64() * (1.0 - share) / share;
            format!(" of {total} {noun}, {seconds:.0} s left")
        }
    };
    let found = if matches == 1 { "finding" } else { "findings" };
    format!("scanning: {done}{left}, {megabytes:.0} MB, {rate:.0} MB/s, {matches} {found}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_what_is_done_and_what_is_left() {
        let progress = Progress::default();
        progress.done.store(25, Ordering::Relaxed);
        progress.total.store(100, Ordering::Relaxed);
        progress.bytes.store(40_000_000, Ordering::Relaxed);
        progress.matches.store(2, Ordering::Relaxed);
        assert_eq!(
            line(&progress, "objects", Duration::from_secs(2)),
            "scanning: 25 of 100 objects, 6 s left, 40 MB, 20 MB/s, 2 findings"
        );
    }
}
