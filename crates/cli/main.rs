//! tightlip's command line: reads arguments and settings, puts the pipe together, turns its outcome
//! into an exit code. Nothing is detected here.

mod args;
mod bounds;
mod cache;
mod ci;
mod commands;
mod config;
mod look_for;
mod message;
mod output;
mod place;
mod policy;
mod progress;
mod root;
mod rule_stats;
mod session;
mod setup;
mod signals;
mod stdin;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;

/// A command that failed before or beside its scan.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    // A defect is caught where it happens and reported as a problem of that file; the default hook
    // would print the scanned text's neighbourhood.
    std::panic::set_hook(Box::new(|_| {}));
    let cli = Cli::parse();
    let run = std::panic::catch_unwind(|| commands::run(cli.command));
    let defect = || anyhow::anyhow!("a defect in tightlip ended the run: please report it");
    match run.unwrap_or_else(|_| Err(defect())) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            message::error(&error);
            ExitCode::from(FAILED)
        }
    }
}
