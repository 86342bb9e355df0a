//! A whole object database and the places of what is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tightlip_model::{BlobId, Found, Origin, Reach, SkipReason, Source};
use tightlip_source::{Histories, History, HistoryOptions};

use crate::recorder::Recorder;
use crate::script::{Repo, lines};

struct Scan {
    recorder: Recorder,
    found: Vec<Found>,
}

fn scan_at(repository: PathBuf) -> Scan {
    let history = History::new(HistoryOptions { repository, jobs: 2, ..Default::default() });
    let recorder = Recorder::default();
    history.run(&recorder);
    let mut blobs: Vec<BlobId> =
        recorder.pushed.lock().unwrap().iter().filter_map(|p| p.provenance.blob).collect();
    blobs.sort();
    blobs.dedup();
    let found = history.place(&blobs, &recorder);
    Scan { recorder, found }
}

fn scan(repo: &Repo) -> Scan {
    scan_at(repo.path.clone())
}

impl Scan {
    /// Each place of the blob with this content: path, hold, summary of its commit, refs.
    fn places(&self, content: &str) -> Vec<(String, Reach, String, Vec<String>)> {
        let blobs = self.recorder.of(Origin::Blob);
        let blob = blobs.iter().find(|b| b.bytes == content.as_bytes()).expect("it was scanned");
        let id = blob.provenance.blob.unwrap();
        let mut places: Vec<_> = self
            .found
            .iter()
            .filter(|found| found.blob == id)
            .map(|found| {
                let place = &found.provenance;
                let summary = place.commit.as_ref().map(|commit| commit.summary.clone());
                let summary = String::from_utf8(summary.unwrap_or_default()).unwrap();
                (place.path.to_text(), place.reach.unwrap(), summary, place.refs.clone())
            })
            .collect();
        places.sort();
        places
    }
}

fn place(
    path: &str,
    reach: Reach,
    summary: &str,
    refs: &[&str],
) -> (String, Reach, String, Vec<String>) {
    let refs = refs.iter().map(|&name| name.to_owned()).collect();
    (path.to_owned(), reach, summary.to_owned(), refs)
}

#[test]
fn every_blob_comes_once_and_is_placed_where_it_came_in() {
    let repo = Repo::new(&[]);
    repo.save("a", "one\n");
    repo.save("a", "two\n");
    repo.save("folder/b", "one\n");
    repo.git(&["checkout", "-q", "-b", "side", "HEAD~1"]);
    repo.save("c", "three\n");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["repack", "-adq"]);
    let got = scan(&repo);
    assert_eq!(got.recorder.texts(Origin::Blob), ["one\n", "three\n", "two\n"]);
    assert_eq!(
        got.places("one\n"),
        [
            place("a", Reach::Head, "change a", &["main", "side"]),
            place("folder/b", Reach::Head, "change folder/b", &["main"]),
        ]
    );
    assert_eq!(got.places("two\n"), [place("a", Reach::Head, "change a", &["main", "side"])]);
    assert_eq!(got.places("three\n"), [place("c", Reach::Ref, "change c", &["side"])]);
    assert_eq!(got.recorder.problems(), Vec::<String>::new());
    let coverage = got.recorder.coverage.lock().unwrap();
    assert_eq!((coverage.commits, coverage.refs), (4, 2));
}

#[test]
fn what_a_merge_alone_has_is_placed_there() {
    let repo = Repo::new(&[]);
    repo.save("a", "base\n");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.save("b", "side\n");
    repo.git(&["checkout", "-q", "main"]);
    repo.save("c", "main\n");
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    repo.stage("deep/er/d", "evil\n");
    repo.commit("merge");
    let got = scan(&repo);
    assert_eq!(got.places("evil\n"), [place("deep/er/d", Reach::Head, "merge", &["main"])]);
    assert_eq!(got.places("side\n"), [place("b", Reach::Head, "change b", &["main", "side"])]);
}

