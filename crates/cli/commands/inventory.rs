//! `tightlip inventory`: the identities behind the findings of repositories, folders and reports.

mod facts;
mod gather;

use std::path::Path;

use anyhow::Context as _;
use tightlip_inventory::{Changes, Context, Inventory};
use tightlip_model::Timestamp;
use tightlip_report::InventoryReport;

use crate::args::InventoryArgs;
use crate::commands::history;
use crate::output;
use crate::place::read_file;
use crate::setup;
use crate::signals::Signals;
use gather::Gathered;

/// Saved reports and inventories that are longer, in bytes, are refused.
const LONGEST_REPORT: u64 = 1 << 30;
/// Bit of the exit code: an identity breaks the policy, and the user asked.
const BREACH: u8 = 1;
/// Bit of the exit code: something could not be read.
const INCOMPLETE: u8 = 2;

pub(crate) fn run(args: &InventoryArgs, signals: &Signals) -> anyhow::Result<u8> {
    let outputs = output::targets(&args.common)?;
    let earlier = args.diff.as_deref().map(saved).transpose()?;
    let mut targets = history::listed(&args.targets, args.repos.as_ref())?;
    if targets.is_empty() {
        targets.push(".".into());
    }
    let mut gathered = Gathered::new(&args.common, &args.cache, signals);
    targets.iter().for_each(|target| gathered.add(target));
    let context = Context {
        now: Timestamp(setup::now().try_into().unwrap_or(i64::MAX)),
        policy: gathered.policy,
        activity: gathered.activity,
        repositories: gathered.repositories,
    };
    let inventory = Inventory::new(gathered.sightings, &context);
    let changes = earlier.map(|earlier| Changes::between(&earlier, &inventory));
    let names: Vec<String> = targets.iter().map(|path| path.display().to_string()).collect();
    let report = InventoryReport {
        inventory: &inventory,
        targets: &names,
        problems: &gathered.problems,
        changes: changes.as_ref(),
    };
    output::write_inventory(outputs, &args.common, &report)?;
    let is_broken = args.check && inventory.breaching() > 0;
    let code = if is_broken { BREACH } else { 0 };
    let whole = if gathered.problems.is_empty() { 0 } else { INCOMPLETE };
    Ok(signals.exit_code().unwrap_or(code | whole))
}

/// An inventory that was saved as `json`.
fn saved(path: &Path) -> anyhow::Result<Inventory> {
    let text = read_file(path, LONGEST_REPORT)?;
    serde_json::from_str(&text)
        .with_context(|| format!("`{}` is no inventory saved as `json`", path.display()))
}
