//! The hooks of a push: `pre-push` on the way out, `pre-receive` and `update` where it comes in.
//!
//! All that is pushed at once is one scan: the commits that the other side lacks. A push brings no
//! settings of its own: those count that the branch, or the server, had before.

use std::io::Read as _;

use anyhow::{Context as _, bail};
use tightlip_git::{Objects, Repository};
use tightlip_source::{Diff, DiffOptions};

use crate::args::{CommonArgs, HookRunArgs};
use crate::ci::is_zeros;
use crate::commands::diff::{Nowhere, Tree};
use crate::commands::repository::{self, Opened};
use crate::commands::scan;
use crate::place::Place;
use crate::session;
use crate::setup::{BaselineUse, Setup};
use crate::signals::Signals;

/// Bytes of what git says of the refs.
const LONGEST_INPUT: u64 = 256 << 20;

/// A ref that is to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Update {
    old: String,
    new: String,
}

/// Before a push: `local ref, local id, remote ref, remote id` a line.
pub(crate) fn pre_push(args: &HookRunArgs, signals: &Signals) -> anyhow::Result<u8> {
    let updates = updates(&input()?, |words| match words {
        [_, new, _, old] => Some((*old, *new)),
        _ => None,
    })?;
    let opened = repository::open(None)?;
    let remote = args.files.first().map(|name| name.to_string_lossy().into_owned());
    let remote = format!("refs/remotes/{}/", remote.as_deref().unwrap_or("origin"));
    let known = refs(&opened.repository, remote.as_bytes());
    let settings = [format!("{remote}HEAD")];
    scan(&args.common, opened, &updates, (known, &settings), signals)
}

/// Before a server takes a push: `old id, new id, ref` a line.
pub(crate) fn pre_receive(args: &HookRunArgs, signals: &Signals) -> anyhow::Result<u8> {
    let updates = updates(&input()?, |words| match words {
        [old, new, _] => Some((*old, *new)),
        _ => None,
    })?;
    received(&args.common, &updates, signals)
}

/// Before a server takes one ref: `ref, old id, new id` as arguments.
pub(crate) fn update(args: &HookRunArgs, signals: &Signals) -> anyhow::Result<u8> {
    let words: Vec<String> =
        args.files.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let [_, old, new] = words.as_slice() else {
        bail!("git calls this hook with a ref and two ids: `hook run update REF OLD NEW`");
    };
    let update = Update { old: old.clone(), new: new.clone() };
    received(&args.common, &[update], signals)
}

/// What the server holds already is known, whichever ref holds it; its own branch has the settings.
fn received(args: &CommonArgs, updates: &[Update], signals: &Signals) -> anyhow::Result<u8> {
    let opened = repository::open(None)?;
    let known = refs(&opened.repository, b"refs/");
    scan(args, opened, updates, (known, &["HEAD".to_owned()]), signals)
}

fn scan(
    args: &CommonArgs,
    opened: Opened,
    updates: &[Update],
    (known, settings): (Vec<String>, &[String]),
    signals: &Signals,
) -> anyhow::Result<u8> {
    let mut heads = updates.iter().map(|one| &one.new).filter(|new| !is_zeros(new)).cloned();
    // A push that only deletes brings nothing in.
    let Some(head) = heads.next() else { return Ok(0) };
    let heads: Vec<String> = heads.collect();
    let objects = opened.repository.objects();
    let is_there = |old: &&String| !is_zeros(old) && has(&opened.repository, &objects, old);
    let olds: Vec<String> = updates.iter().map(|one| &one.old).filter(is_there).cloned().collect();
    let place = place(&opened.repository, olds.iter().chain(settings))?;
    let mut args = args.clone();
    // What is pushed may be known in full: a branch that begins where another stands.
    args.allow_empty = true;
    let setup = Setup::new(&args, place.as_ref(), BaselineUse::Apply)?;
    let options = DiffOptions {
        repository: opened.path,
        git: opened.git,
        base: olds.first().cloned(),
        known: olds.into_iter().skip(1).chain(known).collect(),
        head,
        heads,
        max_file_size: setup.config.max_file_size,
        allow_empty: true,
        jobs: scan::jobs(&args),
        ..DiffOptions::default()
    };
    session::scan(&args, &setup, &Diff::new(options), signals)
}

/// The settings of the first revision that is there.
fn place<'a>(
    repository: &Repository,
    mut revisions: impl Iterator<Item = &'a String>,
) -> anyhow::Result<Box<dyn Place>> {
    let objects = repository.objects();
    match revisions.find(|one| has(repository, &objects, one)) {
        Some(revision) => match Tree::of_base(repository, revision)? {
            Some(tree) => Ok(Box::new(tree)),
            None => Ok(Box::new(Nowhere)),
        },
        None => Ok(Box::new(Nowhere)),
    }
}

/// The commits that the refs below `prefix` lead to; a ref that leads to none tells nothing.
fn refs(repository: &Repository, prefix: &[u8]) -> Vec<String> {
    let objects = repository.objects();
    let all = repository.refs().all().items.into_iter();
    let below = all.filter(|one| one.name.starts_with(prefix));
    let mut ids: Vec<String> = below.map(|one| one.target.to_string()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| has(repository, &objects, id));
    ids
}

/// Whether a revision leads to a commit that is there.
fn has(repository: &Repository, objects: &Objects, revision: &str) -> bool {
    let commit = repository.resolve(objects, &format!("{revision}^{{commit}}"));
    commit.is_ok_and(|id| objects.contains(&id).unwrap_or(false))
}

fn input() -> anyhow::Result<String> {
    let mut text = Vec::new();
    let read = std::io::stdin().take(LONGEST_INPUT).read_to_end(&mut text);
    read.context("cannot read from standard input what is pushed")?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The refs of a push, a line each.
fn updates(
    input: &str,
    ids: impl for<'a> Fn(&[&'a str]) -> Option<(&'a str, &'a str)>,
) -> anyhow::Result<Vec<Update>> {
    let lines = input.lines().filter(|line| !line.trim().is_empty());
    let each = lines.map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let (old, new) = ids(&words)
            .context("what git says of the push cannot be read: this is run by git, as a hook")?;
        Ok(Update { old: old.to_owned(), new: new.to_owned() })
    });
    each.collect()
}
