//! Findings to the non-human identities behind them: which credentials a code base gives away, whose
//! they are, how long they have been exposed, where else they are used, what to rotate first.
//!
//! Owns: grouping, every field of an identity, judgement, policy, comparison of two inventories.
//! Leaves to others: finding secrets, reading repositories, and what an inventory looks like in print.
//! There is no I/O here and no clock; no secret is written anywhere.

mod agent;
mod assemble;
mod changes;
mod environment;
mod family;
mod group;
mod identity;
mod judgement;
mod maturity;
mod owner;
mod policy;
mod purpose;
mod risk;
mod rotation;
mod saved;
mod sighting;
mod variable;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use tightlip_model::Timestamp;

pub use agent::{AgentUse, agent_of, use_of};
pub use changes::Changes;
pub use environment::Environment;
pub use family::Family;
pub use identity::{Expiry, Identity, Part, Place, Reuse, Rotation};
pub use judgement::{Concern, Owasp};
pub use maturity::{Fact, Guards, Maturity};
pub use owner::{Activity, CodeOwners, Owner, OwnerSource};
pub use policy::{Breach, Policy, PolicyRule};
pub use risk::{Risk, RiskPart};
pub use saved::{SavedError, SavedReport};
pub use sighting::{CommitFact, Date, Sighting};

/// What is known beside the sightings.
#[derive(Debug)]
pub struct Context {
    /// The present.
    pub now: Timestamp,
    /// What is expected of credentials.
    pub policy: Policy,
    /// When people committed last, over all repositories.
    pub activity: Activity,
    /// The repositories by the name that their sightings carry.
    pub repositories: BTreeMap<String, RepositoryFacts>,
}

/// What is known of a repository.
#[derive(Debug, Default)]
pub struct RepositoryFacts {
    /// Who owns which path.
    pub owners: CodeOwners,
    /// What guards it.
    pub guards: Guards,
}

impl Context {
    fn owners_in(&self, repository: &str) -> &CodeOwners {
        static NOBODY: std::sync::LazyLock<CodeOwners> =
            std::sync::LazyLock::new(CodeOwners::default);
        self.repositories.get(repository).map_or(&NOBODY, |facts| &facts.owners)
    }
}

/// The identities of a code base, the most urgent first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inventory {
    /// When it was made.
    pub made_at: Date,
    /// The identities.
    pub identities: Vec<Identity>,
    /// How well they are managed.
    pub maturity: Maturity,
}

impl Inventory {
    /// The inventory of what was sighted.
    #[must_use]
    pub fn new(mut sightings: Vec<Sighting>, context: &Context) -> Self {
        sightings.sort_by(|a, b| {
            let key = |one: &Sighting| {
                (one.repository.clone(), one.path.clone(), one.line, one.fingerprint.clone())
            };
            key(a).cmp(&key(b))
        });
        let mut ids = Ids::default();
        let mut identities: Vec<Identity> = group::identities(&sightings)
            .into_iter()
            .filter_map(|members| {
                let mut group: Vec<&Sighting> =
                    members.iter().filter_map(|index| sightings.get(*index)).collect();
                assemble::lead(&mut group);
                let id = ids.next(&group.first()?.fingerprint);
                assemble::identity(&group, id, context)
            })
            .collect();
        rotation::note(&mut identities);
        identities.iter_mut().for_each(|identity| judge(identity, context));
        identities.sort_by(|a, b| {
            (b.risk.score, &a.provider, &a.id).cmp(&(a.risk.score, &b.provider, &b.id))
        });
        let guards: Vec<Guards> = context.repositories.values().map(|facts| facts.guards).collect();
        let maturity = Maturity::of(&identities, &guards, &context.policy);
        Self { made_at: Date(context.now), identities, maturity }
    }

    /// How many identities break the policy.
    #[must_use]
    pub fn breaching(&self) -> u64 {
        self.identities.iter().filter(|identity| !identity.breaches.is_empty()).count() as u64
    }
}

fn judge(identity: &mut Identity, context: &Context) {
    identity.breaches = context.policy.breaches(identity, context.now);
    identity.owasp = judgement::concerns(identity, &context.policy);
    identity.nist_csf = judgement::nist(&identity.owasp);
    identity.risk = Risk::of(identity, context.now);
}

/// Names for identities: several may share the short fingerprint of a guessable secret.
#[derive(Default)]
struct Ids {
    taken: HashMap<String, u32>,
}

impl Ids {
    fn next(&mut self, fingerprint: &str) -> String {
        let count = self.taken.entry(fingerprint.to_owned()).or_default();
        *count += 1;
        match *count {
            1 => fingerprint.to_owned(),
            more => format!("{fingerprint}-{more}"),
        }
    }
}
