//! Confluent Cloud secrets: six characters of base64 of the CRC-32, low byte first, of the body.

use super::check_digits::{CheckDigits, Expected, part_end};
use super::radix::{self, STANDARD};
use super::{Entry, Test};

pub(super) const CRC32: Entry =
    Entry { name: "confluent-crc", test: Test::Digits(CheckDigits::strict(expected)) };

fn expected(token: &[u8]) -> Option<Expected> {
    let (body, _) = part_end(token.strip_prefix(b"cflt")?, 6)?;
    Expected::at_end(token, radix::encode(&crc32fast::hash(body).to_le_bytes(), STANDARD))
}

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn the_digits_cover_every_character_of_the_body() {
        vectors::guard("confluent-crc", &vectors::random("cflt", vectors::ALNUM, 60), 4..58);
    }
}
