//! The hooks of a push, with git's own push to a bare repository beside it.

use std::process::Command;

use crate::world::{World, token};

/// A repository whose `origin` is the bare one in `remote.git`, which has its first commit.
fn cloned() -> World {
    let world = World::with_repository();
    world.git(&["init", "-q", "--bare", "-b", "main", "remote.git"]);
    world.write(".git/info/exclude", "/remote.git\n");
    world.write("README", "fine\n");
    world.git(&["add", "README"]);
    world.git(&["commit", "-q", "-m", "first"]);
    world.git(&["remote", "add", "origin", "./remote.git"]);
    world.git(&["push", "-q", "-u", "origin", "main"]);
    world
}

/// Commits a file without the bare repository.
fn commit(world: &World, path: &str, text: &str) {
    world.write(path, text);
    world.git(&["add", path]);
    world.git(&["commit", "-q", "-m", "change"]);
}

/// Whether git pushes, and what is said.
fn push(world: &World, args: &[&str]) -> (bool, String) {
    let output = Command::new("git")
        .arg("push")
        .args(args)
        .current_dir(world.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn leak(number: u64) -> String {
    format!("TOKEN={}\n", token(number))
}

/// Pushes that every hook must judge alike.
fn judges_pushes(world: &World) {
    commit(world, "a.txt", "fine\n");
    assert!(push(world, &["origin", "main"]).0);
    world.git(&["checkout", "-q", "-b", "work"]);
    commit(world, "leak.env", &leak(1));
    world.git(&["rm", "-q", "leak.env"]);
    world.git(&["commit", "-q", "-m", "take it out"]);
    let (pushed, said) = push(world, &["origin", "work"]);
    assert!(!pushed && said.contains("leak.env"), "{said}");
    assert!(!said.contains(&token(1)), "{said}");
    world.git(&["checkout", "-q", "main"]);
    world.git(&["checkout", "-q", "-b", "clean"]);
    commit(world, "b.txt", "fine\n");
    let (pushed, said) = push(world, &["origin", "clean", "work"]);
    assert!(!pushed && said.contains("leak.env"), "one of two refs is refused: {said}");
    assert!(push(world, &["origin", "clean"]).0);
    assert!(push(world, &["origin", "clean:same"]).0, "a branch without a commit of its own");
    world.git(&["commit", "-q", "--amend", "-m", "again"]);
    assert!(push(world, &["--force", "origin", "clean"]).0);
    assert!(push(world, &["origin", ":same"]).0, "a deletion brings nothing in");
    world.git(&["tag", "-a", "v1", "-m", &format!("made with {}", token(2))]);
    let (pushed, said) = push(world, &["origin", "v1"]);
    assert!(!pushed, "the message of a tag is pushed, too: {said}");
}

#[test]
fn pre_push_lets_only_clean_pushes_out() {
    let world = cloned();
    assert_eq!(world.run(&["hook", "install", "pre-push"]).code, 0);
    judges_pushes(&world);
}

#[test]
fn pre_receive_lets_only_clean_pushes_in() {
    let world = cloned();
    let run = world.run(&["hook", "install", "pre-receive", "--repo", "remote.git"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    judges_pushes(&world);
}

#[test]
fn update_lets_only_clean_refs_in() {
    let world = cloned();
    assert_eq!(world.run(&["hook", "install", "update", "--repo", "remote.git"]).code, 0);
    judges_pushes(&world);
}

#[test]
fn a_push_is_judged_by_the_settings_that_the_server_has() {
    let world = cloned();
    let allow = "allow:\n  - path: 'fixtures/**'\n    reason: made up\n";
    commit(&world, ".tightlip.yaml", allow);
    assert!(push(&world, &["origin", "main"]).0);
    assert_eq!(world.run(&["hook", "install", "pre-receive", "--repo", "remote.git"]).code, 0);
    commit(&world, "fixtures/a.env", &leak(1));
    let (pushed, said) = push(&world, &["origin", "main"]);
    assert!(pushed, "{said}");
    commit(&world, ".tightlip.yaml", "allow:\n  - path: '**'\n    reason: all of it\n");
    commit(&world, "b.env", &leak(2));
    assert!(!push(&world, &["origin", "main"]).0);
}

#[test]
fn a_kept_hook_reads_the_same_refs_first() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = cloned();
    let hook = "remote.git/hooks/pre-receive";
    world.write(hook, "#!/bin/sh\ncat >seen\n");
    let rights = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(world.join(hook), rights).unwrap();
    let install = ["hook", "install", "pre-receive", "--force", "--repo", "remote.git"];
    assert_eq!(world.run(&install).code, 0);
    commit(&world, "leak.env", &leak(1));
    assert!(!push(&world, &["origin", "main"]).0);
    let seen = std::fs::read_to_string(world.join("remote.git/seen")).unwrap();
    assert!(seen.contains("refs/heads/main"), "{seen}");
}

#[test]
fn words_that_git_would_not_say_are_an_error() {
    let world = cloned();
    let run = world.run_in(".", &["hook", "run", "pre-receive"], Some(b"no refs at all\nx\n"));
    assert_eq!(run.code, 2, "{}", run.stdout);
}
