//! `tightlip hook`: git hooks that run tightlip.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use tightlip_model::{ScanInfo, Sink, Source};
use tightlip_source::{Files, FilesOptions, GitFolders, Staged};

use crate::args::{DiffArgs, GitHook, HookCommand, HookRunArgs};
use crate::commands::repository::{self, Opened};
use crate::commands::{agent, diff, push, scan, staged};
use crate::signals::Signals;
use crate::{message, session};

/// The line by which a hook of ours is known.
const MARK: &str = "# written by `tightlip hook install`";
/// What a hook that stood in our place is renamed to.
const KEPT: &str = "before-tightlip";

pub(crate) fn run(command: HookCommand, signals: &Signals) -> anyhow::Result<u8> {
    match command {
        HookCommand::Install { agent: Some(agent), repo, .. } => {
            agent::install(agent, repo.as_ref())
        }
        HookCommand::Uninstall { agent: Some(agent), repo, .. } => {
            agent::uninstall(agent, repo.as_ref())
        }
        HookCommand::Install { hook: GitHook::Agent, .. }
        | HookCommand::Uninstall { hook: GitHook::Agent, .. } => {
            bail!("name the agent: `--agent claude-code`, `cursor`, `copilot` or `codex`")
        }
        HookCommand::Install { hook, force, repo, .. } => install(hook, force, repo.as_ref()),
        HookCommand::Uninstall { hook, repo, .. } => uninstall(hook, repo.as_ref()),
        HookCommand::Run(args) => match args.hook {
            GitHook::PreCommit => pre_commit(&args, signals),
            GitHook::PrePush => push::pre_push(&args, signals),
            GitHook::PreReceive => push::pre_receive(&args, signals),
            GitHook::Update => push::update(&args, signals),
            GitHook::Agent => agent::run(&args, signals),
        },
    }
}

impl GitHook {
    const fn as_str(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
            Self::Update => "update",
            Self::Agent => "agent",
        }
    }

    /// Whether git tells the hook on standard input what is to happen.
    const fn reads_input(self) -> bool {
        matches!(self, Self::PrePush | Self::PreReceive)
    }
}

fn install(hook: GitHook, force: bool, repo: Option<&PathBuf>) -> anyhow::Result<u8> {
    let opened = repository::open(repo)?;
    let folder = hooks_folder(&opened)?;
    let path = folder.join(hook.as_str());
    if is_there(&path) && !is_ours(&path) {
        if !force {
            bail!(
                "`{}` exists: add the line `tightlip hook run {} || exit $?` to it, or let `--force` \
                 keep it and run it first",
                path.display(),
                hook.as_str()
            );
        }
        set_aside(&path)?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let program = std::env::current_exe().context("cannot tell where tightlip lies")?;
    write_executable(&folder, &path, &script(hook, &program))
        .with_context(|| format!("cannot write `{}`", path.display()))?;
    let shared = match is_shared(&opened, &folder) {
        true => " for every repository that uses this folder of hooks",
        false => "",
    };
    message::print(&format!("installed `{}`{shared}\n", path.display()))?;
    Ok(0)
}

/// Keeps a hook that is not ours under another name, unless one is kept there already.
fn set_aside(path: &Path) -> anyhow::Result<()> {
    let kept = kept(path);
    if is_there(&kept) {
        bail!(
            "`{}` is kept from an earlier `--force` and `{}` is a new hook: make one of both first",
            kept.display(),
            path.display()
        );
    }
    fs::rename(path, &kept)
        .with_context(|| format!("cannot move `{}` out of the way", path.display()))
}

fn uninstall(hook: GitHook, repo: Option<&PathBuf>) -> anyhow::Result<u8> {
    let path = hooks_folder(&repository::open(repo)?)?.join(hook.as_str());
    if !is_there(&path) {
        bail!("there is no hook `{}`", path.display());
    }
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

/// The folder git runs hooks from. Git is asked, because `core.hooksPath` may stand in any of its
/// configuration files; where git is not installed it is the usual one.
fn hooks_folder(opened: &Opened) -> anyhow::Result<PathBuf> {
    let mut git = Command::new("git");
    git.args(["rev-parse", "--git-path", "hooks"]).current_dir(&opened.home);
    git.env_remove("GIT_WORK_TREE").env_remove("GIT_DIR");
    if opened.is_git_dir {
        git.env("GIT_DIR", opened.repository.git_dir().canonicalize()?);
    }
    let output = match git.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok(opened.repository.common_dir().join("hooks"));
        }
        output => output.context("cannot run git to ask where its hooks lie")?,
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or("it does not say why");
        bail!("git does not tell where its hooks lie: {said}");
    }
    let folder = String::from_utf8(output.stdout).context("the folder of hooks is no text")?;
    Ok(opened.home.join(folder.trim_end_matches('\n')))
}

