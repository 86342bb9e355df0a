//! One thread's work: bytes to hits.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use tightlip_detect::{Scratch, Trace};
use tightlip_model::{
    Blob, BlobId, ByteSpan, Companion, Coverage, Encoding, Fingerprint, LineSpan, Location, Match,
    Origin, Position, Problem, RuleId, Severity, SkipReason, Tally, Worker,
};

use crate::Scan;
use crate::clean::Digest;
use crate::excerpt::{Masked, Secrets, line_context};
use crate::hit::Hit;
use crate::ledger::{Gathered, Ledger};
use crate::traces::{Held, Traces};

pub(crate) struct ScanWorker<'a> {
    ledger: &'a Ledger<'a>,
    scratch: Scratch,
    matches: Vec<Match>,
    traces: Traces<Trace>,
    /// All that a report may tell of.
    events: u64,
    gathered: Gathered,
}

impl<'a> ScanWorker<'a> {
    pub(crate) fn new(ledger: &'a Ledger<'a>) -> Self {
        let (traces, gathered) = (Traces::default(), Gathered::default());
        let (scratch, matches) = (scratch(ledger), Vec::new());
        Self { ledger, scratch, matches, traces, events: 0, gathered }
    }

    /// Scans a blob, unless its content was scanned before and nothing matched.
    fn scan_new(&mut self, blob: &Blob<'_>) {
        let digest = self.ledger.digest(blob);
        if digest.is_some_and(|digest| self.ledger.clean.has(digest)) {
            return;
        }
        let before = self.events;
        self.scan(blob);
        if let Some(digest) = digest
            && self.matches.is_empty()
            && self.events == before
        {
            self.ledger.clean.note(digest);
        }
    }

    /// Scans a blob; a defect of the scanner is a problem of this blob and no other.
    fn scan(&mut self, blob: &Blob<'_>) {
        let (scratch, matches) = (&mut self.scratch, &mut self.matches);
        let scanner = self.ledger.scan.scanner;
        let (before, left) = (scratch.work().looked_at, scratch.work().left_encoded);
        let traced = self.ledger.traced(blob);
        let copies = blob.base.map_or(&[][..], |base| base.copies);
        let base = traced.and_then(|_| self.traces.base(blob));
        let made = base.as_ref().map(|base| (&base.trace, copies));
        let work = || match (traced.filter(|_| blob.heirs > 0), made) {
            (Some(_), made) => scanner.scan_traced(blob.bytes, made, scratch, matches),
            (None, Some(made)) => {
                scanner.scan_made(blob.bytes, made, scratch, matches);
                None
            }
            (None, None) => {
                scanner.scan(blob.bytes, blob.fresh, scratch, matches);
                None
            }
        };
        let Ok(trace) = catch_unwind(AssertUnwindSafe(work)) else {
            self.gathered.add_rule_work(self.scratch.rule_work());
            self.scratch = self::scratch(self.ledger);
            self.matches.clear();
            let message = "a defect in tightlip stopped the scan of this file: please report it";
            return self.problem(Problem::new(blob.provenance.path.clone(), message));
        };
        if self.scratch.work().left_encoded > left {
            self.skip(SkipReason::Encoded, blob_name(blob).as_slice());
        }
        let looked_at = self.scratch.work().looked_at - before;
        self.ledger.scan.progress.looked_at.fetch_add(looked_at, Ordering::Relaxed);
        base.into_iter().for_each(|base| self.traces.keep(base));
        if let Some((id, trace)) = traced.zip(trace) {
            let bytes = trace.bytes();
            self.traces.keep(Held { blob: id, trace, bytes, heirs: blob.heirs });
        }
    }

    fn watch(&mut self, blob: &Blob<'_>) {
        if self.ledger.watched.is_empty() {
            return;
        }
        let path = self.ledger.scan.suppressor.paths.relative(&blob.provenance.path).to_text();
        if self.ledger.watched.contains(path.as_str()) {
            self.events += 1;
            self.gathered.seen.insert(path);
        }
    }

    /// What there is to find in the versions a blob was changed from. A defect of the scanner is told
    /// of the blob itself; here it makes what was there before new.
    fn found_before(&mut self, blob: &Blob<'_>) -> Vec<Match> {
        let mut found = Vec::new();
        for version in blob.before {
            let whole = ByteSpan::new(0, version.len());
            let (scanner, scratch) = (self.ledger.scan.scanner, &mut self.scratch);
            let work = || scanner.scan(version, whole, scratch, &mut found);
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                self.scratch = self::scratch(self.ledger);
            }
        }
        found
    }

    fn take_hits(&mut self, blob: &Blob<'_>) {
        let matches = std::mem::take(&mut self.matches);
        if !matches.iter().any(|one| self.ledger.wants(one)) {
            // Where they stand, and what else stands there, is not asked for.
            self.gathered.unreported.extend(matches.iter().map(|one| one.secret.clone()));
            self.matches = matches;
            return self.matches.clear();
        }
        let context = Context::new(self.ledger, blob, &matches);
        let known = if context.has_doubtful() { self.found_before(blob) } else { Vec::new() };
        let before = self.gathered.hits.len();
        for (place, one) in context.sorted.iter().enumerate() {
            match self.ledger.wants(one).then(|| context.hit(place, one, &known)).flatten() {
                Some(hit) => self.gathered.hits.push(hit),
                // What is not reported must not show in the report of something else either.
                None => self.gathered.unreported.extend([one.secret.clone()]),
            }
        }
        let found = (self.gathered.hits.len() - before) as u64;
        self.ledger.scan.progress.matches.fetch_add(found, Ordering::Relaxed);
        self.matches = matches;
        self.matches.clear();
    }
}

