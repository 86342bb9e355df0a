//! A regex written for a scanner that searches whole lines, as one for ours.
//!
//! Ours demands a whole token by itself, wants every repetition bounded and one group for the
//! secret. So the frame that others write around a token is taken off, open ends are closed, and
//! groups that are not the secret capture nothing.

use regex_syntax::ast::{
    self, Ast, CaptureName, Group, GroupKind, RepetitionKind, RepetitionRange, parse, print,
};

/// The most turns of a repetition that had no end.
const TURNS: u32 = 200;

/// A regex of ours, and what changed.
#[derive(Debug)]
pub(super) struct Adapted {
    pub(super) pattern: String,
    pub(super) notes: Vec<String>,
}

/// Rewrites `regex`, whose secret is `group` (0 the whole match), else its first group.
pub(super) fn adapt(regex: &str, group: Option<u32>) -> Result<Adapted, String> {
    let parsed = parse::Parser::new().parse(&with_plain_braces(without_looks(regex)));
    let mut ast = parsed.map_err(|error| format!("its regex does not parse: {}", error.kind()))?;
    trim(&mut ast, Side::Start);
    trim(&mut ast, Side::End);
    let secret = group.filter(|group| *group > 0).unwrap_or(1);
    let mut rewrite = Rewrite { secret, closed: 0, has_ends: false };
    rewrite.walk(&mut ast);
    if rewrite.has_ends {
        return Err("its regex asks for the start or the end of the text".to_owned());
    }
    let mut pattern = String::new();
    let printed = print::Printer::new().print(&ast, &mut pattern);
    printed.map_err(|_| "its regex cannot be written down again".to_owned())?;
    let pattern = pattern.replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r");
    let closed = format!("{} open repetitions end after {TURNS} turns", rewrite.closed);
    let notes = if rewrite.closed > 0 { vec![closed] } else { Vec::new() };
    Ok(Adapted { pattern, notes })
}

/// The regex without what Python looks for around a token: `(?<!\w)` before it, `(?![0-9])` behind it.
fn without_looks(regex: &str) -> &str {
    let is_plain = |inside: &str| !inside.contains('(');
    let start = ["(?<!", "(?<="].iter().find_map(|look| regex.strip_prefix(look));
    let start = start.and_then(|rest| rest.split_once(')')).filter(|(inside, _)| is_plain(inside));
    let rest = start.map_or(regex, |(_, rest)| rest);
    let end = rest.strip_suffix(')').and_then(|rest| rest.rsplit_once("(?"));
    let end =
        end.filter(|(_, inside)| inside.starts_with(['!', '=']) && !inside.contains(['(', ')']));
    end.map_or(rest, |(rest, _)| rest)
}

/// The regex with a backslash before each brace that stands for itself, as Go and Python take one that
/// begins no count: `\$({\d+})`.
pub(super) fn with_plain_braces(regex: &str) -> String {
    let mut out = String::new();
    let (mut is_escaped, mut is_class) = (false, false);
    for (at, sign) in regex.char_indices() {
        let (before, after) = regex.split_at(at);
        let is_name = [r"\x", r"\p", r"\P"].iter().any(|name| before.ends_with(name));
        if sign == '{' && !is_escaped && !is_class && !is_name && !is_count(after) {
            out.push('\\');
        }
        out.push(sign);
        is_class =
            !is_escaped && (sign == '[' || is_class && sign != ']') || is_escaped && is_class;
        is_escaped = sign == '\\' && !is_escaped;
    }
    out
}

