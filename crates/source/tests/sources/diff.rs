//! What a range of commits adds.

use tightlip_model::{Origin, Reach, Source};
use tightlip_source::{Diff, DiffOptions};

use crate::recorder::{Pushed, Recorder};
use crate::script::{Repo, lines};

fn scan(repo: &Repo, base: &str, head: &str) -> Recorder {
    let recorder = Recorder::default();
    let base = Some(base.to_owned()).filter(|base| !base.is_empty());
    let (repository, head) = (repo.path.clone(), head.to_owned());
    let options = DiffOptions { repository, base, head, jobs: 2, ..Default::default() };
    Diff::new(options).run(&recorder);
    recorder
}

/// Path, added lines and commit of each file version that has new lines, sorted.
fn told(got: &Recorder) -> Vec<(String, Vec<String>, String)> {
    let commit = |file: &Pushed| {
        let commit = file.provenance.commit.as_ref().unwrap();
        String::from_utf8_lossy(&commit.summary).into_owned()
    };
    let mut told: Vec<_> =
        got.of(Origin::Blob).iter().map(|f| (f.path(), f.added_lines(), commit(f))).collect();
    told.retain(|(_, lines, _)| !lines.is_empty());
    told.sort();
    told
}

fn entry(path: &str, added: &[&str], summary: &str) -> (String, Vec<String>, String) {
    let added = added.iter().map(|&line| line.to_owned()).collect();
    (path.to_owned(), added, summary.to_owned())
}

#[test]
fn each_commit_of_the_range_counts_even_when_a_later_one_takes_it_back() {
    let repo = Repo::new(&[]);
    let base = repo.save("a", &lines(0..20));
    repo.save("a", &(lines(0..20) + "leaked\n"));
    repo.save("a", &lines(0..20));
    repo.save("b", "kept\n");
    let got = scan(&repo, &base, "HEAD");
    let wanted = [entry("a", &["leaked"], "change a"), entry("b", &["kept"], "change b")];
    assert_eq!(told(&got), wanted);
    assert_eq!(got.texts(Origin::CommitMessage), ["change a\n", "change a\n", "change b\n"]);
    assert_eq!(got.of(Origin::CommitHeader).len(), 3);
    assert_eq!(got.coverage.lock().unwrap().commits, 3);
    assert_eq!(got.problems(), Vec::<String>::new());
}

#[test]
fn commits_of_second_parents_count_and_what_the_base_has_does_not() {
    let repo = Repo::new(&[]);
    repo.save("a", "base\n");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.save("side", "from the side\n");
    repo.git(&["checkout", "-q", "main"]);
    let base = repo.save("main", "known\n");
    repo.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    let got = scan(&repo, &base, "main");
    assert_eq!(told(&got), [entry("side", &["from the side"], "change side")]);
}

#[test]
fn a_merge_adds_the_lines_none_of_its_parents_has() {
    let repo = Repo::new(&[]);
    let base = repo.save("a", &lines(0..30));
    repo.git(&["checkout", "-q", "-b", "side"]);
    let theirs = lines(0..30).replace("line 5\n", "theirs\n");
    repo.save("a", &theirs);
    repo.git(&["checkout", "-q", "main"]);
    let ours = lines(0..30).replace("line 25\n", "ours\n");
    repo.save("a", &ours);
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    repo.stage("a", &theirs.replace("line 25\n", "ours\n").replace("line 15\n", "evil\n"));
    repo.stage("b", "evil too\n");
    repo.commit("merge");
    // What stands at the head is compared with the base, too: here nothing of the merge does.
    repo.save("a", "other\n");
    repo.save("b", "other\n");
    let got = scan(&repo, &base, "main");
    let merged: Vec<_> = told(&got).into_iter().filter(|(_, _, by)| by == "merge").collect();
    assert_eq!(merged, [entry("a", &["evil"], "merge"), entry("b", &["evil too"], "merge")]);
}

#[test]
fn a_move_with_an_edit_adds_the_edit() {
    let repo = Repo::new(&[]);
    let base = repo.save("old", &lines(0..40));
    repo.git(&["mv", "old", "new"]);
    repo.save("new", &(lines(0..40) + "edited\n"));
    assert_eq!(told(&scan(&repo, &base, "main")), [entry("new", &["edited"], "change new")]);
}

