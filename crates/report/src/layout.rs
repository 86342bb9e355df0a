//! How a format is driven: it receives shown findings and, last, the closing of the run.

use std::io::{self, BufWriter, Write};

use tightlip_model::{Finding, Reporter, ScanInfo, ScanKind, Summary, Suppression};

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
    /// What a change lets pass by marks of its own; empty for all other scans.
    pub(crate) waived: &'a [Waived],
}

/// A secret that the change under review itself says may stay: whoever reviews it should know.
#[derive(Debug)]
pub(crate) struct Waived {
    pub(crate) path: Vec<u8>,
    pub(crate) line: u64,
    pub(crate) rule: String,
    pub(crate) mark: String,
    pub(crate) reason: String,
}

impl Waived {
    fn new(shown: &Shown<'_>) -> Option<Self> {
        let Some(Suppression::Inline { mark, reason }) = &shown.suppression else { return None };
        Some(Self {
            path: shown.path_or_origin_bytes().to_vec(),
            line: shown.location.line.0,
            rule: shown.rule.id.clone(),
            mark: mark.clone(),
            reason: reason.clone(),
        })
    }

    /// It in words, its path apart: text from outside that is not escaped yet.
    pub(crate) fn words(&self) -> String {
        let reason = match self.reason.as_str() {
            "" => "no reason is given",
            reason => reason,
        };
        format!("line {}: {} by `{}`: {reason}", self.line, self.rule, self.mark)
    }
}

/// How many of them are listed.
const MOST_WAIVED: usize = 100;

/// A format behind a veil: the reporter that the engine sees.
pub(crate) struct Veiled {
    layout: Box<dyn Layout>,
    out: BufWriter<Box<dyn Write>>,
    veil: Veil,
    scan: Option<ScanInfo>,
    tally: Tally,
    waived: Vec<Waived>,
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
            waived: Vec::new(),
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
        finding.companions.iter().for_each(|part| self.veil.learn(&part.secret));
        let shown = self.veil.shown(finding);
        self.tally.count(&shown);
        let is_change = self.scan.as_ref().is_some_and(|scan| scan.kind == ScanKind::Diff);
        if is_change && self.waived.len() < MOST_WAIVED {
            self.waived.extend(Waived::new(&shown));
        }
        self.layout.finding(&shown, &mut self.out)
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        let Some(scan) = self.scan.take() else {
            return Err(io::Error::other("the report was finished before it was begun"));
        };
        let scan = self.veil.scan(&scan);
        let summary = self.veil.summary(summary);
        let (tally, waived) = (&self.tally, self.waived.as_slice());
        let closing = Closing { scan: &scan, summary: &summary, tally, waived };
        self.layout.finish(&closing, &mut self.out)?;
        self.out.flush()
    }
}
