//! `tightlip scan`.

use crate::world::{World, token};

#[test]
fn a_clean_folder_ends_with_0_and_says_what_was_read() {
    let world = World::new();
    world.write("a.txt", "nothing here\n");
    let run = world.run(&["scan"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("1 file"), "{}", run.stdout);
}

#[test]
fn a_token_is_found_with_its_place_and_masked() {
    let world = World::new();
    world.write("conf/prod.env", format!("A=1\nTOKEN={}\n", token(1)));
    assert_eq!(world.found(&["scan"]), (1, vec![format!("conf/prod.env:2 {}", token(1))]));
    let run = world.run(&["scan"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("conf/prod.env:2:7"), "{}", run.stdout);
    assert!(!run.stdout.contains(&token(1)), "{}", run.stdout);
}

#[test]
fn a_path_that_is_not_there_is_an_error_and_the_rest_is_scanned() {
    let world = World::new();
    world.write("a.env", format!("TOKEN={}\n", token(1)));
    assert_eq!(world.run(&["scan", "absent"]).code, 2);
    let run = world.run(&["scan", "a.env", "absent", "--format", "json"]);
    assert_eq!(run.code, 3);
    let report = run.json();
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    assert_eq!(report["scan"]["complete"], false);
    assert_eq!(report["scan"]["errors"][0]["path"], "absent");
}

#[test]
fn what_each_rule_cost_is_said_beside_the_report_when_asked_for() {
    let world = World::new();
    world.write("a.env", format!("TOKEN={}\n", token(1)));
    let plain = world.run(&["scan", "--format", "jsonl"]);
    let run = world.run(&["scan", "--format", "jsonl", "--rule-stats"]);
    assert_eq!((run.code, &run.stdout), (1, &plain.stdout));
    let row = run.stderr.lines().find(|line| line.ends_with("github-personal-access-token"));
    let row: Vec<&str> = row.expect("the rule has a row").split_whitespace().collect();
    assert_eq!((row[0], row[1], row[5]), ("1", "1", "1"), "{}", run.stderr);
    assert!(!plain.stderr.contains("anchor hits"), "{}", plain.stderr);
}

#[test]
fn an_empty_folder_is_incomplete_unless_that_is_allowed() {
    let world = World::new();
    assert_eq!(world.run(&["scan"]).code, 2);
    assert_eq!(world.run(&["scan", "--allow-empty"]).code, 0);
}

#[test]
fn standard_input_is_scanned_to_its_end() {
    let world = World::new();
    let input = format!("a\nb\nTOKEN={}", token(2));
    let run = world.run_in(".", &["scan", "-", "--format", "json"], Some(input.as_bytes()));
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["findings"][0]["line"], 3);
}

#[test]
fn what_git_ignores_is_skipped_and_counted_and_can_be_scanned() {
    let world = World::with_repository();
    world.write(".gitignore", "*.local\n");
    world.write("a.local", format!("TOKEN={}\n", token(1)));
    world.write("b.txt", "fine\n");
    let run = world.run(&["scan", "--format", "json"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.json()["scan"]["coverage"]["skipped"]["git-ignored"], 1);
    assert_eq!(world.run(&["scan", "--no-ignore"]).code, 1);
    assert_eq!(world.run(&["scan", "--untrusted"]).code, 1);
}

#[test]
fn a_file_that_is_named_twice_is_reported_once() {
    let world = World::new();
    world.write("a/b.env", format!("TOKEN={}\n", token(1)));
    let wanted = (1, vec![format!("a/b.env:1 {}", token(1))]);
    assert_eq!(world.found(&["scan", "a", "a/b.env", "./a"]), wanted);
}

#[test]
fn loose_objects_are_read_where_the_tree_is_not_trusted() {
    let world = World::with_repository();
    world.write("a.env", format!("TOKEN={}\n", token(1)));
    world.commit("leak");
    world.remove("a.env");
    let (code, found) = world.found(&["scan", "--untrusted"]);
    assert_eq!((code, found.len()), (1, 1), "{found:?}");
    assert!(found[0].starts_with(".git/objects/"), "{found:?}");
}

#[test]
fn a_mark_in_the_text_suppresses_and_the_report_still_lists_it() {
    let world = World::new();
    world.write("a.env", format!("TOKEN={} # tightlip:allow -- a fixture\n", token(1)));
    let run = world.run(&["scan", "--format", "json"]);
    assert_eq!(run.code, 0);
    let report = run.json();
    assert_eq!(report["suppressed"][0]["suppression"]["reason"], "a fixture");
    assert_eq!(world.run(&["scan", "--untrusted"]).code, 1);
}

#[test]
fn several_reports_come_from_one_scan() {
    let world = World::new();
    world.write("a/a.env", format!("TOKEN={}\n", token(1)));
    let run = world.run(&["scan", "a", "--output", "json=r.json", "--output", "sarif=r.sarif"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("a/a.env:1:7"), "{}", run.stdout);
    for (file, key) in [("r.json", "findings"), ("r.sarif", "runs")] {
        let text = std::fs::read_to_string(world.join(file)).unwrap();
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(report[key].as_array().unwrap().len(), 1, "{file}");
    }
}

#[test]
fn the_report_is_the_same_for_any_number_of_threads() {
    let world = World::new();
    for index in 0..60_u64 {
        let text = format!("A=1\nTOKEN={}\nB={}\n", token(index), token(index % 7));
        world.write(&format!("d{}/f{index}.env", index % 11), text);
    }
    let report = |jobs: &str| world.run(&["scan", "--format", "json", "--jobs", jobs]).stdout;
    let one = report("1");
    for jobs in ["1", "2", "8", "64"].repeat(25) {
        assert_eq!(one, report(jobs), "{jobs} threads");
    }
}

#[test]
fn no_format_shows_a_secret_its_neighbour_or_a_path_made_of_one() {
    let world = World::new();
    let (first, second, third) = (token(1), token(2), token(3));
    world.write("two.txt", format!("curl -H 'Authorization: token {first}' -H 'X: {second}'\n"));
    world.write(&format!("keys/{third}.env"), format!("TOKEN={third}\n"));
    for format in [
        "human",
        "json",
        "jsonl",
        "sarif",
        "github",
        "gitlab",
        "codequality",
        "junit",
        "csv",
        "markdown",
        "html",
    ] {
        let run = world.run(&["scan", "--format", format, "--verbose"]);
        assert_eq!(run.code, 1, "{format}");
        for secret in [&first, &second, &third] {
            assert!(!run.stdout.contains(secret.as_str()), "{format}: {}", run.stdout);
            assert!(!run.stderr.contains(secret.as_str()), "{format}: {}", run.stderr);
        }
    }
}

#[test]
fn an_unknown_flag_format_or_rule_is_an_error() {
    let world = World::new();
    world.write("a.txt", "fine\n");
    assert_eq!(world.run(&["scan", "--frobnicate"]).code, 2);
    assert_eq!(world.run(&["scan", "--format", "pdf"]).code, 2);
    let run = world.run(&["scan", "--rule", "no-such-rule"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`no-such-rule`"), "{}", run.stderr);
}

#[test]
fn rules_can_be_chosen() {
    let world = World::new();
    world.write("a.env", format!("TOKEN={}\n", token(1)));
    assert_eq!(world.run(&["scan", "--skip-rule", "github-personal-access-token"]).code, 0);
    assert_eq!(world.run(&["scan", "--rule", "github-personal-access-token"]).code, 1);
    assert_eq!(world.run(&["scan", "--rule", "npm-access-token"]).code, 0);
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let world = World::new();
    world.write("a.txt", "fine\n");
    assert_eq!(world.run(&["scan", "--output", "absent/r.json"]).code, 2);
}

#[test]
fn what_is_not_reported_or_only_skipped_is_masked_all_the_same() {
    let world = World::with_repository();
    world.write(".gitignore", "*.log\n");
    world.commit(&format!("rotate {}", token(2)));
    world.write(&format!("{}.log", token(1)), "fine\n");
    world.write("a.env", format!("TOKEN={}\n", token(1)));
    let run = world.run(&["scan", "--verbose"]);
    assert!(run.stderr.contains("git-ignored"), "{}", run.stderr);
    assert!(!run.stderr.contains(&token(1)), "{}", run.stderr);
    let run = world.run(&["history", "--rule", "npm-access-token", "--format", "json"]);
    assert!(!run.stdout.contains(&token(2)), "{}", run.stdout);
}
