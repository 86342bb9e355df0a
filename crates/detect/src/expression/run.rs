//! Runs the steps of a [`Program`] on a text, and comes back to what else might have been.
//!
//! Owns: the order in which that is tried, which makes the match that the regex prefers the first to be
//! found, and the bound on all of it. Leaves to others: what to do when the bound is reached.

use regex_automata::Anchored;
use regex_syntax::hir::Look;
use tightlip_model::ByteSpan;

use super::program::{Bytes, Program, Step};
use super::{Found, Frames};

/// How many steps a search may take. A byte that is looked at again counts as a part of one.
const STEPS: usize = 20_000;
/// How many bytes of a repetition cost as much as a step.
const BYTES_OF_A_STEP: usize = 8;

/// A search that took too many steps, and found out nothing.
#[derive(Debug)]
pub(super) struct OutOfSteps;

/// What to come back to.
#[derive(Debug)]
pub(crate) enum Frame {
    /// Another way on, from here.
    Step(usize, usize),
    /// The repetition of this step, which may end at any of these places, the last first.
    Shorter(usize, ByteSpan),
    /// The same, the first first.
    Longer(usize, ByteSpan),
    /// What a slot held.
    Slot(usize, Option<usize>),
}

/// A program on its way through a text.
pub(super) struct Run<'r> {
    program: &'r Program,
    text: &'r [u8],
    /// Where the text may be read to; what only looks may see what is behind.
    end: usize,
    frames: &'r mut Frames,
    slots: Vec<Option<usize>>,
    steps: usize,
}

impl<'r> Run<'r> {
    pub(super) fn new(
        program: &'r Program,
        text: &'r [u8],
        end: usize,
        frames: &'r mut Frames,
    ) -> Self {
        let slots = vec![None; program.slots];
        Self { program, text, end: end.min(text.len()), frames, slots, steps: STEPS }
    }

    /// The first match that begins in `range`.
    pub(super) fn find(
        mut self,
        range: ByteSpan,
        anchored: Anchored,
    ) -> Result<Option<Found>, OutOfSteps> {
        let last = if anchored.is_anchored() { range.start } else { self.end };
        for start in range.start..=last.min(self.end) {
            let first = self.text.get(..self.end).and_then(|text| text.get(start));
            let may_begin = |firsts: &Bytes| first.is_some_and(|byte| firsts[usize::from(*byte)]);
            if self.program.firsts.as_ref().is_none_or(may_begin)
                && let Some(end) = self.match_at(start)?
            {
                return Ok(Some(self.found(ByteSpan::new(start, end))));
            }
        }
        Ok(None)
    }

    fn found(&self, whole: ByteSpan) -> Found {
        let (slots, _) = self.slots.as_chunks();
        let group = |slots: &[Option<usize>; 2]| {
            let [start, end] = *slots;
            Some(ByteSpan::new(start?, end?))
        };
        Found { whole, groups: slots.iter().map(group).collect() }
    }

    /// Where the match that begins at `start` ends.
    fn match_at(&mut self, start: usize) -> Result<Option<usize>, OutOfSteps> {
        self.frames.clear();
        self.slots.fill(None);
        let (mut step, mut at) = (0, start);
        loop {
            self.charge()?;
            let Some(next) = self.program.steps.get(step) else { return Ok(Some(at)) };
            let on = match next {
                Step::Literal(literal) => {
                    let rest = self.text.get(at..self.end).unwrap_or_default();
                    rest.starts_with(literal).then(|| (step + 1, at + literal.len()))
                }
                Step::Repeat { of, least, most, is_greedy, .. } => {
                    let span = self.repeat(of, at, *most);
                    let ends = ByteSpan::new(span.start + least, span.end + 1);
                    if least == most {
                        (!ends.is_empty()).then_some((step + 1, span.end))
                    } else {
                        let frame = if *is_greedy { Frame::Shorter } else { Frame::Longer };
                        self.frames.push(frame(step, ends));
                        None
                    }
                }
                Step::Either(first, other) => {
                    self.frames.push(Frame::Step(*other, at));
                    Some((*first, at))
                }
                Step::Jump(to) => Some((*to, at)),
                Step::Look(look) => self.sees(*look, at).then_some((step + 1, at)),
                Step::Slot(slot) => {
                    let before = self.slots[*slot].replace(at);
                    self.frames.push(Frame::Slot(*slot, before));
                    Some((step + 1, at))
                }
            };
            let Some(on) = on.or_else(|| self.come_back()) else { return Ok(None) };
            (step, at) = on;
        }
    }

    fn charge(&mut self) -> Result<(), OutOfSteps> {
        self.steps = self.steps.checked_sub(1).ok_or(OutOfSteps)?;
        Ok(())
    }

    /// Charges for bytes that were looked at.
    fn spend(&mut self, bytes: usize) {
        self.steps = self.steps.saturating_sub(bytes / BYTES_OF_A_STEP);
    }

    /// The bytes of a set from `at` on, `most` at most.
    fn repeat(&mut self, of: &Bytes, at: usize, most: usize) -> ByteSpan {
        let rest = self.text.get(at..self.end).unwrap_or_default();
        let is_one = |byte: &&u8| of[usize::from(**byte)];
        let count = rest.iter().take(most).take_while(is_one).count();
        self.spend(count);
        ByteSpan::new(at, at + count)
    }

    /// The last of what was left to try.
    fn come_back(&mut self) -> Option<(usize, usize)> {
        loop {
            match self.frames.pop()? {
                Frame::Step(step, at) => return Some((step, at)),
                Frame::Shorter(step, ends) => {
                    let end = (ends.start..ends.end).rev().find(|end| self.may_end(step, *end));
                    self.spend(ends.end - end.unwrap_or(ends.start));
                    if let Some(end) = end {
                        self.frames.push(Frame::Shorter(step, ByteSpan::new(ends.start, end)));
                        return Some((step + 1, end));
                    }
                }
                Frame::Longer(step, ends) => {
                    let end = (ends.start..ends.end).find(|end| self.may_end(step, *end));
                    self.spend(end.unwrap_or(ends.end) - ends.start);
                    if let Some(end) = end {
                        self.frames.push(Frame::Longer(step, ByteSpan::new(end + 1, ends.end)));
                        return Some((step + 1, end));
                    }
                }
                Frame::Slot(slot, before) => self.slots[slot] = before,
            }
        }
    }

    /// Whether what stands at `end` may follow a repetition.
    fn may_end(&self, step: usize, end: usize) -> bool {
        let Some(Step::Repeat { then: Some(then), .. }) = self.program.steps.get(step) else {
            return true;
        };
        self.text.get(end).is_some_and(|byte| end < self.end && then[usize::from(*byte)])
    }

    fn sees(&self, look: Look, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.text.get(at));
        let after = self.text.get(at);
        let is_word = |byte: Option<&u8>| {
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        match look {
            Look::Start => before.is_none(),
            Look::End => after.is_none(),
            Look::StartLF => before.is_none_or(|byte| *byte == b'\n'),
            Look::EndLF => after.is_none_or(|byte| *byte == b'\n'),
            Look::WordAscii => is_word(before) != is_word(after),
            Look::WordAsciiNegate => is_word(before) == is_word(after),
            _ => false,
        }
    }
}
