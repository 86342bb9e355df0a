//! `tightlip diff`.

use crate::world::{World, token};

/// A repository with a commit on `main` and the branch `work` checked out.
fn branched() -> World {
    let world = World::with_repository();
    world.write("old.env", format!("OLD={}\n", token(1)));
    world.commit("base");
    world.git(&["checkout", "-q", "-b", "work"]);
    world
}

#[test]
fn a_branch_is_judged_by_what_it_adds() {
    let world = branched();
    world.write("new.env", format!("A=1\nNEW={}\n", token(2)));
    world.commit("new");
    assert_eq!(world.found(&["diff", "main"]), (1, vec![format!("new.env:2 {}", token(2))]));
}

#[test]
fn a_secret_added_and_taken_out_again_is_still_leaked() {
    let world = branched();
    world.write("new.env", format!("NEW={}\n", token(2)));
    let leak = world.commit("leak");
    world.remove("new.env");
    world.commit("take it out");
    let (code, findings) = world.findings(&["diff", "main"]);
    assert_eq!(code, 1);
    assert_eq!(findings[0]["commit"]["id"], leak.as_str());
    assert_eq!(findings[0]["commit"]["author"], "Ada Author");
}

#[test]
fn what_comes_in_through_the_second_parent_of_a_merge_is_seen() {
    let world = branched();
    world.git(&["checkout", "-q", "-b", "side", "main"]);
    world.write("side.env", format!("SIDE={}\n", token(3)));
    world.commit("side");
    world.git(&["checkout", "-q", "work"]);
    world.write("x", "x\n");
    world.commit("x");
    world.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    assert_eq!(world.found(&["diff", "main"]), (1, vec![format!("side.env:1 {}", token(3))]));
}

#[test]
fn a_branch_cannot_switch_off_its_own_scan() {
    let world = branched();
    world.write(".tightlip.yaml", "allow:\n  - path: '**'\n    reason: all of it\n");
    world.write("new.env", format!("NEW={}\n", token(2)));
    world.commit("leak");
    assert_eq!(world.run(&["diff", "main"]).code, 1);
}

#[test]
fn the_settings_of_the_base_count() {
    let world = World::with_repository();
    world.write(".tightlip.yaml", "allow:\n  - path: 'fixtures/**'\n    reason: made up\n");
    world.commit("base");
    world.git(&["checkout", "-q", "-b", "work"]);
    world.remove(".tightlip.yaml");
    world.write("fixtures/new.env", format!("NEW={}\n", token(2)));
    world.commit("fixture");
    assert_eq!(world.run(&["diff", "main"]).code, 0);
}

#[test]
fn a_base_that_is_not_there_is_an_error() {
    let world = branched();
    world.write("new.env", format!("NEW={}\n", token(2)));
    world.commit("leak");
    for base in ["no-such-branch", "0123456789012345678901234567890123456789", "--output=x"] {
        let run = world.run(&["diff", "--", base]);
        assert!(run.code & 2 == 2, "{base}: {}", run.code);
        assert!(run.stderr.contains(base) || run.stdout.contains(base), "{}", run.stderr);
    }
}

#[test]
fn the_all_zero_base_means_everything() {
    let world = branched();
    let (code, found) = world.found(&["diff", "0000000000000000000000000000000000000000"]);
    assert_eq!((code, found), (1, vec![format!("old.env:1 {}", token(1))]));
}

#[test]
fn a_line_shows_where_it_stands_at_head() {
    let world = branched();
    world.write("new.env", format!("NEW={}\n", token(2)));
    let first = world.commit("leak");
    world.write("new.env", format!("A=1\nB=2\nNEW={}\n", token(2)));
    world.commit("lines above it");
    let (_, findings) = world.findings(&["diff", "main"]);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["line"], 3);
    assert_eq!(findings[0]["commit"]["id"], first.as_str());
}

#[test]
fn a_range_without_a_commit_is_incomplete_unless_that_is_allowed() {
    let world = branched();
    let run = world.run(&["diff", "main", "--format", "json"]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("nothing was scanned"), "{}", run.stdout);
    assert_eq!(world.run(&["diff", "main", "--allow-empty"]).code, 0);
}
