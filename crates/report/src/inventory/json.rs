//! `json`: one document; identities as they are, the most urgent first.

use std::io::{self, Write};

use serde::Serialize;
use tightlip_inventory::{Changes, Inventory};

use super::InventoryReport;
use crate::ReportOptions;
use crate::record::ToolRecord;

/// The id of the schema that the document follows; it changes when a field's meaning does.
const SCHEMA: &str =
    "https://github.com/tightlip/tightlip/blob/main/crates/report/schema/inventory-1.schema.json";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: ToolRecord<'a>,
    targets: &'a [String],
    complete: bool,
    errors: Vec<Failure<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<&'a Changes>,
    #[serde(flatten)]
    inventory: &'a Inventory,
}

#[derive(Serialize)]
struct Failure<'a> {
    path: String,
    message: &'a str,
}

pub(super) fn write(
    report: &InventoryReport<'_>,
    options: &ReportOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let errors = report
        .problems
        .iter()
        .map(|problem| Failure { path: problem.subject.to_text(), message: &problem.message });
    let document = Document {
        schema: SCHEMA,
        tool: ToolRecord { name: "tightlip", version: &options.version },
        targets: report.targets,
        complete: report.problems.is_empty(),
        errors: errors.collect(),
        changes: report.changes,
        inventory: report.inventory,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
