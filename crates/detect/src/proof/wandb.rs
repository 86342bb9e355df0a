//! Weights & Biases keys of version 1: the CRC-32 in base 62 of all before it.

use super::base_digits::{BASE62, digits};
use super::check_digits::{CheckDigits, Expected, part_end};
use super::{Entry, Test};

pub(super) const CRC32: Entry =
    Entry { name: "wandb", test: Test::Digits(CheckDigits::strict(expected)) };

fn expected(token: &[u8]) -> Option<Expected> {
    let (before, _) = part_end(token, 6)?;
    Expected::at_end(token, digits(crc32fast::hash(before), BASE62, 6))
}

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn the_digits_cover_prefix_and_body() {
        let mut token = vectors::random("wandb_v1_", vectors::ALNUM, 27);
        token.push(b'_');
        token.extend(vectors::random("", vectors::ALNUM, 49));
        vectors::guard("wandb", &token, 0..80);
    }
}