fn scratch(ledger: &Ledger<'_>) -> Scratch {
    match ledger.scan.options.counts_rule_work {
        true => Scratch::counting(ledger.scan.scanner),
        false => Scratch::new(),
    }
}

impl Worker for ScanWorker<'_> {
    fn blob(&mut self, blob: Blob<'_>) {
        let first_piece = blob.start.byte == 0 && blob.fresh.start == 0;
        self.gathered.coverage.blobs += u64::from(first_piece);
        self.gathered.coverage.bytes += blob.fresh.len() as u64;
        self.ledger.scan.progress.bytes.fetch_add(blob.fresh.len() as u64, Ordering::Relaxed);
        self.watch(&blob);
        self.scan_new(&blob);
        if !self.matches.is_empty() {
            self.events += 1;
            self.take_hits(&blob);
        }
    }

    fn skip(&mut self, reason: SkipReason, name: &[u8]) {
        self.events += 1;
        self.gathered.coverage.skip(reason);
        self.gathered.skipped.push((reason, name.to_vec()));
    }

    fn problem(&mut self, problem: Problem) {
        self.events += 1;
        self.gathered.coverage.problems.push(problem);
    }

    fn tally(&self) -> Option<Tally> {
        let Coverage { blobs, bytes, .. } = self.gathered.coverage;
        Some(Tally { blobs, bytes, events: self.events })
    }
}

impl Ledger<'_> {
    /// Whether the user asked for findings like this one.
    fn wants(&self, one: &Match) -> bool {
        let Scan { scanner, options, .. } = self.scan;
        one.confidence >= options.min_confidence
            && self.severity(one) >= options.min_severity
            && scanner.info(one.rule).is_some_and(|rule| options.wants_rule(&rule.id))
    }

    /// How bad it is: as the user says, else as the rule does.
    fn severity(&self, one: &Match) -> Severity {
        let severities = &self.scan.options.severities;
        if severities.is_empty() {
            return one.severity;
        }
        let rule = self.scan.scanner.info(one.rule);
        let said = rule.and_then(|rule| severities.get(&rule.id));
        said.copied().unwrap_or(one.severity)
    }

    /// What a blob is known by when it was scanned before, unless everything is to be scanned.
    fn digest(&self, blob: &Blob<'_>) -> Option<Digest> {
        let options = &self.scan.options;
        let is_all = options.whole_blobs || options.counts_rule_work;
        (!is_all).then(|| self.clean.digest(blob)).flatten()
    }

    /// The id of a blob that others may be made from: a whole one of a history, which comes without a
    /// path, and nothing that was unpacked from it.
    fn traced(&self, blob: &Blob<'_>) -> Option<BlobId> {
        let is_whole = blob.start.byte == 0 && blob.fresh == ByteSpan::new(0, blob.bytes.len());
        let may_be_base = is_whole
            && blob.added.is_none()
            && blob.provenance.origin == Origin::Blob
            && blob.provenance.path.as_bytes().is_empty()
            && !self.scan.options.whole_blobs;
        blob.provenance.blob.filter(|_| may_be_base)
    }
}

impl Drop for ScanWorker<'_> {
    fn drop(&mut self) {
        self.gathered.add_rule_work(self.scratch.rule_work());
        self.ledger.add(std::mem::take(&mut self.gathered));
    }
}

/// What a blob is called where something was left out of it: its path, after its id where only that
/// is known.
fn blob_name(blob: &Blob<'_>) -> Vec<u8> {
    let path = blob.provenance.path.as_bytes();
    let is_inside = path.first().is_none_or(|first| *first == b'!');
    let id = blob.provenance.blob.filter(|_| is_inside).map(|id| id.to_string());
    [id.unwrap_or_default().as_bytes(), path].concat()
}

/// Turns spans into lines and columns, one after the other, so that each byte is counted once.
struct Locator<'a> {
    blob: &'a Blob<'a>,
    /// How far each encoding has been counted: where, and the byte of the blob's piece it is.
    reached: Vec<(Encoding, Position, usize)>,
}

impl<'a> Locator<'a> {
    fn new(blob: &'a Blob<'a>) -> Self {
        Self { blob, reached: Vec::new() }
    }

    /// The place of a match that begins no earlier than the one before it.
    fn locate(&mut self, one: &Match) -> Location {
        let index = self.reached.iter().position(|(encoding, ..)| *encoding == one.encoding);
        let index = index.unwrap_or_else(|| {
            self.reached.push((one.encoding, self.blob.start, 0));
            self.reached.len() - 1
        });
        let (encoding, position, byte) = &mut self.reached[index];
        let between = ByteSpan::new(*byte, one.span.start).of(self.blob.bytes);
        *position = position.after(between, *encoding);
        *byte += between.len();
        Location::from_start(*position, one.span.of(self.blob.bytes), *encoding)
    }
}

