//! Runs that are ended from outside, and reports that nobody takes.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::world::{World, tightlip, token};

/// A scan of standard input that waits for more after a first secret.
fn waiting(world: &World) -> Child {
    let mut command = tightlip();
    command.args(["scan", "-", "--output", "json=r.json"]).current_dir(world.path());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let text = format!("T={}\n", token(1)) + &"words and words\n".repeat(200_000);
    child.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    child
}

fn end(world: &World, signal: &str) -> (Option<i32>, String) {
    let mut child = waiting(world);
    let input = child.stdin.take();
    let sent = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    let output = child.wait_with_output().unwrap();
    drop(input);
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn names(world: &World) -> Vec<String> {
    let entries = world.path().read_dir().unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_signal_half_way_ends_the_run_with_an_incomplete_report() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let world = World::new();
        let (ended, _) = end(&world, signal);
        assert_eq!(ended, Some(code));
        assert_eq!(names(&world), ["r.json"], "the report and nothing else");
        let text = std::fs::read_to_string(world.join("r.json")).unwrap();
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(report["scan"]["complete"], false);
        assert!(report["scan"]["errors"].to_string().contains("interrupted"));
    }
}

#[test]
fn a_run_that_is_killed_leaves_nothing_behind_and_the_next_one_is_whole() {
    let world = World::new();
    assert_eq!(end(&world, "-KILL").0, None);
    assert_eq!(names(&world), Vec::<String>::new());
    world.write("a.env", format!("T={}\n", token(1)));
    assert_eq!(world.run(&["scan", "--output", "json=r.json"]).code, 1);
    let mut left = names(&world);
    left.sort();
    assert_eq!(left, ["a.env", "r.json"]);
}

#[test]
fn a_report_that_cannot_be_written_is_told() {
    let world = World::new();
    world.write("a.env", format!("T={}\n", token(1)));
    if let Ok(full) = OpenOptions::new().write(true).open("/dev/full") {
        let mut command = tightlip();
        command.args(["scan", "--format", "json"]).current_dir(world.path()).stdout(full);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write the report"));
        let run = world.run(&["scan", "--output", "json=/dev/full"]);
        assert_eq!(run.code, 3, "{}", run.stderr);
    }
    let run = world.run(&["scan", "--output", "json=not/there/r.json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("not/there"), "{}", run.stderr);
    assert_eq!(names(&world), ["a.env"]);
}

#[test]
fn a_reader_that_goes_away_ends_the_run() {
    let world = World::new();
    let many: String = (0..4000).map(|seed| format!("T={}\n", token(seed))).collect();
    world.write("a.env", many);
    let mut command = tightlip();
    command.args(["scan", "--format", "jsonl"]).current_dir(world.path());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn more_threads_than_the_system_gives_are_not_needed() {
    let world = World::new();
    for file in 0..600 {
        world.write(&format!("{file}.env"), format!("T={}\n", token(file)));
    }
    // Address space for the stacks of a few dozen threads.
    let script = "ulimit -v 2000000; exec \"$0\" scan --jobs 512 --format json";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_tightlip")]).current_dir(world.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}
