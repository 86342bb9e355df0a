//! The index, differences and walks over history, with git as the oracle.

mod support;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use support::{Scripted, text};
use tightlip_git::{
    Change, Deletions, DiffEntry, DiffOptions, GitError, History, Index, IndexDiff, ObjectId,
    Objects, Repeats, Repository, TreeDiff,
};

/// A change as `git diff-tree --raw` prints it.
fn raw(change: &Change, width: usize) -> String {
    let none = "0".repeat(width);
    let mode = |entry: Option<DiffEntry>| entry.map_or(0, |entry| entry.mode);
    let id = |entry: Option<DiffEntry>| entry.map_or(none.clone(), |entry| entry.id.to_string());
    let letter = match (change.old, change.new) {
        (None, _) => 'A',
        (_, None) => 'D',
        (Some(old), Some(new)) if old.mode & 0o170_000 != new.mode & 0o170_000 => 'T',
        _ => 'M',
    };
    let path = String::from_utf8_lossy(&change.path);
    let (old, new) = (change.old, change.new);
    format!(":{:06o} {:06o} {} {} {letter}\t{path}", mode(old), mode(new), id(old), id(new))
}

fn lines(changes: impl Iterator<Item = Result<Change, GitError>>, width: usize) -> Vec<String> {
    changes.map(|change| raw(&change.expect("readable"), width)).collect()
}

fn open(repo: &Scripted) -> (Repository, Objects) {
    let repository = Repository::open(&repo.path).expect("a repository");
    let objects = repository.objects();
    (repository, objects)
}

/// Compares the index with `git ls-files` and its changes with `git diff --cached`.
fn index_agrees(repo: &Scripted) -> Index {
    let (repository, objects) = open(repo);
    let index = repository.index().expect("a good index");
    let mut listed = String::new();
    for entry in index.entries() {
        let path = String::from_utf8_lossy(entry.path);
        writeln!(listed, "{:06o} {} {}\t{path}", entry.mode, entry.id, entry.stage).expect("text");
    }
    let sparse: &[&str] = if index.is_sparse() { &["--sparse"] } else { &[] };
    assert_eq!(listed, repo.git(&[&["ls-files", "-s"], sparse].concat()));
    let unborn = repository.refs().head().expect("a head").id().is_none();
    let tree = (!unborn).then(|| repo.id("HEAD^{tree}"));
    let options = DiffOptions::default();
    let changes = IndexDiff::new(&objects, tree, &index, options);
    let width = repository.hash_kind().hex_len();
    let arguments = ["diff", "--cached", "--raw", "--no-abbrev", "--no-renames"];
    let expected: Vec<String> = repo.git(&arguments).lines().map(str::to_owned).collect();
    assert_eq!(lines(changes, width), expected);
    index
}

fn some_files(repo: &Scripted) {
    for folder in ["a", "a-b", "a/b", "a/b/c", "a.c", "z"] {
        for number in 0..6 {
            repo.write(&format!("{folder}/{number}.txt"), text(number, 3));
        }
    }
    repo.write("top", "top");
    repo.write("a0", "sorts after a/");
}

fn some_changes(repo: &Scripted) {
    repo.write("a/b/c/1.txt", "changed");
    repo.write("a/b/new/deep/file", "added");
    fs::remove_file(repo.path.join("z/3.txt")).expect("gone");
    fs::remove_dir_all(repo.path.join("a.c")).expect("gone");
    repo.write("a.c", "a folder becomes a file");
    fs::remove_file(repo.path.join("top")).expect("gone");
    repo.write("top/now/a/folder", "a file becomes a folder");
    repo.git(&["add", "-A"]);
}

