//! Prefect keys: the CRC-32 of the body in base 62, lower case before upper case.

use super::base_digits::{BASE62_LOWER_FIRST, digits};
use super::check_digits::{CheckDigits, Expected, after_prefix, part_end};
use super::{Entry, Test};

pub(super) const CRC32: Entry =
    Entry { name: "prefect", test: Test::Digits(CheckDigits::strict(expected)) };

fn expected(token: &[u8]) -> Option<Expected> {
    let (body, _) = part_end(after_prefix(token)?, 6)?;
    Expected::at_end(token, digits(crc32fast::hash(body), BASE62_LOWER_FIRST, 6))
}

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn the_digits_cover_every_character_of_the_body() {
        vectors::guard("prefect", &vectors::random("pnu_", vectors::ALNUM, 36), 4..34);
    }
}
