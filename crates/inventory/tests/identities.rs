//! Sightings to identities, through the crate's public story.

use std::collections::BTreeMap;

use tightlip_inventory::{
    Activity, CommitFact, Context, Date, Inventory, Part, Policy, SavedReport, Sighting,
};
use tightlip_model::{Confidence, Kind, Proof, Reach, Secret, Severity, Timestamp};

const NOW: i64 = 1_800_000_000;
const DAY: i64 = 86_400;

fn context() -> Context {
    Context {
        now: Timestamp(NOW),
        policy: Policy::default(),
        activity: Activity::default(),
        repositories: BTreeMap::new(),
    }
}

fn commit(days_ago: i64) -> CommitFact {
    CommitFact {
        id: format!("{days_ago:040}"),
        author: "Ann".to_owned(),
        email: "ann@example.invalid".to_owned(),
        date: Date(Timestamp(NOW - days_ago * DAY)),
        summary: "work".to_owned(),
    }
}

fn sighting(repository: &str, path: &str, print: &str) -> Sighting {
    Sighting {
        rule: "acme-key".to_owned(),
        title: "key".to_owned(),
        provider: "Acme".to_owned(),
        kind: Kind::ApiKey,
        severity: Severity::High,
        confidence: Confidence::High,
        proof: Proof::Form,
        fingerprint: print.to_owned(),
        companions: Vec::new(),
        secret: None,
        masked: "********".to_owned(),
        repository: repository.to_owned(),
        path: path.to_owned(),
        origin: "blob".to_owned(),
        line: 1,
        reach: Some(Reach::Head),
        refs: vec!["main".to_owned()],
        first: Some(commit(10)),
        last: None,
        removed: None,
        occurrences: 1,
        variable: Some("ACME_KEY".to_owned()),
        decoded: BTreeMap::new(),
        agent: None,
        accepted: None,
        revoke: String::new(),
        link: String::new(),
    }
}

fn whole(digit: char) -> String {
    format!("v1-{}", String::from(digit).repeat(32))
}

fn count(sightings: Vec<Sighting>) -> usize {
    Inventory::new(sightings, &context()).identities.len()
}

#[test]
fn whole_fingerprints_join_across_repositories_and_short_ones_within_one() {
    let print = whole('a');
    assert_eq!(count(vec![sighting("r", "x", &print), sighting("s", "y", &print)]), 1);
    assert_eq!(count(vec![sighting("r", "x", "v1-abcd"), sighting("s", "y", "v1-abcd")]), 2);
    assert_eq!(count(vec![sighting("r", "x", "v1-abcd"), sighting("r", "y", "v1-abcd")]), 1);
}

#[test]
fn the_secret_itself_decides_where_it_is_at_hand() {
    let live = |path: &str, secret: &str| Sighting {
        secret: Some(Secret::new(secret.as_bytes())),
        ..sighting("r", path, "v1-abcd")
    };
    assert_eq!(count(vec![live("x", "one"), live("y", "two")]), 2);
    let other_rule = Sighting { rule: "b".to_owned(), fingerprint: whole('b'), ..live("z", "one") };
    assert_eq!(count(vec![live("x", "one"), other_rule]), 1);
}

#[test]
fn companions_of_one_file_are_parts_of_one_identity() {
    let (id, key) = (whole('1'), whole('2'));
    let part = Sighting {
        rule: "acme-key-id".to_owned(),
        severity: Severity::Low,
        ..sighting("r", "x", &id)
    };
    let companion = Part {
        fingerprint: id.clone(),
        rule: "acme-key-id".to_owned(),
        title: "key id".to_owned(),
        secret: "********".to_owned(),
    };
    let lead = Sighting { companions: vec![companion], line: 2, ..sighting("r", "x", &key) };
    let inventory = Inventory::new(vec![part, lead], &context());
    assert_eq!(inventory.identities.len(), 1);
    let one = &inventory.identities[0];
    assert_eq!((&one.id, one.companions.len()), (&key, 1));
    assert_eq!(one.companions[0].fingerprint, id);
}

#[test]
fn two_values_that_stood_together_are_no_rotation() {
    let [one, two] = ['1', '2'].map(|digit| sighting("r", "x", &whole(digit)));
    let inventory = Inventory::new(vec![one, two], &context());
    assert!(inventory.identities.iter().all(|identity| identity.rotations.is_empty()));
}

#[test]
fn ten_thousand_identities_of_a_hundred_repositories_are_grouped_in_linear_space() {
    let sightings = (0..10_000).map(|number| {
        sighting(&format!("r{}", number % 100), &format!("f{number}"), &format!("v1-{number:032}"))
    });
    let inventory = Inventory::new(sightings.collect(), &context());
    assert_eq!(inventory.identities.len(), 10_000);
    let text = serde_json::to_string(&inventory).unwrap();
    let back: Inventory = serde_json::from_str(&text).unwrap();
    assert_eq!(back, inventory);
}

#[test]
fn an_inventory_has_the_same_order_whatever_the_order_of_its_sightings() {
    let all: Vec<Sighting> =
        ('0'..='9').map(|digit| sighting("r", &format!("f{digit}"), &whole(digit))).collect();
    let forward = Inventory::new(all.clone(), &context());
    let backward = Inventory::new(all.into_iter().rev().collect(), &context());
    assert_eq!(forward, backward);
}

#[test]
fn text_that_is_no_report_is_refused() {
    for text in ["", "[]", "{\"findings\": 3}", "{}\n{}", "{\"type\":\"finding\"}"] {
        assert!(SavedReport::parse(text, "r").is_err(), "{text}");
    }
}
