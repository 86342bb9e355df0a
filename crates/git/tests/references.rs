//! References, reflogs and revisions, with git as the oracle.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use support::Scripted;
use tightlip_git::{HashKind, Head, ObjectId, RefStorage, Repository};

/// Compares references, `HEAD` and reflogs with what git says.
fn agree(path: &Path) {
    let repository = Repository::open(path).expect("a repository");
    let found = repository.refs().all();
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    let own: BTreeSet<String> = found
        .items
        .iter()
        .filter(|one| one.name.starts_with(b"refs/"))
        .map(|one| format!("{} {}", one.target, String::from_utf8_lossy(&one.name)))
        .collect();
    let format = "--format=%(objectname) %(refname)";
    let output = support::git(path, &["for-each-ref", format]);
    let expected: BTreeSet<String> =
        String::from_utf8_lossy(&output).lines().map(str::to_owned).collect();
    assert_eq!(own, expected);
    for line in &expected {
        let (id, name) = line.split_once(' ').expect("two words");
        let target = repository.refs().find(name.as_bytes()).expect("a good reference");
        assert_eq!(target.map(|id| id.to_string()).as_deref(), Some(id));
    }
    let head = String::from_utf8(support::git(path, &["rev-parse", "HEAD"])).expect("text");
    let ours = repository.refs().head().expect("a head").id().expect("a commit");
    assert_eq!(ours.to_string(), head.trim());
    let logs = support::git(path, &["log", "-g", "--all", "--format=%H"]);
    let logged: BTreeSet<ObjectId> =
        String::from_utf8_lossy(&logs).lines().map(|line| line.parse().expect("an id")).collect();
    let ours = repository.refs().reflog_ids();
    assert!(ours.problems.is_empty(), "{:?}", ours.problems);
    let ours: BTreeSet<ObjectId> = ours.items.into_iter().collect();
    assert!(ours.is_superset(&logged), "{:?}", logged.difference(&ours));
}

/// Branches, tags, notes, a stash, a remote head, a detached work tree.
fn with_references(options: &[&str]) -> Scripted {
    let repo = Scripted::new(options);
    repo.write("a", "1");
    let first = repo.commit("first").to_string();
    repo.write("a", "2");
    repo.commit("second");
    repo.git(&["branch", "feature/deep/er"]);
    repo.git(&["tag", "light"]);
    repo.git(&["tag", "-a", "-m", "annotated", "v1.0"]);
    repo.git(&["update-ref", "refs/remotes/origin/main", &first]);
    repo.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    repo.git(&["notes", "add", "-m", "a note"]);
    repo.write("a", "stashed");
    repo.git(&["stash", "-q"]);
    for number in 0..300 {
        let name = format!("refs/heads/many/{number}");
        if number % 60 == 0 {
            repo.git(&["update-ref", &name, "HEAD"]);
        }
    }
    repo.git(&["update-ref", "-d", "refs/heads/many/60"]);
    repo
}

#[test]
fn loose_and_packed_references_agree_with_git() {
    let repo = with_references(&[]);
    agree(&repo.path);
    repo.git(&["pack-refs", "--all"]);
    agree(&repo.path);
    repo.write("a", "3");
    repo.commit("a loose reference over a packed one");
    repo.git(&["branch", "-D", "-q", "feature/deep/er"]);
    agree(&repo.path);
    let found = Repository::open(&repo.path).expect("a repository").refs().all();
    let tag = found.items.iter().find(|one| one.name == b"refs/tags/v1.0").expect("the tag");
    assert_eq!(tag.peeled, Some(repo.id("v1.0^{}")));
}

#[test]
fn reftables_agree_with_git() {
    for hash in ["sha1", "sha256"] {
        let format = format!("--object-format={hash}");
        let repo = with_references(&["--ref-format=reftable", &format]);
        let repository = Repository::open(&repo.path).expect("a repository");
        assert_eq!(repository.ref_storage(), RefStorage::Reftable);
        agree(&repo.path);
        let mut commands = String::new();
        let head = repo.id("HEAD");
        for number in 0..500 {
            commands.push_str(&format!("create refs/heads/bulk/{number} {head}\n"));
        }
        repo.git_with_input(&["update-ref", "--stdin"], commands.as_bytes());
        agree(&repo.path);
        repo.git(&["pack-refs", "--all"]);
        agree(&repo.path);
        let expected = Head::Branch { name: b"refs/heads/main".to_vec(), id: head };
        assert_eq!(repository.refs().head().expect("a head"), expected);
    }
}

