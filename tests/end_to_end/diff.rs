//! `tightlip diff`.

use crate::world::{World, tightlip, token};

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

#[test]
fn what_the_change_lets_pass_by_its_own_marks_is_listed() {
    let world = branched();
    world.write("new.env", format!("NEW={} # tightlip:allow -- made up\n", token(2)));
    world.commit("marked");
    for format in ["human", "github", "markdown", "html"] {
        let run = world.run(&["diff", "main", "--format", format]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let text = run.stdout.to_lowercase();
        assert!(text.contains("newly suppressed") && text.contains("made up"), "{}", run.stdout);
    }
    assert_eq!(world.run(&["diff", "main", "--untrusted"]).code, 1);
}

#[test]
fn without_a_base_the_build_service_is_asked() {
    let world = branched();
    let base = world.git(&["rev-parse", "main"]);
    world.write("new.env", format!("NEW={}\n", token(2)));
    world.commit("leak");
    let run = |variables: &[(&str, &str)]| {
        let mut command = tightlip();
        command.args(["diff", "--format", "json"]).current_dir(world.path());
        command.envs(variables.iter().copied());
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), said, String::from_utf8(output.stdout).unwrap())
    };
    let (code, said, report) =
        run(&[("GITLAB_CI", "true"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)]);
    assert_eq!(code, 1, "{said}");
    assert!(report.contains("new.env") && !report.contains("old.env"), "{report}");
    assert!(said.contains(&base) && said.contains("GitLab"), "{said}");
    let (code, said, _) =
        run(&[("TF_BUILD", "True"), ("SYSTEM_PULLREQUEST_TARGETBRANCH", "$(id)")]);
    assert_eq!(code, 2);
    assert!(said.contains("fetch it"), "{said}");
    let (code, said, report) =
        run(&[("GITLAB_CI", "1"), ("CI_COMMIT_BEFORE_SHA", &"0".repeat(40))]);
    assert_eq!(code, 1, "{said}");
    assert!(report.contains("old.env"), "all commits of a first push are new: {report}");
    let (code, said, _) = run(&[]);
    assert_eq!(code, 2);
    assert!(said.contains("name it"), "{said}");
}

#[test]
fn a_clone_that_is_too_shallow_says_how_deep_it_must_be() {
    let world = branched();
    let base = world.git(&["rev-parse", "main"]);
    for number in 0..3 {
        world.write("x", format!("{number}\n"));
        world.commit("more");
    }
    let url = format!("file://{}", world.path().display());
    world.git(&["clone", "-q", "--depth=1", "--branch=work", &url, "shallow"]);
    world.write(
        "event.json",
        format!("{{\"pull_request\":{{\"base\":{{\"sha\":\"{base}\"}},\"commits\":3}}}}"),
    );
    let mut command = tightlip();
    command.args(["diff"]).current_dir(world.join("shallow"));
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_EVENT_PATH", world.join("event.json"));
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("depth of 5"), "{said}");
}
