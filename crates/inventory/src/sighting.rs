//! A sighting: one finding as the inventory reads it, from a scan that just ran or from a saved
//! report. Owns which facts count; leaves to others what they mean together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tightlip_model::{
    Commit, Confidence, Finding, Kind, Origin, Proof, Reach, Secret, Severity, Suppression,
    Timestamp,
};

use crate::agent::AgentUse;
use crate::identity::Part;
use crate::variable;

/// A commit as the inventory tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitFact {
    /// Its id, in hexadecimal digits.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// The author's address.
    pub email: String,
    /// When it was written, ISO 8601 in UTC.
    pub date: Date,
    /// The first line of its message.
    pub summary: String,
}

/// A point in time that is written as ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(pub Timestamp);

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.0.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = tightlip_model::NoTimestamp;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl CommitFact {
    /// What there is to tell of `commit`.
    #[must_use]
    pub fn of(commit: &Commit) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            id: commit.id.to_string(),
            author: text(&commit.author),
            email: text(&commit.email),
            date: Date(Timestamp(commit.seconds)),
            summary: text(&commit.summary),
        }
    }
}

/// One secret at one path of one repository or folder, over all its versions.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The rule that found it.
    pub rule: String,
    /// What that rule finds, in a few words.
    pub title: String,
    /// Who issues the credential.
    pub provider: String,
    /// Which kind of credential it is.
    pub kind: Kind,
    /// How bad a leak is.
    pub severity: Severity,
    /// How sure the finding is.
    pub confidence: Confidence,
    /// Why it is believed.
    pub proof: Proof,
    /// The keyed hash of rule and secret.
    pub fingerprint: String,
    /// The other parts of the same credential.
    pub companions: Vec<Part>,
    /// The secret, where the scan just ran: only to tell same from different. Never written.
    pub secret: Option<Secret>,
    /// The secret as it may be shown.
    pub masked: String,
    /// The repository or folder, as the user named it.
    pub repository: String,
    /// The path of the file; empty for a message or a ref.
    pub path: String,
    /// What kind of place it is, in the words of the reports (`file`, `blob`, `commit-message`, …).
    pub origin: String,
    /// The line, counted from one.
    pub line: u64,
    /// How the repository still holds it; `None` outside of git.
    pub reach: Option<Reach>,
    /// Refs that reach it.
    pub refs: Vec<String>,
    /// The commit that brought it in.
    pub first: Option<CommitFact>,
    /// The newest commit that still held it, where HEAD does not.
    pub last: Option<CommitFact>,
    /// The newest commit that took it out, where HEAD does not hold it.
    pub removed: Option<CommitFact>,
    /// In how many versions of the file it stands.
    pub occurrences: u64,
    /// The variable, key or parameter whose value it is.
    pub variable: Option<String>,
    /// Facts read from the secret itself.
    pub decoded: BTreeMap<String, String>,
    /// The agent or MCP server whose settings hold it.
    pub agent: Option<AgentUse>,
    /// Why it is accepted: it stands in a baseline.
    pub accepted: Option<String>,
    /// How to revoke or rotate it.
    pub revoke: String,
    /// Where its provider documents it.
    pub link: String,
}

impl Sighting {
    /// The sighting of `finding` in `repository`; `None` for one that a mark or an allow-list says is
    /// no secret.
    #[must_use]
    pub fn of(finding: &Finding, repository: &str) -> Option<Self> {
        let accepted = match &finding.suppression {
            Some(Suppression::Inline { .. } | Suppression::Allowlist { .. }) => return None,
            Some(known @ Suppression::Baseline { .. }) => Some(known.reason().to_owned()),
            None => None,
        };
        let (rule, at) = (&finding.rule, &finding.provenance);
        let ended = at.ended.as_ref();
        let named = at.repository.to_text();
        let sighting = Self {
            rule: rule.id.clone(),
            title: rule.title.clone(),
            provider: rule.provider.clone(),
            kind: rule.kind,
            severity: finding.severity,
            confidence: finding.confidence,
            proof: finding.proof,
            fingerprint: finding.fingerprint.0.clone(),
            companions: finding.companions.iter().map(Part::of).collect(),
            secret: Some(finding.secret.clone()),
            masked: finding.secret.masked(),
            repository: if named.is_empty() { repository.to_owned() } else { named },
            path: at.path.to_text(),
            origin: at.origin.as_str().to_owned(),
            line: finding.location.line.0,
            reach: at.reach.or_else(|| is_present(at.origin).then_some(Reach::Head)),
            refs: at.refs.clone(),
            first: at.commit.as_ref().map(CommitFact::of),
            last: ended.map(|ended| CommitFact::of(&ended.last)),
            removed: ended.map(|ended| CommitFact::of(&ended.removed)),
            occurrences: finding.occurrences,
            variable: finding.excerpt.as_ref().and_then(variable::of),
            decoded: finding.decoded.iter().rev().cloned().collect(),
            agent: None,
            accepted,
            revoke: rule.revoke.clone(),
            link: rule.link.clone(),
        };
        Some(sighting.veiled())
    }

    /// The sighting without its own secret in any text, should masking before it have missed one.
    fn veiled(mut self) -> Self {
        let Some(secret) = self.secret.clone() else { return self };
        let Ok(secret) = std::str::from_utf8(secret.reveal()) else { return self };
        if secret.is_empty() {
            return self;
        }
        let commits = [&mut self.first, &mut self.last, &mut self.removed].into_iter().flatten();
        let said =
            commits.flat_map(|commit| [&mut commit.author, &mut commit.email, &mut commit.summary]);
        let own = [&mut self.path, &mut self.repository].into_iter().chain(self.variable.as_mut());
        let texts = own.chain(&mut self.refs).chain(self.decoded.values_mut()).chain(said);
        texts.filter(|text| text.contains(secret)).for_each(|text| {
            *text = text.replace(secret, &self.masked);
        });
        self
    }

    /// Whether the newest state of its repository or folder holds it.
    #[must_use]
    pub fn is_at_head(&self) -> bool {
        self.reach == Some(Reach::Head)
    }

    /// Whether the fingerprint is whole, so that equal ones mean equal secrets; that of a guessable
    /// secret is cut to 16 bits.
    #[must_use]
    pub fn has_whole_fingerprint(&self) -> bool {
        self.fingerprint.len() > "v1-".len() + 4
    }
}

/// Whether a place of this kind is the newest state by itself.
fn is_present(origin: Origin) -> bool {
    matches!(origin, Origin::File | Origin::Stdin | Origin::Index)
}
