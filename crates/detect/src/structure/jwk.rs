//! Private JSON web keys: the member of an object that must stay secret, wherever it stands in it.
//!
//! Whether the object is a key is the affair of the proof of the same name, which is asked here: it
//! needs the whole object, and the secret is one member.

use memchr::memmem;
use tightlip_model::{ByteSpan, Confidence, Proof};

use super::{Found, Site, Structure};
use crate::entropy;
use crate::proof::{self, Now, Verdict};

/// The most bytes looked at on either side of the anchor: a key of 4096 bits with its certificate.
const REACH: usize = 8 << 10;
/// The shortest secret.
const SHORTEST: usize = 20;

pub(super) const STRUCTURE: Structure = Structure { name: "jwk", read, reach: REACH };

fn read(site: &Site<'_>) -> Option<Found> {
    let object = object(site)?;
    let inside = object.of(site.text);
    let member = if memmem::find(inside, b"\"oct\"").is_some() { b"\"k\"" } else { b"\"d\"" };
    let secret = text_of(inside, member)?;
    let value = secret.of(inside);
    if value.len() < SHORTEST || entropy::bits_per_byte(value) < 3.5 {
        return None;
    }
    let span = ByteSpan::new(object.start + secret.start, object.start + secret.end);
    let proven = proof::lookup("jwk")?.check(inside, Now { seconds: 0 });
    let mut found = match proven.verdict {
        Verdict::Holds(proof) => Found::at(span, proof),
        Verdict::Unsure(reason) => Found::at(span, Proof::Form).because(reason, Confidence::Medium),
        Verdict::Fails => return None,
    };
    found.facts = proven.facts;
    Some(found)
}

/// The braces around the anchor and what is between them.
fn object(site: &Site<'_>) -> Option<ByteSpan> {
    let before = site.before(site.anchor.start, REACH);
    let open = memchr::memrchr2(b'{', b'}', before)?;
    let after = site.from(site.anchor.end, REACH);
    let close = memchr::memchr2(b'}', b'{', after)?;
    site.charge(before.len() - open + close);
    let is_object = before.get(open) == Some(&b'{') && after.get(close) == Some(&b'}');
    let start = site.anchor.start - (before.len() - open);
    is_object.then(|| ByteSpan::new(start, site.anchor.end + close + 1))
}

/// The text that a member has as its value.
fn text_of(object: &[u8], member: &[u8]) -> Option<ByteSpan> {
    let at = memmem::find(object, member)? + member.len();
    let gap = object.get(at..)?.iter().take(8).position(|byte| !b" :\t".contains(byte))?;
    let start = at + gap + 1;
    let is_text = gap > 0 && object.get(at + gap) == Some(&b'"');
    let length = memchr::memchr(b'"', object.get(start..)?)?;
    is_text.then(|| ByteSpan::new(start, start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Option<(String, Confidence, usize)> {
        let at = text.find("\"kty\"").expect("every text has a key");
        let found = read(&Site::new(text.as_bytes(), (at..at + 5).into()))?;
        let secret = String::from_utf8_lossy(found.span.of(text.as_bytes())).into_owned();
        Some((secret, found.confidence, found.facts.len()))
    }

    const D: &str = "q8Zr4TnB1xWvL0sMd7KpYc3HJt6Fu9Gi2Ao5Eq8Zr4T";

    #[test]
    fn the_secret_member_is_found_wherever_it_stands() {
        for text in [
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{D}","d":"{D}"}}"#),
            format!(r#"key = {{"d" : "{D}", "crv": "P-256", "kty": "EC"}};"#),
        ] {
            assert_eq!(find(&text), Some((D.to_owned(), Confidence::High, 2)), "{text}");
        }
        let text = format!(r#"{{"keys":[{{"kty":"oct","k":"{D}","kid":"a"}}]}}"#);
        assert_eq!(find(&text), Some((D.to_owned(), Confidence::High, 3)));
    }

    #[test]
    fn a_public_key_holds_none_and_a_garbled_one_leaves_a_doubt() {
        assert_eq!(find(&format!(r#"{{"kty":"RSA","n":"{D}","e":"AQAB"}}"#)), None);
        let text = format!(r#"{{"kty":"EC","d":"{D}!"}}"#);
        assert_eq!(find(&text).map(|(_, confidence, _)| confidence), Some(Confidence::Medium));
    }
}