/// A blob and all that matched in it.
struct Context<'a> {
    ledger: &'a Ledger<'a>,
    blob: &'a Blob<'a>,
    /// Every match, sorted by span.
    sorted: Vec<&'a Match>,
    /// The spans of `sorted`, and what stands in their place when shown.
    spans: Secrets,
    marks: HashMap<(RuleId, ByteSpan), Mark<'a>>,
}

/// What a report says of a match wherever it names it.
struct Mark<'a> {
    one: &'a Match,
    location: Location,
    fingerprint: Fingerprint,
}

impl<'a> Context<'a> {
    fn new(ledger: &'a Ledger<'a>, blob: &'a Blob<'a>, matches: &'a [Match]) -> Self {
        let mut sorted: Vec<&Match> = matches.iter().collect();
        sorted.sort_by_key(|one| (one.span, one.rule));
        let masked = |one: &&Match| Masked { span: one.span, text: one.secret.masked() };
        let spans = Secrets::new(sorted.iter().map(masked).collect());
        let mut locator = Locator::new(blob);
        let mark = |one: &&'a Match| {
            let id = ledger.scan.scanner.info(one.rule).map_or("", |info| info.id.as_str());
            let fingerprint = ledger.scan.suppressor.fingerprint(id, &one.secret);
            ((one.rule, one.span), Mark { one, location: locator.locate(one), fingerprint })
        };
        let marks = sorted.iter().map(mark).collect();
        Self { ledger, blob, sorted, spans, marks }
    }

    /// Whether there are matches on lines that were not added, which the change may have completed.
    fn has_doubtful(&self) -> bool {
        let is_doubtful = |one: &&Match| self.ledger.wants(one) && !self.is_on_added_line(one);
        !self.blob.before.is_empty() && self.sorted.iter().any(is_doubtful)
    }

    fn is_on_added_line(&self, one: &Match) -> bool {
        let location = self.marks.get(&(one.rule, one.span)).map(|mark| mark.location);
        self.blob.added.is_none_or(|added| location.is_some_and(|at| touches(added, at.lines())))
    }

    /// Whether the change brought a match in: on a line that it added, or by completing what stood
    /// there. `known` is what the versions before have.
    fn is_new(&self, one: &Match, known: &[Match]) -> bool {
        let is_same = |old: &Match| {
            old.rule == one.rule
                && old.secret.reveal() == one.secret.reveal()
                && self.ledger.wants(old)
        };
        self.is_on_added_line(one) || !self.blob.before.is_empty() && !known.iter().any(is_same)
    }

    /// The hit for a match, unless the change did not bring it in.
    fn hit(&self, place: usize, one: &Match, known: &[Match]) -> Option<Hit> {
        let Mark { location, fingerprint, .. } = self.marks.get(&(one.rule, one.span))?;
        if !self.is_new(one, known) {
            return None;
        }
        let rule = self.ledger.scan.scanner.info(one.rule)?;
        let lines = line_context(self.blob.bytes, one.span);
        Some(Hit {
            rule: one.rule,
            provenance: self.blob.provenance.clone(),
            location: *location,
            secret: one.secret.clone(),
            fingerprint: fingerprint.clone(),
            proof: one.proof,
            confidence: one.confidence,
            severity: self.ledger.severity(one),
            evidence: one.evidence.clone(),
            decoded: one.decoded.clone(),
            companions: self.companions(one),
            transforms: one.transforms.clone(),
            excerpt: Some(self.spans.excerpt(self.blob.bytes, place, one.encoding)),
            inline: self.ledger.scan.suppressor.inline(&lines, &rule.id),
        })
    }

    fn companions(&self, one: &Match) -> Vec<Companion> {
        let named = one.companions.iter().filter_map(|part| self.marks.get(part));
        let told = named.filter_map(|mark| {
            Some(Companion {
                rule: self.ledger.scan.scanner.info(mark.one.rule)?.clone(),
                location: mark.location,
                secret: mark.one.secret.clone(),
                fingerprint: mark.fingerprint.clone(),
            })
        });
        told.collect()
    }
}

/// Whether any of the `added` lines, which are sorted, is one of `lines`.
fn touches(added: &[LineSpan], lines: LineSpan) -> bool {
    let first = added.partition_point(|span| span.last < lines.first);
    added.get(first).is_some_and(|span| span.overlaps(lines))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tightlip_model::Line;

    fn span(first: u64, last: u64) -> LineSpan {
        LineSpan { first: Line(first), last: Line(last) }
    }

    #[test]
    fn a_match_counts_when_it_touches_an_added_line() {
        let added = [span(3, 4), span(10, 10)];
        assert!(touches(&added, span(4, 9)));
        assert!(touches(&added, span(8, 12)));
        assert!(!touches(&added, span(5, 9)));
        assert!(!touches(&added, span(11, 11)));
        assert!(!touches(&[], span(1, 1)));
    }
}
