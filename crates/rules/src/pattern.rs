//! What a regex promises before it ever runs: its bounds, its groups, its last characters.
//!
//! Owns: parsing a rule's regex the way the scanner compiles it (bytes, no Unicode) and everything
//! read off its structure, but for its anchors. Leaves to others: [`crate::anchor`] proves that
//! every match holds an anchor; the detector compiles and runs the regex.

use regex_syntax::ast::{self, Ast, RepetitionKind, RepetitionRange};
use regex_syntax::hir::{self, Class, Hir, HirKind, Look, LookSet};

use crate::error::Problem;
use crate::outline::Outline;

/// The longest match a rule may have: what the sources keep in memory around a position.
const LONGEST: usize = 16384;
/// The shortest match a rule may have.
const SHORTEST: usize = 4;
/// The most states a regex may expand to: some 2 MB once compiled.
const STATES: usize = 60_000;

/// A regex that parsed, and what it says of its matches.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) hir: Hir,
    /// The name of each group from the first on, empty for a group without.
    pub(crate) groups: Vec<String>,
    /// The group that is the secret; 0 is the whole match.
    pub(crate) secret: u32,
    /// The bytes of the last character class of the secret; none where the pattern goes on.
    pub(crate) tail: ByteSet,
    /// The length of the longest match in bytes.
    pub(crate) longest: usize,
    /// What its matches have in common.
    pub(crate) outline: Outline,
}

/// A set of bytes: bit `b % 64` of word `b / 64` stands for byte `b`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ByteSet(pub(crate) [u64; 4]);

impl ByteSet {
    /// The set without a byte.
    pub const EMPTY: Self = Self([0; 4]);

    /// Whether it holds this byte.
    #[must_use]
    pub const fn contains(&self, byte: u8) -> bool {
        let [a, b, c, d] = self.0;
        let word = match byte >> 6 {
            0 => a,
            1 => b,
            2 => c,
            _ => d,
        };
        word >> (byte & 63) & 1 == 1
    }

    /// How many bytes it holds.
    #[must_use]
    pub const fn count(&self) -> u32 {
        let [a, b, c, d] = self.0;
        a.count_ones() + b.count_ones() + c.count_ones() + d.count_ones()
    }

    /// The byte of a set that has no other.
    #[must_use]
    pub fn only(&self) -> Option<u8> {
        let place = self.0.iter().position(|word| *word != 0)?;
        let byte = place * 64 + self.0.get(place)?.trailing_zeros() as usize;
        (self.count() == 1).then_some(byte).and_then(|byte| u8::try_from(byte).ok())
    }

    pub(crate) fn insert(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    pub(crate) fn union(self, other: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([a | e, b | f, c | g, d | h])
    }
}

/// Parses the regex of a secret and holds it to the rules for one.
pub(crate) fn check(regex: &str) -> Result<Pattern, Vec<Problem>> {
    let hir = parse(regex).map_err(|problem| vec![problem])?;
    let ast = parse_ast(regex).map_err(|problem| vec![problem])?;
    let mut problems = unbounded(regex, &ast);
    problems.extend(limits(&hir, problems.is_empty()));
    let groups = group_names(&hir);
    let secret = secret_group(&groups).map_err(|problem| problems.push(problem)).unwrap_or(0);
    if !problems.is_empty() {
        return Err(problems);
    }
    let tail = tail(&hir, secret);
    let longest = hir.properties().maximum_len().unwrap_or(LONGEST);
    let outline = Outline::of(&hir);
    Ok(Pattern { hir, groups, secret, tail, longest, outline })
}

/// Parses a regex as the scanner does: on bytes, without Unicode.
pub(crate) fn parse(regex: &str) -> Result<Hir, Problem> {
    let mut parser = regex_syntax::ParserBuilder::new().utf8(false).unicode(false).build();
    let hir = on_bytes(parser.parse(regex).map_err(|error| syntax(regex, &error))?);
    if has_unicode_class(&hir) {
        return Err(Problem::Unicode);
    }
    Ok(hir)
}

/// With classes of characters as classes of bytes, where they are ASCII: the parser makes the former of
/// a choice like `(?:r|s)`, whatever it was told.
fn on_bytes(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Class(Class::Unicode(class)) => Hir::class(match class.to_byte_class() {
            Some(bytes) => Class::Bytes(bytes),
            None => Class::Unicode(class),
        }),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Repetition(mut repetition) => {
            repetition.sub = Box::new(on_bytes(*repetition.sub));
            Hir::repetition(repetition)
        }
        HirKind::Capture(mut capture) => {
            capture.sub = Box::new(on_bytes(*capture.sub));
            Hir::capture(capture)
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(on_bytes).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(on_bytes).collect()),
    }
}

