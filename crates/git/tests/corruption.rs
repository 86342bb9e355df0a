//! Damaged repositories: an error that names the thing, never a panic, never silence.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use support::{Scripted, text, walk};
use tightlip_git::{GitError, Object, ObjectId, Objects, Repository, Verify, Visitor, WalkOptions};

fn packed() -> (Scripted, PathBuf) {
    let repo = Scripted::new(&[]);
    for number in 0..12 {
        repo.write("file", format!("{}{}", text(1, 60), text(number, 4)));
        repo.commit(&format!("commit {number}"));
    }
    repo.git(&["repack", "-q", "-adf", "--depth=50"]);
    let pack = only_pack(&repo);
    (repo, pack)
}

fn only_pack(repo: &Scripted) -> PathBuf {
    let pack = fs::read_dir(repo.path.join(".git/objects/pack"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.extension().is_some_and(|end| end == "pack"))
        .expect("a pack");
    for end in ["pack", "idx"] {
        let path = pack.with_extension(end);
        let mut permissions = fs::metadata(&path).expect("a file").permissions();
        #[expect(clippy::permissions_set_readonly_false, reason = "it is a temporary file")]
        permissions.set_readonly(false);
        fs::set_permissions(&path, permissions).expect("writable");
    }
    pack
}

fn objects(repo: &Scripted) -> Objects {
    Repository::open(&repo.path).expect("a repository").objects()
}

fn all_ids(repo: &Scripted) -> BTreeSet<ObjectId> {
    support::oracle(&repo.path).into_keys().collect()
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn a_flipped_byte_of_a_pack_is_never_silent() {
    let (repo, pack) = packed();
    let ids = all_ids(&repo);
    let good = fs::read(&pack).expect("a pack");
    let mut whole = walk(&objects(&repo), &WalkOptions::default()).0.objects;
    whole.sort();
    for place in 0..good.len() {
        let mut damaged = good.clone();
        damaged[place] ^= 0x40;
        fs::write(&pack, &damaged).expect("a file");
        let options = WalkOptions { verify: Verify::Ids, ..Default::default() };
        let objects = objects(&repo);
        let (mut found, problems) = walk(&objects, &options);
        if problems.is_empty() {
            // Bits that only fill up the last byte of a stream mean nothing.
            found.objects.sort();
            assert_eq!(found.objects, whole, "byte {place}");
            continue;
        }
        assert!(problems.iter().any(|problem| {
            let text = problem.to_string();
            text.contains(&name(&pack)) || ids.iter().any(|id| text.contains(&id.to_string()))
        }));
        if place >= 12 && place < good.len() - 20 {
            let given: BTreeSet<ObjectId> = found.objects.iter().map(|object| object.0).collect();
            let text = format!("{problems:?}");
            let accounted = |id: &&ObjectId| given.contains(*id) || text.contains(&id.to_string());
            assert_eq!(ids.iter().filter(accounted).count(), ids.len(), "byte {place}");
        }
        let mut bytes = Vec::new();
        for id in &ids {
            drop(objects.read(id, &mut bytes));
        }
    }
}

#[test]
fn a_flipped_byte_of_an_index_is_never_silent() {
    let (repo, pack) = packed();
    let index = pack.with_extension("idx");
    let ids = all_ids(&repo);
    let good = fs::read(&index).expect("an index");
    for place in (0..good.len()).step_by(5) {
        let mut damaged = good.clone();
        damaged[place] ^= 0x11;
        fs::write(&index, &damaged).expect("a file");
        let objects = objects(&repo);
        let (_, problems) = walk(&objects, &WalkOptions::default());
        assert!(!problems.is_empty(), "byte {place}");
        let mut bytes = Vec::new();
        for id in &ids {
            drop((objects.read(id, &mut bytes), objects.header(id)));
        }
    }
}

#[test]
fn a_truncated_pack_or_index_is_never_silent() {
    let (repo, pack) = packed();
    for path in [pack.clone(), pack.with_extension("idx")] {
        let good = fs::read(&path).expect("a file");
        for length in (0..good.len()).step_by(37) {
            fs::write(&path, &good[..length]).expect("a file");
            let (found, problems) = walk(&objects(&repo), &WalkOptions::default());
            assert!(!problems.is_empty() && found.objects.is_empty(), "{length}");
            assert!(problems.iter().any(|problem| problem.to_string().contains(&name(&path))));
        }
        fs::write(&path, &good).expect("a file");
    }
}

#[test]
fn a_pack_that_shrinks_while_it_is_open_is_an_error() {
    let (repo, pack) = packed();
    let ids = all_ids(&repo);
    let objects = objects(&repo);
    let mut bytes = Vec::new();
    let first = ids.first().expect("an object");
    objects.read(first, &mut bytes).expect("readable");
    let file = fs::OpenOptions::new().write(true).open(&pack).expect("writable");
    file.set_len(40).expect("cut");
    let (_, problems) = walk(&objects, &WalkOptions::default());
    assert!(!problems.is_empty());
}

/// Does something when the first object comes.
struct Meddler<'a> {
    act: &'a (dyn Fn() + Sync),
    objects: usize,
    problems: Vec<String>,
}

impl Visitor for Meddler<'_> {
    fn object(&mut self, _: Object<'_>) -> ControlFlow<()> {
        if self.objects == 0 {
            (self.act)();
        }
        self.objects += 1;
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: GitError) -> ControlFlow<()> {
        self.problems.push(problem.to_string());
        ControlFlow::Continue(())
    }
}

