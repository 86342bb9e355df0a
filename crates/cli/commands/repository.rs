//! What the commands on a repository share: finding it, and what stands in its index.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tightlip_git::{DiffOptions, GitError, Head, IndexDiff, OpenOptions, Repository};

/// Opens the repository at `path`, or the one around the current folder.
pub(crate) fn open(path: Option<&PathBuf>) -> anyhow::Result<Repository> {
    let (found, at) = match path {
        Some(path) => (Repository::open_with(path, options()), path.as_path()),
        None => (Repository::discover(Path::new("."), options()), Path::new(".")),
    };
    found.with_context(|| format!("cannot open a git repository at `{}`", at.display()))
}

/// What git itself reads from the environment: a commit in progress has its own index, a receiving
/// server its own object folder.
pub(crate) fn options() -> OpenOptions {
    let path = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let alternates = std::env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
    let alternates = std::env::split_paths(&alternates);
    OpenOptions {
        index_file: path("GIT_INDEX_FILE"),
        object_folder: path("GIT_OBJECT_DIRECTORY"),
        alternates: alternates.filter(|path| !path.as_os_str().is_empty()).collect(),
    }
}

/// The folder whose settings hold for a repository: its work tree, or the repository itself.
pub(crate) fn home(repository: &Repository) -> PathBuf {
    repository.work_tree().unwrap_or_else(|| repository.git_dir()).to_path_buf()
}

/// The paths that the next commit would change.
pub(crate) fn changed_paths(repository: &Repository) -> anyhow::Result<BTreeSet<Vec<u8>>> {
    changes(repository).context("cannot compare the index with HEAD")
}

fn changes(repository: &Repository) -> Result<BTreeSet<Vec<u8>>, GitError> {
    let objects = repository.objects();
    let tree = match repository.refs().head()? {
        Head::Unborn { .. } => None,
        _ => Some(repository.resolve(&objects, "HEAD^{tree}")?),
    };
    let index = repository.index()?;
    let diff = IndexDiff::new(&objects, tree, &index, DiffOptions::default());
    diff.map(|change| change.map(|change| change.path.to_vec())).collect()
}

/// The current folder as the repository spells it, with a final `/`; empty at the root.
pub(crate) fn prefix(repository: &Repository) -> anyhow::Result<Vec<u8>> {
    let here = std::env::current_dir().context("cannot tell the current folder")?;
    let home = home(repository).canonicalize().unwrap_or_default();
    let below = here.strip_prefix(&home).unwrap_or(Path::new(""));
    let bytes = below.as_os_str().as_encoded_bytes();
    Ok(if bytes.is_empty() { Vec::new() } else { [bytes, b"/"].concat() })
}
