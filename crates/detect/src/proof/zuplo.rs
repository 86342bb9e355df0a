//! Zuplo keys: the CRC-32 in hex of what stands between the prefix and the last `_`.

use super::base_digits::{HEX, digits};
use super::check_digits::{CheckDigits, Expected, after_prefix, part_end};
use super::{Entry, Test};

pub(super) const CRC32: Entry =
    Entry { name: "zuplo", test: Test::Digits(CheckDigits::strict(expected)) };

fn expected(token: &[u8]) -> Option<Expected> {
    let (before, _) = part_end(after_prefix(token)?, 8)?;
    let body = before.strip_suffix(b"_")?;
    Expected::at_end(token, digits(crc32fast::hash(body), HEX, 8))
}

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn the_digits_cover_every_character_of_the_body() {
        let mut token = vectors::random("zpka_", vectors::HEX, 32);
        token.extend_from_slice(b"_00000000");
        vectors::guard("zuplo", &token, 5..37);
    }
}
