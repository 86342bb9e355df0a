//! One secret, one match: which of several that share bytes stays.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use tightlip_model::{ByteSpan, Match, Proof, RuleId};

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
