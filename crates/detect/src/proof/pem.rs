//! Private keys in armour: `PKCS#1`, `SEC 1`, DSA and `PKCS#8` in DER, OpenSSH, OpenPGP.

use super::armor::{self, Armor};
use super::der::{self, Der, OBJECT_ID, OCTET_STRING};
use super::{Entry, Now, Proven, Test, openpgp, openssh};

pub(super) const ENTRY: Entry =
    Entry { name: "pem", test: Test::Structure(|token, _: Now| check(token)) };

const GARBLED: &str = "the key's body does not parse";

/// What a key turned out to be.
pub(super) struct Key {
    /// Its algorithm, with the curve where there is one.
    pub kind: String,
    /// Its length; zero when that cannot be read.
    pub bits: usize,
    /// Whether a passphrase protects it.
    pub encrypted: bool,
    /// Other facts, by name.
    pub facts: Vec<(&'static str, String)>,
}

impl Key {
    pub(super) fn clear(kind: impl Into<String>, bits: usize) -> Self {
        Self { kind: kind.into(), bits, encrypted: false, facts: Vec::new() }
    }

    fn encrypted(kind: &str) -> Self {
        Self { encrypted: true, ..Self::clear(kind, 0) }
    }
}

/// What the first armoured key in `token` proves.
pub(super) fn check(token: &[u8]) -> Proven {
    let Some(armor) = armor::open(token) else {
        return Proven::unsure("the key's end is missing");
    };
    if !armor.label.contains("PRIVATE KEY") {
        return Proven::unsure("it is no private key");
    }
    match key(&armor) {
        Some(key) => facts(Proven::parsed(), &key),
        None => Proven::unsure(GARBLED),
    }
}

pub(super) fn facts(proven: Proven, key: &Key) -> Proven {
    let bits = if key.bits == 0 { String::new() } else { key.bits.to_string() };
    let proven = proven
        .fact("key_type", key.kind.as_str())
        .fact("key_bits", bits)
        .fact("encrypted", if key.encrypted { "yes" } else { "no" });
    key.facts.iter().fold(proven, |proven, (name, value)| proven.fact(name, value.as_str()))
}

fn key(armor: &Armor) -> Option<Key> {
    let body = armor.body.as_slice();
    let label = armor.label.as_str();
    if armor.headers.iter().any(|line| line.starts_with("Proc-Type:") && line.contains("ENCRYPTED"))
    {
        let kind = label.strip_suffix(" PRIVATE KEY")?;
        return (body.len() >= 16).then(|| Key::encrypted(kind));
    }
    match label {
        "RSA PRIVATE KEY" => rsa(Der::whole(body)?),
        "EC PRIVATE KEY" => elliptic(Der::whole(body)?, None),
        "DSA PRIVATE KEY" => dsa(Der::whole(body)?),
        "PRIVATE KEY" => pkcs8(Der::whole(body)?),
        "ENCRYPTED PRIVATE KEY" => encrypted_pkcs8(Der::whole(body)?),
        "OPENSSH PRIVATE KEY" => openssh::key(body),
        "PGP PRIVATE KEY BLOCK" => openpgp::key(body, armor.checksum.as_deref()),
        _ => Der::whole(body).map(|_| Key::clear("", 0)),
    }
}

/// The key that DER without a label holds.
pub(super) fn bare(body: &[u8]) -> Option<Key> {
    let der = Der::whole(body)?;
    pkcs8(der).or_else(|| rsa(der)).or_else(|| elliptic(der, None))
}

/// Version, modulus, exponents, primes: the primes must make the modulus.
fn rsa(mut der: Der<'_>) -> Option<Key> {
    der.integer()?;
    let modulus = der.integer()?;
    der.integer()?;
    der.integer()?;
    let (p, q) = (der.integer()?, der.integer()?);
    let fits = low_word(modulus) == low_word(p).wrapping_mul(low_word(q));
    fits.then(|| Key::clear("RSA", der::bits(modulus)))
}

/// The lowest 64 bits of a big-endian number: enough to see that two factors are not those of a
/// product, without arithmetic on thousands of bits.
fn low_word(number: &[u8]) -> u64 {
    number.iter().rev().take(8).rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Version, scalar, and the curve unless the wrapper around it named one.
fn elliptic(mut der: Der<'_>, outer: Option<&[u8]>) -> Option<Key> {
    der.integer()?;
    let scalar = der.read(OCTET_STRING)?;
    let inner = der.read(0xA0).and_then(|parameters| Der::inside(parameters).read(OBJECT_ID));
    let curve = inner.or(outer).map_or("", curve);
    let bits = if curve == "P-521" { 521 } else { scalar.len().saturating_mul(8) };
    Some(Key::clear(format!("EC {curve}").trim_end(), bits))
}

fn dsa(mut der: Der<'_>) -> Option<Key> {
    der.integer()?;
    let modulus = der.integer()?;
    for _ in 0..4 {
        der.integer()?;
    }
    Some(Key::clear("DSA", der::bits(modulus)))
}

/// Version, algorithm, and the key of that algorithm.
fn pkcs8(mut der: Der<'_>) -> Option<Key> {
    der.integer()?;
    let mut algorithm = der.sequence()?;
    let id = algorithm.read(OBJECT_ID)?;
    let inner = der.read(OCTET_STRING)?;
    match id {
        RSA | RSA_PSS => rsa(Der::whole(inner)?),
        EC => elliptic(Der::whole(inner)?, algorithm.read(OBJECT_ID)),
        DSA => algorithm.sequence()?.integer().map(|p| Key::clear("DSA", der::bits(p))),
        [0x2B, 0x65, kind @ 0x6E..=0x71] => {
            let (name, bits) = match kind {
                0x6E => ("X25519", 256),
                0x6F => ("X448", 448),
                0x70 => ("Ed25519", 256),
                _ => ("Ed448", 456),
            };
            (inner.len() >= 32).then(|| Key::clear(name, bits))
        }
        _ => (!inner.is_empty()).then(|| Key::clear("", 0)),
    }
}

fn encrypted_pkcs8(mut der: Der<'_>) -> Option<Key> {
    der.sequence()?.read(OBJECT_ID)?;
    (!der.read(OCTET_STRING)?.is_empty()).then(|| Key::encrypted(""))
}

const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
const RSA_PSS: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A];
const EC: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
const DSA: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01];

