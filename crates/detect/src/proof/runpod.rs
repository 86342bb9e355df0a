//! `RunPod` keys: the first six digits in base 36 of the CRC-32 of the body.

use super::base_digits::{BASE36, digits};
use super::check_digits::{CheckDigits, Expected, after_prefix, part_end};
use super::{Entry, Test};

pub(super) const CRC32: Entry =
    Entry { name: "runpod", test: Test::Digits(CheckDigits::strict(expected)) };

fn expected(token: &[u8]) -> Option<Expected> {
    let (body, _) = part_end(after_prefix(token)?, 6)?;
    let mut digits = digits(crc32fast::hash(body), BASE36, 6);
    digits.truncate(6);
    Expected::at_end(token, digits)
}

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn the_digits_cover_every_character_of_the_body() {
        vectors::guard("runpod", &vectors::random("rpa_", &vectors::ALNUM[..36], 46), 4..44);
    }
}
