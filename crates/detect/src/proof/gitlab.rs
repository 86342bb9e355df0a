//! Routable GitLab tokens: the CRC-32 in base 36 of all before it, and a payload that names the
//! cell, organisation, project, group or user the token belongs to.

use tightlip_model::Proof;

use super::base_digits::{BASE36, digits, number};
use super::check_digits::{CheckDigits, Expected, part_end};
use super::{Entry, Now, Proven, Test, Verdict, radix};

pub(super) const ROUTABLE: Entry = Entry {
    name: "gitlab-routable",
    test: Test::Sealed { check, seal: |token| DIGITS.sealed(token) },
};

const DIGITS: CheckDigits = CheckDigits::strict(expected);

/// Keys of the payload and the facts they stand for.
const ROUTES: &[(u8, &str)] = &[
    (b'u', "account"),
    (b'o', "organization"),
    (b'g', "group"),
    (b'p', "project"),
    (b'c', "cell"),
];

fn expected(token: &[u8]) -> Option<Expected> {
    let (before, _) = part_end(token, 7)?;
    let (_, dot) = part_end(before, 3)?;
    if !dot.starts_with(b".") {
        return None;
    }
    Expected::at_end(token, digits(crc32fast::hash(before), BASE36, 7))
}

fn check(token: &[u8], _: Now) -> Proven {
    let mut proven = DIGITS.check(token);
    if proven.verdict != Verdict::Holds(Proof::Checksum) {
        return proven;
    }
    let routing = routing(token).unwrap_or_default();
    for (key, fact) in ROUTES {
        let line =
            routing.split(|&byte| byte == b'\n').find(|line| line.starts_with(&[*key, b':']));
        let value = line.and_then(|line| number(line.get(2..)?, BASE36));
        proven = proven.fact(fact, value.map(|value| value.to_string()).unwrap_or_default());
    }
    proven
}

/// The lines `key:number` that stand behind the random bytes; the last byte counts them.
fn routing(token: &[u8]) -> Option<Vec<u8>> {
    let head = token.split(|&byte| byte == b'.').next()?;
    let (prefix, encoded) = head.split_at(head.iter().position(|&byte| byte == b'-')? + 1);
    let encoded = match encoded {
        [b't', b'1'..=b'3', b'_', rest @ ..] if prefix.starts_with(b"glrt") => rest,
        _ => encoded,
    };
    let mut payload = radix::base64(encoded)?;
    let length = usize::from(payload.pop()?);
    let (_, lines) = part_end(&payload, length)?;
    Some(lines.to_vec())
}

#[cfg(test)]
mod tests {
    use super::super::{seal, vectors};
    use super::radix;

    fn token(prefix: &str, routing: &str) -> Vec<u8> {
        let mut payload = vectors::Dice::new(2).bytes(16);
        payload.extend_from_slice(routing.as_bytes());
        payload.push(u8::try_from(routing.len()).expect("short"));
        let encoded = radix::encode(&payload, radix::URL_SAFE);
        let mut token = prefix.as_bytes().to_vec();
        token.extend_from_slice(&encoded);
        token.extend_from_slice(format!(".01.{:0>2}0000000", encoded.len() % 36).as_bytes());
        token
    }

    #[test]
    fn the_digits_cover_everything_before_them() {
        let token = token("glpat-", "o:1\nu:zz");
        let end = token.len() - 7;
        vectors::guard("gitlab-routable", &token, 0..end - 3);
        vectors::guard("gitlab-routable", &token, end - 2..end);
    }

    #[test]
    fn the_payload_names_what_the_token_belongs_to() {
        for prefix in ["glpat-", "glrt-t1_"] {
            let mut token = token(prefix, "c:1\no:a\nu:zz");
            assert!(seal("gitlab-routable", &mut token));
            let facts = vectors::facts("gitlab-routable", &token);
            assert_eq!(facts, ["account=1295", "organization=10", "cell=1"]);
        }
    }
}
