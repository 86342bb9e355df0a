//! `tightlip staged`.

use crate::world::{World, token};

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
