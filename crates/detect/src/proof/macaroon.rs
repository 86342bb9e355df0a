//! Macaroons of the Python package index: where they hold, and the caveats that narrow them.

use serde_json::Value;

use super::{Entry, Now, Proven, Test, claims, radix, text};

pub(super) const PYPI: Entry = Entry { name: "pypi-macaroon", test: Test::Structure(check) };

const END: u64 = 0;
const LOCATION: u64 = 1;
const IDENTIFIER: u64 = 2;
const SIGNATURE: u64 = 6;
/// Fields read at most; the index issues a handful.
const MOST_FIELDS: usize = 256;

struct Macaroon {
    location: String,
    identifier: String,
    caveats: Vec<Value>,
}

fn check(token: &[u8], now: Now) -> Proven {
    let body = token.strip_prefix(b"pypi-").unwrap_or(token);
    let Some(macaroon) = radix::base64(body).and_then(|bytes| parse(&bytes)) else {
        return Proven::unsure("it does not decode to a macaroon");
    };
    let proven = Proven::parsed()
        .fact("issuer", macaroon.location)
        .fact("key_id", macaroon.identifier)
        .fact("project", projects(&macaroon.caveats));
    match macaroon.caveats.iter().filter_map(expiry).min() {
        Some(seconds) => proven.expires(seconds, now),
        None => proven,
    }
}

/// Version 2: fields of a type, a length and content; the head, the caveats and the whole each end
/// in a field of type 0, the last but for the signature.
fn parse(bytes: &[u8]) -> Option<Macaroon> {
    let mut rest = bytes.strip_prefix(&[2])?;
    let mut macaroon =
        Macaroon { location: String::new(), identifier: String::new(), caveats: Vec::new() };
    let mut in_head = true;
    for _ in 0..MOST_FIELDS {
        let (kind, after) = varint(rest)?;
        rest = after;
        if kind == END {
            in_head = false;
            continue;
        }
        let (length, after) = varint(rest)?;
        let (content, after) = after.split_at_checked(usize::try_from(length).ok()?)?;
        rest = after;
        match kind {
            LOCATION if in_head => macaroon.location = text::printable(content)?,
            IDENTIFIER if in_head => {
                macaroon.identifier = text::printable(content).unwrap_or_default();
            }
            IDENTIFIER => macaroon.caveats.extend(serde_json::from_slice::<Value>(content).ok()),
            SIGNATURE => return (length == 32 && rest.is_empty()).then_some(macaroon),
            _ => {}
        }
    }
    None
}

/// A number of seven bits a byte, the low ones first.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let length = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    let (digits, rest) = bytes.split_at_checked(length)?;
    let number = digits.iter().rev().fold(0, |sum, byte| sum << 7 | u64::from(byte & 0x7F));
    Some((number, rest))
}

/// The names of the projects the token is narrowed to: `[1, [names]]`, once
/// `{"permissions": {"projects": [names]}}`.
fn projects(caveats: &[Value]) -> String {
    let named = caveats.iter().find_map(|caveat| match caveat.as_array().map(Vec::as_slice) {
        Some([kind, names, ..]) if kind.as_u64() == Some(1) => Some(names),
        _ => caveat.pointer("/permissions/projects"),
    });
    named.map(claims::shown).unwrap_or_default()
}

/// The end of `[0, expiry, not before]`.
fn expiry(caveat: &Value) -> Option<i64> {
    match caveat.as_array()?.as_slice() {
        [kind, end, _] if kind.as_u64() == Some(0) => claims::moment(end),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, radix, vectors};

    fn field(kind: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let low = u8::try_from(length & 0x7F).expect("seven bits");
        let high = u8::try_from(length >> 7).expect("short");
        let length = if high == 0 { vec![low] } else { vec![low | 0x80, high] };
        [vec![kind], length, content.to_vec()].concat()
    }

    fn token(caveats: &[&str]) -> Vec<u8> {
        let mut bytes = [vec![2], field(1, b"index.test"), field(2, b"some-id"), vec![0]].concat();
        for caveat in caveats {
            bytes.extend(field(2, caveat.as_bytes()));
            bytes.push(0);
        }
        bytes.push(0);
        bytes.extend(field(6, &[7; 32]));
        [b"pypi-".to_vec(), radix::encode(&bytes, radix::URL_SAFE)].concat()
    }

    #[test]
    fn place_id_and_caveats_are_read() {
        let plain = token(&[r#"{"version": 1, "permissions": "user"}"#]);
        assert_eq!(
            vectors::facts("pypi-macaroon", &plain),
            ["issuer=index.test", "key_id=some-id"]
        );
        let narrow = token(&[r#"[1, ["one", "two"]]"#, "[0, 1750000001, 1740000000]"]);
        let facts = [
            "issuer=index.test",
            "key_id=some-id",
            "project=one, two",
            "expires_at=2025-06-15T15:06:41Z",
        ];
        assert_eq!(vectors::facts("pypi-macaroon", &narrow), facts);
        let long = format!(
            r#"{{"version": 1, "permissions": {{"projects": ["one"]}}, "x": "{}"}}"#,
            "y".repeat(200)
        );
        assert_eq!(vectors::facts("pypi-macaroon", &token(&[&long]))[2], "project=one");
        vectors::survive("pypi-macaroon", &narrow);
    }

    #[test]
    fn a_cut_or_altered_macaroon_is_in_doubt() {
        let whole = token(&[]);
        for token in [&whole[..whole.len() - 4], &whole[..20], b"pypi-", b"pypi-AAAA"] {
            assert!(matches!(vectors::verdict("pypi-macaroon", token), Verdict::Unsure(_)));
        }
    }
}
