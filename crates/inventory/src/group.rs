//! Which sightings are one credential: copies by secret or whole fingerprint, parts by what names
//! them companions.
//!
//! The fingerprint of a guessable secret is cut to 16 bits, so among many such secrets equal
//! fingerprints mean little: where the secret itself is at hand it decides, and otherwise equal ones
//! count as copies within one repository only.

use std::collections::HashMap;

use tightlip_model::Secret;

use crate::sighting::Sighting;

/// A set of sightings, by their places in the list, that are one credential.
pub(crate) type Group = Vec<usize>;

/// The groups, in the order of their first sighting.
pub(crate) fn identities(sightings: &[Sighting]) -> Vec<Group> {
    let mut sets = Sets::new(sightings.len());
    copies(sightings, &mut sets);
    companions(sightings, &mut sets);
    let mut groups: Vec<Group> = Vec::new();
    let mut group_of: HashMap<usize, usize> = HashMap::new();
    for index in 0..sightings.len() {
        let group = *group_of.entry(sets.root(index)).or_insert(groups.len());
        if group == groups.len() {
            groups.push(Vec::new());
        }
        if let Some(members) = groups.get_mut(group) {
            members.push(index);
        }
    }
    groups
}

/// Whether two sightings show the same secret.
pub(crate) fn is_copy(one: &Sighting, other: &Sighting) -> bool {
    match (&one.secret, &other.secret) {
        (Some(one), Some(other)) => one == other,
        _ if one.fingerprint != other.fingerprint => false,
        _ => one.has_whole_fingerprint() || one.repository == other.repository,
    }
}

fn copies(sightings: &[Sighting], sets: &mut Sets) {
    let mut by_secret: HashMap<&Secret, usize> = HashMap::new();
    let mut by_print: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (index, one) in sightings.iter().enumerate() {
        if let Some(secret) = &one.secret {
            let first = *by_secret.entry(secret).or_insert(index);
            sets.join(first, index);
        }
        let within = if one.has_whole_fingerprint() { "" } else { one.repository.as_str() };
        let known = by_print.entry((one.fingerprint.as_str(), within)).or_default();
        let copy = known
            .iter()
            .find(|known| sightings.get(**known).is_some_and(|known| is_copy(known, one)));
        match copy {
            Some(copy) => sets.join(*copy, index),
            None => known.push(index),
        }
    }
}

fn companions(sightings: &[Sighting], sets: &mut Sets) {
    let mut by_place: HashMap<(&str, &str, &str), usize> = HashMap::new();
    for (index, one) in sightings.iter().enumerate() {
        by_place.entry((&one.repository, &one.path, &one.fingerprint)).or_insert(index);
    }
    for (index, one) in sightings.iter().enumerate() {
        for companion in &one.companions {
            let place = (one.repository.as_str(), one.path.as_str(), &*companion.fingerprint);
            if let Some(other) = by_place.get(&place) {
                sets.join(index, *other);
            }
        }
    }
}

/// Disjoint sets that grow together.
struct Sets {
    parents: Vec<usize>,
}

impl Sets {
    fn new(count: usize) -> Self {
        Self { parents: (0..count).collect() }
    }

    fn parent(&self, index: usize) -> usize {
        self.parents.get(index).copied().unwrap_or(index)
    }

    fn root(&mut self, index: usize) -> usize {
        let mut root = index;
        while self.parent(root) != root {
            root = self.parent(root);
        }
        let mut at = index;
        while at != root {
            let next = self.parent(at);
            if let Some(parent) = self.parents.get_mut(at) {
                *parent = root;
            }
            at = next;
        }
        root
    }

    /// The root of two joined sets is the smaller of their roots.
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        if let Some(parent) = self.parents.get_mut(high) {
            *parent = low;
        }
    }
}
