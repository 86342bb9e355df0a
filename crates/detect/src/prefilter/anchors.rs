//! The anchors of a set of rules, each once, and whose they are.

use std::collections::HashMap;

use tightlip_rules::RuleSet;

use super::rows::Rows;

/// All anchors of a rule set.
#[derive(Debug, Clone)]
pub(crate) struct Anchors {
    /// The bytes of each.
    pub(crate) texts: Rows<u8>,
    /// The rules that have each, by their place in the set.
    pub(crate) rules: Rows<u32>,
}

impl Anchors {
    /// The anchors of `rules`, in the order in which they come up.
    pub(crate) fn of(rules: &RuleSet) -> Self {
        let mut texts: Vec<&str> = Vec::new();
        let mut users: Vec<Vec<u32>> = Vec::new();
        let mut index_of = HashMap::new();
        for rule in rules.iter() {
            for anchor in rule.anchors() {
                let index = *index_of.entry(anchor).or_insert(texts.len());
                if index == texts.len() {
                    texts.push(anchor);
                    users.push(Vec::new());
                }
                if let Some(users) = users.get_mut(index) {
                    users.push(rule.index().0);
                }
            }
        }
        Self { texts: texts.into_iter().collect(), rules: users.into_iter().collect() }
    }
}
