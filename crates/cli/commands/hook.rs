//! `tightlip hook`: git hooks that run tightlip.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::args::{DiffArgs, GitHook, HookCommand, HookRunArgs, ScanArgs, StagedArgs};
use crate::commands::{diff, repository, scan, staged};
use crate::message;
use crate::signals::Signals;

/// The line by which a hook of ours is known.
const MARK: &str = "# written by `tightlip hook install`";
/// What a hook that stood in our place is renamed to.
const KEPT: &str = "before-tightlip";

pub(crate) fn run(command: HookCommand, signals: &Signals) -> anyhow::Result<u8> {
    match command {
        HookCommand::Install { hook, force, repo } => install(hook, force, repo.as_ref()),
        HookCommand::Uninstall { hook, repo } => uninstall(hook, repo.as_ref()),
        HookCommand::Run(args) => pre_commit(&args, signals),
    }
}

impl GitHook {
    const fn as_str(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
        }
    }
}

fn install(hook: GitHook, force: bool, repo: Option<&PathBuf>) -> anyhow::Result<u8> {
    let path = hook_path(hook, repo)?;
    if is_there(&path) && !is_ours(&path) {
        if !force {
            bail!(
                "`{}` exists: add the line `tightlip hook run {} || exit $?` to it, or let `--force` \
                 keep it and run it first",
                path.display(),
                hook.as_str()
            );
        }
        fs::rename(&path, kept(&path))
            .with_context(|| format!("cannot move `{}` out of the way", path.display()))?;
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let program = std::env::current_exe().context("cannot tell where tightlip lies")?;
    write_executable(&path, &script(hook, &program))
        .with_context(|| format!("cannot write `{}`", path.display()))?;
    message::print(&format!("installed `{}`\n", path.display()))?;
    Ok(0)
}

fn uninstall(hook: GitHook, repo: Option<&PathBuf>) -> anyhow::Result<u8> {
    let path = hook_path(hook, repo)?;
    if !is_ours(&path) {
        bail!("`{}` was not written by tightlip", path.display());
    }
    fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))?;
    let kept = kept(&path);
    if is_there(&kept) {
        fs::rename(&kept, &path)
            .with_context(|| format!("cannot bring back `{}`", kept.display()))?;
    }
    message::print(&format!("removed `{}`\n", path.display()))?;
    Ok(0)
}

/// Where git looks for the hook. Git is asked, because `core.hooksPath` may stand in any of its
/// configuration files; without git it is the usual place.
fn hook_path(hook: GitHook, repo: Option<&PathBuf>) -> anyhow::Result<PathBuf> {
    let repository = repository::open(repo)?;
    let home = repository::home(&repository);
    let asked = Command::new("git")
        .args(["rev-parse", "--git-path", "hooks"])
        .current_dir(&home)
        .output()
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map(|text| home.join(text.trim_end_matches('\n')));
    let hooks = asked.unwrap_or_else(|| repository.common_dir().join("hooks"));
    Ok(hooks.join(hook.as_str()))
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn is_ours(path: &Path) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.contains(MARK))
}

fn kept(path: &Path) -> PathBuf {
    path.with_extension(KEPT)
}

/// The hook: the one it replaced first, then tightlip. When tightlip is gone the commit is refused,
/// for nothing would have been scanned.
fn script(hook: GitHook, program: &Path) -> String {
    let name = hook.as_str();
    let quoted = program.to_string_lossy().replace('\'', r"'\''");
    format!(
        "#!/bin/sh\n\
         {MARK}\n\
         kept=\"$(dirname \"$0\")/{name}.{KEPT}\"\n\
         if [ -x \"$kept\" ]; then \"$kept\" \"$@\" || exit $?; fi\n\
         program='{quoted}'\n\
         [ -x \"$program\" ] || program=tightlip\n\
         command -v \"$program\" >/dev/null 2>&1 || {{\n\
         \techo 'tightlip is not installed, so nothing was scanned: install it, or remove this hook' >&2\n\
         \texit 2\n\
         }}\n\
         exec \"$program\" hook run {name}\n"
    )
}

fn write_executable(path: &Path, text: &str) -> std::io::Result<()> {
    fs::write(path, text)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// Git runs this before a commit; so does pre-commit, which names files, and between two revisions
/// when it is given a range.
fn pre_commit(args: &HookRunArgs, signals: &Signals) -> anyhow::Result<u8> {
    let common = args.common.clone();
    let revision = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let (Some(base), Some(head)) =
        (revision("PRE_COMMIT_FROM_REF"), revision("PRE_COMMIT_TO_REF"))
    {
        return diff::run(&DiffArgs { base, head, repo: None, common }, signals);
    }
    let staged_args = StagedArgs { repo: None, common: common.clone() };
    let code = staged::run(&staged_args, signals)?;
    let whole = unstaged(&args.files)?;
    if whole.is_empty() {
        return Ok(code);
    }
    let files = ScanArgs { paths: whole, common, ..ScanArgs::default() };
    Ok(code | scan::run(&files, signals)?)
}

/// The files, of those pre-commit names, that the index does not change: it names them for
/// `--all-files`.
fn unstaged(files: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let repository = repository::open(None)?;
    let changed = repository::changed_paths(&repository)?;
    let prefix = repository::prefix(&repository)?;
    let is_whole = |file: &&PathBuf| {
        let path = [prefix.as_slice(), file.as_os_str().as_encoded_bytes()].concat();
        !changed.contains(&path) && file.symlink_metadata().is_ok()
    };
    Ok(files.iter().filter(is_whole).cloned().collect())
}
