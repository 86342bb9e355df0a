//! Scanning a whole text by what is new in it, with the trace of the text it was made from.
//!
//! Everything the scanner finds is found by a unit of work that a bounded stretch of text decides: an
//! anchor or a window with its rule's margin around it, or what stands between two cuts. A unit whose
//! stretch was copied is done already, and what it found moves along; every other is done anew. What
//! matches are worth beside each other is then judged over all of them, as in any scan.
//!
//! Owns: which units that are. Leaves to others: the units. Gives up, so that the text is scanned as
//! one without a base, where something else than a bounded stretch decides: wide text, and text in
//! which more is encoded than is decoded.

use tightlip_model::{ByteSpan, Copied, Match, RuleId};

use super::copies::{self, Copy};
use super::gathered::Gathered;
use super::trace::{Encoded, Hit, Plain, Trace};
use super::{Scanner, cuts, decodable, search_in, window};
use crate::decode::{DECODERS, Surveyed};
use crate::plan::Unit;
use crate::scratch::Scratch;
use crate::stats::counted;
use crate::{layer, wide};

/// Longer texts leave no trace.
const LONGEST: usize = 1 << 30;
/// A trace holds one hit for so many bytes of text, and as many more.
const HIT_BYTES: usize = 16;
const HITS_LEAST: usize = 1 << 10;

/// What will become a trace; kept from text to text.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    copies: Vec<Copy>,
    hits: Vec<Hit>,
    /// What each match was found by that is in the text as it stands.
    units: Vec<ByteSpan>,
    encoded: Vec<Encoded>,
    gathered: Gathered,
}

impl Scanner {
    /// Adds to `out` each secret in `text`, exactly as [`Scanner::scan`] does for the whole of it, and
    /// leaves a trace for texts made from this one. `base` is the trace of the text that this one was
    /// made from, and what was copied; it costs little to look at the rest only. A few texts leave no
    /// trace.
    pub fn scan_traced(
        &self,
        text: &[u8],
        base: Option<(&Trace, &[Copied])>,
        scratch: &mut Scratch,
        out: &mut Vec<Match>,
    ) -> Option<Trace> {
        self.scan_parts(text, base, (scratch, out), |tracing, plain| tracing.trace(plain))
    }

    /// Adds to `out` each secret in `text`, as [`Scanner::scan_traced`] does, and leaves no trace.
    pub fn scan_made(
        &self,
        text: &[u8],
        base: (&Trace, &[Copied]),
        scratch: &mut Scratch,
        out: &mut Vec<Match>,
    ) {
        self.scan_parts(text, Some(base), (scratch, out), |_, _| ());
    }

    /// Scans what is new in `text`, or else all of it. `leave` is asked in the first case, when it is
    /// known what there is to weigh; it is told how much of that stands in the text as it is.
    fn scan_parts<R>(
        &self,
        text: &[u8],
        base: Option<(&Trace, &[Copied])>,
        (scratch, out): (&mut Scratch, &mut Vec<Match>),
        leave: impl FnOnce(&mut Tracing<'_>, usize) -> R,
    ) -> Option<R> {
        let whole = ByteSpan::new(0, text.len());
        let left = self.find(text, base, scratch, leave);
        match &left {
            Some(_) => self.settle(text, whole, scratch, out),
            None => self.scan(text, whole, scratch, out),
        }
        left
    }

    /// Finds what there is to weigh in `text`.
    fn find<R>(
        &self,
        text: &[u8],
        base: Option<(&Trace, &[Copied])>,
        scratch: &mut Scratch,
        leave: impl FnOnce(&mut Tracing<'_>, usize) -> R,
    ) -> Option<R> {
        if text.len() > LONGEST || wide::detect(text).is_some() {
            return None;
        }
        let mut draft = std::mem::take(&mut scratch.draft);
        draft.clear();
        if let Some((trace, copied)) = base {
            copies::join(copied, trace.length, text.len(), &mut draft.copies);
        }
        scratch.found.clear();
        scratch.decodable = decodable(text);
        let base = base.map(|(trace, _)| trace).filter(|_| !draft.copies.is_empty());
        scratch.work.made += u64::from(base.is_some());
        let mut tracing = Tracing { scanner: self, text, base, draft, scratch };
        let plain = tracing.run();
        let left = plain.map(|plain| leave(&mut tracing, plain));
        scratch.draft = tracing.draft;
        left
    }

    fn span_of(&self, hit: Hit) -> ByteSpan {
        let length = self.prefilter.anchors().get(hit.anchor as usize).len();
        let end = hit.end as usize;
        ByteSpan::new(end.saturating_sub(length), end)
    }
}

impl Draft {
    fn clear(&mut self) {
        self.copies.clear();
        self.hits.clear();
        self.units.clear();
        self.encoded.clear();
    }
}

/// One text on its way to a trace.
struct Tracing<'a> {
    scanner: &'a Scanner,
    text: &'a [u8],
    base: Option<&'a Trace>,
    draft: Draft,
    scratch: &'a mut Scratch,
}

impl Tracing<'_> {
    /// Finds all there is; gives how much of it stands in the text as it is.
    fn run(&mut self) -> Option<usize> {
        self.find_hits()?;
        self.move_hits();
        self.carry_plain();
        self.follow_up();
        let plain = self.scratch.found.len();
        let left = self.scratch.work.left_encoded;
        let decoded = self.decode();
        if decoded.is_none() || self.scratch.work.left_encoded > left {
            self.scratch.work.left_encoded = left;
            return None;
        }
        Some(plain)
    }

