//! `Authorization` headers, wherever they are written: in requests, curl commands, code, YAML, JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tightlip_model::{ByteSpan, Confidence, Proof};

use super::value;
use super::{Found, Site, Structure};
use crate::{entropy, filter};

/// The most bytes of quotes, blanks and signs between the header's name and its value.
const LONGEST_GAP: usize = 24;
/// The longest credential.
const LONGEST: usize = 8 << 10;
/// The shortest bearer token.
const SHORTEST: usize = 12;

pub(super) const STRUCTURE: Structure =
    Structure { name: "authorization-header", read, reach: LONGEST };

const NAME: &[u8] = b"authorization";
const SCHEMES: [&[u8]; 9] =
    [b"basic", b"bearer", b"token", b"apikey", b"api-key", b"key", b"sso-key", b"bot", b"oauth"];

/// Reads from the header's name, or from a scheme that is the anchor itself.
fn read(site: &Site<'_>) -> Option<Found> {
    let start = site.anchor.start;
    let has_name = site.from(start, NAME.len()).eq_ignore_ascii_case(NAME);
    if !has_name && site.before(start, 1).iter().any(u8::is_ascii_alphanumeric) {
        return None;
    }
    let quote = site.from(start, 1).iter().filter(|byte| matches!(byte, b'"' | b'\'')).count();
    let at = if has_name { after_gap(site, start + NAME.len())? } else { start + quote };
    let (scheme, value_at) = scheme(site, at)?;
    let rest = site.from(value_at, LONGEST + 1);
    let length = rest.iter().take_while(|byte| is_credential(**byte)).count();
    site.charge(length);
    if length > LONGEST || !ends_well(rest.get(length)) {
        return None;
    }
    let span = ByteSpan::new(value_at, value_at + length);
    let value = span.of(site.text);
    if scheme == b"basic" { basic(span, value) } else { bearer(span, value) }
}

/// Skips `": "`, `', '`, `=>`, `\":\"` and the like.
fn after_gap(site: &Site<'_>, at: usize) -> Option<usize> {
    let rest = site.from(at, LONGEST_GAP);
    let is_gap = |byte: &&u8| b" \t\"'`:=>,\\()[]{|".contains(byte);
    let length = rest.iter().take_while(is_gap).count();
    let has_sign = rest.get(..length)?.iter().any(|byte| b":=,".contains(byte));
    (has_sign && length < LONGEST_GAP).then_some(at + length)
}

/// The scheme at `at`, lower case, and where the credential after it begins.
fn scheme(site: &Site<'_>, at: usize) -> Option<(&'static [u8], usize)> {
    let rest = site.from(at, 16);
    let is = |scheme: &&&[u8]| {
        rest.get(..scheme.len()).is_some_and(|word| word.eq_ignore_ascii_case(scheme))
    };
    let scheme = SCHEMES.iter().filter(is).max_by_key(|scheme| scheme.len())?;
    let after = rest.get(scheme.len()..)?;
    let blanks = after.iter().take_while(|byte| **byte == b' ').count();
    let length = if after.starts_with(b"%20") { 3 } else { blanks };
    (length > 0).then_some((scheme, at + scheme.len() + length))
}

fn is_credential(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=:!*$%@#^".contains(&byte)
}

/// Whether the credential was read to its end: what follows closes it.
fn ends_well(next: Option<&u8>) -> bool {
    next.is_none_or(|byte| byte.is_ascii_whitespace() || b"\"'`,;<>)]}\\&|".contains(byte))
}

