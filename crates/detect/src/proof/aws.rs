//! AWS access key ids and unique ids: those issued since 2019 hold the number of their account.

use super::{Entry, Now, Proven, Test, radix, text};

pub(super) const KEY_ID: Entry = Entry { name: "aws-key-id", test: Test::Structure(check) };

fn check(token: &[u8], _: Now) -> Proven {
    let body = token.get(4..).filter(|body| matches!(body.len(), 16 | 17));
    let bytes = body.and_then(|body| body.get(..16)).and_then(radix::base32);
    let Some([a, b, c, d, e, f, ..]) = bytes.as_deref() else {
        return Proven::unsure("what follows its prefix is not base32");
    };
    let number = u64::from_be_bytes([0, 0, *a, *b, *c, *d, *e, *f]);
    if number >> 47 == 0 {
        return Proven::unsure("it has the older form, which holds no account");
    }
    let account = (number & 0x7FFF_FFFF_FF80) >> 7;
    if account >= 1_000_000_000_000 {
        return Proven::unsure("the account it holds has more than twelve digits");
    }
    Proven::parsed().fact("account", format!("{account:012}"))
}

pub(super) const BEDROCK: Entry =
    Entry { name: "aws-bedrock-key", test: Test::Structure(check_bedrock) };

/// `BedrockAPIKey-…-at-<account>:<secret>` in base64, behind `ABSK`.
fn check_bedrock(token: &[u8], _: Now) -> Proven {
    let decoded = token.strip_prefix(b"ABSK").and_then(radix::base64).unwrap_or_default();
    let name = decoded.split(|&byte| byte == b':').next().and_then(text::printable);
    let account = name.as_deref().and_then(|name| name.rsplit_once("-at-")).map(|(_, tail)| tail);
    match account {
        Some(account) if account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) => {
            Proven::parsed().fact("account", account)
        }
        _ => Proven::unsure("its body names no account"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, radix, vectors};

    #[test]
    fn the_account_is_read_from_the_key_id() {
        // Tal Be'ery, "A short note on AWS key id".
        let id = format!("{}{}", "ASIA", "QNZGKIQY56JQ7WML");
        assert_eq!(vectors::facts("aws-key-id", id.as_bytes()), ["account=029608264753"]);
        vectors::survive("aws-key-id", id.as_bytes());
    }

    #[test]
    fn a_unique_id_is_one_character_longer() {
        let id = format!("{}{}", "AROA", "QNZGKIQY56JQ7WMLA");
        assert_eq!(vectors::facts("aws-key-id", id.as_bytes()), ["account=029608264753"]);
    }

    #[test]
    fn ids_without_an_account_are_in_doubt() {
        for body in
            ["IOSFODNN7EXAMPLE", "J234567ABCDEFGHI", "Q0189QQQQQQQQQQQ", "7777777777777777", ""]
        {
            let id = format!("{}{body}", "AKIA");
            assert!(matches!(vectors::verdict("aws-key-id", id.as_bytes()), Verdict::Unsure(_)));
        }
    }

    #[test]
    fn a_bedrock_key_names_its_account() {
        let mut key = b"ABSK".to_vec();
        let text = b"BedrockAPIKey-abcd-at-123456789012:c2VjcmV0";
        key.extend(radix::encode(text, radix::STANDARD));
        assert_eq!(vectors::facts("aws-bedrock-key", &key), ["account=123456789012"]);
        vectors::survive("aws-bedrock-key", &key);
    }
}
