//! `tightlip diff`: what a branch adds.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use tightlip_git::{EntryMode, ObjectId, ObjectKind, Objects, Repository, Tree};
use tightlip_source::{Diff, DiffOptions};

use crate::args::DiffArgs;
use crate::commands::{repository, scan};
use crate::config::MOST_BYTES;
use crate::place::Place;
use crate::session;
use crate::setup::{BaselineUse, Setup};
use crate::signals::Signals;

pub(crate) fn run(args: &DiffArgs, signals: &Signals) -> anyhow::Result<u8> {
    let opened = repository::open(args.repo.as_ref())?;
    let setup = match BaseTree::open(&opened.repository, &args.base) {
        Ok(Some(base)) => Setup::new(&args.common, &base, BaselineUse::Apply)?,
        Ok(None) => Setup::new(&args.common, &Nowhere, BaselineUse::Apply)?,
        Err(error) => bail!("cannot read the base: {error:#}; {}", hint(&opened.repository)),
    };
    let options = DiffOptions {
        repository: opened.path,
        git: opened.git,
        base: Some(args.base.clone()),
        head: args.head.clone(),
        max_file_size: setup.config.max_file_size,
        allow_empty: args.common.allow_empty,
        jobs: scan::jobs(&args.common),
        ..DiffOptions::default()
    };
    session::scan(&args.common, &setup, &Diff::new(options), signals)
}

/// What to do about a base that cannot be read.
fn hint(repository: &Repository) -> &'static str {
    if repository.is_shallow() {
        "the clone is shallow: fetch more of it with `git fetch --unshallow`"
    } else {
        "fetch the base, or name another one"
    }
}

/// The tree of the base: a change is judged by the settings it did not make itself.
struct BaseTree {
    objects: Objects,
    tree: ObjectId,
    name: String,
}

/// A base without settings: there is no base.
struct Nowhere;

impl BaseTree {
    /// The tree of the revision `base`; `None` for the all-zero id that stands for "nothing yet".
    fn open(repository: &Repository, base: &str) -> anyhow::Result<Option<Self>> {
        if base.len() >= 40 && base.bytes().all(|digit| digit == b'0') {
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
        for entry in Tree::new(tree, &bytes) {
            let entry = entry?;
            if entry.name == name.as_bytes() {
                return Ok(Some((entry.entry_mode(), entry.id)));
            }
        }
        Ok(None)
    }
}

impl Place for BaseTree {
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
        for entry in Tree::new(id, &bytes) {
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