    /// Looks for anchors wherever one may not have been copied whole.
    fn find_hits(&mut self) -> Option<()> {
        let Self { scanner, text, draft: Draft { copies, hits, gathered, .. }, scratch, .. } = self;
        let most = text.len() / HIT_BYTES + HITS_LEAST;
        let margin = scanner.prefilter.longest().saturating_sub(1);
        gathered.clear();
        copies::new_stretches(copies, text.len(), margin, |stretch| gathered.push(stretch));
        scratch.work.looked_at += gathered.len() as u64;
        let (new, origins) = gathered.bytes(text);
        scanner.prefilter.hits(new, |anchor, span| {
            if hits.len() <= most
                && let Some(span) = origins.of(span)
                && copies::around(copies, span).is_none()
            {
                hits.extend(hit(anchor, span));
            }
        });
        (hits.len() <= most).then_some(())
    }

    /// Adds the hits that were copied, and puts all of them in order.
    fn move_hits(&mut self) {
        let Self { scanner, base, draft: Draft { copies, hits, .. }, .. } = self;
        for copy in copies.iter() {
            let source = copy.source();
            let all = base.map_or(&[][..], |base| &base.hits);
            let first = all.partition_point(|hit| (hit.end as usize) <= source.start);
            let rest = all.get(first..).unwrap_or_default().iter();
            for &hit in rest.take_while(|hit| hit.end as usize <= source.end) {
                let span = scanner.span_of(hit);
                if span.start >= source.start {
                    hits.extend(self::hit(hit.anchor as usize, copy.moved(span)));
                }
            }
        }
        let key = |hit: &Hit| (hit.end, scanner.span_of(*hit).start);
        if !hits.is_sorted_by_key(key) {
            hits.sort_by_key(key);
        }
    }

    /// Takes over what was found by units that were copied.
    fn carry_plain(&mut self) {
        let Self { scanner, base, draft: Draft { copies, units, .. }, scratch, .. } = self;
        let all = base.map_or(&[][..], |base| &base.plain);
        for copy in copies.iter().filter(|_| !all.is_empty()) {
            let source = copy.source();
            let first = all.partition_point(|plain| plain.unit.start < source.start);
            let rest = all.get(first..).unwrap_or_default().iter();
            for plain in rest.take_while(|plain| plain.unit.start < source.end) {
                let margin = scanner.margin(plain.one.rule.0);
                if copy.holds_source(plain.unit, margin) {
                    units.push(copy.moved(plain.unit));
                    scratch.found.push(moved(&plain.one, copy));
                }
            }
        }
    }

    /// Does the units that were not copied.
    fn follow_up(&mut self) {
        let hits = std::mem::take(&mut self.draft.hits);
        for &hit in &hits {
            let span = self.scanner.span_of(hit);
            for &rule in self.scanner.rules_of.get(hit.anchor as usize) {
                self.unit(rule, span);
            }
        }
        self.draft.hits = hits;
        while let Some((rule, window)) = self.scratch.windows.pop() {
            self.search(u32::try_from(rule).unwrap_or(u32::MAX), window);
        }
    }

    fn unit(&mut self, rule: u32, anchor: ByteSpan) {
        let scanner = self.scanner;
        let Some(plan) = scanner.plan(RuleId(rule)) else { return };
        if plan.unit == Unit::Window {
            let Some(judge) = scanner.judge(RuleId(rule)) else { return };
            let window = window(judge, self.text, anchor);
            counted(rule, self.scratch, |scratch| scratch.work.hits += 1);
            if let Some(closed) = self.scratch.windows.push(rule as usize, window) {
                self.search(rule, closed);
            }
        } else if !self.is_copied(anchor, plan.margin) {
            scanner.hit(RuleId(rule), self.text, anchor, self.scratch);
            self.draft.units.resize(self.scratch.found.len(), anchor);
        }
    }

