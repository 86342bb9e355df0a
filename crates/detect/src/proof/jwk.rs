//! Private JSON web keys: RSA, elliptic and symmetric, alone or as the first private one of a set.

use serde_json::Value;

use super::claims::{self, Member, Reading};
use super::{Entry, Now, Proven, Test, der, radix};

pub(super) const ENTRY: Entry = Entry { name: "jwk", test: Test::Structure(check) };

const MEMBERS: &[Member] = &[
    ("/alg", "algorithm", Reading::Text),
    ("/use", "use", Reading::Text),
    ("/kid", "key_id", Reading::Text),
];

fn check(token: &[u8], now: Now) -> Proven {
    let Some(object) = claims::enclosed(token) else {
        return Proven::unsure("the key is not JSON");
    };
    let set = object.get("keys").and_then(Value::as_array);
    let keys = set.map_or(std::slice::from_ref(&object), Vec::as_slice);
    match keys.iter().find_map(|key| Some((key, describe(key)?))) {
        Some((key, (kind, bits))) => {
            let proven = Proven::parsed().fact("key_type", kind).fact("key_bits", bits.to_string());
            claims::add(proven, key, MEMBERS, now)
        }
        None => Proven::unsure("it holds no private key that decodes"),
    }
}

/// The type and length of a private key; `None` for a public or a garbled one.
fn describe(key: &Value) -> Option<(String, usize)> {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    let bytes = |name: &str| radix::base64(text(name)?.as_bytes()).filter(|b| !b.is_empty());
    let kind = text("kty")?;
    match kind {
        "RSA" => {
            bytes("d")?;
            Some((kind.to_owned(), der::bits(&bytes("n")?)))
        }
        "EC" | "OKP" => {
            let curve = text("crv").filter(|curve| curve.len() <= 20)?;
            let bits = bytes("d")?.len() * 8;
            Some((format!("{kind} {curve}"), if curve == "P-521" { 521 } else { bits }))
        }
        "oct" => Some((kind.to_owned(), bytes("k")?.len() * 8)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, vectors};

    #[test]
    fn private_keys_of_every_type_are_described() {
        let d = "A".repeat(43);
        let elliptic = format!(r#"{{"kty":"EC","crv":"P-256","d":"{d}","x":"{d}","kid":"k1"}}"#);
        let facts = ["key_type=EC P-256", "key_bits=256", "key_id=k1"];
        assert_eq!(vectors::facts("jwk", elliptic.as_bytes()), facts);
        vectors::survive("jwk", elliptic.as_bytes());
        let n = format!("_{}", "w".repeat(341));
        let set = format!(
            r#"{{"keys":[{{"kty":"RSA","n":"{n}"}},{{"kty":"RSA","n":"{n}","d":"{n}"}}]}}"#
        );
        assert_eq!(vectors::facts("jwk", set.as_bytes()), ["key_type=RSA", "key_bits=2048"]);
        let symmetric = format!(r#"key = {{"kty":"oct","k":"{d}","alg":"HS256"}};"#);
        let facts = ["key_type=oct", "key_bits=256", "algorithm=HS256"];
        assert_eq!(vectors::facts("jwk", symmetric.as_bytes()), facts);
    }

    #[test]
    fn public_and_garbled_keys_are_in_doubt() {
        for text in [r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, r#"{"kty":"EC","d":"!"}"#, "{", ""] {
            assert!(matches!(vectors::verdict("jwk", text.as_bytes()), Verdict::Unsure(_)));
        }
    }
}
