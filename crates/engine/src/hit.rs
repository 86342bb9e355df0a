//! A hit: a match with everything that only the blob at hand can tell.

use tightlip_model::{
    Companion, Confidence, Excerpt, Fingerprint, Location, Proof, Provenance, RuleId, Secret,
    Severity, Suppression, Transform,
};

/// A finding before anyone knows in which places its blob stands.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub(crate) rule: RuleId,
    pub(crate) provenance: Provenance,
    pub(crate) location: Location,
    pub(crate) secret: Secret,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) proof: Proof,
    pub(crate) confidence: Confidence,
    pub(crate) severity: Severity,
    pub(crate) evidence: Vec<String>,
    pub(crate) decoded: Vec<(String, String)>,
    pub(crate) companions: Vec<Companion>,
    pub(crate) transforms: Vec<Transform>,
    pub(crate) excerpt: Option<Excerpt>,
    pub(crate) inline: Option<Suppression>,
}

impl Hit {
    /// The hit's blob, where only the source can tell at which paths it stands. Its own path then
    /// tells no more than the place inside of a container.
    pub(crate) fn unplaced(&self) -> Option<tightlip_model::BlobId> {
        let is_unplaced = self.provenance.origin == tightlip_model::Origin::Blob
            && self.provenance.path.as_bytes().first().is_none_or(|first| *first == b'!');
        self.provenance.blob.filter(|_| is_unplaced)
    }
}
