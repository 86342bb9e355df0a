//! What the scanner keeps ready for each rule beside what the rule set says.
//!
//! Owns: preparing a rule's regexes on first use, and finding its proof and structure by name. A rule
//! that no text ever asks for costs nothing. Leaves to others: running them.

use std::sync::{Arc, OnceLock};

use tightlip_model::RuleInfo;
use tightlip_rules::{Form, Rule, RuleSet};

use crate::expression::Expression;
use crate::proof;
use crate::structure::{self, Structure};
use crate::{ScannerError, bounds};

/// Bytes around a match that bounds look at, and a few more.
const AROUND: usize = bounds::REACH + 11;
/// Bytes that a structure may look at beyond the longest credential it reads: names, signs and blanks
/// around it.
const AROUND_STRUCTURE: usize = 256;

/// One rule, ready to run.
pub(crate) struct Plan {
    /// How many bytes on either side of an anchor or window may decide what is found there.
    pub(crate) margin: usize,
    pub(crate) unit: Unit,
    pub(crate) info: OnceLock<Arc<RuleInfo>>,
    pub(crate) proof: Option<&'static proof::Entry>,
    pub(crate) structure: Option<&'static Structure>,
    regex: OnceLock<Expression>,
    not: OnceLock<Vec<Expression>>,
}

/// What a hit of a rule leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A try of the pattern, which begins so many bytes before the anchor.
    Try(usize),
    /// A search of a window; those of hits that touch are searched as one.
    Window,
    /// A search for a value after a word.
    Words,
    /// Reading a structure.
    Structure,
}

impl Unit {
    fn of(rule: Rule<'_>) -> Self {
        match (rule.form(), rule.anchored_at()) {
            (Form::Pattern { .. }, Some(offset)) => Self::Try(offset),
            (Form::Pattern { .. }, None) => Self::Window,
            (Form::Words { .. }, _) => Self::Words,
            (Form::Structure(_), _) => Self::Structure,
        }
    }
}

impl Plan {
    /// The plan for `rule`: nothing is compiled yet.
    fn of(rule: Rule<'_>) -> Self {
        let structure = match rule.form() {
            Form::Structure(name) => structure::lookup(name),
            Form::Pattern { .. } | Form::Words { .. } => None,
        };
        Self {
            margin: margin(rule, structure),
            unit: Unit::of(rule),
            info: OnceLock::new(),
            proof: rule.proof().and_then(proof::lookup),
            structure,
            regex: OnceLock::new(),
            not: OnceLock::new(),
        }
    }

    /// The regex of the pattern or value; `None` for a structure.
    pub(crate) fn regex(&self, rule: Rule<'_>) -> Option<&Expression> {
        if let Some(regex) = self.regex.get() {
            return Some(regex);
        }
        match rule.form() {
            Form::Pattern { regex: source } | Form::Words { value: source, .. } => {
                Some(self.regex.get_or_init(|| Expression::of(source)))
            }
            Form::Structure(_) => None,
        }
    }

    /// The regexes that silence a secret.
    pub(crate) fn not(&self, rule: Rule<'_>) -> &[Expression] {
        self.not.get_or_init(|| rule.excludes().map(Expression::of).collect())
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

/// The plans of a rule set, each made when it is first asked for.
pub(crate) struct Plans {
    made: Vec<OnceLock<Box<Plan>>>,
}

impl Plans {
    /// Room for the plans of `rules`.
    ///
    /// # Errors
    /// When a rule asks for a proof or a structure that does not exist. That the built-in ones do not
    /// is seen by a test, not at each start.
    pub(crate) fn of(rules: &RuleSet) -> Result<Self, ScannerError> {
        if !rules.is_builtin() {
            rules.iter().try_for_each(check)?;
        }
        Ok(Self { made: std::iter::repeat_with(OnceLock::new).take(rules.len()).collect() })
    }

    /// The plan of `rule`, which is of the set.
    pub(crate) fn get(&self, rule: Rule<'_>) -> Option<&Plan> {
        let made = self.made.get(rule.index().0 as usize)?;
        Some(made.get_or_init(|| Box::new(Plan::of(rule))))
    }
}

/// Whether the proof and the structure that a rule asks for exist.
fn check(rule: Rule<'_>) -> Result<(), ScannerError> {
    if let Some(name) = rule.proof()
        && proof::lookup(name).is_none()
    {
        return Err(unknown_proof(rule, name));
    }
    match rule.form() {
        Form::Structure(name) if structure::lookup(name).is_none() => {
            Err(unknown_structure(rule, name))
        }
        _ => Ok(()),
    }
}

fn unknown_proof(rule: Rule<'_>, name: &str) -> ScannerError {
    let known = proof::names().collect::<Vec<_>>().join(", ");
    ScannerError::UnknownProof { rule: rule.id().to_owned(), name: name.to_owned(), known }
}

fn unknown_structure(rule: Rule<'_>, name: &str) -> ScannerError {
    let known = structure::names().collect::<Vec<_>>().join(", ");
    ScannerError::UnknownStructure { rule: rule.id().to_owned(), name: name.to_owned(), known }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_proof_and_structure_that_a_built_in_rule_asks_for_exists() {
        tightlip_rules::builtin().iter().try_for_each(check).expect("they all exist");
    }
}
