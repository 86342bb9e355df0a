//! `tightlip scan`: files, folders, standard input.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use tightlip_source::{Files, FilesOptions, GitFolders, Stdin, StdinOptions};
use tightlip_suppress::Scope;

use crate::args::{CommonArgs, ScanArgs};
use crate::config::FILE_NAME;
use crate::config::whole_folder;
use crate::message;
use crate::place::Folder;
use crate::root::Root;
use crate::session;
use crate::setup::{BASELINE_NAME, BaselineUse, Setup};
use crate::signals::Signals;
use crate::stdin::StdinReader;

pub(crate) fn run(args: &ScanArgs, signals: &Signals) -> anyhow::Result<u8> {
    if args.paths.iter().any(|path| path == Path::new("-")) {
        return standard_input(args, signals);
    }
    let (setup, files) = prepare(args, BaselineUse::Apply)?;
    session::scan(&args.common, &setup, &files, signals)
}

/// The settings and the source of a scan of files.
pub(crate) fn prepare(args: &ScanArgs, baseline: BaselineUse) -> anyhow::Result<(Setup, Files)> {
    let targets = targets(args);
    let root = root(&targets)?;
    let mut setup = Setup::new(&args.common, &Folder(root.folder.clone()), baseline)?;
    let exclude: Vec<&String> = args.exclude.iter().chain(&setup.config.exclude).collect();
    let is_whole = root.is_target && targets.len() == 1 && exclude.is_empty();
    setup.suppressor.scope = if is_whole { Scope::Whole } else { Scope::Part };
    setup.suppressor.paths = root.paths;
    let options = FilesOptions {
        exclude: globs(&exclude)?,
        scan_ignored: args.no_ignore || args.common.untrusted,
        git_folders: match args.common.untrusted {
            true => GitFolders::Scanned,
            false => GitFolders::LeftOut,
        },
        max_file_size: args.max_file_size.or(setup.config.max_file_size),
        bounds: args.common.archives.bounds(),
        allow_empty: args.common.allow_empty,
        jobs: jobs(&args.common),
        targets,
    };
    Ok((setup, Files::new(options)))
}

fn targets(args: &ScanArgs) -> Vec<PathBuf> {
    match args.paths.is_empty() {
        true => vec![PathBuf::from(".")],
        false => args.paths.clone(),
    }
}

/// The root of the first target that is there; a target that is not is the scan's to report.
fn root(targets: &[PathBuf]) -> anyhow::Result<Root> {
    let first = targets.iter().find(|target| target.exists());
    let Some(first) = first.or(targets.first()) else { bail!("nothing to scan: name a path") };
    let root = Root::of(first)?;
    let others =
        targets.iter().filter(|target| target.exists()).filter_map(|one| Root::of(one).ok());
    for other in others.filter(|other| other.folder != root.folder) {
        let has_own =
            [FILE_NAME, BASELINE_NAME].iter().any(|name| other.folder.join(name).exists());
        if has_own {
            message::warning(&format!(
                "the settings of `{}` are not used, those of `{}` are: scan it by itself, or name the \
                 settings with `--config`",
                other.folder.display(),
                root.folder.display()
            ));
        }
    }
    Ok(root)
}

fn standard_input(args: &ScanArgs, signals: &Signals) -> anyhow::Result<u8> {
    if args.paths.len() > 1 {
        bail!("`-` (standard input) cannot be scanned together with other paths");
    }
    let root = Root::of(Path::new("."))?;
    let setup = Setup::new(&args.common, &Folder(root.folder), BaselineUse::Apply)?;
    let reader = StdinReader::new(Arc::clone(signals.stop()));
    let reader = reader.context("cannot read standard input")?;
    let bounds = args.common.archives.bounds();
    let allow_empty = args.common.allow_empty;
    let options = StdinOptions { bounds, allow_empty, ..StdinOptions::default() };
    let source = Stdin::new(Box::new(reader), options);
    session::scan(&args.common, &setup, &source, signals)
}

/// Compiles path globs, in which `*` stops at `/` and a trailing `/` means all below.
pub(crate) fn globs(patterns: &[&String]) -> anyhow::Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(&whole_folder(pattern)).literal_separator(true).build();
        let glob = glob.map_err(|error| {
            anyhow::anyhow!("cannot read the glob `{pattern}`: {}", error.kind())
        })?;
        set.add(glob);
    }
    set.build().context("cannot use the globs")
}

/// How many threads to use.
pub(crate) fn jobs(args: &CommonArgs) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    args.jobs.map_or_else(cores, usize::from)
}
