//! Seeds of NATS and Stellar: base32 whose last two bytes are the CRC-16 of the others.

use tightlip_model::Proof;

use super::radix::{self, BASE32};
use super::{Entry, Now, Proven, Test, Verdict};

pub(super) const ENTRY: Entry = Entry { name: "base32-crc16", test: Test::Sealed { check, seal } };

/// What the second character of a NATS seed says of its owner.
const OWNERS: &[(u8, &str)] = &[
    (b'U', "user"),
    (b'A', "account"),
    (b'O', "operator"),
    (b'N', "server"),
    (b'C', "cluster"),
    (b'X', "curve"),
];

fn check(token: &[u8], _: Now) -> Proven {
    let bytes = radix::base32(token);
    let Some((body, sum)) = bytes.as_deref().and_then(|bytes| bytes.split_last_chunk::<2>()) else {
        return Proven::unsure("it is not base32");
    };
    if crc16(body).to_le_bytes() != *sum {
        return Proven::new(Verdict::Fails);
    }
    let owner = OWNERS.iter().find(|(letter, _)| token.len() == 58 && token.get(1) == Some(letter));
    Proven::new(Verdict::Holds(Proof::Checksum))
        .fact("principal_type", owner.map_or("", |(_, name)| *name))
}

/// CRC-16 as XMODEM has it: polynomial 0x1021, starting from zero.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
        })
    })
}

fn seal(token: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = radix::base32(token)?;
    bytes.truncate(bytes.len().checked_sub(2)?);
    bytes.extend(crc16(&bytes).to_le_bytes());
    Some(radix::encode(&bytes, BASE32))
}

#[cfg(test)]
mod tests {
    use super::super::{seal, vectors};
    use super::*;

    #[test]
    fn the_checksum_has_the_published_check_value() {
        assert_eq!(crc16(b"123456789"), 0x31C3);
    }

    #[test]
    fn the_sum_covers_the_whole_seed() {
        vectors::guard("base32-crc16", &vectors::random("S", BASE32, 55), 1..56);
        let mut seed = vectors::random("SU", BASE32, 56);
        vectors::guard("base32-crc16", &seed, 2..57);
        seal("base32-crc16", &mut seed);
        assert_eq!(vectors::facts("base32-crc16", &seed), ["principal_type=user"]);
    }
}
