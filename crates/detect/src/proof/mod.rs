//! What a token says of itself, read offline.
//!
//! Owns: the registry of proofs, each of which works out check digits or decodes a structure.
//! Leaves to others: which rule asks for which proof, and what a verdict does to a match. There is
//! no clock, no network and no state here; every proof takes hostile bytes of any length.

mod armor;
mod atlassian;
mod aws;
mod azure;
mod azure_devops;
mod azure_entra;
mod base32_crc16;
mod base58check;
mod base_digits;
mod bech32;
mod bots;
mod certificate;
mod check_digits;
mod claims;
mod cloudflare;
mod confluent;
mod crates_token;
mod dated_id;
mod der;
mod der_key;
mod gcp;
mod github;
mod github_fine_grained;
mod gitlab;
mod grafana;
mod issuer;
mod jfrog;
mod json_token;
mod jwk;
mod jwt;
mod macaroon;
mod marvin;
mod matrix;
mod netbird;
mod npm;
mod openpgp;
mod openssh;
mod pairs;
mod pem;
mod polar;
mod prefect;
mod radix;
mod runpod;
mod signed_url;
mod slack;
mod supabase;
mod text;
mod time;
mod trello;
mod vercel;
mod wandb;
mod zuplo;

use tightlip_model::{Proof, Severity};

use check_digits::CheckDigits;

/// Every proof, one line each.
static REGISTRY: &[Entry] = &[
    atlassian::CRC32,
    aws::BEDROCK,
    aws::KEY_ID,
    azure::MARVIN,
    azure_devops::CRC32,
    azure_entra::MARVIN,
    base32_crc16::ENTRY,
    base58check::BITCOIN,
    base58check::XRP,
    bech32::ENTRY,
    bots::DISCORD,
    bots::TELEGRAM,
    certificate::X509,
    cloudflare::CRC32,
    confluent::CRC32,
    crates_token::ENTRY,
    dated_id::OBJECT_ID,
    dated_id::ULID,
    der_key::ENTRY,
    gcp::SERVICE_ACCOUNT,
    github::CRC32,
    github_fine_grained::ENTRY,
    gitlab::ROUTABLE,
    grafana::CRC32,
    jfrog::REFERENCE,
    json_token::ANY,
    json_token::GRAFANA_CLOUD,
    json_token::MAPBOX,
    json_token::ONE_PASSWORD,
    json_token::QSTASH,
    json_token::SENTRY,
    json_token::SNYK,
    json_token::TINYBIRD,
    json_token::UPLOADTHING,
    jwk::ENTRY,
    jwt::GITHUB_APP,
    jwt::JWT,
    jwt::KUBERNETES,
    macaroon::PYPI,
    matrix::CRC32,
    netbird::CRC32,
    npm::CRC32,
    pairs::BASIC,
    pairs::DATA_CENTER,
    pairs::DOCKER,
    pairs::ID_AND_SECRET,
    pem::ENTRY,
    polar::CRC32,
    prefect::CRC32,
    runpod::CRC32,
    signed_url::AZURE_SAS,
    signed_url::PRESIGNED,
    slack::TEAM,
    supabase::ENTRY,
    trello::CRC32,
    vercel::CRC32,
    wandb::CRC32,
    zuplo::CRC32,
];

/// The present, as the caller knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Seconds since 1970 UTC.
    pub seconds: i64,
}

/// What a proof concludes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The check digits hold, or the structure was decoded.
    Holds(Proof),
    /// The check digits are wrong: this is no token.
    Fails,
    /// Nothing is proven, for this reason; what matched may still be a secret.
    Unsure(&'static str),
}

/// What a proof says of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// What it concludes.
    pub verdict: Verdict,
    /// Facts read from the token (`account`, `expires_at`, …), in a fixed order.
    pub facts: Vec<(String, String)>,
    /// The grade a fact lowers a leak to, for example because the token has expired.
    pub severity: Option<Severity>,
}

