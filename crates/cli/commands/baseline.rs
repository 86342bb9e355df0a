//! `tightlip baseline`: write down what is known.

mod audit;
mod compare;
mod export;
mod import;
mod merge;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use tightlip_engine::{Masking, Outcome};
use tightlip_model::{Finding, Source};
use tightlip_source::{History, HistoryOptions};
use tightlip_suppress::{Baseline, BaselineEntry, Label, Suppressor};

use crate::args::{BaselineArgs, BaselineCommand};
use crate::commands::{repository, scan};
use crate::message;
use crate::place::Folder;
use crate::root::Root;
use crate::session::{self, INCOMPLETE, Silent};
use crate::setup::{BASELINE_NAME, BaselineUse, Setup};
use crate::signals::Signals;

/// Bytes of a new baseline's key.
const SALT_BYTES: usize = 16;

pub(crate) fn run(command: &BaselineCommand, signals: &Signals) -> anyhow::Result<u8> {
    match command {
        BaselineCommand::Create(args) => {
            let path = path(args)?;
            if path.exists() && !args.force {
                bail!(
                    "`{}` exists: bring it up to date with `tightlip baseline update`, or replace it \
                     with `--force`",
                    path.display()
                );
            }
            let code = write(args, &path, &Baseline::new(salt()?), Baseline::updated, signals)?;
            merge::advise(&path)?;
            Ok(code)
        }
        BaselineCommand::Update(args) => {
            let path = path(args)?;
            write(args, &path, &read(&path)?, Baseline::updated, signals)
        }
        BaselineCommand::Prune(args) => {
            let path = path(args)?;
            write(args, &path, &read(&path)?, Baseline::pruned, signals)
        }
        BaselineCommand::Import(args) => import::run(args, signals),
        BaselineCommand::Audit(args) => audit::run(args, signals),
        BaselineCommand::Export(args) => export::run(args, signals),
        BaselineCommand::Diff { old, new, format } => compare::run(old, new.as_deref(), *format),
    }
}

/// The baseline in a file that must be there.
fn read(path: &Path) -> anyhow::Result<Baseline> {
    let hint = || {
        let hint = "make one with `tightlip baseline create`";
        format!("cannot read `{}`: {hint}", path.display())
    };
    let text = fs::read_to_string(path).with_context(hint)?;
    Baseline::parse(&text).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Where the baseline lies: where the user says, or at the root of what is scanned.
fn path(args: &BaselineArgs) -> anyhow::Result<PathBuf> {
    if let Some(path) = &args.scan.common.baseline {
        return Ok(path.clone());
    }
    let target = args.scan.paths.first().map_or(Path::new("."), PathBuf::as_path);
    Ok(Root::of(target)?.folder.join(BASELINE_NAME))
}

/// Scans, and writes what `next` makes of the old baseline and of what is found.
fn write(
    args: &BaselineArgs,
    path: &Path,
    known: &Baseline,
    next: impl Fn(&Baseline, Vec<BaselineEntry>) -> Baseline,
    signals: &Signals,
) -> anyhow::Result<u8> {
    let Some((outcome, setup)) = scanned(args, known, signals)? else {
        return Ok(signals.exit_code().unwrap_or(INCOMPLETE));
    };
    let next = next(known, entries(&outcome, &setup.suppressor));
    save(path, &next)?;
    let count = next.entries().count();
    message::print(&format!("{}: {count} known findings\n", path.display()))?;
    Ok(0)
}

/// What a scan finds that nothing but a baseline would let pass: marks in the text and allow-list
/// entries stay what they are. `None` when a signal ended it; an incomplete scan is an error.
fn scanned(
    args: &BaselineArgs,
    known: &Baseline,
    signals: &Signals,
) -> anyhow::Result<Option<(Outcome, Setup)>> {
    let (mut setup, source) = prepare(args)?;
    setup.suppressor.key = setup.suppressor.key.or_else(|| Some(known.key()));
    // Paths are written as they are judged: a baseline holds no secret.
    setup.options.masking = Masking::On;
    let outcome = session::run(&args.scan.common, &setup, source.as_ref(), signals, &mut Silent);
    if signals.exit_code().is_some() {
        message::warning("interrupted: no baseline was written");
        return Ok(None);
    }
    if !outcome.summary.coverage.is_complete() {
        for problem in &outcome.summary.coverage.problems {
            message::warning(&format!("{}: {}", problem.subject.to_text(), problem.message));
        }
        bail!("the scan is incomplete, so no baseline was written");
    }
    Ok(Some((outcome, setup)))
}

fn save(path: &Path, baseline: &Baseline) -> anyhow::Result<()> {
    replace(path, &baseline.to_text()).with_context(|| format!("cannot write `{}`", path.display()))
}

fn prepare(args: &BaselineArgs) -> anyhow::Result<(Setup, Box<dyn Source>)> {
    // The baseline itself is read by the caller; a bad or missing one must not matter here twice.
    let mut scan_args = args.scan.clone();
    scan_args.common.baseline = None;
    if !args.history {
        let (setup, files) = scan::prepare(&scan_args, BaselineUse::KeyOnly)?;
        return Ok((setup, Box::new(files)));
    }
    let opened = repository::open(args.scan.paths.first())?;
    let setup = Setup::new(&scan_args.common, &Folder(opened.home), BaselineUse::KeyOnly)?;
    let options = HistoryOptions {
        repository: opened.path,
        git: opened.git,
        jobs: scan::jobs(&scan_args.common),
        allow_empty: scan_args.common.allow_empty,
        ..HistoryOptions::default()
    };
    Ok((setup, Box::new(History::new(options))))
}

/// One entry a path and secret, however often it stands there. A part that is told with another
/// finding is known as well: it stays when that one goes.
fn entries(outcome: &Outcome, suppressor: &Suppressor) -> Vec<BaselineEntry> {
    let mut places = BTreeSet::new();
    let all = outcome.findings.iter().chain(&outcome.parts);
    let counted = all.filter(|finding| finding.suppression.is_none());
    let counted = counted.filter_map(|finding| {
        let path = suppressor.paths.relative(&finding.provenance.path).to_text();
        let place = (path.clone(), &finding.rule.id, &finding.secret);
        places.insert(place).then(|| entry(finding, path))
    });
    counted.collect()
}

fn entry(finding: &Finding, path: String) -> BaselineEntry {
    BaselineEntry {
        fingerprint: finding.fingerprint.0.clone(),
        path,
        rule: finding.rule.id.clone(),
        label: Label::Unreviewed,
        ..BaselineEntry::default()
    }
}

/// Replaces the file in one step.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    readable(file.as_file())?;
    file.persist(path)?;
    Ok(())
}

/// A baseline is committed: it gets the usual rights of a file, not those of a temporary one.
fn readable(file: &fs::File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

/// Random hexadecimal digits.
fn salt() -> anyhow::Result<String> {
    let mut bytes = [0; SALT_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("the system gives no random numbers: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