#[test]
fn every_version_of_the_index_agrees_with_git() {
    for version in ["2", "3", "4"] {
        for hash in ["sha1", "sha256"] {
            let repo = Scripted::new(&[&format!("--object-format={hash}")]);
            repo.git(&["config", "index.version", version]);
            assert!(index_agrees(&repo).is_empty());
            some_files(&repo);
            repo.git(&["add", "-A"]);
            index_agrees(&repo);
            repo.commit("files");
            index_agrees(&repo);
            repo.git(&["read-tree", "HEAD"]);
            repo.git(&["update-index", "--index-version", version]);
            repo.git(&["write-tree"]);
            assert_eq!(index_agrees(&repo).unchanged_trees().len(), 7);
            some_changes(&repo);
            index_agrees(&repo);
            repo.commit("changes");
            repo.git(&["write-tree"]);
            let entry = format!("100644,{},a/b/zz", repo.id("HEAD:a0"));
            repo.git(&["update-index", "--add", "--cacheinfo", &entry]);
            let index = index_agrees(&repo);
            assert!(index.unchanged_trees().contains_key(&b"a/b/c"[..]), "{version} {hash}");
            assert!(!index.unchanged_trees().contains_key(&b"a/b"[..]), "{version} {hash}");
        }
    }
}

#[test]
fn flags_of_entries_are_seen() {
    let repo = Scripted::new(&[]);
    some_files(&repo);
    repo.commit("files");
    repo.write("later", "later");
    repo.git(&["add", "-N", "later"]);
    repo.git(&["update-index", "--skip-worktree", "top"]);
    repo.git(&["update-index", "--assume-unchanged", "a0"]);
    let index = index_agrees(&repo);
    let flags =
        |path: &[u8]| index.entries().find(|entry| entry.path == path).expect("an entry").flags;
    assert!(flags(b"later").intent_to_add && flags(b"top").skip_worktree);
    assert!(flags(b"a0").assume_valid && !flags(b"a0").skip_worktree);
}

#[test]
fn a_split_index_agrees_with_git() {
    let repo = Scripted::new(&[]);
    some_files(&repo);
    repo.commit("files");
    repo.git(&["config", "splitIndex.maxPercentChange", "100"]);
    repo.git(&["update-index", "--split-index"]);
    some_changes(&repo);
    repo.write("a/1.txt", "replaced");
    repo.git(&["add", "-A"]);
    let shared = fs::read_dir(repo.path.join(".git")).expect("a folder").any(|entry| {
        entry.expect("an entry").file_name().to_string_lossy().starts_with("sharedindex.")
    });
    assert!(shared, "git split the index");
    index_agrees(&repo);
}

#[test]
fn a_sparse_index_agrees_with_git() {
    let repo = Scripted::new(&[]);
    some_files(&repo);
    repo.commit("files");
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "z"]);
    assert!(index_agrees(&repo).is_sparse());
    repo.write("z/new", "new");
    repo.git(&["add", "z/new"]);
    assert!(index_agrees(&repo).is_sparse());
    repo.git(&["reset", "-q", "--soft", "HEAD"]);
    index_agrees(&repo);
}

#[test]
fn both_sides_of_a_conflict_are_given() {
    let repo = Scripted::new(&[]);
    repo.write("f", "base");
    repo.commit("base");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("f", "theirs");
    repo.commit("theirs");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("f", "ours");
    repo.commit("ours");
    let merge = std::process::Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example.com", "merge", "-q", "side"])
        .current_dir(&repo.path)
        .output()
        .expect("git runs");
    assert!(!merge.status.success(), "the merge has a conflict");
    let (repository, objects) = open(&repo);
    let index = repository.index().expect("a good index");
    let tree = Some(repo.id("HEAD^{tree}"));
    let changes: Vec<Change> = IndexDiff::new(&objects, tree, &index, DiffOptions::default())
        .map(|change| change.expect("readable"))
        .collect();
    assert_eq!(changes.iter().map(|change| change.stage).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(repository.refs().all().items.iter().any(|one| one.name == b"MERGE_HEAD"));
}

#[test]
fn a_damaged_index_is_an_error() {
    let repo = Scripted::new(&[]);
    some_files(&repo);
    repo.commit("files");
    let path = repo.path.join(".git/index");
    let bytes = fs::read(&path).expect("an index");
    let (repository, _) = open(&repo);
    for place in (0..bytes.len()).step_by(3) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x21;
        fs::write(&path, &damaged).expect("a file");
        let error = repository.index().expect_err("damaged");
        assert!(error.to_string().contains("index"), "{error}");
        // Without a checksum the parser is on its own: it may accept, but must not panic.
        let end = damaged.len() - 20;
        damaged[end..].fill(0);
        fs::write(&path, &damaged).expect("a file");
        drop(repository.index());
    }
    for length in 0..bytes.len() {
        fs::write(&path, &bytes[..length]).expect("a file");
        assert!(repository.index().is_err());
    }
}