/// The objects and the problems of a walk in the course of which something happens.
fn meddled(objects: &Objects, act: &(dyn Fn() + Sync)) -> (usize, Vec<String>) {
    let meddler = || Meddler { act, objects: 0, problems: Vec::new() };
    let mut visitors = objects.for_each(&WalkOptions::default(), meddler);
    let visitor = visitors.pop().expect("one thread");
    (visitor.objects, visitor.problems)
}

#[test]
fn a_pack_that_shrinks_during_the_walk_is_named() {
    let (repo, _) = packed();
    for number in 0..9 {
        repo.write(&format!("file {number}"), text(100 + number, 2000));
    }
    repo.commit("larger");
    repo.git(&["repack", "-q", "-adf"]);
    let ids = all_ids(&repo);
    let pack = only_pack(&repo);
    let cut = || {
        let file = fs::OpenOptions::new().write(true).open(&pack).expect("writable");
        file.set_len(1000).expect("cut");
    };
    let (found, problems) = meddled(&objects(&repo), &cut);
    assert_eq!(found + problems.len(), ids.len());
    assert!(problems.len() > 5, "{problems:?}");
    assert!(problems.iter().all(|problem| problem.contains(&name(&pack))), "{problems:?}");
}

#[cfg(unix)]
#[test]
fn a_pack_that_vanishes_during_the_walk_is_read_to_its_end() {
    let (repo, pack) = packed();
    let ids = all_ids(&repo);
    let remove = || fs::remove_file(&pack).expect("gone");
    assert_eq!(meddled(&objects(&repo), &remove), (ids.len(), Vec::new()));
}

#[test]
fn a_damaged_multi_pack_index_is_named_where_it_is_needed() {
    let (repo, pack) = packed();
    repo.git(&["multi-pack-index", "write"]);
    fs::remove_file(pack.with_extension("idx")).expect("gone");
    let path = pack.with_file_name("multi-pack-index");
    let good = fs::read(&path).expect("an index");
    fs::remove_file(&path).expect("gone");
    for place in (0..good.len()).step_by(3) {
        let mut damaged = good.clone();
        damaged[place] ^= 0x20;
        fs::write(&path, &damaged).expect("a file");
        let (found, problems) = walk(&objects(&repo), &WalkOptions::default());
        assert!(found.objects.is_empty(), "byte {place}");
        let named = problems.iter().any(|problem| problem.to_string().contains("multi-pack-index"));
        assert!(named, "byte {place}: {problems:?}");
    }
}

#[test]
fn a_pack_without_an_index_is_named() {
    let (repo, pack) = packed();
    fs::remove_file(pack.with_extension("idx")).expect("gone");
    let objects = objects(&repo);
    assert!(objects.problems().iter().any(|p| p.to_string().contains("pack-")));
    let (found, problems) = walk(&objects, &WalkOptions::default());
    assert!(found.objects.is_empty() && !problems.is_empty());
}

#[test]
fn a_missing_object_is_named() {
    let (repo, _) = packed();
    let id: ObjectId = "1234567890123456789012345678901234567890".parse().expect("an id");
    let error = objects(&repo).read(&id, &mut Vec::new()).expect_err("missing");
    assert_eq!(error.to_string(), format!("object `{id}` is missing"));
}

#[test]
fn a_damaged_loose_object_is_named() {
    let repo = Scripted::new(&[]);
    let content = text(1, 5).into_bytes();
    repo.write("file", &content);
    repo.commit("one");
    let id = repo.id("HEAD:file");
    let hex = id.to_string();
    let path = repo.path.join(format!(".git/objects/{}/{}", &hex[..2], &hex[2..]));
    let good = fs::read(&path).expect("an object");
    fs::remove_file(&path).expect("gone");
    for place in 0..good.len() {
        let mut damaged = good.clone();
        damaged[place] ^= 0x08;
        fs::write(&path, &damaged).expect("a file");
        let options = WalkOptions { verify: Verify::Ids, ..Default::default() };
        let (found, problems) = walk(&objects(&repo), &options);
        // Some bits are hints about how the stream was made, or fill up its last byte.
        let unharmed = found.objects.iter().any(|object| object.0 == id && object.2 == content);
        assert!(unharmed || !problems.is_empty(), "byte {place}");
        assert!(problems.iter().all(|problem| problem.to_string().contains(&hex)), "{problems:?}");
    }
    for length in 0..good.len() {
        fs::write(&path, &good[..length]).expect("a file");
        let (_, problems) = walk(&objects(&repo), &WalkOptions::default());
        assert!(problems.iter().any(|problem| problem.to_string().contains(&hex)), "{length}");
    }
}

#[test]
fn an_object_under_another_name_is_noticed_when_ids_are_verified() {
    let repo = Scripted::new(&[]);
    repo.write("a", "one");
    repo.write("b", "two");
    repo.commit("both");
    let path = |name: &str| {
        let hex = repo.id(name).to_string();
        repo.path.join(format!(".git/objects/{}/{}", &hex[..2], &hex[2..]))
    };
    let (a, b) = (path("HEAD:a"), path("HEAD:b"));
    fs::remove_file(&a).expect("gone");
    fs::copy(b, a).expect("copied");
    let options = WalkOptions { verify: Verify::Ids, ..Default::default() };
    let (_, problems) = walk(&objects(&repo), &options);
    let id = repo.git(&["rev-parse", "HEAD:a"]);
    assert!(problems.iter().any(|problem| problem.to_string().contains(id.trim())), "{problems:?}");
}
