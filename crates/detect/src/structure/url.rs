//! Passwords and tokens in addresses: `scheme://user:password@host`, `scheme://token@host`.

use tightlip_model::{ByteSpan, Confidence, Proof};

use super::value;
use super::{Found, Site, Structure};
use crate::{entropy, filter};

/// The longest scheme.
const LONGEST_SCHEME: usize = 24;
/// The longest user and password together.
const LONGEST: usize = 600;
/// The shortest user name that may be a token by itself.
const SHORTEST_TOKEN: usize = 20;

pub(super) const STRUCTURE: Structure = Structure { name: "url-credentials", read, reach: LONGEST };

fn read(site: &Site<'_>) -> Option<Found> {
    let scheme = scheme(site.before(site.anchor.start, LONGEST_SCHEME))?;
    let start =
        site.anchor.start + site.from(site.anchor.start, 8).iter().position(|b| *b == b'/')?;
    let rest = site.from(start, LONGEST + 2).strip_prefix(b"//")?;
    let authority = rest.iter().take_while(|byte| is_authority(**byte)).count();
    site.charge(authority);
    let authority = rest.get(..authority)?;
    let at = memchr::memrchr(b'@', authority)?;
    let host = host(rest.get(at + 1..)?)?;
    let info = authority.get(..at)?;
    let begin = start + 2;
    let found = match memchr::memchr(b':', info) {
        Some(colon) => {
            let span = ByteSpan::new(begin + colon + 1, begin + at);
            password(site.text, span, host)?.fact("user", info.get(..colon)?)
        }
        None => {
            let found = token(site.text, ByteSpan::new(begin, begin + at))?;
            let after = rest.get(at + 1 + host.len()..).unwrap_or_default();
            if is_dsn(info, after) {
                found.because("it looks like a Sentry DSN, which is public", Confidence::Low)
            } else {
                found
            }
        }
    };
    Some(found.fact("scheme", scheme).fact("host", host))
}

fn scheme(before: &[u8]) -> Option<&[u8]> {
    let is_scheme = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+.-".contains(byte);
    let length = before.iter().rev().take_while(is_scheme).count();
    before.get(before.len() - length..).filter(|scheme| scheme.len() >= 2)
}

/// Whether a byte may stand between the slashes and the end of the host. Signs that an address would
/// have to escape are let through where people forget to.
fn is_authority(byte: u8) -> bool {
    byte > b' ' && byte != 0x7f && !b"/\"'`<>\\".contains(&byte)
}

fn host(rest: &[u8]) -> Option<&[u8]> {
    let is_host = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-._[]${}%".contains(byte);
    let length = rest.iter().take(255).take_while(is_host).count();
    rest.get(..length).filter(|host| host.iter().any(u8::is_ascii_alphanumeric))
}

fn password(text: &[u8], span: ByteSpan, host: &[u8]) -> Option<Found> {
    let password = span.of(text);
    let port = password.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_port = port > 0 && matches!(password.get(port), Some(b'?' | b'#' | b',' | b';' | b'&'));
    let is_variable = matches!(password, [b'%', a, b, ..] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && !b.is_ascii_hexdigit());
    let is_place = password.ends_with(b".git")
        || !password.iter().any(u8::is_ascii_alphabetic) && password.contains(&b'.');
    let is_grammar =
        is_variable || is_place || password.ends_with(b"]") && !password.contains(&b'[');
    if password.is_empty() || is_port || is_grammar {
        return None;
    }
    let found = Found::at(span, Proof::Form);
    let found = found.graded(value::worth(password)?);
    if host.contains(&b'%') || host.contains(&b'{') || host.starts_with(b"$") {
        return Some(found.lowered("the host is filled in later"));
    }
    if is_local(host) {
        if value::is_of_examples(password) {
            return None;
        }
        return Some(found.because("the host is local or an example", Confidence::Medium));
    }
    Some(found)
}

/// A user name without password: a token, if it looks like one.
fn token(text: &[u8], span: ByteSpan) -> Option<Found> {
    let token = span.of(text);
    let has = |is: fn(&u8) -> bool| token.iter().any(is);
    let is_token = token.len() >= SHORTEST_TOKEN
        && token.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.~+=".contains(byte))
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && entropy::bits_per_byte(token) >= 3.3
        && !filter::is_placeholder(token, 0);
    is_token.then(|| {
        Found::at(span, Proof::Form)
            .because("it stands alone where a user would", Confidence::Medium)
    })
}

