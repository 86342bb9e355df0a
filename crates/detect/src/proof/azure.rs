//! Microsoft's identifiable keys: a signature of four characters, then a Marvin32 checksum whose
//! seed tells what the key may do. Also the common annotated keys of 84 characters, which carry
//! the month of their issue and the service that issued them.

use tightlip_model::Proof;

use super::base_digits::BASE62;
use super::marvin::marvin32;
use super::radix::{self, STANDARD, URL_SAFE};
use super::{Entry, Now, Proven, Test, Verdict, text, time};

pub(super) const MARVIN: Entry = Entry { name: "azure-marvin", test: Test::Sealed { check, seal } };

const DEFAULT_SEED: &[u8; 8] = b"Default0";
const DOUBT: Verdict = Verdict::Unsure("its checksum is not one this service is known to make");

/// The keys of one service.
struct Service {
    signature: &'static [u8; 4],
    /// The length of the decoded key.
    length: usize,
    /// The seeds its checksums are made with, and the right or kind each stands for.
    seeds: &'static [(&'static [u8; 8], &'static str)],
    /// What a checksum of no known seed means: a service with several may have more.
    otherwise: Verdict,
}

const MESSAGING: &[(&[u8; 8], &str)] = &[
    (b"Send0000", "send"),
    (b"Listen00", "listen"),
    (b"Manage00", "manage"),
    (b"System00", "system"),
    (b"Unknown0", ""),
];

const SERVICES: &[Service] = &[
    Service {
        signature: b"+ASt",
        length: 64,
        seeds: &[(DEFAULT_SEED, "")],
        otherwise: Verdict::Fails,
    },
    Service {
        signature: b"+ABa",
        length: 64,
        seeds: &[(b"AbAcct00", "")],
        otherwise: Verdict::Fails,
    },
    Service {
        signature: b"+AMC",
        length: 64,
        seeds: &[(b"Classic0", "")],
        otherwise: Verdict::Fails,
    },
    Service {
        signature: b"ACDb",
        length: 64,
        seeds: &[
            (b"MastRW00", "read and write"),
            (b"MastRO00", "read"),
            (b"Resour00", "resource"),
            (b"SystRW00", "system read and write"),
            (b"SystRO00", "system read"),
            (b"SysAll00", "system"),
            (b"Encryp00", "encryption"),
        ],
        otherwise: DOUBT,
    },
    Service {
        signature: b"APIM",
        length: 64,
        seeds: &[
            (b"IoTHub00", "subscription"),
            (b"Tenant00", "direct management"),
            (b"Gatewy00", "gateway"),
            (b"GitKey00", "repository"),
        ],
        otherwise: DOUBT,
    },
    Service {
        signature: b"AzFu",
        length: 40,
        seeds: &[(b"Functi00", "function"), (b"System00", "system"), (b"Master00", "master")],
        otherwise: DOUBT,
    },
    Service {
        signature: b"AzSe",
        length: 39,
        seeds: &[(b"PAdmin00", "admin"), (b"Query000", "query")],
        otherwise: DOUBT,
    },
    Service {
        signature: b"+ACR",
        length: 39,
        seeds: &[(b"ACRDflt0", "")],
        otherwise: Verdict::Fails,
    },
    Service { signature: b"+ASb", length: 32, seeds: MESSAGING, otherwise: DOUBT },
    Service { signature: b"+AEh", length: 32, seeds: MESSAGING, otherwise: DOUBT },
    Service { signature: b"+ARm", length: 32, seeds: MESSAGING, otherwise: DOUBT },
    Service {
        signature: b"AIoT",
        length: 32,
        seeds: &[(b"IoTHub00", "hub"), (b"DpsKey00", "provisioning"), (b"Device00", "device")],
        otherwise: DOUBT,
    },
    Service { signature: b"AzCa", length: 32, seeds: &[(b"Access00", "")], otherwise: DOUBT },
];

