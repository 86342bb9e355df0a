//! Private keys between a `-----BEGIN … PRIVATE KEY-----` and its end.
//!
//! The secret is the whole key, from the first dash to the last; its bytes are laid out afresh (line
//! feeds, 64 characters a line), so that one key has one fingerprint however a file wraps it.

mod body;

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use tightlip_model::{ByteSpan, Confidence, Proof, Severity};

use self::body::{Body, Ending};
use super::{Found, Site, Structure};
use crate::{entropy, filter};

/// The longest key, header and end included.
const LONGEST: usize = 64 << 10;
/// The longest label between the dashes.
const LONGEST_LABEL: usize = 64;
/// The shortest body of a key: an elliptic scalar and little else.
const SHORTEST: usize = 40;
/// The shortest body that makes a key of one whose end is missing.
const SHORTEST_CUT: usize = 64;

pub(super) const STRUCTURE: Structure = Structure { name: "pem-private-key", read, reach: LONGEST };

fn read(site: &Site<'_>) -> Option<Found> {
    let text = site.from(site.anchor.start, LONGEST);
    let label = label(text.strip_prefix(b"-----BEGIN ")?)?;
    if !is_private(label) {
        return None;
    }
    let header = b"-----BEGIN ".len() + label.len() + b"-----".len();
    let body = Body::read(text, header);
    site.charge(body.end);
    let span = ByteSpan::new(site.anchor.start, site.anchor.start + body.end);
    match body.ending {
        Ending::Closed if is_key_text(&body.base64, SHORTEST) => Some(found(span, label, &body)),
        Ending::Cut if is_cut_key(label, &body.base64) => {
            let found = found(span, label, &body);
            // All of a value that says how long it is may be there without the line that closes it.
            let is_whole = found.proof == Proof::Parsed && body.base64.starts_with(b"M");
            let most = if is_whole { Confidence::Medium } else { Confidence::Low };
            Some(found.because("the end of the key is missing", most))
        }
        Ending::Closed | Ending::Cut => None,
    }
}

/// The label up to the dashes that close it.
fn label(rest: &[u8]) -> Option<&[u8]> {
    let is_label =
        |byte: &&u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b' ';
    let length = rest.iter().take(LONGEST_LABEL).take_while(is_label).count();
    let (label, after) = rest.split_at_checked(length)?;
    after.starts_with(b"-----").then_some(label)
}

fn is_private(label: &[u8]) -> bool {
    label.ends_with(b"PRIVATE KEY")
        || label.ends_with(b"PRIVATE KEY BLOCK")
        || label == b"OPENVPN STATIC KEY V1"
}

/// Whether a body is long and varied enough for key material.
fn is_key_text(base64: &[u8], shortest: usize) -> bool {
    let body = base64.get(..base64.len().min(4096)).unwrap_or_default();
    base64.len() >= shortest
        && entropy::distinct(body) >= 14
        && filter::stand_in_word(body.get(..body.len().min(64)).unwrap_or_default()).is_none()
        && !is_written_by_hand(body)
}

/// Whether one character is repeated over a good part of the body, as in a drawing of a key. The
/// `A` stands for zero bytes and may be.
fn is_written_by_hand(body: &[u8]) -> bool {
    let without: Vec<u8> = body.iter().copied().filter(|byte| *byte != b'A').collect();
    filter::longest_repeat(&without) * 4 >= body.len()
}

/// Whether a body without an end is that of a key all the same: it begins as keys do.
fn is_cut_key(label: &[u8], base64: &[u8]) -> bool {
    let is_sequence = matches!(base64, [b'M', b'A'..=b'P', ..]);
    let is_known =
        is_sequence || base64.starts_with(b"b3BlbnNzaC1rZXkt") || label.starts_with(b"PGP");
    is_known && is_key_text(base64, SHORTEST_CUT)
}

fn found(span: ByteSpan, label: &[u8], body: &Body) -> Found {
    let parsed = parses(label, &body.base64);
    let proof = if parsed { Proof::Parsed } else { Proof::Form };
    let mut found = Found::at(span, proof).fact("format", label);
    if !parsed && !label.starts_with(b"PGP") {
        found = found.because("what it encloses does not decode to a key", Confidence::Medium);
    }
    if is_encrypted(label, body) {
        found.severity = Severity::Medium;
        found = found.because("a passphrase protects it", Confidence::High);
    }
    found.secret = Some(normalised(label, body));
    found
}

