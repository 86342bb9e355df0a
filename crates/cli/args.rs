//! The command line as it is written; nothing is resolved here.

mod baseline;
mod hook;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use tightlip_model::{Confidence, Severity};

pub(crate) use baseline::{BaselineArgs, BaselineCommand, BaselineFormat, BaselineImportArgs};
pub(crate) use hook::{Agent, GitHook, HookCommand, HookRunArgs};
use tightlip_rules::import::Dialect;

/// Finds leaked secrets in files, commits, pull requests and whole git histories.
#[derive(Debug, Parser)]
#[command(name = "tightlip", version, after_help = EXIT_CODES, max_term_width = 100)]
#[command(arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 everything was read and nothing found, 1 findings, \
    2 something could not be read or the command failed, 3 both.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan files and folders; `-` is standard input
    Scan(ScanArgs),
    /// Scan what the next commit would add: the index against HEAD
    Staged(StagedArgs),
    /// Scan what HEAD adds since its merge base with BASE, every commit of it
    Diff(DiffArgs),
    /// Scan everything in a repository's object database
    History(HistoryArgs),
    /// List the identities behind the findings: whose they are, since when, what to rotate first
    Inventory(InventoryArgs),
    /// Keep a list of known findings
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// List, explain, check and import rules
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Install or run git hooks
    #[command(subcommand)]
    Hook(HookCommand),
    /// Show the settings in force and where each came from
    #[command(subcommand)]
    Config(ConfigCommand),
}

/// Flags that every scan takes.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct CommonArgs {
    /// Format of the report on standard output, or of the one `--output FILE`: human, json, jsonl,
    /// sarif, github, gitlab, codequality, junit, csv, markdown or html; of an inventory: table, json,
    /// csv, markdown, html, cyclonedx or sarif
    #[arg(long, value_name = "FORMAT", help_heading = "Report")]
    pub(crate) format: Option<String>,
    /// Write the report to FILE; `FORMAT=FILE` writes one more beside the main one, repeatable
    #[arg(long, short, value_name = "[FORMAT=]FILE", action = ArgAction::Append, help_heading = "Report")]
    pub(crate) output: Vec<String>,
    /// Show secrets in full instead of masking them
    #[arg(long, overrides_with = "mask_secrets", help_heading = "Report")]
    pub(crate) show_secrets: bool,
    /// Mask secrets, as is the default; the last of the two flags counts
    #[arg(long, overrides_with = "show_secrets", help_heading = "Report")]
    pub(crate) mask_secrets: bool,
    /// List what was skipped and say more of what went wrong
    #[arg(long, short, help_heading = "Report")]
    pub(crate) verbose: bool,
    /// Say on standard error what each rule cost
    #[arg(long, help_heading = "Report")]
    pub(crate) rule_stats: bool,
    /// Use colour
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Report")]
    pub(crate) color: When,
    /// Show progress on standard error
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Report")]
    pub(crate) progress: AutoNever,
    /// Report findings of at least this confidence: low, medium or high [default: medium]
    #[arg(long, value_name = "GRADE", help_heading = "What is reported")]
    pub(crate) min_confidence: Option<Confidence>,
    /// Report findings of at least this severity: info, low, medium, high or critical [default: info]
    #[arg(long, value_name = "GRADE", help_heading = "What is reported")]
    pub(crate) min_severity: Option<Severity>,
    /// End with 1 only for findings of at least this severity; all are reported
    #[arg(long, value_name = "GRADE", help_heading = "What is reported")]
    pub(crate) fail_on: Option<Severity>,
    /// Report this rule only; repeatable
    #[arg(long, value_name = "ID", action = ArgAction::Append, help_heading = "What is reported")]
    pub(crate) rule: Vec<String>,
    /// Leave this rule out; repeatable
    #[arg(long, value_name = "ID", action = ArgAction::Append, help_heading = "What is reported")]
    pub(crate) skip_rule: Vec<String>,
    /// Add the rules of a YAML file, or of every one in a folder; repeatable
    #[arg(long, value_name = "PATH", action = ArgAction::Append, help_heading = "What is reported")]
    pub(crate) rules: Vec<PathBuf>,
    /// Read settings from this file instead of `.tightlip.yaml`
    #[arg(long, value_name = "FILE", help_heading = "What is reported")]
    pub(crate) config: Option<PathBuf>,
    /// Bound the settings by this policy: what it does not permit they cannot do
    #[arg(long, value_name = "FILE", help_heading = "What is reported")]
    pub(crate) policy: Option<PathBuf>,
    /// Let the findings of this baseline pass, instead of those in `.tightlip-baseline.jsonl`
    #[arg(long, value_name = "FILE", help_heading = "What is reported")]
    pub(crate) baseline: Option<PathBuf>,
    /// Obey nothing inside the scanned tree that could hide a finding: settings, baseline, ignore
    /// files, comments
    #[arg(long, help_heading = "What is reported")]
    pub(crate) untrusted: bool,
    /// Take an empty input for a clean one instead of an incomplete run
    #[arg(long, help_heading = "What is reported")]
    pub(crate) allow_empty: bool,
    /// Threads to use [default: one a core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) jobs: Option<u16>,
    #[command(flatten)]
    pub(crate) archives: Box<ArchiveArgs>,
}

