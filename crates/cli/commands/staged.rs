//! `tightlip staged`: what the next commit would add.

use tightlip_source::{Staged, StagedOptions};

use crate::args::StagedArgs;
use crate::commands::repository;
use crate::place::Folder;
use crate::session;
use crate::setup::{BaselineUse, Setup};
use crate::signals::Signals;

pub(crate) fn run(args: &StagedArgs, signals: &Signals) -> anyhow::Result<u8> {
    let repository = repository::open(args.repo.as_ref())?;
    let place = Folder(repository::home(&repository));
    let setup = Setup::new(&args.common, &place, BaselineUse::Apply)?;
    let source = Staged::new(repository, StagedOptions::default());
    session::scan(&args.common, &setup, &source, signals)
}
