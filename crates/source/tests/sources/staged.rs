//! The index against HEAD.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tightlip_model::{Origin, ScanInfo, SkipReason, Source};
use tightlip_source::{OpenOptions, Staged, StagedOptions};

use crate::recorder::Recorder;
use crate::script::{Repo, lines};

fn scan_at(folder: PathBuf) -> Recorder {
    scan_with(StagedOptions { repository: folder, jobs: 2, ..Default::default() }).0
}

fn scan_with(options: StagedOptions) -> (Recorder, ScanInfo) {
    let (recorder, source) = (Recorder::default(), Staged::new(options));
    source.run(&recorder);
    (recorder, source.info())
}

fn scan(repo: &Repo) -> Recorder {
    scan_at(repo.path.clone())
}

/// The added lines of each file, as we tell them.
fn told(got: &Recorder, origin: Origin) -> BTreeMap<String, Vec<String>> {
    got.of(origin).iter().map(|file| (file.path(), file.added_lines())).collect()
}

/// The added lines of each file, as git tells them.
fn oracle(diff: &str) -> BTreeMap<String, Vec<String>> {
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut path = String::new();
    for line in diff.lines() {
        if let Some(name) = line.strip_prefix("+++ ") {
            path = name.trim_start_matches("b/").to_owned();
        } else if let Some(added) = line.strip_prefix('+') {
            files.entry(path.clone()).or_default().push(added.to_owned());
        }
    }
    files
}

#[test]
fn added_lines_are_those_git_adds() {
    let repo = Repo::new(&[]);
    repo.stage("edited", &lines(0..100));
    repo.stage("emptied", "x\n");
    repo.stage("folder/moved", &lines(200..260));
    repo.commit("first");
    let edited = lines(0..100).replace("line 40\n", "new\nnewer\n").replace("line 70\n", "");
    repo.stage("edited", &(edited + "no line feed at the end"));
    repo.stage("emptied", "");
    repo.stage("folder/added", "a\nb\n");
    repo.git(&["mv", "folder/moved", "moved"]);
    repo.stage("moved", &lines(200..260).replace("line 230\n", "edited in the move\n"));
    repo.write("edited", "the working copy has no say\n");
    let got = scan(&repo);
    let wanted = oracle(&repo.git(&["diff", "--cached", "-U0", "-M"]));
    assert_eq!(told(&got, Origin::Index), wanted);
    assert_eq!(got.problems(), Vec::<String>::new());
}

#[test]
fn before_the_first_commit_everything_counts() {
    let repo = Repo::new(&[]);
    repo.stage("a/b", "one\ntwo\n");
    let (got, info) =
        scan_with(StagedOptions { repository: repo.path.join("a"), ..Default::default() });
    assert_eq!(told(&got, Origin::Index)["a/b"], ["one", "two"]);
    assert_eq!(got.problems(), Vec::<String>::new());
    assert_eq!((info.branch.as_deref(), info.revision), (Some("main"), None));
}

#[test]
fn moving_a_file_brings_nothing_but_its_name() {
    let repo = Repo::new(&[]);
    repo.save("old", &lines(0..50));
    repo.git(&["mv", "old", "a-name-of-some-length"]);
    let got = scan(&repo);
    assert_eq!(told(&got, Origin::Index), BTreeMap::new());
    assert_eq!(got.texts(Origin::FileName), ["a-name-of-some-length"]);
}

#[cfg(unix)]
#[test]
fn a_link_that_became_a_file_is_new_and_a_link_is_its_target() {
    let repo = Repo::new(&[]);
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, repo.path.join(name)).unwrap();
        repo.git(&["add", name]);
    };
    link("target", "changes");
    repo.commit("first");
    std::fs::remove_file(repo.path.join("changes")).unwrap();
    repo.stage("changes", "target");
    link("elsewhere", "link");
    let got = scan(&repo);
    assert_eq!(told(&got, Origin::Index)["changes"], ["target"]);
    assert_eq!(got.texts(Origin::SymlinkTarget), ["elsewhere"]);
}

#[test]
fn another_index_a_mode_and_an_intention_are_understood() {
    let repo = Repo::new(&[]);
    repo.save("script", "x\n");
    repo.write("intended", "later\n");
    repo.git(&["add", "-N", "intended"]);
    repo.git(&["update-index", "--chmod=+x", "script"]);
    let got = scan(&repo);
    assert_eq!(told(&got, Origin::Index), BTreeMap::new());
    let other = repo.path.join(".git").join("other-index");
    std::fs::copy(repo.path.join(".git").join("index"), &other).unwrap();
    repo.stage("real", "in the usual index\n");
    let git = OpenOptions { index_file: Some(other), ..OpenOptions::default() };
    let repository = repo.path.clone();
    let (got, _) = scan_with(StagedOptions { repository, git, ..Default::default() });
    assert_eq!(told(&got, Origin::Index), BTreeMap::new());
}

#[test]
fn every_side_of_a_conflict_is_scanned() {
    let repo = Repo::new(&[]);
    repo.save("a", "base\n");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.save("a", "theirs\n");
    repo.git(&["checkout", "-q", "main"]);
    repo.save("a", "ours\n");
    repo.try_git(&["merge", "-q", "side"]);
    let got = scan(&repo);
    let contents = got.texts(Origin::Index);
    assert!(contents.contains(&"theirs\n".to_owned()));
    assert_eq!(got.problems(), Vec::<String>::new());
}

#[test]
fn submodules_are_counted_and_pointers_told() {
    let inner = Repo::new(&[]);
    inner.save("x", "y");
    let repo = Repo::new(&[]);
    repo.save("a", "b");
    repo.git(&["submodule", "add", "-q", inner.path.to_str().unwrap(), "sub"]);
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    repo.stage("big", pointer);
    let got = scan(&repo);
    assert_eq!(got.skipped(SkipReason::Submodule), ["sub"]);
    assert_eq!(got.skipped(SkipReason::LfsPointer), ["big"]);
}

#[test]
fn a_corrupt_index_and_a_folder_without_a_repository_are_problems() {
    let repo = Repo::new(&[]);
    repo.save("a", "b");
    std::fs::write(repo.path.join(".git").join("index"), "garbage").unwrap();
    assert_eq!(scan(&repo).problems().len(), 1);
    assert!(scan_at(repo.around().to_owned()).problems()[0].contains("no git repository"));
}

#[test]
fn a_broken_head_is_told_and_everything_counts() {
    let repo = Repo::new(&[]);
    repo.save("a", "b\n");
    std::fs::write(repo.path.join(".git/refs/heads/main"), "garbage\n").unwrap();
    let got = scan(&repo);
    assert_eq!(got.problems().len(), 1);
    assert_eq!(told(&got, Origin::Index)["a"], ["b"]);
}

#[test]
fn a_linked_work_tree_has_its_own_index() {
    let repo = Repo::new(&["--object-format=sha256"]);
    repo.save("a", "one\n");
    let linked = repo.around().join("linked");
    repo.git(&["worktree", "add", "-q", linked.to_str().unwrap(), "-b", "other"]);
    std::fs::write(linked.join("a"), "one\ntwo\n").unwrap();
    repo.git_in(&linked, &["add", "a"]);
    assert_eq!(told(&scan_at(linked), Origin::Index)["a"], ["two"]);
    assert_eq!(told(&scan(&repo), Origin::Index), BTreeMap::new());
}
