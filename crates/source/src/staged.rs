//! What the next commit would add: the index against HEAD. The working copy is never looked at.

use std::path::PathBuf;

use tightlip_git::{
    Change, Commit, GitError, IndexDiff, ObjectId, ObjectKind, Objects, OpenOptions, Repository,
};
use tightlip_model::{Origin, PathBytes, Provenance, ScanInfo, ScanKind, Sink, Source};

use crate::changes::{Changed, Changes, like};
use crate::renames::{self, Deleted};
use crate::repository::{Opening, head_commit};

/// Which index is scanned, and how.
#[derive(Debug, Clone, Default)]
pub struct StagedOptions {
    /// A folder in the repository.
    pub repository: PathBuf,
    /// What reports call the repository, where a scan covers several; empty otherwise.
    pub name: PathBytes,
    /// What the environment changes about the repository, such as another index.
    pub git: OpenOptions,
    /// Files with more bytes are left out.
    pub max_file_size: Option<u64>,
    /// How many threads may be used.
    pub jobs: usize,
}

/// The changes in an index.
pub struct Staged {
    options: StagedOptions,
    opening: Opening,
}

impl Staged {
    /// A source of what is staged in the repository that `options` names.
    #[must_use]
    pub fn new(options: StagedOptions) -> Self {
        let opening = Opening::at(&options.repository, options.git.clone());
        Self { options, opening }
    }

    fn scan(&self, repository: &Repository, sink: &dyn Sink) -> Result<(), GitError> {
        let tell = |error: &GitError| sink.problem(self.opening.problem(error));
        let index = repository.index()?;
        let objects = repository.objects();
        objects.problems().iter().for_each(tell);
        // Without a tree to compare with, everything counts as new.
        let tree = head_tree(repository, &objects).unwrap_or_else(|error| {
            tell(&error);
            None
        });
        let (mut changed, mut deleted) = (Vec::new(), Vec::new());
        for change in IndexDiff::new(&objects, tree, &index, tightlip_git::DiffOptions::default()) {
            match change {
                Ok(change) => sort(change, &mut changed, &mut deleted),
                Err(error) => tell(&error),
            }
        }
        renames::find(&objects, &mut changed, &deleted);
        let base = Provenance::at(Origin::Index, "");
        let base = Provenance { repository: self.options.name.clone(), ..base };
        let max_file_size = self.options.max_file_size;
        let opening = &self.opening;
        let changes = Changes { opening, objects: &objects, base, max_file_size, sink };
        changes.scan(&changed, self.options.jobs);
        Ok(())
    }
}

/// The top folder of the commit HEAD names; `None` before the first commit.
fn head_tree(repository: &Repository, objects: &Objects) -> Result<Option<ObjectId>, GitError> {
    let Some(id) = head_commit(&repository.refs())? else { return Ok(None) };
    let mut content = Vec::new();
    match objects.read(&id, &mut content)? {
        ObjectKind::Commit => Ok(Some(Commit::parse(id, &content)?.tree)),
        kind => Err(GitError::CorruptObject { id, reason: format!("HEAD names it, a {kind}") }),
    }
}

fn sort(change: Change, changed: &mut Vec<Changed>, deleted: &mut Vec<Deleted>) {
    let Change { path, old, new, .. } = change;
    match (old, new) {
        (old, Some(new)) => {
            let (before, is_new_path) = (vec![like(old, new)], old.is_none());
            changed.push(Changed { path, new, before, is_new_path, commit: None, at_head: None });
        }
        (Some(old), None) => deleted.push(Deleted { path, mode: old.entry_mode(), id: old.id }),
        (None, None) => {}
    }
}

impl Source for Staged {
    fn info(&self) -> ScanInfo {
        let target = self.options.repository.display().to_string();
        self.opening.info(ScanKind::Staged, vec![target])
    }

    fn run(&self, sink: &dyn Sink) {
        let done = match &self.opening.repository {
            Ok(repository) => self.scan(repository, sink),
            Err(error) => Err(error.clone()),
        };
        if let Err(error) = done {
            sink.problem(self.opening.problem(&error));
        }
    }
}