#[test]
fn stash_reflog_and_nothing_at_all_still_hold_blobs() {
    let repo = Repo::new(&[]);
    repo.save("a", "base\n");
    repo.stage("a", "stashed\n");
    repo.git(&["stash", "-q"]);
    repo.stage("a", "stashed later\n");
    repo.git(&["stash", "-q"]);
    repo.save("gone", "reset away\n");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repo.stage("unstaged", "only staged once\n");
    repo.git(&["rm", "-q", "--cached", "unstaged"]);
    repo.stage("staged", "still staged\n");
    repo.git(&["checkout", "-q", "-b", "lost"]);
    repo.git(&["commit", "-q", "-m", "lost", "staged"]);
    repo.stage("lost", "no log\n");
    repo.commit("without a log");
    repo.git(&["reset", "-q", "--hard", "main"]);
    std::fs::remove_dir_all(repo.path.join(".git/logs/refs/heads")).unwrap();
    std::fs::write(repo.path.join(".git/logs/HEAD"), "").unwrap();
    repo.git(&["update-ref", "-d", "ORIG_HEAD"]);
    let got = scan(&repo);
    let held = |content: &str| {
        let places = got.places(content);
        assert_eq!(places.len(), 1, "{content}");
        (places[0].0.clone(), places[0].1)
    };
    assert_eq!(held("stashed\n"), ("a".to_owned(), Reach::Stash));
    assert_eq!(held("stashed later\n"), ("a".to_owned(), Reach::Stash));
    assert_eq!(held("only staged once\n"), (String::new(), Reach::Unreachable));
    assert_eq!(held("no log\n"), ("lost".to_owned(), Reach::Unreachable));
}

#[test]
fn a_reset_commit_is_held_by_its_log() {
    let repo = Repo::new(&[]);
    repo.save("a", "base\n");
    repo.save("gone", "reset away\n");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repo.save("b", "goes on\n");
    let got = scan(&repo);
    assert_eq!(got.places("reset away\n"), [place("gone", Reach::Reflog, "change gone", &[])]);
}

#[test]
fn a_rebased_commit_is_named_by_its_lasting_form() {
    let repo = Repo::new(&[]);
    repo.save("a", "base\n");
    repo.stage("b", "content\n");
    repo.commit("first form");
    repo.git(&["commit", "-q", "--amend", "-m", "lasting form"]);
    let got = scan(&repo);
    assert_eq!(got.places("content\n"), [place("b", Reach::Head, "lasting form", &["main"])]);
}

#[test]
fn messages_headers_tags_notes_and_logs_are_scanned() {
    let repo = Repo::new(&[]);
    repo.save("a", "x\n");
    repo.commit("subject\n\nbody of the message");
    repo.git(&["tag", "-a", "-m", "said by a tag", "v1"]);
    repo.git(&["notes", "add", "-m", "said by a note"]);
    repo.git(&["branch", "a-branch-name-of-some-length"]);
    let got = scan(&repo).recorder;
    let messages = got.texts(Origin::CommitMessage);
    assert!(messages.contains(&"subject\n\nbody of the message\n".to_owned()));
    assert_eq!(got.texts(Origin::TagMessage), ["said by a tag\n"]);
    assert_eq!(got.paths(Origin::TagMessage), ["v1"]);
    assert!(got.texts(Origin::Blob).contains(&"said by a note\n".to_owned()));
    let refs = got.texts(Origin::Ref);
    assert!(refs.contains(&"a-branch-name-of-some-length".to_owned()));
    assert!(refs.iter().any(|text| text.contains("commit: subject")));
    assert!(got.texts(Origin::CommitHeader).iter().all(|text| text.contains("ada@example.org")));
    let message = &got.of(Origin::CommitMessage)[0];
    assert_eq!(message.provenance.commit.as_ref().unwrap().author, b"Ada");
}

#[test]
fn logs_that_reftables_hold_are_scanned_for_every_work_tree() {
    let repo = Repo::new(&["--ref-format=reftable"]);
    repo.save("a", "x\n");
    repo.git(&["worktree", "add", "-q", "-b", "side", "../linked"]);
    repo.git_in(&repo.around().join("linked"), &["update-ref", "-m", "said there", "HEAD", "HEAD"]);
    repo.git(&["commit", "-q", "--allow-empty", "-m", "said here"]);
    repo.git(&["reset", "-q", "--hard", "HEAD~"]);
    for path in [repo.path.clone(), repo.around().join("linked")] {
        let got = scan_at(path).recorder;
        let logs = got.of(Origin::Ref);
        let says = |path: &str, text: &str| {
            let says = |log: &str| log.contains(text) && log.contains("ada@example.org");
            logs.iter().any(|log| log.path() == path && says(&String::from_utf8_lossy(&log.bytes)))
        };
        assert!(says("logs/HEAD", "commit: said here"));
        assert!(says("logs/refs/heads/main", "commit: said here"));
        assert!(says("logs/worktrees/linked/HEAD", "said there"));
        assert_eq!(got.problems(), Vec::<String>::new());
    }
}

