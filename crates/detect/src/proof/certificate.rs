//! X.509 certificates: whom they name, who signed them, and until when they hold.

use super::der::{Der, INTEGER, OBJECT_ID, SEQUENCE};
use super::{Entry, Now, Proven, Test, armor, text, time};

pub(super) const X509: Entry = Entry { name: "x509", test: Test::Structure(check) };

const SET: u8 = 0x31;
const UTC_TIME: u8 = 0x17;
const VERSION: u8 = 0xA0;
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// Parts of a name looked at in search of its common name.
const MOST_PARTS: usize = 32;

struct Certificate {
    subject: String,
    issuer: String,
    begins: i64,
    ends: i64,
}

fn check(token: &[u8], now: Now) -> Proven {
    let parsed = armor::open(token).and_then(|armor| parse(Der::whole(&armor.body)?));
    let Some(certificate) = parsed else {
        return Proven::unsure("the certificate does not parse");
    };
    Proven::parsed()
        .fact("issuer", certificate.issuer)
        .fact("subject", certificate.subject)
        .fact("issued_at", time::iso(certificate.begins).unwrap_or_default())
        .expires(certificate.ends, now)
}

/// Version, serial number, algorithm, issuer, validity, subject, and what is not read here.
fn parse(mut certificate: Der<'_>) -> Option<Certificate> {
    let mut body = certificate.sequence()?;
    let _ = body.read(VERSION);
    body.read(INTEGER)?;
    body.sequence()?;
    let issuer = common_name(body.sequence()?);
    let mut validity = body.sequence()?;
    let (begins, ends) = (moment(validity.any()?)?, moment(validity.any()?)?);
    let subject = common_name(body.sequence()?);
    Some(Certificate { subject, issuer, begins, ends })
}

fn common_name(mut name: Der<'_>) -> String {
    let parts = std::iter::from_fn(|| name.read(SET)).take(MOST_PARTS);
    let mut names = parts.filter_map(|part| {
        let mut pair = Der::inside(Der::inside(part).read(SEQUENCE)?);
        if pair.read(OBJECT_ID)? != COMMON_NAME {
            return None;
        }
        text::printable(pair.any()?.1)
    });
    names.next().unwrap_or_default()
}

/// Two digits of the year count from 1950.
fn moment((tag, content): (u8, &[u8])) -> Option<i64> {
    let digits = std::str::from_utf8(content).ok()?;
    if tag != UTC_TIME {
        return time::seconds(digits);
    }
    let century = if digits.as_bytes().first()? < &b'5' { "20" } else { "19" };
    time::seconds(&[century, digits].concat())
}

#[cfg(test)]
mod tests {
    use super::super::der::build::{integer, sequence, value};
    use super::super::{Verdict, lookup, radix, vectors};
    use super::*;
    use tightlip_model::Severity;

    fn pem(ends: &[u8]) -> Vec<u8> {
        let name = |text: &str| {
            let pair = sequence(&[value(OBJECT_ID, COMMON_NAME), value(0x0C, text.as_bytes())]);
            sequence(&[value(SET, &pair)])
        };
        let validity = sequence(&[value(UTC_TIME, b"240101000000Z"), value(0x18, ends)]);
        let fields = [
            value(VERSION, &integer(&[2])),
            integer(&[7]),
            sequence(&[]),
            name("Test CA"),
            validity,
            name("host.test"),
        ];
        let body = radix::encode(&sequence(&[sequence(&fields), vec![5, 0]]), radix::STANDARD);
        let body = String::from_utf8(body).expect("ASCII");
        format!("-----BEGIN {0}-----\n{body}\n-----END {0}-----", "CERTIFICATE").into_bytes()
    }

    #[test]
    fn names_and_validity_are_read() {
        let token = pem(b"20260101000000Z");
        let facts = [
            "issuer=Test CA",
            "subject=host.test",
            "issued_at=2024-01-01T00:00:00Z",
            "expires_at=2026-01-01T00:00:00Z",
        ];
        assert_eq!(vectors::facts("x509", &token), facts);
        vectors::survive("x509", &token);
    }

    #[test]
    fn an_expired_certificate_is_of_little_use() {
        let proven =
            lookup("x509").expect("registered").check(&pem(b"20250101000000Z"), vectors::NOW);
        assert_eq!(proven.severity, Some(Severity::Low));
    }

    #[test]
    fn what_is_no_certificate_is_in_doubt() {
        assert!(matches!(vectors::verdict("x509", &pem(b"never")), Verdict::Unsure(_)));
        assert!(matches!(vectors::verdict("x509", b"-----BEGIN"), Verdict::Unsure(_)));
    }
}
