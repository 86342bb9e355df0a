//! Private keys as bare Base64 of DER, as settings and code hold them without the marks of PEM.

use super::{Entry, Now, Proven, Test, pem, radix};

pub(super) const ENTRY: Entry =
    Entry { name: "der-key", test: Test::Structure(|token, _: Now| check(token)) };

fn check(token: &[u8]) -> Proven {
    match radix::base64(token).as_deref().and_then(pem::bare) {
        Some(key) => pem::facts(Proven::parsed(), &key),
        None => Proven::unsure("it begins like a key and does not parse"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, pem, vectors};

    #[test]
    fn the_body_of_an_armoured_key_is_a_key() {
        let armoured = pem::tests::sample();
        let lines = armoured.split(|byte| *byte == b'\n');
        let body = lines.filter(|line| !line.starts_with(b"-")).collect::<Vec<_>>().concat();
        let facts = ["key_type=Ed25519", "key_bits=256", "encrypted=no"];
        assert_eq!(vectors::facts("der-key", &body), facts);
        vectors::survive("der-key", &body);
    }

    #[test]
    fn what_begins_like_a_key_and_is_none_leaves_a_doubt() {
        for text in [b"MIIEvgIBADANBgkqhkiG9w0BAQEFAASC".as_slice(), b"", b"!"] {
            assert!(matches!(vectors::verdict("der-key", text), Verdict::Unsure(_)));
        }
    }
}
