//! How a format is driven: it receives shown findings and, last, the closing of the run.

use std::io::{self, BufWriter, Write};

use tightlip_model::{Finding, Reporter, ScanInfo, Summary};

use crate::ReportOptions;
use crate::shown::Shown;
use crate::tally::Tally;
use crate::veil::Veil;

/// An output format.
pub(crate) trait Layout {
    /// Writes what comes before the findings.
    fn begin(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Writes a finding, or keeps what it needs of it.
    fn finding(&mut self, shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()>;

    /// Writes what comes after the findings.
    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()>;
}

/// What is known at the end of a run.
#[derive(Debug)]
pub(crate) struct Closing<'a> {
    pub(crate) scan: &'a ScanInfo,
    pub(crate) summary: &'a Summary,
    pub(crate) tally: &'a Tally,
}

/// A format behind a veil: the reporter that the engine sees.
pub(crate) struct Veiled {
    layout: Box<dyn Layout>,
    out: BufWriter<Box<dyn Write>>,
    veil: Veil,
    scan: Option<ScanInfo>,
    tally: Tally,
}

impl Veiled {
    pub(crate) fn new(
        layout: Box<dyn Layout>,
        writer: Box<dyn Write>,
        options: &ReportOptions,
    ) -> Self {
        Self {
            layout,
            out: BufWriter::new(writer),
            veil: Veil::new(options.show_secrets),
            scan: None,
            tally: Tally::default(),
        }
    }
}

impl Reporter for Veiled {
    fn begin(&mut self, scan: &ScanInfo) -> io::Result<()> {
        self.scan = Some(scan.clone());
        self.layout.begin(&mut self.out)
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        self.veil.learn(&finding.secret);
        let shown = self.veil.shown(finding);
        self.tally.count(&shown);
        self.layout.finding(&shown, &mut self.out)
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let Some(scan) = self.scan.take() else {
            return Err(io::Error::other("the report was finished before it was begun"));
        };
        let scan = self.veil.scan(&scan);
        let summary = self.veil.summary(summary);
        let closing = Closing { scan: &scan, summary: &summary, tally: &self.tally };
        self.layout.finish(&closing, &mut self.out)?;
        self.out.flush()
    }
}
