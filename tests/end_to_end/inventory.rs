//! `tightlip inventory`: a scripted past whose truth is known, field by field.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::past::{DAY, Past, Who, jwt};

/// The identity that stands at a path, with a variable.
fn at<'v>(inventory: &'v Value, path: &str, variable: &str) -> &'v Value {
    let all = inventory["identities"].as_array().unwrap();
    let stands = |place: &Value| place["path"] == path && place["variable"] == variable;
    let mut found = all.iter().filter(|one| one["places"].as_array().unwrap().iter().any(stands));
    let one = found.next().unwrap_or_else(|| panic!("nothing at {path} {variable}: {inventory:#}"));
    assert!(found.next().is_none(), "two identities at {path} {variable}");
    one
}

/// Checks the named fields of an identity.
fn check(identity: &Value, truth: Value) {
    for (field, expected) in truth.as_object().unwrap() {
        let actual = field.split('.').fold(identity, |value, part| &value[part]);
        assert_eq!(actual, expected, "{field} of {identity:#}");
    }
}

#[test]
fn a_key_that_is_still_there_is_told_with_its_age_owner_and_use() {
    let mut past = Past::new();
    let secret = past.secret();
    let id = past.put(
        "alpha/services/billing/prod.env",
        &format!("GITHUB_TOKEN={secret}\n"),
        Who::Ann,
        100,
    );
    past.put("alpha/README", "more\n", Who::Ann, 1);
    let (code, inventory) = past.inventory(&["alpha"]);
    assert_eq!(code, 0);
    assert_eq!(inventory["identities"].as_array().unwrap().len(), 1);
    let truth = json!({
        "provider": "GitHub", "family": "api-key", "environment": "production",
        "proof": "checksum", "confidence": "high", "at_head": true, "exposure_days": 100,
        "age_days": 100, "first_seen.id": id, "first_seen.author": "Ann", "removed": null,
        "last_seen": null, "expiry": {"state": "never"}, "purpose": "github for billing",
        "services": ["billing"], "occurrences": 1, "refs": ["main"], "rotations": [],
        "owner.name": Who::Ann.person(), "owner.source": "author", "owner.active": true,
        "reuse": {"files": 1, "repositories": 1, "environments": ["production"]},
        "agents": [], "companions": [], "issued_at": null, "accepted": false,
    });
    check(at(&inventory, "services/billing/prod.env", "GITHUB_TOKEN"), truth);
}

#[test]
fn removal_rotation_and_a_move_are_told_with_their_commits() {
    let mut past = Past::new();
    let [gone, old, new, moved] = [(); 4].map(|()| past.secret());
    past.put("alpha/gone.env", &format!("GONE_TOKEN={gone}\n"), Who::Ann, 300);
    past.put("alpha/rotated.env", &format!("MAIN_TOKEN={old}\n"), Who::Ann, 250);
    let first = past.put("alpha/a/moved.env", &format!("MOVED_TOKEN={moved}\n"), Who::Bob, 220);
    std::fs::remove_file(past.world.join("alpha/gone.env")).unwrap();
    let removed = past.commit("alpha", Who::Bob, 200);
    let rotation = past.put("alpha/rotated.env", &format!("MAIN_TOKEN={new}\n"), Who::Ann, 150);
    std::fs::create_dir(past.world.join("alpha/b")).unwrap();
    past.git("alpha", &["mv", "a/moved.env", "b/moved.env"], Who::Ann, 120);
    past.commit("alpha", Who::Ann, 120);

    let (_, inventory) = past.inventory(&["alpha"]);
    assert_eq!(inventory["identities"].as_array().unwrap().len(), 4);
    check(
        at(&inventory, "gone.env", "GONE_TOKEN"),
        json!({"at_head": false, "exposure_days": 100, "age_days": 300, "removed.id": removed,
               "removed.author": "Bob", "refs": ["main"]}),
    );
    check(
        at(&inventory, "a/moved.env", "MOVED_TOKEN"),
        json!({"at_head": true, "first_seen.id": first, "exposure_days": 220, "removed": null,
               "reuse.files": 2, "owner.name": Who::Bob.person()}),
    );
    let all = inventory["identities"].as_array().unwrap();
    let rotated: BTreeMap<bool, &Value> = all
        .iter()
        .filter(|one| one["places"][0]["path"] == "rotated.env")
        .map(|one| (one["at_head"].as_bool().unwrap(), one))
        .collect();
    let [old, new] = [rotated[&false], rotated[&true]];
    check(
        old,
        json!({"exposure_days": 100, "removed.id": rotation, "rotations": [{
        "id": new["id"], "repository": "alpha", "path": "rotated.env", "variable": "MAIN_TOKEN",
        "since": new["first_seen"]["date"], "until": null, "is_earlier": false}]}),
    );
    check(
        new,
        json!({"exposure_days": 150, "first_seen.id": rotation, "rotations": [{
        "id": old["id"], "repository": "alpha", "path": "rotated.env", "variable": "MAIN_TOKEN",
        "since": old["first_seen"]["date"], "until": old["removed"]["date"], "is_earlier": true}]}),
    );
}

