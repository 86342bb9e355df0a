//! Base58Check: Bitcoin private keys in wallet import format, extended private keys and XRP Ledger
//! seeds, whose last four decoded bytes begin the double SHA-256 of the rest.

use sha2::{Digest, Sha256};
use tightlip_model::Proof;

use super::radix::{self, BASE58, BASE58_XRP};
use super::{Entry, Now, Proven, Test, Verdict};

pub(super) const BITCOIN: Entry = Entry {
    name: "base58check",
    test: Test::Sealed { check: |key, _| judge(key, BASE58), seal: seal_bitcoin },
};

pub(super) const XRP: Entry =
    Entry { name: "base58check-xrp", test: Test::Sealed { check: check_xrp, seal: seal_xrp } };

/// The first bytes of extended private keys, by their first characters.
const EXTENDED: &[(&[u8; 4], [u8; 4])] = &[
    (b"xprv", [0x04, 0x88, 0xAD, 0xE4]),
    (b"yprv", [0x04, 0x9D, 0x78, 0x78]),
    (b"zprv", [0x04, 0xB2, 0x43, 0x0C]),
    (b"tprv", [0x04, 0x35, 0x83, 0x94]),
    (b"uprv", [0x04, 0x4A, 0x4E, 0x28]),
    (b"vprv", [0x04, 0x5F, 0x18, 0xBC]),
];

fn check_xrp(key: &[u8], _: Now) -> Proven {
    judge(key, BASE58_XRP)
}

fn judge(key: &[u8], alphabet: &[u8; 58]) -> Proven {
    let bytes = radix::base58(key, alphabet);
    let parts = bytes.as_deref().and_then(|bytes| bytes.split_last_chunk::<4>());
    match parts {
        Some((body, sum)) if sum_of(body) == *sum => {
            Proven::new(Verdict::Holds(Proof::Checksum)).fact("network", network(body))
        }
        Some(_) => Proven::new(Verdict::Fails),
        None => Proven::unsure("it is no base58 of a key's length"),
    }
}

fn sum_of(body: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(Sha256::digest(body)));
    [a, b, c, d]
}

/// Which network a decoded key is for, where its first bytes tell.
fn network(body: &[u8]) -> &'static str {
    match body {
        [0x80, ..] if matches!(body.len(), 33 | 34) => "bitcoin",
        [0xEF, ..] if matches!(body.len(), 33 | 34) => "bitcoin testnet",
        [0x04, 0x88 | 0x9D | 0xB2, ..] if body.len() == 78 => "bitcoin",
        [0x04, 0x35 | 0x4A | 0x5F, ..] if body.len() == 78 => "bitcoin testnet",
        _ => "",
    }
}

/// Random text of base58 is hardly ever a key: the key is made anew from its hash, with the first
/// bytes that give the same first characters.
fn seal_bitcoin(key: &[u8]) -> Option<Vec<u8>> {
    let secret = Sha256::digest(key);
    let mut body = Vec::new();
    if let Some((_, version)) = EXTENDED.iter().find(|(start, _)| key.starts_with(*start)) {
        body.extend_from_slice(version);
        body.extend_from_slice(&[0; 9]);
        body.extend_from_slice(&Sha256::digest(secret));
        body.push(0);
        body.extend_from_slice(&secret);
    } else {
        let (version, compressed): (u8, &[u8]) = match key.first()? {
            b'5' => (0x80, &[]),
            b'K' | b'L' => (0x80, &[1]),
            b'9' => (0xEF, &[]),
            b'c' => (0xEF, &[1]),
            _ => return None,
        };
        body.push(version);
        body.extend_from_slice(&secret);
        body.extend_from_slice(compressed);
    }
    body.extend(sum_of(&body));
    Some(radix::encode_base58(&body, BASE58))
}

fn seal_xrp(key: &[u8]) -> Option<Vec<u8>> {
    let mut body: Vec<u8> = match key {
        [b's', b'E', b'd', ..] => vec![0x01, 0xE1, 0x4B],
        [b's', ..] => vec![0x21],
        _ => return None,
    };
    body.extend_from_slice(Sha256::digest(key).get(..16)?);
    body.extend(sum_of(&body));
    Some(radix::encode_base58(&body, BASE58_XRP))
}

#[cfg(test)]
mod tests {
    use super::super::{seal, vectors};
    use super::*;

    #[test]
    fn a_sealed_key_begins_as_it_did_and_no_change_goes_unnoticed() {
        for start in ["5", "K", "9", "c", "xprv", "yprv", "zprv", "tprv", "uprv", "vprv"] {
            let key = vectors::random(start, BASE58, 50);
            vectors::guard("base58check", &key, 1..50);
            let mut sealed = key;
            seal("base58check", &mut sealed);
            assert!(
                matches!(sealed.first(), Some(b'L'))
                    || sealed.starts_with(start.as_bytes())
                    || start == "K"
            );
        }
        for start in ["s", "sEd"] {
            let mut key = vectors::random(start, BASE58_XRP, 28);
            vectors::guard("base58check-xrp", &key, 1..28);
            seal("base58check-xrp", &mut key);
            assert!(key.starts_with(start.as_bytes()));
        }
    }

    #[test]
    fn published_keys_hold() {
        // The Bitcoin wiki on wallet import format, BIP 32, and the XRP Ledger's genesis account.
        let wif = ["5HueCGU8rMjxEXxiPuD5BDku4Mk", "FqeZyd4dZ1jvhTVqvbTLvyTJ"].concat();
        let extended = [
            "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jP",
            "PqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
        ];
        let holds = Verdict::Holds(Proof::Checksum);
        assert_eq!(vectors::verdict("base58check", wif.as_bytes()), holds);
        assert_eq!(vectors::verdict("base58check", extended.concat().as_bytes()), holds);
        let genesis = ["snoPBrXtMeMyMHUVTgb", "uqAfg1SUTb"].concat();
        assert_eq!(vectors::verdict("base58check-xrp", genesis.as_bytes()), holds);
    }
}
