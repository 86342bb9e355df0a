//! Damage where there is another copy: in another pack, loose, or in an alternate. The damage is
//! reported and the copy is read.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{Scripted, text, walk};
use tightlip_git::{ObjectId, Objects, Repository, WalkOptions};

type Found = (ObjectId, tightlip_git::ObjectKind, Vec<u8>);

fn packed() -> (Scripted, PathBuf) {
    let repo = Scripted::new(&[]);
    for number in 0..12 {
        repo.write("file", format!("{}{}", text(1, 60), text(number, 4)));
        repo.commit(&format!("commit {number}"));
    }
    repo.git(&["repack", "-q", "-adf", "--depth=50"]);
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
    (repo, pack)
}

fn objects(repo: &Scripted) -> Objects {
    Repository::open(&repo.path).expect("a repository").objects()
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// Damages every entry of the only pack of `repo`, one after the other, and gives what a walk finds
/// then, with the id of the object that was damaged.
fn for_each_damaged_entry(
    repo: &Scripted,
    pack: &Path,
    check: impl Fn(&ObjectId, &[Found], &[String]),
) {
    let listing = repo.git(&["verify-pack", "-v", &pack.to_string_lossy()]);
    let good = fs::read(pack).expect("a pack");
    for line in listing.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (Some(Ok(id)), Some(Ok(offset))) = (
            words.first().map(|word| word.parse::<ObjectId>()),
            words.get(4).map(|word| word.parse::<usize>()),
        ) else {
            continue;
        };
        let length: usize = words[3].parse().expect("a length");
        let mut damaged = good.clone();
        damaged[offset + length / 2..offset + length].fill(0xff);
        fs::write(pack, &damaged).expect("a file");
        let store = objects(repo);
        let (found, problems) = walk(&store, &WalkOptions::default());
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        check(&id, &found.objects, &problems);
        for (id, kind, bytes) in &found.objects {
            let mut read = Vec::new();
            assert_eq!(store.read(id, &mut read).expect("readable"), *kind);
            assert_eq!((&read, store.header(id).expect("a header").1), (bytes, bytes.len() as u64));
        }
    }
    fs::write(pack, &good).expect("a file");
}

fn sorted(found: &[Found]) -> Vec<Found> {
    let mut sorted = found.to_vec();
    sorted.sort();
    sorted
}

fn store_folder(repo: &Scripted) -> PathBuf {
    repo.path.join(".git/objects")
}

#[test]
fn what_is_damaged_in_one_pack_is_read_from_another() {
    let (repo, pack) = packed();
    let whole = sorted(&walk(&objects(&repo), &WalkOptions::default()).0.objects);
    // Another pack of the same objects, with other deltas and so of another name.
    let other = store_folder(&repo).join("pack/other");
    let ids: String = whole.iter().map(|object| format!("{}\n", object.0)).collect();
    repo.git_with_input(
        &["pack-objects", "-q", "--window=0", &other.to_string_lossy()],
        ids.as_bytes(),
    );
    for_each_damaged_entry(&repo, &pack, |id, found, problems| {
        assert_eq!(sorted(found), whole, "{id}");
        assert!(problems.iter().all(|problem| problem.contains(&name(&pack))), "{problems:?}");
        // A leaf that another pack has is not read here at all.
        assert!(problems.len() <= 1, "{problems:?}");
    });
}

#[test]
fn what_is_damaged_in_a_pack_is_read_from_a_loose_copy() {
    let (repo, pack) = packed();
    let whole = sorted(&walk(&objects(&repo), &WalkOptions::default()).0.objects);
    let folder = tempfile::TempDir::new().expect("a folder");
    let moved = folder.path().join("kept.pack");
    fs::rename(&pack, &moved).expect("moved");
    let bytes = fs::read(&moved).expect("a pack");
    repo.git_with_input(&["unpack-objects", "-q"], &bytes);
    fs::rename(&moved, &pack).expect("moved back");
    for_each_damaged_entry(&repo, &pack, |id, found, problems| {
        assert_eq!(sorted(found), whole, "{id}");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains(&id.to_string()), "{problems:?}");
    });
}

#[test]
fn a_damaged_object_without_a_copy_takes_along_only_what_is_made_from_it() {
    let (repo, pack) = packed();
    let whole = sorted(&walk(&objects(&repo), &WalkOptions::default()).0.objects);
    for_each_damaged_entry(&repo, &pack, |id, found, problems| {
        assert_eq!(found.len() + problems.len(), whole.len(), "{id}: {problems:?}");
        for lost in whole.iter().filter(|object| !found.contains(object)) {
            let named = problems.iter().filter(|problem| problem.contains(&lost.0.to_string()));
            assert_eq!(named.count(), 1, "{problems:?}");
        }
    });
}

#[test]
fn a_pack_that_cannot_be_opened_does_not_hide_the_copies_of_its_objects() {
    let (repo, pack) = packed();
    let whole = sorted(&walk(&objects(&repo), &WalkOptions::default()).0.objects);
    let other = store_folder(&repo).join("pack/other");
    let ids: String = whole.iter().map(|object| format!("{}\n", object.0)).collect();
    repo.git_with_input(
        &["pack-objects", "-q", "--window=0", &other.to_string_lossy()],
        ids.as_bytes(),
    );
    fs::write(&pack, "nothing").expect("a file");
    let (found, problems) = walk(&objects(&repo), &WalkOptions::default());
    assert_eq!(sorted(&found.objects), whole);
    assert!(problems.iter().all(|problem| problem.to_string().contains(&name(&pack))));
    assert!(!problems.is_empty());
}

#[test]
fn a_damaged_loose_object_is_read_from_an_alternate() {
    let repo = Scripted::new(&[]);
    repo.write("file", text(1, 5));
    repo.commit("one");
    let borrowed = repo.path.join("borrowed");
    fs::create_dir(&borrowed).expect("a folder");
    let hex = repo.id("HEAD:file").to_string();
    let own = store_folder(&repo).join(&hex[..2]);
    fs::create_dir(borrowed.join(&hex[..2])).expect("a folder");
    fs::copy(own.join(&hex[2..]), borrowed.join(&hex[..2]).join(&hex[2..])).expect("a copy");
    fs::remove_file(own.join(&hex[2..])).expect("gone");
    fs::write(own.join(&hex[2..]), "damaged").expect("a file");
    fs::write(store_folder(&repo).join("info/alternates"), format!("{}\n", borrowed.display()))
        .expect("a file");
    let store = objects(&repo);
    let (found, problems) = walk(&store, &WalkOptions::default());
    let bytes = text(1, 5).into_bytes();
    assert!(found.objects.iter().any(|object| object.2 == bytes));
    assert!(problems.len() == 1 && problems[0].to_string().contains(&hex), "{problems:?}");
    let mut read = Vec::new();
    store.read(&hex.parse().expect("an id"), &mut read).expect("readable");
    assert_eq!(read, bytes);
}