    fn search(&mut self, rule: u32, window: ByteSpan) {
        if self.is_copied(window, self.scanner.margin(rule)) {
            return;
        }
        if let Some(judge) = self.scanner.judge(RuleId(rule)) {
            search_in(judge, self.text, window, self.scratch);
            self.draft.units.resize(self.scratch.found.len(), window);
        }
    }

    fn is_copied(&self, unit: ByteSpan, margin: usize) -> bool {
        copies::around(&self.draft.copies, unit).is_some_and(|copy| copy.holds(unit, margin))
    }

    /// Takes over what was decoded in clean parts of copies and decodes the rest; `None` when that is
    /// more than a text may hold.
    fn decode(&mut self) -> Option<()> {
        self.draft.gathered.clear();
        let mut from = 0;
        for index in 0..self.draft.copies.len() {
            let copy = *self.draft.copies.get(index)?;
            let Some(clean) = cuts::clean(self.text, &copy) else { continue };
            if !copy.is_first {
                self.draft.gathered.push(ByteSpan::new(from, clean.start + 1));
            }
            self.carry_decoded(&copy, copy.origin(clean))?;
            from = clean.end;
        }
        self.draft.gathered.push(ByteSpan::new(from, self.text.len()));
        self.decode_gathered();
        Some(())
    }

    fn carry_decoded(&mut self, copy: &Copy, clean: ByteSpan) -> Option<()> {
        let Self { base, draft, scratch, .. } = self;
        let Some(base) = base else { return Some(()) };
        let first = base.encoded.partition_point(|span| (span.start as usize) < clean.start);
        let rest = base.encoded.get(first..).unwrap_or_default().iter();
        for &one in rest.take_while(|one| (one.start as usize) < clean.end) {
            scratch.decodable = scratch.decodable.checked_sub(one.spent as usize)?;
            let span = ByteSpan::new(one.start as usize, one.end as usize);
            draft.encoded.extend(encoded(copy.moved(span), one.spent as usize));
        }
        let first = base.decoded.partition_point(|one| one.span.start < clean.start);
        let rest = base.decoded.get(first..).unwrap_or_default().iter();
        let carried = rest.take_while(|one| one.span.start < clean.end);
        scratch.found.extend(carried.map(|one| moved(one, copy)));
        Some(())
    }

    /// Decodes what looks encoded in stretches between cuts: side by side these are as good as apart.
    fn decode_gathered(&mut self) {
        let Self { scanner, text, draft: Draft { gathered, encoded: all, .. }, scratch, .. } = self;
        let (stretches, origins) = gathered.bytes(text);
        if scanner.deepest == 0 {
            return;
        }
        let mut blocks = scratch.buffers.pop().unwrap_or_default();
        let seen = Surveyed::of(stretches, &mut blocks);
        for decoder in DECODERS {
            (decoder.spans)(&seen, &mut |span| {
                let Some(span) = origins.of(span) else { return };
                let before = scratch.decodable;
                layer::scan_encoded(scanner, decoder, (text, span), 0, scratch);
                all.extend(encoded(span, before - scratch.decodable));
            });
        }
        layer::recycle(scratch, blocks);
    }

    /// The trace of all that was done; the first `plain` of what was found stand in the text as it is.
    fn trace(&mut self, plain: usize) -> Trace {
        let Self { text, draft, scratch, .. } = self;
        draft.encoded.sort_unstable_by_key(|one| (one.start, one.end));
        let (found, decoded) = scratch.found.split_at(plain.min(scratch.found.len()));
        let units = draft.units.iter().zip(found);
        let mut plain: Box<[Plain]> =
            units.map(|(unit, one)| Plain { unit: *unit, one: one.clone() }).collect();
        plain.sort_unstable_by_key(|plain| plain.unit.start);
        let mut decoded: Box<[Match]> = decoded.into();
        decoded.sort_unstable_by_key(|one| one.span.start);
        Trace {
            length: text.len(),
            hits: draft.hits.as_slice().into(),
            plain,
            encoded: draft.encoded.as_slice().into(),
            decoded,
        }
    }
}

impl Scanner {
    fn margin(&self, rule: u32) -> usize {
        self.plan(RuleId(rule)).map_or(0, |plan| plan.margin)
    }
}

/// A match of the base, where a copy has it.
fn moved(one: &Match, copy: &Copy) -> Match {
    Match { span: copy.moved(one.span), ..one.clone() }
}

/// The hit of an anchor; there is one for each span of a text that leaves a trace.
fn hit(anchor: usize, span: ByteSpan) -> Option<Hit> {
    Some(Hit { end: u32::try_from(span.end).ok()?, anchor: u32::try_from(anchor).ok()? })
}

