//! `tightlip baseline`.

use crate::world::{World, token};

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