/// Whether the body decodes to one DER value that fills it, or to the magic of OpenSSH.
fn parses(label: &[u8], base64: &[u8]) -> bool {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&alphabet::STANDARD, config);
    let Ok(bytes) = engine.decode(base64) else { return false };
    if label.starts_with(b"OPENSSH") {
        return bytes.starts_with(b"openssh-key-v1\0");
    }
    match bytes.as_slice() {
        [0x30, length @ 0..=0x7f, rest @ ..] => rest.len() == usize::from(*length),
        [0x30, 0x81, length, rest @ ..] => rest.len() == usize::from(*length),
        [0x30, 0x82, high, low, rest @ ..] => {
            rest.len() == usize::from(*high) << 8 | usize::from(*low)
        }
        _ => false,
    }
}

fn is_encrypted(label: &[u8], body: &Body) -> bool {
    let says_so = |header: &Vec<u8>| header.ends_with(b"ENCRYPTED");
    label.starts_with(b"ENCRYPTED") || body.headers.iter().any(says_so)
}

/// The key as a file of its own would hold it.
fn normalised(label: &[u8], body: &Body) -> Vec<u8> {
    let mut out = [b"-----BEGIN ", label, b"-----\n"].concat();
    for header in &body.headers {
        out.extend_from_slice(header);
        out.push(b'\n');
    }
    if !body.headers.is_empty() {
        out.push(b'\n');
    }
    for line in body.base64.chunks(64) {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    if body.ending == Ending::Closed {
        out.extend_from_slice(&[b"-----END ", label, b"-----"].concat());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key of 68 random-looking characters in the frame of one.
    fn key() -> String {
        let body = "MDECAQEEIGx7Zk2uTq1VwYpB3oN8sRfJc5HdLeA0iXmKtUgS9yQroAoGCCqGSM49AwEH";
        let (first, second) = body.split_at(64);
        format!("-----BEGIN EC {}-----\n{first}\n{second}\n-----END EC {0}-----", "PRIVATE KEY")
    }

    fn find(text: &str) -> Option<Found> {
        let at = text.find("-----BEGIN").expect("every text has a header");
        read(&Site::new(text.as_bytes(), ByteSpan::new(at, at + 10)))
    }

    fn secret(text: &str) -> String {
        let secret = find(text).and_then(|found| found.secret);
        String::from_utf8(secret.unwrap_or_default()).expect("a key is ASCII")
    }

    #[test]
    fn one_key_is_the_same_secret_however_it_is_written() {
        let key = key();
        let lines: Vec<&str> = key.lines().collect();
        for text in [
            key.clone(),
            key.replace('\n', "\r\n"),
            key.replace('\n', "\r"),
            key.replace('\n', "\\n"),
            key.replace('\n', "\\r\\n"),
            key.replace('\n', "\\\\n"),
            key.replace('\n', " "),
            key.replace('\n', "\n    "),
            key.replace('\n', "\n> "),
            key.replace('\n', "\n# "),
            format!("\"{}\"", lines.join("\\n\" +\n    \"")),
            format!("'{}'", lines.join("'\n  . '")),
            format!("`{}`", key),
        ] {
            assert_eq!(secret(&text), key, "{text}");
            let found = find(&text).expect("it was just found");
            assert!(found.span.of(text.as_bytes()).starts_with(b"-----BEGIN"));
            assert!(found.span.of(text.as_bytes()).ends_with(b"KEY-----"));
        }
    }

    #[test]
    fn a_header_without_a_key_is_no_key() {
        let header = format!("-----BEGIN RSA {}-----", "PRIVATE KEY");
        let end = header.replace("BEGIN", "END");
        for body in ["", "...", "<your key here>", "MIIE... (the rest)", &"x".repeat(400)] {
            assert_eq!(find(&format!("{header}\n{body}\n{end}")), None, "{body}");
        }
        assert_eq!(find(&header), None);
        assert_eq!(find(&format!("if text.startswith('{header}'):\n    return load(text)")), None);
    }

    #[test]
    fn a_key_without_its_end_is_reported_with_little_confidence() {
        let key = key();
        let cut = &key[..key.find("-----END").expect("it has an end")];
        assert_eq!(find(cut).map(|found| found.confidence), Some(Confidence::Medium));
        let half = &key[..key.find("BEG").expect("it has a header") + 80];
        assert_eq!(find(half).map(|found| found.confidence), None);
        assert_eq!(
            find(cut.trim_end_matches("wEH\n")).map(|f| f.confidence),
            Some(Confidence::Low)
        );
    }

    #[test]
    fn public_keys_and_certificates_are_no_secrets() {
        for label in ["PUBLIC KEY", "CERTIFICATE"] {
            assert_eq!(find(&key().replace("EC PRIVATE KEY", label)), None);
        }
    }

    #[test]
    fn a_passphrase_lowers_the_severity() {
        let key =
            key().replacen('\n', "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n", 1);
        let found = find(&key).expect("it is a key all the same");
        assert_eq!(found.severity, Severity::Medium);
        assert_eq!(found.secret.as_deref(), Some(key.as_bytes()));
    }
}
