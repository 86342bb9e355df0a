//! `tightlip staged`: what the next commit would add.

use tightlip_source::{Staged, StagedOptions};

use crate::args::{CommonArgs, StagedArgs};
use crate::commands::index::Staging;
use crate::commands::repository::{self, Opened};
use crate::commands::scan;
use crate::session;
use crate::setup::{BaselineUse, Setup};
use crate::signals::Signals;

pub(crate) fn run(args: &StagedArgs, signals: &Signals) -> anyhow::Result<u8> {
    let opened = repository::open(args.repo.as_ref())?;
    let (setup, staged) = prepare(&args.common, &opened)?;
    session::scan(&args.common, &setup, &staged, signals)
}

/// The settings and the source of a scan of the index.
pub(crate) fn prepare(args: &CommonArgs, opened: &Opened) -> anyhow::Result<(Setup, Staged)> {
    let setup = Setup::new(args, &Staging::of(opened)?, BaselineUse::Apply)?;
    let options = StagedOptions {
        repository: opened.path.clone(),
        git: opened.git.clone(),
        max_file_size: setup.config.max_file_size,
        bounds: args.archives.bounds(),
        jobs: scan::jobs(args),
        ..StagedOptions::default()
    };
    Ok((setup, Staged::new(options)))
}
