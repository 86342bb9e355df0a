//! Atlassian tokens: the CRC-32 of all before it, the `=` included, in upper-case hex. Atlassian
//! does not document it and some published tokens differ, so that a wrong one disproves nothing.

use super::base_digits::{HEX_UPPER, digits};
use super::check_digits::{CheckDigits, Expected, Mismatch, part_end};
use super::{Entry, Test};

pub(super) const CRC32: Entry = Entry {
    name: "atlassian-crc32",
    test: Test::Digits(CheckDigits {
        expected,
        mismatch: Mismatch::Unsure("its check digits differ from those of other Atlassian tokens"),
    }),
};

/// Eight digits over everything before them.
pub(super) fn expected(token: &[u8]) -> Option<Expected> {
    let (before, _) = part_end(token, 8)?;
    Expected::at_end(token, digits(crc32fast::hash(before), HEX_UPPER, 8))
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, vectors};

    #[test]
    fn right_digits_hold_and_wrong_ones_leave_a_doubt() {
        let mut token = vectors::random("ATATT3xFfGF0", vectors::ALNUM, 171);
        token.extend_from_slice(b"=00000000");
        vectors::confirm("atlassian-crc32", &token, 0..184);
    }

    #[test]
    fn a_token_too_short_for_digits_is_in_doubt() {
        let verdict = vectors::verdict("atlassian-crc32", b"ATATT3");
        assert!(matches!(verdict, Verdict::Unsure(_)));
    }
}
