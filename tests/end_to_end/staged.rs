//! `tightlip staged`.

use crate::world::{World, tightlip, token};

/// Runs tightlip in a folder with some environment; its exit code and standard error.
fn run_with(folder: &std::path::Path, args: &[&str], env: &[(&str, &str)]) -> (i32, String) {
    let mut command = tightlip();
    let output = command.args(args).current_dir(folder).envs(env.iter().copied()).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// A repository with a token in an index that is not its usual one.
fn with_other_index() -> World {
    let world = World::with_repository();
    world.write("docs/a.txt", "fine\n");
    world.commit("fine");
    std::fs::copy(world.join(".git/index"), world.join(".git/usual")).unwrap();
    world.write("prod.env", format!("TOKEN={}\n", token(1)));
    world.git(&["add", "-A"]);
    std::fs::rename(world.join(".git/index"), world.join(".git/other")).unwrap();
    std::fs::rename(world.join(".git/usual"), world.join(".git/index")).unwrap();
    world
}

#[test]
fn only_what_the_commit_adds_is_reported() {
    let world = World::with_repository();
    world.write("old.env", format!("OLD={}\n", token(1)));
    world.commit("old");
    world.write("old.env", format!("OLD={}\nNEW={}\n", token(1), token(2)));
    world.git(&["add", "-A"]);
    world.write("old.env", format!("WORKING={}\n", token(3)));
    world.write("untracked.env", format!("UNTRACKED={}\n", token(4)));
    assert_eq!(world.found(&["staged"]), (1, vec![format!("old.env:2 {}", token(2))]));
}

#[test]
fn of_a_file_too_long_to_be_compared_every_line_counts_and_one_above_the_limit_is_counted() {
    let world = World::with_repository();
    let long = "nothing of interest\n".repeat(900_000);
    world.write("long.txt", format!("{long}OLD={}\n", token(1)));
    world.write("short.txt", format!("OLD={}\n", token(2)));
    world.commit("old");
    world.write("long.txt", format!("{long}OLD={}\nNEW=1\n", token(1)));
    world.write("short.txt", format!("OLD={}\nNEW=1\n", token(2)));
    world.git(&["add", "-A"]);
    assert_eq!(world.found(&["staged"]), (1, vec![format!("long.txt:900001 {}", token(1))]));
    world.write(".tightlip.yaml", "max-file-size: 1000000\n");
    world.git(&["add", "-A"]);
    let run = world.run(&["staged", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.json()["scan"]["coverage"]["skipped"]["too-large"], 1);
}

#[test]
fn a_secret_that_a_new_line_completes_is_reported() {
    let world = World::with_repository();
    let value = "wJalrXUtnFEMIK7MDENGbPxRfiCYzq83hTbA0vNs";
    let known = format!("OLD={}\n", token(1));
    world.write("conf.yaml", format!("{known}# what follows\n    \"{value}\"\n"));
    world.commit("half of it");
    world.write("conf.yaml", format!("{known}aws_secret_access_key:\n    \"{value}\"\n"));
    world.git(&["add", "-A"]);
    assert_eq!(world.found(&["staged"]), (1, vec![format!("conf.yaml:3 {value}")]));
    world.write("conf.yaml", format!("{known}# more\n# what follows\n    \"{value}\"\n"));
    world.git(&["add", "-A"]);
    assert_eq!(world.found(&["staged"]), (0, Vec::new()));
}

#[test]
fn a_secret_that_a_deleted_line_completes_is_reported() {
    let world = World::with_repository();
    let value = "wJalrXUtnFEMIK7MDENGbPxRfiCYzq83hTbA0vNs";
    let known = format!("OLD={}\n", token(1));
    let apart = "# not the value:\n".repeat(3);
    world.write("a.yaml", format!("{known}aws_secret_access_key:\n{apart}    \"{value}\"\n"));
    world.write("c.txt", format!("{known}two\nthree\n"));
    world.commit("apart");
    world.write("a.yaml", format!("{known}aws_secret_access_key:\n    \"{value}\"\n"));
    world.write("c.txt", format!("{known}three\n"));
    world.git(&["add", "-A"]);
    let wanted = vec![format!("a.yaml:3 {value}")];
    assert_eq!(world.found(&["staged"]), (1, wanted.clone()));
    world.git(&["commit", "-q", "-m", "together"]);
    assert_eq!(world.found(&["diff", "HEAD~1"]), (1, wanted));
}

#[test]
fn it_works_before_the_first_commit_and_in_a_subfolder() {
    let world = World::with_repository();
    world.write("deploy/prod.env", format!("TOKEN={}\n", token(1)));
    world.write("docs/a.txt", "fine\n");
    world.git(&["add", "-A"]);
    let run = world.run_in("docs", &["staged", "--format", "json"], None);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["findings"][0]["path"], "deploy/prod.env");
}

#[test]
fn nothing_staged_is_clean() {
    let world = World::with_repository();
    world.write("a.txt", "fine\n");
    world.commit("fine");
    assert_eq!(world.run(&["staged"]).code, 0);
}

#[test]
fn outside_a_repository_it_fails_and_says_why() {
    let world = World::new();
    let run = world.run(&["staged"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("git repository"), "{}", run.stderr);
}

#[test]
fn a_second_part_added_to_an_old_key_is_seen_with_it() {
    let world = World::with_repository();
    let body = crate::world::token(9);
    let id = ["AK", "IA", "QYLPMN5HFIQR7XYA"].concat();
    let secret = format!("{}/{}", &body[4..], "Zq7");
    world.write("aws.ini", format!("aws_access_key_id = {id}\n"));
    world.commit("the id");
    let text = format!("aws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    world.write("aws.ini", text);
    world.git(&["add", "-A"]);
    let (code, found) = world.found(&["staged"]);
    assert_eq!((code, found), (1, vec![format!("aws.ini:2 {secret}")]));
}

#[test]
fn the_repository_that_git_dir_names_is_scanned() {
    let world = World::with_repository();
    world.write("prod.env", format!("TOKEN={}\n", token(1)));
    world.git(&["add", "-A"]);
    let elsewhere = World::with_repository();
    let git_dir = world.join(".git");
    let env = [("GIT_DIR", git_dir.to_str().unwrap())];
    assert_eq!(run_with(elsewhere.path(), &["staged"], &env).0, 1);
    assert_eq!(run_with(elsewhere.path(), &["hook", "run", "pre-commit"], &env).0, 1);
    assert_eq!(run_with(elsewhere.path(), &["staged", "--repo", "."], &env).0, 0);
}

#[test]
fn an_index_in_the_environment_is_named_from_the_top_of_the_work_tree() {
    let world = with_other_index();
    assert_eq!(run_with(world.path(), &["staged"], &[]).0, 0);
    let env = [("GIT_INDEX_FILE", ".git/other")];
    assert_eq!(run_with(&world.join("docs"), &["staged"], &env).0, 1);
    let folder = world.path().to_str().unwrap();
    assert_eq!(run_with(world.path(), &["staged", "--repo", folder], &env).0, 1);
    let elsewhere = World::with_repository();
    assert_eq!(run_with(elsewhere.path(), &["staged", "--repo", folder], &env).0, 0);
}

#[test]
fn a_new_empty_file_counts_as_read() {
    let world = World::with_repository();
    world.write("__init__.py", "");
    world.git(&["add", "-A"]);
    let told = world.run(&["staged"]);
    assert!(told.stdout.contains("read 1 staged file (0 bytes)"), "{}", told.stdout);
}

#[test]
fn an_index_in_the_environment_that_is_not_there_is_no_empty_one() {
    let world = with_other_index();
    let (code, said) = run_with(world.path(), &["staged"], &[("GIT_INDEX_FILE", ".git/none")]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("GIT_INDEX_FILE"), "{said}");
}

#[test]
fn settings_count_as_they_are_staged() {
    let world = World::with_repository();
    world.write("prod.env", format!("TOKEN={}\n", token(1)));
    world.git(&["add", "-A"]);
    world.write(".tightlip.yaml", "allow:\n- path: prod.env\n  reason: a test\n");
    assert_eq!(world.run(&["staged"]).code, 1);
    assert_eq!(world.run(&["hook", "run", "pre-commit"]).code, 1);
    world.git(&["add", "-A"]);
    world.remove(".tightlip.yaml");
    assert_eq!(world.run(&["staged"]).code, 0);
}

#[test]
fn rule_files_are_read_from_the_index() {
    let world = World::with_repository();
    world.write(".tightlip.yaml", "rules: [own/]\n");
    world.write("own/a.yaml", "no: rule\n");
    world.git(&["add", "-A"]);
    world.remove("own/a.yaml");
    let run = world.run(&["staged"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains(":own/"), "{}", run.stderr);
}
