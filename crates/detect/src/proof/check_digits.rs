//! Tokens of which some characters are worked out from the others.

use tightlip_model::Proof;

use super::{Proven, Verdict};

/// Check digits as they must be.
pub(super) struct Expected {
    /// Where they stand in the token.
    pub at: usize,
    /// The digits.
    pub digits: Vec<u8>,
}

impl Expected {
    /// Digits at the end of `token`; `None` when it is shorter than they are.
    pub(super) fn at_end(token: &[u8], digits: Vec<u8>) -> Option<Self> {
        Some(Self { at: token.len().checked_sub(digits.len())?, digits })
    }
}

/// What wrong digits mean.
pub(super) enum Mismatch {
    /// No provider issued this.
    Fails,
    /// The formula is observed rather than documented, so that a token may be real all the same.
    Unsure(&'static str),
}

/// How to work them out.
pub(super) struct CheckDigits {
    /// The digits of a token of the right form, whatever it carries now; `None` for another form.
    pub expected: fn(&[u8]) -> Option<Expected>,
    /// What to conclude from others.
    pub mismatch: Mismatch,
}

impl CheckDigits {
    /// Digits whose absence disproves a token.
    pub(super) const fn strict(expected: fn(&[u8]) -> Option<Expected>) -> Self {
        Self { expected, mismatch: Mismatch::Fails }
    }

    pub(super) fn check(&self, token: &[u8]) -> Proven {
        let Some(Expected { at, digits }) = (self.expected)(token) else {
            return Proven::unsure("it does not have the form that carries check digits");
        };
        let end = at.saturating_add(digits.len());
        if token.get(at..end) == Some(digits.as_slice()) {
            return Proven::new(Verdict::Holds(Proof::Checksum));
        }
        match self.mismatch {
            Mismatch::Fails => Proven::new(Verdict::Fails),
            Mismatch::Unsure(reason) => Proven::unsure(reason),
        }
    }

    /// `token` with the right digits; `None` when it has another form.
    pub(super) fn sealed(&self, token: &[u8]) -> Option<Vec<u8>> {
        let Expected { at, digits } = (self.expected)(token)?;
        let mut sealed = token.to_vec();
        sealed.get_mut(at..at.checked_add(digits.len())?)?.copy_from_slice(&digits);
        Some(sealed)
    }
}

/// `token` parted before its last `width` bytes.
pub(super) fn part_end(token: &[u8], width: usize) -> Option<(&[u8], &[u8])> {
    token.split_at_checked(token.len().checked_sub(width)?)
}

/// What stands after the first `_`.
pub(super) fn after_prefix(token: &[u8]) -> Option<&[u8]> {
    let at = token.iter().position(|&byte| byte == b'_')?;
    token.get(at.checked_add(1)?..)
}
