//! What the commands on a repository share: finding it as git would, and what stands in its index.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use tightlip_git::{DiffOptions, GitError, Head, Index, IndexDiff, OpenOptions, Repository};

/// A repository, and how a source opens the same one.
pub(crate) struct Opened {
    pub(crate) repository: Repository,
    /// Where a source finds it.
    pub(crate) path: PathBuf,
    /// What the environment changes about it.
    pub(crate) git: OpenOptions,
    /// The folder whose settings hold for it: its work tree, or the repository itself.
    pub(crate) home: PathBuf,
    /// Whether `GIT_DIR` names it.
    pub(crate) is_git_dir: bool,
}

/// Opens the repository at `path`, or the one that git would use here. The variables that git sets
/// are about the latter: they hold for `path` only where it is the same repository.
pub(crate) fn open(path: Option<&PathBuf>) -> anyhow::Result<Opened> {
    let Some(path) = path else { return here() };
    let failed = || format!("cannot open a git repository at `{}`", path.display());
    let repository = Repository::open_with(path, OpenOptions::default()).with_context(failed)?;
    if let Ok(here) = here()
        && is_same(here.repository.git_dir(), repository.git_dir())
    {
        return Ok(Opened { path: path.clone(), ..here });
    }
    let home = home(&repository);
    let (path, git) = (path.clone(), OpenOptions::default());
    Ok(Opened { repository, path, git, home, is_git_dir: false })
}

fn here() -> anyhow::Result<Opened> {
    let git_dir = variable("GIT_DIR");
    let is_git_dir = git_dir.is_some();
    let path = git_dir.unwrap_or_else(|| PathBuf::from("."));
    let open = |git: OpenOptions| {
        let found = match is_git_dir {
            true => Repository::open_with(&path, git),
            false => Repository::discover(&path, git),
        };
        found.with_context(|| format!("cannot open a git repository at `{}`", path.display()))
    };
    let home = match variable("GIT_WORK_TREE") {
        Some(work_tree) => work_tree,
        None if is_git_dir => PathBuf::from("."),
        None => home(&open(OpenOptions::default())?),
    };
    let git = options(&home);
    Ok(Opened { repository: open(git.clone())?, path, git, home, is_git_dir })
}

/// What git itself reads from the environment: a commit in progress has its own index, which is
/// named from the top of the work tree, a receiving server its own object folder.
fn options(home: &Path) -> OpenOptions {
    let alternates = env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
    let alternates = env::split_paths(&alternates);
    OpenOptions {
        index_file: variable("GIT_INDEX_FILE").map(|file| home.join(file)),
        object_folder: variable("GIT_OBJECT_DIRECTORY"),
        alternates: alternates.filter(|path| !path.as_os_str().is_empty()).collect(),
    }
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn home(repository: &Repository) -> PathBuf {
    repository.work_tree().unwrap_or_else(|| repository.git_dir()).to_path_buf()
}

fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

impl Opened {
    /// The index. A repository may have none yet, but one that the environment names must be there.
    pub(crate) fn index(&self) -> anyhow::Result<Index> {
        if let Some(file) = self.git.index_file.as_ref().filter(|file| !file.is_file()) {
            bail!("there is no index `{}`, which `GIT_INDEX_FILE` names", file.display());
        }
        self.repository.index().context("cannot read the index")
    }

    /// The paths that the next commit would change.
    pub(crate) fn changed_paths(&self) -> anyhow::Result<BTreeSet<Vec<u8>>> {
        let index = self.index()?;
        changes(&self.repository, &index).context("cannot compare the index with HEAD")
    }

    /// The current folder as the repository spells it, with a final `/`; empty at the root.
    pub(crate) fn prefix(&self) -> anyhow::Result<Vec<u8>> {
        let here = env::current_dir().context("cannot tell the current folder")?;
        let home = self.home.canonicalize().unwrap_or_default();
        let below = here.strip_prefix(&home).unwrap_or(Path::new(""));
        let bytes = below.as_os_str().as_encoded_bytes();
        Ok(if bytes.is_empty() { Vec::new() } else { [bytes, b"/"].concat() })
    }
}

fn changes(repository: &Repository, index: &Index) -> Result<BTreeSet<Vec<u8>>, GitError> {
    let objects = repository.objects();
    let tree = match repository.refs().head()? {
        Head::Unborn { .. } => None,
        _ => Some(repository.resolve(&objects, "HEAD^{tree}")?),
    };
    let diff = IndexDiff::new(&objects, tree, index, DiffOptions::default());
    diff.map(|change| change.map(|change| change.path.to_vec())).collect()
}
