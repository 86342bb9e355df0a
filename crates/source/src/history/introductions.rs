//! What a commit brought in: which wanted blobs stand at which paths in it but in none of its
//! parents.

use std::collections::{HashMap, HashSet};

use super::folders::Kind;
use super::views::{Edge, View, Views};

/// Places of one blob that are told.
pub(super) const PLACES: usize = 100;

/// Finds what commits brought in, one commit after the other.
#[derive(Default)]
pub(super) struct Introductions {
    /// Paths told so far, by blob.
    told: HashMap<u32, usize>,
    /// Views below which every blob has all the places it gets.
    full: HashSet<View>,
}

/// A folder that is compared with those of the parents at the same path.
struct Compared {
    /// What none of the parents has.
    fresh: Vec<Edge>,
    view: View,
    parents: Vec<View>,
    next: usize,
    path_length: usize,
    is_full: bool,
}

impl Introductions {
    /// Calls `each` with path and blob of what stands in `root` but in none of `parents`; `each`
    /// says whether that is a place not known yet.
    pub(super) fn of(
        &mut self,
        views: &Views<'_>,
        root: View,
        parents: &[View],
        mut each: impl FnMut(&[u8], &Edge) -> bool,
    ) {
        if parents.contains(&root) {
            return;
        }
        let mut path = Vec::new();
        let mut stack = vec![compare(views, root, parents.to_vec(), 0)];
        while let Some(top) = stack.last_mut() {
            let Some(edge) = top.fresh.get(top.next).copied() else {
                self.close(&mut stack);
                continue;
            };
            top.next += 1;
            if self.is_full(&edge) {
                continue;
            }
            path.truncate(top.path_length);
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(views.name(edge.slot));
            if edge.kind == Kind::Folder {
                let below = top.parents.iter().filter_map(|parent| views.below(*parent, edge.slot));
                let below = below.collect();
                stack.push(compare(views, edge.target, below, path.len()));
            } else {
                *self.told.entry(edge.target).or_default() += usize::from(each(&path, &edge));
                top.is_full &= self.is_full(&edge);
            }
        }
    }

    /// Whether some blob stands in more places than are told.
    pub(super) fn left_out_any(&self) -> bool {
        self.told.values().any(|&count| count >= PLACES)
    }

    fn is_full(&self, edge: &Edge) -> bool {
        if edge.kind == Kind::Folder {
            return self.full.contains(&edge.target);
        }
        self.told.get(&edge.target).is_some_and(|&count| count >= PLACES)
    }

    /// Leaves a folder; one that is full is never entered again, which keeps tree bombs cheap.
    fn close(&mut self, stack: &mut Vec<Compared>) {
        let Some(done) = stack.pop() else { return };
        if done.is_full {
            self.full.insert(done.view);
        } else if let Some(above) = stack.last_mut() {
            above.is_full = false;
        }
    }
}

fn compare(views: &Views<'_>, view: View, parents: Vec<View>, path_length: usize) -> Compared {
    let fresh = views.fresh(view, &parents);
    let is_full = fresh.len() == views.size(view);
    Compared { fresh, view, parents, next: 0, path_length, is_full }
}
