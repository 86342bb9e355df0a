//! Objects, with git as the oracle: every object of a repository, however it is stored.

mod support;

use std::fs;
use std::io::Read;
use std::path::Path;

use support::{Scripted, oracle, text, walk};
use tightlip_git::{ObjectKind, Objects, Repository, Verify, WalkOptions};

/// Compares all ways of reading with what git reads.
fn agree(path: &Path) {
    let repository = Repository::open(path).expect("a repository");
    let objects = repository.objects();
    assert!(objects.problems().is_empty(), "{:?}", objects.problems());
    let expected = oracle(path);
    assert!(!expected.is_empty());
    for (jobs, stream_above, hold_at_most) in [(1, u64::MAX, 1 << 30), (3, 100, 0)] {
        let verify = Verify::Ids;
        let options =
            WalkOptions { jobs, verify, stream_above, hold_at_most, ..Default::default() };
        let (found, problems) = walk(&objects, &options);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(found.objects.len(), expected.len(), "each object once");
        for (id, kind, bytes) in &found.objects {
            let (git_kind, git_bytes) = expected.get(id).expect("an object git has too");
            assert_eq!((kind.as_str(), bytes), (git_kind.as_str(), git_bytes), "{id}");
        }
    }
    let mut bytes = Vec::new();
    for (id, (kind, content)) in &expected {
        assert_eq!(objects.read(id, &mut bytes).expect("readable").as_str(), kind);
        assert_eq!(&bytes, content);
        let header = objects.header(id).expect("a header");
        assert_eq!((header.0.as_str(), header.1), (kind.as_str(), content.len() as u64));
        bytes.clear();
        objects.stream(id).expect("a stream").read_to_end(&mut bytes).expect("readable");
        assert_eq!(&bytes, content);
        assert!(objects.contains(id).expect("an answer"));
    }
}

/// A file changed a little in each of many commits, so that long chains of deltas arise.
fn history(repo: &Scripted, commits: u64) {
    let mut lines: Vec<String> = text(1, 200).lines().map(str::to_owned).collect();
    for number in 0..commits {
        let place = usize::try_from(number * 7 % 200).expect("small");
        lines[place] = format!("changed {number}");
        repo.write("deep/er/file.txt", lines.join("\n"));
        repo.write(&format!("other/{}.txt", number % 5), text(number, 20));
        repo.commit(&format!("commit {number}"));
    }
}

#[test]
fn loose_objects_agree_with_git() {
    let repo = Scripted::new(&[]);
    history(&repo, 5);
    repo.write("empty", "");
    repo.commit("empty file");
    repo.git(&["tag", "-a", "-m", "a tag", "v1"]);
    agree(&repo.path);
}

#[test]
fn deep_deltas_agree_with_git() {
    let repo = Scripted::new(&[]);
    history(&repo, 60);
    repo.git(&["repack", "-q", "-adf", "--depth=200", "--window=50"]);
    agree(&repo.path);
    let objects = Repository::open(&repo.path).expect("a repository").objects();
    let (found, _) = walk(&objects, &WalkOptions { jobs: 1, ..Default::default() });
    assert!(found.deltas > 50, "the pack has deltas: {}", found.deltas);
}

#[test]
fn deltas_that_name_their_base_by_id_agree_with_git() {
    let repo = Scripted::new(&[]);
    history(&repo, 30);
    repo.git(&["-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-adf"]);
    agree(&repo.path);
}

#[test]
fn several_packs_and_a_multi_pack_index_give_each_object_once() {
    let repo = Scripted::new(&[]);
    history(&repo, 5);
    repo.git(&["repack", "-q", "-d"]);
    history(&repo, 10);
    repo.git(&["repack", "-q", "-a"]);
    history(&repo, 12);
    repo.git(&["repack", "-q"]);
    repo.git(&["multi-pack-index", "write"]);
    repo.write("loose", "loose");
    repo.commit("loose");
    agree(&repo.path);
    let objects = Repository::open(&repo.path).expect("a repository").objects();
    assert!(objects.pack_count() > 1);
}

#[test]
fn sha256_repositories_agree_with_git() {
    let repo = Scripted::new(&["--object-format=sha256"]);
    history(&repo, 10);
    agree(&repo.path);
    repo.git(&["repack", "-q", "-adf"]);
    agree(&repo.path);
}

#[test]
fn borrowed_objects_agree_with_git() {
    let repo = Scripted::new(&[]);
    history(&repo, 5);
    repo.git(&["repack", "-q", "-d"]);
    let clone = repo.path.with_file_name("clone");
    let target = clone.to_str().expect("plain path").to_owned();
    repo.git(&["clone", "-q", "--shared", ".", &target]);
    fs::write(clone.join("new"), "new").expect("a file");
    support::git(&clone, &["add", "-A"]);
    support::git(&clone, &["commit", "-q", "-m", "new"]);
    agree(&clone);
    let alternates = clone.join(".git/objects/info/alternates");
    fs::write(&alternates, "../../../repo/.git/objects\n").expect("a relative path");
    agree(&clone);
    fs::write(&alternates, "../nowhere\n").expect("a missing folder");
    let objects = Repository::open(&clone).expect("a repository").objects();
    let problems = objects.problems();
    assert!(problems.iter().any(|p| p.to_string().contains("nowhere")), "{problems:?}");
}

#[test]
fn big_objects_come_as_a_stream() {
    let repo = Scripted::new(&[]);
    repo.write("big", text(3, 200_000));
    repo.commit("big");
    agree(&repo.path);
    repo.git(&["repack", "-q", "-adf"]);
    agree(&repo.path);
    let objects = Repository::open(&repo.path).expect("a repository").objects().with_limit(1000);
    let id = repo.id("HEAD:big");
    let error = objects.read(&id, &mut Vec::new()).expect_err("too large");
    assert!(error.to_string().contains(&id.to_string()), "{error}");
    let mut bytes = Vec::new();
    objects.stream(&id).expect("a stream").read_to_end(&mut bytes).expect("readable");
    assert_eq!(bytes.len(), 5_000_000);
}

#[test]
fn a_walk_over_blobs_leaves_the_rest_alone_and_can_be_stopped() {
    let repo = Scripted::new(&[]);
    history(&repo, 10);
    repo.git(&["repack", "-q", "-adf"]);
    let objects = Repository::open(&repo.path).expect("a repository").objects();
    let options =
        WalkOptions { jobs: 2, want: |kind| kind == ObjectKind::Blob, ..Default::default() };
    let (found, problems) = walk(&objects, &options);
    assert!(problems.is_empty());
    assert!(found.objects.iter().all(|object| object.1 == ObjectKind::Blob));
    let blobs = oracle(&repo.path).into_values().filter(|(kind, _)| kind == "blob").count();
    assert_eq!(found.objects.len(), blobs);
}

#[test]
fn a_repack_while_open_is_noticed() {
    let repo = Scripted::new(&[]);
    history(&repo, 5);
    repo.git(&["repack", "-q", "-d"]);
    let objects: Objects = Repository::open(&repo.path).expect("a repository").objects();
    repo.write("later", "later");
    repo.commit("later");
    repo.git(&["repack", "-q", "-adf"]);
    let mut bytes = Vec::new();
    for id in oracle(&repo.path).keys() {
        objects.read(id, &mut bytes).expect("found in the new pack");
    }
    let (found, problems) = walk(&objects, &WalkOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(found.objects.len(), oracle(&repo.path).len());
}
