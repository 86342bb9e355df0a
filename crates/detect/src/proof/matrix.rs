//! Matrix access tokens: the CRC-32 in base 62 of all before the last `_`. Those of Synapse name
//! the local part of the user in base64.

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
    Expected::at_end(token, digits(crc32fast::hash(body), BASE62, 6))
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