fn encoded(span: ByteSpan, spent: usize) -> Option<Encoded> {
    let start = u32::try_from(span.start).ok()?;
    Some(Encoded { start, end: u32::try_from(span.end).ok()?, spent: u32::try_from(spent).ok()? })
}

#[cfg(test)]
mod tests {
    use tightlip_rules::sample::Sampler;
    use tightlip_rules::{Form, Rule, builtin};

    use super::*;
    use crate::pattern;

    /// The most that any rule looks at around an anchor or window, in bytes.
    const REACH: usize = (64 << 10) + 1024;
    /// The most that a rule without a structure looks at.
    const PATTERN_REACH: usize = 16 << 10;

    /// A text that the rule finds something in, more often than not.
    fn line(rule: Rule<'_>, sampler: &mut Sampler) -> Vec<u8> {
        let Form::Structure(name) = rule.form() else {
            return sampler.line(rule).expect("it is no structure").text;
        };
        let value = "q8Zr4TnB1xWvL0sMd7KpYc3H".to_owned();
        let lines = |count: usize| vec![value.repeat(2) + &value[..16]; count].join("\n");
        match name {
            "assignment" => format!("DB_PASSWORD = \"{value}\""),
            "connection-string" => format!("Server=db.internal;User Id=app;Password={value};"),
            "authorization-header" => format!("Authorization: Bearer {value}"),
            "url-credentials" => format!("postgres://app:{value}@db.internal/x"),
            "jwt" => format!("eyJ{value}.eyJ{value}.{value}"),
            "key-store" => "\u{1}deploy X.509 \r\u{1}\u{7}\u{1}".to_owned(),
            "putty-key" => format!("PuTTY-User-Key-File-2: x\nPrivate-Lines: 3\n{}", lines(3)),
            _ => format!("-----BEGIN {} KEY-----\nMII{}\n-----END", "PRIVATE", lines(40)),
        }
        .into_bytes()
    }

    /// What each unit of a rule finds in a text.
    fn units(scanner: &Scanner, rule: Rule<'_>, text: &[u8]) -> Vec<(ByteSpan, Vec<String>)> {
        let lower = text.to_ascii_lowercase();
        let spans = rule.anchors().flat_map(|anchor| {
            let starts = memchr::memmem::find_iter(&lower, anchor.as_bytes()).collect::<Vec<_>>();
            starts.into_iter().map(|start| ByteSpan::new(start, start + anchor.len()))
        });
        let mut scratch = Scratch::new();
        let mut units = Vec::new();
        for span in spans {
            scanner.hit(rule.index(), text, span, &mut scratch);
            let judge = scanner.judge(rule.index()).expect("it is one of the set");
            let mut unit = span;
            if let Some((_, window)) = scratch.windows.pop() {
                pattern::search_in(judge, text, window, &mut scratch);
                unit = window;
            }
            let found = scratch.found.drain(..).map(|one| format!("{one:?}")).collect();
            units.push((unit, found));
        }
        units
    }

    #[test]
    fn what_a_rule_finds_does_not_depend_on_bytes_beyond_its_margin() {
        let scanner = Scanner::new(builtin().clone()).expect("the rules name what there is");
        let mut sampler = Sampler::new(7);
        let mut found = 0;
        for rule in builtin().iter() {
            let plan = scanner.plans.get(rule).expect("it is of the set");
            let around = b"0aZ-_.=%\\n\n\" /+".repeat(plan.margin.min(4096) / 8 + 8);
            let text = [&around[..], &line(rule, &mut sampler), &around].concat();
            for (unit, matches) in units(&scanner, rule, &text) {
                found += matches.len();
                let near = ByteSpan::new(
                    unit.start.saturating_sub(plan.margin),
                    text.len().min(unit.end + plan.margin),
                );
                let mut other = vec![b'\n'; text.len()];
                other[near.start..near.end].copy_from_slice(near.of(&text));
                let same = units(&scanner, rule, &other).into_iter().find(|(at, _)| *at == unit);
                assert_eq!(same, Some((unit, matches)), "{}", rule.id());
            }
        }
        assert!(found > builtin().len() / 2, "only {found} matches");
    }

    #[test]
    fn no_rule_looks_further_than_the_stated_reach() {
        let scanner = Scanner::new(builtin().clone()).expect("the rules name what there is");
        for rule in builtin().iter() {
            let plan = scanner.plans.get(rule).expect("it is of the set");
            let most = if plan.structure.is_some() { REACH } else { PATTERN_REACH };
            assert!(plan.margin <= most.min(scanner.reach()), "{}: {}", rule.id(), plan.margin);
        }
    }
}
