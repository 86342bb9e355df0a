//! `tightlip hook`.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use crate::world::{World, tightlip, token};

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
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let run = world.run(&["hook", "install"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("exists"), "{}", run.stderr);
    assert_eq!(world.run(&["hook", "install", "--force"]).code, 0);
    world.write("b.env", format!("TOKEN={}\n", token(1)));
    world.git(&["add", "-A"]);
    assert!(!commit(&world));
    assert!(world.join("ran").exists());
    assert_eq!(world.run(&["hook", "uninstall"]).code, 0);
    assert_eq!(fs::read_to_string(&hook).unwrap(), "#!/bin/sh\ntouch ran\n");
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

#[test]
fn staged_and_named_files_make_one_report() {
    let world = World::with_repository();
    world.write("old.env", format!("TOKEN={}\n", token(1)));
    world.commit("old");
    world.write("new.env", format!("TOKEN={}\n", token(2)));
    world.git(&["add", "-A"]);
    let (code, mut found) = world.found(&["hook", "run", "pre-commit", "old.env", "new.env"]);
    found.sort();
    let wanted = [format!("new.env:1 {}", token(2)), format!("old.env:1 {}", token(1))];
    assert_eq!((code, found.as_slice()), (1, wanted.as_slice()));
}

#[test]
fn a_kept_hook_is_not_overwritten_by_the_next_one() {
    let world = World::with_repository();
    world.write(".git/hooks/pre-commit", "#!/bin/sh\n# first\n");
    assert_eq!(world.run(&["hook", "install", "--force"]).code, 0);
    world.write(".git/hooks/pre-commit", "#!/bin/sh\n# second\n");
    let run = world.run(&["hook", "install", "--force"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("pre-commit.before-tightlip"), "{}", run.stderr);
    let text = |name: &str| fs::read_to_string(world.join(".git/hooks").join(name)).unwrap();
    assert_eq!(text("pre-commit"), "#!/bin/sh\n# second\n");
    assert_eq!(text("pre-commit.before-tightlip"), "#!/bin/sh\n# first\n");
}

#[test]
fn a_linked_hook_is_not_written_through() {
    let world = World::with_repository();
    let hook = world.join(".git/hooks/pre-commit");
    assert_eq!(world.run(&["hook", "install"]).code, 0);
    fs::rename(&hook, world.join("tracked.sh")).unwrap();
    world.write("tracked.sh", fs::read_to_string(world.join("tracked.sh")).unwrap() + "# mine\n");
    symlink(world.join("tracked.sh"), &hook).unwrap();
    assert_eq!(world.run(&["hook", "install"]).code, 2);
    assert_eq!(world.run(&["hook", "uninstall"]).code, 2);
    assert_eq!(world.run(&["hook", "install", "--force"]).code, 0);
    assert!(fs::read_to_string(world.join("tracked.sh")).unwrap().ends_with("# mine\n"));
    world.write("a.txt", "fine\n");
    world.git(&["add", "a.txt"]);
    assert!(commit(&world), "the kept hook is ours, too: it must not call itself");
}

#[test]
fn a_git_that_refuses_the_repository_is_heard() {
    let world = World::with_repository();
    let install = ["hook", "install"];
    let mut command = tightlip();
    command.args(install).current_dir(world.path()).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("ownership"), "{said}");
    assert!(!world.join(".git/hooks/pre-commit").exists());
}

#[test]
fn a_folder_of_hooks_that_others_use_is_pointed_out() {
    let world = World::with_repository();
    let own = world.run(&["hook", "install"]);
    assert!(!own.stdout.contains("every repository"), "{}", own.stdout);
    let shared = tempfile::tempdir().unwrap();
    world.git(&["config", "core.hooksPath", shared.path().to_str().unwrap()]);
    let run = world.run(&["hook", "install"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("every repository"), "{}", run.stdout);
    assert!(shared.path().join("pre-commit").exists());
}

#[test]
fn there_is_nothing_to_uninstall_where_there_is_no_hook() {
    let run = World::with_repository().run(&["hook", "uninstall"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("there is no hook"), "{}", run.stderr);
}
