//! One secret, one match: which of several that share bytes stays, and which belong together.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use tightlip_model::{ByteSpan, Match, Proof, RuleId, Severity};

/// How far apart the parts of one credential may stand.
const COMPANION_BYTES: usize = 1000;
/// The same in lines.
const COMPANION_LINES: usize = 10;

/// What a rule claims to know of what it finds; the greater knows more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Claim {
    /// Whether it knows whose secret it is.
    pub(crate) is_provider: bool,
    /// Whether it asked for another word nearby.
    pub(crate) has_neighbour: bool,
    /// Whether it knows the form of the secret, rather than that a name is given a value.
    pub(crate) has_form: bool,
    /// The length of its longest anchor.
    pub(crate) anchor: usize,
}

/// Drops each match that shares bytes with a stronger one and sorts the rest by place: the better
/// proven is the stronger, then the one that stands there undisguised, then the longer, then the
/// one whose rule claims more, then the one whose rule comes first. Of two that are the same secret,
/// a provider's rule is the stronger unless only the other one's check digits hold. Does not depend on
/// the order of `found`.
pub(crate) fn keep_strongest(found: &mut Vec<Match>, claim: impl Fn(RuleId) -> Claim) {
    if found.len() > 1 {
        drop_unnamed(found, &claim);
        found.sort_unstable_by(|a, b| by_strength(a, b, &claim));
        let mut kept: BTreeMap<usize, usize> = BTreeMap::new();
        found.retain(|one| {
            let before = kept.range(..one.span.end).next_back();
            let is_free = before.is_none_or(|(_, &end)| end <= one.span.start);
            if is_free {
                kept.insert(one.span.start, one.span.end);
            }
            is_free
        });
        found.sort_by_key(|one| one.span);
    }
}

/// Orders matches by strength. Two of one rule at one place differ in their reasons at most: then the
/// surer and graver comes first, then any order that is always the same.
fn by_strength(a: &Match, b: &Match, claim: &impl Fn(RuleId) -> Claim) -> Ordering {
    let strength = |one: &Match| {
        let length = Reverse(one.span.len());
        let (start, claim) = (one.span.start, Reverse(claim(one.rule)));
        (Reverse(one.proof), one.transforms.len(), length, start, claim, one.rule)
    };
    let grade = |one: &Match| (Reverse(one.confidence), Reverse(one.severity), one.encoding.unit());
    strength(a)
        .cmp(&strength(b))
        .then_with(|| grade(a).cmp(&grade(b)))
        .then_with(|| a.transforms.cmp(&b.transforms))
        .then_with(|| a.evidence.cmp(&b.evidence))
        .then_with(|| a.decoded.cmp(&b.decoded))
        .then_with(|| a.secret.cmp(&b.secret))
}

/// Drops each match of a rule without a provider that is the same secret as one with.
fn drop_unnamed(found: &mut Vec<Match>, claim: &impl Fn(RuleId) -> Claim) {
    let is_checked = |one: &Match| one.proof == Proof::Checksum;
    let mut named: Vec<(ByteSpan, bool)> = found
        .iter()
        .filter(|one| claim(one.rule).is_provider)
        .map(|one| (one.span, is_checked(one)))
        .collect();
    named.sort_unstable();
    found.retain(|one| {
        let from = named.partition_point(|(span, _)| span.start < one.span.start.saturating_sub(8));
        let near = named.get(from..).unwrap_or_default();
        let mut near = near.iter().take_while(|(span, _)| span.start <= one.span.start + 8);
        claim(one.rule).is_provider
            || !near
                .any(|&(span, checked)| is_same(span, one.span) && (checked || !is_checked(one)))
    });
}

/// Whether two spans hold the same secret, but for a prefix or a closing sign.
fn is_same(a: ByteSpan, b: ByteSpan) -> bool {
    a.start.abs_diff(b.start) <= 8 && a.end.abs_diff(b.end) <= 8 && a.overlaps(b)
}

/// Tells each match of the nearest matches of the rules that belong with its own. `are_companions`
/// says which rules do; `found` is sorted by place.
pub(crate) fn join_companions(
    text: &[u8],
    found: &mut [Match],
    are_companions: impl Fn(RuleId, RuleId) -> bool,
) {
    let spans: Vec<(RuleId, ByteSpan)> = found.iter().map(|one| (one.rule, one.span)).collect();
    let severities: Vec<(ByteSpan, Severity)> =
        found.iter().map(|one| (one.span, one.severity)).collect();
    for (index, one) in found.iter_mut().enumerate() {
        let before = spans.get(..index).unwrap_or_default().iter().rev();
        let after = spans.get(index + 1..).unwrap_or_default().iter();
        let mut near: Vec<(usize, RuleId, ByteSpan)> = Vec::new();
        for &(rule, span) in before
            .take_while(|(_, span)| gap(*span, one.span).len() <= COMPANION_BYTES)
            .chain(after.take_while(|(_, span)| gap(*span, one.span).len() <= COMPANION_BYTES))
        {
            if rule != one.rule && are_companions(one.rule, rule) && are_near(text, span, one.span)
            {
                near.push((gap(span, one.span).len(), rule, span));
            }
        }
        near.sort_unstable();
        for (_, rule, span) in near {
            if one.companions.iter().all(|(known, _)| *known != rule) {
                one.companions.push((rule, span));
                one.severity = one.severity.max(severity_at(&severities, span));
            }
        }
        one.companions.sort_unstable();
    }
}

/// How bad a leak of the match at `span` is: with it the other part opens as much.
fn severity_at(severities: &[(ByteSpan, Severity)], span: ByteSpan) -> Severity {
    let at = severities.binary_search_by_key(&span, |(span, _)| *span);
    at.ok().and_then(|at| severities.get(at)).map_or(Severity::Info, |(_, severity)| *severity)
}

/// The bytes between two spans.
fn gap(a: ByteSpan, b: ByteSpan) -> ByteSpan {
    let (first, second) = if a.start <= b.start { (a, b) } else { (b, a) };
    ByteSpan::new(first.end, second.start)
}

fn are_near(text: &[u8], a: ByteSpan, b: ByteSpan) -> bool {
    memchr::memchr_iter(b'\n', gap(a, b).of(text)).count() <= COMPANION_LINES
}
