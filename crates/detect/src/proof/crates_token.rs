//! Rust crate tokens of trusted publishing: the last character is the exclusive or of the random
//! ones before it, modulo 62.

use super::check_digits::{CheckDigits, Expected, part_end};
use super::{Entry, Test};

pub(super) const ENTRY: Entry =
    Entry { name: "crates-token", test: Test::Digits(CheckDigits::strict(expected)) };

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn expected(token: &[u8]) -> Option<Expected> {
    let (body, _) = part_end(token.strip_prefix(b"cio_tp_")?, 1)?;
    let sum = body.iter().fold(0, |sum, byte| sum ^ byte);
    Expected::at_end(token, vec![*ALPHABET.get(usize::from(sum) % ALPHABET.len())?])
}

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn the_digit_covers_every_character_of_the_body() {
        vectors::guard("crates-token", &vectors::random("cio_tp_", vectors::ALNUM, 32), 7..38);
    }
}
