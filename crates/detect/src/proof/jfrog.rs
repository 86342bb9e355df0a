//! `JFrog` reference tokens: base64 of a version, the moment of expiry (0 for never) and the rest.

use super::{Entry, Now, Proven, Test, radix};

pub(super) const REFERENCE: Entry = Entry { name: "jfrog-reftkn", test: Test::Structure(check) };

fn check(token: &[u8], now: Now) -> Proven {
    let decoded = radix::base64(token).unwrap_or_default();
    let mut parts = decoded.split(|&byte| byte == b':');
    let expiry = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(b"reftkn"), Some(_), Some(expiry), Some(_)) => expiry,
        _ => return Proven::unsure("it does not decode to a reference token"),
    };
    let expiry = std::str::from_utf8(expiry).ok().and_then(|digits| digits.parse::<u32>().ok());
    match expiry {
        Some(0) => Proven::parsed().fact("lifetime", "unlimited"),
        Some(seconds) => Proven::parsed().expires(i64::from(seconds), now),
        None => Proven::unsure("its expiry is no number"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Verdict, lookup, radix, vectors};
    use tightlip_model::Severity;

    fn token(expiry: &str) -> Vec<u8> {
        let text = format!("reftkn:01:{expiry}:{}", "x".repeat(27));
        radix::encode(text.as_bytes(), radix::STANDARD)
    }

    #[test]
    fn the_expiry_is_read() {
        assert_eq!(vectors::facts("jfrog-reftkn", &token("0000000000")), ["lifetime=unlimited"]);
        let old = token("1600000000");
        assert_eq!(vectors::facts("jfrog-reftkn", &old), ["expires_at=2020-09-13T12:26:40Z"]);
        let proven = lookup("jfrog-reftkn").expect("registered").check(&old, vectors::NOW);
        assert_eq!(proven.severity, Some(Severity::Low));
        vectors::survive("jfrog-reftkn", &old);
    }

    #[test]
    fn what_decodes_to_something_else_is_in_doubt() {
        for token in [token("soon"), b"cmVmdGtu".to_vec(), Vec::new()] {
            assert!(matches!(vectors::verdict("jfrog-reftkn", &token), Verdict::Unsure(_)));
        }
    }
}
