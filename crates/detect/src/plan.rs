//! What the scanner keeps ready for each rule beside what the rule set says.
//!
//! Owns: compiling a rule's regexes on first use, and finding its proof and structure by name.
//! Leaves to others: running them.

use std::sync::{Arc, OnceLock};

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use tightlip_model::RuleInfo;
use tightlip_rules::{Form, Rule, RuleSet};

use crate::ScannerError;
use crate::proof;
use crate::structure::{self, Structure};

/// Bytes around a match that bounds look at, and a few more.
const AROUND: usize = 16;
/// Bytes that a structure may look at beyond the longest credential it reads: names, signs and blanks
/// around it.
const AROUND_STRUCTURE: usize = 256;

/// One rule, ready to run.
pub(crate) struct Plan {
    /// How many bytes on either side of an anchor or window may decide what is found there.
    pub(crate) margin: usize,
    /// Whether windows of hits that touch are searched as one.
    pub(crate) is_windowed: bool,
    pub(crate) info: OnceLock<Arc<RuleInfo>>,
    pub(crate) proof: Option<&'static proof::Entry>,
    pub(crate) structure: Option<&'static Structure>,
    regex: OnceLock<Regex>,
    not: OnceLock<Vec<Regex>>,
}

impl Plan {
    /// The plan for `rule`: nothing is compiled yet.
    pub(crate) fn of(rule: Rule<'_>) -> Result<Self, ScannerError> {
        let proof = match rule.proof() {
            None => None,
            Some(name) => Some(proof::lookup(name).ok_or_else(|| unknown_proof(rule, name))?),
        };
        let structure = match rule.form() {
            Form::Structure(name) => {
                Some(structure::lookup(name).ok_or_else(|| unknown_structure(rule, name))?)
            }
            Form::Pattern { .. } | Form::Words { .. } => None,
        };
        Ok(Self {
            margin: margin(rule, structure),
            is_windowed: matches!(rule.form(), Form::Pattern { .. })
                && rule.anchored_at().is_none(),
            info: OnceLock::new(),
            proof,
            structure,
            regex: OnceLock::new(),
            not: OnceLock::new(),
        })
    }

    /// The regex of the pattern or value; `None` for a structure.
    pub(crate) fn regex(&self, rule: Rule<'_>) -> Option<&Regex> {
        match rule.form() {
            Form::Pattern { regex: source } | Form::Words { value: source, .. } => {
                Some(self.regex.get_or_init(|| compile(source)))
            }
            Form::Structure(_) => None,
        }
    }

    /// The regexes that silence a secret.
    pub(crate) fn not(&self, rule: Rule<'_>) -> &[Regex] {
        self.not.get_or_init(|| rule.excludes().map(compile).collect())
    }
}

/// The margin of a rule: its reach, and what bounds look at around a match.
fn margin(rule: Rule<'_>, structure: Option<&Structure>) -> usize {
    let near = if rule.near().len() == 0 { 0 } else { rule.within() };
    match structure {
        Some(structure) => structure.reach + near + AROUND_STRUCTURE,
        None => rule.reach() + AROUND,
    }
}

/// Plans for all rules, in their order.
pub(crate) fn plans(rules: &RuleSet) -> Result<Vec<Plan>, ScannerError> {
    rules.iter().map(Plan::of).collect()
}

fn compile(source: &str) -> Regex {
    Regex::builder()
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .configure(Regex::config().utf8_empty(false))
        .build(source)
        .expect("every regex was parsed and its size bounded when its rule was checked")
}

fn unknown_proof(rule: Rule<'_>, name: &str) -> ScannerError {
    let known = proof::names().collect::<Vec<_>>().join(", ");
    ScannerError::UnknownProof { rule: rule.id().to_owned(), name: name.to_owned(), known }
}

fn unknown_structure(rule: Rule<'_>, name: &str) -> ScannerError {
    let known = structure::names().collect::<Vec<_>>().join(", ");
    ScannerError::UnknownStructure { rule: rule.id().to_owned(), name: name.to_owned(), known }
}
