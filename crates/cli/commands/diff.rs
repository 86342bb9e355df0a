//! `tightlip diff`: what a branch adds.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use tightlip_git::{EntryMode, ObjectId, ObjectKind, Objects, Repository};
use tightlip_source::{Diff, DiffOptions};

use crate::args::DiffArgs;
use crate::ci::{self, Change, Surroundings, is_zeros};
use crate::commands::repository::{self, Opened};
use crate::commands::scan;
use crate::config::MOST_BYTES;
use crate::place::Place;
use crate::setup::{BaselineUse, Setup};
use crate::signals::Signals;
use crate::{message, session};

pub(crate) fn run(args: &DiffArgs, signals: &Signals) -> anyhow::Result<u8> {
    let opened = repository::open(args.repo.as_ref())?;
    let change = change(args, &opened)?;
    let setup = match Tree::of_base(&opened.repository, &change.base) {
        Ok(Some(base)) => Setup::new(&args.common, &base, BaselineUse::Apply)?,
        Ok(None) => Setup::new(&args.common, &Nowhere, BaselineUse::Apply)?,
        Err(error) => bail!("cannot read the base: {error:#}; {}", hint(&opened, &change)),
    };
    let options = DiffOptions {
        repository: opened.path,
        git: opened.git,
        base: Some(change.base),
        head: change.head.filter(|_| args.head == "HEAD").unwrap_or_else(|| args.head.clone()),
        max_file_size: setup.config.max_file_size,
        bounds: args.common.archives.bounds(),
        allow_empty: args.common.allow_empty,
        jobs: scan::jobs(&args.common),
        ..DiffOptions::default()
    };
    session::scan(&args.common, &setup, &Diff::new(options), signals)
}

/// The change that the user names, or the one that the environment tells of.
fn change(args: &DiffArgs, opened: &Opened) -> anyhow::Result<Change> {
    if let Some(base) = &args.base {
        return Ok(Change { base: base.clone(), ..Change::default() });
    }
    let objects = opened.repository.objects();
    let commit = |revision: &str| {
        let id = opened.repository.resolve(&objects, &format!("{revision}^{{commit}}")).ok()?;
        objects.contains(&id).ok()?.then(|| id.to_string())
    };
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let change = ci::change(&Surroundings { variable: &variable, commit: &commit })?;
    message::tell(&format!("tightlip: compared with {}", change.why));
    Ok(change)
}

/// What to do about a base that cannot be read.
fn hint(opened: &Opened, change: &Change) -> String {
    match (opened.repository.is_shallow(), change.depth) {
        (true, Some(depth)) => format!(
            "the clone is shallow: fetch it with a depth of {depth} or more (`fetch-depth: {depth}`), \
             or whole (`fetch-depth: 0`, `git fetch --unshallow`)"
        ),
        (true, None) => {
            "the clone is shallow: fetch more of it with `git fetch --unshallow`".to_owned()
        }
        (false, _) => "fetch the base, or name another one".to_owned(),
    }
}

/// The tree of a commit as a place of settings: a change is judged by those it did not make itself.
pub(crate) struct Tree {
    objects: Objects,
    tree: ObjectId,
    name: String,
}

/// A place without settings: there is no base.
pub(crate) struct Nowhere;

impl Tree {
    /// The tree of the revision `base`; `None` for the all-zero id that stands for "nothing yet".
    pub(crate) fn of_base(repository: &Repository, base: &str) -> anyhow::Result<Option<Self>> {
        if is_zeros(base) {
            return Ok(None);
        }
        let objects = repository.objects().with_limit(MOST_BYTES);
        let tree = objects.peel(repository.resolve(&objects, base)?, ObjectKind::Tree)?;
        let tree = tree.with_context(|| format!("`{base}` names no commit"))?;
        Ok(Some(Self { objects, tree, name: base.to_owned() }))
    }

    /// The entry at a path: its mode and id.
    fn entry(&self, path: &str) -> anyhow::Result<Option<(EntryMode, ObjectId)>> {
        let mut at = (EntryMode::Tree, self.tree);
        for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if at.0 != EntryMode::Tree {
                return Ok(None);
            }
            let Some(next) = self.child(at.1, part)? else { return Ok(None) };
            at = next;
        }
        Ok(Some(at))
    }

    fn child(&self, tree: ObjectId, name: &str) -> anyhow::Result<Option<(EntryMode, ObjectId)>> {
        let mut bytes = Vec::new();
        self.objects.read(&tree, &mut bytes)?;
        for entry in tightlip_git::Tree::new(tree, &bytes) {
            let entry = entry?;
            if entry.name == name.as_bytes() {
                return Ok(Some((entry.entry_mode(), entry.id)));
            }
        }
        Ok(None)
    }
}

impl Place for Tree {
    fn read(&self, path: &str) -> anyhow::Result<Option<String>> {
        let Some((EntryMode::File, id)) = self.entry(path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        self.objects.read(&id, &mut bytes)?;
        let text = String::from_utf8(bytes);
        text.map(Some).with_context(|| format!("`{path}` of `{}` is no text", self.name))
    }

    fn list(&self, path: &str) -> anyhow::Result<Option<Vec<String>>> {
        let Some((EntryMode::Tree, id)) = self.entry(path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        self.objects.read(&id, &mut bytes)?;
        let mut names = Vec::new();
        for entry in tightlip_git::Tree::new(id, &bytes) {
            names.extend(String::from_utf8(entry?.name.to_vec()).ok());
        }
        Ok(Some(names))
    }

    fn name(&self, path: &str) -> PathBuf {
        PathBuf::from(format!("{}:{path}", self.name))
    }
}

impl Place for Nowhere {
    fn read(&self, _: &str) -> anyhow::Result<Option<String>> {
        Ok(None)
    }

    fn list(&self, _: &str) -> anyhow::Result<Option<Vec<String>>> {
        Ok(None)
    }

    fn name(&self, path: &str) -> PathBuf {
        PathBuf::from(path)
    }
}
