//! What a repository tells beside its findings: code owners, who is active, what guards it.

use std::path::Path;

use tightlip_git::{Commit, Head, History, ObjectId, ObjectKind, Objects, Repository};
use tightlip_inventory::{Activity, CodeOwners, Guards, RepositoryFacts};
use tightlip_model::{Finding, Timestamp};

use crate::commands::diff::Tree;
use crate::config::MOST_BYTES;
use crate::place::{Folder, Place};

/// Where a CODEOWNERS file may lie; the first one found counts.
const CODE_OWNERS: [&str; 5] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".gitea/CODEOWNERS",
];
/// Folders and files that tell a build what to do.
const BUILDS: [&str; 8] = [
    ".github/workflows",
    ".gitlab-ci.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "Jenkinsfile",
    ".circleci/config.yml",
    ".buildkite/pipeline.yml",
    ".travis.yml",
];
/// Files that tell which hooks run before a commit.
const HOOKS: [&str; 5] =
    [".pre-commit-config.yaml", "lefthook.yml", ".husky/pre-commit", ".lefthook.yml", "prek.toml"];

/// What `repository` tells; its people are noted in `activity`.
pub(super) fn read(repository: &Repository, activity: &mut Activity) -> RepositoryFacts {
    note_people(repository, activity);
    let Ok(Some(tree)) = Tree::of_base(repository, "HEAD") else {
        return RepositoryFacts::default();
    };
    let mut facts = of_place(&tree);
    let hook = repository.common_dir().join("hooks").join("pre-commit");
    facts.guards.hook |= std::fs::read_to_string(hook).is_ok_and(|text| names_us(&text));
    facts
}

/// What a folder that is no repository tells.
pub(super) fn of_folder(folder: &Path) -> RepositoryFacts {
    of_place(&Folder(folder.to_path_buf()))
}

fn of_place(place: &dyn Place) -> RepositoryFacts {
    let text = |path: &str| place.read(path).ok().flatten();
    let owners = CODE_OWNERS.iter().find_map(|path| text(path));
    let runs_us = |path: &str| text(path).is_some_and(|text| names_us(&text));
    let build = BUILDS.iter().any(|path| match place.list(path) {
        Ok(Some(names)) => names.iter().any(|name| runs_us(&format!("{path}/{name}"))),
        _ => runs_us(path),
    });
    RepositoryFacts {
        owners: owners.map(|text| CodeOwners::parse(&text)).unwrap_or_default(),
        guards: Guards { hook: HOOKS.iter().any(|path| runs_us(path)), build },
    }
}

fn names_us(text: &str) -> bool {
    text.contains("tightlip")
}

/// Whether there should be a repository at `path`, so that one that cannot be opened is a failure and
/// no plain folder.
pub(super) fn looks_like_repository(path: &Path) -> bool {
    path.join(".git").exists() || (path.join("HEAD").is_file() && path.join("objects").is_dir())
}

/// The text of the file that a finding stands in.
pub(super) fn blob(objects: &Objects, finding: &Finding) -> Option<String> {
    let id = ObjectId::from_bytes(finding.provenance.blob?.as_bytes())?;
    let mut bytes = Vec::new();
    objects.read(&id, &mut bytes).ok()?;
    String::from_utf8(bytes).ok()
}

/// Notes when the author of each commit that a ref reaches wrote it. What cannot be read is the
/// scan's to report.
fn note_people(repository: &Repository, activity: &mut Activity) {
    let objects = repository.objects().with_limit(MOST_BYTES);
    let refs = repository.refs();
    let tips = refs.all().items.into_iter().map(|one| one.target);
    let head = refs.head().ok().and_then(|head| match head {
        Head::Branch { id, .. } | Head::Detached(id) => Some(id),
        Head::Unborn { .. } => None,
    });
    let commits = tips.chain(head);
    let commits: Vec<ObjectId> =
        commits.filter_map(|id| objects.peel(id, ObjectKind::Commit).ok().flatten()).collect();
    let history = History::new(repository, &objects);
    let mut bytes = Vec::new();
    for id in history.commits_between(&[], &commits).items {
        if objects.read(&id, &mut bytes).is_err() {
            continue;
        }
        if let Ok(commit) = Commit::parse(id, &bytes) {
            let email = String::from_utf8_lossy(commit.author.email);
            activity.note(&email, Timestamp(commit.author.seconds));
        }
    }
}
