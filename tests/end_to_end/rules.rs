//! `tightlip rules`.

use crate::world::World;

const RULE: &str = "provider: Acme\nrules:\n  - id: acme-token\n    name: token\n    kind: api-key\n    \
                    anchors: [acmetok_]\n    pattern: 'acmetok_[a-z0-9]{24}'\n    revoke: ask Acme\n";

#[test]
fn the_rules_are_listed_and_shown() {
    let world = World::new();
    let run = world.run(&["rules", "list", "--provider", "github", "--format", "json"]);
    assert_eq!(run.code, 0);
    let listed = run.json();
    assert!(listed.as_array().unwrap().iter().all(|rule| rule["provider"] == "GitHub"));
    let run = world.run(&["rules", "show", "github-personal-access-token"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("github-crc32"), "{}", run.stdout);
    assert_eq!(world.run(&["rules", "show", "nothing"]).code, 2);
}

#[test]
fn a_users_rule_is_checked_and_finds() {
    let world = World::new();
    world.write("rules/acme.yaml", RULE);
    world.write("a.env", "X=acmetok_q7w2e9r4t1y6u3i8o5p0a2s4\n");
    assert_eq!(world.run(&["rules", "check", "rules"]).code, 0);
    assert_eq!(world.run(&["scan", "a.env"]).code, 0);
    let (code, found) = world.found(&["scan", "a.env", "--rules", "rules"]);
    assert_eq!(code, 1, "{found:?}");
    assert_eq!(found, ["a.env:1 acmetok_q7w2e9r4t1y6u3i8o5p0a2s4"]);
}

#[test]
fn a_bad_rule_is_an_error_with_file_and_line() {
    let world = World::new();
    world.write("acme.yaml", RULE.replace("{24}", "+"));
    let run = world.run(&["rules", "check", "acme.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("acme.yaml:7"), "{}", run.stderr);
    world.write("a.txt", "fine\n");
    assert_eq!(world.run(&["scan", "a.txt", "--rules", "acme.yaml"]).code, 2);
}
