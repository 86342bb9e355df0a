//! A finding as a format sees it: everything that may be shown, and no secret.

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
    pub(crate) companions: &'a [Fingerprint],
    pub(crate) transforms: &'a [Transform],
    pub(crate) excerpt: Option<Excerpt>,
    pub(crate) occurrences: u64,
    pub(crate) status: Status,
    pub(crate) suppression: Option<Suppression>,
}

/// A secret as the user asked to see it.
#[derive(Debug, Clone)]
pub(crate) struct ShownSecret {
    /// Masked, or whole when the user asked for it.
    pub(crate) text: String,
    /// The bytes, when they are to be shown and `text` cannot hold them.
    pub(crate) bytes: Option<Vec<u8>>,
}

impl Shown<'_> {
    /// What was found, in words: the provider and the rule's title.
    pub(crate) fn name(&self) -> String {
        let RuleInfo { provider, title, .. } = self.rule;
        if provider.is_empty() || title.to_lowercase().starts_with(&provider.to_lowercase()) {
            return title.clone();
        }
        format!("{provider} {title}")
    }

    /// Whether its path and lines are those of a file one has before oneself.
    pub(crate) fn is_at_hand(&self) -> bool {
        matches!(self.provenance.reach, None | Some(Reach::Head))
    }
}
