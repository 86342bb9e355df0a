//! Grafana service account tokens: the CRC-32 of all before the last `_`, in hex, low byte first.

use super::base_digits::{HEX, digits};
use super::check_digits::{CheckDigits, Expected, part_end};
use super::{Entry, Test};

pub(super) const CRC32: Entry =
    Entry { name: "grafana-crc32", test: Test::Digits(CheckDigits::strict(expected)) };

fn expected(token: &[u8]) -> Option<Expected> {
    let (before, _) = part_end(token, 8)?;
    let body = before.strip_suffix(b"_")?;
    Expected::at_end(token, digits(crc32fast::hash(body).swap_bytes(), HEX, 8))
}

#[cfg(test)]
mod tests {
    use super::super::vectors;

    #[test]
    fn the_digits_cover_prefix_and_body() {
        let mut token = vectors::random("glsa_", vectors::ALNUM, 32);
        token.extend_from_slice(b"_00000000");
        vectors::guard("grafana-crc32", &token, 0..37);
    }
}
