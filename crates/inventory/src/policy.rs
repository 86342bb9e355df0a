//! The policy: what the owner of the code expects of its credentials, and which of them break it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tightlip_model::{Kind, Timestamp};

use crate::environment::Environment;
use crate::identity::{Expiry, Identity};

/// What is expected of credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Days that a credential of a kind may be used before it is rotated. A kind that is not named
    /// may grow as old as it likes.
    pub max_age_days: BTreeMap<Kind, u64>,
    /// Kinds that must carry an expiry.
    pub expiry_required: Vec<Kind>,
    /// Whether each credential must have an owner.
    pub owner_required: bool,
    /// Whether its owner must have committed lately.
    pub active_owner_required: bool,
    /// Days without a commit after which an owner counts as gone.
    pub owner_active_days: u64,
    /// Whether one credential may serve several environments.
    pub reuse_across_environments: bool,
}

impl Default for Policy {
    fn default() -> Self {
        let api = [Kind::ApiKey, Kind::AiAgent, Kind::CiCd, Kind::Webhook, Kind::OauthToken];
        let service = [Kind::ServiceAccount, Kind::Database];
        let ages = api.map(|kind| (kind, 90)).into_iter().chain(service.map(|kind| (kind, 30)));
        Self {
            max_age_days: ages.collect(),
            expiry_required: Vec::new(),
            owner_required: true,
            active_owner_required: true,
            owner_active_days: 90,
            reuse_across_environments: false,
        }
    }
}

/// A rule of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyRule {
    /// Older than its kind may grow.
    MaxAge,
    /// Past the end that it carries, and still at HEAD.
    Expired,
    /// Carries no expiry though its kind must.
    ExpiryRequired,
    /// Nobody answers for it.
    OwnerRequired,
    /// Who answers for it is gone.
    ActiveOwner,
    /// Serves several environments.
    EnvironmentReuse,
}

impl PolicyRule {
    /// Every rule.
    pub const ALL: &[Self] = &[
        Self::MaxAge,
        Self::Expired,
        Self::ExpiryRequired,
        Self::OwnerRequired,
        Self::ActiveOwner,
        Self::EnvironmentReuse,
    ];

    /// Its name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MaxAge => "max-age",
            Self::Expired => "expired",
            Self::ExpiryRequired => "expiry-required",
            Self::OwnerRequired => "owner-required",
            Self::ActiveOwner => "active-owner",
            Self::EnvironmentReuse => "environment-reuse",
        }
    }
}

/// A rule that an identity breaks, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// The rule.
    pub rule: PolicyRule,
    /// How it is broken.
    pub reason: String,
}

impl Policy {
    /// The rules that `identity` breaks at the time `now`.
    pub(crate) fn breaches(&self, identity: &Identity, now: Timestamp) -> Vec<Breach> {
        let found = [
            (PolicyRule::MaxAge, self.too_old(identity)),
            (PolicyRule::Expired, expired(identity, now)),
            (PolicyRule::ExpiryRequired, self.endless(identity)),
            (PolicyRule::OwnerRequired, self.unowned(identity)),
            (PolicyRule::ActiveOwner, self.orphaned(identity)),
            (PolicyRule::EnvironmentReuse, self.reused(identity)),
        ];
        let broken = found.into_iter().filter_map(|(rule, reason)| Some((rule, reason?)));
        broken.map(|(rule, reason)| Breach { rule, reason }).collect()
    }

    /// How old a credential of this kind may grow, in days.
    pub(crate) fn max_age(&self, kind: &str) -> Option<u64> {
        let kind: Kind = kind.parse().ok()?;
        self.max_age_days.get(&kind).copied()
    }

    fn too_old(&self, identity: &Identity) -> Option<String> {
        let most = self.max_age(&identity.kind)?;
        let age = identity.age_days.filter(|age| *age > most)?;
        Some(format!(
            "{age} days old; a credential of the kind {} may be used {most}",
            identity.kind
        ))
    }

    fn endless(&self, identity: &Identity) -> Option<String> {
        let kind: Kind = identity.kind.parse().ok()?;
        let must = self.expiry_required.contains(&kind);
        let is_endless = !matches!(identity.expiry, Expiry::At(_));
        (must && is_endless)
            .then(|| format!("carries no expiry; a credential of the kind {kind} must"))
    }

    fn unowned(&self, identity: &Identity) -> Option<String> {
        (self.owner_required && identity.owner.is_none())
            .then(|| "nobody is known to answer for it".to_owned())
    }

    fn orphaned(&self, identity: &Identity) -> Option<String> {
        let owner = identity.owner.as_ref().filter(|_| self.active_owner_required)?;
        let last = owner.last_commit.filter(|_| owner.active == Some(false))?;
        let days = self.owner_active_days;
        Some(format!("{} committed last on {}, over {days} days ago", owner.name, last.0.day()))
    }

    fn reused(&self, identity: &Identity) -> Option<String> {
        let environments = &identity.reuse.environments;
        let is_shared = !self.reuse_across_environments && environments.len() > 1;
        is_shared.then(|| format!("serves {}", listed(environments)))
    }
}

fn expired(identity: &Identity, now: Timestamp) -> Option<String> {
    match identity.expiry {
        Expiry::At(end) if end.0 < now && identity.at_head => {
            Some(format!("expired on {}, and is still in use at HEAD", end.0.day()))
        }
        _ => None,
    }
}

/// The environments as a sentence names them.
pub(crate) fn listed(environments: &[Environment]) -> String {
    let words: Vec<&str> = environments.iter().map(|one| one.as_str()).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.join(""),
    }
}