#[test]
fn code_owners_come_before_authors_and_the_departed_are_named() {
    let mut past = Past::new();
    let [owned, orphan] = [(); 2].map(|()| past.secret());
    past.put("alpha/.github/CODEOWNERS", "/owned/ bob@example.invalid\n", Who::Ann, 400);
    past.put("alpha/owned/a.env", &format!("OWNED_TOKEN={owned}\n"), Who::Cas, 210);
    past.put("alpha/left/b.env", &format!("ORPHAN_TOKEN={orphan}\n"), Who::Cas, 200);
    past.put("alpha/README", "more\n", Who::Bob, 40);
    let (code, inventory) = past.inventory(&["alpha", "--check"]);
    assert_eq!(code, 1);
    check(
        at(&inventory, "owned/a.env", "OWNED_TOKEN"),
        json!({"owner.name": "bob@example.invalid", "owner.source": "code-owners",
               "owner.active": true}),
    );
    let left = at(&inventory, "left/b.env", "ORPHAN_TOKEN");
    check(
        left,
        json!({"owner.name": Who::Cas.person(), "owner.source": "author",
                       "owner.active": false}),
    );
    let rules: BTreeSet<&str> = left["breaches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|breach| breach["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, BTreeSet::from(["active-owner", "max-age"]));
    let items: BTreeSet<&str> = left["owasp"]
        .as_array()
        .unwrap()
        .iter()
        .map(|concern| concern["item"].as_str().unwrap())
        .collect();
    assert_eq!(items, BTreeSet::from(["NHI1", "NHI2", "NHI7"]));
}

#[test]
fn one_key_in_three_repositories_and_two_environments_is_one_identity() {
    let mut past = Past::new();
    let secret = past.secret();
    past.put("alpha/prod.env", &format!("DEPLOY_TOKEN={secret}\n"), Who::Ann, 90);
    past.put("beta/staging.env", &format!("DEPLOY_TOKEN={secret}\n"), Who::Ann, 80);
    past.put("gamma/.github/workflows/deploy.yml", &format!("token: {secret}\n"), Who::Ann, 70);
    let (_, inventory) = past.inventory(&["alpha", "beta", "gamma"]);
    let all = inventory["identities"].as_array().unwrap();
    assert_eq!(all.len(), 1, "{inventory:#}");
    check(
        &all[0],
        json!({
            "family": "ci-cd-credential", "environment": "production", "exposure_days": 90,
            "reuse": {"files": 3, "repositories": 3, "environments": ["production", "staging"]},
            "services": ["workflow deploy"], "occurrences": 3,
        }),
    );
    let items: Vec<&str> = all[0]["owasp"]
        .as_array()
        .unwrap()
        .iter()
        .map(|concern| concern["item"].as_str().unwrap())
        .collect();
    assert_eq!(items, ["NHI2", "NHI6", "NHI7", "NHI8", "NHI9", "NHI10"]);
}

#[test]
fn a_token_tells_its_own_issue_and_expiry() {
    let past = Past::new();
    let (issued, end) = (past.now - 400 * DAY, past.now - 35 * DAY);
    let claims = json!({"iss": "https://login.example.invalid/", "sub": "robot-7", "iat": issued, "exp": end});
    past.put("alpha/app.env", &format!("SESSION_TOKEN={}\n", jwt(&claims)), Who::Ann, 60);
    let (code, inventory) = past.inventory(&["alpha", "--check", "--min-confidence", "low"]);
    assert_eq!(code, 1);
    let one = at(&inventory, "app.env", "SESSION_TOKEN");
    check(
        one,
        json!({"expiry.state": "at", "age_days": 400, "exposure_days": 60, "principal": "robot-7"}),
    );
    let rules: Vec<&Value> =
        one["breaches"].as_array().unwrap().iter().map(|breach| &breach["rule"]).collect();
    assert!(rules.contains(&&json!("expired")), "{rules:?}");
}

#[test]
fn the_settings_of_an_agent_name_the_server_that_is_given_the_key() {
    let mut past = Past::new();
    let secret = past.secret();
    let settings = json!({"mcpServers": {"tickets": {
        "command": "npx", "args": ["-y", "@acme/tickets-mcp"], "env": {"TICKETS_TOKEN": secret}}}});
    past.put("alpha/.cursor/mcp.json", &format!("{settings:#}\n"), Who::Ann, 10);
    let (_, inventory) = past.inventory(&["alpha"]);
    check(
        at(&inventory, ".cursor/mcp.json", "TICKETS_TOKEN"),
        json!({
            "family": "ai-agent-identity",
            "agents": [{"agent": "Cursor", "server": "tickets", "endpoint": "npx @acme/tickets-mcp"}],
        }),
    );
}

