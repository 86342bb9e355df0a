//! Rules of a pattern: their regex, near their anchors.
//!
//! Owns: where a regex starts and how far it may look, and going on after a match was refused.
//! Leaves to others: whether a match is a secret ([`crate::judge`]).

use regex_automata::Anchored;
use tightlip_model::{ByteSpan, Match};
use tightlip_rules::Bounds;

use crate::bounds;
use crate::expression::{Expression, Found, Frames};
use crate::judge::{Candidate, Judge};
use crate::scratch::{Scratch, Work};

/// Tries the rule at an anchor from which its match begins a known number of bytes back.
pub(crate) fn try_at(judge: Judge<'_>, text: &[u8], start: usize, scratch: &mut Scratch) {
    let is_token = judge.rule.bounds() == Bounds::Token && judge.rule.secret_group() == 0;
    if is_token && !bounds::begins(text, start) || !judge.rule.may_begin(text, start) {
        return;
    }
    let window = judge.rule.window();
    let anchor = judge.rule.anchors().map(str::len).max().unwrap_or(0);
    let end = text.len().min(start + window.before + anchor + window.after);
    let mut search = Search::new(judge, text, scratch);
    if let Some(found) = search.find(ByteSpan::new(start, end), Anchored::Yes)
        && let Some(matched) = search.weigh(&found)
    {
        scratch.found.push(matched);
    }
}

/// Finds every match of the rule in a window. After a refusal the search goes on at the next place
/// where a token may begin: a match from any place before would be refused for the same reason.
pub(crate) fn search_in(judge: Judge<'_>, text: &[u8], window: ByteSpan, scratch: &mut Scratch) {
    if !may_lie_in(judge, window.of(text), scratch) {
        return;
    }
    let end = window.end.min(text.len());
    let mut at = window.start;
    let mut matches = Vec::new();
    let mut search = Search::new(judge, text, scratch);
    while let Some(found) = search.find(ByteSpan::new(at, end), Anchored::No) {
        match search.weigh(&found) {
            Some(matched) => {
                at = found.whole.end.max(at + 1);
                matches.push(matched);
            }
            None => at = next_try(judge, text, found.whole),
        }
    }
    scratch.found.append(&mut matches);
}

/// Whether the regex may match in `stretch`: spares most hits the regex, and most rules its compiling.
pub(crate) fn may_lie_in(judge: Judge<'_>, stretch: &[u8], scratch: &mut Scratch) -> bool {
    scratch.work.bytes += stretch.len() as u64;
    judge.rule.may_lie_in(stretch)
}

fn next_try(judge: Judge<'_>, text: &[u8], refused: ByteSpan) -> usize {
    let is_token = judge.rule.bounds() == Bounds::Token && judge.rule.secret_group() == 0;
    let rest = ByteSpan::new(refused.start + 1, refused.end);
    if is_token { bounds::next_beginning(text, rest) } else { rest.start }
}

/// A regex and the text it runs on.
pub(crate) struct Search<'s, 't> {
    judge: Judge<'s>,
    text: &'t [u8],
    regex: Option<&'s Expression>,
    frames: &'t mut Frames,
    work: &'t mut Work,
}

impl<'s, 't> Search<'s, 't> {
    /// The rule's regex, compiled now if it never ran before.
    pub(crate) fn new(judge: Judge<'s>, text: &'t [u8], scratch: &'t mut Scratch) -> Self {
        let regex = judge.plan.regex(judge.rule);
        Self { judge, text, regex, frames: &mut scratch.frames, work: &mut scratch.work }
    }

    /// The first match that lies within `range`.
    pub(crate) fn find(&mut self, range: ByteSpan, anchored: Anchored) -> Option<Found> {
        if range.start >= range.end {
            return None;
        }
        let found = self.regex?.find(self.text, range, anchored, self.frames);
        let end = found.as_ref().map_or(range.end, |found| found.whole.end);
        self.work.searches += 1;
        self.work.bytes += (end - range.start) as u64;
        found
    }

    /// What the judge makes of a match of [`Search::find`].
    pub(crate) fn weigh(&self, found: &Found) -> Option<Match> {
        let candidate = self.candidate(found)?;
        self.judge.weigh(candidate)
    }

    /// The secret inside of a match, and the facts beside it.
    pub(crate) fn candidate(&self, found: &Found) -> Option<Candidate<'t>> {
        let rule = self.judge.rule;
        let secret = found.group(rule.secret_group())?;
        let mut facts = Vec::new();
        for (group, name) in rule.facts() {
            if let Some(span) = found.group(group) {
                let value = self.text.get(span.start..span.end)?;
                facts.push((name.to_owned(), String::from_utf8_lossy(value).into_owned()));
            }
        }
        let value = secret.of(self.text);
        let is_prefix = |anchor: &&str| {
            value
                .get(..anchor.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(anchor.as_bytes()))
        };
        let prefix = rule.anchors().filter(is_prefix).map(str::len).max().unwrap_or(0);
        Some(Candidate { text: self.text, whole: found.whole, secret, prefix, facts, word: None })
    }
}
