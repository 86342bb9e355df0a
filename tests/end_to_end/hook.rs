//! `tightlip hook`.

use std::process::Command;

use crate::world::{World, token};

/// Whether git lets a commit pass the installed hooks.
fn commit(world: &World) -> bool {
    Command::new("git")
        .args(["-c", "user.name=Dev", "-c", "user.email=dev@example.invalid"])
        .args(["commit", "-q", "-m", "work"])
        .current_dir(world.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap()
        .status
        .success()
}

#[test]
fn the_installed_hook_refuses_a_planted_token_and_passes_a_clean_commit() {
    let world = World::with_repository();
    assert_eq!(world.run(&["hook", "install"]).code, 0);
    world.write("a.txt", "fine\n");
    world.git(&["add", "-A"]);
    assert!(commit(&world));
    world.write("b.env", format!("TOKEN={}\n", token(1)));
    world.git(&["add", "-A"]);
    assert!(!commit(&world));
    assert_eq!(world.run(&["hook", "uninstall"]).code, 0);
    assert!(commit(&world));
}

#[test]
fn an_existing_hook_is_kept_and_runs_first() {
    let world = World::with_repository();
    let hook = world.join(".git/hooks/pre-commit");
    world.write(".git/hooks/pre-commit", "#!/bin/sh\ntouch ran\n");
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = world.run(&["hook", "install"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("exists"), "{}", run.stderr);
    assert_eq!(world.run(&["hook", "install", "--force"]).code, 0);
    world.write("b.env", format!("TOKEN={}\n", token(1)));
    world.git(&["add", "-A"]);
    assert!(!commit(&world));
    assert!(world.join("ran").exists());
    assert_eq!(world.run(&["hook", "uninstall"]).code, 0);
    assert_eq!(std::fs::read_to_string(&hook).unwrap(), "#!/bin/sh\ntouch ran\n");
}

#[test]
fn files_that_pre_commit_names_are_scanned_unless_the_index_changes_them() {
    let world = World::with_repository();
    world.write("old.env", format!("TOKEN={}\n", token(1)));
    world.write("a.txt", "fine\n");
    world.commit("old");
    assert_eq!(world.run(&["hook", "run", "pre-commit"]).code, 0);
    assert_eq!(world.run(&["hook", "run", "pre-commit", "a.txt"]).code, 0);
    assert_eq!(world.run(&["hook", "run", "pre-commit", "a.txt", "old.env"]).code, 1);
    world.write("old.env", format!("# one more line\nTOKEN={}\n", token(1)));
    world.git(&["add", "-A"]);
    assert_eq!(world.run(&["hook", "run", "pre-commit", "old.env"]).code, 0);
}
