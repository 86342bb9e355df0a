//! Calls to the system that fail or do half of what they were asked, one after the other.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::{check, history};
use crate::world::{Run, World, tightlip};

/// What the library ends a program with that would start another or open a socket.
const REACHED: i32 = 99;
/// Settings of a repository that name commands, and attributes that ask for them.
const COMMANDS: &str = "
[core]\n\tfsmonitor = touch ran\n\tpager = touch ran\n\tsshCommand = touch ran\n\tgitProxy = touch ran
[diff]\n\texternal = touch ran\n[diff \"x\"]\n\ttextconv = touch ran\n\tcommand = touch ran
[filter \"x\"]\n\tclean = touch ran\n\tsmudge = touch ran\n\tprocess = touch ran\n\trequired = true
[log]\n\tshowSignature = true\n[gpg]\n\tprogram = touch ran\n[credential]\n\thelper = !touch ran
[remote \"origin\"]\n\turl = ssh://example.invalid/x\n\tuploadpack = touch ran\n\tpromisor = true
\tpartialclonefilter = blob:none\n[extensions]\n\tpartialClone = origin\n";

/// Failures in a row that made no difference, after which no call is left to fail.
const QUIET: u32 = 12;

/// The library that makes calls fail; `None` where there is no C compiler for it.
fn library(world: &World) -> Option<PathBuf> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/end_to_end/faults/calls.c");
    let library = world.join("calls.so");
    let mut command = Command::new("cc");
    command.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl");
    let made = command.status();
    (cfg!(target_os = "linux") && made.is_ok_and(|status| status.success())).then_some(library)
}

fn run(world: &World, library: &PathBuf, args: &[&str], (fault, at): (&str, u32)) -> Run {
    let mut command = tightlip();
    command.args(args).current_dir(world.join("repository")).stdin(Stdio::null());
    command.env("LD_PRELOAD", library).env("FAULT", fault).env("FAULT_AT", at.to_string());
    let output = command.output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A world with a library, and a repository beside it.
fn world() -> Option<(World, PathBuf)> {
    let world = World::new();
    let library = library(&world)?;
    let inner = World::with_repository();
    history(&inner);
    inner.git(&["repack", "-q", "-a", "-d"]);
    inner.write("loose.env", format!("LOOSE={}\n", crate::world::token(900)));
    inner.commit("loose");
    let mut command = Command::new("cp");
    command.arg("-r").arg(inner.path()).arg(world.join("repository"));
    assert!(command.status().unwrap().success());
    Some((world, library))
}

fn files_in(world: &World) -> usize {
    world.join("repository").read_dir().unwrap().count()
}

/// Fails the first call of a kind, then the second, and so on until there are none left.
fn each_call(fault: &str, args: &[&str]) {
    let Some((world, library)) = world() else { return };
    let args = [args, &["--format", "json", "--show-secrets", "--jobs", "1"]].concat();
    let good = world.run_in("repository", &args, None);
    assert_eq!(good.code, 1, "{}", good.stderr);
    let files = files_in(&world);
    let (mut at, mut quiet, mut told) = (1, 0, 0);
    while quiet < QUIET {
        let disturbed = run(&world, &library, &args, (fault, at));
        check(&good, &disturbed, &format!("{fault} {at} of {args:?}"));
        quiet = if disturbed.code == good.code { quiet + 1 } else { 0 };
        told += u32::from(disturbed.code != good.code);
        at += 1;
        assert!(at < 2000);
    }
    assert!(told > 0, "no call failed");
    assert_eq!(files_in(&world), files);
}

#[test]
fn every_read_that_fails_is_told() {
    for args in [["history"], ["scan"]] {
        each_call("read", &args);
    }
}

#[test]
fn every_write_that_fails_is_told() {
    each_call("write", &["scan"]);
    each_call("write", &["scan", "--output", "sarif=../r.sarif"]);
}

#[test]
fn short_reads_and_writes_change_nothing() {
    let Some((world, library)) = world() else { return };
    for args in [["history"], ["scan"]] {
        let args = [&args[..], &["--format", "json", "--show-secrets"]].concat();
        let good = world.run_in("repository", &args, None);
        let short = run(&world, &library, &args, ("short", 0));
        assert_eq!(short.code, 1, "{}", short.stderr);
        check(&good, &short, "short reads and writes");
    }
}

#[test]
fn no_process_is_started_and_no_socket_opened() {
    let Some((world, library)) = world() else { return };
    let repository = |name: &str| world.join(&format!("repository/{name}"));
    let config = repository(".git/config");
    let settings = std::fs::read_to_string(&config).unwrap() + COMMANDS;
    std::fs::write(config, settings).unwrap();
    std::fs::write(repository(".git/info/attributes"), "* diff=x filter=x\n").unwrap();
    for hook in ["pre-commit", "post-checkout", "reference-transaction", "fsmonitor-watchman"] {
        world.write(&format!("repository/.git/hooks/{hook}"), "#!/bin/sh\ntouch ran\n");
    }
    let commands: [&[&str]; 11] = [
        &["scan"],
        &["scan", "--untrusted"],
        &["staged"],
        &["diff", "HEAD~2"],
        &["history"],
        &["inventory"],
        &["baseline", "create", "--baseline", "../b.jsonl"],
        &["hook", "run", "pre-commit"],
        &["hook", "run", "pre-push", "origin", "ssh://example.invalid/x"],
        &["config", "show"],
        &["rules", "list"],
    ];
    for args in commands {
        let usual = world.run_in("repository", args, None).code;
        let _ = std::fs::remove_file(world.join("b.jsonl"));
        assert_eq!(run(&world, &library, args, ("reach", 0)).code, usual, "{args:?}");
        assert!((0..4).contains(&usual) && !repository("ran").exists(), "{args:?}");
    }
    let asks_git = ["hook", "install", "--force"];
    assert_eq!(run(&world, &library, &asks_git, ("reach", 0)).code, REACHED, "it is watched");
}
