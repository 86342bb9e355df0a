//! JSON web tokens: three parts in base64url, joined by dots.
//!
//! What the claims say is the affair of the proof of the same name. A token that is framed right and
//! does not decode is reported with less confidence, never dropped.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use memchr::memmem;
use tightlip_model::{ByteSpan, Confidence, Proof};

use super::{Found, Site, Structure};
use crate::filter;

/// The longest token.
const LONGEST: usize = 16 << 10;
/// The shortest first and second part: `{"a":1}`.
const SHORTEST_PART: usize = 10;
/// The shortest signature anyone uses.
const SHORTEST_SIGNATURE: usize = 20;

pub(super) const STRUCTURE: Structure = Structure { name: "jwt", read, reach: LONGEST };

fn read(site: &Site<'_>) -> Option<Found> {
    let start = site.anchor.start;
    let text = site.from(start, LONGEST);
    if !text.starts_with(b"eyJ") || !begins_token(site, start) {
        return None;
    }
    let parts = Parts::read(text);
    site.charge(parts.end);
    let (header, claims) = (parts.nth(text, 0), parts.nth(text, 1));
    let is_framed = header.len() >= SHORTEST_PART && claims.len() >= SHORTEST_PART;
    if !is_framed || filter::is_placeholder(claims, 0) {
        return None;
    }
    let span = ByteSpan::new(start, start + parts.end);
    let signature = parts.nth(text, 2);
    grade(span, &decoded(header), &decoded(claims), signature)
}

fn grade(span: ByteSpan, header: &[u8], claims: &[u8], signature: &[u8]) -> Option<Found> {
    let names_algorithm = header.starts_with(b"{") && memmem::find(header, b"\"alg\"").is_some();
    let is_object = claims.starts_with(b"{") && claims.ends_with(b"}");
    if !names_algorithm && !is_object && signature.len() < SHORTEST_SIGNATURE {
        return None;
    }
    let proof = if names_algorithm { Proof::Parsed } else { Proof::Form };
    let mut found = Found::at(span, proof);
    if !names_algorithm {
        found = found.because("its header does not decode", Confidence::Medium);
    }
    if signature.len() < SHORTEST_SIGNATURE {
        found = found.because("it is not signed", Confidence::Low);
    }
    if is_object && memmem::find(claims, b"\"iss\"").is_none() {
        let reason =
            "many providers issue tokens of this form, and its claims do not say which did";
        found = found.because(reason, Confidence::High);
    }
    let is_sample = memmem::find(claims, b"\"John Doe\"").is_some()
        && memmem::find(claims, b"\"1234567890\"").is_some();
    if is_sample {
        found = found.because("its claims are those of a well-known sample", Confidence::Low);
    }
    Some(found)
}

/// Whether a token begins at `start`, rather than the second part of one or the middle of a word.
fn begins_token(site: &Site<'_>, start: usize) -> bool {
    let before = site.before(start, LONGEST);
    let Some((last, rest)) = before.split_last() else { return true };
    if *last != b'.' {
        return !is_base64url(*last) || crate::bounds::ends_escape(before);
    }
    let length = rest.iter().rev().take_while(|byte| is_base64url(**byte)).count();
    site.charge(length);
    !rest.get(rest.len() - length..).unwrap_or_default().starts_with(b"eyJ")
}

/// Where the parts of a token end; three of them, or five of an encrypted one.
struct Parts {
    spans: Vec<ByteSpan>,
    end: usize,
}

impl Parts {
    fn read(text: &[u8]) -> Self {
        let mut parts = Self { spans: Vec::new(), end: 0 };
        let mut at = 0;
        while parts.spans.len() < 5 {
            let rest = text.get(at..).unwrap_or_default();
            let length = rest.iter().take_while(|byte| is_base64url(**byte)).count();
            parts.spans.push(ByteSpan::new(at, at + length));
            at += length + padding(rest, length);
            let goes_on = text.get(at) == Some(&b'.') && (length > 0 || parts.spans.len() == 2);
            if !goes_on || parts.spans.len() == 1 && length < SHORTEST_PART {
                break;
            }
            at += 1;
        }
        if parts.spans.len() != 5 || parts.nth(text, 4).is_empty() {
            parts.spans.truncate(3);
        }
        parts.end = parts.spans.last().map_or(0, |span| span.end);
        parts
    }

    fn nth<'t>(&self, text: &'t [u8], index: usize) -> &'t [u8] {
        self.spans.get(index).map_or(&[], |span| span.of(text))
    }
}

/// How many signs fill up a part, which few encoders write.
fn padding(rest: &[u8], length: usize) -> usize {
    let signs = rest.iter().skip(length).take(3).take_while(|byte| **byte == b'=').count();
    if signs <= 2 && (length + signs).is_multiple_of(4) { signs } else { 0 }
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

fn decoded(part: &[u8]) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str, signature: &str) -> String {
        let encode = |part: &str| URL_SAFE_NO_PAD.encode(part);
        format!("{}.{}.{signature}", encode(header), encode(claims))
    }

    fn find(text: &str) -> Option<(String, Confidence)> {
        let at = text.find("eyJ").expect("every text has an anchor");
        let found = read(&Site::new(text.as_bytes(), (at..at + 3).into()))?;
        let secret = found.span.of(text.as_bytes());
        Some((String::from_utf8_lossy(secret).into_owned(), found.confidence))
    }

    const SIGNATURE: &str = "q8Zr4TnB1xWvL0sMd7KpYc3HJt6Fu9Gi2Ao5Eq8Zr4T";

    #[test]
    fn a_token_is_read_to_its_last_part() {
        let token = token(r#"{"alg":"HS256"}"#, r#"{"sub":"deploy"}"#, SIGNATURE);
        for text in [format!("Bearer {token}\"}}"), format!("jwt.{token}."), token.clone()] {
            assert_eq!(find(&text), Some((token.clone(), Confidence::High)), "{text}");
        }
    }

    #[test]
    fn padded_parts_are_read_on() {
        let token = format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0=.{SIGNATURE}=");
        let text = format!("jwt='{token}'");
        let bare = token.strip_suffix('=').expect("it ends in one").to_owned();
        assert_eq!(find(&text), Some((bare, Confidence::High)));
    }

    #[test]
    fn a_garbled_or_unsigned_token_counts_for_less() {
        let garbled = format!("eyJq8Zr4TnB1xWvL0sMd7.eyJKpYc3HJt6Fu9Gi2Ao5.{SIGNATURE}");
        assert_eq!(find(&garbled), Some((garbled.clone(), Confidence::Medium)));
        let unsigned = token(r#"{"alg":"none"}"#, r#"{"sub":"deploy"}"#, "");
        assert_eq!(find(&unsigned), Some((unsigned.clone(), Confidence::Low)));
    }

    #[test]
    fn parts_alone_and_stand_ins_are_no_tokens() {
        let token = token(r#"{"alg":"HS256"}"#, r#"{"sub":"deploy"}"#, SIGNATURE);
        let header = token.split('.').next().expect("it has a header");
        assert_eq!(find(header), None);
        assert_eq!(find("eyJhbGciOiJIUzI1NiJ9.xxxxxxxxxxxxxxxx.xxxxxxxxxxxxxxxxxxxxxxxx"), None);
        assert_eq!(find(&format!("x{token}")), None);
    }
}
