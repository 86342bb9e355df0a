//! `csv`: one identity a line, for spreadsheets.

use std::io::{self, Write};

use tightlip_inventory::Identity;

use super::InventoryReport;
use crate::ReportOptions;
use crate::csv::row;

const HEAD: [&str; 24] = [
    "id",
    "risk",
    "severity",
    "provider",
    "title",
    "family",
    "kind",
    "principal",
    "environment",
    "secret",
    "at_head",
    "first_seen",
    "removed",
    "exposure_days",
    "age_days",
    "expiry",
    "owner",
    "owner_active",
    "purpose",
    "agents",
    "places",
    "owasp",
    "breaches",
    "revoke",
];

pub(super) fn write(
    report: &InventoryReport<'_>,
    _: &ReportOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    row(out, HEAD.map(str::as_bytes))?;
    report.inventory.identities.iter().try_for_each(|identity| {
        let cells = cells(identity);
        row(out, cells.each_ref().map(String::as_bytes))
    })
}

fn cells(one: &Identity) -> [String; 24] {
    let days = |days: Option<u64>| days.map(|days| days.to_string()).unwrap_or_default();
    let owner = one.owner.as_ref();
    let places = one.places.iter().map(|place| match place.repository.as_str() {
        "" => format!("{}:{}", place.path, place.line),
        repository => format!("{repository} {}:{}", place.path, place.line),
    });
    let agents = one.agents.iter().map(|agent| match &agent.server {
        Some(server) => format!("{}: {server}", agent.agent),
        None => agent.agent.clone(),
    });
    [
        one.id.clone(),
        one.risk.score.to_string(),
        one.severity.clone(),
        one.provider.clone(),
        one.title.clone(),
        one.family.as_str().to_owned(),
        one.kind.clone(),
        one.principal.clone().unwrap_or_default(),
        one.environment.as_str().to_owned(),
        one.secret.clone(),
        one.at_head.to_string(),
        one.first_seen.as_ref().map(|seen| seen.date.0.to_string()).unwrap_or_default(),
        one.removed.as_ref().map(|seen| seen.date.0.to_string()).unwrap_or_default(),
        days(one.exposure_days),
        days(one.age_days),
        one.expiry.to_string(),
        owner.map(|owner| owner.name.clone()).unwrap_or_default(),
        owner.and_then(|owner| owner.active).map(|it| it.to_string()).unwrap_or_default(),
        one.purpose.clone().unwrap_or_default(),
        agents.collect::<Vec<_>>().join("; "),
        places.collect::<Vec<_>>().join("; "),
        one.owasp.iter().map(|it| it.item.as_str()).collect::<Vec<_>>().join(" "),
        one.breaches.iter().map(|it| it.rule.as_str()).collect::<Vec<_>>().join(" "),
        one.revoke.clone(),
    ]
}
