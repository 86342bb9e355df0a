//! Google service account keys: the JSON around the private key, or the private key alone.

use serde_json::Value;

use super::claims::{self, Member, Reading};
use super::{Entry, Now, Proven, Test, Verdict, pem};

pub(super) const SERVICE_ACCOUNT: Entry =
    Entry { name: "gcp-service-account", test: Test::Structure(check) };

const MEMBERS: &[Member] = &[
    ("/project_id", "project", Reading::Text),
    ("/client_email", "client_email", Reading::Text),
    ("/client_id", "client_id", Reading::Text),
    ("/private_key_id", "key_id", Reading::Text),
];

fn check(token: &[u8], now: Now) -> Proven {
    let Some(object) = claims::enclosed(token) else {
        return pem::check(token);
    };
    let Some(key) = object.get("private_key").and_then(Value::as_str) else {
        return Proven::unsure("its JSON holds no private key");
    };
    let key = pem::check(key.as_bytes());
    if let Verdict::Unsure(reason) = key.verdict {
        return Proven::unsure(reason);
    }
    let mut proven = claims::add(Proven::parsed(), &object, MEMBERS, now);
    proven.facts.extend(key.facts);
    proven
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, pem, vectors};

    fn account(key: &str) -> Vec<u8> {
        serde_json::json!({
            "type": "service_account",
            "project_id": "acme",
            "private_key_id": "0123",
            "private_key": key,
            "client_email": "robot@acme.test",
        })
        .to_string()
        .into_bytes()
    }

    #[test]
    fn project_and_address_are_read_with_the_key() {
        let key = String::from_utf8(pem::tests::sample()).expect("ASCII");
        let facts = [
            "project=acme",
            "client_email=robot@acme.test",
            "key_id=0123",
            "key_type=Ed25519",
            "key_bits=256",
            "encrypted=no",
        ];
        let json = account(&key);
        assert_eq!(vectors::facts("gcp-service-account", &json), facts);
        vectors::survive("gcp-service-account", &json);
        let literal = serde_json::Value::from(String::from_utf8(json).expect("UTF-8")).to_string();
        assert_eq!(vectors::facts("gcp-service-account", literal.as_bytes()), facts);
        assert_eq!(vectors::facts("gcp-service-account", key.as_bytes()), facts[3..]);
    }

    #[test]
    fn a_key_that_does_not_parse_leaves_a_doubt() {
        for key in ["", "your key here"] {
            let verdict = vectors::verdict("gcp-service-account", &account(key));
            assert!(matches!(verdict, Verdict::Unsure(_)));
        }
    }
}