/// Whether 32 hexadecimal digits stand before a host, and after it the number of a project: the address
/// that clients report errors to, which may only write.
fn is_dsn(key: &[u8], after: &[u8]) -> bool {
    let port = after.strip_prefix(b":").unwrap_or_default();
    let digits = port.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let path = port.get(digits..).filter(|rest| !rest.is_empty()).unwrap_or(after);
    key.len() == 32
        && key.iter().all(u8::is_ascii_hexdigit)
        && path.first() == Some(&b'/')
        && path.get(1).is_some_and(u8::is_ascii_digit)
}

fn is_local(host: &[u8]) -> bool {
    let lower = host.to_ascii_lowercase();
    let is_named =
        |name: &[u8]| lower == name || lower.ends_with(&[b".".as_slice(), name].concat());
    let names: [&[u8]; 7] = [
        b"localhost",
        b"127.0.0.1",
        b"0.0.0.0",
        b"example.com",
        b"example.org",
        b"example.net",
        b"host",
    ];
    names.into_iter().any(is_named) || lower.ends_with(b".example") || lower.ends_with(b".test")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Option<(String, Confidence)> {
        let at = text.find("://").expect("every text is an address");
        let found = read(&Site::new(text.as_bytes(), (at..at + 3).into()))?;
        let secret = found.span.of(text.as_bytes());
        Some((String::from_utf8_lossy(secret).into_owned(), found.confidence))
    }

    fn high(secret: &str) -> Option<(String, Confidence)> {
        Some((secret.to_owned(), Confidence::High))
    }

    #[test]
    fn the_password_of_any_scheme_is_found() {
        for (text, secret) in [
            ("postgres://app:q8Zr4TnB1x@db.internal:5432/x", "q8Zr4TnB1x"),
            ("'redis://:q8Zr4TnB1x@cache'", "q8Zr4TnB1x"),
            ("mongodb+srv://app:p@ss#W0rd!9@cluster.mongo.net/db", "p@ss#W0rd!9"),
            ("amqp://app:100%25sure-9X@mq/vhost", "100%25sure-9X"),
            ("https://x-access-token:q8Zr4TnB1xWvL0sM@git.internal/a", "q8Zr4TnB1xWvL0sM"),
        ] {
            assert_eq!(find(text), high(secret), "{text}");
        }
    }

    #[test]
    fn a_long_token_may_stand_for_the_user() {
        let found = find("https://q8Zr4TnB1xWvL0sMd7KpYc3H@git.internal/a");
        assert_eq!(found, Some(("q8Zr4TnB1xWvL0sMd7KpYc3H".to_owned(), Confidence::Medium)));
        assert_eq!(find("ssh://git@host.internal/a"), None);
    }

    #[test]
    fn the_address_that_errors_are_reported_to_is_public() {
        let key = "q8Zr4TnB1xWvL0sMd7KpYc3H0a1b2c3d".bytes().map(|b| format!("{:x}", b % 16));
        let key = key.collect::<String>();
        for rest in ["sentry.internal/42", "localhost:8000/1"] {
            let found = find(&format!("https://{key}@{rest}"));
            assert_eq!(found, Some((key.clone(), Confidence::Low)));
        }
        let found = find(&format!("https://{key}@git.internal/a"));
        assert_eq!(found, Some((key, Confidence::Medium)));
    }

    #[test]
    fn templates_ports_and_examples_are_no_passwords() {
        for text in [
            "http://host:8080/path@x",
            "http://host:8080?a=b@c",
            "https://${USER}:${PASS}@host",
            "https://user:<password>@host",
            "https://user:%s@host",
            "https://user:password@host",
            "https://user:xxxx@host",
            "https://user[:secret]@host",
            "https://user:***@host",
            "https://cdn.host/npm/@scope/x",
            "git://host.internal:repo.git@branch",
            "http://%HOSTIP:%HTTPPORT?a=b@c",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn a_local_host_or_a_guessable_password_lowers_the_confidence() {
        let confidence = |text: &str| find(text).map(|(_, confidence)| confidence);
        assert_eq!(confidence("amqp://a:q8Zr4TnB1x@localhost"), Some(Confidence::Medium));
        assert_eq!(confidence("postgres://postgres:postgres@db.internal"), Some(Confidence::Low));
        assert_eq!(confidence("postgres://postgres:postgres@localhost"), None);
        assert_eq!(confidence("http://user:my_password@example.com"), None);
    }
}
