//! `tightlip rules`: list, show, check and import rules.

mod check;
mod example;
mod import;
mod list;
mod show;

use std::path::PathBuf;

use anyhow::Context as _;
use tightlip_rules::RuleSet;

use crate::args::RulesCommand;
use crate::message;
use crate::setup::{user_rule_files, with_rules};

pub(crate) fn run(command: &RulesCommand) -> anyhow::Result<u8> {
    let text = match command {
        RulesCommand::List(args) => list::list(&load(&args.rules)?, args),
        RulesCommand::Show { id, format, rules } => show::show(&load(rules)?, id, *format)?,
        RulesCommand::Check { paths } => return check::run(paths),
        RulesCommand::Import { from, file } => return import::run(*from, file),
    };
    print(&text)?;
    Ok(0)
}

fn print(text: &str) -> anyhow::Result<()> {
    message::print(text).context("cannot write to standard output")
}

fn load(paths: &[PathBuf]) -> anyhow::Result<RuleSet> {
    with_rules(&user_rule_files(paths)?)
}
