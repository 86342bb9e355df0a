//! What the matcher does for a regex: a few steps, of which a repeated class is one.
//!
//! Owns: making the steps of a parsed regex, and saying which regexes have none. Leaves to others:
//! running them.

use regex_automata::util::syntax;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// The most steps: what takes more is better compiled.
const MOST: usize = 500;

/// Bytes: whether each is one of them.
pub(super) type Bytes = Box<[bool; 256]>;

/// One step. What is not said otherwise goes on with the next; behind the last is a match.
#[derive(Debug)]
pub(super) enum Step {
    /// These bytes stand here.
    Literal(Box<[u8]>),
    /// So many bytes of a set stand here: as many as there are, or as few as will do. Behind them
    /// stands one of `then`; if that is `None`, whatever.
    Repeat { of: Bytes, least: usize, most: usize, is_greedy: bool, then: Option<Bytes> },
    /// Goes on at the first step or, when that comes to nothing, at the other.
    Either(usize, usize),
    /// Goes on at another step.
    Jump(usize),
    /// The place is one of these.
    Look(Look),
    /// Here a group begins (an even slot) or ends.
    Slot(usize),
}

/// The steps of a regex.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    /// How many slots there are: two for each group but the whole match.
    pub(super) slots: usize,
    /// What a match may begin with; `None` if it may be empty.
    pub(super) firsts: Option<Bytes>,
}

impl Program {
    /// The program of a regex; `None` where it would have too many steps, or some that there are not.
    pub(super) fn of(source: &str, syntax: syntax::Config) -> Option<Self> {
        let hir = syntax::parse_with(source, &syntax).ok()?;
        let mut program = Self { steps: Vec::new(), slots: 0, firsts: None };
        program.add(&hir)?;
        let mut firsts = Box::new([false; 256]);
        program.firsts = (!add_firsts(&hir, &mut firsts)?).then_some(firsts);
        for step in 0..program.steps.len() {
            let next = program.firsts_from(step + 1);
            if let Some(Step::Repeat { least, most, then, .. }) = program.steps.get_mut(step)
                && *least != *most
            {
                *then = next;
            }
        }
        Some(program)
    }

    /// What stands where this step is reached, for the whole to match; `None` where anything may.
    fn firsts_from(&self, step: usize) -> Option<Bytes> {
        let mut firsts = Box::new([false; 256]);
        let mut add = |bytes: &[bool; 256]| {
            firsts.iter_mut().zip(bytes).for_each(|(to, is_one)| *to |= is_one);
        };
        let (mut left, mut seen) = (vec![step], vec![false; self.steps.len()]);
        while let Some(step) = left.pop() {
            if std::mem::replace(seen.get_mut(step)?, true) {
                continue;
            }
            match self.steps.get(step)? {
                Step::Literal(literal) => {
                    let mut first = [false; 256];
                    first[usize::from(*literal.first()?)] = true;
                    add(&first);
                }
                Step::Repeat { of, least, .. } => {
                    add(of);
                    left.extend((*least == 0).then_some(step + 1));
                }
                Step::Either(one, other) => left.extend([*one, *other]),
                Step::Jump(to) => left.push(*to),
                Step::Look(_) | Step::Slot(_) => left.push(step + 1),
            }
        }
        Some(firsts)
    }

