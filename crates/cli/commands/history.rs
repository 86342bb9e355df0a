//! `tightlip history`: everything in a repository's object database.

use tightlip_source::{History, HistoryOptions};

use crate::args::HistoryArgs;
use crate::commands::{repository, scan};
use crate::place::Folder;
use crate::session;
use crate::setup::{BaselineUse, Setup};
use crate::signals::Signals;

pub(crate) fn run(args: &HistoryArgs, signals: &Signals) -> anyhow::Result<u8> {
    let repository = repository::open(args.repo.as_ref())?;
    let place = Folder(repository::home(&repository));
    let setup = Setup::new(&args.common, &place, BaselineUse::Apply)?;
    let options = HistoryOptions {
        repository: args.repo.clone().unwrap_or_else(|| ".".into()),
        git: repository::options(),
        max_file_size: setup.config.max_file_size,
        jobs: scan::jobs(&args.common),
        allow_empty: args.common.allow_empty,
        ..HistoryOptions::default()
    };
    session::scan(&args.common, &setup, &History::new(options), signals)
}
