//! `json`: one document, one finding a line. Findings are written as they come; only the text of
//! the suppressed ones waits for its turn.

use std::io::{self, Write};

use crate::ReportOptions;
use crate::layout::{Closing, Layout};
use crate::record::{FindingRecord, ScanRecord, SummaryRecord, ToolRecord};
use crate::shown::Shown;

/// The id of the schema that the document follows; it changes when a field's meaning does.
pub(crate) const SCHEMA: &str =
    "https://github.com/tightlip/tightlip/blob/main/crates/report/schema/report-1.schema.json";

/// The `json` format.
#[derive(Debug)]
pub(crate) struct Json {
    version: String,
    has_finding: bool,
    suppressed: Vec<u8>,
}

impl Json {
    pub(crate) fn new(options: &ReportOptions) -> Self {
        Self { version: options.version.clone(), has_finding: false, suppressed: Vec::new() }
    }
}

impl Layout for Json {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{{\"schema\":\"{SCHEMA}\",\n\"tool\":")?;
        serde_json::to_writer(&mut *out, &ToolRecord { name: "tightlip", version: &self.version })?;
        out.write_all(b",\n\"findings\":[")
    }

    fn finding(&mut self, shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
        let record = FindingRecord::new(shown);
        if shown.suppression.is_some() {
            let is_first = self.suppressed.is_empty();
            self.suppressed.extend_from_slice(if is_first { b"\n" } else { b",\n" });
            return Ok(serde_json::to_writer(&mut self.suppressed, &record)?);
        }
        out.write_all(if self.has_finding { b",\n" } else { b"\n" })?;
        self.has_finding = true;
        Ok(serde_json::to_writer(out, &record)?)
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"],\n\"suppressed\":[")?;
        out.write_all(&self.suppressed)?;
        out.write_all(b"],\n\"scan\":")?;
        serde_json::to_writer(&mut *out, &ScanRecord::new(closing))?;
        out.write_all(b",\n\"summary\":")?;
        serde_json::to_writer(&mut *out, &SummaryRecord::new(closing.tally))?;
        out.write_all(b"}\n")
    }
}
