//! Objects, with git as the oracle: every object of a repository, however it is stored.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use support::{Scripted, oracle, text, walk};
use tightlip_git::{ObjectId, ObjectKind, Objects, Repository, Verify, WalkOptions};

/// Compares all ways of reading with what git reads.
fn agree(path: &Path) {
    agree_with(path, &oracle(path));
}

fn agree_with(path: &Path, expected: &BTreeMap<ObjectId, (String, Vec<u8>)>) {
    let repository = Repository::open(path).expect("a repository");
    let objects = repository.objects();
    assert!(objects.problems().is_empty(), "{:?}", objects.problems());
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
    for (id, (kind, content)) in expected {
        assert_eq!(objects.read(id, &mut bytes).expect("readable").as_str(), kind);
        assert_eq!(&bytes, content);
        let header = objects.header(id).expect("a header");
        assert_eq!((header.0.as_str(), header.1), (kind.as_str(), content.len() as u64));
        bytes.clear();
        objects.stream(id).expect("a stream").read_to_end(&mut bytes).expect("readable");
        assert_eq!(&bytes, content);
        assert!(objects.contains(id).expect("an answer"));
        let length = content.len() as u64;
        assert_eq!(objects.read_up_to(id, length, &mut bytes).expect("readable"), length);
        assert_eq!(&bytes, content);
        if let Some(most) = length.checked_sub(1) {
            assert_eq!(objects.read_up_to(id, most, &mut bytes).expect("a size"), length);
            assert!(bytes.is_empty());
        }
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

fn packs_with(repo: &Path, end: &str) -> Vec<PathBuf> {
    let folder = fs::read_dir(repo.join(".git/objects/pack")).expect("a folder");
    let paths = folder.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.extension().is_some_and(|other| other == end)).collect()
}

#[test]
fn a_multi_pack_index_stands_in_for_missing_indexes() {
    for format in ["sha1", "sha256"] {
        let repo = Scripted::new(&[&format!("--object-format={format}")]);
        history(&repo, 5);
        repo.git(&["repack", "-q", "-d"]);
        history(&repo, 10);
        // This pack has what the first has too, of which the common index knows one place only.
        repo.git(&["repack", "-q", "-a"]);
        history(&repo, 12);
        repo.git(&["repack", "-q"]);
        repo.git(&["multi-pack-index", "write"]);
        let expected = oracle(&repo.path);
        let indexes = packs_with(&repo.path, "idx");
        assert!(indexes.len() > 2);
        indexes.iter().for_each(|index| fs::remove_file(index).expect("gone"));
        agree_with(&repo.path, &expected);
    }
}

#[test]
fn offsets_from_the_table_of_large_ones_agree_with_git() {
    let repo = Scripted::new(&[]);
    history(&repo, 20);
    repo.git(&["repack", "-q", "-ad"]);
    let pack = packs_with(&repo.path, "pack").remove(0);
    let index = pack.with_extension("idx");
    fs::remove_file(&index).expect("gone");
    let names = [&index, &pack].map(|path| path.to_string_lossy().into_owned());
    repo.git(&["index-pack", "--index-version=2,0x80", "-o", &names[0], &names[1]]);
    agree(&repo.path);
}

#[test]
fn a_first_version_index_is_refused_by_name() {
    let repo = Scripted::new(&[]);
    history(&repo, 3);
    repo.git(&["-c", "pack.indexVersion=1", "repack", "-q", "-ad"]);
    let problems = Repository::open(&repo.path).expect("a repository").objects().problems();
    let index = packs_with(&repo.path, "idx").remove(0);
    let expected =
        format!("`{}` uses pack index version 1, which is not supported", index.display());
    assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
}

#[test]
fn long_and_hardly_compressible_objects_agree_with_git() {
    let repo = Scripted::new(&[]);
    let mut state = 7_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    })
    .take(5 << 20)
    .collect();
    repo.write("noise", &noise);
    repo.write("part", &noise[..200_000]);
    repo.write("zeros", vec![0; 9 << 20]);
    repo.commit("long");
    agree(&repo.path);
    repo.write("noise", [&noise[1..], b"end"].concat());
    repo.write("zeros", vec![0; (9 << 20) + 1]);
    repo.commit("longer");
    repo.git(&["repack", "-q", "-adf"]);
    agree(&repo.path);
}

#[test]
fn deltas_of_what_another_pack_has_agree_with_git() {
    let repo = Scripted::new(&[]);
    history(&repo, 10);
    repo.git(&["repack", "-q", "-ad"]);
    let before = repo.id("HEAD");
    history(&repo, 12);
    repo.commit("later");
    let range = format!("^{before}\nHEAD\n");
    let arguments = ["pack-objects", "-q", "--thin", "--revs", "--stdout", "--depth=50"];
    let thin = repo.git_bytes(&arguments, range.as_bytes());
    // What git adds to complete the pack comes last: the places of the rest are those of the thin.
    repo.git_bytes(&["index-pack", "--fix-thin", "--stdin"], &thin);
    let complete = packs_with(&repo.path, "pack")
        .into_iter()
        .max_by_key(|path| fs::metadata(path).and_then(|file| file.modified()).expect("a time"))
        .expect("a pack");
    let listing = fs::read(complete.with_extension("idx")).expect("an index");
    let listing = repo.git_bytes(&["show-index"], &listing);
    let end = (thin.len() - 20) as u64;
    let entries: Vec<(ObjectId, u32)> = String::from_utf8_lossy(&listing)
        .lines()
        .map(|line| line.split(' ').collect::<Vec<_>>())
        .map(|words| (words[1].parse().expect("an id"), words[0].parse().expect("an offset")))
        .filter(|(_, offset)| u64::from(*offset) < end)
        .collect();
    let expected = oracle(&repo.path);
    for end in ["pack", "idx", "rev"] {
        fs::remove_file(complete.with_extension(end)).expect("gone");
    }
    repo.git(&["prune-packed", "-q"]);
    let folder = repo.path.join(".git/objects/pack");
    fs::write(folder.join("pack-thin.pack"), &thin).expect("a pack");
    fs::write(folder.join("pack-thin.idx"), support::index_of(&thin, &entries)).expect("an index");
    agree_with(&repo.path, &expected);
    let objects = Repository::open(&repo.path).expect("a repository").objects();
    assert_eq!(objects.pack_count(), 2);
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