#[test]
fn linked_work_trees_have_their_own_head() {
    for storage in ["files", "reftable"] {
        let repo = with_references(&[&format!("--ref-format={storage}")]);
        repo.git(&["worktree", "add", "-q", "--detach", "../linked", "HEAD~1"]);
        let linked = repo.path.with_file_name("linked");
        agree(&linked);
        agree(&repo.path);
        let repository = Repository::open(&linked).expect("a linked work tree");
        assert_eq!(repository.work_tree(), Some(linked.as_path()));
        assert_eq!(repository.refs().head().expect("a head"), Head::Detached(repo.id("HEAD~1")));
        let main = repository.refs().find(b"main-worktree/HEAD").expect("readable");
        assert_eq!(main, Some(repo.id("HEAD")));
        let names = |path: &Path| -> Vec<Vec<u8>> {
            let all = Repository::open(path).expect("a repository").refs().all();
            all.items.into_iter().map(|one| one.name).collect()
        };
        assert!(names(&repo.path).contains(&b"worktrees/linked/HEAD".to_vec()));
        assert!(names(&linked).contains(&b"main-worktree/HEAD".to_vec()));
        assert!(names(&linked).contains(&b"HEAD".to_vec()));
    }
}

#[test]
fn an_unborn_head_is_no_error() {
    for storage in ["files", "reftable"] {
        let repo = Scripted::new(&[&format!("--ref-format={storage}")]);
        let repository = Repository::open(&repo.path).expect("a repository");
        let head = repository.refs().head().expect("a head");
        assert_eq!(head, Head::Unborn { name: b"refs/heads/main".to_vec() });
        assert!(repository.refs().all().problems.is_empty());
    }
}

#[test]
fn every_commit_of_an_octopus_fetch_is_found() {
    let repo = with_references(&[]);
    let clone = repo.path.with_file_name("clone");
    repo.git(&["init", "-q", clone.to_str().expect("plain")]);
    support::git(&clone, &["fetch", "-q", "../repo", "main", "refs/tags/v1.0", "refs/stash"]);
    let found = Repository::open(&clone).expect("a repository").refs().all();
    let fetched: Vec<ObjectId> =
        found.items.iter().filter(|one| one.name == b"FETCH_HEAD").map(|one| one.target).collect();
    assert_eq!(fetched.len(), 3, "{found:?}");
}

#[test]
fn garbage_references_are_named() {
    let repo = with_references(&[]);
    let git_dir = repo.path.join(".git");
    fs::write(git_dir.join("refs/heads/garbage"), "not an id\n").expect("a file");
    fs::write(git_dir.join("refs/heads/empty"), "").expect("a file");
    fs::write(git_dir.join("refs/heads/loop"), "ref: refs/heads/loop\n").expect("a file");
    fs::write(git_dir.join("refs/heads/out"), "ref: ../../config\n").expect("a file");
    fs::write(git_dir.join("packed-refs"), "rubbish\n").expect("a file");
    let refs = Repository::open(&repo.path).expect("a repository").refs();
    let problems: Vec<String> = refs.all().problems.iter().map(ToString::to_string).collect();
    for name in ["heads/garbage", "heads/empty", "heads/loop", "heads/out", "packed-refs"] {
        assert!(problems.iter().any(|problem| problem.contains(name)), "{name}: {problems:?}");
    }
    assert!(refs.find(b"refs/heads/garbage").is_err());
    assert!(refs.find(b"refs/heads/loop").is_err());
    fs::write(git_dir.join("logs/HEAD"), "rubbish\n").expect("a file");
    assert!(refs.reflog_ids().problems.iter().any(|p| p.to_string().contains("logs")));
}

#[test]
fn a_damaged_reftable_is_named() {
    let repo = with_references(&["--ref-format=reftable"]);
    let folder = repo.path.join(".git/reftable");
    let list = fs::read_to_string(folder.join("tables.list")).expect("a list");
    let table = folder.join(list.lines().last().expect("a table"));
    let bytes = fs::read(&table).expect("a table");
    let refs = Repository::open(&repo.path).expect("a repository").refs();
    let name = table.file_name().expect("a name").to_string_lossy().into_owned();
    for length in [0, 10, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&table, &bytes[..length]).expect("a file");
        let problems = refs.all().problems;
        assert!(problems.iter().any(|p| p.to_string().contains(&name)), "{problems:?}");
    }
    for place in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x55;
        fs::write(&table, &damaged).expect("a file");
        let (_, _) = (refs.all(), refs.reflog_ids());
    }
}

#[test]
fn revisions_agree_with_git() {
    let repo = with_references(&[]);
    repo.git(&["checkout", "-q", "-b", "side", "HEAD~1"]);
    repo.write("b", "side");
    repo.commit("side");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "-m", "merge", "side"]);
    repo.git(&["update-ref", "refs/heads/-dash", "HEAD"]);
    let repository = Repository::open(&repo.path).expect("a repository");
    let objects = repository.objects();
    let head = repo.id("HEAD").to_string();
    for revision in [
        "HEAD",
        "@",
        "main",
        "heads/main",
        "refs/heads/main",
        "light",
        "v1.0",
        "tags/v1.0",
        "origin",
        "origin/main",
        "v1.0^{}",
        "v1.0^{commit}",
        "v1.0^{tree}",
        "HEAD^2",
        "HEAD~2",
        "HEAD^2~1",
        "@~1^{tree}",
        "main^0",
        "v1.0~1",
        "stash",
        "stash^2",
        "feature/deep/er",
        &head,
        &head[..12],
        &head[..7],
        &format!("{}^2", &head[..8]),
        "HEAD^{object}",
        "ORIG_HEAD",
        "side^",
        "@^^",
    ] {
        let ours = repository.resolve(&objects, revision);
        let ours = ours.unwrap_or_else(|error| panic!("{revision}: {error}"));
        assert_eq!(ours, repo.id(revision), "{revision}");
    }
    assert_eq!(repository.resolve(&objects, "-dash").expect("a name"), repo.id("HEAD"));
}

