//! Every format of an inventory over the same identities: schemas, hostile text, problems.

use std::collections::BTreeMap;

use serde_json::Value;
use tightlip_inventory::{Activity, Changes, Context, Inventory, Policy, Sighting};
use tightlip_model::{Problem, Timestamp};
use tightlip_report::{InventoryFormat, InventoryReport, ReportOptions};

use crate::cases;
use crate::sarif::assert_is_sarif;

/// The identities behind the findings that all formats are tested on. A run masks the secrets of
/// other findings in a path before the inventory sees it.
fn inventory() -> Inventory {
    let context = Context {
        now: Timestamp(1_800_000_000),
        policy: Policy::default(),
        activity: Activity::default(),
        repositories: BTreeMap::new(),
    };
    let mut findings = cases::findings();
    for finding in &mut findings {
        let path = finding.provenance.path.to_text().replace(&cases::secret(1), "********");
        finding.provenance.path = path.as_str().into();
    }
    let sightings = findings.iter().filter_map(|finding| Sighting::of(finding, "here"));
    let inventory = Inventory::new(sightings.collect(), &context);
    assert!(inventory.identities.len() > 3);
    inventory
}

fn written(format: InventoryFormat, problems: &[Problem]) -> String {
    let inventory = inventory();
    let report = InventoryReport {
        inventory: &inventory,
        targets: &["here".to_owned()],
        problems,
        changes: Some(&Changes::default()),
    };
    let options = ReportOptions { verbose: true, ..cases::options() };
    let mut out = Vec::new();
    format.write(&report, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_document_follows_its_schema() {
    let schema = include_str!("../../schema/inventory-1.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let document: Value =
        serde_json::from_str(&written(InventoryFormat::Json, &[Problem::new("a", "b")])).unwrap();
    let wrong: Vec<String> =
        validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(document["complete"], false);
}

#[test]
fn breaches_follow_the_official_schema_of_sarif() {
    let report = assert_is_sarif(&written(InventoryFormat::Sarif, &[Problem::new("a", "b")]));
    assert!(!report["runs"][0]["results"].as_array().unwrap().is_empty());
    assert_eq!(report["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn no_format_holds_a_secret_or_lets_text_out_of_its_place() {
    let findings = cases::findings();
    for format in InventoryFormat::ALL {
        let text = written(*format, &[Problem::new("<b>::error::x", "\u{1b}[31m\u{202e}")]);
        for finding in &findings {
            let secret = String::from_utf8_lossy(finding.secret.reveal()).into_owned();
            assert!(!text.contains(&secret), "{} of {}", format.as_str(), finding.rule.id);
        }
        assert!(!text.contains('\u{1b}'), "{}", format.as_str());
        assert!(!text.lines().any(|line| line.starts_with("::")), "{}", format.as_str());
    }
    for format in [InventoryFormat::Table, InventoryFormat::Csv, InventoryFormat::Markdown] {
        let text = written(format, &[Problem::new("\u{202e}", "\u{2066}")]);
        assert!(!text.contains(['\u{202e}', '\u{2066}']), "{}", format.as_str());
    }
    assert!(!written(InventoryFormat::Html, &[Problem::new("<b>", "<i>")]).contains("<b>"));
}

#[test]
fn every_problem_is_told_in_every_format_that_has_a_place_for_it() {
    for format in InventoryFormat::ALL {
        let text = written(*format, &[Problem::new("lost-pack", "cannot be read")]);
        let has_place = !matches!(format, InventoryFormat::Csv | InventoryFormat::CycloneDx);
        assert_eq!(text.contains("lost-pack"), has_place, "{}", format.as_str());
    }
}
