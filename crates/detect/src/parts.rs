//! The parts of one credential: which matches belong together, and what each lends the other.
//!
//! Owns: nearness, blocks of assignments, and the choice among several. Leaves to others: which rules
//! find parts of one credential (the rule files say so) and which part is reported (the engine).

use std::collections::BTreeMap;

use tightlip_model::{ByteSpan, Confidence, Match, RuleId, Severity};
use tightlip_rules::RuleSet;

/// How far apart parts may stand in one block of assignments. The choice for one part looks at the
/// choice of the other: twice this decides what is joined, which the scanner's margin covers.
const BLOCK_BYTES: usize = 1900;
/// The same in lines.
const BLOCK_LINES: usize = 40;
/// How far apart parts may stand where something else begins between them.
const NEAR_BYTES: usize = 1000;
/// The same in lines.
const NEAR_LINES: usize = 10;

/// For each rule of a set: how grave its leaks are, and the rules that find other parts of its
/// credentials.
pub(crate) struct Partners(Vec<(Severity, Vec<RuleId>)>);

impl Partners {
    /// The partners in `rules`: a rule that names another as its companion is named by it.
    pub(crate) fn of(rules: &RuleSet) -> Self {
        let mut all: Vec<(Severity, Vec<RuleId>)> =
            rules.iter().map(|rule| (rule.severity(), rule.companions().collect())).collect();
        for rule in rules.iter() {
            for other in rule.companions() {
                if let Some((_, partners)) = all.get_mut(other.0 as usize) {
                    partners.push(rule.index());
                }
            }
        }
        for (_, partners) in &mut all {
            partners.sort_unstable();
            partners.dedup();
        }
        Self(all)
    }

    fn of_rule(&self, rule: RuleId) -> &[RuleId] {
        self.0.get(rule.0 as usize).map_or(&[], |(_, partners)| partners)
    }

    fn severity(&self, rule: RuleId) -> Severity {
        self.0.get(rule.0 as usize).map_or(Severity::Info, |(severity, _)| *severity)
    }
}

/// How well two parts fit together; the least fits best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    tie: Tie,
    /// Items of a list that begin between the two.
    items: usize,
    /// Whether the graver part, the secret, stands before the other one.
    is_reversed: bool,
    bytes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    /// They stand in one block of assignments.
    Block,
    /// They stand near each other.
    Near,
}

/// A part and its place among the matches.
#[derive(Debug, Clone, Copy)]
struct Part {
    rule: RuleId,
    span: ByteSpan,
    index: usize,
}

/// For each partner rule, the match that fits best and how well.
type Choice = BTreeMap<RuleId, (Fit, usize)>;

/// Tells each match of the best fitting matches of its rule's partners, and lends it what they know.
/// `found` is sorted by place.
pub(crate) fn join(text: &[u8], found: &mut [Match], partners: &Partners) {
    let parts: Vec<Part> = found
        .iter()
        .enumerate()
        .filter(|(_, one)| !partners.of_rule(one.rule).is_empty())
        .map(|(index, one)| Part { rule: one.rule, span: one.span, index })
        .collect();
    if parts.len() < 2 {
        return;
    }
    let pool = Pool { text, parts: &parts, partners };
    let choices: Vec<Choice> = (0..parts.len()).map(|at| pool.choose(at)).collect();
    let joined: Vec<Vec<(Tie, usize)>> =
        (0..parts.len()).map(|at| pool.agreed(at, &choices)).collect();
    lend(found, &parts, &joined);
}

struct Pool<'a> {
    text: &'a [u8],
    parts: &'a [Part],
    partners: &'a Partners,
}

