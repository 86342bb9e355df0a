//! Vercel tokens with a prefix: built like GitHub's.

use super::check_digits::CheckDigits;
use super::{Entry, Test, github};

pub(super) const CRC32: Entry =
    Entry { name: "vercel-crc", test: Test::Digits(CheckDigits::strict(github::expected)) };

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn the_digits_cover_every_character_of_the_body() {
        vectors::guard("vercel-crc", &vectors::random("vcp_", vectors::ALNUM, 56), 4..54);
    }
}
