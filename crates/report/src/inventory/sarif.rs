//! `sarif`: the breaches of the policy as SARIF 2.1.0 results, one for each identity and rule, at the
//! first place of the identity.

use std::io::{self, Write};

use serde_json::{Value, json};
use tightlip_inventory::{Breach, Identity, PolicyRule};

use super::InventoryReport;
use crate::ReportOptions;
use crate::sarif::{HOME, MOST_RESULTS, SCHEMA, uri};

pub(super) fn write(
    report: &InventoryReport<'_>,
    options: &ReportOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let breaches = report
        .inventory
        .identities
        .iter()
        .flat_map(|one| one.breaches.iter().map(move |breach| (one, breach)));
    let results: Vec<Value> =
        breaches.take(MOST_RESULTS).map(|(one, breach)| result(one, breach)).collect();
    let failures: Vec<Value> = report
        .problems
        .iter()
        .map(|problem| {
            let text = format!("{}: {}", problem.subject.to_text(), problem.message);
            json!({"level": "error", "message": {"text": text}})
        })
        .collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "tightlip",
                "semanticVersion": options.version,
                "informationUri": HOME,
                "rules": PolicyRule::ALL.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "automationDetails": {"id": "tightlip/inventory/"},
            "invocations": [{
                "executionSuccessful": report.problems.is_empty(),
                "toolExecutionNotifications": failures,
            }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn id(rule: PolicyRule) -> String {
    format!("policy/{}", rule.as_str())
}

fn rule(rule: &PolicyRule) -> Value {
    let text = match rule {
        PolicyRule::MaxAge => "The credential is older than the policy allows for its kind.",
        PolicyRule::Expired => "The credential has expired and is still in use at HEAD.",
        PolicyRule::ExpiryRequired => "The credential carries no expiry though its kind must.",
        PolicyRule::OwnerRequired => "Nobody is known to answer for the credential.",
        PolicyRule::ActiveOwner => "Whoever answers for the credential is gone.",
        PolicyRule::EnvironmentReuse => "One credential serves several environments.",
    };
    json!({
        "id": id(*rule),
        "name": rule.as_str(),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": "Rotate the credential and set right what the message names."},
        "defaultConfiguration": {"level": "warning"},
    })
}

fn result(one: &Identity, breach: &Breach) -> Value {
    let index = PolicyRule::ALL.iter().position(|rule| *rule == breach.rule);
    let place = one.places.first();
    let path = place.map_or("", |place| place.path.as_str());
    let path = if path.is_empty() { "commit" } else { path };
    let line = place.map_or(1, |place| place.line.max(1));
    json!({
        "ruleId": id(breach.rule),
        "ruleIndex": index,
        "level": if one.risk.score >= 60 { "error" } else { "warning" },
        "message": {"text": format!("{}: {}", one.name, breach.reason)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri::of_path(path.as_bytes())},
            "region": {"startLine": line},
        }}],
        "partialFingerprints": {"tightlip/identity/v1": format!("{}/{}", one.id, breach.rule.as_str())},
        "properties": {"risk": one.risk.score, "identity": one.id},
    })
}
