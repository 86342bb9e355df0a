//! A rule's regex: run by a small matcher of our own where that is able to, else compiled.
//!
//! Owns: the choice. Most rules are a few literals and classes, of which the compiled regex may be
//! megabytes and take milliseconds to make (`[A-Za-z0-9+/]{300,7000}` has seven thousand states), for a
//! text of a kilobyte or two on which it runs once. The matcher takes microseconds to make and
//! backtracks; when that takes too many steps, the regex is compiled after all. Both find the same:
//! the first match from the left, of those the one the regex prefers. Leaves to others: where to look.

mod program;
mod run;

use std::sync::OnceLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use tightlip_model::ByteSpan;

use program::Program;
use run::Run;

/// Room for what the matcher may have to come back to; kept from search to search.
pub(crate) type Frames = Vec<run::Frame>;

/// Where a match lies.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// All of it.
    pub(crate) whole: ByteSpan,
    /// Each group from the first on; `None` for one that took no part.
    groups: Vec<Option<ByteSpan>>,
}

impl Found {
    /// A group; 0 is the whole.
    pub(crate) fn group(&self, number: usize) -> Option<ByteSpan> {
        let Some(index) = number.checked_sub(1) else { return Some(self.whole) };
        self.groups.get(index).copied().flatten()
    }
}

/// A regex, parsed: see the module.
#[derive(Debug)]
pub(crate) struct Expression {
    source: Box<str>,
    program: Option<Program>,
    regex: OnceLock<Regex>,
}

impl Expression {
    /// The expression of a rule whose regex was checked.
    pub(crate) fn of(source: &str) -> Self {
        let program = Program::of(source, syntax());
        Self { source: source.into(), program, regex: OnceLock::new() }
    }

    /// The first match that lies within `range`, if it is not empty.
    pub(crate) fn find(
        &self,
        text: &[u8],
        range: ByteSpan,
        anchored: Anchored,
        frames: &mut Frames,
    ) -> Option<Found> {
        let found = match self.program_to_run() {
            Some(program) => Run::new(program, text, range.end, frames).find(range, anchored),
            None => Err(run::OutOfSteps),
        };
        let found = found.unwrap_or_else(|_| self.find_compiled(text, range, anchored));
        found.filter(|found| !found.whole.is_empty())
    }

    /// Whether anything in `text` matches, be it empty.
    pub(crate) fn is_match(&self, text: &[u8]) -> bool {
        let range = ByteSpan::new(0, text.len());
        let found = match self.program_to_run() {
            Some(program) => {
                Run::new(program, text, range.end, &mut Frames::new()).find(range, Anchored::No)
            }
            None => Err(run::OutOfSteps),
        };
        found.map_or_else(|_| self.regex().is_match(text), |found| found.is_some())
    }

    /// The program, unless it took too many steps before.
    fn program_to_run(&self) -> Option<&Program> {
        self.program.as_ref().filter(|_| self.regex.get().is_none())
    }

    fn find_compiled(&self, text: &[u8], range: ByteSpan, anchored: Anchored) -> Option<Found> {
        let regex = self.regex();
        let mut captures = regex.create_captures();
        let input = Input::new(text).range(range.start..range.end).anchored(anchored);
        regex.search_captures(&input, &mut captures);
        let span = |group| captures.get_group(group).map(|span| (span.start..span.end).into());
        Some(Found { whole: span(0)?, groups: (1..captures.group_len()).map(span).collect() })
    }

    fn regex(&self) -> &Regex {
        self.regex.get_or_init(|| compile(&self.source))
    }
}

/// Bytes, not characters.
fn syntax() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false)
}

/// Without a one-pass automaton: it only serves captures, which few matches are asked for, and takes a
/// third of the time of compiling.
fn compile(source: &str) -> Regex {
    Regex::builder()
        .syntax(syntax())
        .configure(Regex::config().utf8_empty(false).onepass(false))
        .build(source)
        .expect("every regex was parsed and its size bounded when its rule was checked")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tightlip_rules::sample::Sampler;
    use tightlip_rules::{Form, Rule};

    use super::*;

    /// That an expression finds what its regex does, from each of the first places.
    fn assert_same(expression: &Expression, text: &[u8], places: usize) {
        let compiled = Expression::of(&expression.source);
        let kinds = [Anchored::Yes, Anchored::No];
        for (start, anchored) in
            (0..places).flat_map(|start| kinds.map(|anchored| (start, anchored)))
        {
            let range = ByteSpan::new(start, text.len());
            let found = expression.find(text, range, anchored, &mut Frames::new());
            let expected = compiled.find_compiled(text, range, anchored);
            let expected = expected.filter(|found| !found.whole.is_empty());
            let text = String::from_utf8_lossy(text);
            assert_eq!(found, expected, "{} at {start} in {text}", expression.source);
        }
        assert_eq!(expression.is_match(text), compiled.regex().is_match(text));
    }

    fn source<'r>(rule: Rule<'r>) -> Option<&'r str> {
        match rule.form() {
            Form::Pattern { regex: source } | Form::Words { value: source, .. } => Some(source),
            Form::Structure(_) => None,
        }
    }

    #[test]
    fn nearly_all_rules_have_a_program_and_it_finds_what_their_regex_finds() {
        let rules = tightlip_rules::builtin();
        let mut sampler = Sampler::new(7);
        let (mut all, mut with_program) = (0, 0);
        for rule in rules.iter() {
            let Some(source) = source(rule) else { continue };
            let expression = Expression::of(source);
            (all, with_program) =
                (all + 1, with_program + usize::from(expression.program.is_some()));
            let Some(sample) = sampler.draw(rule) else { continue };
            let mut text = [b"a ", &sample.text[..], b" b"].concat();
            assert_same(&expression, &text, 4);
            let middle = text.len() / 2;
            text[middle] = b'!';
            assert_same(&expression, &text, 4);
        }
        assert!(with_program * 100 >= all * 98, "{with_program} of {all}");
    }

    #[test]
    fn a_search_that_takes_too_many_steps_is_left_to_the_regex() {
        let expression = Expression::of("(?:a|aa|aaa){1,40}b");
        assert!(expression.program.is_some());
        let text = "a".repeat(60);
        let range = ByteSpan::new(0, text.len());
        let mut frames = Frames::new();
        assert_eq!(expression.find(text.as_bytes(), range, Anchored::Yes, &mut frames), None);
        assert!(expression.regex.get().is_some());
    }

    fn regexes() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "[ab]{1,3}",
            Just("[ab]".to_owned()),
            Just("[^a]".to_owned()),
            Just(r"\b".to_owned()),
            Just(r"\B".to_owned()),
            Just("(?m:^)".to_owned()),
            Just("(?m:$)".to_owned()),
            Just("^".to_owned()),
            Just("$".to_owned()),
            Just("(?i:A)".to_owned()),
            Just("".to_owned()),
        ];
        leaf.prop_recursive(4, 24, 3, |inner| {
            let times = "[?*+]|\\{[0-3]\\}|\\{[01],[23]\\}|\\{2,\\}";
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(?:{a})(?:{b})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(?:{a}|{b})")),
                (inner.clone(), times, "\\??").prop_map(|(a, n, lazy)| format!("(?:{a}){n}{lazy}")),
                inner.prop_map(|a| format!("({a})")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn any_regex_finds_the_same_either_way(
            source in regexes(),
            text in "[aAb !\n]{0,12}",
        ) {
            assert_same(&Expression::of(&source), text.as_bytes(), text.len() + 1);
        }
    }
}
