//! npm granular and automation tokens: built like GitHub's.

use super::check_digits::CheckDigits;
use super::{Entry, Test, github};

pub(super) const CRC32: Entry =
    Entry { name: "npm-crc32", test: Test::Digits(CheckDigits::strict(github::expected)) };

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn the_digits_cover_every_character_of_the_body() {
        let token = vectors::random("npm_", vectors::ALNUM, 36);
        vectors::guard("npm-crc32", &token, 4..34);
    }
}