/// How much of archives, compressed files and documents is read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Archives and encodings")]
pub(crate) struct ArchiveArgs {
    /// Stop in an archive after this many decompressed bytes
    #[arg(long, value_name = "BYTES")]
    pub(crate) max_archive_bytes: Option<u64>,
    /// Stop in an archive that yields more than this many bytes for each compressed one
    #[arg(long, value_name = "N")]
    pub(crate) max_archive_ratio: Option<u64>,
    /// Open archives within archives this deep; 0 opens none
    #[arg(long, value_name = "N")]
    pub(crate) max_archive_depth: Option<u32>,
    /// Stop in an archive after this many files
    #[arg(long, value_name = "N")]
    pub(crate) max_archive_entries: Option<u64>,
    /// Undo encodings within encodings this deep [default: 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(..=16))]
    pub(crate) max_decode_depth: Option<u8>,
    /// Stop in an archive after this many seconds
    #[arg(long, value_name = "N")]
    pub(crate) max_archive_seconds: Option<u64>,
}

impl ArchiveArgs {
    /// The bounds these flags set.
    pub(crate) fn bounds(&self) -> tightlip_source::Bounds {
        tightlip_source::Bounds {
            bytes: self.max_archive_bytes,
            ratio: self.max_archive_ratio,
            depth: self.max_archive_depth,
            entries: self.max_archive_entries,
            time: self.max_archive_seconds.map(std::time::Duration::from_secs),
        }
    }
}

/// When to do something that depends on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum When {
    #[default]
    Auto,
    Always,
    Never,
}

