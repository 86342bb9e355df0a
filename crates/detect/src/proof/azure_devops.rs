//! Azure DevOps tokens of 52 base32 characters: four of the 32 bytes are the CRC-32 of the others,
//! masked by one constant for users and another for applications.

use tightlip_model::Proof;

use super::radix::{self, BASE32};
use super::{Entry, Now, Proven, Test, Verdict};

pub(super) const CRC32: Entry =
    Entry { name: "azure-devops-crc", test: Test::Sealed { check, seal } };

const USER: u32 = 0xE0B9_692D;
const APPLICATION: u32 = 0x1019_F92E;
/// Where the checksum's bytes stand, the low one first.
const SUM_AT: [usize; 4] = [22, 8, 7, 2];

fn check(token: &[u8], _: Now) -> Proven {
    let Some((crc, sum)) = sums(token) else {
        return Proven::unsure("it is not 52 characters of base32");
    };
    match crc ^ sum {
        USER => Proven::new(Verdict::Holds(Proof::Checksum)).fact("principal_type", "user"),
        APPLICATION => {
            Proven::new(Verdict::Holds(Proof::Checksum)).fact("principal_type", "application")
        }
        _ => Proven::new(Verdict::Fails),
    }
}

/// The CRC-32 of the 28 bytes it covers, and the sum the token carries.
fn sums(token: &[u8]) -> Option<(u32, u32)> {
    let bytes = radix::base32(token).filter(|bytes| bytes.len() == 32 && token.len() == 52)?;
    let covered = bytes.iter().enumerate().filter(|(at, _)| !SUM_AT.contains(at));
    let covered: Vec<u8> = covered.map(|(_, byte)| *byte).collect();
    let mut sum = [0; 4];
    for (to, at) in sum.iter_mut().zip(SUM_AT) {
        *to = *bytes.get(at)?;
    }
    Some((crc32fast::hash(&covered), u32::from_le_bytes(sum)))
}

fn seal(token: &[u8]) -> Option<Vec<u8>> {
    let (crc, _) = sums(token)?;
    let mut bytes = radix::base32(token)?;
    for (byte, at) in (crc ^ USER).to_le_bytes().into_iter().zip(SUM_AT) {
        *bytes.get_mut(at)? = byte;
    }
    Some(radix::encode(&bytes, BASE32).to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::{seal, vectors};

    #[test]
    fn the_sum_covers_every_byte_but_the_last_bits() {
        let token = vectors::random("", b"abcdefghijklmnopqrstuvwxyz234567", 52);
        vectors::guard("azure-devops-crc", &token, 0..51);
        let mut sealed = token;
        seal("azure-devops-crc", &mut sealed);
        assert_eq!(vectors::facts("azure-devops-crc", &sealed), ["principal_type=user"]);
    }
}