/// Signatures of common annotated keys and the services they stand for.
const ISSUERS: &[(&[u8; 4], &str)] = &[
    (b"ACOG", "Azure AI"),
    (b"AZAC", "App Configuration"),
    (b"AZCS", "Communication Services"),
    (b"AZDO", "Azure DevOps"),
    (b"AZEG", "Event Grid"),
    (b"AZFR", "Fluid Relay"),
    (b"AZMP", "Azure Maps"),
    (b"AZMR", "Mixed Reality"),
    (b"NUGT", "NuGet"),
    (b"msql", "SQL"),
];

fn check(token: &[u8], _: Now) -> Proven {
    let key = text::unpadded(token);
    if is_annotated(key) {
        return check_annotated(key);
    }
    let decoded = service(key).and_then(|service| Some((service, decode(key, service)?)));
    let Some((service, (body, sum))) = decoded else {
        return Proven::unsure("it carries the signature of no known service");
    };
    let seed = service.seeds.iter().find(|(seed, _)| marvin32(&body, seed) == sum);
    match seed {
        Some((_, right)) => Proven::new(Verdict::Holds(Proof::Checksum)).fact("scope", *right),
        None => Proven::new(service.otherwise),
    }
}

/// The service whose signature stands before the six characters of the checksum.
fn service(key: &[u8]) -> Option<&'static Service> {
    let at = key.len().checked_sub(10)?;
    let signature = key.get(at..at.checked_add(4)?)?;
    SERVICES.iter().find(|service| service.signature == signature)
}

/// The key without its checksum, and the checksum.
fn decode(key: &[u8], service: &Service) -> Option<(Vec<u8>, u32)> {
    let mut bytes = radix::base64(key).filter(|bytes| bytes.len() == service.length)?;
    let sum = bytes.split_off(service.length.checked_sub(4)?);
    Some((bytes, u32::from_le_bytes(sum.try_into().ok()?)))
}

fn is_annotated(key: &[u8]) -> bool {
    matches!(key.len(), 84 | 86) && key.get(52..57) == Some(b"JQQJ9")
}

/// The checksum of an annotated key: three of its bytes in the short form, four in the long one.
fn annotated_digits(key: &[u8]) -> Option<Vec<u8>> {
    let sum = marvin32(&radix::base64(key.get(..80)?)?, DEFAULT_SEED).to_le_bytes();
    Some(radix::encode(sum.get(..if key.len() == 84 { 3 } else { 4 })?, STANDARD))
}

fn check_annotated(key: &[u8]) -> Proven {
    let proven = if annotated_digits(key).as_deref() == key.get(80..) {
        Proven::new(Verdict::Holds(Proof::Checksum))
    } else {
        // Some issuers write the checksum in base 62: not the one this computes.
        Proven::new(DOUBT)
    };
    let signature = key.get(76..80).unwrap_or_default();
    let issuer = ISSUERS.iter().find(|(one, _)| *one == signature);
    proven
        .fact("issued_at", annotated_issue(key).unwrap_or_default())
        .fact("issuer", issuer.map_or("", |(_, name)| *name))
}

/// The first moment of the month it was issued in: `A` is 2024, and January.
fn annotated_issue(key: &[u8]) -> Option<String> {
    let letter = |at: usize| {
        let byte = *key.get(at)?;
        byte.is_ascii_uppercase().then(|| i64::from(byte - b'A'))
    };
    let (year, month) = (letter(58)? + 2024, letter(59)? + 1);
    time::iso(time::seconds(&format!("{year}{month:02}01"))?)
}

/// Microsoft draws a key anew until its checksum has no special character, where the service wants
/// none; changing the first character has the same effect.
fn seal(token: &[u8]) -> Option<Vec<u8>> {
    let key = text::unpadded(token);
    let plain = is_annotated(key) || service(key)?.signature == b"AzSe";
    let firsts = key.first().into_iter().chain(BASE62);
    let mut sealed = firsts.filter_map(|first| seal_key(&[&[*first], key.get(1..)?].concat()));
    let has_plain_sum = |key: &Vec<u8>| {
        let sum = key.len().saturating_sub(6);
        key.iter().skip(sum).all(u8::is_ascii_alphanumeric)
    };
    let mut sealed = sealed.find(|sealed| !plain || has_plain_sum(sealed))?;
    sealed.extend_from_slice(token.get(key.len()..)?);
    Some(sealed)
}

