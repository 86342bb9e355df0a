//! Members of containers in which nothing matched: the versions of an archive mostly hold the same
//! ones, and each content is scanned once. Leaves to others: what matched is scanned wherever it stands.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use tightlip_model::{Blob, ByteSpan};

/// Shorter contents are scanned as fast as they are looked up.
const SHORTEST: usize = 64;
/// Contents remembered: 16 bytes each.
const MOST: usize = 1 << 18;

/// Digests of contents in which nothing matched.
#[derive(Debug, Default)]
pub(crate) struct Clean {
    /// With keys that nobody can foresee: no content can be made to have the digest of another.
    hasher: RandomState,
    digests: Mutex<HashSet<Digest>>,
}

/// What tells a content from others: its hash and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Digest(u64, usize);

impl Clean {
    /// The digest of a blob that is a member as a whole. Nothing else stands in many places without its
    /// source knowing.
    pub(crate) fn digest(&self, blob: &Blob<'_>) -> Option<Digest> {
        let is_whole = blob.start.byte == 0 && blob.fresh == ByteSpan::new(0, blob.bytes.len());
        let is_member = is_whole && blob.added.is_some() && blob.base.is_none();
        let is_worth_it = is_member && blob.before.is_empty() && blob.bytes.len() >= SHORTEST;
        is_worth_it.then(|| Digest(self.hasher.hash_one(blob.bytes), blob.bytes.len()))
    }

    /// Whether nothing matched in this content.
    pub(crate) fn has(&self, digest: Digest) -> bool {
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).contains(&digest)
    }

    /// Remembers that nothing matched.
    pub(crate) fn note(&self, digest: Digest) {
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        if digests.len() < MOST {
            digests.insert(digest);
        }
    }
}

#[cfg(test)]
mod tests {
    use tightlip_model::{Line, LineSpan, Origin, Provenance};

    use super::*;

    const ALL: [LineSpan; 1] = [LineSpan { first: Line(1), last: Line(u64::MAX) }];

    #[test]
    fn a_member_is_known_by_its_content_alone() {
        let (clean, place, other) =
            (Clean::default(), Provenance::at(Origin::Blob, "a!c".as_bytes()), [b'x'; 100]);
        let elsewhere = Provenance::at(Origin::File, "a!b".as_bytes());
        let member = |bytes, place| Blob { added: Some(&ALL), ..Blob::whole(bytes, place) };
        let digest = clean.digest(&member(&[b' '; 100], &place)).expect("it is a member");
        assert!(!clean.has(digest));
        clean.note(digest);
        let again = clean.digest(&member(&[b' '; 100], &elsewhere)).expect("it is a member");
        assert!(clean.has(again));
        for bytes in [&other[..], &[b' '; 101]] {
            assert!(!clean.digest(&member(bytes, &place)).is_some_and(|digest| clean.has(digest)));
        }
    }

    #[test]
    fn only_whole_members_are_marked() {
        let (clean, place, text) =
            (Clean::default(), Provenance::at(Origin::Blob, "a!c".as_bytes()), [b' '; 100]);
        let whole = Blob::whole(&text, &place);
        assert_eq!(clean.digest(&whole), None);
        let member = Blob { added: Some(&ALL), ..whole };
        assert_eq!(clean.digest(&Blob { fresh: ByteSpan::new(0, 99), ..member }), None);
        assert_eq!(
            clean.digest(&Blob { bytes: &text[..10], fresh: ByteSpan::new(0, 10), ..member }),
            None
        );
    }
}
