//! Opening the repository a source reads, and what reports say about it and its failures.

use std::io::Read;
use std::path::{Path, PathBuf};

use tightlip_git::{GitError, Head, ObjectId, OpenOptions, Refs, Repository};
use tightlip_model::{PathBytes, Problem, ScanInfo, ScanKind, Sink};

use crate::files::tree::{Opened, open_target, path_bytes};

/// A longer configuration is not read for the address of the remote.
const LONGEST_CONFIG: u64 = 1 << 20;

/// A repository that was asked for, opened or not.
pub(crate) struct Opening {
    /// Where it was looked for.
    pub(crate) path: PathBuf,
    /// The repository, or why there is none.
    pub(crate) repository: Result<Repository, GitError>,
}

impl Opening {
    /// Looks for a repository at `path` and in the folders above it.
    pub(crate) fn at(path: &Path, options: OpenOptions) -> Self {
        Self { path: path.to_owned(), repository: Repository::discover(path, options) }
    }

    /// What reports say about the repository.
    pub(crate) fn info(&self, kind: ScanKind, targets: Vec<String>) -> ScanInfo {
        let mut info = ScanInfo { kind, targets, repository: None, revision: None, branch: None };
        let Ok(repository) = &self.repository else { return info };
        info.repository = remote_address(repository);
        match repository.refs().head() {
            Ok(Head::Branch { name, id }) => {
                info.branch = Some(branch_name(&name));
                info.revision = Some(id.to_string());
            }
            Ok(Head::Unborn { name }) => info.branch = Some(branch_name(&name)),
            Ok(Head::Detached(id)) => info.revision = Some(id.to_string()),
            Err(_) => {}
        }
        info
    }

    /// Scans the repository, if there is one; what goes wrong with all of it becomes a problem.
    pub(crate) fn scan(
        &self,
        sink: &dyn Sink,
        scan: impl FnOnce(&Repository) -> Result<(), GitError>,
    ) {
        let done = self.repository.as_ref().map_err(Clone::clone).and_then(scan);
        if let Err(error) = done {
            sink.problem(self.problem(&error));
        }
    }

    /// The subject of problems that concern all of the repository.
    pub(crate) fn subject(&self) -> PathBytes {
        PathBytes(path_bytes(&self.path))
    }

    /// The failure as a problem of this repository.
    pub(crate) fn problem(&self, error: &GitError) -> Problem {
        let (subject, advice) = match error {
            GitError::Io { path, .. } => (path_bytes(path), "; check that you may read it"),
            GitError::Corrupt { path, .. } => (path_bytes(path), "; run `git fsck`"),
            GitError::CorruptEntry { path, id, .. } => {
                let name = id.map_or_else(|| path_bytes(path), |id| id.to_string().into_bytes());
                (name, "; run `git fsck` and fetch it again")
            }
            GitError::CorruptObject { id, .. } => {
                (id.to_string().into_bytes(), "; run `git fsck` and fetch it again")
            }
            GitError::Missing { id } => {
                (id.to_string().into_bytes(), "; fetch it, with its full history")
            }
            GitError::TooLarge { id, .. } => (id.to_string().into_bytes(), ""),
            GitError::BrokenRef { name, .. } => (name.clone(), "; repair or delete it"),
            GitError::BadRevision { revision, .. } => {
                (revision.clone().into_bytes(), self.depth_advice())
            }
            _ => (path_bytes(&self.path), ""),
        };
        Problem::new(PathBytes(subject), format!("{error}{advice}"))
    }

    fn depth_advice(&self) -> &'static str {
        match &self.repository {
            Ok(repository) if repository.is_shallow() => {
                "; the clone is shallow, fetch with full depth (`git fetch --unshallow`)"
            }
            _ => "; fetch it first",
        }
    }
}

/// A branch as people call it.
fn branch_name(name: &[u8]) -> String {
    String::from_utf8_lossy(name.strip_prefix(b"refs/heads/").unwrap_or(name)).into_owned()
}

/// The commit HEAD names.
pub(crate) fn head_commit(refs: &Refs) -> Result<Option<ObjectId>, GitError> {
    refs.head().map(|head| head.id())
}

/// The content of a regular file of at most `limit` bytes; `None` when there is no such file.
pub(crate) fn read_bounded(path: &Path, limit: u64) -> std::io::Result<Option<Vec<u8>>> {
    match open_target(path) {
        Ok(Opened::File(content)) => {
            let mut text = Vec::new();
            content.take(limit).read_to_end(&mut text)?;
            Ok(Some(text))
        }
        Ok(Opened::Special) => Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The address of the remote called `origin`, without credentials.
fn remote_address(repository: &Repository) -> Option<String> {
    let config = read_bounded(&repository.common_dir().join("config"), LONGEST_CONFIG).ok()??;
    let text = String::from_utf8_lossy(&config);
    let mut in_origin = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            in_origin = line.starts_with("[remote \"origin\"]");
        } else if let Some((key, value)) = line.split_once('=')
            && in_origin
            && key.trim().eq_ignore_ascii_case("url")
        {
            return without_credentials(value.trim().trim_matches('"'));
        }
    }
    None
}

/// An address without user, password and query; `None` when it cannot be told where they end.
fn without_credentials(address: &str) -> Option<String> {
    let Some((scheme, rest)) = address.split_once("://") else { return Some(address.to_owned()) };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) || host.ends_with(']');
    is_port.then(|| format!("{scheme}://{host}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_its_credentials() {
        let clean = |address| without_credentials(address);
        let host = Some("https://example.org/a/b".to_owned());
        assert_eq!(clean("https://example.org/a/b"), host);
        assert_eq!(clean("https://user:pass@example.org/a/b?token=x"), host);
        assert_eq!(clean("https://user:p@ss@example.org/a/b"), host);
        assert_eq!(clean("https://user:pa/ss@example.org/a/b"), None);
        assert_eq!(clean("ssh://git@example.org:22/a"), Some("ssh://example.org:22/a".to_owned()));
        assert_eq!(clean("git@example.org:a/b"), Some("git@example.org:a/b".to_owned()));
    }
}
