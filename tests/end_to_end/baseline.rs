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