/// Whether the hooks lie outside of the repository, where others use them as well.
fn is_shared(opened: &Opened, folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else { return false };
    let repository = &opened.repository;
    let own = [repository.common_dir(), repository.git_dir(), &opened.home];
    !own.iter().any(|own| own.canonicalize().is_ok_and(|own| folder.starts_with(own)))
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// A link is never ours: what it leads to may be a file that others share.
fn is_ours(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_file())
        && fs::read_to_string(path).is_ok_and(|text| text.lines().nth(1) == Some(MARK))
}

fn kept(path: &Path) -> PathBuf {
    path.with_extension(KEPT)
}

/// The hook: the one it replaced first, then tightlip. When tightlip is gone the commit is refused,
/// for nothing would have been scanned.
fn script(hook: GitHook, program: &Path) -> String {
    let name = hook.as_str();
    let quoted = program.to_string_lossy().replace('\'', r"'\''");
    // Both hooks are to read what git says.
    let (read, say, run) = match hook.reads_input() {
        true => ("said=$(cat)\n", "printf '%s\\n' \"$said\" | ", ""),
        false => ("", "", "exec "),
    };
    format!(
        "#!/bin/sh\n\
         {MARK}\n\
         kept=\"$(dirname \"$0\")/{name}.{KEPT}\"\n\
         {read}\
         if [ \"$0\" != \"$kept\" ] && [ -x \"$kept\" ]; then {say}\"$kept\" \"$@\" || exit $?; fi\n\
         program='{quoted}'\n\
         [ -x \"$program\" ] || program=tightlip\n\
         command -v \"$program\" >/dev/null 2>&1 || {{\n\
         \techo 'tightlip is not installed, so nothing was scanned: install it, or remove this hook' >&2\n\
         \texit 2\n\
         }}\n\
         {say}{run}\"$program\" hook run {name} -- \"$@\"\n"
    )
}

/// Replaces the hook in one step.
fn write_executable(folder: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o755))?;
    }
    file.persist(path)?;
    Ok(())
}

/// Git runs this before a commit; so does pre-commit, which names files, and between two revisions
/// when it is given a range.
fn pre_commit(args: &HookRunArgs, signals: &Signals) -> anyhow::Result<u8> {
    let revision = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let (Some(base), Some(head)) =
        (revision("PRE_COMMIT_FROM_REF"), revision("PRE_COMMIT_TO_REF"))
    {
        let common = args.common.clone();
        let base = Some(base);
        return diff::run(&DiffArgs { base, head, repo: None, common }, signals);
    }
    let opened = repository::open(None)?;
    let (setup, staged) = staged::prepare(&args.common, &opened)?;
    let exclude: Vec<&String> = setup.config.exclude.iter().collect();
    let files = Files::new(FilesOptions {
        targets: unstaged(&opened, &args.files)?,
        exclude: scan::globs(&exclude)?,
        scan_ignored: args.common.untrusted,
        git_folders: GitFolders::LeftOut,
        max_file_size: setup.config.max_file_size,
        bounds: args.common.archives.bounds(),
        allow_empty: true,
        jobs: scan::jobs(&args.common),
    });
    session::scan(&args.common, &setup, &PreCommit { staged, files }, signals)
}

/// The files, of those pre-commit names, that the index does not change: it names them for
/// `--all-files`.
fn unstaged(opened: &Opened, files: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let changed = opened.changed_paths()?;
    let prefix = opened.prefix()?;
    let is_whole = |file: &&PathBuf| {
        let path = [prefix.as_slice(), file.as_os_str().as_encoded_bytes()].concat();
        !changed.contains(&path)
    };
    Ok(files.iter().filter(is_whole).cloned().collect())
}

/// What is staged and the named files that are not, as one scan with one report.
struct PreCommit {
    staged: Staged,
    files: Files,
}

impl Source for PreCommit {
    fn info(&self) -> ScanInfo {
        self.staged.info()
    }

    fn run(&self, sink: &dyn Sink) {
        self.staged.run(sink);
        self.files.run(sink);
    }
}