/// Whether this begins with a count: `{3}`, `{3,}`, `{3,9}`.
fn is_count(text: &str) -> bool {
    let Some((count, _)) = text.get(1..).and_then(|rest| rest.split_once('}')) else {
        return false;
    };
    let (least, most) = count.split_once(',').unwrap_or((count, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && is_number(least) && is_number(most)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Start,
    End,
}

/// Takes the frame of a token off one side: word boundaries, the ends of the text, and groups in
/// which one of these is a choice.
fn trim(ast: &mut Ast, side: Side) {
    match ast {
        Ast::Concat(concat) => {
            while let Some(at) = edge(&concat.asts, side) {
                match concat.asts.get_mut(at) {
                    Some(one) if is_frame(one) => drop(concat.asts.remove(at)),
                    Some(one) => return trim(one, side),
                    None => return,
                }
            }
        }
        Ast::Group(group) => trim(&mut group.ast, side),
        Ast::Alternation(choice) => choice.asts.iter_mut().for_each(|one| trim(one, side)),
        _ => {}
    }
}

/// Where the outermost part stands; flags are no part.
fn edge(parts: &[Ast], side: Side) -> Option<usize> {
    let is_part = |ast: &Ast| !matches!(ast, Ast::Flags(_) | Ast::Empty(_));
    match side {
        Side::Start => parts.iter().position(is_part),
        Side::End => parts.iter().rposition(is_part),
    }
}

fn is_frame(ast: &Ast) -> bool {
    match ast {
        Ast::Assertion(_) => true,
        Ast::Group(group) if !group.is_capturing() => match &*group.ast {
            Ast::Alternation(choice) => choice.asts.iter().any(is_frame),
            inner => is_frame(inner),
        },
        _ => false,
    }
}

struct Rewrite {
    secret: u32,
    closed: usize,
    has_ends: bool,
}

impl Rewrite {
    fn walk(&mut self, ast: &mut Ast) {
        match ast {
            Ast::Repetition(repetition) => {
                self.close(&mut repetition.op.kind);
                self.walk(&mut repetition.ast);
            }
            Ast::Group(group) => {
                self.name(group);
                self.walk(&mut group.ast);
            }
            Ast::Alternation(choice) => choice.asts.iter_mut().for_each(|one| self.walk(one)),
            Ast::Concat(concat) => concat.asts.iter_mut().for_each(|one| self.walk(one)),
            Ast::Assertion(assertion) => {
                use ast::AssertionKind::{EndLine, EndText, StartLine, StartText};
                self.has_ends |=
                    matches!(assertion.kind, StartLine | EndLine | StartText | EndText);
            }
            _ => {}
        }
    }

    fn close(&mut self, kind: &mut RepetitionKind) {
        let least = match kind {
            RepetitionKind::ZeroOrMore => 0,
            RepetitionKind::OneOrMore => 1,
            RepetitionKind::Range(RepetitionRange::AtLeast(least)) => *least,
            _ => return,
        };
        self.closed += 1;
        let range = RepetitionRange::Bounded(least, least.saturating_add(TURNS));
        *kind = RepetitionKind::Range(range);
    }

    /// Names the group of the secret; the others capture nothing.
    fn name(&self, group: &mut Group) {
        let (index, span) = match &group.kind {
            GroupKind::CaptureIndex(index) => (*index, group.span),
            GroupKind::CaptureName { name, .. } => (name.index, group.span),
            GroupKind::NonCapturing(_) => return,
        };
        group.kind = if index == self.secret {
            let name = CaptureName { span, name: "secret".to_owned(), index };
            GroupKind::CaptureName { starts_with_p: true, name }
        } else {
            GroupKind::NonCapturing(ast::Flags { span, items: Vec::new() })
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapted(regex: &str) -> String {
        adapt(regex, None).expect("it can be rewritten").pattern
    }

    #[test]
    fn the_frame_of_a_token_is_taken_off() {
        assert_eq!(adapted(r"\b(abc_[0-9]{9})\b"), "(?P<secret>abc_[0-9]{9})");
        assert_eq!(
            adapted(r#"\b(abc[0-9]{9})(?:[\x60'"\s;]|\\[nr]|$)"#),
            "(?P<secret>abc[0-9]{9})"
        );
        assert_eq!(adapted(r"(?i)(?:^|[^a-z])abc[0-9]{9}"), "(?i)abc[0-9]{9}");
        assert_eq!(adapted(r"(?i)(\babc[0-9]{9}\b)"), "(?i)(?P<secret>abc[0-9]{9})");
        assert_eq!(adapted(r"(?<!\w)abc[0-9]{9}(?![0-9a-z])"), "abc[0-9]{9}");
    }

    #[test]
    fn open_repetitions_are_closed_and_counted() {
        let adapted = adapt("abc_[0-9]+x{9,}y*?", None).expect("it can be rewritten");
        assert_eq!(adapted.pattern, "abc_[0-9]{1,201}x{9,209}y{0,200}?");
        assert_eq!(adapted.notes, ["3 open repetitions end after 200 turns"]);
    }

    #[test]
    fn a_brace_that_begins_no_count_stands_for_itself() {
        assert_eq!(with_plain_braces(r"^\$(?:\d+|{\d+})$"), r"^\$(?:\d+|\{\d+})$");
        for same in [r"a{3}b{3,}c{3,9}", r"\x{7F}\p{Lu}", r"[a{]\{[\]{]", r"\\[{]"] {
            assert_eq!(with_plain_braces(same), same);
        }
    }

    #[test]
    fn only_the_secret_is_captured() {
        let named = adapt("(ab)(?P<x>cd)(ef)", Some(2)).expect("it can be rewritten");
        assert_eq!(named.pattern, "(?:ab)(?P<secret>cd)(?:ef)");
    }

    #[test]
    fn an_end_in_the_middle_is_refused() {
        assert!(adapt("abc(?:$|d)efg", None).is_err());
        assert!(adapt("abc(", None).is_err());
    }
}
