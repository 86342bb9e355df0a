//! The arguments of `tightlip baseline`.

use std::path::PathBuf;

use clap::{ArgAction, Args, Subcommand, ValueEnum};

use super::ScanArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum BaselineCommand {
    /// Write what is found now to a new baseline
    Create(BaselineArgs),
    /// Bring the baseline up to date; labels and reasons stay
    Update(BaselineArgs),
    /// Drop the entries whose secrets are gone; nothing is added
    Prune(BaselineArgs),
    /// Take in what another scanner wrote down as known, as far as a scan finds it
    Import(BaselineImportArgs),
    /// Walk through the entries that nobody has looked at
    Audit(BaselineArgs),
    /// Print what the audit found out as a labelled set (CSV) to train and test with; `--show-secrets`
    /// adds the values
    Export(BaselineArgs),
    /// Show what was added, fixed, moved and spread between two versions of a baseline
    Diff {
        /// The older baseline
        old: PathBuf,
        /// The newer one [default: `.tightlip-baseline.jsonl` at the root]
        new: Option<PathBuf>,
        /// As text, JSON or Markdown
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: BaselineFormat,
    },
}

/// How a comparison of baselines is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BaselineFormat {
    Text,
    Json,
    Markdown,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct BaselineImportArgs {
    /// A baseline of detect-secrets, a `.gitleaksignore`, or a JSON report of gitleaks, betterleaks or
    /// kingfisher; repeatable
    #[arg(long = "from", value_name = "FILE", required = true, action = ArgAction::Append)]
    pub(crate) from: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) baseline: BaselineArgs,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct BaselineArgs {
    /// Take the findings of the whole history instead of those of the files
    #[arg(long)]
    pub(crate) history: bool,
    /// Replace a baseline that exists (with `create`)
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) scan: ScanArgs,
}
