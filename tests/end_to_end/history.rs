//! `tightlip history`.

use std::collections::BTreeSet;

use crate::world::{World, token};

#[test]
fn a_history_reads_the_same_for_any_number_of_threads_and_on_one_processor() {
    let world = World::with_repository();
    let mut lines = Vec::new();
    for round in 0..12_u64 {
        lines.push(format!("TOKEN={}", token(round % 5)));
        for file in 0..6 {
            world.write(&format!("d{}/f{file}.env", round % 3), lines.join("\n"));
        }
        world.commit(&format!("round {round} says {}", token(100 + round)));
    }
    world.git(&["repack", "-q", "-a", "-d"]);
    world.write("loose.env", format!("TOKEN={}\n", token(900)));
    world.commit("loose");
    let args = ["history", "--format", "json", "--jobs"];
    let report = |jobs: &str| world.run(&[&args[..], &[jobs]].concat()).stdout;
    let one = report("1");
    assert!(one.contains("loose.env"));
    for jobs in ["1", "2", "8", "64"].repeat(25) {
        assert_eq!(one, report(jobs), "{jobs} threads");
    }
    let mut bound = std::process::Command::new("taskset");
    bound.args(["-c", "0", env!("CARGO_BIN_EXE_tightlip")]).args(args).arg("64");
    if let Ok(output) = bound.current_dir(world.path()).output() {
        assert_eq!(one, String::from_utf8_lossy(&output.stdout));
    }
}

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
fn a_part_of_the_history_is_scanned_where_it_is_asked_for() {
    let world = World::with_repository();
    world.write("old.env", format!("TOKEN={}\n", token(1)));
    let old = world.commit("old");
    world.write("new.env", format!("TOKEN={}\n", token(2)));
    world.commit("new");
    world.git(&["checkout", "-q", "-b", "side"]);
    world.write("side.env", format!("TOKEN={}\n", token(3)));
    world.commit("side");
    let found = |args: &[&str]| world.found(&[&["history"], args].concat());
    let [old_one, new, side] =
        [("old", 1), ("new", 2), ("side", 3)].map(|(n, s)| format!("{n}.env:1 {}", token(s)));
    assert_eq!(found(&["--since", &old, "--refs", "main"]), (1, vec![new.clone()]));
    assert_eq!(found(&["--since", "main"]), (1, vec![side]));
    assert_eq!(found(&["--refs", "m*"]), (1, vec![new, old_one]));
    assert_eq!(found(&["--since", "2100-01-01"]), (0, vec![]));
    for args in [["--since", "nothing"], ["--since", "2024-99-01"], ["--refs", "nothing"]] {
        let run = world.run(&[&["history"], &args[..]].concat());
        assert_eq!(run.code, 2, "{args:?}");
        assert!(run.stdout.contains(args[1]) || run.stderr.contains(args[1]), "{args:?}");
    }
}

/// A repository with every way to hide a file from `git log -p`, its objects in packs of deltas.
fn hiding_places() -> World {
    let world = World::with_repository();
    let lines = |range: std::ops::Range<u32>| -> String {
        range.map(|line| format!("setting_{line} = value {line}\n")).collect()
    };
    for version in 0..12_u32 {
        let secret = format!("TOKEN={}\n", token(u64::from(version / 3)));
        let text = format!("{}{secret}{}", lines(0..80 + version), lines(200..300 - version));
        world.write("conf/settings.ini", text);
        world.write("pair.env", format!("{}{secret}", lines(0..version)));
        world.commit(&format!("version {version}"));
    }
    world.write(".gitattributes", "*.bin -diff\n*.lock binary\n");
    world.write("hidden.bin", format!("x\0TOKEN={}\n", token(20)));
    world.write("a.lock", format!("TOKEN={}\n", token(21)));
    world.commit(&format!("message {}", token(22)));
    world.git(&["mv", "conf/settings.ini", "conf/renamed.ini"]);
    world.write("conf/renamed.ini", format!("{}TOKEN={}\n", lines(0..200), token(23)));
    world.commit("rename and edit");
    world.git(&["checkout", "-q", "-b", "side", "HEAD~3"]);
    world.write("side", "side\n");
    world.commit("side");
    world.git(&["checkout", "-q", "main"]);
    world.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    world.write("evil.env", format!("TOKEN={}\n", token(24)));
    world.commit("merge");
    world.remove("evil.env");
    std::os::unix::fs::symlink(format!("TOKEN={}", token(25)), world.join("evil.env")).unwrap();
    world.commit("a link in place of a file");
    world.git(&["tag", "-a", "v1", "-m", &format!("tag {}", token(26))]);
    world.git(&["notes", "add", "-m", &format!("note {}", token(27))]);
    world.write("pair.env", format!("TOKEN={}\n", token(28)));
    world.git(&["stash", "push", "-q"]);
    world.write("lost.env", format!("TOKEN={}\n", token(29)));
    world.commit("lost");
    world.git(&["reset", "-q", "--hard", "HEAD~1"]);
    world.write("dangling.env", format!("TOKEN={}\n", token(30)));
    world.git(&["hash-object", "-w", "dangling.env"]);
    world.remove("dangling.env");
    world
}

