//! What the stages after detection need to know of a rule, and the grades a finding carries.

use std::fmt;
use std::str::FromStr;

/// Which rule of the set in force matched: its index in that set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u32);

/// A rule as reports describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInfo {
    /// The rule's name in configuration and reports, for example `github-personal-access-token`.
    pub id: String,
    /// What it finds, in a few words without the provider.
    pub title: String,
    /// Who issues the credential.
    pub provider: String,
    /// Which kind of non-human identity it belongs to.
    pub kind: Kind,
    /// How bad a leak is when it is real.
    pub severity: Severity,
    /// What to do about a leak: how to revoke or rotate it.
    pub revoke: String,
    /// Where its provider documents it; empty when there is no such page.
    pub link: String,
}

/// A word that names no variant of one of the grades below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// What was asked for, for example `severity`.
    pub what: &'static str,
    /// The word that was given.
    pub given: String,
    /// The words that would have done.
    pub known: Vec<&'static str>,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {} `{}`: use one of {}", self.what, self.given, self.known.join(", "))
    }
}

impl std::error::Error for UnknownName {}

/// Declares an enum whose variants have one fixed word each, and its conversions.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that stands for it in rules, configuration and reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(word: &str) -> Result<Self, UnknownName> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word).ok_or_else(|| UnknownName {
                    what: $what,
                    given: word.to_owned(),
                    known: Self::ALL.iter().map(|one| one.as_str()).collect(),
                })
            }
        }
    };
}

named! {
    /// How bad a leak is if the secret is real; says nothing of how sure we are.
    Severity, "severity", {
        /// Public by design, or dead.
        Info = "info",
        /// Of little use to a stranger.
        Low = "low",
        /// Opens something of limited reach.
        Medium = "medium",
        /// Opens an account or its data.
        High = "high",
        /// Opens an organisation, its code or its money.
        Critical = "critical",
    }
}

named! {
    /// How sure we are that it is a secret; says nothing of how bad that is.
    Confidence, "confidence", {
        /// May well be something else.
        Low = "low",
        /// More likely a secret than not.
        Medium = "medium",
        /// Nearly always a secret.
        High = "high",
    }
}

named! {
    /// Why we believe that a match is a secret, the weakest reason first.
    Proof, "proof", {
        /// A name or word next to it says so.
        Context = "context",
        /// It has the provider's own prefix and shape.
        Form = "form",
        /// Its structure was decoded: a key, a certificate, a token with claims.
        Parsed = "parsed",
        /// Its own check digits hold.
        Checksum = "checksum",
        /// Its provider accepted it.
        Live = "live",
    }
}

named! {
    /// The kinds of credential a non-human identity logs in with.
    Kind, "kind", {
        /// A static key or token for a programming interface.
        ApiKey = "api-key",
        /// An access, refresh or client token of an OAuth flow.
        OauthToken = "oauth-token",
        /// A key of a service account.
        ServiceAccount = "service-account",
        /// A private key.
        PrivateKey = "private-key",
        /// A certificate, or a store that holds one with its key.
        Certificate = "certificate",
        /// A secret that signs or encrypts messages, cookies or tokens.
        SigningSecret = "signing-secret",
        /// A credential of a build or deployment system.
        CiCd = "ci-cd",
        /// A credential of an AI agent, model provider or MCP server.
        AiAgent = "ai-agent",
        /// An address that is itself the credential.
        Webhook = "webhook",
        /// A login to a database or message broker.
        Database = "database",
        /// A password of no known provider.
        Password = "password",
        /// A session cookie or short-lived bearer token.
        Session = "session",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_as_its_variant() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
    }

    #[test]
    fn an_unknown_word_is_answered_with_the_known_ones() {
        let error = "urgent".parse::<Severity>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown severity `urgent`: use one of info, low, medium, high, critical"
        );
    }
}
