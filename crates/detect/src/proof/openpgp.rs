//! `OpenPGP` secret key blocks: the first packet holds the key, a later one names its owner.

use super::armor::crc24;
use super::pem::Key;
use super::{der, radix, text, time};

const SECRET_KEY: u8 = 5;
const USER_ID: u8 = 13;
/// Packets looked at in search of the owner.
const MOST_PACKETS: usize = 64;

/// What is left to read of a block or a packet.
struct Packets<'a> {
    rest: &'a [u8],
}

impl<'a> Packets<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// A big-endian number of `length` bytes, at most four.
    fn number(&mut self, length: usize) -> Option<usize> {
        let bytes = self.take(length)?;
        usize::try_from(bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))).ok()
    }

    /// The tag and body of the next packet.
    fn packet(&mut self) -> Option<(u8, &'a [u8])> {
        let head = u8::try_from(self.number(1)?).ok()?;
        if head & 0xC0 == 0xC0 {
            let length = match self.number(1)? {
                first @ 0..=191 => first,
                first @ 192..=223 => (first - 192) * 256 + self.number(1)? + 192,
                255 => self.number(4)?,
                _ => return None,
            };
            return Some((head & 0x3F, self.take(length)?));
        }
        if head & 0x80 == 0 || head & 3 == 3 {
            return None;
        }
        let length = self.number(1 << (head & 3))?;
        Some((head >> 2 & 0x0F, self.take(length)?))
    }

    /// A number behind its length in bits.
    fn integer(&mut self) -> Option<&'a [u8]> {
        let bits = self.number(2)?;
        self.take(bits.div_ceil(8))
    }
}

/// Reads the decoded body of a `PGP PRIVATE KEY BLOCK`; `checksum` is its armour's, where it has one.
pub(super) fn key(body: &[u8], checksum: Option<&[u8]>) -> Option<Key> {
    let sum = crc24(body).to_be_bytes();
    if checksum.is_some_and(|digits| radix::base64(digits).as_deref() != sum.get(1..)) {
        return None;
    }
    let mut packets = Packets { rest: body };
    let (tag, secret) = packets.packet()?;
    let mut key = if tag == SECRET_KEY { secret_key(secret)? } else { return None };
    let owner = std::iter::from_fn(|| packets.packet())
        .take(MOST_PACKETS)
        .find(|(tag, _)| *tag == USER_ID)
        .and_then(|(_, name)| text::printable(name));
    key.facts.insert(0, ("account", owner.unwrap_or_default()));
    Some(key)
}

/// Version, creation time, algorithm, public numbers, then how the secret ones are protected.
fn secret_key(packet: &[u8]) -> Option<Key> {
    let mut packet = Packets { rest: packet };
    let version = packet.number(1)?;
    if !matches!(version, 4..=6) {
        return None;
    }
    let created = i64::try_from(packet.number(4)?).ok()?;
    let algorithm = packet.number(1)?;
    if version > 4 {
        packet.take(4)?;
    }
    let (kind, bits) = public_numbers(algorithm, &mut packet)?;
    let mut key = Key::clear(kind, bits);
    key.encrypted = packet.number(1)? != 0;
    key.facts.push(("issued_at", time::iso(created).unwrap_or_default()));
    Some(key)
}

/// The name of an algorithm and the length of its key, leaving what follows the public numbers.
fn public_numbers(algorithm: usize, packet: &mut Packets<'_>) -> Option<(&'static str, usize)> {
    let (name, more) = match algorithm {
        1..=3 => ("RSA", 1),
        16 => ("ElGamal", 2),
        17 => ("DSA", 3),
        18 | 19 | 22 => {
            let length = packet.number(1)?;
            packet.take(length)?;
            let point = der::bits(packet.integer()?);
            if algorithm == 18 {
                let parameters = packet.number(1)?;
                packet.take(parameters)?;
            }
            let name = if algorithm == 22 { "EdDSA" } else { "EC" };
            // A point begins with 0x40 and one coordinate, or 0x04 and two.
            return Some((name, if algorithm == 22 { 256 } else { point / 16 * 8 }));
        }
        25 | 27 => {
            packet.take(32)?;
            return Some((if algorithm == 25 { "X25519" } else { "Ed25519" }, 256));
        }
        _ => return None,
    };
    let bits = der::bits(packet.integer()?);
    for _ in 0..more {
        packet.integer()?;
    }
    Some((name, bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(usage: u8) -> Vec<u8> {
        let mut modulus = vec![0xFF; 256];
        modulus[255] = 1;
        let created = 1_750_000_000_u32.to_be_bytes();
        let public = [&[4][..], &created, &[1, 8, 0], &modulus, &[0, 17, 1, 0, 1]].concat();
        let secret = [public, vec![usage, 1, 2, 3]].concat();
        let length = u16::try_from(secret.len()).expect("short").to_be_bytes();
        let owner = b"Robot <robot@host.test>";
        let named = [&[0xC0 | 13, u8::try_from(owner.len()).expect("short")][..], owner].concat();
        [&[0x80 | 5 << 2 | 1][..], &length, &secret, &named].concat()
    }

    #[test]
    fn owner_time_and_protection_are_read() {
        for (usage, encrypted) in [(0, false), (254, true)] {
            let key = key(&body(usage), None).expect("it parses");
            assert_eq!((key.kind.as_str(), key.bits, key.encrypted), ("RSA", 2048, encrypted));
            let owner = ("account", "Robot <robot@host.test>".to_owned());
            assert_eq!(key.facts, [owner, ("issued_at", "2025-06-15T15:06:40Z".to_owned())]);
        }
    }

    #[test]
    fn a_wrong_checksum_of_the_armour_is_refused() {
        let body = body(0);
        let right = radix::encode(&crc24(&body).to_be_bytes()[1..], radix::STANDARD);
        assert!(key(&body, Some(&right)).is_some());
        assert!(key(&body, Some(b"AAAA")).is_none());
    }

    #[test]
    fn a_cut_packet_is_refused() {
        let whole = body(0);
        for end in 0..270 {
            assert!(key(&whole[..end], None).is_none(), "{end}");
        }
    }
}
