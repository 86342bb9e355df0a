//! `.tightlip.yaml` and `tightlip config show`.

use crate::world::{World, token};

#[test]
fn an_unknown_key_is_an_error_that_names_file_and_line() {
    let world = World::new();
    world.write(".tightlip.yaml", "exclude: []\nbaselin: x\n");
    world.write("a.txt", "fine\n");
    let run = world.run(&["scan"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains(".tightlip.yaml"), "{}", run.stderr);
    assert!(run.stderr.contains("line 2") && run.stderr.contains("baselin"), "{}", run.stderr);
}

#[test]
fn settings_exclude_paths_and_let_findings_pass() {
    let world = World::new();
    let settings = "exclude: ['vendor/**']\nallow:\n  - path: 'fixtures/**'\n    reason: made up\n";
    world.write(".tightlip.yaml", settings);
    world.write("vendor/a.env", format!("TOKEN={}\n", token(1)));
    world.write("fixtures/b.env", format!("TOKEN={}\n", token(2)));
    let run = world.run(&["scan", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let report = run.json();
    assert_eq!(report["suppressed"][0]["suppression"]["reason"], "made up");
    assert_eq!(world.run(&["scan", "--untrusted"]).code, 1);
}

#[test]
fn an_exception_that_expired_no_longer_counts_and_is_named() {
    let world = World::new();
    let settings = "allow:\n  - path: '**'\n    reason: for now\n    expires: 2020-01-01\n";
    world.write(".tightlip.yaml", settings);
    world.write("a.env", format!("TOKEN={}\n", token(1)));
    let run = world.run(&["scan", "--format", "json"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("expired on 2020-01-01"), "{}", run.stdout);
}

#[test]
fn only_an_exception_that_nothing_needed_is_named() {
    let world = World::new();
    let entry = |path: &str| format!("  - path: {path}\n    reason: made up\n");
    world.write(".tightlip.yaml", format!("allow:\n{}{}", entry("a.env"), entry("b.env")));
    world.write("a.env", format!("TOKEN={}\n", token(1)));
    let run = world.run(&["scan", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.contains("path `b.env` was not needed"), "{}", run.stdout);
    assert!(!run.stdout.contains("path `a.env` was not needed"), "{}", run.stdout);
}

#[test]
fn the_settings_in_force_are_shown_with_where_they_came_from() {
    let world = World::new();
    world.write(".tightlip.yaml", "min-confidence: high\n");
    let run = world.run(&["config", "show", "--min-severity", "low"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let line = |name: &str| {
        run.stdout.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned()
    };
    assert!(line("min-confidence").contains("high") && line("min-confidence").contains(".yaml"));
    assert!(line("min-severity").ends_with("low  # command line"), "{}", run.stdout);
    assert!(line("exclude").ends_with("# default"), "{}", run.stdout);
}

#[test]
fn a_settings_file_that_is_a_link_is_refused() {
    let world = World::new();
    world.write("a.txt", "fine\n");
    std::os::unix::fs::symlink("/dev/zero", world.join(".tightlip.yaml")).unwrap();
    let run = world.run(&["scan"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("is a link"), "{}", run.stderr);
}

#[test]
fn settings_build_on_others_of_the_repository_and_say_which() {
    let world = World::new();
    world.write("ci/base.yaml", "min-confidence: low\nmin-severity: low\nexclude: ['vendor/**']\n");
    world.write(
        ".tightlip.yaml",
        "extends: [ci/base.yaml]\nmin-severity: high\nexclude: ['gen/**']\n",
    );
    let run = world.run(&["config", "show"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let line = |name: &str| {
        run.stdout.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned()
    };
    assert!(
        line("min-confidence").contains("low") && line("min-confidence").ends_with("base.yaml")
    );
    assert!(
        line("min-severity").contains("high") && line("min-severity").ends_with(".tightlip.yaml")
    );
    assert!(line("exclude").contains("[vendor/**, gen/**]"), "{}", run.stdout);
    for (text, wanted) in [
        ("extends: [.tightlip.yaml]\n", "without end"),
        ("extends: [../x.yaml]\n", "outside"),
        ("extends: [gone.yaml]\n", "there is no"),
    ] {
        world.write(".tightlip.yaml", text);
        let run = world.run(&["config", "show"]);
        assert!(run.code == 2 && run.stderr.contains(wanted), "{text}: {}", run.stderr);
    }
}

#[test]
fn a_policy_is_not_weakened_by_the_settings_it_bounds() {
    let world = World::new();
    let policies = tempfile::tempdir().unwrap();
    let policy = policies.path().join("policy.yaml");
    let settings = "exclude: ['a.env']\nskip-rules: [github-personal-access-token]\nmin-severity: critical\n\
                    allow:\n  - path: '**'\n    reason: all of it\n";
    world.write(".tightlip.yaml", settings);
    world.write("a.env", format!("TOKEN={}\n", token(1)));
    world.write("b.env", format!("TOKEN={} # tightlip:allow\n", token(2)));
    assert_eq!(world.run(&["scan"]).code, 0);
    let scan = ["scan", "--policy", policy.to_str().unwrap()];
    std::fs::write(&policy, "permit: []\n").unwrap();
    let (code, found) = world.found(&scan);
    assert_eq!((code, found.len()), (1, 2), "{found:?}");
    let said = world.run(&scan).stderr;
    assert!(
        ["`exclude`", "`skip-rules`", "`allow`", "`min-severity`"]
            .iter()
            .all(|name| said.contains(name)),
        "{said}"
    );
    std::fs::write(&policy, "permit: [marks]\n").unwrap();
    assert_eq!(world.found(&scan).1, [format!("a.env:1 {}", token(1))]);
    std::fs::write(&policy, "permit: [everything]\n").unwrap();
    assert_eq!(world.run(&scan).code, 2);
}

#[test]
fn the_users_own_names_and_values_are_looked_for_and_let_pass() {
    let world = World::new();
    world.write(
        "app.ini",
        "shibboleth = q8Zr4TnB1x\nx = acme-prod-Zr4TnB1x\nlicence_key = q8Zr4TnB1xW0\n",
    );
    let found = |world: &World| {
        let run = world.run(&["scan", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("a report");
        let rules = |key: &str| -> Vec<String> {
            let list = report[key].as_array().expect("a list");
            list.iter().map(|one| one["rule"].as_str().expect("an id").to_owned()).collect()
        };
        (rules("findings"), rules("suppressed"))
    };
    let (before, _) = found(&world);
    assert_eq!(before, ["key-assignment"]);
    let settings = "look-for:\n  names: [shibboleth]\n  values: [acme-prod-]\n\
                    allow:\n  - name: 'licence*'\n    reason: shipped to everybody\n";
    world.write(".tightlip.yaml", settings);
    let (findings, suppressed) = found(&world);
    assert_eq!(findings, ["named-secret", "listed-secret"]);
    assert_eq!(suppressed, ["key-assignment"]);
}

#[test]
fn a_path_may_ask_for_more_than_the_rest_and_a_rule_may_be_graded_anew() {
    let world = World::new();
    let rule = "github-personal-access-token";
    world.write(
        ".tightlip.yaml",
        format!(
            "paths:\n  - path: tests/\n    skip-rules: [{rule}]\n  - path: 'docs/**'\n    \
             min-severity: high\nseverities:\n  {rule}: medium\n"
        ),
    );
    for (place, seed) in [("tests/a.env", 1), ("docs/b.env", 2), ("src/c.env", 3)] {
        world.write(place, format!("TOKEN={}\n", token(seed)));
    }
    let run = world.run(&["scan", "--format", "json"]);
    let report = run.json();
    assert_eq!((run.code, report["findings"].as_array().unwrap().len()), (1, 1));
    assert_eq!(report["findings"][0]["severity"], "medium");
    let reasons: Vec<_> = report["suppressed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["suppression"]["reason"].as_str().unwrap())
        .collect();
    let low = "less than high severity, left out by the settings for `docs/**`";
    assert_eq!(reasons, [low, "rule left out by the settings for `tests/`"]);
    assert!(!run.stdout.contains("was not needed"), "{}", run.stdout);
    world.write("policy.yaml", "permit: []\n");
    let run = world.run(&["scan", "--format", "json", "--policy", "policy.yaml"]);
    assert_eq!(run.json()["findings"].as_array().unwrap().len(), 3);
    for name in ["`paths`", "`severities`"] {
        assert!(run.stderr.contains(name), "{}", run.stderr);
    }
    let shown = world.run(&["config", "show"]).stdout;
    assert!(shown.contains("paths:           [docs/**, tests/**]  # "), "{shown}");
    assert!(shown.contains(&format!("severities:      {{{rule}: medium}}  # ")), "{shown}");
    world.write(".tightlip.yaml", "severities:\n  no-such-rule: low\n");
    let run = world.run(&["scan"]);
    assert!(run.code == 2 && run.stderr.contains("there is no rule"), "{}", run.stderr);
    world.write(".tightlip.yaml", "paths:\n  - path: a\n");
    let run = world.run(&["scan"]);
    assert!(run.code == 2 && run.stderr.contains("line 2: an entry of `paths`"), "{}", run.stderr);
}

#[test]
fn fail_on_counts_only_what_is_bad_enough_for_the_exit_code() {
    let world = World::new();
    world.write("a.env", format!("TOKEN={}\n", token(1)));
    world.write(".tightlip.yaml", "severities:\n  github-personal-access-token: medium\n");
    let run = |grade: &str| world.run(&["scan", "--format", "json", "--fail-on", grade]);
    assert_eq!((run("medium").code, run("high").code), (1, 0));
    assert_eq!(run("high").json()["summary"]["findings"], 1);
    assert_eq!(world.run(&["scan", "a.env", "gone.env", "--fail-on", "high"]).code, 2);
}
