//! Bech32 and Bech32m: age identities, Nostr keys and others that end in six characters of a BCH
//! checksum over the part before the last `1` and the data after it.

use super::check_digits::{CheckDigits, Expected, part_end};
use super::{Entry, Test};

pub(super) const ENTRY: Entry =
    Entry { name: "bech32", test: Test::Digits(CheckDigits::strict(expected)) };

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const BECH32: u32 = 1;
const BECH32M: u32 = 0x2BC8_30A3;

/// The six digits, in the case of the token; Bech32m's when the token ends in those.
fn expected(token: &[u8]) -> Option<Expected> {
    let upper = token.iter().any(u8::is_ascii_uppercase);
    if upper && token.iter().any(u8::is_ascii_lowercase) {
        return None;
    }
    let lower = token.to_ascii_lowercase();
    let (before, found) = part_end(&lower, 6)?;
    let (name, data) = before.split_at_checked(before.iter().rposition(|&byte| byte == b'1')?)?;
    let values: Option<Vec<u8>> = data.get(1..)?.iter().map(|&byte| value(byte)).collect();
    let state = expand(name).chain(values?).chain([0; 6]).fold(1, polymod);
    let modern = digits(state ^ BECH32M);
    let digits = if modern == found { modern } else { digits(state ^ BECH32) };
    Expected::at_end(token, if upper { digits.to_ascii_uppercase() } else { digits })
}

fn value(byte: u8) -> Option<u8> {
    ALPHABET.iter().position(|&one| one == byte).and_then(|at| u8::try_from(at).ok())
}

/// The part before the separator as values: high bits, a zero, low bits.
fn expand(name: &[u8]) -> impl Iterator<Item = u8> {
    let high = name.iter().map(|byte| byte >> 5);
    high.chain([0]).chain(name.iter().map(|byte| byte & 31))
}

fn polymod(state: u32, value: u8) -> u32 {
    const GENERATOR: [u32; 5] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3];
    let top = state >> 25;
    let shifted = (state & 0x01FF_FFFF) << 5 ^ u32::from(value);
    GENERATOR.iter().enumerate().fold(
        shifted,
        |sum, (bit, term)| {
            if top >> bit & 1 == 1 { sum ^ term } else { sum }
        },
    )
}

fn digits(sum: u32) -> Vec<u8> {
    (0..6_u32)
        .rev()
        .filter_map(|place| ALPHABET.get((sum >> (5 * place) & 31) as usize).copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, vectors};
    use tightlip_model::Proof;

    #[test]
    fn the_sum_covers_name_and_data_in_either_case() {
        let key = vectors::random("nsec1", super::ALPHABET, 58);
        vectors::guard("bech32", &key, 5..57);
        let upper: Vec<u8> = super::ALPHABET.to_ascii_uppercase();
        let key = vectors::random("AGE-SECRET-KEY-1", &upper, 58);
        vectors::guard("bech32", &key, 16..68);
    }

    #[test]
    fn published_strings_hold() {
        // BIP 173, BIP 350 and the test kit of age.
        let age =
            ["AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZ", "GFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"];
        for text in ["A12UEL5L", "a12uel5l", "a1lqfn3a", "?1ezyfcl", "?1v759aa", &age.concat()] {
            let verdict = vectors::verdict("bech32", text.as_bytes());
            assert_eq!(verdict, Verdict::Holds(Proof::Checksum), "{text}");
        }
    }

    #[test]
    fn mixed_case_is_no_bech32() {
        assert!(matches!(vectors::verdict("bech32", b"A12uEL5L"), Verdict::Unsure(_)));
    }
}
