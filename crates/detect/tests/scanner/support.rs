//! Rules and random tokens for the tests of this crate. No literal here has the form of a live one.

use tightlip_detect::{Scanner, Scratch};
use tightlip_model::{ByteSpan, Match};
use tightlip_rules::{RuleSet, SourceFile};

/// One rule of each form.
pub(crate) const RULES: &str = r"
provider: Acme
rules:
  - id: acme-token
    name: token
    kind: api-key
    anchors: [acm_]
    pattern: 'acm_[A-Za-z0-9]{30}'
    revoke: Delete it
  - id: acme-open-token
    name: token of any length
    kind: api-key
    anchors: [acmo-]
    pattern: 'acmo-[A-Za-z0-9_-]{20,200}'
    revoke: Delete it
  - id: acme-region-key
    name: key with its region at the end
    kind: api-key
    anchors: ['-acm1', '-acm2']
    pattern: '[0-9a-f]{32}-acm[12]'
    revoke: Delete it
  - id: acme-framed
    name: token in a frame
    kind: api-key
    anchors: [acme.test/]
    pattern: 'https://acme\.test/(?P<account>[a-z]{3,20})/(?P<secret>[A-Za-z0-9]{24})'
    revoke: Delete it
  - id: acme-near
    name: token with a weak form
    kind: api-key
    anchors: [zq-]
    pattern: 'zq-[A-Za-z0-9]{20}'
    near: [acmezone]
    within: 60
    revoke: Delete it
  - id: acme-word
    name: hexadecimal key
    kind: api-key
    words: [acmecloud]
    value: '[0-9a-f]{32}'
    entropy: 3
    revoke: Delete it
  - id: acme-word-secret
    name: key with a key word
    kind: api-key
    severity: critical
    words: [acmepay]
    keys: [secret, private]
    value: '[A-Za-z0-9]{24}'
    companions: [acme-token]
    revoke: Delete it
  - id: github-token
    name: classic personal access token
    kind: api-key
    anchors: [ghp_]
    pattern: 'ghp_[A-Za-z0-9]{36}'
    proof: github-crc32
    revoke: Delete it
  - id: private-key
    name: private key
    kind: private-key
    anchors: ['-----begin']
    structure: pem-private-key
    revoke: Replace it
";

/// A scanner for [`RULES`].
pub(crate) fn scanner() -> Scanner {
    Scanner::new(rules(RULES)).expect("the rules name what there is")
}

/// The rules of a YAML text.
pub(crate) fn rules(text: &str) -> RuleSet {
    RuleSet::compile(&[SourceFile { name: "test.yaml", text }]).expect("the rules are in form")
}

/// All matches of `text`.
pub(crate) fn matches(scanner: &Scanner, text: &[u8]) -> Vec<Match> {
    let mut out = Vec::new();
    scanner.scan(text, ByteSpan::new(0, text.len()), &mut Scratch::new(), &mut out);
    out
}

/// Rule and secret of each match of `text`.
pub(crate) fn found(scanner: &Scanner, text: impl AsRef<[u8]>) -> Vec<(String, String)> {
    let shown = |one: &Match| {
        let rule = scanner.info(one.rule).expect("a match names a rule of the set").id.clone();
        (rule, String::from_utf8_lossy(one.secret.reveal()).into_owned())
    };
    matches(scanner, text.as_ref()).iter().map(shown).collect()
}

/// A small source of numbers, the same each time.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    pub(crate) fn text(&mut self, alphabet: &str, length: usize) -> String {
        let letters = alphabet.as_bytes();
        (0..length).map(|_| char::from(letters[self.below(letters.len())])).collect()
    }

    pub(crate) fn alphanumeric(&mut self, length: usize) -> String {
        self.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length)
    }

    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.text("0123456789abcdef", length)
    }

    /// A token of the rule `acme-token`.
    pub(crate) fn token(&mut self) -> String {
        format!("acm_{}", self.alphanumeric(30))
    }

    /// A token of the rule `github-token` with right check digits.
    pub(crate) fn github(&mut self) -> String {
        let mut token = format!("{}_{}", "ghp", self.alphanumeric(36)).into_bytes();
        assert!(tightlip_detect::proof::seal("github-crc32", &mut token));
        String::from_utf8(token).expect("it is ASCII")
    }

    /// A key of the rule `private-key`, of 40 lines.
    pub(crate) fn private_key(&mut self) -> String {
        let lines: Vec<String> =
            (0..40).map(|line| self.alphanumeric(if line == 0 { 61 } else { 64 })).collect();
        let label = ["RSA PRIVATE", "KEY"].join(" ");
        format!("-----BEGIN {label}-----\nMII{}\n-----END {label}-----", lines.join("\n"))
    }
}
