//! A finding as a format sees it: everything that may be shown, and no secret.

use std::sync::Arc;

use tightlip_model::{
    Confidence, Excerpt, Fingerprint, Location, Proof, Provenance, Reach, RuleInfo, Severity,
    Status, Suppression, Transform,
};

/// What may be shown of a finding. Text in it is free of secrets but not of control characters.
#[derive(Debug, Clone)]
pub(crate) struct Shown<'a> {
    pub(crate) rule: &'a RuleInfo,
    pub(crate) provenance: Provenance,
    pub(crate) location: Location,
    pub(crate) secret: ShownSecret,
    pub(crate) fingerprint: &'a Fingerprint,
    pub(crate) proof: Proof,
    pub(crate) confidence: Confidence,
    pub(crate) severity: Severity,
    pub(crate) evidence: Vec<String>,
    pub(crate) decoded: Vec<(String, String)>,
    pub(crate) companions: Vec<ShownPart<'a>>,
    pub(crate) alternatives: &'a [Arc<RuleInfo>],
    pub(crate) transforms: &'a [Transform],
    pub(crate) excerpt: Option<Excerpt>,
    pub(crate) occurrences: u64,
    pub(crate) status: Status,
    pub(crate) suppression: Option<Suppression>,
}

/// Another part of the finding's credential.
#[derive(Debug, Clone)]
pub(crate) struct ShownPart<'a> {
    pub(crate) rule: &'a RuleInfo,
    pub(crate) location: Location,
    pub(crate) secret: ShownSecret,
    pub(crate) fingerprint: &'a Fingerprint,
}

/// A secret as the user asked to see it.
#[derive(Debug, Clone)]
pub(crate) struct ShownSecret {
    /// Masked, or whole when the user asked for it.
    pub(crate) text: String,
    /// The bytes, when they are to be shown and `text` cannot hold them.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// Of what else a finding may be, so many are named in words; of more, a few and how many others.
const MOST_NAMED: usize = 8;
const FEW_NAMED: usize = 4;

impl ShownPart<'_> {
    /// What it is, in words: the provider and the rule's title.
    fn name(&self) -> String {
        name(self.rule)
    }

    /// What it is, in words, itself, and where it stands.
    pub(crate) fn words(&self) -> String {
        format!("{} {} at line {}", self.name(), self.secret.text, self.location.line.0)
    }

    /// That it is a part of the credential.
    pub(crate) fn as_a_part(&self) -> String {
        format!("{}, a part of the same credential", self.name())
    }
}

impl Shown<'_> {
    /// What else it may be as far as anyone can tell, in words; empty where there is no doubt.
    pub(crate) fn doubt(&self) -> String {
        either(self.alternatives.iter().map(|rule| name(rule)).collect())
    }

    /// What every format tells of a finding besides itself, a sentence without a stop each: what else
    /// it may be, and the other parts of the credential.
    pub(crate) fn asides(&self) -> Vec<String> {
        let doubt = Some(self.doubt()).filter(|doubt| !doubt.is_empty());
        let doubt = doubt.map(|doubt| format!("may also be {doubt}"));
        let parts = self.companions.iter().map(|part| format!("with {}", part.words()));
        doubt.into_iter().chain(parts).collect()
    }

    /// What was found, in words: the provider and the rule's title.
    pub(crate) fn name(&self) -> String {
        name(self.rule)
    }

    /// Its path or, where there is none, what it stood in.
    pub(crate) fn path_or_origin_bytes(&self) -> &[u8] {
        match self.provenance.path.as_bytes() {
            [] => self.provenance.origin.as_str().as_bytes(),
            path => path,
        }
    }

    /// The same as text; what is no UTF-8 is replaced.
    pub(crate) fn path_or_origin(&self) -> String {
        String::from_utf8_lossy(self.path_or_origin_bytes()).into_owned()
    }

    /// Whether its path and lines are those of a file one has before oneself.
    pub(crate) fn is_at_hand(&self) -> bool {
        matches!(self.provenance.reach, None | Some(Reach::Head))
    }
}

fn name(rule: &RuleInfo) -> String {
    let RuleInfo { provider, title, .. } = rule;
    if provider.is_empty() || names(title, provider) {
        return title.clone();
    }
    format!("{provider} {title}")
}

/// Whether `title` names the provider already, as whole words.
fn names(title: &str, provider: &str) -> bool {
    let (title, provider) = (title.to_lowercase(), provider.to_lowercase());
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    title.match_indices(provider.as_str()).any(|(at, found)| {
        let (before, after) = (title.get(..at), title.get(at + found.len()..));
        is_edge(before.and_then(|text| text.chars().next_back()))
            && is_edge(after.and_then(|text| text.chars().next()))
    })
}

/// What stands before the masked secret of a line, the secret, and what stands after it.
pub(crate) fn parts(excerpt: &Excerpt) -> Option<[&str; 3]> {
    Some([
        excerpt.text.get(..excerpt.start)?,
        excerpt.text.get(excerpt.start..excerpt.end)?,
        excerpt.text.get(excerpt.end..)?,
    ])
}

/// Several names as the choice between them; of many a few, and how many others.
fn either(mut names: Vec<String>) -> String {
    if names.len() > MOST_NAMED {
        let others = names.split_off(FEW_NAMED).len();
        names.push(format!("one of {others} others"));
    }
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_named_once() {
        assert!(names("Login with Amazon client id", "Amazon"));
        assert!(names("GitHub app key", "GitHub"));
        assert!(!names("amazonian key", "Amazon"));
    }

    #[test]
    fn of_many_alternatives_a_few_are_named_and_the_others_counted() {
        let names = |count: usize| (1..=count).map(|at| at.to_string()).collect();
        assert_eq!(either(names(0)), "");
        assert_eq!(either(names(3)), "1, 2 or 3");
        assert_eq!(either(names(8)), "1, 2, 3, 4, 5, 6, 7 or 8");
        assert_eq!(either(names(35)), "1, 2, 3, 4 or one of 31 others");
    }
}
