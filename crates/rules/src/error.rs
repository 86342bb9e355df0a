//! What can be wrong with a rule file, in words its author can act on.
//!
//! Owns: every message of the checker. Leaves to others: finding out.

use std::fmt;

use tightlip_model::UnknownName;

/// Something wrong in a rule file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// Where it stands.
    pub place: Place,
    /// The id of the rule it is in, where it is in one.
    pub rule: Option<String>,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if let Some(rule) = &self.rule {
            write!(f, "rule `{rule}`: ")?;
        }
        write!(f, "{}", self.problem)
    }
}

impl std::error::Error for RuleError {}

/// A place in a rule file; lines and columns count from one, in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's name as it was given.
    pub file: String,
    /// The line.
    pub line: u64,
    /// The column.
    pub column: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Everything the checker refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file is no YAML, or not of the form of a rule file.
    #[error("{0}")]
    Form(String),
    /// A file without rules.
    #[error("no rules: list at least one under `rules`")]
    NoRules,
    /// An id of the wrong form.
    #[error("`{0}` is no rule id: use lower-case letters and digits, joined by single hyphens")]
    Id(String),
    /// An id that an earlier rule has.
    #[error("id `{id}` is taken by {by}: choose another")]
    Taken {
        /// The id.
        id: String,
        /// The place of the earlier rule, or `the built-in rules`.
        by: String,
    },
    /// A kind, severity or confidence that does not exist.
    #[error(transparent)]
    Name(#[from] UnknownName),
    /// None, or more than one, of the three forms.
    #[error("give exactly one of `pattern`, `words` and `structure`; this rule has {0}")]
    Forms(String),
    /// A field that another one needs.
    #[error("`{field}` is missing: `{by}` needs it")]
    Missing {
        /// The missing field.
        field: &'static str,
        /// The field that needs it.
        by: &'static str,
    },
    /// A field without effect on this form.
    #[error("`{field}` has no effect here: it goes with {with}")]
    Stray {
        /// The field.
        field: &'static str,
        /// What it goes with.
        with: &'static str,
    },
    /// Text with nothing in it.
    #[error("`{0}` is empty: fill it in or leave it out")]
    Empty(&'static str),
    /// Text with a line break or another control character.
    #[error(
        "`{0}` holds a control character: write it on one line, in a pattern as an escape like \\n"
    )]
    Control(&'static str),
    /// A link that is none.
    #[error("`{0}` is no link: begin it with https:// and leave out spaces")]
    Link(String),
    /// A number out of its range.
    #[error("`{field}` is {given}: use {range}")]
    Range {
        /// The field.
        field: &'static str,
        /// What was given.
        given: String,
        /// What would do.
        range: &'static str,
    },
    /// A grade that `public` contradicts.
    #[error("`public` means severity `info` and confidence `low`: leave out `{0}`")]
    Public(&'static str),
    /// A companion that no rule has as its id.
    #[error("companion `{0}` is no rule: use the id of another rule")]
    Companion(String),
    /// An example without a place for the secret.
    #[error("example holds `{{secret}}` {0} times: write it once, where the secret goes")]
    Example(usize),
    /// A clean line with a place for a secret.
    #[error("clean line holds `{{secret}}`: a line that must stay silent has none")]
    Clean,
    /// An anchor that is too short to be rare.
    #[error("{what} `{anchor}` is too short: use at least {least} bytes that are rare elsewhere")]
    Short {
        /// `anchor` or `word`.
        what: &'static str,
        /// The anchor.
        anchor: String,
        /// How many bytes it needs.
        least: usize,
    },
    /// An anchor found in nearly every file.
    #[error("{what} `{anchor}` is too common: use one that is rare in ordinary source code")]
    Common {
        /// `anchor` or `word`.
        what: &'static str,
        /// The anchor.
        anchor: String,
    },
    /// An anchor that another one makes needless.
    #[error("anchor `{anchor}` is needless: it holds `{by}`; remove one of the two")]
    Covered {
        /// The longer one.
        anchor: String,
        /// The shorter one.
        by: String,
    },
    /// An anchor with bytes that case folding does not cover.
    #[error("`{0}` is not ASCII: scanners fold the case of ASCII letters only")]
    NotAscii(String),
    /// A match without an anchor.
    #[error(
        "a match that begins like `{sample}` holds no anchor ({anchors}): add one or narrow the \
         pattern"
    )]
    Escapes {
        /// The beginning of such a match.
        sample: String,
        /// The anchors there are.
        anchors: String,
    },
    /// A regex that does not parse.
    #[error("regex does not parse at byte {at}, near `{near}`: {reason}")]
    Regex {
        /// Where, in bytes from the start of the regex.
        at: usize,
        /// What stands there.
        near: String,
        /// Why.
        reason: String,
    },
    /// A repetition without an upper bound.
    #[error("`{0}` has no upper bound: write {{least,most}}")]
    Unbounded(String),
    /// A match longer than the scanner's windows.
    #[error("the longest match has {given} bytes: lower the bounds to at most {most} in all")]
    Long {
        /// The longest match.
        given: String,
        /// The longest allowed.
        most: usize,
    },
    /// A match too short to be a secret.
    #[error("the shortest match has {given} bytes: a secret has at least {least}")]
    Brief {
        /// The shortest match.
        given: usize,
        /// The shortest allowed.
        least: usize,
    },
    /// A regex that would compile to too large a program.
    #[error("regex needs about {given} states: lower its bounds, {most} is the limit")]
    Large {
        /// The estimate.
        given: usize,
        /// The limit.
        most: usize,
    },
    /// A word boundary at either end.
    #[error("the scanner itself demands a whole token: remove `\\b` at the start and the end")]
    Boundary,
    /// An anchor of the text, which has no meaning in a window.
    #[error("`^`, `$`, `\\A` and `\\z` mean nothing in a window: use (?m) for the ends of a line")]
    TextEnds,
    /// Unicode switched on.
    #[error("the scanner reads bytes: remove the flag (?u) and characters beyond ASCII in classes")]
    Unicode,
    /// Several groups that could be the secret.
    #[error("{0} groups have no name: name the one of the secret, make the others (?:…)")]
    Groups(usize),
}
