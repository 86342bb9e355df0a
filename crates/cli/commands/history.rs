//! `tightlip history`: everything in a repository's object database.

use tightlip_source::{History, HistoryOptions};

use crate::args::HistoryArgs;
use crate::commands::{repository, scan};
use crate::place::Folder;
use crate::session;
use crate::setup::{BaselineUse, Setup};
use crate::signals::Signals;

pub(crate) fn run(args: &HistoryArgs, signals: &Signals) -> anyhow::Result<u8> {
    let opened = repository::open(args.repo.as_ref())?;
    let setup = Setup::new(&args.common, &Folder(opened.home), BaselineUse::Apply)?;
    let options = HistoryOptions {
        repository: opened.path,
        git: opened.git,
        max_file_size: setup.config.max_file_size,
        jobs: scan::jobs(&args.common),
        allow_empty: args.common.allow_empty,
        ..HistoryOptions::default()
    };
    session::scan(&args.common, &setup, &History::new(options), signals)
}
