//! One file a command.

mod agent;
mod baseline;
mod config;
mod diff;
mod history;
mod hook;
mod index;
mod inventory;
mod push;
mod repository;
mod rules;
mod scan;
mod staged;

use crate::args::Command;
use crate::signals::Signals;

/// Runs a command and returns its exit code.
///
/// # Errors
/// When it failed before or beside a scan.
pub(crate) fn run(command: Command) -> anyhow::Result<u8> {
    let signals = Signals::watch()?;
    match command {
        Command::Scan(args) => scan::run(&args, &signals),
        Command::Staged(args) => staged::run(&args, &signals),
        Command::Diff(args) => diff::run(&args, &signals),
        Command::History(args) => history::run(&args, &signals),
        Command::Inventory(args) => inventory::run(&args, &signals),
        Command::Baseline(command) => baseline::run(&command, &signals),
        Command::Rules(command) => rules::run(&command),
        Command::Hook(command) => hook::run(command, &signals),
        Command::Config(command) => config::run(&command),
    }
}