#[test]
fn differences_of_trees_agree_with_git() {
    let repo = Scripted::new(&[]);
    some_files(&repo);
    repo.commit("first");
    some_changes(&repo);
    #[cfg(unix)]
    std::os::unix::fs::symlink("a0", repo.path.join("link")).expect("a link");
    repo.commit("second");
    fs::remove_file(repo.path.join("link")).expect("gone");
    repo.write("link", "a file now");
    repo.commit("third");
    let (_, objects) = open(&repo);
    for (old, new) in [("HEAD~2", "HEAD"), ("HEAD", "HEAD~2"), ("HEAD~1", "HEAD"), ("HEAD", "HEAD")]
    {
        let trees = [old, new].map(|name| Some(repo.id(&format!("{name}^{{tree}}"))));
        let ours = lines(TreeDiff::new(&objects, trees[0], trees[1], DiffOptions::default()), 40);
        let git = repo.git(&["diff-tree", "-r", "--raw", "--no-abbrev", "--no-renames", old, new]);
        assert_eq!(ours, git.lines().collect::<Vec<_>>(), "{old} {new}");
    }
    let all = TreeDiff::new(&objects, None, Some(repo.id("HEAD^{tree}")), DiffOptions::default());
    assert_eq!(all.count(), repo.git(&["ls-tree", "-r", "HEAD"]).lines().count());
    let options = DiffOptions { deletions: Deletions::LeftOut, ..Default::default() };
    assert_eq!(TreeDiff::new(&objects, Some(repo.id("HEAD^{tree}")), None, options).count(), 0);
}

#[test]
fn a_tree_bomb_is_looked_into_once() {
    let repo = Scripted::new(&[]);
    let blob = repo.git_with_input(&["hash-object", "-w", "--stdin"], b"boom");
    let mut listing = format!("100644 blob {}\tf\n", blob.trim());
    let mut tree = String::new();
    for _ in 0..10 {
        tree = repo.git_with_input(&["mktree"], listing.as_bytes()).trim().to_owned();
        listing.clear();
        for name in 0..10 {
            writeln!(listing, "040000 tree {tree}\t{name}").expect("text");
        }
    }
    let (_, objects) = open(&repo);
    let top: ObjectId = tree.parse().expect("an id");
    let options = DiffOptions { repeats: Repeats::FirstPath, ..Default::default() };
    assert_eq!(TreeDiff::new(&objects, None, Some(top), options).count(), 1);
    let every = TreeDiff::new(&objects, None, Some(top), DiffOptions::default());
    assert_eq!(every.take(1000).count(), 1000, "changes come one by one");
}

#[test]
fn a_missing_tree_is_named_and_the_rest_is_compared() {
    let repo = Scripted::new(&[]);
    some_files(&repo);
    repo.commit("files");
    let missing = repo.id("HEAD:a/b").to_string();
    let path = repo.path.join(format!(".git/objects/{}/{}", &missing[..2], &missing[2..]));
    fs::remove_file(path).expect("gone");
    let (_, objects) = open(&repo);
    let diff = TreeDiff::new(&objects, None, Some(repo.id("HEAD^{tree}")), Default::default());
    let (good, bad): (Vec<_>, Vec<_>) = diff.partition(Result::is_ok);
    assert!(good.len() > 10);
    assert_eq!(bad.len(), 1);
    let error = bad.into_iter().next().expect("one").expect_err("an error");
    assert!(error.to_string().contains(&missing), "{error}");
}

