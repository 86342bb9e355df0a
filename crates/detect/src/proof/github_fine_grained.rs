//! GitHub fine-grained tokens: eight characters of the base32 SHA-256 of all before them stand
//! sixteen before the end. What the last eight are is not known.

use sha2::{Digest, Sha256};

use super::check_digits::{CheckDigits, Expected, part_end};
use super::radix::{self, BASE32};
use super::{Entry, Test};

pub(super) const ENTRY: Entry =
    Entry { name: "github-fine-grained", test: Test::Digits(CheckDigits::strict(expected)) };

fn expected(token: &[u8]) -> Option<Expected> {
    let (before, _) = part_end(token, 16)?;
    let digest = Sha256::digest(before);
    Some(Expected { at: before.len(), digits: radix::encode(digest.get(..5)?, BASE32) })
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, vectors};
    use tightlip_model::Proof;

    #[test]
    fn the_digits_cover_prefix_and_body() {
        let mut token = vectors::random("github_pat_11", vectors::ALNUM, 20);
        token.push(b'_');
        token.extend(vectors::random("", vectors::ALNUM, 59));
        vectors::guard("github-fine-grained", &token, 0..77);
    }

    #[test]
    fn a_published_and_revoked_token_holds() {
        // https://github.com/secretlint/secretlint/pull/322
        let body = ["_ZlpxaViSYQuKETGMTXMk", "bWFrZCqjas5OpXSUP6g5zbr", "E2PRUI7CfRZ3m3z3"];
        let token = format!("github_pat_{}{}", "11AAGI73I0HFY8wJru4mTw", body.concat());
        let verdict = vectors::verdict("github-fine-grained", token.as_bytes());
        assert_eq!(verdict, Verdict::Holds(Proof::Checksum));
    }
}
