//! Key stores: Java's own (JKS, JCEKS) and PKCS #12, told by the private key that is in them. A store
//! of certificates alone gives nothing away.

use memchr::memmem;
use sha2::{Digest, Sha256};
use tightlip_model::{ByteSpan, Confidence, Proof, Severity};

use super::{Found, Site, Structure};

/// How far the beginning of a store may be from the mark in it, and what is looked at behind that.
const LONGEST: usize = 64 << 10;

pub(super) const STRUCTURE: Structure = Structure { name: "key-store", read, reach: LONGEST };

/// How stores of Java begin: a mark, and version 1 or 2.
const JAVA: [&[u8]; 2] = [b"\xfe\xed\xfe\xed\0\0\0", b"\xce\xce\xce\xce\0\0\0"];
/// What stands in a PKCS #12 store between its version and the end of the first type in it.
const TYPE: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
/// The types of what holds a private key: as it is, and encrypted.
const KEYS: [&[u8]; 2] = [b"\x0d\x01\x0c\x0a\x01\x01", b"\x0d\x01\x0c\x0a\x01\x02"];

fn read(site: &Site<'_>) -> Option<Found> {
    java(site).or_else(|| pkcs12(site))
}

/// Reads a Java store up to the first private key in it.
fn java(site: &Site<'_>) -> Option<Found> {
    let before = site.before(site.anchor.start, LONGEST);
    site.charge(before.len());
    let found = JAVA.iter().filter_map(|mark| Some((memmem::rfind(before, mark)?, *mark)));
    let (at, mark) = found.max()?;
    let store = before.get(at..)?;
    let start = site.anchor.start - store.len();
    let mut rest = store.get(mark.len() + 1..)?;
    let count = u32::from_be_bytes(take(&mut rest)?);
    for _ in 0..count {
        let kind = u32::from_be_bytes(take(&mut rest)?);
        let alias = text(&mut rest)?;
        let _made: [u8; 8] = take(&mut rest)?;
        match kind {
            1 => {
                content(&mut rest).filter(|key| key.starts_with(b"\x30"))?;
                let span = ByteSpan::new(start, start + store.len() - rest.len());
                return Some(found_at(site, span, b"JKS").fact("alias", alias));
            }
            2 => {
                text(&mut rest)?;
                content(&mut rest)?;
            }
            _ => return None,
        }
    }
    None
}

/// Takes a text after its length.
fn text<'t>(bytes: &mut &'t [u8]) -> Option<&'t [u8]> {
    let length = usize::from(u16::from_be_bytes(take(bytes)?));
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(text)
}

/// Takes a key or certificate after its length.
fn content<'t>(bytes: &mut &'t [u8]) -> Option<&'t [u8]> {
    let length = usize::try_from(u32::from_be_bytes(take(bytes)?)).ok()?;
    let (content, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(content)
}

/// Reads a PKCS #12 store: its version, and whether a key is to be seen in it.
fn pkcs12(site: &Site<'_>) -> Option<Found> {
    let oid = site.anchor.end.checked_sub(TYPE.len())?;
    if !site.from(oid, TYPE.len()).starts_with(TYPE) {
        return None;
    }
    let before = site.before(oid, 20);
    let version = memmem::rfind(before, b"\x02\x01\x03\x30")?;
    let head = before.get(..version)?;
    let length = [6, 5, 4, 3, 2].into_iter().find(|length| {
        let at = head.len().checked_sub(*length);
        at.and_then(|at| head.get(at..)).is_some_and(is_sequence)
    })?;
    let start = oid - before.len() + version - length;
    let store = site.from(start, LONGEST);
    site.charge(store.len());
    if !KEYS.iter().any(|kind| memmem::find(store, kind).is_some()) {
        return None;
    }
    let span = ByteSpan::new(start, start + size(store).unwrap_or(store.len()).min(store.len()));
    Some(found_at(site, span, b"PKCS #12"))
}

/// Whether these bytes are the head of a sequence and nothing else.
fn is_sequence(head: &[u8]) -> bool {
    match head {
        [0x30, 0x80] => true,
        [0x30, length, rest @ ..] => *length > 0x80 && rest.len() == usize::from(*length & 0x7f),
        _ => false,
    }
}

/// The length of the sequence that begins here, head included; `None` when it does not say.
fn size(store: &[u8]) -> Option<usize> {
    let digits = usize::from(store.get(1)?.checked_sub(0x80)?);
    let digits =
        store.get(2..2 + digits).filter(|digits| !digits.is_empty() && digits.len() < 5)?;
    let length = digits.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    Some(length + 2 + digits.len())
}

/// A store at `span`. Its digest stands for the key, which only a password opens.
fn found_at(site: &Site<'_>, span: ByteSpan, format: &[u8]) -> Found {
    let digest = Sha256::digest(span.of(site.text));
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut found = Found::at(span, Proof::Parsed).fact("format", format);
    found.severity = Severity::Medium;
    found.secret = Some(format!("sha256:{digits}").into_bytes());
    found.because("a private key is in it, behind a password", Confidence::Medium)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (field, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn java_store(kind: u32) -> Vec<u8> {
        let mut store = b"\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\x01".to_vec();
        store.extend(kind.to_be_bytes());
        store.extend(b"\0\x05deploy"[..7].iter());
        store.extend([0; 8]);
        if kind == 1 {
            store.extend(b"\0\0\0\x06\x30\x04key!\0\0\0\x01");
        }
        store.extend(b"\0\x05X.509\0\0\0\x02\x30\x00");
        store
    }

    fn store(key: &[u8]) -> Vec<u8> {
        let inner = [b"\x02\x01\x03\x30\x80".as_slice(), TYPE, b"\xa0\x80", key].concat();
        [b"\x30\x81", [u8::try_from(inner.len()).unwrap_or(0)].as_slice(), &inner].concat()
    }

    fn find(text: &[u8], anchor: &[u8]) -> Option<Found> {
        let at = memmem::find(text, anchor)?;
        read(&Site::new(text, (at..at + anchor.len()).into()))
    }

    #[test]
    fn a_store_with_a_private_key_is_found_and_one_without_is_not() {
        let found = find(&java_store(1), b"X.509").expect("a key is in it");
        assert_eq!(found.facts[1], ("alias".to_owned(), "deplo".to_owned()));
        assert_eq!((found.span.start, found.severity), (0, Severity::Medium));
        assert_eq!(find(&java_store(2), b"X.509"), None);
        assert_eq!(find(b"a text about X.509", b"X.509"), None);
    }

    #[test]
    fn a_pkcs12_store_is_found_whole_when_a_key_is_seen_in_it() {
        let bytes = store(b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02");
        let text = [b"before".as_slice(), &bytes, b"after"].concat();
        let found = find(&text, b"\x0d\x01\x07\x01").expect("a key is in it");
        assert_eq!(found.span, ByteSpan::new(6, 6 + bytes.len()));
        assert_eq!(find(&store(b"\x30\x00"), b"\x0d\x01\x07\x01"), None);
        assert_eq!(find(b"\x0d\x01\x07\x01", b"\x0d\x01\x07\x01"), None);
    }
}
