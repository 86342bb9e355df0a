//! `tightlip history`.

use std::collections::BTreeSet;

use crate::world::{World, token};

#[test]
fn every_hiding_place_of_a_repository_is_found() {
    let world = World::with_repository();
    world.write("README", "fine\n");
    world.commit("start");
    let mut planted = Vec::new();
    let mut plant = |place: &str| {
        planted.push((place.to_owned(), token(planted.len() as u64 + 10)));
        planted.last().unwrap().1.clone()
    };

    world.write("deleted.env", format!("TOKEN={}\n", plant("a deleted file")));
    world.commit("add");
    world.remove("deleted.env");
    world.commit("remove");

    world.commit(&format!("message with {}", plant("a commit message")));
    world.git(&["tag", "-a", "v1", "-m", &format!("tag {}", plant("a tag message"))]);
    world.git(&["notes", "add", "-m", &format!("note {}", plant("a note")), "HEAD"]);

    world.git(&["checkout", "-q", "-b", "side"]);
    world.write("side.env", format!("TOKEN={}\n", plant("an unmerged branch")));
    world.commit("side");
    world.git(&["checkout", "-q", "main"]);

    world.write("stash.env", format!("TOKEN={}\n", plant("an untracked file of a stash")));
    world.write("README", format!("fine\n{}\n", plant("the work tree part of a stash")));
    world.git(&["stash", "push", "-q", "--include-untracked"]);

    world.write("lost.env", format!("TOKEN={}\n", plant("a commit only a reflog knows")));
    world.commit("lost");
    world.git(&["reset", "-q", "--hard", "HEAD~1"]);

    world.write("dangling.env", format!("TOKEN={}\n", plant("a blob nobody committed")));
    world.git(&["hash-object", "-w", "dangling.env"]);
    world.remove("dangling.env");

    let found: BTreeSet<String> = world
        .findings(&["history"])
        .1
        .iter()
        .map(|finding| finding["secret"].as_str().unwrap().to_owned())
        .collect();
    let missed: Vec<_> = planted.iter().filter(|(_, secret)| !found.contains(secret)).collect();
    assert!(missed.is_empty(), "missed: {missed:?}");
}

#[test]
fn a_finding_names_the_commit_that_brought_it_and_whether_head_has_it() {
    let world = World::with_repository();
    world.write("a.env", "A=1\n");
    world.commit("start");
    world.write("a.env", format!("A=1\nTOKEN={}\n", token(1)));
    let leak = world.commit("leak");
    world.write("a.env", format!("A=1\nB=2\nTOKEN={}\n", token(1)));
    world.write("gone.env", format!("TOKEN={}\n", token(2)));
    let second = world.commit("more");
    world.remove("gone.env");
    world.commit("clean up");

    let (code, findings) = world.findings(&["history"]);
    assert_eq!((code, findings.len()), (1, 2));
    let [kept, gone] = [&findings[0], &findings[1]];
    assert_eq!((&kept["path"], &kept["line"]), (&"a.env".into(), &3.into()));
    assert_eq!(kept["commit"]["id"], leak.as_str());
    assert_eq!((&kept["reach"], &kept["occurrences"]), (&"head".into(), &2.into()));
    assert_eq!(gone["commit"]["id"], second.as_str());
    assert_eq!(gone["reach"], "ref");
}

#[test]
fn a_secret_that_only_a_merge_brought_in_is_found() {
    let world = World::with_repository();
    world.write("a", "a\n");
    world.commit("a");
    world.git(&["checkout", "-q", "-b", "side"]);
    world.write("b", "b\n");
    world.commit("b");
    world.git(&["checkout", "-q", "main"]);
    world.write("c", "c\n");
    world.commit("c");
    world.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    world.write("evil.env", format!("TOKEN={}\n", token(1)));
    world.git(&["add", "-A"]);
    world.git(&["commit", "-q", "-m", "merge"]);
    world.remove("evil.env");
    world.commit("hide");
    assert_eq!(world.found(&["history"]), (1, vec![format!("evil.env:1 {}", token(1))]));
}

#[test]
fn a_shallow_clone_says_that_its_history_is_cut() {
    let world = World::with_repository();
    for index in 0..3 {
        world.write("a", format!("{index}\n"));
        world.commit("step");
    }
    let url = format!("file://{}", world.path().display());
    world.git(&["clone", "-q", "--depth", "1", &url, "clone"]);
    let run = world.run(&["history", "clone", "--format", "json"]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("shallow"), "{}", run.stdout);
}

#[test]
fn a_folder_that_is_no_repository_is_an_error() {
    let world = World::new();
    world.write("a.txt", "fine\n");
    let run = world.run(&["history"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("git repository"), "{}", run.stderr);
}

#[test]
fn nothing_in_the_repository_is_changed_and_nothing_is_run() {
    let world = World::with_repository();
    world.write("a.env", format!("TOKEN={}\n", token(1)));
    world.commit("leak");
    let mark = world.join("mark");
    let command = format!("touch {}", mark.display());
    for key in ["core.fsmonitor", "diff.x.textconv", "filter.x.clean", "core.sshCommand"] {
        world.git(&["config", key, &command]);
    }
    std::fs::write(world.join(".git/info/attributes"), "* diff=x filter=x\n").unwrap();
    let before = snapshot(&world.join(".git"));
    assert_eq!(world.run(&["history"]).code, 1);
    assert_eq!(world.run(&["staged"]).code, 0);
    assert_eq!(before, snapshot(&world.join(".git")));
    assert!(!mark.exists());
}

/// Every file below a folder with its size and time of change.
fn snapshot(
    folder: &std::path::Path,
) -> BTreeSet<(std::path::PathBuf, u64, std::time::SystemTime)> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let data = path.symlink_metadata().unwrap();
        if data.is_dir() {
            found.extend(snapshot(&path));
        } else {
            found.insert((path, data.len(), data.modified().unwrap()));
        }
    }
    found
}

#[test]
fn an_exception_for_a_path_holds_only_where_the_blob_stands_at_that_path_alone() {
    let world = World::with_repository();
    let leak = format!("TOKEN={}\n", token(31));
    world.write(".tightlip.yaml", "allow:\n  - path: 'tests/**'\n    reason: made up\n");
    world.write("src/prod.env", &leak);
    world.commit("leak");
    world.remove("src/prod.env");
    world.write("tests/prod.env", &leak);
    world.commit("move it where it is allowed");
    let (code, found) = world.found(&["history"]);
    assert_eq!(code, 1);
    assert_eq!(found, [format!("src/prod.env:1 {}", token(31))]);
}
