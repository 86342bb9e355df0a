//! `jsonl`: one finding a line, and a last line with the scan and the counts. A report without that
//! last line was cut short.

use std::io::{self, Write};

use serde::Serialize;

use crate::ReportOptions;
use crate::layout::{Closing, Layout};
use crate::record::{FindingRecord, ScanRecord, SummaryRecord, ToolRecord};
use crate::shown::Shown;

/// The id of the schema that each line follows.
pub(crate) const SCHEMA: &str =
    "https://github.com/tightlip/tightlip/blob/main/crates/report/schema/line-1.schema.json";

/// The `jsonl` format.
#[derive(Debug)]
pub(crate) struct Jsonl {
    version: String,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Entry<'a> {
    Finding(FindingRecord<'a>),
    Suppressed(FindingRecord<'a>),
    Summary {
        schema: &'static str,
        tool: ToolRecord<'a>,
        scan: ScanRecord<'a>,
        summary: SummaryRecord<'a>,
    },
}

impl Jsonl {
    pub(crate) fn new(options: &ReportOptions) -> Self {
        Self { version: options.version.clone() }
    }
}

impl Layout for Jsonl {
    fn finding(&mut self, shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
        let record = FindingRecord::new(shown);
        let is_suppressed = shown.suppression.is_some();
        let entry = if is_suppressed { Entry::Suppressed(record) } else { Entry::Finding(record) };
        write_line(&entry, out)
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        let summary = Entry::Summary {
            schema: SCHEMA,
            tool: ToolRecord { name: "tightlip", version: &self.version },
            scan: ScanRecord::new(closing),
            summary: SummaryRecord::new(closing.tally),
        };
        write_line(&summary, out)
    }
}

fn write_line(entry: &Entry<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, entry)?;
    out.write_all(b"\n")
}
