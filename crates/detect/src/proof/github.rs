//! GitHub tokens: the CRC-32 of the random part stands at its end in base 62.

use super::base_digits::{BASE62, digits};
use super::check_digits::{CheckDigits, Expected, after_prefix, part_end};
use super::{Entry, Test};

pub(super) const CRC32: Entry =
    Entry { name: "github-crc32", test: Test::Digits(CheckDigits::strict(expected)) };

/// Six digits over what stands between the prefix (`ghp_`, …) and them; a token with other
/// characters than letters and digits is of another kind.
pub(super) fn expected(token: &[u8]) -> Option<Expected> {
    let (body, _) = part_end(after_prefix(token)?, 6)?;
    if !body.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    Expected::at_end(token, digits(crc32fast::hash(body), BASE62, 6))
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, vectors};

    #[test]
    fn the_digits_cover_every_character_of_the_body() {
        let token = vectors::random("ghp_", vectors::ALNUM, 36);
        vectors::guard("github-crc32", &token, 4..34);
    }

    #[test]
    fn a_long_refresh_token_has_them_too() {
        let token = vectors::random("ghr_", vectors::ALNUM, 76);
        vectors::guard("github-crc32", &token, 4..74);
    }

    #[test]
    fn a_token_that_wraps_another_has_none() {
        let verdict = vectors::verdict("github-crc32", b"ghs_1_eyJhbGciOiJSUzI1NiJ9.e30.signature");
        assert!(matches!(verdict, Verdict::Unsure(_)));
    }
}