fn parse_ast(regex: &str) -> Result<Ast, Problem> {
    ast::parse::Parser::new().parse(regex).map_err(|error| syntax(regex, &error.into()))
}

fn syntax(regex: &str, error: &regex_syntax::Error) -> Problem {
    let (at, reason) = match error {
        regex_syntax::Error::Translate(error) if needs_unicode(error.kind()) => {
            return Problem::Unicode;
        }
        regex_syntax::Error::Parse(error) => (error.span().start.offset, error.kind().to_string()),
        regex_syntax::Error::Translate(error) => {
            (error.span().start.offset, error.kind().to_string())
        }
        other => (0, other.to_string()),
    };
    let near = regex.get(at..).unwrap_or_default().chars().take(12).collect();
    Problem::Regex { at, near, reason }
}

fn needs_unicode(kind: &hir::ErrorKind) -> bool {
    matches!(
        kind,
        hir::ErrorKind::UnicodeNotAllowed
            | hir::ErrorKind::UnicodePropertyNotFound
            | hir::ErrorKind::UnicodePropertyValueNotFound
            | hir::ErrorKind::UnicodePerlClassNotFound
            | hir::ErrorKind::UnicodeCaseUnavailable
    )
}

fn has_unicode_class(hir: &Hir) -> bool {
    matches!(hir.kind(), HirKind::Class(Class::Unicode(_)))
        || hir.kind().subs().iter().any(has_unicode_class)
}

/// The repetitions without an upper bound, each as its author wrote it.
fn unbounded(regex: &str, ast: &Ast) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut queue = vec![ast];
    while let Some(ast) = queue.pop() {
        match ast {
            Ast::Repetition(repetition) => {
                if is_unbounded(&repetition.op.kind) {
                    let (start, end) = (repetition.span.start.offset, repetition.span.end.offset);
                    let part = regex.get(start..end).unwrap_or(regex);
                    found.push(Problem::Unbounded(part.to_owned()));
                }
                queue.push(&repetition.ast);
            }
            Ast::Group(group) => queue.push(&group.ast),
            Ast::Alternation(alternation) => queue.extend(alternation.asts.iter().rev()),
            Ast::Concat(concat) => queue.extend(concat.asts.iter().rev()),
            _ => {}
        }
    }
    found
}

fn is_unbounded(kind: &RepetitionKind) -> bool {
    matches!(
        kind,
        RepetitionKind::ZeroOrMore
            | RepetitionKind::OneOrMore
            | RepetitionKind::Range(RepetitionRange::AtLeast(_))
    )
}

/// What is wrong with the size and the ends of the matches.
fn limits(hir: &Hir, is_bounded: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    let properties = hir.properties();
    let longest = properties.maximum_len().unwrap_or(usize::MAX);
    if is_bounded && longest > LONGEST {
        problems.push(Problem::Long { given: longest.to_string(), most: LONGEST });
    }
    let shortest = properties.minimum_len().unwrap_or(0);
    if shortest < SHORTEST {
        problems.push(Problem::Brief { given: shortest, least: SHORTEST });
    }
    let states = states(hir);
    if is_bounded && states > STATES {
        problems.push(Problem::Large { given: states, most: STATES });
    }
    if has_word_boundary(properties.look_set_prefix_any())
        || has_word_boundary(properties.look_set_suffix_any())
    {
        problems.push(Problem::Boundary);
    }
    let looks = properties.look_set();
    if looks.contains(Look::Start) || looks.contains(Look::End) {
        problems.push(Problem::TextEnds);
    }
    problems
}

