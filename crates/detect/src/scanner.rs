//! The scanner: bytes to matches.
//!
//! Owns: the order of the stages and what each hands to the next. Leaves the stages themselves to
//! their modules, and everything about files, lines and reports to others.

mod copies;
mod cuts;
mod gathered;
mod trace;
mod traced;

use std::fmt;
use std::sync::{Arc, OnceLock};

use tightlip_model::{ByteSpan, Match, RuleId, RuleInfo};
use tightlip_rules::{Form, RuleSet};

use crate::alike::Lead;
use crate::judge::Judge;
use crate::parts::{self, Partners};
use crate::plan::{Plan, Plans, Unit};
use crate::prefilter::{Anchors, Prefilter, Rows};
use crate::proof::Now;
use crate::scratch::Scratch;
use crate::stats::counted;
use crate::structure::Site;
use crate::{ScannerError, overlap, pattern, respell, structure, words};

pub use self::trace::Trace;
pub(crate) use self::traced::Draft;

/// What neighbours of a match may add to its own reach: companions and chains of overlaps.
const MARGIN: usize = 4096;
/// How many encodings deep a secret is followed unless told otherwise.
const DEEPEST: usize = 4;
/// Decoded bytes a scan may produce, as a multiple of its input.
const DECODED_SHARE: usize = 3;
/// Decoded bytes any scan may produce.
const DECODED_LEAST: usize = 64 << 10;

/// Finds secrets in bytes. Does no I/O, keeps no state between texts, and may be shared by threads.
pub struct Scanner {
    rules: RuleSet,
    plans: Plans,
    prefilter: Prefilter,
    /// The rules that have each anchor.
    rules_of: Rows<u32>,
    /// Worked out when a text first holds two secrets.
    partners: OnceLock<Partners>,
    /// Worked out for the first secret whose rule leaves doubt.
    pub(crate) leads: OnceLock<Vec<(Lead, RuleId)>>,
    pub(crate) now: Now,
    /// How many encodings deep a secret is followed.
    pub(crate) deepest: usize,
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner").field("rules", &self.rules.len()).finish_non_exhaustive()
    }
}

impl Scanner {
    /// A scanner for these rules. Compiles nothing: that happens when a text first needs it.
    ///
    /// # Errors
    /// When a rule asks for a proof or a structure that does not exist.
    pub fn new(rules: RuleSet) -> Result<Self, ScannerError> {
        let plans = Plans::of(&rules)?;
        let (prefilter, rules_of) = if rules.is_builtin() {
            Prefilter::builtin()
        } else {
            let Anchors { texts, rules } = Anchors::of(&rules);
            (Prefilter::new(texts), rules)
        };
        let (partners, leads, now) = (OnceLock::new(), OnceLock::new(), Now { seconds: 0 });
        Ok(Self { rules, plans, prefilter, rules_of, partners, leads, now, deepest: DEEPEST })
    }

    /// The same scanner, told what time it is: tokens that have expired by then are graded down.
    #[must_use]
    pub fn at(mut self, now: Now) -> Self {
        self.now = now;
        self
    }

    /// The same scanner, told how many encodings deep a secret is followed; 0 undoes none.
    #[must_use]
    pub fn decoding(mut self, deepest: usize) -> Self {
        self.deepest = deepest;
        self
    }

    /// The rules it looks for.
    #[must_use]
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// How many rules it looks for.
    #[must_use]
    pub fn rule_count(&self) -> usize {
        self.rules.len()
    }

    /// The rule as reports describe it; `None` for an id of another set.
    #[must_use]
    pub fn info(&self, id: RuleId) -> Option<&Arc<RuleInfo>> {
        let rule = self.rules.get(id)?;
        let plan = self.plans.get(rule)?;
        Some(plan.info.get_or_init(|| Arc::new(rule.info())))
    }

    /// The most bytes on either side of a position that decide what is found there.
    #[must_use]
    pub fn reach(&self) -> usize {
        self.rules.reach().max(structure::reach()) + MARGIN
    }

    /// Adds to `out` each secret in `text` that begins within `fresh`, in the order of their places.
    /// What lies outside of `fresh` is context: [`Scanner::reach`] bytes of it are enough.
    pub fn scan(&self, text: &[u8], fresh: ByteSpan, scratch: &mut Scratch, out: &mut Vec<Match>) {
        scratch.found.clear();
        scratch.decodable = decodable(text);
        scratch.work.looked_at += text.len() as u64;
        crate::layer::scan(self, text, 0, scratch);
        self.settle(text, fresh, scratch, out);
    }

    /// Weighs the matches of `text` against each other and hands over those that begin in `fresh`.
    fn settle(&self, text: &[u8], fresh: ByteSpan, scratch: &mut Scratch, out: &mut Vec<Match>) {
        if scratch.found.is_empty() {
            return;
        }
        overlap::keep_strongest(&mut scratch.found, |rule| self.claim(rule));
        respell::attribute(self, text, scratch);
        if scratch.found.len() > 1 {
            let partners = self.partners.get_or_init(|| Partners::of(&self.rules));
            parts::join(text, &mut scratch.found, partners);
        }
        let is_fresh = |one: &Match| (fresh.start..fresh.end).contains(&one.span.start);
        out.extend(scratch.found.drain(..).filter(is_fresh));
    }

