//! What the next commit would add: the index against HEAD. The working copy is never looked at.

use std::path::PathBuf;

use tightlip_git::{
    Commit, GitError, IndexDiff, ObjectId, ObjectKind, Objects, OpenOptions, Repository,
};
use tightlip_model::{Origin, PathBytes, Provenance, ScanInfo, ScanKind, Sink, Source};

use crate::changes::{Changes, sorted};
use crate::container::Bounds;
use crate::renames;
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
    /// How much of archives and the like is read.
    pub bounds: Bounds,
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
        let changes = IndexDiff::new(&objects, tree, &index, tightlip_git::DiffOptions::default());
        let changes = changes.filter_map(|change| change.inspect_err(tell).ok());
        let (mut changed, deleted) = sorted(changes, None);
        renames::find(&objects, &mut changed, &deleted);
        let base = Provenance::at(Origin::Index, "");
        let base = Provenance { repository: self.options.name.clone(), ..base };
        let StagedOptions { max_file_size, bounds, .. } = self.options;
        let opening = &self.opening;
        let changes = Changes { opening, objects: &objects, base, max_file_size, bounds, sink };
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

impl Source for Staged {
    fn info(&self) -> ScanInfo {
        let target = self.options.repository.display().to_string();
        self.opening.info(ScanKind::Staged, vec![target])
    }

    fn run(&self, sink: &dyn Sink) {
        self.opening.scan(sink, |repository| self.scan(repository, sink));
    }
}
