//! The tally: what each entry of a baseline still lets pass. An entry lets no more secrets pass than
//! it counts, wherever they stand.

use std::collections::HashMap;

use tightlip_model::{Secret, Status};

use crate::BaselineEntry;

/// A secret at a path, however often it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Place<'a> {
    pub(crate) rule: &'a str,
    pub(crate) fingerprint: &'a str,
    /// The path as the baseline spells it.
    pub(crate) path: &'a str,
    pub(crate) secret: &'a Secret,
}

/// An entry and how many more secrets it lets pass.
struct Open<'a> {
    entry: &'a BaselineEntry,
    left: u64,
}

/// The entries of one rule and fingerprint, sorted by path.
#[derive(Default)]
struct Group<'a> {
    open: Vec<Open<'a>>,
    /// Those before this one cannot pay for a move.
    next: usize,
}

/// What a run has taken from a baseline.
#[derive(Default)]
pub(crate) struct Tally<'a> {
    groups: HashMap<(&'a str, &'a str), Group<'a>>,
    known: HashMap<Place<'a>, (Status, &'a BaselineEntry)>,
}

impl<'a> Tally<'a> {
    /// Nothing taken yet; `entries` come sorted by path.
    pub(crate) fn new(entries: impl Iterator<Item = &'a BaselineEntry>) -> Self {
        let mut tally = Self::default();
        for entry in entries {
            let group = tally.groups.entry((&entry.rule, &entry.fingerprint)).or_default();
            group.open.push(Open { entry, left: entry.count });
        }
        tally
    }

    /// Lets a secret pass at the path where it is known.
    pub(crate) fn keep(&mut self, place: Place<'a>) {
        if self.known.contains_key(&place) {
            return;
        }
        let Some(group) = self.groups.get_mut(&(place.rule, place.fingerprint)) else { return };
        let at = group.open.binary_search_by(|open| open.entry.path.as_str().cmp(place.path));
        let open = at.ok().and_then(|at| group.open.get_mut(at)).filter(|open| open.left > 0);
        if let Some(open) = open {
            open.left -= 1;
            self.known.insert(place, (Status::Unchanged, open.entry));
        }
    }

    /// Lets a secret pass at a new path, where one it is known at was read and no longer holds it.
    /// Comes after every [`Tally::keep`]; `was_read` says the same of a path each time.
    pub(crate) fn move_to(&mut self, place: Place<'a>, was_read: impl Fn(&str) -> bool) {
        if self.known.contains_key(&place) {
            return;
        }
        let Some(group) = self.groups.get_mut(&(place.rule, place.fingerprint)) else { return };
        while let Some(open) = group.open.get_mut(group.next) {
            if open.left > 0 && was_read(&open.entry.path) {
                open.left -= 1;
                self.known.insert(place, (Status::Moved, open.entry));
                return;
            }
            group.next += 1;
        }
    }

    /// How a secret is known, if it is.
    pub(crate) fn known(&self, place: &Place<'_>) -> Option<(Status, &'a BaselineEntry)> {
        self.known.get(place).copied()
    }

    /// How many entries have let fewer secrets pass than they count.
    pub(crate) fn idle(&self) -> usize {
        self.groups.values().flat_map(|group| &group.open).filter(|open| open.left > 0).count()
    }
}
