//! A hit: a match with everything that only the blob at hand can tell.

use tightlip_model::{
    BlobId, Companion, Confidence, Excerpt, Fingerprint, Location, Origin, Proof, Provenance,
    RuleId, Secret, Severity, Suppression, Transform,
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
    /// What only the source can place: the hit's blob, whose own path then tells no more than the place
    /// inside of a container, or the commit or tag that says it.
    pub(crate) fn unplaced(&self) -> Option<BlobId> {
        let said = &self.provenance;
        if self.is_said() {
            let record = said.commit.as_ref().map(|commit| commit.id);
            return record.filter(|_| said.reach.is_none());
        }
        let is_unplaced = said.origin == Origin::Blob
            && said.path.as_bytes().first().is_none_or(|first| *first == b'!');
        said.blob.filter(|_| is_unplaced)
    }

    /// Whether a commit or tag itself says it, rather than a file.
    fn is_said(&self) -> bool {
        let origin = self.provenance.origin;
        matches!(origin, Origin::CommitMessage | Origin::CommitHeader | Origin::TagMessage)
    }

    /// The hit where `place` says that it stands; `None` where that tells of a commit or tag of
    /// another repository.
    pub(crate) fn at(&self, place: &Provenance) -> Option<Self> {
        let mut provenance = place.clone();
        if self.is_said() {
            let Provenance { reach, refs, repository, .. } = provenance;
            provenance = Provenance { reach, refs, ..self.provenance.clone() };
            if provenance.repository != repository {
                return None;
            }
        } else {
            provenance.path.0.extend_from_slice(self.provenance.path.as_bytes());
        }
        Some(Self { provenance, ..self.clone() })
    }
}
