//! What changed between two inventories.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Inventory;
use crate::identity::Identity;
use crate::policy::PolicyRule;

/// What a later inventory has that an earlier one had not, and the other way round: ids of
/// identities, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Identities that were not known.
    pub appeared: Vec<String>,
    /// Identities that were at HEAD and no longer are.
    pub removed_from_head: Vec<String>,
    /// Identities whose variable holds another value now.
    pub rotated: Vec<String>,
    /// Identities that grew too old, expired, or lost their owner.
    pub went_stale: Vec<String>,
    /// Identities that are no longer found at all: their objects are gone.
    pub gone: Vec<String>,
}

impl Changes {
    /// What changed from `old` to `new`.
    #[must_use]
    pub fn between(old: &Inventory, new: &Inventory) -> Self {
        let before: BTreeMap<&str, &Identity> = by_id(old);
        let after: BTreeMap<&str, &Identity> = by_id(new);
        let both = || after.iter().filter_map(|(id, new)| Some((*id, *before.get(id)?, *new)));
        let ids = |all: &mut dyn Iterator<Item = &str>| all.map(str::to_owned).collect();
        Self {
            appeared: ids(&mut after.keys().copied().filter(|id| !before.contains_key(id))),
            removed_from_head: ids(&mut both()
                .filter(|(_, old, new)| old.at_head && !new.at_head)
                .map(|(id, _, _)| id)),
            rotated: ids(&mut both()
                .filter(|(_, old, new)| later(new) > later(old))
                .map(|(id, _, _)| id)),
            went_stale: ids(&mut both()
                .filter(|(_, old, new)| !is_stale(old) && is_stale(new))
                .map(|(id, _, _)| id)),
            gone: ids(&mut before.keys().copied().filter(|id| !after.contains_key(id))),
        }
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn by_id(inventory: &Inventory) -> BTreeMap<&str, &Identity> {
    inventory.identities.iter().map(|one| (one.id.as_str(), one)).collect()
}

/// How many values came after this one.
fn later(identity: &Identity) -> usize {
    identity.rotations.iter().filter(|other| !other.is_earlier).count()
}

fn is_stale(identity: &Identity) -> bool {
    identity.breaches.iter().any(|breach| {
        matches!(breach.rule, PolicyRule::MaxAge | PolicyRule::Expired | PolicyRule::ActiveOwner)
    })
}