    fn add(&mut self, hir: &Hir) -> Option<()> {
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => self.push(Step::Literal(literal.0.clone()))?,
            HirKind::Class(class) => {
                let of = bytes(class)?;
                self.repeat_bytes(of, (1, 1), true)?;
            }
            HirKind::Look(look) => self.push(Step::Look(known(*look)?))?,
            HirKind::Repetition(repetition) => self.repeat(repetition)?,
            HirKind::Capture(capture) => {
                let slot = 2 * (capture.index as usize - 1);
                self.slots = self.slots.max(slot + 2);
                self.push(Step::Slot(slot))?;
                self.add(&capture.sub)?;
                self.push(Step::Slot(slot + 1))?;
            }
            HirKind::Concat(subs) => subs.iter().try_for_each(|sub| self.add(sub))?,
            HirKind::Alternation(subs) => self.choose(subs)?,
        }
        Some(())
    }

    fn push(&mut self, step: Step) -> Option<()> {
        self.steps.push(step);
        (self.steps.len() <= MOST).then_some(())
    }

    fn repeat_bytes(
        &mut self,
        of: Bytes,
        (least, most): (usize, usize),
        is_greedy: bool,
    ) -> Option<()> {
        self.push(Step::Repeat { of, least, most, is_greedy, then: None })
    }

    /// One of these, the sooner the better.
    fn choose(&mut self, subs: &[Hir]) -> Option<()> {
        let (last, others) = subs.split_last()?;
        let mut jumps = Vec::new();
        for sub in others {
            let choice = self.steps.len();
            self.push(Step::Jump(choice))?;
            self.add(sub)?;
            jumps.push(self.steps.len());
            self.push(Step::Jump(choice))?;
            self.steps[choice] = Step::Either(choice + 1, self.steps.len());
        }
        self.add(last)?;
        let end = self.steps.len();
        jumps.into_iter().for_each(|jump| self.steps[jump] = Step::Jump(end));
        Some(())
    }

    fn repeat(&mut self, repetition: &Repetition) -> Option<()> {
        let Repetition { min, max, greedy: is_greedy, sub } = repetition;
        let (least, most) = (*min as usize, max.map_or(usize::MAX, |max| max as usize));
        if let Some(of) = one_of(sub) {
            return self.repeat_bytes(of, (least, most), *is_greedy);
        }
        // Going round without going on: who would tell when to stop?
        if sub.properties().minimum_len().is_none_or(|length| length == 0) {
            return None;
        }
        (0..least).try_for_each(|_| self.add(sub))?;
        let first = self.steps.len();
        let mut choices = Vec::new();
        for _ in 0..most.min(least + MOST) - least {
            choices.push(self.steps.len());
            self.push(Step::Jump(first))?;
            self.add(sub)?;
            if max.is_none() {
                self.push(Step::Jump(first))?;
                break;
            }
        }
        let end = self.steps.len();
        for choice in choices {
            let (again, on) = (choice + 1, end);
            self.steps[choice] =
                if *is_greedy { Step::Either(again, on) } else { Step::Either(on, again) };
        }
        Some(())
    }
}

/// The bytes of a class; `None` if it has others than bytes.
fn bytes(class: &Class) -> Option<Bytes> {
    let mut bytes = Box::new([false; 256]);
    let class = match class {
        Class::Bytes(class) => class.clone(),
        Class::Unicode(class) => class.to_byte_class()?,
    };
    for range in class.ranges() {
        (range.start()..=range.end()).for_each(|byte| bytes[usize::from(byte)] = true);
    }
    Some(bytes)
}

/// The bytes of what is always one byte.
fn one_of(hir: &Hir) -> Option<Bytes> {
    match hir.kind() {
        HirKind::Class(class) => bytes(class),
        HirKind::Literal(literal) => {
            let [byte] = *literal.0 else { return None };
            let mut bytes = Box::new([false; 256]);
            bytes[usize::from(byte)] = true;
            Some(bytes)
        }
        _ => None,
    }
}

/// The look if it is one that the matcher knows.
fn known(look: Look) -> Option<Look> {
    let known = [Look::Start, Look::End, Look::StartLF, Look::EndLF, Look::WordAscii];
    (known.contains(&look) || look == Look::WordAsciiNegate).then_some(look)
}

/// Adds the bytes that a match may begin with; gives whether it may be empty.
fn add_firsts(hir: &Hir, to: &mut [bool; 256]) -> Option<bool> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(true),
        HirKind::Literal(literal) => {
            to[usize::from(*literal.0.first()?)] = true;
            Some(false)
        }
        HirKind::Class(class) => {
            to.iter_mut().zip(*bytes(class)?).for_each(|(to, is_one)| *to |= is_one);
            Some(false)
        }
        HirKind::Repetition(repetition) => {
            let may_be_empty = add_firsts(&repetition.sub, to)?;
            Some(may_be_empty || repetition.min == 0)
        }
        HirKind::Capture(capture) => add_firsts(&capture.sub, to),
        HirKind::Concat(subs) => {
            for sub in subs {
                if !add_firsts(sub, to)? {
                    return Some(false);
                }
            }
            Some(true)
        }
        HirKind::Alternation(subs) => {
            subs.iter().try_fold(false, |is_empty, sub| Some(add_firsts(sub, to)? | is_empty))
        }
    }
}