#[test]
fn without_a_base_everything_counts_once() {
    let repo = Repo::new(&["--object-format=sha256"]);
    repo.save("a", "x\n");
    repo.save("b", "x\n");
    repo.save("a", "x\n");
    for base in ["", &"0".repeat(64), &"0".repeat(40)] {
        let got = scan(&repo, base, "HEAD");
        let wanted = [entry("a", &["x"], "change a"), entry("b", &["x"], "change b")];
        assert_eq!(told(&got), wanted);
    }
}

#[test]
fn a_base_that_is_not_there_is_a_problem() {
    let repo = Repo::new(&[]);
    repo.save("a", "x\n");
    for base in ["no-such-branch", "0123456789abcdef0123456789abcdef01234567"] {
        let got = scan(&repo, base, "HEAD");
        assert_eq!(got.problems().len(), 1);
        assert!(got.problems()[0].contains(base));
    }
}

#[test]
fn an_annotated_tag_can_be_the_base() {
    let repo = Repo::new(&[]);
    repo.save("a", "x\n");
    repo.git(&["tag", "-a", "-m", "first", "v1"]);
    repo.save("b", "y\n");
    assert_eq!(told(&scan(&repo, "v1", "main")), [entry("b", &["y"], "change b")]);
}

#[test]
fn a_shallow_clone_inside_the_range_is_a_problem_and_compared_with_the_base() {
    let repo = Repo::new(&[]);
    let base = repo.save("a", "known\n");
    repo.save("b", "middle\n");
    repo.save("c", "last\n");
    let clone = repo.around().join("clone");
    let url = format!("file://{}", repo.path.display());
    repo.git(&["clone", "-q", "--depth", "1", &url, clone.to_str().unwrap()]);
    repo.git_in(&clone, &["fetch", "-q", "--depth", "1", "origin", &base]);
    let recorder = Recorder::default();
    let (base, head) = (Some(base), "HEAD".to_owned());
    let options = DiffOptions { repository: clone, base, head, ..Default::default() };
    Diff::new(options).run(&recorder);
    assert_eq!(recorder.problems().len(), 1);
    assert!(recorder.problems()[0].contains("shallow"));
    assert_eq!(recorder.paths(Origin::Blob), ["b", "c"]);
}

#[test]
fn names_and_links_of_new_files_are_scanned() {
    let repo = Repo::new(&[]);
    let base = repo.save("a", "x\n");
    repo.save("a-new-name-of-some-length", "y\n");
    let got = scan(&repo, &base, "main");
    assert_eq!(got.texts(Origin::FileName), ["a-new-name-of-some-length"]);
}

#[test]
fn a_version_that_stands_at_head_counts_every_line_the_branch_brought() {
    let repo = Repo::new(&[]);
    let base = repo.save("a", &lines(0..20));
    repo.save("a", &(lines(0..20) + "early\n"));
    repo.save("a", &("late\n".to_owned() + &lines(0..20) + "early\n"));
    repo.save("b", "gone\n");
    repo.git(&["rm", "-q", "b"]);
    repo.commit("remove b");
    let got = scan(&repo, &base, "HEAD");
    let wanted = [
        entry("a", &["early"], "change a"),
        entry("a", &["late", "early"], "change a"),
        entry("b", &["gone"], "change b"),
    ];
    assert_eq!(told(&got), wanted);
    let at_head = |file: &&Pushed| file.provenance.reach == Some(Reach::Head);
    let blobs = got.of(Origin::Blob);
    let at_head: Vec<_> = blobs.iter().filter(at_head).map(Pushed::added_lines).collect();
    assert_eq!(at_head, [["late", "early"]]);
}

#[test]
fn what_the_other_side_brought_into_a_merged_file_is_not_the_branch_s() {
    let repo = Repo::new(&[]);
    repo.save("a", &lines(0..20));
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.save("a", &(lines(0..20) + "mine\n"));
    repo.git(&["checkout", "-q", "main"]);
    repo.save("a", &("theirs\n".to_owned() + &lines(0..20)));
    repo.git(&["checkout", "-q", "work"]);
    repo.git(&["merge", "-q", "-m", "merge", "main"]);
    let got = scan(&repo, "main", "work");
    let added: Vec<_> = got.of(Origin::Blob).iter().map(Pushed::added_lines).collect();
    assert_eq!(added, [["mine"], ["mine"]]);
}
