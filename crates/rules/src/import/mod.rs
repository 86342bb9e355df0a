//! Rules of other scanners as rules of ours.
//!
//! Owns: what carries over from the settings of other scanners, and saying what does not. Every rule
//! that comes out has been held to the checks of [`RuleSet::compile`]. Leaves to others: reading and
//! writing files.

mod draft;
mod gitleaks;
mod plugin;
mod regex;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::RuleSet;
use draft::Draft;

/// Whose settings are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The TOML of gitleaks.
    Gitleaks,
    /// The TOML of betterleaks.
    Betterleaks,
    /// A plug-in in Python, or a baseline in JSON, of detect-secrets.
    DetectSecrets,
}

impl Dialect {
    /// Its name on the command line, which is also the provider of the rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gitleaks => "gitleaks",
            Self::Betterleaks => "betterleaks",
            Self::DetectSecrets => "detect-secrets",
        }
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let all = [Self::Gitleaks, Self::Betterleaks, Self::DetectSecrets];
        let found = all.into_iter().find(|dialect| dialect.as_str() == name);
        found.ok_or_else(|| "use `gitleaks`, `betterleaks` or `detect-secrets`".to_owned())
    }
}

/// What became of somebody's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// A rule file; empty when no rule came over.
    pub yaml: String,
    /// How many rules it holds.
    pub rules: usize,
    /// How many rules were left out.
    pub left_out: usize,
    /// What did not come over, in the order of the settings.
    pub notes: Vec<Note>,
}

/// Something that did not come over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The rule it is about; `None` for the settings as a whole.
    pub rule: Option<String>,
    /// What it is, and what became of it.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Some(rule) => write!(f, "rule `{rule}`: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// Turns settings of another scanner into a rule file that goes together with the rules of `beside`.
///
/// # Errors
/// In words, when `text` is not of the form that `dialect` has.
pub fn import(dialect: Dialect, text: &str, beside: &RuleSet) -> Result<Imported, String> {
    let (drafts, notes) = match dialect {
        Dialect::Gitleaks | Dialect::Betterleaks => gitleaks::read(text)?,
        Dialect::DetectSecrets => plugin::read(text)?,
    };
    Ok(collect(dialect, drafts, notes, beside))
}

/// What a reader found: drafts of rules and what the settings as a whole lost.
type Read = (Vec<Draft>, Vec<Note>);

fn collect(dialect: Dialect, drafts: Vec<Draft>, notes: Vec<Note>, beside: &RuleSet) -> Imported {
    let mut out = Imported { yaml: String::new(), rules: 0, left_out: 0, notes };
    let mut taken = BTreeSet::new();
    for draft in drafts {
        let id = free_id(&draft.id, dialect, beside, &taken);
        let name = draft.id.clone();
        match draft.finish(&id) {
            Ok((yaml, lost)) => {
                let note = |text| Note { rule: Some(id.clone()), text };
                out.notes.extend(lost.into_iter().map(note));
                out.yaml.push_str(&yaml);
                out.rules += 1;
                taken.insert(id);
            }
            Err(reason) => {
                out.left_out += 1;
                out.notes.push(Note { rule: Some(name), text: format!("left out: {reason}") });
            }
        }
    }
    if out.rules > 0 {
        out.yaml.insert_str(0, &format!("provider: {}\nrules:\n", dialect.as_str()));
    }
    out
}

/// An id of our form that no other rule has.
fn free_id(id: &str, dialect: Dialect, beside: &RuleSet, taken: &BTreeSet<String>) -> String {
    let is_free = |id: &str| beside.by_id(id).is_none() && !taken.contains(id);
    let plain = draft::slug(id);
    let prefixed = || format!("{}-{plain}", dialect.as_str());
    let mut names = [plain.clone(), prefixed()]
        .into_iter()
        .chain((2_usize..).map(|number| format!("{}-{number}", prefixed())));
    names.find(|name| is_free(name)).unwrap_or(plain)
}

#[cfg(test)]
mod tests;
