//! The YAML form of a rule file, as its author wrote it.
//!
//! Owns: names and types of the fields. Leaves to others: whether what they hold makes sense.

use serde::Deserialize;
use serde_saphyr::{MessageFormatter, Spanned, UserMessageFormatter};

use crate::error::{Place, Problem, RuleError};

/// The text of a rule file and the name that errors call it by.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a> {
    /// The name, for example `rules/github.yaml`.
    pub name: &'a str,
    /// The YAML.
    pub text: &'a str,
}

/// A text with its place.
pub(crate) type Text = Spanned<String>;

/// One provider and its rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFile {
    pub(crate) provider: Text,
    pub(crate) link: Option<Text>,
    pub(crate) rules: Spanned<Vec<RawRule>>,
}

/// One rule, unchecked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRule {
    pub(crate) id: Text,
    pub(crate) name: Text,
    pub(crate) kind: Text,
    pub(crate) severity: Option<Text>,
    pub(crate) confidence: Option<Text>,
    pub(crate) anchors: Option<Spanned<Vec<Text>>>,
    pub(crate) pattern: Option<Text>,
    pub(crate) words: Option<Spanned<Vec<Text>>>,
    pub(crate) value: Option<Text>,
    pub(crate) keys: Option<Spanned<Vec<Text>>>,
    pub(crate) structure: Option<Text>,
    pub(crate) proof: Option<Text>,
    pub(crate) entropy: Option<Spanned<f32>>,
    pub(crate) near: Option<Spanned<Vec<Text>>>,
    pub(crate) within: Option<Spanned<u32>>,
    #[serde(default)]
    pub(crate) not: Vec<Text>,
    #[serde(default)]
    pub(crate) companions: Vec<Text>,
    #[serde(default)]
    pub(crate) public: bool,
    pub(crate) bounds: Option<Text>,
    #[serde(default)]
    pub(crate) examples: Vec<Text>,
    #[serde(default)]
    pub(crate) clean: Vec<Text>,
    pub(crate) revoke: Option<Text>,
    pub(crate) link: Option<Text>,
    pub(crate) note: Option<Text>,
}

/// Reads a rule file.
pub(crate) fn read(file: SourceFile<'_>) -> Result<RawFile, Box<RuleError>> {
    serde_saphyr::from_str(file.text).map_err(|error| {
        let plain = error.without_snippet();
        let (line, column) = plain.location().map_or((1, 1), |at| (at.line(), at.column()));
        let message = UserMessageFormatter.format_message(plain);
        Box::new(RuleError {
            place: Place { file: file.name.to_owned(), line, column },
            rule: None,
            problem: Problem::Form(message.lines().collect::<Vec<_>>().join(" ")),
        })
    })
}