/// A history with merges, criss-cross merges and wrong clocks.
fn tangled() -> (Scripted, Vec<ObjectId>) {
    let repo = Scripted::new(&[]);
    let tree = repo.git_with_input(&["mktree"], b"").trim().to_owned();
    let mut state = 7_u64;
    let mut commits: Vec<ObjectId> = Vec::new();
    for number in 0..60_u64 {
        let mut random = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888);
            (state >> 33) % bound
        };
        let mut parents: BTreeSet<ObjectId> = BTreeSet::new();
        for _ in 0..random(4) {
            let near = commits.len().saturating_sub(usize::try_from(random(8)).expect("small") + 1);
            parents.extend(commits.get(near));
        }
        let time = 1_700_000_000 + number * 10 + random(3) * random(2) * 1000;
        let mut commit = format!("tree {tree}\n");
        for parent in &parents {
            writeln!(commit, "parent {parent}").expect("text");
        }
        write!(commit, "author a <a> {time} +0000\ncommitter a <a> {time} +0000\n\n{number}\n")
            .expect("text");
        let arguments = ["hash-object", "-t", "commit", "-w", "--stdin"];
        commits
            .push(repo.git_with_input(&arguments, commit.as_bytes()).trim().parse().expect("id"));
    }
    (repo, commits)
}

#[test]
fn merge_bases_and_ranges_agree_with_git() {
    let (repo, commits) = tangled();
    let (repository, objects) = open(&repo);
    let history = History::new(&repository, &objects);
    let set = |text: &str| -> BTreeSet<ObjectId> {
        text.lines().map(|line| line.parse().expect("an id")).collect()
    };
    for (number, a) in commits.iter().enumerate().skip(10).step_by(3) {
        let b = commits[(number * 7 + 3) % commits.len()];
        let output = std::process::Command::new("git")
            .args(["merge-base", "--all", &a.to_string(), &b.to_string()])
            .current_dir(&repo.path)
            .output()
            .expect("git runs");
        let ours: BTreeSet<_> = history.merge_bases(*a, b).expect("readable").into_iter().collect();
        assert_eq!(ours, set(&String::from_utf8_lossy(&output.stdout)), "{a} {b}");
        let found = history.commits_between(&[b], &[*a]);
        assert!(found.problems.is_empty());
        let ours: BTreeSet<_> = found.items.into_iter().collect();
        // With wrong clocks git itself gives too much for a range, so the ends are asked for apart.
        let [head, base] = [*a, b].map(|id| set(&repo.git(&["rev-list", &id.to_string()])));
        let expected: BTreeSet<_> = head.difference(&base).copied().collect();
        assert_eq!(ours, expected, "{b}..{a}");
    }
}

#[test]
fn a_missing_commit_is_named_and_a_shallow_boundary_is_not() {
    let repo = Scripted::new(&[]);
    for number in 0..5 {
        repo.commit(&format!("{number}"));
    }
    let missing = repo.id("HEAD~3").to_string();
    let head = repo.id("HEAD");
    let boundary = repo.id("HEAD~2");
    let path = repo.path.join(format!(".git/objects/{}/{}", &missing[..2], &missing[2..]));
    fs::remove_file(path).expect("gone");
    let (repository, objects) = open(&repo);
    let found = History::new(&repository, &objects).commits_between(&[], &[head]);
    assert!(found.problems.iter().any(|p| p.to_string().contains(&missing)));
    assert_eq!(found.items.len(), 3, "what cannot be read is in the problems only");
    assert!(found.items.contains(&boundary));
    fs::write(repo.path.join(".git/shallow"), format!("{boundary}\n")).expect("a file");
    let (repository, objects) = open(&repo);
    let found = History::new(&repository, &objects).commits_between(&[], &[head]);
    assert!(found.problems.is_empty());
    assert_eq!(found.items.len(), 3);
}