fn has_word_boundary(looks: LookSet) -> bool {
    looks.contains_word()
}

/// About how many states the regex expands to once its repetitions are written out.
fn states(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len() * 4,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            states(&repetition.sub).saturating_mul(times as usize)
        }
        HirKind::Capture(capture) => states(&capture.sub).saturating_add(2),
        HirKind::Concat(subs) | HirKind::Alternation(subs) => {
            subs.iter().map(states).fold(1, usize::saturating_add)
        }
    }
}

/// The names of the groups, in order from the first; empty for a group without a name.
pub(crate) fn group_names(hir: &Hir) -> Vec<String> {
    let mut names = Vec::new();
    collect_groups(hir, &mut names);
    names.sort_unstable();
    names.into_iter().map(|(_, name)| name).collect()
}

fn collect_groups(hir: &Hir, names: &mut Vec<(u32, String)>) {
    if let HirKind::Capture(capture) = hir.kind() {
        names.push((capture.index, capture.name.as_deref().unwrap_or_default().to_owned()));
    }
    hir.kind().subs().iter().for_each(|sub| collect_groups(sub, names));
}

/// The group named `secret`, else the only group without a name, else the whole match.
pub(crate) fn secret_group(names: &[String]) -> Result<u32, Problem> {
    if let Some(at) = names.iter().position(|name| name == "secret") {
        return Ok(index(at));
    }
    let mut unnamed = names.iter().enumerate().filter(|(_, name)| name.is_empty());
    match (unnamed.next(), unnamed.count()) {
        (None, _) => Ok(0),
        (Some((at, _)), 0) => Ok(index(at)),
        (Some(_), more) => Err(Problem::Groups(more + 1)),
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(0)
}

pub(crate) fn group(hir: &Hir, wanted: u32) -> Option<&Hir> {
    match hir.kind() {
        HirKind::Capture(capture) if capture.index == wanted => Some(hir),
        kind => kind.subs().iter().find_map(|sub| group(sub, wanted)),
    }
}

/// The bytes of the last character class of the secret. There are none where the pattern says what
/// follows it: then that, and not the next byte, decides where the secret ends.
fn tail(hir: &Hir, secret: u32) -> ByteSet {
    if is_followed(hir, secret) == Some(true) {
        return ByteSet::EMPTY;
    }
    last_bytes(group(hir, secret).unwrap_or(hir)).0
}

/// Whether the pattern always has something after the group; `None` when the group is not in it.
fn is_followed(hir: &Hir, wanted: u32) -> Option<bool> {
    if matches!(hir.kind(), HirKind::Capture(capture) if capture.index == wanted) {
        return Some(false);
    }
    let subs = hir.kind().subs();
    let (at, is_followed) = subs
        .iter()
        .enumerate()
        .find_map(|(at, sub)| is_followed(sub, wanted).map(|answer| (at, answer)))?;
    let is_sequence = matches!(hir.kind(), HirKind::Concat(_));
    let has_more = |sub: &Hir| sub.properties().minimum_len().unwrap_or(0) > 0;
    Some(is_followed || is_sequence && subs.iter().skip(at + 1).any(has_more))
}

/// The bytes a match can end with, and whether it can be empty.
fn last_bytes(hir: &Hir) -> (ByteSet, bool) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (ByteSet::EMPTY, true),
        HirKind::Literal(literal) => {
            let mut set = ByteSet::EMPTY;
            literal.0.last().into_iter().for_each(|&byte| set.insert(byte));
            (set, false)
        }
        HirKind::Class(Class::Bytes(class)) => {
            let mut set = ByteSet::EMPTY;
            let bytes = class.iter().flat_map(|range| range.start()..=range.end());
            bytes.for_each(|byte| set.insert(byte));
            (set, false)
        }
        HirKind::Class(Class::Unicode(_)) => (ByteSet::EMPTY, false),
        HirKind::Repetition(repetition) => {
            let (set, is_empty) = last_bytes(&repetition.sub);
            (set, is_empty || repetition.min == 0)
        }
        HirKind::Capture(capture) => last_bytes(&capture.sub),
        HirKind::Concat(subs) => last_of_sequence(subs),
        HirKind::Alternation(subs) => {
            subs.iter().map(last_bytes).fold((ByteSet::EMPTY, false), |(all, any), (set, empty)| {
                (all.union(set), any || empty)
            })
        }
    }
}