#[test]
fn a_tree_that_calls_blobs_folders_leads_nowhere() {
    let repo = Repo::new(&[]);
    let mut entries = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        repo.write(name, &format!("{name}\n"));
        let id = repo.git(&["hash-object", "-w", name]);
        entries.extend(format!("40000 {name}\0").bytes());
        let digits: Vec<u8> =
            id.bytes().map(|digit| char::from(digit).to_digit(16).unwrap() as u8).collect();
        entries.extend(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]));
    }
    std::fs::write(repo.path.join("tree"), entries).unwrap();
    let tree = repo.git(&["hash-object", "-t", "tree", "-w", "--literally", "tree"]);
    let commit = repo.git(&["commit-tree", "-m", "odd", &tree]);
    repo.git(&["update-ref", "refs/heads/main", &commit]);
    let got = scan(&repo);
    assert_eq!(got.recorder.texts(Origin::Blob), ["a\n", "b\n", "c\n", "d\n", "e\n"]);
    assert!(got.found.len() <= 5);
}

#[test]
fn names_links_and_submodules_of_any_commit_are_seen() {
    let inner = Repo::new(&[]);
    inner.save("x", "y");
    let repo = Repo::new(&[]);
    repo.save("a-file-name-of-some-length", "x\n");
    repo.save("other/a-file-name-of-some-length", "y\n");
    repo.git(&["submodule", "add", "-q", inner.path.to_str().unwrap(), "sub"]);
    std::os::unix::fs::symlink("target of the link", repo.path.join("link")).unwrap();
    repo.git(&["add", "link"]);
    repo.commit("link");
    let got = scan(&repo);
    assert_eq!(got.recorder.texts(Origin::FileName), ["a-file-name-of-some-length"]);
    assert_eq!(got.recorder.skipped(SkipReason::Submodule), ["sub"]);
    assert_eq!(got.places("target of the link"), [place("link", Reach::Head, "link", &["main"])]);
    let link = got.found.iter().find(|found| found.provenance.path.as_bytes() == b"link").unwrap();
    assert_eq!(link.provenance.origin, Origin::SymlinkTarget);
    assert_eq!(got.recorder.problems(), Vec::<String>::new());
}

#[test]
fn tags_of_blobs_and_trees_place_what_no_commit_has() {
    let repo = Repo::new(&[]);
    repo.save("a", "x\n");
    repo.stage("folder/tagged", "in a tagged tree\n");
    let tree = repo.git(&["write-tree"]);
    repo.git(&["tag", "tree", &tree]);
    repo.write("loose", "tagged itself\n");
    let blob = repo.git(&["hash-object", "-w", "loose"]);
    repo.git(&["tag", "-a", "-m", "m", "blob", &blob]);
    repo.git(&["reset", "-q", "--hard"]);
    let got = scan(&repo);
    let tree = place("folder/tagged", Reach::Ref, "", &["tags/tree"]);
    assert_eq!(got.places("in a tagged tree\n"), [tree]);
    assert_eq!(got.places("tagged itself\n"), [place("", Reach::Ref, "", &["tags/blob"])]);
}

