//! `tightlip history`: everything in the object databases of repositories.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use tightlip_source::{Histories, History, HistoryOptions, Verify};

use crate::args::HistoryArgs;
use crate::cache;
use crate::commands::{repository, scan};
use crate::place::{Folder, read_file};
use crate::session;
use crate::setup::{BaselineUse, Setup};
use crate::signals::Signals;

/// A longer list of repositories is refused, in bytes.
const LONGEST_LIST: u64 = 64 << 20;

pub(crate) fn run(args: &HistoryArgs, signals: &Signals) -> anyhow::Result<u8> {
    let paths = paths(args)?;
    if paths.len() > 1 {
        return several(args, &paths, signals);
    }
    let opened = repository::open(paths.first())?;
    let setup = setup(args, opened.home)?;
    let options = options(args, &setup)?;
    let cache = options.cache.clone();
    let options = HistoryOptions { repository: opened.path, git: opened.git, ..options };
    let code = session::scan(&args.common, &setup, &History::new(options), signals);
    cache::tell(cache.as_ref());
    code
}

/// Scans several repositories by the settings of the current folder: none of them decides how the
/// others are judged.
fn several(args: &HistoryArgs, paths: &[PathBuf], signals: &Signals) -> anyhow::Result<u8> {
    let setup = setup(args, PathBuf::from("."))?;
    let options = options(args, &setup)?;
    let each = paths.iter().map(|path| {
        // The source tells of one that cannot be opened, and goes on.
        let git = repository::open(Some(path)).map(|opened| opened.git).unwrap_or_default();
        let name = path.as_os_str().as_encoded_bytes().into();
        HistoryOptions { repository: path.clone(), name, git, ..options.clone() }
    });
    let code = session::scan(&args.common, &setup, &Histories::new(each), signals);
    cache::tell(options.cache.as_ref());
    code
}

fn setup(args: &HistoryArgs, home: PathBuf) -> anyhow::Result<Setup> {
    let mut setup = Setup::new(&args.common, &Folder(home), BaselineUse::Apply)?;
    setup.options.whole_blobs |= args.whole_blobs;
    Ok(setup)
}

fn options(args: &HistoryArgs, setup: &Setup) -> anyhow::Result<HistoryOptions> {
    let options = HistoryOptions {
        refs: args.refs.clone(),
        since: args.since.clone(),
        max_file_size: args.max_blob_size.or(setup.config.max_file_size),
        bounds: args.common.archives.bounds(),
        verify: if args.verify { Verify::Ids } else { Verify::Checksums },
        jobs: scan::jobs(&args.common),
        allow_empty: args.common.allow_empty,
        ..HistoryOptions::default()
    };
    let cache = cache::open(&args.cache, setup, &options)?;
    Ok(HistoryOptions { cache, ..options })
}

/// The repositories that were named, each once.
fn paths(args: &HistoryArgs) -> anyhow::Result<Vec<PathBuf>> {
    listed(&args.repo, args.repos.as_ref())
}

/// The paths that were named on the command line or in `list`, each once.
pub(crate) fn listed(named: &[PathBuf], list: Option<&PathBuf>) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = named.to_vec();
    if let Some(list) = list {
        let text =
            if list == Path::new("-") { standard_input()? } else { read_file(list, LONGEST_LIST)? };
        let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
        paths.extend(lines.map(PathBuf::from));
        if paths.is_empty() {
            bail!("`{}` names no repository", list.display());
        }
    }
    let mut unique: Vec<PathBuf> = Vec::new();
    for path in paths {
        if !unique.contains(&path) {
            unique.push(path);
        }
    }
    Ok(unique)
}

fn standard_input() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .take(LONGEST_LIST)
        .read_to_string(&mut text)
        .context("cannot read standard input")?;
    Ok(text)
}