fn seal_key(key: &[u8]) -> Option<Vec<u8>> {
    if is_annotated(key) {
        let mut sealed = key.get(..80)?.to_vec();
        sealed.extend(annotated_digits(key)?);
        return Some(sealed);
    }
    let service = service(key)?;
    let (mut bytes, _) = decode(key, service)?;
    let (seed, _) = service.seeds.first()?;
    bytes.extend(marvin32(&bytes, seed).to_le_bytes());
    Some(radix::encode(&bytes, if service.signature == b"AzFu" { URL_SAFE } else { STANDARD }))
}

#[cfg(test)]
mod tests {
    use super::super::seal as set;
    use super::*;
    use crate::proof::vectors::{self, Dice};

    fn key(service: &Service) -> Vec<u8> {
        let mut key = radix::encode(&Dice::new(5).bytes(service.length), STANDARD);
        let at = key.len() - 10;
        key[at..at + 4].copy_from_slice(service.signature);
        if !service.length.is_multiple_of(3) {
            key[at + 4] = b'A';
        }
        key.extend(std::iter::repeat_n(b'=', (4 - key.len() % 4) % 4));
        key
    }

    #[test]
    fn a_key_of_each_service_holds_once_sealed_and_not_when_changed() {
        for service in SERVICES {
            let mut key = key(service);
            assert!(set("azure-marvin", &mut key));
            let holds = Verdict::Holds(Proof::Checksum);
            assert_eq!(vectors::verdict("azure-marvin", &key), holds);
            for at in 0..20 {
                let mut changed = key.clone();
                changed[at] = if changed[at] == b'2' { b'3' } else { b'2' };
                assert_eq!(vectors::verdict("azure-marvin", &changed), service.otherwise);
            }
            vectors::survive("azure-marvin", &key);
        }
    }

    #[test]
    fn a_sealed_annotated_key_stays_alphanumeric() {
        for length in 0..200 {
            let start = &vectors::random("", vectors::ALNUM, 52 + length)[length..];
            let mut key = [start, b"JQQJ99BCAC0123456789AAAAAZDO0000"].concat();
            assert!(set("azure-marvin", &mut key));
            assert!(key.iter().all(u8::is_ascii_alphanumeric));
        }
    }

    #[test]
    fn the_seed_tells_the_right() {
        let service = SERVICES.iter().find(|one| one.signature == b"+ASb").expect("listed");
        let mut sent = key(service);
        assert!(set("azure-marvin", &mut sent));
        assert_eq!(vectors::facts("azure-marvin", &sent), ["scope=send"]);
    }

    #[test]
    fn an_annotated_key_tells_its_month_and_issuer() {
        for tail in ["0000", "000000=="] {
            let mut key = vectors::random("", vectors::ALNUM, 52);
            key.extend_from_slice(format!("JQQJ99BCAC0123456789AAAAAZDO{tail}").as_bytes());
            assert_eq!(key.len() - tail.len(), 80, "where the checksum stands");
            assert!(set("azure-marvin", &mut key));
            assert_eq!(vectors::verdict("azure-marvin", &key), Verdict::Holds(Proof::Checksum));
            let facts = vectors::facts("azure-marvin", &key);
            assert_eq!(facts, ["issued_at=2025-03-01T00:00:00Z", "issuer=Azure DevOps"]);
            key[3] = if key[3] == b'2' { b'3' } else { b'2' };
            assert_eq!(vectors::verdict("azure-marvin", &key), DOUBT);
            vectors::survive("azure-marvin", &key);
        }
    }
}