/// Whether to do something on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum AutoNever {
    #[default]
    Auto,
    Never,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ScanArgs {
    /// Files and folders [default: .]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Scan files that git ignores, too
    #[arg(long)]
    pub(crate) no_ignore: bool,
    /// Leave out paths that match this glob; repeatable
    #[arg(long, value_name = "GLOB", action = ArgAction::Append)]
    pub(crate) exclude: Vec<String>,
    /// Leave out files larger than this many bytes
    #[arg(long, value_name = "BYTES")]
    pub(crate) max_file_size: Option<u64>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct StagedArgs {
    /// The repository [default: the one around the current folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) repo: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct DiffArgs {
    /// The revision the change is for, such as `origin/main` [default: what the build service says,
    /// else the default branch of `origin`]
    #[arg(value_name = "BASE", allow_hyphen_values = true)]
    pub(crate) base: Option<String>,
    /// The revision that brings the change
    #[arg(long, value_name = "REV", default_value = "HEAD", allow_hyphen_values = true)]
    pub(crate) head: String,
    /// The repository [default: the one around the current folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) repo: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct HistoryArgs {
    /// Repositories: work trees, `.git` folders or bare ones [default: around the current folder]
    #[arg(value_name = "REPO")]
    pub(crate) repo: Vec<PathBuf>,
    /// Scan the repositories this file names, too, one path a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) repos: Option<PathBuf>,
    /// Look only at what refs reach whose name matches: full (`refs/heads/main`) or without its
    /// first parts (`main`, `v1.*`, `origin/main`, `HEAD`). `*` ends at a `/`, `**` does not;
    /// repeatable. Stashes, logs of refs and unreachable objects are left out, unless named
    #[arg(long, value_name = "GLOB", action = ArgAction::Append)]
    pub(crate) refs: Vec<String>,
    /// Look only at what is new after REV (commits that it does not reach), or in commits made since
    /// DATE (`2026-01-31` or `2026-01-31T12:00:00Z`, UTC), by way of refs; what the commits before
    /// held is left out, and so is what no ref reaches
    #[arg(long, value_name = "REV|DATE", allow_hyphen_values = true)]
    pub(crate) since: Option<String>,
    /// Leave out blobs larger than this many bytes
    #[arg(long, value_name = "BYTES")]
    pub(crate) max_blob_size: Option<u64>,
    /// Recompute the id of every object and report those that are not what their id says
    #[arg(long)]
    pub(crate) verify: bool,
    /// Scan every version of a file whole, not only what is new in it; finds the same, slower
    #[arg(long)]
    pub(crate) whole_blobs: bool,
    #[command(flatten)]
    pub(crate) cache: CacheArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Whether sweeps build on earlier ones.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct CacheArgs {
    /// Keep in DIR which objects were found clean, and scan in later sweeps only the others; the
    /// report is the same. It holds ids of objects and no content
    /// [default DIR: `tightlip` in the user's cache folder]
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true)]
    #[arg(overrides_with = "no_cache")]
    pub(crate) cache: Option<Option<PathBuf>>,
    /// Use no cache, as is the default; the last of the two flags counts
    #[arg(long, overrides_with = "cache")]
    pub(crate) no_cache: bool,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct InventoryArgs {
    /// Repositories (their whole history), folders, files, or saved `json` and `jsonl` reports
    /// [default: the repository around the current folder]
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<PathBuf>,
    /// Take the targets this file names, too, one path a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) repos: Option<PathBuf>,
    /// End with 1 if an identity breaks the policy, and say which rule
    #[arg(long)]
    pub(crate) check: bool,
    /// Tell what changed since the inventory that was saved as `json`
    #[arg(long, value_name = "FILE")]
    pub(crate) diff: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) cache: CacheArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List the rules
    List(RulesListArgs),
    /// Show all there is to know of a rule, with a made-up credential that it finds
    Show {
        /// The rule's id
        id: String,
        /// As lines or as JSON
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: RulesFormat,
        /// Add the rules of a YAML file, or of every one in a folder; repeatable
        #[arg(long, value_name = "PATH", action = ArgAction::Append)]
        rules: Vec<PathBuf>,
    },
    /// Check rule files: their form, their examples, and how rare their anchors are
    Check {
        /// YAML files, or folders of them
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Turn the rules of another scanner into a rule file on standard output
    Import {
        /// Whose settings: gitleaks, betterleaks (TOML) or detect-secrets (a plug-in or a baseline)
        #[arg(long, value_name = "SCANNER")]
        from: Dialect,
        /// The settings
        file: PathBuf,
    },
}

/// Which rules are listed, and how.
#[derive(Debug, Args)]
pub(crate) struct RulesListArgs {
    /// As a table or as JSON
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: RulesFormat,
    /// Only those whose provider's name holds this
    #[arg(long, value_name = "TEXT")]
    pub(crate) provider: Option<String>,
    /// Only those of this kind
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<tightlip_model::Kind>,
    /// Only those with this proof; `any` for those with one
    #[arg(long, value_name = "NAME")]
    pub(crate) proof: Option<String>,
    /// Add made-up credentials to each, one or as many as said
    #[arg(long, value_name = "HOW-MANY", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    pub(crate) examples: Option<usize>,
    /// Add the rules of a YAML file, or of every one in a folder; repeatable
    #[arg(long, value_name = "PATH", action = ArgAction::Append)]
    pub(crate) rules: Vec<PathBuf>,
}

/// How rules are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    Table,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show the settings in force and where each came from
    Show {
        #[command(flatten)]
        scan: ScanArgs,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use tightlip_report::{Format, InventoryFormat};

    use super::Cli;

    #[test]
    fn the_help_is_well_formed_and_names_every_format() {
        let command = Cli::command();
        command.clone().debug_assert();
        let scan = command.find_subcommand("scan").expect("the command exists");
        let format = scan.get_arguments().find(|flag| flag.get_id() == "format");
        let help = format.and_then(|flag| flag.get_help()).expect("the flag has one").to_string();
        let names = Format::ALL.iter().map(|format| format.as_str());
        for name in names.chain(InventoryFormat::ALL.iter().map(|format| format.as_str())) {
            let is_named = help.split([' ', ',', ';']).any(|word| word == name);
            assert!(is_named, "`{name}` is not in: {help}");
        }
    }
}
