//! Private keys in the files of PuTTY.

use memchr::memmem;
use tightlip_model::{ByteSpan, Confidence, Proof, Severity};

use super::{Found, Site, Structure};

/// The longest key file.
const LONGEST: usize = 64 << 10;
const HEADER: &[u8] = b"PuTTY-User-Key-File-";

pub(super) const STRUCTURE: Structure = Structure { name: "putty-key", read, reach: LONGEST };

/// Reads from the first line to the one with the check code, and never past the header of another
/// key.
fn read(site: &Site<'_>) -> Option<Found> {
    let text = site.from(site.anchor.start, LONGEST);
    let after = text.strip_prefix(HEADER)?;
    let length = HEADER.len() + memmem::find(after, HEADER).unwrap_or(after.len());
    let text = text.get(..length)?;
    site.charge(text.len());
    let lines = memmem::find(text, b"Private-Lines: ")?;
    let code = lines + memmem::find(text.get(lines..)?, b"Private-MAC: ")? + b"Private-MAC: ".len();
    let digits = text.get(code..)?.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    if digits < 40 {
        return None;
    }
    let span = ByteSpan::new(site.anchor.start, site.anchor.start + code + digits);
    let mut found = Found::at(span, Proof::Parsed).fact("comment", value(text, b"Comment: "));
    if value(text, b"Encryption: ") != b"none" {
        found.severity = Severity::Medium;
        found = found.because("a passphrase protects it", Confidence::High);
    }
    Some(found)
}

/// The rest of the line that begins with `name`.
fn value<'t>(text: &'t [u8], name: &[u8]) -> &'t [u8] {
    let Some(at) = memmem::find(text, name) else { return &[] };
    let rest = text.get(at + name.len()..).unwrap_or_default();
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n' | b'\\');
    rest.split(is_end).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Option<Found> {
        read(&Site::new(text.as_bytes(), (0..20).into()))
    }

    #[test]
    fn a_key_file_is_found_whole_and_its_passphrase_counts() {
        let file = |encryption: &str| {
            format!(
                "PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: {encryption}\r\nComment: \
                 me\r\nPrivate-Lines: 1\r\nq8Zr4TnB1xWvL0sM\r\nPrivate-MAC: {}",
                "0a1b2c3d".repeat(5)
            )
        };
        let text = format!("{}\r\n", file("none"));
        let found = find(&text).expect("it is a key");
        assert_eq!(found.span, ByteSpan::new(0, text.len() - 2));
        assert_eq!(found.facts, [("comment".to_owned(), "me".to_owned())]);
        let found = find(&file("aes256-cbc")).expect("it is a key");
        assert_eq!(found.severity, Severity::Medium);
    }

    #[test]
    fn a_header_alone_is_no_key() {
        assert_eq!(find("PuTTY-User-Key-File-3: ssh-ed25519\nPuTTY-User-Key-File-3: "), None);
    }
}