#[test]
fn bare_linked_alternate_and_sha256_repositories_are_read() {
    let repo = Repo::new(&["--object-format=sha256"]);
    repo.save("a", "content\n");
    let path = |name: &str| repo.around().join(name);
    let clone = |options: &[&str], name: &str| {
        let (from, to) = (repo.path.to_str().unwrap(), path(name));
        repo.git(&[&["clone", "-q"], options, &[from, to.to_str().unwrap()]].concat());
    };
    clone(&["--bare"], "bare");
    clone(&["--shared"], "shared");
    repo.git(&["worktree", "add", "-q", path("linked").to_str().unwrap(), "-b", "other"]);
    for name in ["bare", "shared", "linked"] {
        let got = scan_at(path(name));
        assert_eq!(got.recorder.texts(Origin::Blob), ["content\n"], "{name}");
        assert_eq!(got.places("content\n")[0].1, Reach::Head, "{name}");
        assert_eq!(got.recorder.problems(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_shallow_clone_is_a_problem() {
    let repo = Repo::new(&[]);
    repo.save("a", "cut off\n");
    repo.save("a", "kept\n");
    let clone = repo.around().join("clone");
    let url = format!("file://{}", repo.path.display());
    repo.git(&["clone", "-q", "--depth", "1", &url, clone.to_str().unwrap()]);
    let got = scan_at(clone).recorder;
    assert_eq!(got.texts(Origin::Blob), ["kept\n"]);
    assert_eq!(got.problems().len(), 1);
    assert!(got.problems()[0].contains("shallow clone"));
    assert!(got.coverage.lock().unwrap().shallow);
}

#[test]
fn a_partial_clone_tells_how_much_it_lacks() {
    let repo = Repo::new(&[]);
    repo.save("a", "one\n");
    repo.save("a", "two\n");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = repo.around().join("clone");
    let url = format!("file://{}", repo.path.display());
    let to = clone.to_str().unwrap();
    repo.git(&["clone", "-q", "--no-checkout", "--filter=blob:none", &url, to]);
    let got = scan_at(clone).recorder;
    assert_eq!(got.problems().len(), 1, "{:?}", got.problems());
    assert!(got.problems()[0].contains("partial clone: 2 objects"));
    assert!(got.coverage.lock().unwrap().partial);
}

#[test]
fn missing_objects_are_named_unless_nothing_reaches_them() {
    let repo = Repo::new(&[]);
    let first = repo.save("a", "one\n");
    repo.save("a", "two\n");
    let forget = |id: &str| {
        std::fs::remove_file(repo.path.join(".git/objects").join(&id[..2]).join(&id[2..])).unwrap();
    };
    repo.stage("b", "dangling\n");
    let dangling = repo.git(&["rev-parse", ":b"]);
    let tree = repo.git(&["write-tree"]);
    repo.git(&["reset", "-q", "--hard"]);
    forget(&dangling);
    assert_eq!(scan(&repo).recorder.problems(), Vec::<String>::new(), "{tree}");
    let blob = repo.git(&["rev-parse", &format!("{first}:a")]);
    forget(&blob);
    let problems = scan(&repo).recorder.problems();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].starts_with(&blob));
    forget(&first);
    assert!(scan(&repo).recorder.problems().iter().any(|line| line.starts_with(&first)));
}

#[test]
fn a_repository_without_commits_is_a_problem_unless_that_is_allowed() {
    let repo = Repo::new(&[]);
    assert!(scan(&repo).recorder.problems()[0].contains("no commits"));
    let repository = repo.path.clone();
    let options = HistoryOptions { repository, allow_empty: true, ..Default::default() };
    let recorder = Recorder::default();
    History::new(options).run(&recorder);
    assert_eq!(recorder.problems(), Vec::<String>::new());
    assert!(scan_at(repo.around().to_owned()).recorder.problems()[0].contains("no git repository"));
}

#[test]
fn a_garbage_ref_is_a_problem_and_the_objects_are_still_scanned() {
    let repo = Repo::new(&[]);
    repo.save("a", "content\n");
    std::fs::write(repo.path.join(".git/refs/heads/bad"), "garbage\n").unwrap();
    let got = scan(&repo).recorder;
    assert!(got.problems().iter().any(|line| line.contains("refs/heads/bad")));
    assert_eq!(got.texts(Origin::Blob), ["content\n"]);
}

#[test]
fn a_pack_without_index_and_a_missing_alternate_are_problems() {
    let repo = Repo::new(&[]);
    repo.save("a", "content\n");
    repo.git(&["repack", "-adq"]);
    let packs = repo.path.join(".git/objects/pack");
    for entry in std::fs::read_dir(&packs).unwrap().flatten() {
        if entry.path().extension().is_some_and(|end| end == "idx") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    assert!(!scan(&repo).recorder.problems().is_empty());
    let repo = Repo::new(&[]);
    repo.save("a", "content\n");
    repo.write(".git/objects/info/alternates", "/nowhere/at/all\n");
    let got = scan(&repo).recorder;
    assert!(got.problems().iter().any(|line| line.contains("/nowhere/at/all")));
    assert_eq!(got.texts(Origin::Blob), ["content\n"]);
}

#[test]
fn a_replaced_commit_is_scanned_all_the_same() {
    let repo = Repo::new(&[]);
    let leaking = repo.save("a", "leaked\n");
    repo.git(&["checkout", "-q", "--orphan", "clean"]);
    let clean = repo.save("a", "clean\n");
    repo.git(&["replace", &leaking, &clean]);
    let got = scan(&repo);
    let replaced = place("a", Reach::Ref, "change a", &["main"]);
    assert_eq!(got.places("leaked\n"), [replaced]);
}

#[test]
fn a_tree_bomb_ends_soon() {
    let repo = Repo::new(&[]);
    repo.write("leaf", "at the bottom\n");
    let mut id = repo.git(&["hash-object", "-w", "leaf"]);
    let (mut mode, mut kind) = ("100644", "blob");
    for _ in 0..12 {
        let entries: String = (0..10).map(|n| format!("{mode} {kind} {id}\tx{n}\n")).collect();
        id = make_tree(&repo, &entries);
        (mode, kind) = ("040000", "tree");
    }
    let commit = repo.git(&["commit-tree", "-m", "bomb", &id]);
    repo.git(&["update-ref", "refs/heads/bomb", &commit]);
    let got = scan(&repo);
    assert_eq!(got.places("at the bottom\n").len(), 100);
    assert_eq!(got.recorder.notes.lock().unwrap().len(), 1);
}

#[test]
fn a_blob_below_very_many_folders_is_placed() {
    let repo = Repo::new(&[]);
    repo.write("leaf", "at the bottom\n");
    let blob = repo.git(&["hash-object", "-w", "leaf"]);
    let mut id = make_tree(&repo, &format!("100644 blob {blob}\tleaf\n"));
    for _ in 0..300 {
        id = make_tree(&repo, &format!("040000 tree {id}\td\n"));
    }
    let commit = repo.git(&["commit-tree", "-m", "deep", &id]);
    repo.git(&["update-ref", "refs/heads/deep", &commit]);
    let path = "d/".repeat(300) + "leaf";
    let wanted = place(&path, Reach::Ref, "deep", &["deep"]);
    assert_eq!(scan(&repo).places("at the bottom\n"), [wanted]);
}

fn make_tree(repo: &Repo, entries: &str) -> String {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut command = Command::new("git");
    command.current_dir(&repo.path).arg("mktree").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(entries.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    String::from_utf8(out.stdout).unwrap().trim_end().to_owned()
}

#[test]
fn the_report_names_remote_branch_and_commit() {
    let repo = Repo::new(&[]);
    let id = repo.save("a", "x");
    repo.git(&["remote", "add", "origin", "https://user:pass@example.org/a/b.git"]);
    let repository = repo.path.clone();
    let history = History::new(HistoryOptions { repository, ..Default::default() });
    let info = history.info();
    assert_eq!(info.repository.as_deref(), Some("https://example.org/a/b.git"));
    assert_eq!((info.branch.as_deref(), info.revision), (Some("main"), Some(id)));
    let recorder = Recorder::default();
    history.run(&recorder);
    assert!(recorder.paths(Origin::File).contains(&".git/config".to_owned()));
}

/// A repository whose pack holds many versions of two files as deltas, one of them long.
fn packed(jobs: &str) -> Repo {
    let repo = Repo::new(&[]);
    for version in 0..12 {
        let middle = format!("{}version {version}\n", lines(version * 3..200 + version));
        repo.stage("a", &format!("{}{middle}{}", lines(0..300), lines(500..900)));
        if version < 2 {
            repo.stage("long", &format!("{}{version}", "a line of a long file\n".repeat(400_000)));
        }
        repo.commit("more");
    }
    repo.git(&["repack", "-q", "-a", "-d", "-f", "--depth=50", jobs]);
    repo
}

#[test]
fn what_a_blob_copies_stands_in_a_base_that_the_same_worker_was_given_whole() {
    let scan = scan(&packed("--threads=1"));
    let pushed = scan.recorder.pushed.lock().unwrap();
    let mut based = 0;
    for (at, blob) in pushed.iter().enumerate() {
        let Some((id, copies)) = &blob.base else { continue };
        let mut before = pushed[..at].iter().filter(|one| one.worker == blob.worker);
        let base = before.find(|one| one.provenance.blob == Some(*id)).expect("pushed before");
        assert!(base.is_whole && blob.is_whole);
        let mut last = None;
        for copy in copies {
            assert_eq!(copy.to.of(&blob.bytes), &base.bytes[copy.from..copy.from + copy.to.len()]);
            assert!(last.is_none_or(
                |(from, to)| to <= copy.to.start && (from, to) != (copy.from, copy.to.start)
            ));
            last = Some((copy.from + copy.to.len(), copy.to.end));
        }
        based += 1;
    }
    assert_eq!(based, 11, "every version of the short file but one is a delta");
}

#[test]
fn a_base_that_was_left_out_is_not_named() {
    let repo = packed("--threads=1");
    let options = HistoryOptions {
        repository: repo.path.clone(),
        max_file_size: Some(1000),
        jobs: 1,
        ..Default::default()
    };
    let recorder = Recorder::default();
    History::new(options).run(&recorder);
    assert!(recorder.pushed.lock().unwrap().iter().all(|blob| blob.base.is_none()));
}

#[test]
fn what_two_repositories_share_is_scanned_once_and_placed_in_both() {
    let one = Repo::new(&[]);
    one.save("folder/shared", "shared content\n");
    let other = one.around().join("fork");
    let from = one.path.to_str().unwrap();
    one.git(&["clone", "-q", "--no-local", from, other.to_str().unwrap()]);
    one.save("own", "only here\n");
    let gone = one.around().join("no-such-repository");
    let paths = [("one", one.path.clone()), ("gone", gone), ("fork", other)];
    let source = Histories::new(paths.map(|(name, repository)| HistoryOptions {
        repository,
        name: name.into(),
        jobs: 1,
        ..Default::default()
    }));
    let recorder = Recorder::default();
    source.run(&recorder);
    assert_eq!(recorder.texts(Origin::Blob), ["only here\n", "shared content\n"]);
    assert_eq!(recorder.texts(Origin::CommitMessage).len(), 3);
    assert_eq!(recorder.problems().len(), 1);
    let blobs = recorder.of(Origin::Blob);
    let blobs: Vec<BlobId> = blobs.iter().filter_map(|blob| blob.provenance.blob).collect();
    let found = source.place(&blobs, &recorder);
    let place = |one: &Found| {
        format!("{} {}", one.provenance.repository.to_text(), one.provenance.path.to_text())
    };
    let mut places: Vec<String> = found.iter().map(place).collect();
    places.sort();
    assert_eq!(places, ["fork folder/shared", "one folder/shared", "one own"]);
}

/// A commit by its id: its parents, and what it has at each path.
type Commits = BTreeMap<String, (Vec<String>, BTreeMap<String, String>)>;

fn commits(repo: &Repo) -> Commits {
    let tree = |id: &str| -> BTreeMap<String, String> {
        let listed = repo.git(&["ls-tree", "-r", id]);
        let entry = |line: &str| {
            let (kind, path) = line.split_once('\t').unwrap();
            (path.to_owned(), kind.rsplit(' ').next().unwrap().to_owned())
        };
        listed.lines().map(entry).collect()
    };
    let listed = repo.git(&["rev-list", "--all", "--parents"]);
    let commit = |line: &str| {
        let mut ids = line.split(' ').map(str::to_owned);
        let id = ids.next().unwrap();
        (id.clone(), (ids.collect(), tree(&id)))
    };
    listed.lines().map(commit).collect()
}

/// Folders in folders, edited, moved and merged, in one pack of long delta chains.
fn eventful() -> Repo {
    let repo = Repo::new(&[]);
    for file in 0..40 {
        repo.stage(&format!("d{}/e{}/f{file}", file % 4, file % 7), &format!("{file}\n"));
    }
    repo.commit("start");
    for step in 0..30_u32 {
        let (one, two) = (step * 7 % 40, step * 11 % 40);
        repo.stage(&format!("d{}/e{}/f{one}", one % 4, one % 7), &format!("{}\n", step % 9));
        repo.stage(&format!("d{}/new{two}", two % 4), &format!("{one}\n"));
        match step % 10 {
            3 => drop(repo.git(&["checkout", "-q", "-b", &format!("side{step}"), "HEAD~2"])),
            5 => drop(repo.git(&["mv", "d1", &format!("d2/moved{step}")])),
            6 => drop(repo.git(&["mv", &format!("d2/moved{}", step - 1), "d1"])),
            8 => repo.try_git(&["merge", "-q", "-s", "ours", "main", "-m", "merge"]),
            _ => {}
        }
        repo.commit("step");
    }
    repo.git(&["repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50"]);
    repo
}

#[test]
fn every_place_is_one_that_git_lists_and_named_after_a_commit_that_brought_it() {
    let repo = eventful();
    let commits = commits(&repo);
    let options = HistoryOptions { repository: repo.path.clone(), jobs: 2, ..Default::default() };
    let recorder = Recorder::default();
    let history = History::new(options);
    history.run(&recorder);
    let blobs: Vec<BlobId> =
        recorder.of(Origin::Blob).iter().filter_map(|blob| blob.provenance.blob).collect();
    // The second time, nothing is left of what was noted on the run.
    for _ in 0..2 {
        let mut got = BTreeSet::new();
        for found in history.place(&blobs, &recorder) {
            let (blob, path) = (found.blob.to_string(), found.provenance.path.to_text());
            let by = found.provenance.commit.expect("every blob is some commit's").id.to_string();
            let (parents, tree) = &commits[&by];
            let has = |tree: &BTreeMap<String, String>| tree.get(&path) == Some(&blob);
            assert!(has(tree) && !parents.iter().any(|id| has(&commits[id].1)), "{path} in {by}");
            got.insert((path, blob));
        }
        let all = commits.values().flat_map(|(_, tree)| tree.clone());
        assert_eq!(got, all.collect::<BTreeSet<_>>());
    }
}

/// The texts of all blobs of the part of a history that is asked for, and what was told of it.
fn part(repo: &Repo, refs: &[&str], since: Option<&str>) -> (Vec<String>, Recorder) {
    let recorder = Recorder::default();
    let history = History::new(HistoryOptions {
        repository: repo.path.clone(),
        refs: refs.iter().map(|&glob| glob.to_owned()).collect(),
        since: since.map(str::to_owned),
        jobs: 2,
        ..Default::default()
    });
    history.run(&recorder);
    (recorder.texts(Origin::Blob), recorder)
}

#[test]
fn a_part_of_a_history_is_what_the_refs_reach_and_the_commits_before_did_not_hold() {
    let repo = Repo::new(&[]);
    let old = repo.save("folder/with-an-old-name-of-some-length", "old\n");
    repo.save("kept", "kept\n");
    repo.git(&["checkout", "-q", "-b", "release/1"]);
    repo.save("side", "side\n");
    repo.git(&["checkout", "-q", "main"]);
    repo.save("folder/with-a-new-name-of-some-length", "new\n");
    repo.git(&["tag", "-a", "-m", "said by a tag", "v1"]);
    repo.save("again", "old\n");
    repo.save("lost", "lost\n");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repo.git(&["repack", "-adq"]);

    let (blobs, recorder) = part(&repo, &["release/*"], None);
    assert_eq!(blobs, ["kept\n", "old\n", "side\n"]);
    assert_eq!(recorder.texts(Origin::TagMessage), Vec::<String>::new());
    let coverage = recorder.coverage.lock().unwrap().clone();
    assert_eq!((coverage.refs, coverage.commits), (1, 3));
    assert!(coverage.skipped[&SkipReason::NotSelected] > 3);
    assert_eq!(recorder.problems(), Vec::<String>::new());

    let (blobs, recorder) = part(&repo, &["main", "v1"], Some(&old));
    assert_eq!(blobs, ["kept\n", "new\n"], "what comes back is not new");
    assert_eq!(recorder.texts(Origin::TagMessage), ["said by a tag\n"]);
    assert_eq!(recorder.texts(Origin::FileName), ["with-a-new-name-of-some-length"]);
    assert_eq!(recorder.texts(Origin::CommitMessage).len(), 3);

    let date = repo.git(&["log", "-1", "--format=%cd", "--date=format:%Y-%m-%dT%H:%M:%SZ", "v1"]);
    assert_eq!(part(&repo, &[], Some(&date)).0, ["new\n"]);
    assert_eq!(part(&repo, &[], Some("2001-01-01")).0, ["kept\n", "new\n", "old\n", "side\n"]);
}

#[test]
fn a_part_that_cannot_be_told_is_a_problem() {
    let repo = Repo::new(&[]);
    repo.save("a", "content\n");
    for (refs, since, said) in [
        (&["no-such-*"][..], None, "no ref matches `--refs no-such-*`"),
        (&["{"], None, "--refs {"),
        (&[], Some("no-such-revision"), "`no-such-revision`"),
        (&[], Some("2024-02-31"), "`--since 2024-02-31` is no date"),
    ] {
        let (blobs, recorder) = part(&repo, refs, since);
        assert_eq!(blobs, Vec::<String>::new());
        assert!(recorder.problems().iter().any(|line| line.contains(said)), "{said}");
    }
}