    /// Looks for secrets that stand in `text` as they are.
    pub(crate) fn scan_plain(&self, text: &[u8], scratch: &mut Scratch) {
        self.prefilter.hits(text, |anchor, span| {
            if scratch.tied.first().is_some_and(|(_, first)| first.end != span.end) {
                self.take_tied(text, scratch);
            }
            scratch.tied.push((anchor, span));
        });
        self.take_tied(text, scratch);
        while let Some((rule, window)) = scratch.windows.pop() {
            if let Some(judge) = u32::try_from(rule).ok().and_then(|rule| self.judge(RuleId(rule)))
            {
                search_in(judge, text, window, scratch);
            }
        }
    }

    /// What the strongest rule of words says of the secret at `value`, after a name at the start of `text`.
    pub(crate) fn search_named(
        &self,
        text: &[u8],
        value: ByteSpan,
        scratch: &mut Scratch,
    ) -> Option<Match> {
        let mut hits = Vec::new();
        self.prefilter.hits(text, |anchor, span| hits.push((anchor, span)));
        let hits = hits.iter().filter(|(_, word)| word.end < value.start);
        let judges = hits.flat_map(|&(anchor, word)| {
            let rules = self.rules_of.get(anchor).iter();
            rules.filter_map(move |&rule| Some((self.judge(RuleId(rule))?, word)))
        });
        for (judge, word) in judges.filter(|(judge, _)| judge.plan.unit == Unit::Words) {
            words::search_after(judge, text, word, scratch);
        }
        scratch.found.retain(|one| one.span == value);
        overlap::keep_strongest(&mut scratch.found, |rule| self.claim(rule));
        let strongest = scratch.found.pop();
        scratch.found.clear();
        strongest
    }

    /// Follows up hits that end at the same byte, the longest first: which windows become one must not
    /// depend on the order in which the prefilter tells of them.
    fn take_tied(&self, text: &[u8], scratch: &mut Scratch) {
        let mut tied = std::mem::take(&mut scratch.tied);
        tied.sort_unstable_by_key(|(_, span)| span.start);
        for (anchor, span) in tied.drain(..) {
            for &rule in self.rules_of.get(anchor) {
                self.hit(RuleId(rule), text, span, scratch);
            }
        }
        scratch.tied = tied;
    }

    fn judge(&self, id: RuleId) -> Option<Judge<'_>> {
        let rule = self.rules.get(id)?;
        Some(Judge { rule, plan: self.plans.get(rule)?, now: self.now })
    }

    pub(crate) fn plan(&self, id: RuleId) -> Option<&Plan> {
        self.plans.get(self.rules.get(id)?)
    }

    fn hit(&self, id: RuleId, text: &[u8], anchor: ByteSpan, scratch: &mut Scratch) {
        let Some(judge) = self.judge(id) else { return };
        counted(id.0, scratch, |scratch| follow(judge, text, anchor, scratch));
    }

    /// What the rule claims to know of its matches.
    fn claim(&self, id: RuleId) -> overlap::Claim {
        self.rules.get(id).map_or_else(overlap::Claim::default, |rule| overlap::Claim {
            is_provider: !rule.is_generic(),
            has_neighbour: rule.near().len() > 0,
            has_form: !matches!(rule.form(), Form::Structure(_)),
            anchor: rule.anchors().map(str::len).max().unwrap_or(0),
        })
    }
}

/// Follows up one hit of a rule.
fn follow(judge: Judge<'_>, text: &[u8], anchor: ByteSpan, scratch: &mut Scratch) {
    scratch.work.hits += 1;
    match judge.plan.unit {
        Unit::Try(offset) => {
            if let Some(start) = anchor.start.checked_sub(offset) {
                pattern::try_at(judge, text, start, scratch);
            }
        }
        Unit::Window => {
            let index = judge.rule.index().0 as usize;
            if let Some(closed) = scratch.windows.push(index, window(judge, text, anchor)) {
                pattern::search_in(judge, text, closed, scratch);
            }
        }
        Unit::Words => words::search_after(judge, text, anchor, scratch),
        Unit::Structure => read_structure(judge, text, anchor, scratch),
    }
}

/// Searches a window that was left open.
fn search_in(judge: Judge<'_>, text: &[u8], window: ByteSpan, scratch: &mut Scratch) {
    counted(judge.rule.index().0, scratch, |scratch| {
        pattern::search_in(judge, text, window, scratch);
    });
}

/// The stretch of text in which a rule looks for its pattern.
fn window(judge: Judge<'_>, text: &[u8], anchor: ByteSpan) -> ByteSpan {
    let reach = judge.rule.window();
    let start = anchor.start.saturating_sub(reach.before);
    ByteSpan::new(start, text.len().min(anchor.end + reach.after))
}

/// How many bytes may be decoded of `text`.
fn decodable(text: &[u8]) -> usize {
    text.len().saturating_mul(DECODED_SHARE).saturating_add(DECODED_LEAST)
}

fn read_structure(judge: Judge<'_>, text: &[u8], anchor: ByteSpan, scratch: &mut Scratch) {
    let Some(structure) = judge.plan.structure else { return };
    let site = Site::new(text, anchor);
    let found = (structure.read)(&site);
    scratch.work.bytes += site.spent();
    let Some(mut found) = found else { return };
    let also = std::mem::take(&mut found.also);
    let found = std::iter::once(found).chain(also);
    scratch.found.extend(found.filter_map(|found| judge.weigh_found(text, found)));
}
