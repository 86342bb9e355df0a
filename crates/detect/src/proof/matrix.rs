//! Matrix access tokens: the CRC-32 in base 62 of all before the last `_`. Those of Synapse name
//! the local part of the user in base64; those of the authentication service (`mat_`, `mar_`, …)
//! write the lowest digit first.

use tightlip_model::Proof;

use super::base_digits::{BASE62, digits};
use super::check_digits::{CheckDigits, Expected, part_end};
use super::{Entry, Now, Proven, Test, Verdict, radix, text};

pub(super) const CRC32: Entry = Entry {
    name: "matrix-crc32",
    test: Test::Sealed { check, seal: |token| DIGITS.sealed(token) },
};

const DIGITS: CheckDigits = CheckDigits::strict(expected);

fn expected(token: &[u8]) -> Option<Expected> {
    let (before, _) = part_end(token, 6)?;
    let body = before.strip_suffix(b"_")?;
    let sum = crc32fast::hash(body);
    let digits = if body.starts_with(b"m") { lowest_first(sum) } else { digits(sum, BASE62, 6) };
    Expected::at_end(token, digits)
}

/// The digits in reverse; the zeros that fill them up to six still stand on the left.
fn lowest_first(sum: u32) -> Vec<u8> {
    let mut digits = digits(sum, BASE62, 1);
    digits.reverse();
    [vec![b'0'; 6_usize.saturating_sub(digits.len())], digits].concat()
}

fn check(token: &[u8], _: Now) -> Proven {
    let proven = DIGITS.check(token);
    if proven.verdict != Verdict::Holds(Proof::Checksum) {
        return proven;
    }
    proven.fact("account", user(token).unwrap_or_default())
}

fn user(token: &[u8]) -> Option<String> {
    let mut parts = token.split(|&byte| byte == b'_');
    parts.next().filter(|prefix| *prefix == b"syt")?;
    text::printable(&radix::base64(parts.next()?)?)
}

#[cfg(test)]
mod tests {
    use super::super::vectors;
    use super::{Proof, Verdict};

    #[test]
    fn the_published_tokens_of_the_authentication_service_hold() {
        let bodies = ["mat_kkLSacJDpek22jKWw4A", "mar_PkpplxPkfjsqvtdfUlY"];
        let tails = ["cXG68b7U3W6_0Lg9yb", "R1Afg2TpaHF_GaTQd2"];
        for (body, tail) in bodies.iter().zip(tails) {
            let verdict = vectors::verdict("matrix-crc32", [*body, tail].concat().as_bytes());
            assert_eq!(verdict, Verdict::Holds(Proof::Checksum));
        }
        let token = [&vectors::random("mct_", vectors::ALNUM, 30)[..], b"_000000"].concat();
        vectors::guard("matrix-crc32", &token, 1..34);
    }

    #[test]
    fn the_digits_cover_prefix_and_body_and_the_user_is_named() {
        let mut token = b"syt_".to_vec();
        token.extend(super::radix::encode(b"build.bot", super::radix::STANDARD));
        token.push(b'_');
        token.extend(vectors::random("", &vectors::ALNUM[10..], 20));
        token.extend_from_slice(b"_000000");
        vectors::guard("matrix-crc32", &token, 0..37);
        super::super::seal("matrix-crc32", &mut token);
        assert_eq!(vectors::facts("matrix-crc32", &token), ["account=build.bot"]);
    }
}