#[test]
fn revisions_that_name_nothing_are_refused() {
    let repo = with_references(&[]);
    let repository = Repository::open(&repo.path).expect("a repository");
    let objects = repository.objects();
    for bad in ["", "nothing", "HEAD^3", "HEAD~9", "abc", "config", "HEAD:a", "HEAD@{1}", "--all"] {
        let error = repository.resolve(&objects, bad).expect_err(bad);
        assert!(error.to_string().contains(bad), "{error}");
    }
}

#[test]
fn an_ambiguous_abbreviation_is_refused() {
    let repo = Scripted::new(&[]);
    for number in 0..2000 {
        repo.write(&format!("{number}"), format!("{number}"));
    }
    repo.commit("many");
    let mut ids: Vec<String> =
        support::oracle(&repo.path).keys().map(ToString::to_string).collect();
    ids.sort();
    let pair = ids.windows(2).find(|pair| pair[0][..4] == pair[1][..4]);
    let Some(pair) = pair else { panic!("two of 2000 ids share four digits") };
    let repository = Repository::open(&repo.path).expect("a repository");
    for _ in 0..2 {
        let objects = repository.objects();
        let error = repository.resolve(&objects, &pair[0][..4]).expect_err("ambiguous");
        assert!(error.to_string().contains("ambiguous"), "{error}");
        assert_eq!(repository.resolve(&objects, &pair[0][..20]).expect("one").to_string(), pair[0]);
        repo.git(&["repack", "-q", "-adf"]);
        repo.git(&["prune-packed"]);
    }
}

#[test]
fn the_shape_of_a_repository_is_seen() {
    let repo = with_references(&[]);
    let (bare, shallow) = (repo.path.with_file_name("bare"), repo.path.with_file_name("shallow"));
    repo.git(&["clone", "-q", "--bare", ".", bare.to_str().expect("plain")]);
    let url = format!("file://{}", repo.path.display());
    repo.git(&["clone", "-q", "--depth=1", &url, shallow.to_str().expect("plain")]);
    let opened = Repository::open(&bare).expect("bare");
    assert_eq!((opened.work_tree(), opened.hash_kind()), (None, HashKind::Sha1));
    agree(&bare);
    let opened = Repository::open(&shallow).expect("shallow");
    assert!(opened.is_shallow() && !opened.is_partial_clone());
    assert_eq!(opened.shallow_boundary(), [repo.id("HEAD")]);
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = repo.path.with_file_name("partial");
    let target = partial.to_str().expect("plain").to_owned();
    repo.git(&["clone", "-q", "--no-checkout", "--filter=blob:none", &url, &target]);
    assert!(Repository::open(&partial).expect("partial").is_partial_clone());
    fs::create_dir_all(repo.path.join("x/y")).expect("folders");
    let found = Repository::discover(&repo.path.join("x/y"), Default::default()).expect("found");
    assert_eq!(found.work_tree(), Some(repo.path.as_path()));
    assert_eq!(
        Repository::open(&repo.path.join(".git")).expect("by its folder").work_tree(),
        Some(repo.path.as_path())
    );
    assert!(Repository::open(&repo.path.join("x")).is_err());
}

#[test]
fn a_submodule_is_opened_through_its_git_file() {
    let repo = with_references(&[]);
    let outer = Scripted::new(&[]);
    outer.git(&["submodule", "--quiet", "add", repo.path.to_str().expect("plain"), "sub"]);
    agree(&outer.path.join("sub"));
    let opened = Repository::open(&outer.path.join(".git/modules/sub")).expect("by its folder");
    let work_tree = opened.work_tree().expect("a work tree").canonicalize().expect("a folder");
    assert_eq!(work_tree, outer.path.join("sub"));
}

#[test]
fn an_unknown_extension_is_refused_by_name() {
    let repo = Scripted::new(&[]);
    repo.git(&["config", "core.repositoryFormatVersion", "1"]);
    repo.git(&["config", "extensions.frobnicate", "yes"]);
    let error = Repository::open(&repo.path).expect_err("unknown");
    assert!(error.to_string().contains("frobnicate"), "{error}");
    let config = "[core]\n\trepositoryformatversion = 2\n";
    fs::write(repo.path.join(".git/config"), config).expect("a file");
    assert!(Repository::open(&repo.path).is_err());
}
