//! What the tests of all proofs share: random tokens, and the properties each proof must have.

use std::ops::Range;

use tightlip_model::Proof;

use super::{Now, Verdict, lookup};

pub(super) const ALNUM: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
pub(super) const HEX: &[u8] = b"0123456789abcdef";
pub(super) const NOW: Now = Now { seconds: 1_750_000_000 };

/// A sequence that looks random and is the same every time.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(0x9E37_79B9_7F4A_7C15))
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % bound.max(1)
    }

    pub(super) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| u8::try_from(self.below(256)).expect("below 256")).collect()
    }
}

/// `prefix` and `length` characters of `alphabet`.
pub(super) fn random(prefix: &str, alphabet: &[u8], length: usize) -> Vec<u8> {
    let mut dice = Dice::new(prefix.len() as u64 + length as u64);
    let mut token = prefix.as_bytes().to_vec();
    token.extend((0..length).map(|_| alphabet[dice.below(alphabet.len())]));
    token
}

/// The verdict of the proof `name` on `token`.
pub(super) fn verdict(name: &str, token: &[u8]) -> Verdict {
    lookup(name).expect("the proof is registered").check(token, NOW).verdict
}

/// The facts the proof `name` reads from `token`, as `name=value`.
pub(super) fn facts(name: &str, token: &[u8]) -> Vec<String> {
    let proven = lookup(name).expect("the proof is registered").check(token, NOW);
    proven.facts.iter().map(|(name, value)| format!("{name}={value}")).collect()
}

/// Sealing `token` makes it hold, and a change of any character in `covered` is noticed.
pub(super) fn guard(name: &str, token: &[u8], covered: Range<usize>) {
    let mut token = token.to_vec();
    assert!(super::seal(name, &mut token), "{name} seals");
    assert_eq!(verdict(name, &token), Verdict::Holds(Proof::Checksum), "{name} holds once sealed");
    for at in covered {
        let mut changed = token.clone();
        changed[at] = if changed[at] == b'2' { b'3' } else { b'2' };
        assert_eq!(verdict(name, &changed), Verdict::Fails, "{name} with byte {at} changed");
    }
    survive(name, &token);
}

/// As [`guard`], for check digits that confirm but cannot disprove.
pub(super) fn confirm(name: &str, token: &[u8], covered: Range<usize>) {
    let mut token = token.to_vec();
    assert!(super::seal(name, &mut token), "{name} seals");
    assert_eq!(verdict(name, &token), Verdict::Holds(Proof::Checksum), "{name} holds once sealed");
    for at in covered {
        let mut changed = token.clone();
        changed[at] = if changed[at] == b'2' { b'3' } else { b'2' };
        assert!(matches!(verdict(name, &changed), Verdict::Unsure(_)), "byte {at} changed");
    }
    survive(name, &token);
}

/// No prefix and no mutation of `token` makes the proof `name` panic.
pub(super) fn survive(name: &str, token: &[u8]) {
    let entry = lookup(name).expect("the proof is registered");
    for end in 0..=token.len() {
        let _ = entry.check(&token[..end], NOW);
        entry.seal(&mut token[..end].to_vec());
    }
    let mut dice = Dice::new(7);
    for _ in 0..2000 {
        let mut changed = token.to_vec();
        for _ in 0..=dice.below(4) {
            let at = dice.below(changed.len());
            changed[at] = u8::try_from(dice.below(256)).expect("below 256");
        }
        let _ = entry.check(&changed, NOW);
        entry.seal(&mut changed);
    }
}
