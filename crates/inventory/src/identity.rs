//! An identity: one credential with everything that is known of it. Holds no secret.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use tightlip_model::Companion;

use crate::agent::AgentUse;
use crate::environment::Environment;
use crate::family::Family;
use crate::judgement::Concern;
use crate::owner::Owner;
use crate::policy::Breach;
use crate::risk::Risk;
use crate::sighting::{CommitFact, Date};

/// One credential: its parts joined, its copies together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// Names it: the fingerprint of its leading part, with a count where several share one.
    pub id: String,
    /// Which of the six families it belongs to.
    pub family: Family,
    /// Which kind of credential it is.
    pub kind: String,
    /// The rule of its leading part.
    pub rule: String,
    /// What it is, in a few words.
    pub title: String,
    /// Who issues it.
    pub provider: String,
    /// What people call it: provider and title, each thing once.
    pub name: String,
    /// The account, user or client it logs in as, read from its parts.
    pub principal: Option<String>,
    /// The environment it is for.
    pub environment: Environment,
    /// Why it is believed to be real.
    pub proof: String,
    /// How sure that is.
    pub confidence: String,
    /// How bad a leak is.
    pub severity: String,
    /// Its leading part as it may be shown.
    pub secret: String,
    /// Its other parts: what else must be rotated with it.
    pub companions: Vec<Part>,
    /// The commit that brought it in first.
    pub first_seen: Option<CommitFact>,
    /// The newest commit that still held it; `None` while HEAD holds it, or outside of git.
    pub last_seen: Option<CommitFact>,
    /// The commit that took it out of its last place; `None` while HEAD holds it.
    pub removed: Option<CommitFact>,
    /// Whether the newest state of a repository or folder holds it.
    pub at_head: bool,
    /// Refs that reach it.
    pub refs: Vec<String>,
    /// Where it stands.
    pub places: Vec<Place>,
    /// In how many versions of files it stands.
    pub occurrences: u64,
    /// Days from the first commit that held it until it was removed, or until now.
    pub exposure_days: Option<u64>,
    /// Days since it was issued, or else since it was first seen.
    pub age_days: Option<u64>,
    /// When it was issued, where it tells.
    pub issued_at: Option<Date>,
    /// When it expires.
    pub expiry: Expiry,
    /// Other values that the same variable or file held: those before it and after it, by time.
    pub rotations: Vec<Rotation>,
    /// Who answers for it.
    pub owner: Option<Owner>,
    /// What it is used for.
    pub purpose: Option<String>,
    /// The services whose files hold it.
    pub services: Vec<String>,
    /// The agents and MCP servers it serves.
    pub agents: Vec<AgentUse>,
    /// Where else it is used.
    pub reuse: Reuse,
    /// Facts read from its parts.
    pub decoded: BTreeMap<String, String>,
    /// Whether a baseline accepts every place of it.
    pub accepted: bool,
    /// How to revoke or rotate it.
    pub revoke: String,
    /// Where its provider documents it.
    pub link: String,
    /// What is wrong with it by the OWASP NHI Top 10 of 2025.
    pub owasp: Vec<Concern>,
    /// The categories of the NIST Cybersecurity Framework 2.0 that these touch.
    pub nist_csf: Vec<String>,
    /// How urgent it is, and why.
    pub risk: Risk,
    /// The rules of the policy that it breaks.
    pub breaches: Vec<Breach>,
}

/// A further part of a credential.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Part {
    /// Its fingerprint.
    pub fingerprint: String,
    /// The rule that found it.
    pub rule: String,
    /// What it is, in a few words.
    pub title: String,
    /// It, as it may be shown.
    pub secret: String,
}

impl Part {
    /// The part that a finding names.
    #[must_use]
    pub fn of(companion: &Companion) -> Self {
        Self {
            fingerprint: companion.fingerprint.0.clone(),
            rule: companion.rule.id.clone(),
            title: companion.rule.title.clone(),
            secret: companion.secret.masked(),
        }
    }
}

/// A place where an identity stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The repository or folder.
    pub repository: String,
    /// The path of the file; empty for a message or a ref.
    pub path: String,
    /// What kind of place it is.
    pub origin: String,
    /// The line, counted from one.
    pub line: u64,
    /// The variable, key or parameter that holds it.
    pub variable: Option<String>,
    /// The environment that the place speaks of.
    pub environment: Environment,
    /// How the repository still holds it (`head`, `ref`, `stash`, `reflog`, `unreachable`).
    pub reach: Option<String>,
    /// The commit that brought it here.
    pub first_seen: Option<CommitFact>,
    /// The commit that took it out of here.
    pub removed: Option<CommitFact>,
}

/// When a credential expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "at")]
pub enum Expiry {
    /// At this time; it tells so itself.
    At(Date),
    /// Never, by its kind: a static key.
    Never,
    /// It may, and does not tell when.
    Unknown,
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(date) => f.write_str(&date.0.day()),
            Self::Never => f.write_str("no expiry"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// Another value of the same variable or file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// The identity that this value is.
    pub id: String,
    /// Where both stood.
    pub repository: String,
    /// The path of the file.
    pub path: String,
    /// The variable that held both.
    pub variable: Option<String>,
    /// When that value came.
    pub since: Option<Date>,
    /// When it went; `None` while it is there.
    pub until: Option<Date>,
    /// Whether it came before this identity.
    pub is_earlier: bool,
}

/// In how many places an identity is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reuse {
    /// Distinct files.
    pub files: u64,
    /// Distinct repositories and folders.
    pub repositories: u64,
    /// The environments it is used in; the unknown one is not counted.
    pub environments: Vec<Environment>,
}