impl Proven {
    fn new(verdict: Verdict) -> Self {
        Self { verdict, facts: Vec::new(), severity: None }
    }

    fn parsed() -> Self {
        Self::new(Verdict::Holds(Proof::Parsed))
    }

    fn unsure(reason: &'static str) -> Self {
        Self::new(Verdict::Unsure(reason))
    }

    /// Adds the moment it expires at; once that has passed, a leak is of little use.
    fn expires(self, seconds: i64, now: Now) -> Self {
        let dated = self.fact("expires_at", time::iso(seconds).unwrap_or_default());
        if seconds < now.seconds { dated.at_most(Severity::Low) } else { dated }
    }

    /// Lowers the grade to `severity`, unless it is lower already.
    fn at_most(mut self, severity: Severity) -> Self {
        self.severity = Some(self.severity.map_or(severity, |before| before.min(severity)));
        self
    }

    /// Adds a fact, unless there is nothing to say.
    fn fact(mut self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.facts.push((name.to_owned(), value));
        }
        self
    }
}

/// One proof of the registry.
pub struct Entry {
    /// The name rules ask for it by.
    pub name: &'static str,
    test: Test,
}

enum Test {
    /// Some of its characters are worked out from the others.
    Digits(CheckDigits),
    /// It decodes to something.
    Structure(fn(&[u8], Now) -> Proven),
    /// It decodes, and check digits are part of what it decodes to.
    Sealed { check: fn(&[u8], Now) -> Proven, seal: fn(&[u8]) -> Option<Vec<u8>> },
}

impl Entry {
    /// What `token` proves; `now` tells an expired one from a live one.
    #[must_use]
    pub fn check(&self, token: &[u8], now: Now) -> Proven {
        match &self.test {
            Test::Digits(digits) => digits.check(token),
            Test::Structure(check) | Test::Sealed { check, .. } => check(token, now),
        }
    }

    /// Whether the proof stands on check digits that [`Entry::seal`] can set.
    #[must_use]
    pub fn seals(&self) -> bool {
        !matches!(self.test, Test::Structure(_))
    }

    /// Makes a token of the right form hold by setting its check digits; false when it has none to
    /// set or the form is not right, and `token` is then unchanged.
    pub fn seal(&self, token: &mut Vec<u8>) -> bool {
        let sealed = match &self.test {
            Test::Digits(digits) => digits.sealed(token),
            Test::Structure(_) => None,
            Test::Sealed { seal, .. } => seal(token),
        };
        sealed.map(|sealed| *token = sealed).is_some()
    }
}

/// The proof of that name.
#[must_use]
pub fn lookup(name: &str) -> Option<&'static Entry> {
    REGISTRY.iter().find(|entry| entry.name == name)
}

/// The names of all proofs, in the order of the registry.
pub fn names() -> impl Iterator<Item = &'static str> {
    REGISTRY.iter().map(|entry| entry.name)
}

/// Makes a random token of the right form hold under the proof `name`; false when there is no such
/// proof, it has no check digits, or the form is not right.
pub fn seal(name: &str, token: &mut Vec<u8>) -> bool {
    lookup(name).is_some_and(|entry| entry.seal(token))
}

#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique() {
        assert_eq!(names().collect::<BTreeSet<_>>().len(), REGISTRY.len());
    }

    #[test]
    fn garbage_of_any_length_is_judged_without_panic() {
        let mut dice = vectors::Dice::new(1);
        for length in 0..300 {
            let garbage = dice.bytes(length);
            for entry in REGISTRY {
                let _ = entry.check(&garbage, vectors::NOW);
                entry.seal(&mut garbage.clone());
            }
        }
    }

    #[test]
    fn an_unknown_proof_is_none() {
        assert!(lookup("no-such-proof").is_none());
        assert!(!seal("no-such-proof", &mut Vec::new()));
    }
}
