//! Fingerprints: keyed hashes that name a secret without giving it away.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use tightlip_model::{Fingerprint, Secret};

/// The key of the hash, hidden from `Debug`. Whoever holds it and a fingerprint can check guesses at the secret.
#[derive(Clone)]
pub struct FingerprintKey {
    bytes: Vec<u8>,
    /// The hash with the key taken in: every fingerprint goes on from a copy of it.
    keyed: Hmac<Sha256>,
}

/// Shorter secrets than this are taken for guessable whatever they hold.
const STRONG_LENGTH: usize = 20;
/// Least Shannon entropy, in bits a byte, of a secret that nobody guesses.
const STRONG_ENTROPY: f64 = 3.5;
/// Hexadecimal digits kept of a guessable secret's hash: 16 bits.
const WEAK_DIGITS: usize = 4;
/// Hexadecimal digits kept otherwise: 128 bits.
const STRONG_DIGITS: usize = 32;

impl FingerprintKey {
    /// A key of these bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let keyed = Hmac::new_from_slice(bytes).expect("HMAC takes a key of any length");
        Self { bytes: bytes.to_vec(), keyed }
    }

    /// The fingerprint of a secret that `rule` found.
    #[must_use]
    pub fn fingerprint(&self, rule: &str, secret: &Secret) -> Fingerprint {
        let mut mac = self.keyed.clone();
        mac.update(rule.as_bytes());
        mac.update(&[0]);
        mac.update(secret.reveal());
        let digest = mac.finalize().into_bytes();
        let digits = if is_guessable(secret.reveal()) { WEAK_DIGITS } else { STRONG_DIGITS };
        let hex = digest.iter().take(digits / 2).map(|byte| format!("{byte:02x}"));
        Fingerprint(["v1-".to_owned()].into_iter().chain(hex).collect())
    }
}

impl PartialEq for FingerprintKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for FingerprintKey {}

impl std::fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FingerprintKey(..)")
    }
}

impl Default for FingerprintKey {
    /// The key used where no baseline and no environment gives one. It is public: fingerprints made
    /// with it are stable everywhere, and rest on the cut to 16 bits alone for guessable secrets.
    fn default() -> Self {
        Self::new(b"tightlip fingerprint v1")
    }
}

/// Whether a person, or a program with a word list, could arrive at the secret by guessing.
fn is_guessable(secret: &[u8]) -> bool {
    let has = |class: fn(&u8) -> bool| secret.iter().any(class);
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    secret.len() < STRONG_LENGTH || !mixed || shannon_entropy(secret) < STRONG_ENTROPY
}

/// Shannon entropy in bits a byte: minus the sum of p log2 p over the bytes that occur.
fn shannon_entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    bytes.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
    let total = bytes.len() as f64;
    let share = |&count: &u32| f64::from(count) / total;
    counts.iter().filter(|&&count| count > 0).map(share).map(|p| -p * p.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(secret: &str) -> String {
        FingerprintKey::default().fingerprint("rule", &Secret::new(secret.as_bytes())).0
    }

    #[test]
    fn a_guessable_secret_keeps_16_bits_of_its_hash() {
        for guessable in
            ["hunter2", "Summer2024!", "correcthorsebatterystaple", "aaaaaaaaaaaaaaaaaaaaaaaa1"]
        {
            assert_eq!(print(guessable).len(), "v1-".len() + 4, "{guessable}");
        }
        assert_eq!(print("q7Zp2LmX9vRt4KwY8sNb").len(), "v1-".len() + 32);
    }

    #[test]
    fn the_fingerprint_depends_on_key_rule_and_secret_and_on_nothing_else() {
        let (one, two) = (FingerprintKey::new(b"one"), FingerprintKey::new(b"two"));
        let secret = Secret::new(b"q7Zp2LmX9vRt4KwY8sNb");
        assert_eq!(one.fingerprint("a", &secret), one.fingerprint("a", &secret.clone()));
        assert_ne!(one.fingerprint("a", &secret), two.fingerprint("a", &secret));
        assert_ne!(one.fingerprint("a", &secret), one.fingerprint("b", &secret));
    }

    #[test]
    fn rule_and_secret_cannot_be_shifted_into_each_other() {
        let key = FingerprintKey::default();
        let (a, b) = (Secret::new(b"bc"), Secret::new(b"c"));
        assert_ne!(key.fingerprint("a", &a), key.fingerprint("ab", &b));
    }
}
