//! Rotations: the values that one variable of one file held one after the other.

use std::collections::BTreeMap;

use crate::identity::{Identity, Place, Rotation};

/// A variable of a file; a place without a variable is named by the rule instead.
type Slot = (String, String, String);

/// Other values listed for one identity.
const MOST: usize = 50;

/// Notes for each identity the other identities that its variables held.
pub(crate) fn note(identities: &mut [Identity]) {
    let mut slots: BTreeMap<Slot, Vec<(usize, Place)>> = BTreeMap::new();
    for (index, identity) in identities.iter().enumerate() {
        for place in identity.places.iter().filter(|place| !place.path.is_empty()) {
            let slot = slot(identity, place);
            slots.entry(slot).or_default().push((index, place.clone()));
        }
    }
    for mut held in slots.into_values().filter(|held| held.len() > 1) {
        held.sort_by_key(|(index, place)| (since(place), *index));
        for (at, (index, place)) in held.iter().enumerate() {
            let others = held.iter().enumerate().filter(|(_, (other, _))| other != index);
            let others = others.filter(|(_, (_, other))| follows(place, other));
            let rotations: Vec<Rotation> = others
                .filter_map(|(when, (other, place))| {
                    Some(rotation(identities.get(*other)?, place, when < at))
                })
                .collect();
            if let Some(identity) = identities.get_mut(*index) {
                identity.rotations.extend(rotations);
                identity.rotations.truncate(MOST);
            }
        }
    }
}

fn slot(identity: &Identity, place: &Place) -> Slot {
    let name = place.variable.clone().unwrap_or_else(|| format!("rule {}", identity.rule));
    (place.repository.clone(), place.path.clone(), name)
}

fn since(place: &Place) -> Option<crate::sighting::Date> {
    place.first_seen.as_ref().map(|commit| commit.date)
}

/// Whether the two values stood one after the other. Two that are there together, such as two
/// entries of a list or two keys of that name in one file, are no rotation.
fn follows(one: &Place, other: &Place) -> bool {
    let ended = |place: &Place| place.removed.as_ref().map(|commit| commit.date);
    let before = |first: &Place, second: &Place| matches!((ended(first), since(second)), (Some(end), Some(begin)) if end <= begin);
    before(one, other) || before(other, one)
}

fn rotation(other: &Identity, place: &Place, is_earlier: bool) -> Rotation {
    Rotation {
        id: other.id.clone(),
        repository: place.repository.clone(),
        path: place.path.clone(),
        variable: place.variable.clone(),
        since: since(place),
        until: place.removed.as_ref().map(|commit| commit.date),
        is_earlier,
    }
}
