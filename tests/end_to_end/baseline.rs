//! `tightlip baseline`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::world::{World, tightlip, token};

fn known() -> World {
    let world = World::with_repository();
    world.write("conf/prod.env", format!("MODE=prod\nTOKEN={}\n", token(1)));
    let run = world.run(&["baseline", "create"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    world
}

#[test]
fn what_a_baseline_holds_passes_and_nothing_else_does() {
    let world = known();
    assert_eq!(world.run(&["scan"]).code, 0);
    world.write("conf/prod.env", format!("MODE=prod\nTOKEN={}\n", token(2)));
    assert_eq!(world.found(&["scan"]).1, [format!("conf/prod.env:2 {}", token(2))]);
}

#[test]
fn inserted_lines_and_a_renamed_file_change_nothing() {
    let world = known();
    world.write("conf/prod.env", format!("# a\n# b\nMODE=prod\nTOKEN={}\n", token(1)));
    assert_eq!(world.run(&["scan"]).code, 0);
    world.remove("conf/prod.env");
    world.write("conf/renamed.env", format!("TOKEN={}\n", token(1)));
    let run = world.run(&["scan", "--format", "json"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.json()["suppressed"][0]["status"], "moved");
}

#[test]
fn a_known_secret_in_a_further_file_is_new() {
    let world = known();
    world.write("copy.env", format!("TOKEN={}\n", token(1)));
    assert_eq!(world.found(&["scan"]).1, [format!("copy.env:1 {}", token(1))]);
}

#[test]
fn it_holds_no_secret_and_reads_the_same_from_every_folder() {
    let world = known();
    let text = std::fs::read_to_string(world.join(".tightlip-baseline.jsonl")).unwrap();
    assert!(!text.contains(&token(1)) && text.contains("conf/prod.env"), "{text}");
    assert_eq!(world.run_in("conf", &["scan"], None).code, 0);
    assert_eq!(world.run(&["scan", "conf"]).code, 0);
    assert_eq!(world.run(&["scan", world.path().to_str().unwrap()]).code, 0);
}

#[test]
fn an_update_keeps_what_people_wrote_and_drops_what_is_gone() {
    let world = known();
    let file = world.join(".tightlip-baseline.jsonl");
    let text = std::fs::read_to_string(&file).unwrap();
    let judged = text.replace("\"unreviewed\"", "\"accepted\",\"reason\":\"being rotated\"");
    std::fs::write(&file, &judged).unwrap();
    world.write("second.env", format!("TOKEN={}\n", token(2)));
    assert_eq!(world.run(&["baseline", "update"]).code, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 3);
    assert!(text.contains("being rotated"), "{text}");
    world.remove("second.env");
    assert_eq!(world.run(&["baseline", "update"]).code, 0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), judged);
}

#[test]
fn a_bad_or_missing_baseline_is_an_error() {
    let world = known();
    assert_eq!(world.run(&["scan", "--baseline", "absent.jsonl"]).code, 2);
    world.write(".tightlip-baseline.jsonl", "[{");
    assert_eq!(world.run(&["scan"]).code, 2);
}

#[test]
fn an_existing_baseline_is_not_overwritten_unasked() {
    let world = known();
    assert_eq!(world.run(&["baseline", "create"]).code, 2);
    assert_eq!(world.run(&["baseline", "create", "--force"]).code, 0);
}

#[test]
fn a_known_secret_whose_file_is_gone_lets_one_new_file_pass() {
    let world = known();
    world.remove("conf/prod.env");
    for name in ["a.env", "b.env", "c.env"] {
        world.write(name, format!("TOKEN={}\n", token(1)));
    }
    let places = [format!("b.env:1 {}", token(1)), format!("c.env:1 {}", token(1))];
    assert_eq!(world.found(&["scan"]).1, places);
}

#[test]
fn a_file_named_after_a_secret_stays_known_and_the_baseline_holds_no_secret() {
    let world = World::with_repository();
    world.write(&format!("{}.env", token(1)), format!("TOKEN={}\n", token(1)));
    assert_eq!(world.run(&["baseline", "create"]).code, 0);
    let text = std::fs::read_to_string(world.join(".tightlip-baseline.jsonl")).unwrap();
    assert!(!text.contains(&token(1)), "{text}");
    let run = world.run(&["scan", "--format", "json"]);
    assert_eq!(run.json()["suppressed"][0]["status"], "unchanged");
    assert_eq!(run.code, 0);
    assert_eq!(world.run(&["scan", "--show-secrets"]).code, 0);
}

#[test]
fn a_secret_that_a_file_repeats_is_known_as_one_from_its_history_too() {
    let world = World::with_repository();
    world.write("a.env", format!("TOKEN={0}\nAGAIN={0}\n", token(1)));
    world.commit("add");
    assert_eq!(world.run(&["baseline", "create", "--history"]).code, 0);
    assert_eq!(world.run(&["scan"]).code, 0);
}

#[test]
fn a_signal_ends_it_with_the_code_of_the_signal_and_nothing_is_written() {
    let world = known();
    let known = std::fs::read(world.join(".tightlip-baseline.jsonl")).unwrap();
    // The program waits for its old baseline until the signal is there.
    let pipe = world.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut command = tightlip();
    command.args(["baseline", "update", "--baseline", "pipe"]).current_dir(world.path());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut writer = std::fs::OpenOptions::new().write(true).open(&pipe).unwrap();
    let process = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
    writer.write_all(&known).unwrap();
    drop(writer);
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(!std::fs::metadata(&pipe).unwrap().is_file());
}

/// The path of the baseline.
const BASELINE: &str = ".tightlip-baseline.jsonl";

#[test]
fn two_branches_that_both_update_the_baseline_merge() {
    let world = World::with_repository();
    world.write("a.env", format!("A={}\n", token(1)));
    assert_eq!(world.run(&["baseline", "create"]).code, 0);
    world.commit("base");
    for (branch, seeds) in [("one", 10..16), ("two", 20..26)] {
        world.git(&["checkout", "-q", "-b", branch, "main"]);
        for seed in seeds {
            world.write(&format!("{branch}{seed}.env"), format!("A={}\n", token(seed)));
        }
        assert_eq!(world.run(&["baseline", "update"]).code, 0);
        world.commit(branch);
    }
    world.git(&["merge", "-q", "-m", "merge", "one"]);
    let run = world.run(&["scan"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    // The union may hold the header twice, which is read as one; the next update writes it once.
    assert_eq!(world.run(&["baseline", "update"]).code, 0);
    let text = std::fs::read_to_string(world.join(BASELINE)).unwrap();
    assert_eq!(text.lines().count(), 14);
}

#[test]
fn baselines_that_were_created_apart_are_told_when_git_has_merged_them() {
    let world = known();
    let (one, other) = (std::fs::read_to_string(world.join(BASELINE)).unwrap(), known());
    let other = std::fs::read_to_string(other.join(BASELINE)).unwrap();
    world.write(BASELINE, one + &other);
    let run = world.run(&["scan"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("keep one of the two"), "{}", run.stderr);
}

#[test]
fn a_comparison_tells_what_was_added_fixed_moved_and_spread() {
    let world = World::new();
    for (seed, path) in [(1, "stays.env"), (2, "goes.env"), (3, "moves.env"), (4, "spreads.env")] {
        world.write(path, format!("A={}\n", token(seed)));
    }
    assert_eq!(world.run(&["baseline", "create"]).code, 0);
    std::fs::copy(world.join(BASELINE), world.join("old.jsonl")).unwrap();
    world.remove("goes.env");
    std::fs::rename(world.join("moves.env"), world.join("moved.env")).unwrap();
    world.write("further.env", format!("A={}\n", token(4)));
    world.write("new.env", format!("A={}\n", token(5)));
    assert_eq!(world.run(&["baseline", "update"]).code, 0);
    let run = world.run(&["baseline", "diff", "old.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for line in [
        "added   new.env",
        "fixed   goes.env",
        "moved   moves.env -> moved.env",
        "spread  spreads.env -> further.env",
    ] {
        assert!(run.stdout.contains(line), "{line}: {}", run.stdout);
    }
    assert!(run.stdout.ends_with("1 added, 1 spread, 1 moved, 1 fixed\n"), "{}", run.stdout);
    let json = world.run(&["baseline", "diff", "old.jsonl", BASELINE, "--format", "json"]).json();
    assert_eq!(json["moved"][0]["to"], "moved.env");
    assert_eq!(world.run(&["baseline", "diff", "old.jsonl", "--format", "markdown"]).code, 0);
}

#[test]
fn pruning_drops_what_is_gone_and_takes_in_nothing() {
    let world = known();
    world.write("new.env", format!("A={}\n", token(77)));
    let lines = || std::fs::read_to_string(world.join(BASELINE)).unwrap();
    let before = lines();
    assert_eq!(world.run(&["baseline", "prune"]).code, 0);
    assert_eq!(lines(), before);
    world.write("conf/prod.env", "MODE=prod\n");
    assert_eq!(world.run(&["baseline", "prune"]).code, 0);
    assert!(lines().lines().count() < before.lines().count(), "{}", lines());
    assert!(!lines().contains("new.env"));
}

#[test]
fn an_audit_labels_what_nobody_has_looked_at_and_goes_on_where_it_was() {
    let world = World::new();
    for seed in 1..4 {
        world.write(&format!("{seed}.env"), format!("A={}\n", token(seed)));
    }
    assert_eq!(world.run(&["baseline", "create"]).code, 0);
    let audit = |answers: &str| world.run_in(".", &["baseline", "audit"], Some(answers.as_bytes()));
    let run = audit("f made up\nq\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("[1/3]") && run.stdout.contains("2 entries are left"),
        "{}",
        run.stdout
    );
    assert!((1..4).all(|seed| !run.stdout.contains(&token(seed))), "{}", run.stdout);
    let run = audit("s\nb\nt\na until the move\n");
    assert!(
        run.stdout.contains("[1/2]") && run.stdout.contains("0 entries are left"),
        "{}",
        run.stdout
    );
    let text = std::fs::read_to_string(world.join(BASELINE)).unwrap();
    for label in
        ["\"label\":\"false\",\"reason\":\"made up\"", "\"label\":\"true\"", "until the move"]
    {
        assert!(text.contains(label), "{label}: {text}");
    }
    assert!(audit("").stdout.contains("has been looked at"));
}

#[test]
fn what_an_audit_found_out_is_exported_as_a_labelled_set() {
    let world = World::new();
    for seed in 1..4 {
        world.write(&format!("{seed}.env"), format!("A={}\n", token(seed)));
    }
    assert_eq!(world.run(&["baseline", "create"]).code, 0);
    world.run_in(".", &["baseline", "audit"], Some(b"f made up\nt\nq\n"));
    let run = world.run(&["baseline", "export"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let rows: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(rows.len(), 3, "{}", run.stdout);
    assert!(rows[0].starts_with("Id,RepoName,FilePath,LineStart,LineEnd,GroundTruth,ValueStart"));
    assert!(rows.iter().filter(|row| row.contains(",1,1,F,2,")).count() == 1, "{}", run.stdout);
    assert!(rows.iter().filter(|row| row.contains(",1,1,T,2,")).count() == 1, "{}", run.stdout);
    assert!((1..4).all(|seed| !run.stdout.contains(&token(seed))), "{}", run.stdout);
    let shown = world.run(&["baseline", "export", "--show-secrets"]).stdout;
    assert!(shown.lines().nth(1).is_some_and(|row| row.ends_with('"')), "{shown}");
}

#[test]
fn what_other_scanners_know_is_taken_over_where_a_finding_fits() {
    let world = World::new();
    world.write("a.env", format!("# one\nA={}\nB={}\n", token(1), token(2)));
    world.write("b.env", format!("A={}\n", token(3)));
    let report = format!(
        "[{{\"RuleID\":\"github-pat\",\"StartLine\":9,\"File\":\"a.env\",\"Secret\":\"{}\",\"Commit\":\"\"}},\
         {{\"RuleID\":\"github-pat\",\"StartLine\":1,\"File\":\"gone.env\",\"Secret\":\"{}\",\"Commit\":\"\"}}]",
        token(1),
        token(9)
    );
    world.write("report.json", report);
    world.write(".gitleaksignore", "b.env:github-pat:1\n");
    let import =
        |from: &str| world.run(&["baseline", "import", "--from", from, "--exclude", "report.json"]);
    let run = import("report.json");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("1 entries taken over"), "{}", run.stdout);
    assert!(run.stderr.contains("gone.env") && !run.stderr.contains(&token(9)), "{}", run.stderr);
    assert_eq!(import(".gitleaksignore").code, 0);
    world.remove("report.json");
    let (code, found) = world.found(&["scan"]);
    assert_eq!((code, found), (1, vec![format!("a.env:3 {}", token(2))]));
}
