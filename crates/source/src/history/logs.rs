//! What a repository holds besides objects: names of refs, texts of their logs, addresses.

use std::path::{Path, PathBuf};

use tightlip_git::{ObjectId, Ref, Repository};
use tightlip_model::{Blob, Origin, PathBytes, Problem, Provenance, Sink, SkipReason, Worker};

use super::History;
use crate::content::{SHORTEST_NAME, failure};
use crate::files::tree::{EntryKind, Opened, Tree};
use crate::repository::read_bounded;

/// A longer log or configuration is scanned up to here.
const LONGEST: u64 = 64 << 20;
/// Entries of logs are scanned together up to here.
const SHORT: usize = 1 << 20;

/// Which texts are scanned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    /// Names of refs, logs, configuration.
    All,
    /// Names of refs.
    Names,
}

/// Scans names, logs and configuration; gives the number of refs.
pub(super) fn scan(
    history: &History,
    repository: &Repository,
    (refs, texts): (&[Ref], Texts),
    sink: &dyn Sink,
) -> usize {
    let mut worker = sink.worker();
    let mut provenance = history.provenance(Origin::Ref);
    for one in refs {
        // What follows `refs/heads/` and its like.
        let name = one.name.splitn(3, |&byte| byte == b'/').nth(2).unwrap_or_default();
        if name.len() >= SHORTEST_NAME {
            provenance.path = PathBytes(one.name.clone());
            worker.blob(Blob::whole(name, &provenance));
        }
    }
    if texts == Texts::All {
        for (prefix, folder) in folders(repository) {
            self::texts(&folder, &prefix, worker.as_mut(), &mut provenance, sink);
        }
        reftable_logs(repository, worker.as_mut(), &mut provenance);
    }
    refs.len()
}

/// Scans the logs that are no files, those of one reference together as long as they are short.
fn reftable_logs(repository: &Repository, worker: &mut dyn Worker, provenance: &mut Provenance) {
    let (mut at, mut text) = (Vec::new(), Vec::new());
    provenance.origin = Origin::Ref;
    let mut scan = |name: &[u8], text: &mut Vec<u8>| {
        provenance.path = PathBytes([b"logs/", name].concat());
        if !text.is_empty() {
            worker.blob(Blob::whole(text, provenance));
        }
        text.clear();
    };
    let problems = repository.refs().reftable_logs(|name, [person, address, message]| {
        if name != at.as_slice() || text.len() > SHORT {
            scan(&at, &mut text);
            at = name.to_vec();
        }
        for part in [person, b" <", address, b">\t", message, b"\n"] {
            text.extend_from_slice(part);
        }
    });
    scan(&at, &mut text);
    for problem in problems {
        worker.problem(Problem::new("logs", problem.to_string()));
    }
}

/// The folders of the repository and of its work trees, with their names in reports.
fn folders(repository: &Repository) -> Vec<(String, PathBuf)> {
    let common = repository.common_dir();
    let name = if common.file_name().is_some_and(|name| name == ".git") { ".git/" } else { "" };
    let mut folders = vec![(name.to_owned(), common.to_owned())];
    let listed = std::fs::read_dir(common.join("worktrees"));
    let mut linked: Vec<_> = listed.into_iter().flatten().flatten().collect();
    linked.sort_by_key(std::fs::DirEntry::file_name);
    folders.extend(linked.into_iter().map(|entry| {
        let tree = entry.file_name().to_string_lossy().into_owned();
        (format!("{name}worktrees/{tree}/"), entry.path())
    }));
    folders
}

