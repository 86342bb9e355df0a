//! `cyclonedx`: CycloneDX 1.6 JSON. An identity is a cryptographic asset, related crypto material, in
//! the state `compromised`: it is in the code. Its places are evidence.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use tightlip_inventory::{Expiry, Identity};
use tightlip_model::Timestamp;

use super::InventoryReport;
use crate::ReportOptions;

/// Places named for one identity.
const MOST_PLACES: usize = 1000;

pub(super) fn write(
    report: &InventoryReport<'_>,
    options: &ReportOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let components: Vec<Value> = report.inventory.identities.iter().map(component).collect();
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": report.inventory.made_at,
            "tools": {"components": [
                {"type": "application", "name": "tightlip", "version": options.version},
            ]},
            "properties": [
                property("tightlip:complete", &report.problems.is_empty().to_string()),
                property("tightlip:targets", &report.targets.join(" ")),
            ],
        },
        "components": components,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn property(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

fn component(one: &Identity) -> Value {
    let created = one.issued_at.or_else(|| one.first_seen.as_ref().map(|seen| seen.date));
    let mut material: BTreeMap<&str, Value> = BTreeMap::from([
        ("type", json!(material_type(&one.kind))),
        ("id", json!(one.id)),
        ("state", json!("compromised")),
    ]);
    material.extend(created.map(|date| ("creationDate", date_time(date.0))));
    if let Expiry::At(end) = one.expiry {
        material.insert("expirationDate", date_time(end.0));
    }
    json!({
        "type": "cryptographic-asset",
        "bom-ref": one.id,
        "name": one.name,
        "cryptoProperties": {
            "assetType": "related-crypto-material",
            "relatedCryptoMaterialProperties": material,
        },
        "evidence": {"occurrences": occurrences(one)},
        "properties": properties(one),
    })
}

fn date_time(time: Timestamp) -> Value {
    json!(time.to_string())
}

/// The standard's word for a kind of credential.
fn material_type(kind: &str) -> &'static str {
    match kind {
        "private-key" | "certificate" => "private-key",
        "signing-secret" => "secret-key",
        "password" => "password",
        "api-key" | "oauth-token" | "session" | "ci-cd" | "ai-agent" => "token",
        _ => "credential",
    }
}

fn occurrences(one: &Identity) -> Vec<Value> {
    let place = |(index, place): (usize, &tightlip_inventory::Place)| {
        let path = if place.path.is_empty() { &place.origin } else { &place.path };
        let location = match place.repository.as_str() {
            "" | "." => path.clone(),
            repository => format!("{repository}: {path}"),
        };
        let mut fields: BTreeMap<&str, Value> = BTreeMap::from([
            ("bom-ref", json!(format!("{}#{index}", one.id))),
            ("location", json!(location)),
            ("line", json!(place.line)),
        ]);
        fields.extend(place.variable.as_ref().map(|name| ("symbol", json!(name))));
        json!(fields)
    };
    one.places.iter().take(MOST_PLACES).enumerate().map(place).collect()
}

fn properties(one: &Identity) -> Vec<Value> {
    let mut all = vec![
        property("tightlip:family", one.family.as_str()),
        property("tightlip:kind", &one.kind),
        property("tightlip:severity", &one.severity),
        property("tightlip:risk", &one.risk.score.to_string()),
        property("tightlip:at-head", &one.at_head.to_string()),
        property("tightlip:environment", one.environment.as_str()),
    ];
    let owner = one.owner.as_ref().map(|owner| ("tightlip:owner", owner.name.clone()));
    let principal = one.principal.clone().map(|who| ("tightlip:principal", who));
    let days = one.exposure_days.map(|days| ("tightlip:exposure-days", days.to_string()));
    let known = [owner, principal, days].into_iter().flatten();
    all.extend(known.map(|(name, value)| property(name, &value)));
    all.extend(
        one.owasp.iter().map(|concern| property("tightlip:owasp-nhi", concern.item.as_str())),
    );
    all.extend(one.nist_csf.iter().map(|category| property("tightlip:nist-csf", category)));
    all.extend(one.breaches.iter().map(|breach| property("tightlip:breaks", breach.rule.as_str())));
    all
}