fn last_of_sequence(subs: &[Hir]) -> (ByteSet, bool) {
    let mut all = ByteSet::EMPTY;
    for sub in subs.iter().rev() {
        let (set, is_empty) = last_bytes(sub);
        all = all.union(set);
        if !is_empty {
            return (all, false);
        }
    }
    (all, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(regex: &str) -> String {
        let set = check(regex).unwrap().tail;
        (0..=255).filter(|byte| set.contains(*byte)).map(char::from).collect()
    }

    #[test]
    fn the_tail_is_the_last_class_and_what_stands_before_an_optional_end() {
        assert_eq!(tail("abc_[0-3]{5}"), "0123");
        assert_eq!(tail("abc_[0-3]{5}={0,2}"), "0123=");
        assert_eq!(tail("abcd|efgh[x-z]"), "dxyz");
    }

    #[test]
    fn the_tail_is_that_of_the_secret_and_empty_where_the_pattern_goes_on() {
        assert_eq!(tail("user=(?P<secret>[ab]{4})"), "ab");
        assert_eq!(tail("user=([ab]{4})(?:@host)?"), "ab");
        assert_eq!(tail("user=([ab]{4})@host"), "");
        assert_eq!(tail("(?:user=([ab]{4}))-x"), "");
    }

    #[test]
    fn the_secret_is_the_named_group_else_the_unnamed_one_else_everything() {
        assert_eq!(check("(ab)cd(?P<secret>ef)").unwrap().secret, 2);
        assert_eq!(check("(?P<account>ab)cd(ef)").unwrap().secret, 2);
        assert_eq!(check("(?P<account>ab)cdef").unwrap().secret, 0);
        assert_eq!(check("(ab)(cd)ef").unwrap_err(), [Problem::Groups(2)]);
    }

    #[test]
    fn every_unbounded_repetition_is_named_as_written() {
        let parts: Vec<_> =
            ["a+", "[b-c]*", "(?:d){2,}"].map(|part| Problem::Unbounded(part.to_owned())).to_vec();
        let mut found = check("test(?:a+|[b-c]*)(?:d){2,}").unwrap_err();
        found.sort_by_key(ToString::to_string);
        let mut parts = parts;
        parts.sort_by_key(ToString::to_string);
        assert_eq!(found, parts);
    }

    #[test]
    fn a_set_holds_each_byte_put_into_it_and_no_other() {
        let mut set = ByteSet::EMPTY;
        [0, 63, 64, 127, 128, 200, 255].into_iter().for_each(|byte| set.insert(byte));
        let held: Vec<u8> = (0..=255).filter(|byte| set.contains(*byte)).collect();
        assert_eq!(held, [0, 63, 64, 127, 128, 200, 255]);
    }

    #[test]
    fn a_choice_of_single_letters_is_a_class_of_bytes() {
        assert!(parse("(?:r|s)key_[0-9]{9}").is_ok());
        assert_eq!(parse("(?:r|é)key_[0-9]{9}"), Err(Problem::Unicode));
    }
}
