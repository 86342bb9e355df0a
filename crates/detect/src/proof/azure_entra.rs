//! Client secrets of Microsoft Entra applications: those with `8Q~` end in half of a Marvin32
//! checksum.

use super::base_digits::digits;
use super::check_digits::{CheckDigits, Expected, Mismatch, part_end};
use super::marvin::marvin32;
use super::{Entry, Test};

pub(super) const MARVIN: Entry = Entry {
    name: "azure-entra-marvin",
    test: Test::Digits(CheckDigits {
        expected,
        mismatch: Mismatch::Unsure("its last characters are not the checksum of those before"),
    }),
};

const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";

/// The first three of six digits over everything before them; secrets with `7Q~` have none.
fn expected(token: &[u8]) -> Option<Expected> {
    if token.get(3..6) != Some(b"8Q~") {
        return None;
    }
    let (before, _) = part_end(token, 3)?;
    let mut digits = digits(marvin32(before, b"AadPwd00"), ALPHABET, 6);
    digits.truncate(3);
    Expected::at_end(token, digits)
}

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn right_digits_hold_and_wrong_ones_leave_a_doubt() {
        let token = vectors::random("abc8Q~", vectors::ALNUM, 34);
        vectors::confirm("azure-entra-marvin", &token, 6..37);
    }
}
