//! Polar tokens: the CRC-32 in base 62 of the 37 characters before it, whatever the prefix.

use super::base_digits::{BASE62, digits};
use super::check_digits::{CheckDigits, Expected, part_end};
use super::{Entry, Test};

pub(super) const CRC32: Entry =
    Entry { name: "polar-crc", test: Test::Digits(CheckDigits::strict(expected)) };

fn expected(token: &[u8]) -> Option<Expected> {
    let (before, _) = part_end(token, 6)?;
    let (_, body) = part_end(before, 37)?;
    Expected::at_end(token, digits(crc32fast::hash(body), BASE62, 6))
}

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn the_digits_cover_every_character_of_the_body() {
        vectors::guard("polar-crc", &vectors::random("polar_oat_", vectors::ALNUM, 43), 10..47);
        vectors::guard("polar-crc", &vectors::random("polar_at_u_", vectors::ALNUM, 43), 11..48);
    }
}