#[test]
fn blobs_scanned_whole_and_by_what_is_new_give_the_same_report() {
    let world = hiding_places();
    let report = |args: &[&str]| {
        let run = world.run(&[&["history", "--format", "json", "--show-secrets"], args].concat());
        assert_eq!(run.code, 1, "{}", run.stderr);
        run.stdout
    };
    let loose = report(&["--whole-blobs"]);
    for number in (0..4).chain(20..31) {
        assert!(loose.contains(&token(number)), "secret {number} was missed");
    }
    assert_eq!(loose, report(&[]), "loose objects");
    world.git(&["repack", "-q", "-a", "-d", "-f", "-k", "--depth=50", "--window=50"]);
    assert_eq!(loose, report(&[]), "packed objects");
    assert_eq!(loose, report(&["--jobs", "1"]), "one thread");
    assert_eq!(loose, report(&["--whole-blobs"]), "packed objects scanned whole");
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

#[test]
fn each_of_several_repositories_has_its_own_coverage_and_one_that_fails_stops_no_other() {
    let world = World::new();
    for (name, seed) in [("one", 1), ("two", 2)] {
        world.git(&["init", "-q", "-b", "main", name]);
        world.write(&format!("{name}/.env"), format!("TOKEN={}\n", token(seed)));
        world.git(&["-C", name, "add", "-f", "-A"]);
        world.git(&["-C", name, "commit", "-q", "-m", "start"]);
    }
    world.git(&["clone", "-q", "--bare", "one", "fork"]);
    world.write("broken/note", "no repository\n");
    let list = b"one\nbroken\nfork\ntwo\n";
    let args = ["history", "--repos", "-", "--format", "json"];
    let run = world.run_in(".", &args, Some(list));
    let report = run.json();
    assert_eq!((run.code, &report["scan"]["complete"]), (3, &false.into()));
    let told = |one: &serde_json::Value| {
        let coverage = &one["coverage"];
        let counts = ["commits", "objects", "blobs"].map(|key| coverage[key].as_u64().unwrap());
        (one["repository"].as_str().unwrap().to_owned(), one["complete"] == true, counts)
    };
    let told: Vec<_> =
        report["scan"]["repositories"].as_array().unwrap().iter().map(told).collect();
    let names = told.iter().map(|(name, whole, _)| (name.as_str(), *whole)).collect::<Vec<_>>();
    assert_eq!(names, [("one", true), ("broken", false), ("fork", true), ("two", true)]);
    assert_eq!([told[0].2[1], told[1].2[1], told[2].2[1]], [3, 0, 3]);
    assert!(told[2].2[2] < told[0].2[2], "what a fork shares is scanned once: {told:?}");
    let errors = report["scan"]["errors"].as_array().unwrap();
    assert!(errors.iter().all(|error| error["repository"] == "broken"), "{errors:?}");
    let places: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["repository"].as_str().unwrap())
        .collect();
    assert_eq!(places, ["fork", "one", "two"]);
}
