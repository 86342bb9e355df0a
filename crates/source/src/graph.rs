//! Commits and how they follow each other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use tightlip_model::Reach;

/// A commit by its place in the graph.
pub(crate) type Node = usize;

/// Some commits, or every one of a store, each named by an `Id`.
pub(crate) struct Graph<Id> {
    commits: Vec<Entry<Id>>,
    parents: Vec<Node>,
    absent: Vec<(Node, Id)>,
}

struct Entry<Id> {
    id: Id,
    tree: Id,
    seconds: i64,
    parents: Range<usize>,
}

/// Commits as they were read.
pub(crate) struct Log<Id> {
    commits: Vec<Entry<Id>>,
    parents: Vec<Id>,
}

impl<Id> Default for Log<Id> {
    fn default() -> Self {
        Self { commits: Vec::new(), parents: Vec::new() }
    }
}

impl<Id> Log<Id> {
    /// Adds a commit: its id, its top folder, when it was committed, and the commits it follows.
    pub(crate) fn push(
        &mut self,
        id: Id,
        tree: Id,
        seconds: i64,
        parents: impl Iterator<Item = Id>,
    ) {
        let start = self.parents.len();
        self.parents.extend(parents);
        let parents = start..self.parents.len();
        self.commits.push(Entry { id, tree, seconds, parents });
    }

    /// Adds what another thread read.
    pub(crate) fn append(&mut self, other: Self) {
        let before = self.parents.len();
        self.parents.extend(other.parents);
        self.commits.extend(other.commits.into_iter().map(|commit| {
            let parents = commit.parents.start + before..commit.parents.end + before;
            Entry { parents, ..commit }
        }));
    }
}

impl<Id: Copy + Ord> Graph<Id> {
    /// The graph of these commits; parents that are not among them are left out.
    pub(crate) fn new(log: Log<Id>) -> Self {
        let Log { mut commits, parents: names } = log;
        commits.sort_unstable_by_key(|commit| commit.id);
        let ids: Vec<Id> = commits.iter().map(|commit| commit.id).collect();
        let (mut parents, mut absent) = (Vec::with_capacity(names.len()), Vec::new());
        for (node, commit) in commits.iter_mut().enumerate() {
            let start = parents.len();
            for name in names.get(commit.parents.clone()).unwrap_or_default() {
                match ids.binary_search(name) {
                    Ok(parent) => parents.push(parent),
                    Err(_) => absent.push((node, *name)),
                }
            }
            commit.parents = start..parents.len();
        }
        Self { commits, parents, absent }
    }

    /// How many commits there are.
    pub(crate) fn len(&self) -> usize {
        self.commits.len()
    }

    /// Parents that are not among the commits, each with the commit that names it.
    pub(crate) fn absent(&self) -> &[(Node, Id)] {
        &self.absent
    }

    /// Where a commit is in the graph.
    pub(crate) fn node(&self, id: &Id) -> Option<Node> {
        self.commits.binary_search_by_key(id, |commit| commit.id).ok()
    }

    /// The id of a commit.
    pub(crate) fn id(&self, node: Node) -> Option<Id> {
        self.commits.get(node).map(|commit| commit.id)
    }

    /// The top folder of a commit.
    pub(crate) fn tree(&self, node: Node) -> Option<Id> {
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
        let children = self.children();
        let key = |node: Node| Reverse((self.commits.get(node).map(|c| c.seconds), node));
        let ready = waits.iter().enumerate().filter(|(_, count)| **count == 0);
        let mut ready: BinaryHeap<_> = ready.map(|(node, _)| key(node)).collect();
        let mut order = Vec::with_capacity(self.commits.len());
        while let Some(Reverse((_, node))) = ready.pop() {
            order.push(node);
            for &child in children.of(node) {
                let count = waits.get_mut(child).expect("a child is a node");
                *count -= 1;
                if *count == 0 {
                    ready.push(key(child));
                }
            }
        }
        order
    }

    /// The commits that follow each commit.
    fn children(&self) -> Children {
        let mut starts = vec![0; self.commits.len() + 1];
        self.parents.iter().for_each(|parent| add(&mut starts, *parent, 1));
        let mut sum = 0;
        for end in &mut starts {
            sum += *end;
            *end = sum;
        }
        let mut all = vec![0; self.parents.len()];
        for (node, commit) in self.commits.iter().enumerate() {
            for &parent in self.parents.get(commit.parents.clone()).unwrap_or_default() {
                let at = starts.get_mut(parent).expect("a parent is a node");
                *at -= 1;
                all.get_mut(*at).into_iter().for_each(|place| *place = node);
            }
        }
        Children { starts, all }
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

    /// For each commit, the first `N` of `tips` that are it or come after it, by their place in the
    /// list. No commit is visited more than `N` times.
    pub(crate) fn first_tips<const N: usize>(&self, tips: &[Node]) -> Vec<[Option<u32>; N]> {
        let mut reached = vec![[None; N]; self.commits.len()];
        for (number, tip) in (0..).zip(tips) {
            let mut todo = vec![*tip];
            while let Some(node) = todo.pop() {
                let Some(known) = reached.get_mut(node) else { continue };
                // What is full here is full in everything this commit follows.
                let Some(free) = known.iter().position(|tip| tip.is_none_or(|tip| tip == number))
                else {
                    continue;
                };
                let place = known.get_mut(free).expect("it was just found");
                if place.replace(number).is_none() {
                    todo.extend(self.parents(node));
                }
            }
        }
        reached
    }
}

/// For each commit the commits that follow it, one list after the other.
struct Children {
    starts: Vec<usize>,
    all: Vec<Node>,
}

impl Children {
    fn of(&self, node: Node) -> &[Node] {
        let bound = |at: usize| self.starts.get(at).copied().unwrap_or(0);
        self.all.get(bound(node)..bound(node + 1)).unwrap_or_default()
    }
}

fn add(counts: &mut [usize], at: usize, more: usize) {
    counts.get_mut(at).into_iter().for_each(|count| *count += more);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commits by date and parents, named by their place.
    fn graph(commits: &[(i64, &[usize])]) -> Graph<usize> {
        let mut log = Log::default();
        for (id, (seconds, parents)) in commits.iter().enumerate() {
            log.push(id, id, *seconds, parents.iter().copied());
        }
        Graph::new(log)
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
    fn parents_that_are_not_there_are_named() {
        let graph = graph(&[(1, &[]), (2, &[7, 0])]);
        assert_eq!((graph.parents(1), graph.absent()), ([0].as_slice(), [(1, 7)].as_slice()));
    }

    #[test]
    fn the_first_tips_after_a_commit_are_told() {
        let graph = graph(&[(1, &[]), (2, &[]), (3, &[0]), (4, &[2, 1])]);
        let tips = graph.first_tips::<2>(&[2, 3, 3, 0]);
        let wanted =
            [[Some(0), Some(1)], [Some(1), Some(2)], [Some(0), Some(1)], [Some(1), Some(2)]];
        assert_eq!(tips, wanted);
    }
}
