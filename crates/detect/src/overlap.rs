//! One secret, one match: which of several that share bytes stays, and which belong together.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use tightlip_model::{ByteSpan, Match, RuleId};

/// How far apart the parts of one credential may stand.
const COMPANION_BYTES: usize = 1000;
/// The same in lines.
const COMPANION_LINES: usize = 10;

/// Drops each match that shares bytes with a stronger one and sorts the rest by place: the better
/// proven is the stronger, then the one that stands there undisguised, then the longer, then the
/// one whose rule comes first. Does not depend on the order of `found`.
pub(crate) fn keep_strongest(found: &mut Vec<Match>) {
    if found.len() > 1 {
        found.sort_unstable_by(by_strength);
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
fn by_strength(a: &Match, b: &Match) -> Ordering {
    let strength = |one: &Match| {
        let length = Reverse(one.span.len());
        (Reverse(one.proof), one.transforms.len(), length, one.span.start, one.rule)
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

/// Tells each match of the nearest matches of the rules that belong with its own. `are_companions`
/// says which rules do; `found` is sorted by place.
pub(crate) fn join_companions(
    text: &[u8],
    found: &mut [Match],
    are_companions: impl Fn(RuleId, RuleId) -> bool,
) {
    let spans: Vec<(RuleId, ByteSpan)> = found.iter().map(|one| (one.rule, one.span)).collect();
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
            }
        }
        one.companions.sort_unstable();
    }
}

/// The bytes between two spans.
fn gap(a: ByteSpan, b: ByteSpan) -> ByteSpan {
    let (first, second) = if a.start <= b.start { (a, b) } else { (b, a) };
    ByteSpan::new(first.end, second.start)
}

fn are_near(text: &[u8], a: ByteSpan, b: ByteSpan) -> bool {
    memchr::memchr_iter(b'\n', gap(a, b).of(text)).count() <= COMPANION_LINES
}