fn basic(span: ByteSpan, value: &[u8]) -> Option<Found> {
    let bare = value.strip_suffix(b"==").or(value.strip_suffix(b"=")).unwrap_or(value);
    let pair = STANDARD_NO_PAD.decode(bare).ok()?;
    let colon = memchr::memchr(b':', &pair)?;
    let (user, password) = (pair.get(..colon)?, pair.get(colon + 1..)?);
    let is_printable = pair.iter().all(|byte| (b' '..=b'~').contains(byte));
    let is_random = entropy::bits_per_byte(value) >= 3.5;
    if !is_printable {
        let found = Found::at(span, Proof::Form);
        return (value.len() >= 16 && is_random && !filter::is_placeholder(value, 0))
            .then(|| found.because("it decodes to no user and password", Confidence::Low));
    }
    let found = Found::at(span, Proof::Parsed).fact("user", user);
    value::worth(password).map(|worth| found.graded(worth))
}

fn bearer(span: ByteSpan, value: &[u8]) -> Option<Found> {
    let is_setting = value.trim_ascii_end().strip_suffix(b"==").unwrap_or(value);
    let is_setting = memchr::memchr(b'=', is_setting).is_some_and(|at| at + 1 < is_setting.len());
    let has = |is: fn(&u8) -> bool| value.iter().any(is);
    let is_random = value.len() >= SHORTEST
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && entropy::bits_per_byte(value) >= 3.0
        && !value::is_stand_in(value);
    let is_cut = memchr::memmem::find(value, b"...").is_some();
    if !is_random || is_setting || is_cut {
        return None;
    }
    let found = Found::at(span, Proof::Form);
    if value.len() < 20 || value::kinds(value) < 2 {
        return Some(found.because("it is short for a token", Confidence::Low));
    }
    let reason = "it stands in an `Authorization` header";
    let is_sure =
        value.len() >= 32 && value::kinds(value) >= 3 && entropy::bits_per_byte(value) >= 4.0;
    Some(found.because(reason, if is_sure { Confidence::High } else { Confidence::Medium }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Option<(String, Confidence)> {
        let at = text.to_lowercase().find("authorization").expect("every text has a header");
        let site = Site::new(text.as_bytes(), (at..at + NAME.len()).into());
        let found = read(&site)?;
        let secret = String::from_utf8_lossy(found.span.of(text.as_bytes())).into_owned();
        Some((secret, found.confidence))
    }

    const TOKEN: &str = "q8Zr4TnB1xWvL0sMd7KpYc3H";

    #[test]
    fn a_bearer_token_is_found_in_every_notation() {
        for text in [
            format!("Authorization: Bearer {TOKEN}\r\n"),
            format!("curl -H 'Authorization: token {TOKEN}' x"),
            format!("{{\"authorization\": \"Bearer {TOKEN}\"}}"),
            format!("headers['Authorization'] = 'Bearer {TOKEN}'"),
            format!(".header(\"Authorization\", \"Bearer {TOKEN}\")"),
            format!("\\\"Authorization\\\": \\\"Bearer {TOKEN}\\\""),
        ] {
            assert_eq!(find(&text), Some((TOKEN.to_owned(), Confidence::Medium)), "{text}");
        }
    }

    #[test]
    fn a_long_random_token_is_certain() {
        let token = format!("{TOKEN}Jt6Fu9Gi2Ao5Eq8Z");
        let found = find(&format!("Authorization: Bearer {token}"));
        assert_eq!(found, Some((token, Confidence::High)));
    }

    #[test]
    fn basic_credentials_are_decoded() {
        let value = STANDARD_NO_PAD.encode("deploy:q8Zr4TnB1x");
        let text = format!("Authorization: Basic {value}");
        assert_eq!(find(&text), Some((value, Confidence::High)));
        let value = STANDARD_NO_PAD.encode("user:password");
        assert_eq!(find(&format!("Authorization: Basic {value}")), None);
    }

    #[test]
    fn code_and_stand_ins_are_left_alone() {
        for text in [
            "Authorization: Bearer <token>",
            "Authorization: Bearer ${TOKEN}",
            "'Authorization': 'Bearer ' + token",
            "authorization = token.encode(value)",
            "Authorization: Bearer your-access-token-here",
            "The Authorization header holds a token of 12 characters",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