#[test]
fn saved_reports_make_the_same_identities_as_the_repositories_they_tell_of() {
    let mut past = Past::new();
    for repository in ["alpha", "beta"] {
        let own = past.secret();
        past.put(&format!("{repository}/own.env"), &format!("OWN_TOKEN={own}\n"), Who::Ann, 50);
    }
    let shared = past.secret();
    past.put("alpha/a.env", &format!("SHARED_TOKEN={shared}\n"), Who::Ann, 40);
    past.put("beta/b.env", &format!("SHARED_TOKEN={shared}\n"), Who::Bob, 30);
    for (repository, format) in [("alpha", "json"), ("beta", "jsonl")] {
        let file = format!("{repository}.{format}");
        let run = past.world.run(&["history", repository, "--format", format, "--output", &file]);
        assert_eq!(run.code, 1, "{}", run.stderr);
    }
    let (_, live) = past.inventory(&["alpha", "beta"]);
    let (code, saved) = past.inventory(&["alpha.json", "beta.jsonl"]);
    assert_eq!(code, 0);
    let facts = |inventory: &Value| -> BTreeMap<String, Value> {
        let all = inventory["identities"].as_array().unwrap().iter();
        all.map(|one| {
            let id = one["id"].as_str().unwrap().to_owned();
            let reuse = &one["reuse"];
            (
                id,
                json!([
                    one["exposure_days"],
                    one["at_head"],
                    reuse,
                    one["first_seen"],
                    one["secret"]
                ]),
            )
        })
        .collect()
    };
    assert_eq!(facts(&live), facts(&saved));
    assert_eq!(facts(&live).len(), 3);
}

#[test]
fn a_report_that_is_cut_off_or_incomplete_is_said() {
    let mut past = Past::new();
    let secret = past.secret();
    past.put("alpha/a.env", &format!("A_TOKEN={secret}\n"), Who::Ann, 40);
    let run = past.world.run(&["history", "alpha", "--format", "jsonl"]);
    past.world.write("cut.jsonl", run.stdout.lines().next().unwrap());
    let run = past.world.run(&["inventory", "cut.jsonl"]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("cut off"), "{}", run.stdout);
    let run = past.world.run(&["inventory", "missing", "alpha"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stdout.contains("1 identity"), "{}", run.stdout);
}

#[test]
fn two_inventories_are_compared() {
    let mut past = Past::new();
    let [stays, goes, comes] = [(); 3].map(|()| past.secret());
    past.put("alpha/stays.env", &format!("A_TOKEN={stays}\n"), Who::Ann, 30);
    past.put("alpha/goes.env", &format!("B_TOKEN={goes}\n"), Who::Ann, 30);
    let saved = past.world.run(&["inventory", "alpha", "--output", "json=old.json"]);
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    std::fs::remove_file(past.world.join("alpha/goes.env")).unwrap();
    past.put("alpha/comes.env", &format!("C_TOKEN={comes}\n"), Who::Ann, 2);
    let (_, inventory) = past.inventory(&["alpha", "--diff", "old.json"]);
    let id = |path, variable| at(&inventory, path, variable)["id"].clone();
    let changes = &inventory["changes"];
    assert_eq!(changes["appeared"], json!([id("comes.env", "C_TOKEN")]));
    assert_eq!(changes["removed_from_head"], json!([id("goes.env", "B_TOKEN")]));
    assert_eq!(changes["went_stale"], json!([]));
}

#[test]
fn the_policy_of_the_settings_counts() {
    let mut past = Past::new();
    let secret = past.secret();
    past.put("alpha/a.env", &format!("A_TOKEN={secret}\n"), Who::Ann, 20);
    assert_eq!(past.world.run(&["inventory", "alpha", "--check"]).code, 0);
    past.put("alpha/.tightlip.yaml", "inventory:\n  max-age-days: {api-key: 7}\n", Who::Ann, 19);
    let run = past.world.run(&["inventory", "alpha", "--check"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("max-age: 20 days old"), "{}", run.stdout);
}

#[test]
fn no_output_holds_a_secret_and_every_format_is_written() {
    let mut past = Past::new();
    let [one, two] = [(); 2].map(|()| past.secret());
    let settings = json!({"servers": {"web": {"url": format!("https://x.invalid/?k={one}")}}});
    past.put("alpha/mcp.json", &format!("{settings:#}\n"), Who::Ann, 10);
    let url = format!("https://robot:{two}@git.example.invalid/x");
    past.put(&format!("alpha/{two}.env"), &format!("REMOTE_TOKEN={two} # {url}\n"), Who::Ann, 9);
    past.world.write("alpha/more", "x");
    past.git("alpha", &["add", "-A"], Who::Ann, 8);
    past.git("alpha", &["commit", "-q", "-m", &format!("use {one}")], Who::Ann, 8);
    for format in ["table", "json", "csv", "markdown", "html", "cyclonedx", "sarif"] {
        let run = past.world.run(&["inventory", "alpha", "--format", format, "--verbose"]);
        assert_eq!(run.code, 0, "{format}: {}", run.stderr);
        assert!(run.stdout.len() > 200, "{format}");
        for secret in &past.planted {
            assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{format}");
        }
    }
}
