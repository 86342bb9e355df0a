//! `tightlip staged`: what the next commit would add.

use tightlip_source::{Staged, StagedOptions};

use crate::args::StagedArgs;
use crate::commands::{repository, scan};
use crate::place::Folder;
use crate::session;
use crate::setup::{BaselineUse, Setup};
use crate::signals::Signals;

pub(crate) fn run(args: &StagedArgs, signals: &Signals) -> anyhow::Result<u8> {
    let repository = repository::open(args.repo.as_ref())?;
    let place = Folder(repository::home(&repository));
    let setup = Setup::new(&args.common, &place, BaselineUse::Apply)?;
    let options = StagedOptions {
        repository: args.repo.clone().unwrap_or_else(|| ".".into()),
        git: repository::options(),
        max_file_size: setup.config.max_file_size,
        jobs: scan::jobs(&args.common),
        ..StagedOptions::default()
    };
    session::scan(&args.common, &setup, &Staged::new(options), signals)
}