/// Scans the texts of one of the repository's folders.
fn texts(
    folder: &Path,
    prefix: &str,
    worker: &mut dyn Worker,
    provenance: &mut Provenance,
    sink: &dyn Sink,
) {
    for name in ["config", "config.worktree", "FETCH_HEAD"] {
        provenance.path = format!("{prefix}{name}").as_str().into();
        provenance.origin = if name == "FETCH_HEAD" { Origin::Ref } else { Origin::File };
        match read_bounded(&folder.join(name), LONGEST) {
            Ok(Some(text)) => {
                worker.blob(Blob::whole(&text, provenance));
                tell_if_cut_off(&text, provenance, worker);
            }
            Ok(None) => {}
            Err(error) => {
                worker.problem(Problem::new(provenance.path.clone(), failure(&error)));
            }
        }
    }
    provenance.origin = Origin::Ref;
    let tree = match Tree::open(folder) {
        Ok(tree) => tree,
        Err(error) => return sink.problem(Problem::new(prefix, failure(&error))),
    };
    for path in log_files(&tree, prefix, (worker, sink)) {
        provenance.path = PathBytes([prefix.as_bytes(), &path].concat());
        match read_log(&tree, &path) {
            Ok(text) => {
                worker.blob(Blob::whole(&said(&text), provenance));
                tell_if_cut_off(&text, provenance, worker);
            }
            Err(error) => worker.problem(Problem::new(provenance.path.clone(), failure(&error))),
        }
    }
}

/// Says that a text of which only the beginning was read went on.
fn tell_if_cut_off(text: &[u8], provenance: &Provenance, worker: &mut dyn Worker) {
    if text.len() as u64 >= LONGEST {
        let message = format!("is longer than {LONGEST} bytes; the rest was not scanned");
        worker.problem(Problem::new(provenance.path.clone(), message));
    }
}

/// The paths of all logs below the folder, sorted.
fn log_files(
    tree: &Tree,
    prefix: &str,
    (worker, sink): (&mut dyn Worker, &dyn Sink),
) -> Vec<Vec<u8>> {
    let (mut todo, mut files) = (vec![b"logs".to_vec()], Vec::new());
    while let Some(folder) = todo.pop() {
        let mut entries = Vec::new();
        match tree.list(&folder, &mut entries) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                let subject = PathBytes([prefix.as_bytes(), &folder].concat());
                sink.problem(Problem::new(subject, failure(&error)));
            }
            _ => {}
        }
        for entry in entries {
            let path = [folder.as_slice(), b"/", &entry.name].concat();
            match entry.kind {
                EntryKind::Folder => todo.push(path),
                EntryKind::File => files.push(path),
                EntryKind::Symlink => {
                    worker.skip(SkipReason::Symlink, &[prefix.as_bytes(), &path].concat());
                }
                EntryKind::Special => {
                    worker.skip(SkipReason::SpecialFile, &[prefix.as_bytes(), &path].concat());
                }
            }
        }
    }
    files.sort();
    files
}

fn read_log(tree: &Tree, path: &[u8]) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut text = Vec::new();
    match tree.open_file(path)? {
        Opened::File(content) => content.take(LONGEST).read_to_end(&mut text)?,
        Opened::Special => 0,
    };
    Ok(text)
}

/// The lines of a log without the two ids each begins with.
fn said(log: &[u8]) -> Vec<u8> {
    let lines = log.split_inclusive(|&byte| byte == b'\n');
    lines.flat_map(|line| split(line).map_or(line, |(_, rest)| rest)).copied().collect()
}

/// The second id of a line of a log, and what follows.
fn split(line: &[u8]) -> Option<(ObjectId, &[u8])> {
    let mut words = line.splitn(3, |&byte| byte == b' ');
    ObjectId::from_hex(words.next()?)?;
    let id = ObjectId::from_hex(words.next()?)?;
    Some((id, words.next()?))
}

/// The commits of all stashes.
pub(super) fn stashes(repository: &Repository) -> Vec<ObjectId> {
    let path = repository.common_dir().join("logs").join("refs").join("stash");
    let log = read_bounded(&path, LONGEST).ok().flatten().unwrap_or_default();
    log.split(|&byte| byte == b'\n').filter_map(|line| split(line).map(|(id, _)| id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_says_what_follows_its_ids() {
        let id = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        let log = format!("{id} {id} n <e> 1 +0\tclone: from x\nodd line\n");
        assert_eq!(said(log.as_bytes()), b"n <e> 1 +0\tclone: from x\nodd line\n");
    }
}
