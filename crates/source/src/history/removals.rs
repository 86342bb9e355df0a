//! When blobs left their places: for each place that HEAD no longer has, the newest commit that took
//! the blob out of it.

use std::collections::{BTreeMap, HashSet};

use tightlip_git::ObjectId;
use tightlip_model::Reach;

use super::introductions::Introductions;
use super::place::{Key, Known};
use super::views::{View, Views};
use crate::graph::{Graph, Node};

/// A commit that took a blob out of a place.
#[derive(Clone, Copy)]
pub(super) struct Removal {
    /// The parent that still had it.
    pub(super) last: Node,
    /// The commit without it.
    pub(super) removed: Node,
}

/// Notes for each place of `known` how it ended: by the newest commit, of those that refs reach, whose
/// tree lacks what the tree of a parent has. A place that the tree of `head` has did not end.
pub(super) fn note(
    graph: &Graph<u32>,
    order: &[Node],
    reach: &[Reach],
    head: Option<Node>,
    (views, wanted): (&mut Views<'_>, &[ObjectId]),
    known: &mut BTreeMap<Key, Known>,
) {
    let mut root = |node: Node| graph.tree(node).and_then(|tree| views.of(tree));
    let roots: Vec<Option<View>> = (0..order.len()).map(&mut root).collect();
    let root = |node: Node| roots.get(node).copied().flatten();
    let key = |blob: u32, path: &[u8]| Some((*wanted.get(blob as usize)?, path.to_vec()));
    let held = |node: &&Node| reach.get(**node).is_some_and(|hold| *hold <= Reach::Ref);
    let mut departures = Introductions::default();
    // The newest come first: theirs is the removal that counts.
    for node in order.iter().rev().filter(held) {
        let after = root(*node);
        for parent in graph.parents(*node) {
            let Some(before) = root(*parent) else { continue };
            let removal = Removal { last: *parent, removed: *node };
            departures.of(views, before, after.as_slice(), |path, edge| {
                let place = key(edge.target, path).and_then(|key| known.get_mut(&key));
                let Some(place) = place.filter(|place| place.removal.is_none()) else {
                    return false;
                };
                place.removal = Some(removal);
                true
            });
        }
    }
    let Some(head) = head.and_then(root) else { return };
    let mut present = HashSet::new();
    Introductions::default()
        .of(views, head, &[], |path, edge| present.insert(key(edge.target, path)));
    for place in present.into_iter().flatten() {
        if let Some(place) = known.get_mut(&place) {
            place.removal = None;
        }
    }
}
