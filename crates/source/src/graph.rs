//! Commits and how they follow each other.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::ops::Range;

use tightlip_git::ObjectId;
use tightlip_model::Reach;

/// A commit by its place in the graph.
pub(crate) type Node = usize;

/// Some commits, or every one of a store.
pub(crate) struct Graph {
    commits: Vec<Entry>,
    parents: Vec<Node>,
    by_id: HashMap<ObjectId, Node>,
    absent: Vec<(Node, ObjectId)>,
}

struct Entry {
    id: ObjectId,
    tree: ObjectId,
    seconds: i64,
    parents: Range<usize>,
}

/// A commit as it was read.
pub(crate) struct Read {
    /// Its id.
    pub(crate) id: ObjectId,
    /// Its top folder.
    pub(crate) tree: ObjectId,
    /// When it was committed.
    pub(crate) seconds: i64,
    /// The commits it follows.
    pub(crate) parents: Vec<ObjectId>,
}

impl Graph {
    /// The graph of these commits; parents that are not among them are left out.
    pub(crate) fn new(mut read: Vec<Read>) -> Self {
        read.sort_unstable_by_key(|commit| commit.id);
        let by_id: HashMap<_, _> =
            read.iter().zip(0..).map(|(commit, at)| (commit.id, at)).collect();
        let (mut commits, mut parents) = (Vec::with_capacity(read.len()), Vec::new());
        let mut absent = Vec::new();
        for Read { id, tree, seconds, parents: names } in read {
            let start = parents.len();
            parents.extend(names.iter().filter_map(|name| by_id.get(name)));
            let lacks = names.iter().filter(|name| !by_id.contains_key(name));
            absent.extend(lacks.map(|name| (commits.len(), *name)));
            commits.push(Entry { id, tree, seconds, parents: start..parents.len() });
        }
        Self { commits, parents, by_id, absent }
    }

    /// How many commits there are.
    pub(crate) fn len(&self) -> usize {
        self.commits.len()
    }

    /// Parents that are not among the commits, each with the commit that names it.
    pub(crate) fn absent(&self) -> &[(Node, ObjectId)] {
        &self.absent
    }

    /// Where a commit is in the graph.
    pub(crate) fn node(&self, id: &ObjectId) -> Option<Node> {
        self.by_id.get(id).copied()
    }

    /// The id of a commit.
    pub(crate) fn id(&self, node: Node) -> Option<ObjectId> {
        self.commits.get(node).map(|commit| commit.id)
    }

    /// The top folder of a commit.
    pub(crate) fn tree(&self, node: Node) -> Option<ObjectId> {
        self.commits.get(node).map(|commit| commit.tree)
    }

    /// The commits a commit follows, as far as the store has them.
    pub(crate) fn parents(&self, node: Node) -> &[Node] {
        let range = self.commits.get(node).map_or(0..0, |commit| commit.parents.clone());
        self.parents.get(range).unwrap_or_default()
    }

    /// All commits, parents before children, and the oldest first where that leaves a choice.
    pub(crate) fn order(&self) -> Vec<Node> {
        let mut waits: Vec<usize> = self.commits.iter().map(|c| c.parents.len()).collect();
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); self.commits.len()];
        for (node, commit) in self.commits.iter().enumerate() {
            for parent in self.parents.get(commit.parents.clone()).unwrap_or_default() {
                let child = u32::try_from(node).expect("memory holds fewer commits than 2^32");
                children.get_mut(*parent).expect("a parent is a node").push(child);
            }
        }
        let key = |node: Node| Reverse((self.commits.get(node).map(|c| c.seconds), node));
        let ready = waits.iter().enumerate().filter(|(_, count)| **count == 0);
        let mut ready: BinaryHeap<_> = ready.map(|(node, _)| key(node)).collect();
        let mut order = Vec::with_capacity(self.commits.len());
        while let Some(Reverse((_, node))) = ready.pop() {
            order.push(node);
            for child in children.get_mut(node).map(std::mem::take).unwrap_or_default() {
                let child = child as Node;
                let count = waits.get_mut(child).expect("a child is a node");
                *count -= 1;
                if *count == 0 {
                    ready.push(key(child));
                }
            }
        }
        order
    }

    /// The firmest hold on each commit, given what holds the tips.
    pub(crate) fn reach(&self, tips: &[(Reach, Node)]) -> Vec<Reach> {
        let mut reach = vec![Reach::Unreachable; self.commits.len()];
        let mut tips = tips.to_vec();
        tips.sort_unstable();
        for (hold, tip) in tips {
            let mut todo = vec![tip];
            while let Some(node) = todo.pop() {
                match reach.get_mut(node) {
                    Some(known) if *known > hold => *known = hold,
                    _ => continue,
                }
                todo.extend(self.parents(node));
            }
        }
        reach
    }

    /// For each commit, which of at most 64 `targets` it is or comes after.
    pub(crate) fn descent(&self, order: &[Node], targets: &[Node]) -> Vec<u64> {
        let mut masks = vec![0_u64; self.commits.len()];
        for (bit, target) in targets.iter().enumerate().take(64) {
            if let Some(mask) = masks.get_mut(*target) {
                *mask |= 1 << bit;
            }
        }
        for &node in order {
            let above = self.parents(node).iter().filter_map(|parent| masks.get(*parent));
            let above = above.fold(0, |all, mask| all | mask);
            if let Some(mask) = masks.get_mut(node) {
                *mask |= above;
            }
        }
        masks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> ObjectId {
        ObjectId::from_bytes(&[number; 20]).unwrap()
    }

    /// Commits by date and parents.
    fn graph(commits: &[(i64, &[usize])]) -> Graph {
        let mut graph = Graph::new(Vec::new());
        for (node, (seconds, parents)) in commits.iter().enumerate() {
            let start = graph.parents.len();
            graph.parents.extend(*parents);
            let name = id(u8::try_from(node).unwrap());
            let parents = start..graph.parents.len();
            graph.commits.push(Entry { id: name, tree: name, seconds: *seconds, parents });
            graph.by_id.insert(name, node);
        }
        graph
    }

    #[test]
    fn parents_come_first_whatever_their_dates_say() {
        let graph = graph(&[(9, &[]), (1, &[0]), (5, &[]), (2, &[1, 2])]);
        assert_eq!(graph.order(), [2, 0, 1, 3]);
    }

    #[test]
    fn the_firmest_hold_counts() {
        let graph = graph(&[(1, &[]), (2, &[0]), (3, &[1]), (4, &[])]);
        let reach = graph.reach(&[(Reach::Reflog, 2), (Reach::Ref, 1)]);
        assert_eq!(reach, [Reach::Ref, Reach::Ref, Reach::Reflog, Reach::Unreachable]);
    }

    #[test]
    fn descent_follows_every_parent() {
        let graph = graph(&[(1, &[]), (2, &[]), (3, &[0]), (4, &[2, 1])]);
        assert_eq!(graph.descent(&graph.order(), &[0, 1]), [1, 2, 1, 3]);
    }
}
