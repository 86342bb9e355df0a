//! Whole reports of every command in every format, over one scripted repository.

use crate::world::{World, token};

const FORMATS: &[&str] = &["human", "json", "jsonl", "sarif", "github", "markdown"];

/// A repository with a secret at HEAD, one that was removed, one in a message, one that is allowed,
/// and one in the index.
fn scripted() -> World {
    let world = World::with_repository();
    world.write("README.md", "# service\n");
    world.commit("start");
    world.write("conf/prod.env", format!("MODE=prod\nTOKEN={}\n", token(1)));
    world.write("old.env", format!("TOKEN={}\n", token(2)));
    world.commit("configure");
    world.remove("old.env");
    world.write("fixture.txt", format!("{} # tightlip:allow -- made up\n", token(3)));
    world.commit(&format!("rotate {}", token(4)));
    world.write("conf/prod.env", format!("# note\nMODE=prod\nTOKEN={}\n", token(1)));
    world.write("next.env", format!("A=1\nOTHER = \"{}\"\n", token(5)));
    world.git(&["add", "-A"]);
    world
}

/// A report without what differs between two runs: the folder and the time.
fn steady(world: &World, report: &str) -> String {
    let folder = world.path().canonicalize().unwrap().display().to_string();
    let report = report
        .replace(&folder, "[folder]")
        .replace(&world.path().display().to_string(), "[folder]");
    let time = regex::Regex::new(r"in [0-9]+(\.[0-9]+)? s").unwrap();
    time.replace_all(&report, "in [time]").into_owned()
}

fn check(command: &str, args: &[&str], code: i32) {
    let world = scripted();
    for format in FORMATS {
        let run = world.run(&[&[command], args, &["--format", format]].concat());
        assert_eq!(run.code, code, "{command} {format}: {}", run.stderr);
        insta::assert_snapshot!(format!("{command}-{format}"), steady(&world, &run.stdout));
    }
}

#[test]
fn scan_in_every_format() {
    check("scan", &[], 1);
}

#[test]
fn staged_in_every_format() {
    check("staged", &[], 1);
}

#[test]
fn diff_in_every_format() {
    check("diff", &["HEAD~2"], 1);
}

#[test]
fn history_in_every_format() {
    check("history", &[], 1);
}

#[test]
fn a_clean_run_and_an_incomplete_one_in_every_format() {
    let world = World::new();
    world.write("a.txt", "fine\n");
    for format in FORMATS {
        let clean = world.run(&["scan", "--format", format]);
        assert_eq!(clean.code, 0);
        insta::assert_snapshot!(format!("clean-{format}"), steady(&world, &clean.stdout));
        let incomplete = world.run(&["scan", "a.txt", "absent", "--format", format]);
        assert_eq!(incomplete.code, 2);
        insta::assert_snapshot!(format!("incomplete-{format}"), steady(&world, &incomplete.stdout));
    }
}
