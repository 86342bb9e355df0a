//! The run itself: source, grouping, judgement, masking, report.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Instant;

use tightlip_model::{Finding, NAMED, PathBytes, Problem, Reporter, ScanInfo, Source, Summary};
use tightlip_suppress::Judged;

use crate::ledger::{Gathered, Ledger};
use crate::redact::Redactor;
use crate::{Masking, Outcome, Scan, group, parts};

impl Scan<'_> {
    /// Runs the pipe over `source` and hands the findings to `reporter`.
    pub fn run(&self, source: &dyn Source, reporter: &mut dyn Reporter) -> Outcome {
        let started = Instant::now();
        let info = source.info();
        let mut gathered = self.gather(source);
        let hits = std::mem::take(&mut gathered.hits);
        let mut findings = group::findings(hits, info.kind, self.scanner);
        let redactor = Redactor::new(
            findings.iter().map(|finding| &finding.secret).chain(&gathered.unreported),
        );
        self.judge(&mut findings, &redactor, &mut gathered);
        let mut parts = parts::fold(&mut findings);
        self.mask(&mut findings, &redactor, &mut gathered);
        self.mask(&mut parts, &redactor, &mut gathered);
        gathered.skipped.sort_unstable();
        let summary = summarize(&findings, &mut gathered, started);
        let report = write(reporter, &info, &findings, &summary);
        let Gathered { skipped, rule_work, .. } = gathered;
        Outcome { summary, findings, parts, skipped, rule_work, report }
    }

    /// Runs the source and asks it where the blobs with hits stand.
    fn gather(&self, source: &dyn Source) -> Gathered {
        let ledger = Ledger::new(self);
        source.run(&ledger);
        ledger.name_layers();
        let found = source.place(&ledger.unplaced(), &ledger);
        let mut gathered = ledger.into_gathered();
        gathered.hits = group::place(std::mem::take(&mut gathered.hits), &found);
        group::name(&mut gathered, &found);
        if self.stop.load(Ordering::Relaxed) {
            let message = "interrupted: the report holds what was found until then";
            gathered.coverage.problems.push(Problem::new("scan", message));
        }
        gathered
    }

    /// Judges by masked paths whatever the report shows: a baseline holds no secret, not even that of
    /// a file's name.
    fn judge(&self, findings: &mut [Finding], redactor: &Redactor, gathered: &mut Gathered) {
        let mut paths: Vec<PathBytes> =
            findings.iter().map(|finding| finding.provenance.path.clone()).collect();
        paths.iter_mut().for_each(|path| redactor.path(path));
        let judgement = {
            let findings = findings.iter().zip(&paths);
            let judged: Vec<Judged<'_>> =
                findings.map(|(finding, path)| judged(finding, path)).collect();
            self.suppressor.judge(&judged, &gathered.seen)
        };
        gathered.notes.extend(judgement.notes);
        for (finding, verdict) in findings.iter_mut().zip(judgement.verdicts) {
            finding.status = verdict.status;
            finding.suppression = verdict.suppression;
        }
    }

    fn mask(&self, findings: &mut [Finding], redactor: &Redactor, gathered: &mut Gathered) {
        if self.options.masking == Masking::Off {
            return;
        }
        findings.iter_mut().for_each(|finding| redactor.finding(finding));
        gathered.coverage.problems.iter_mut().for_each(|problem| redactor.problem(problem));
        gathered.repositories.iter_mut().for_each(|one| redactor.repository(one));
        gathered.notes.iter_mut().for_each(|note| redactor.note(note));
        gathered.skipped.iter_mut().for_each(|(_, name)| redactor.name(name));
    }
}

fn judged<'a>(finding: &'a Finding, path: &'a PathBytes) -> Judged<'a> {
    Judged {
        rule: &finding.rule.id,
        path,
        secret: &finding.secret,
        fingerprint: &finding.fingerprint,
        name: finding.evidence.iter().find_map(|one| one.strip_prefix(NAMED)?.split('`').nth(1)),
        inline: finding.suppression.as_ref(),
        confidence: finding.confidence,
        severity: finding.severity,
    }
}

fn summarize(findings: &[Finding], gathered: &mut Gathered, started: Instant) -> Summary {
    let mut coverage = std::mem::take(&mut gathered.coverage);
    coverage.problems.sort_unstable();
    coverage.problems.dedup();
    gathered.notes.sort_unstable();
    gathered.notes.dedup();
    let suppressed = findings.iter().filter(|finding| finding.suppression.is_some()).count() as u64;
    Summary {
        coverage,
        repositories: std::mem::take(&mut gathered.repositories),
        findings: findings.len() as u64 - suppressed,
        suppressed,
        notes: std::mem::take(&mut gathered.notes),
        elapsed: started.elapsed(),
    }
}

fn write(
    reporter: &mut dyn Reporter,
    info: &ScanInfo,
    findings: &[Finding],
    summary: &Summary,
) -> io::Result<()> {
    reporter.begin(info)?;
    findings.iter().try_for_each(|finding| reporter.finding(finding))?;
    reporter.finish(summary)
}
