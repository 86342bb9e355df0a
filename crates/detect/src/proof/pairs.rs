//! Base64 of a name and a secret: basic authentication, registry logins, keys that carry their id.

use super::{Entry, Now, Proven, Test, radix, text};

pub(super) const BASIC: Entry = entry("basic-auth", |token, _| login(token));
pub(super) const DOCKER: Entry = entry("docker-auth", |token, _| login(token));
pub(super) const ID_AND_SECRET: Entry = entry("base64-id-secret", |token, _| id(token));
pub(super) const DATA_CENTER: Entry = entry("atlassian-data-center", |token, _| data_center(token));

const fn entry(name: &'static str, check: fn(&[u8], Now) -> Proven) -> Entry {
    Entry { name, test: Test::Structure(check) }
}

/// The user name; user and password must both be text.
fn login(token: &[u8]) -> Proven {
    let decoded = radix::base64(token).and_then(|bytes| String::from_utf8(bytes).ok());
    let printable = decoded.filter(|text| !text.chars().any(char::is_control));
    match printable.as_deref().and_then(|text| text.split_once(':')) {
        Some((user, password)) if !password.is_empty() => {
            Proven::parsed().fact("account", text::printable(user.as_bytes()).unwrap_or_default())
        }
        Some(_) => Proven::unsure("its password is empty"),
        None => Proven::unsure("it does not decode to a user and a password"),
    }
}

/// The id before the first `:` or `,` of the longest part of the token that is base64.
fn id(token: &[u8]) -> Proven {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=-".contains(byte);
    let longest = token.split(|byte| !is_digit(byte)).max_by_key(|part| part.len());
    let id = [token, longest.unwrap_or_default()].iter().find_map(|text| {
        let decoded = radix::base64(text)?;
        let end = decoded.iter().position(|byte| matches!(byte, b':' | b','))?;
        text::printable(decoded.get(..end)?)
    });
    match id {
        Some(id) => Proven::parsed().fact("key_id", id),
        None => Proven::unsure("its body does not decode to an id and a secret"),
    }
}

/// Twelve digits, a colon and twenty random bytes.
fn data_center(token: &[u8]) -> Proven {
    let body = token.strip_prefix(b"BBDC-").unwrap_or(token);
    let decoded = radix::base64(body).filter(|bytes| bytes.len() == 33).unwrap_or_default();
    match decoded.split_at_checked(12) {
        Some((id, [b':', ..])) if id.iter().all(u8::is_ascii_digit) => {
            Proven::parsed().fact("key_id", text::printable(id).unwrap_or_default())
        }
        _ => Proven::unsure("it does not decode to a token id and a secret"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, radix, vectors};

    fn encoded(text: &[u8]) -> Vec<u8> {
        radix::encode(text, radix::STANDARD)
    }

    #[test]
    fn a_login_names_its_user() {
        let token = encoded(b"robot:correct horse");
        for name in ["basic-auth", "docker-auth"] {
            assert_eq!(vectors::facts(name, &token), ["account=robot"]);
            vectors::survive(name, &token);
            for other in [&b"robot:"[..], b"robot", b"\x01:\x02", b""] {
                let verdict = vectors::verdict(name, &encoded(other));
                assert!(matches!(verdict, Verdict::Unsure(_)), "{other:?}");
            }
        }
    }

    #[test]
    fn an_id_is_found_behind_a_prefix_too() {
        let body = encoded(b"key_01ABC,secret");
        assert_eq!(vectors::facts("base64-id-secret", &body), ["key_id=key_01ABC"]);
        let token = [b"sk_live_", &body[..]].concat();
        assert_eq!(vectors::facts("base64-id-secret", &token), ["key_id=key_01ABC"]);
        vectors::survive("base64-id-secret", &token);
        let verdict = vectors::verdict("base64-id-secret", &encoded(b"no separator"));
        assert!(matches!(verdict, Verdict::Unsure(_)));
    }

    #[test]
    fn a_data_center_token_holds_twelve_digits_and_twenty_bytes() {
        let token = encoded(&[&b"123456789012:"[..], &[0xEE; 20]].concat());
        assert_eq!(vectors::facts("atlassian-data-center", &token), ["key_id=123456789012"]);
        let prefixed = [b"BBDC-", &token[..]].concat();
        assert_eq!(vectors::facts("atlassian-data-center", &prefixed), ["key_id=123456789012"]);
        vectors::survive("atlassian-data-center", &token);
        let random = encoded(&vectors::Dice::new(3).bytes(33));
        let verdict = vectors::verdict("atlassian-data-center", &random);
        assert!(matches!(verdict, Verdict::Unsure(_)));
    }
}
