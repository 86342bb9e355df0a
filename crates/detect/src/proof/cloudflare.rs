//! Cloudflare tokens with a prefix: the CRC-32 of the body in hex, seen on a sample and documented
//! nowhere, so that wrong digits disprove nothing.

use super::base_digits::{HEX, digits};
use super::check_digits::{CheckDigits, Expected, Mismatch, after_prefix, part_end};
use super::{Entry, Test};

pub(super) const CRC32: Entry = Entry {
    name: "cloudflare-crc32",
    test: Test::Digits(CheckDigits {
        expected,
        mismatch: Mismatch::Unsure("its check digits differ from those of other Cloudflare tokens"),
    }),
};

fn expected(token: &[u8]) -> Option<Expected> {
    let (body, _) = part_end(after_prefix(token)?, 8)?;
    Expected::at_end(token, digits(crc32fast::hash(body), HEX, 8))
}

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn right_digits_hold_and_wrong_ones_leave_a_doubt() {
        vectors::confirm("cloudflare-crc32", &vectors::random("cfut_", vectors::ALNUM, 48), 5..45);
    }
}
