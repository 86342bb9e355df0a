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

#[test]
fn rules_are_chosen_by_their_proof() {
    let world = World::new();
    let run = world.run(&["rules", "list", "--proof", "npm-crc32", "--examples"]);
    assert!(
        run.stdout.contains("npm-access-token") && run.stdout.contains("npm_"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("slack"), "{}", run.stdout);
}

#[test]
fn a_made_up_credential_is_shown_and_found() {
    let world = World::new();
    let run = world.run(&["rules", "show", "npm-access-token", "--format", "json"]);
    let rule = run.json();
    assert_eq!((&rule["provider"], &rule["form"]), (&"npm".into(), &"pattern".into()));
    let example = &rule["examples"][0];
    world.write("a.txt", example["line"].as_str().unwrap());
    let (code, found) = world.found(&["scan", "a.txt"]);
    assert_eq!(code, 1);
    assert_eq!(found, [format!("a.txt:1 {}", example["secret"].as_str().unwrap())]);
}

#[test]
fn a_mistyped_rule_is_answered_with_those_like_it() {
    let world = World::new();
    let run = world.run(&["rules", "show", "npm-acess-token"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("did you mean `npm-access-token`"), "{}", run.stderr);
}

#[test]
fn a_rule_that_misses_its_own_example_is_an_error_with_file_and_line() {
    let world = World::new();
    world.write("acme.yaml", format!("{RULE}    examples: ['x{{secret}}']\n"));
    let run = world.run(&["rules", "check", "acme.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("acme.yaml:3: rule `acme-token`"), "{}", run.stderr);
    world.write("acme.yaml", format!("{RULE}    clean: ['acmetok_q7w2e9r4t1y6u3i8o5p0a2s4']\n"));
    let run = world.run(&["rules", "check", "acme.yaml"]);
    assert!(run.stderr.contains("finds something in"), "{}", run.stderr);
}

#[test]
fn what_only_the_scanner_can_refuse_is_told_with_file_and_line() {
    let world = World::new();
    world.write("acme.yaml", format!("{RULE}    proof: nonsense\n"));
    for command in [&["rules", "check", "acme.yaml"][..], &["scan", "--rules", "acme.yaml"]] {
        let run = world.run(command);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("acme.yaml:3: rule `acme-token`"), "{}", run.stderr);
    }
    world.write("acme.yaml", [RULE.as_bytes(), b"    note: \xff\n"].concat());
    let run = world.run(&["rules", "check", "acme.yaml"]);
    let line = RULE.lines().count() + 1;
    assert!(run.stderr.contains(&format!("acme.yaml:{line}: no UTF-8")), "{}", run.stderr);
}

#[test]
fn an_anchor_that_is_everywhere_is_pointed_out() {
    let world = World::new();
    world.write("acme.yaml", RULE.replace("acmetok_", "version"));
    let run = world.run(&["rules", "check", "acme.yaml"]);
    assert!(run.stdout.contains("(common: find a rarer one)"), "{}{}", run.stdout, run.stderr);
}

#[test]
fn imported_rules_find() {
    let world = World::new();
    let toml = "[[rules]]\nid = 'acme-token'\nregex = '''\\b(acmetok_[a-z0-9]{24})\\b'''\nkeywords = ['acmetok_']\n";
    world.write("gitleaks.toml", toml);
    let run = world.run(&["rules", "import", "--from", "gitleaks", "gitleaks.toml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    world.write("rules/imported.yaml", &run.stdout);
    world.write("a.env", "X=acmetok_q7w2e9r4t1y6u3i8o5p0a2s4\n");
    let (code, found) = world.found(&["scan", "a.env", "--rules", "rules"]);
    assert_eq!((code, found.len()), (1, 1), "{found:?}");
    world.write("gitleaks.toml", format!("{toml}[[rules]]\nid = 'a'\npath = 'b'\n"));
    let run = world.run(&["rules", "import", "--from", "gitleaks", "gitleaks.toml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("rule `a`: left out"), "{}", run.stderr);
}