/// The name of a curve's object id; empty for one nobody uses.
fn curve(id: &[u8]) -> &'static str {
    match id {
        [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07] => "P-256",
        [0x2B, 0x81, 0x04, 0x00, 0x22] => "P-384",
        [0x2B, 0x81, 0x04, 0x00, 0x23] => "P-521",
        [0x2B, 0x81, 0x04, 0x00, 0x0A] => "secp256k1",
        _ => "",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::der::build::{integer, sequence, value};
    use super::super::{Verdict, radix, vectors};
    use super::*;
    use tightlip_model::Proof;

    fn pem(label: &str, body: &[u8]) -> Vec<u8> {
        let encoded = radix::encode(body, radix::STANDARD);
        let lines: Vec<&str> =
            encoded.chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
        let dashes = "-----";
        let text = lines.join("\n");
        format!("{dashes}BEGIN {label}{dashes}\n{text}\n{dashes}END {label}{dashes}\n").into_bytes()
    }

    /// Schoolbook multiplication of big-endian numbers.
    fn product(a: &[u8], b: &[u8]) -> Vec<u8> {
        let mut out = vec![0_u32; a.len() + b.len()];
        for (i, x) in a.iter().rev().enumerate() {
            for (j, y) in b.iter().rev().enumerate() {
                out[i + j] += u32::from(*x) * u32::from(*y);
            }
            for k in 0..out.len() - 1 {
                out[k + 1] += out[k] >> 8;
                out[k] &= 0xFF;
            }
        }
        out.iter().rev().map(|digit| u8::try_from(*digit).expect("carried")).collect()
    }

    /// A key that parses.
    pub(crate) fn sample() -> Vec<u8> {
        let algorithm = sequence(&[value(OBJECT_ID, &[0x2B, 0x65, 0x70])]);
        let seed = value(OCTET_STRING, &value(OCTET_STRING, &[7; 32]));
        pem("PRIVATE KEY", &sequence(&[integer(&[0]), algorithm, seed]))
    }

    fn rsa_body() -> Vec<u8> {
        let mut dice = vectors::Dice::new(4);
        let (mut p, mut q) = (dice.bytes(128), dice.bytes(128));
        (p[0], q[0]) = (0xFF, 0xFF);
        let rest = [dice.bytes(128), dice.bytes(128), dice.bytes(128)];
        let numbers = [vec![0], product(&p, &q), vec![1, 0, 1], dice.bytes(256), p, q];
        sequence(&numbers.iter().chain(&rest).map(|number| integer(number)).collect::<Vec<_>>())
    }

    fn holds(token: &[u8], facts: &[&str]) {
        assert_eq!(vectors::verdict("pem", token), Verdict::Holds(Proof::Parsed));
        assert_eq!(vectors::facts("pem", token), facts);
    }

    #[test]
    fn rsa_keys_parse_bare_and_wrapped() {
        let facts = ["key_type=RSA", "key_bits=2048", "encrypted=no"];
        let bare = pem("RSA PRIVATE KEY", &rsa_body());
        holds(&bare, &facts);
        let algorithm = sequence(&[value(OBJECT_ID, RSA), vec![5, 0]]);
        let wrapped = sequence(&[integer(&[0]), algorithm, value(OCTET_STRING, &rsa_body())]);
        holds(&pem("PRIVATE KEY", &wrapped), &facts);
        let escaped = String::from_utf8(bare).expect("ASCII").replace('\n', "\\n");
        holds(escaped.as_bytes(), &facts);
        vectors::survive("pem", escaped.as_bytes());
    }

    #[test]
    fn primes_that_do_not_make_the_modulus_leave_a_doubt() {
        let mut body = rsa_body();
        body[200] ^= 1;
        body[267] ^= 1;
        let verdict = vectors::verdict("pem", &pem("RSA PRIVATE KEY", &body));
        assert_eq!(verdict, Verdict::Unsure(GARBLED));
    }

    #[test]
    fn elliptic_keys_name_their_curve() {
        let p256: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
        let named = value(0xA0, &value(OBJECT_ID, p256));
        let scalar = value(OCTET_STRING, &[9; 32]);
        let bare = sequence(&[integer(&[1]), scalar.clone(), named]);
        let facts = ["key_type=EC P-256", "key_bits=256", "encrypted=no"];
        holds(&pem("EC PRIVATE KEY", &bare), &facts);
        let inner = sequence(&[integer(&[1]), scalar]);
        let algorithm = sequence(&[value(OBJECT_ID, EC), value(OBJECT_ID, p256)]);
        let wrapped = sequence(&[integer(&[0]), algorithm, value(OCTET_STRING, &inner)]);
        holds(&pem("PRIVATE KEY", &wrapped), &facts);
    }

    #[test]
    fn parameters_before_the_key_are_passed_over() {
        let parameters = pem("EC PARAMETERS", &[6, 0]);
        let both = [parameters.clone(), pem("RSA PRIVATE KEY", &rsa_body())].concat();
        holds(&both, &["key_type=RSA", "key_bits=2048", "encrypted=no"]);
        let verdict = vectors::verdict("pem", &parameters);
        assert_eq!(verdict, Verdict::Unsure("it is no private key"));
    }

    #[test]
    fn edwards_and_dsa_keys_parse() {
        holds(&sample(), &["key_type=Ed25519", "key_bits=256", "encrypted=no"]);
        let numbers = [vec![0], vec![0xFF; 128], vec![0xFF; 20], vec![3], vec![4], vec![5]];
        let dsa = sequence(&numbers.map(|number| integer(&number)));
        let facts = ["key_type=DSA", "key_bits=1024", "encrypted=no"];
        holds(&pem("DSA PRIVATE KEY", &dsa), &facts);
    }

    #[test]
    fn encrypted_keys_say_so() {
        let algorithm = sequence(&[value(OBJECT_ID, RSA)]);
        let body = sequence(&[algorithm, value(OCTET_STRING, &[1; 64])]);
        holds(&pem("ENCRYPTED PRIVATE KEY", &body), &["encrypted=yes"]);
        let plain = String::from_utf8(pem("RSA PRIVATE KEY", &[1; 64])).expect("ASCII");
        let headers = "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n";
        let old = plain.replacen("KEY-----\n", headers, 1);
        holds(old.as_bytes(), &["key_type=RSA", "encrypted=yes"]);
    }

    #[test]
    fn what_is_framed_like_a_key_and_is_none_leaves_a_doubt() {
        let random = vectors::Dice::new(1).bytes(400);
        for label in ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "OTHER PRIVATE KEY"]
        {
            let verdict = vectors::verdict("pem", &pem(label, &random));
            assert_eq!(verdict, Verdict::Unsure(GARBLED), "{label}");
        }
        let open = pem("RSA PRIVATE KEY", &rsa_body());
        assert!(matches!(vectors::verdict("pem", &open[..900]), Verdict::Unsure(_)));
    }
}