impl Pool<'_> {
    /// The best match of each partner rule for the part at `at`. Of those on one side only the nearest
    /// can be: what parts them from it parts them from those behind as well.
    fn choose(&self, at: usize) -> Choice {
        let mut choice = Choice::new();
        let Some(one) = self.parts.get(at) else { return choice };
        let before = (0..at).rev();
        let after = at + 1..self.parts.len();
        self.choose_from(one, before, &mut choice);
        self.choose_from(one, after, &mut choice);
        choice
    }

    fn choose_from(&self, one: &Part, side: impl Iterator<Item = usize>, choice: &mut Choice) {
        let mut seen: Vec<RuleId> = Vec::new();
        for at in side {
            let Some(other) = self.parts.get(at) else { return };
            if gap(one.span, other.span).len() > BLOCK_BYTES {
                return;
            }
            let is_partner = self.partners.of_rule(one.rule).binary_search(&other.rule).is_ok();
            if !is_partner || other.rule == one.rule || seen.contains(&other.rule) {
                continue;
            }
            seen.push(other.rule);
            if let Some(fit) = self.fit(one, other) {
                let best = choice.entry(other.rule).or_insert((fit, at));
                *best = (*best).min((fit, at));
            }
        }
    }

    fn fit(&self, a: &Part, b: &Part) -> Option<Fit> {
        let (first, second) = if a.span.start <= b.span.start { (a, b) } else { (b, a) };
        let between = gap(a.span, b.span).of(self.text);
        let (first, second) =
            (self.partners.severity(first.rule), self.partners.severity(second.rule));
        let is_reversed = first > second;
        let fit = |tie, items| Fit { tie, items, is_reversed, bytes: between.len() };
        let lines = memchr::memchr_iter(b'\n', between).count();
        if lines <= BLOCK_LINES
            && let Some(items) = items_of_one_block(between)
        {
            return Some(fit(Tie::Block, items));
        }
        (between.len() <= NEAR_BYTES && lines <= NEAR_LINES).then(|| fit(Tie::Near, 0))
    }

    /// The chosen ones that chose this part too. A secret may also take an identifier of its block that
    /// belongs to another secret as well; an identifier takes no secret of another.
    fn agreed(&self, at: usize, choices: &[Choice]) -> Vec<(Tie, usize)> {
        let (Some(one), Some(choice)) = (self.parts.get(at), choices.get(at)) else {
            return Vec::new();
        };
        let agrees = |fit: Fit, other: usize| {
            let back = choices.get(other).and_then(|choice| choice.get(&one.rule));
            let is_mutual = back.is_some_and(|(_, index)| *index == at);
            let rule = self.parts.get(other).map(|other| other.rule);
            let is_grave = rule.is_some_and(|rule| {
                self.partners.severity(one.rule) >= self.partners.severity(rule)
            });
            is_mutual || (is_grave && fit.tie == Tie::Block)
        };
        let chosen = choice.values().filter(|(fit, other)| agrees(*fit, *other));
        chosen.map(|(fit, other)| (fit.tie, *other)).collect()
    }
}

/// Writes down who belongs to whom. With the other part a leak of this one opens as much as that
/// one's, what was read from the other is known of this one, and a name that made a secret of a value
/// is believed where the other part, which identifies itself, stands in the same block.
fn lend(found: &mut [Match], parts: &[Part], joined: &[Vec<(Tie, usize)>]) {
    let before: Vec<Match> =
        parts.iter().filter_map(|part| found.get(part.index)).cloned().collect();
    for (part, ties) in parts.iter().zip(joined) {
        let Some(one) = found.get_mut(part.index) else { continue };
        for (tie, other) in ties {
            let Some(other) = before.get(*other) else { continue };
            one.companions.push((other.rule, other.span));
            one.severity = one.severity.max(other.severity);
            let is_sure = *tie == Tie::Block && other.confidence == Confidence::High;
            if is_sure && one.confidence == Confidence::Medium {
                one.confidence = Confidence::High;
                one.evidence.push("another part of the credential stands beside it".to_owned());
            }
            for (name, value) in &other.decoded {
                if one.decoded.iter().all(|(known, _)| known != name) {
                    one.decoded.push((name.clone(), value.clone()));
                }
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

/// How many items of a list begin in `between`, or `None` where a block ends in it: an empty line, a
/// section or document begins, or braces close that were opened before.
fn items_of_one_block(between: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    for byte in between {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    let mut items = 0;
    let mut lines = between.split(|byte| *byte == b'\n').skip(1).peekable();
    while let Some(line) = lines.next() {
        let line = trimmed(line);
        let is_whole = lines.peek().is_some();
        if (is_whole && line.is_empty()) || line.starts_with(b"[") || line.starts_with(b"---") {
            return None;
        }
        items += usize::from(line.starts_with(b"- "));
    }
    Some(items)
}

/// A line without the blanks around it, nor the zero bytes of wide text.
fn trimmed(mut line: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | 0, rest @ ..] = line {
        line = rest;
    }
    while let [rest @ .., b' ' | b'\t' | b'\r' | 0] = line {
        line = rest;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ends_at_an_empty_line_a_section_and_a_closing_brace() {
        for between in ["\nsecret = ", "\",\n  \"a\": \"${B}\",\n  \"secret\": \"", ", secret: "] {
            assert_eq!(items_of_one_block(between.as_bytes()), Some(0), "{between}");
        }
        assert_eq!(items_of_one_block(b"\n- name: SECRET\n  value: "), Some(1));
        for between in
            ["\n\nsecret = ", "\n \r\nsecret = ", "\n[b]\nid = ", "\"}, {\"id\": \"", "\n---\nid: "]
        {
            assert_eq!(items_of_one_block(between.as_bytes()), None, "{between}");
        }
    }
}
