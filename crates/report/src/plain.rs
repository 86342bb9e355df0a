//! Text for people: outside text made harmless, cut and wrapped to columns, painted.

use tightlip_model::{Severity, escape_terminal};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `text` as a terminal or build log may show it. Besides what steers a terminal this disarms
/// `##[error]` and its kin, which build systems obey anywhere in a line; commands that must begin a
/// line (`::error::`) are disarmed by whoever writes the line, with a gutter in front.
pub(crate) fn safe(text: &[u8]) -> String {
    disarmed(escape_terminal(text))
}

/// The same for text in three parts, in none or across which a command may stand.
pub(crate) fn safe_parts(parts: [&str; 3]) -> [String; 3] {
    let is_command = holds_command(&parts.concat());
    parts.map(|part| {
        let text = escape_terminal(part.as_bytes());
        if is_command { without_hashes(&text) } else { text }
    })
}

fn disarmed(text: String) -> String {
    if holds_command(&text) { without_hashes(&text) } else { text }
}

fn without_hashes(text: &str) -> String {
    text.replace('#', "\\u{23}")
}

/// Whether `##[`, `##vso[` or the like stands anywhere in it.
fn holds_command(text: &str) -> bool {
    let mut after = text.match_indices("##").map(|(at, mark)| text.get(at + mark.len()..));
    after.any(|rest| {
        let rest = rest.unwrap_or_default().trim_start_matches('#');
        rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('[')
    })
}

/// Columns that `text` takes.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// The first `width` columns of `text`, an ellipsis in place of the rest.
pub(crate) fn head(text: &str, width: usize) -> String {
    if fits(text, width) {
        return text.to_owned();
    }
    let mut out = taken(text.chars(), width.saturating_sub(1));
    out.push('…');
    out
}

/// The last `width` columns of `text`, an ellipsis in place of what came before.
pub(crate) fn tail(text: &str, width: usize) -> String {
    if fits(text, width) {
        return text.to_owned();
    }
    let kept = taken(text.chars().rev(), width.saturating_sub(1));
    std::iter::once('…').chain(kept.chars().rev()).collect()
}

/// Characters that share a column, accents on a letter, are not let through without end.
const PER_COLUMN: usize = 4;

fn fits(text: &str, width: usize) -> bool {
    columns(text) <= width && text.chars().count() <= width.saturating_mul(PER_COLUMN)
}

fn taken(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut used = 0;
    chars
        .take(width.saturating_mul(PER_COLUMN))
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= width
        })
        .collect()
}

/// `text` in lines of at most `width` columns, broken at spaces; a word that is longer is cut.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && columns(&line) + 1 + columns(word) > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&head(word, width.max(MIN_WORD)));
    }
    lines.push(line);
    lines
}

/// Words up to this long are never cut: an address or a fingerprint is of no use in part.
const MIN_WORD: usize = 200;

/// Whether text is painted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) color: bool,
}

/// What a piece of text is, for its colour.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ink {
    /// What the eye should find first.
    Strong,
    /// Frame and labels.
    Faint,
    /// All is well.
    Good,
    /// All is not well.
    Bad,
    /// The grade itself, and what is underlined in its name.
    Grade(Severity),
}

impl Style {
    pub(crate) fn paint(self, ink: Ink, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Strong => "1",
            Ink::Faint => "2",
            Ink::Good => "32",
            Ink::Bad | Ink::Grade(Severity::Critical) => "1;31",
            Ink::Grade(Severity::High) => "31",
            Ink::Grade(Severity::Medium) => "33",
            Ink::Grade(Severity::Low) => "36",
            Ink::Grade(Severity::Info) => "34",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_build_systems_are_disarmed_wherever_they_stand() {
        for text in ["##[error]x", "a ##vso[task.setvariable]", "###[group]", "##teamcity[x"] {
            assert!(!holds_command(&safe(text.as_bytes())), "{text}");
        }
        assert!(!holds_command(&safe_parts(["a #", "#", "[x]"]).concat()));
        assert_eq!(safe(b"## Title"), "## Title");
    }

    #[test]
    fn cuts_count_columns_rather_than_characters() {
        assert_eq!(head("日本語テキスト", 7), "日本語…");
        assert_eq!(tail("日本語テキスト", 7), "…キスト");
        assert_eq!(head("short", 5), "short");
        assert_eq!(head("x", 0), "…");
        assert!(head(&"e\u{301}".repeat(10_000), 8).len() < 100);
        assert!(head(&format!("a{}", "\u{301}".repeat(10_000)), 8).len() < 100);
    }

    #[test]
    fn wrapping_loses_no_word() {
        assert_eq!(wrapped("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrapped("", 7), [""]);
    }
}
