//! Maps from numbers to numbers that share what they have in common: a changed copy of a large map
//! costs memory for the change. Equal maps are the same one.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::rc::Rc;

/// A map by number.
pub(super) type Map = u32;
/// The map that holds nothing.
pub(super) const EMPTY: Map = 0;
/// A key and its value.
pub(super) type Pair = (u32, u32);
/// A key and the value it gets, or none.
pub(super) type Edit = (u32, Option<u32>);

/// A map of at most so many pairs is one list.
const LEAF: usize = 16;
/// Bits of the key that choose a branch.
const BITS: u32 = 4;
const DEEPEST: u32 = u32::BITS / BITS;

/// All maps of a kind.
pub(super) struct Maps {
    nodes: Vec<Node>,
    sizes: Vec<u32>,
    numbers: HashMap<Node, Map, Folding>,
    #[cfg(test)]
    pub(super) work: std::cell::Cell<u64>,
}

/// A list of pairs, or of branches by the next digit of the key; which of them is a matter of size alone.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    is_branch: bool,
    pairs: Rc<[Pair]>,
}

impl Hash for Node {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.is_branch));
        let pair = |(key, value): &Pair| u64::from(*key) << 32 | u64::from(*value);
        self.pairs.iter().for_each(|one| state.write_u64(pair(one)));
    }
}

/// Makes hashers that fold the halves of a product, with a factor nobody can foresee.
struct Folding(u64);

impl BuildHasher for Folding {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded { state: self.0, factor: self.0 }
    }
}

struct Folded {
    state: u64,
    factor: u64,
}

impl Hasher for Folded {
    fn finish(&self) -> u64 {
        self.state
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.state ^ number) * u128::from(self.factor);
        let [low, high] = [product, product >> 64].map(|half| half as u64);
        self.state = (low ^ high).wrapping_add(0x9E37_79B9_7F4A_7C15);
    }
}

impl Default for Maps {
    fn default() -> Self {
        let mut maps = Self {
            nodes: Vec::new(),
            sizes: Vec::new(),
            numbers: HashMap::with_hasher(Folding(RandomState::new().hash_one(0_u8) | 1)),
            #[cfg(test)]
            work: std::cell::Cell::default(),
        };
        maps.share(false, &[], 0);
        maps
    }
}

impl Maps {
    /// Pairs of all lists and branches.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.nodes.iter().map(|node| node.pairs.len()).sum()
    }

    /// How many pairs a map has.
    pub(super) fn size(&self, map: Map) -> usize {
        self.sizes.get(map as usize).map_or(0, |size| *size as usize)
    }

    /// The value of a key.
    pub(super) fn get(&self, map: Map, key: u32) -> Option<u32> {
        self.get_below(map, key, 0)
    }

    /// The map after some edits, whose keys are all different.
    pub(super) fn edited(&mut self, map: Map, edits: &[Edit]) -> Map {
        self.edited_below(map, edits, 0)
    }

    /// All pairs of a map.
    pub(super) fn pairs(&self, map: Map) -> Vec<Pair> {
        let (mut todo, mut pairs) = (vec![map], Vec::with_capacity(self.size(map)));
        while let Some(node) = todo.pop().and_then(|map| self.nodes.get(map as usize)) {
            match node.is_branch {
                true => todo.extend(node.pairs.iter().map(|(_, below)| *below)),
                false => pairs.extend_from_slice(&node.pairs),
            }
        }
        pairs
    }

    /// The pairs of a map that none of the others has. What is the same map is not looked into.
    pub(super) fn fresh(&self, map: Map, others: &[Map]) -> Vec<Pair> {
        let mut fresh = Vec::new();
        self.fresh_below(map, others, 0, &mut fresh);
        fresh
    }

    fn get_below(&self, map: Map, key: u32, depth: u32) -> Option<u32> {
        let (mut map, mut depth) = (map, depth);
        loop {
            let node = self.nodes.get(map as usize)?;
            let wanted = if node.is_branch { digit(key, depth) } else { key };
            let (_, found) = *node.pairs.iter().find(|(key, _)| *key == wanted)?;
            if !node.is_branch {
                return Some(found);
            }
            (map, depth) = (found, depth + 1);
        }
    }

    fn fresh_below(&self, map: Map, others: &[Map], depth: u32, fresh: &mut Vec<Pair>) {
        self.count();
        let Some(node) = self.nodes.get(map as usize).filter(|_| !others.contains(&map)) else {
            return;
        };
        for &(key, value) in node.pairs.iter() {
            if node.is_branch {
                let below: Vec<Map> = others.iter().map(|map| self.below(*map, key)).collect();
                self.fresh_below(value, &below, depth + 1, fresh);
            } else if !others.iter().any(|map| self.get_below(*map, key, depth) == Some(value)) {
                fresh.push((key, value));
            }
        }
    }

    /// What a map has below a digit; a list is not divided.
    fn below(&self, map: Map, digit: u32) -> Map {
        let Some(node) = self.nodes.get(map as usize).filter(|node| node.is_branch) else {
            return map;
        };
        node.pairs.iter().find(|(key, _)| *key == digit).map_or(EMPTY, |(_, below)| *below)
    }

    fn edited_below(&mut self, map: Map, edits: &[Edit], depth: u32) -> Map {
        self.count();
        let Some(node) = self.nodes.get(map as usize).filter(|_| !edits.is_empty()) else {
            return map;
        };
        let is_edited = |key: u32| edits.iter().any(|(edited, _)| *edited == key);
        if !node.is_branch {
            let kept = node.pairs.iter().filter(|(key, _)| !is_edited(*key)).copied();
            let new = edits.iter().filter_map(|(key, value)| value.map(|value| (*key, value)));
            let pairs = kept.chain(new).collect();
            return self.build(pairs, depth);
        }
        let mut branches = node.pairs.to_vec();
        for (chosen, some) in by_digit(edits.to_vec(), depth, |edit| edit.0) {
            let at = branches.partition_point(|(digit, _)| *digit < chosen);
            let old = branches.get(at).filter(|(digit, _)| *digit == chosen);
            let (is_there, old) = (old.is_some(), old.map_or(EMPTY, |(_, below)| *below));
            let new = self.edited_below(old, &some, depth + 1);
            let put = (new != EMPTY).then_some((chosen, new));
            branches.splice(at..at + usize::from(is_there), put);
        }
        let size: usize = branches.iter().map(|(_, below)| self.size(*below)).sum();
        if size > LEAF {
            return self.share(true, &branches, size);
        }
        let pairs = branches.iter().flat_map(|(_, below)| self.pairs(*below)).collect();
        self.build(pairs, depth)
    }

    fn build(&mut self, mut pairs: Vec<Pair>, depth: u32) -> Map {
        let size = pairs.len();
        if size <= LEAF || depth >= DEEPEST {
            pairs.sort_unstable();
            return self.share(false, &pairs, size);
        }
        let parts = by_digit(pairs, depth, |pair| pair.0);
        let branches: Vec<Pair> =
            parts.map(|(digit, part)| (digit, self.build(part, depth + 1))).collect();
        self.share(true, &branches, size)
    }

    fn share(&mut self, is_branch: bool, pairs: &[Pair], size: usize) -> Map {
        let node = Node { is_branch, pairs: pairs.into() };
        if let Some(map) = self.numbers.get(&node) {
            return *map;
        }
        let map = super::numbers::number(self.nodes.len());
        self.nodes.push(node.clone());
        self.sizes.push(super::numbers::number(size));
        self.numbers.insert(node, map);
        map
    }

    #[cfg(test)]
    fn count(&self) {
        self.work.set(self.work.get() + 1);
    }

    #[cfg(not(test))]
    const fn count(&self) {}
}

/// What is in `all`, apart by the digit of the key.
fn by_digit<T>(
    all: Vec<T>,
    depth: u32,
    key: impl Fn(&T) -> u32,
) -> impl Iterator<Item = (u32, Vec<T>)> {
    let mut parts: [Vec<T>; 1 << BITS] = Default::default();
    for one in all {
        if let Some(part) = parts.get_mut(digit(key(&one), depth) as usize) {
            part.push(one);
        }
    }
    (0..).zip(parts).filter(|(_, part)| !part.is_empty())
}

const fn digit(key: u32, depth: u32) -> u32 {
    key >> (depth * BITS) & ((1 << BITS) - 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn sorted(maps: &Maps, map: Map) -> BTreeMap<u32, u32> {
        maps.pairs(map).into_iter().collect()
    }

    #[test]
    fn a_change_of_a_large_map_costs_a_branch_of_it() {
        let mut maps = Maps::default();
        let edits: Vec<Edit> = (0..100_000).map(|key| (key, Some(key))).collect();
        let map = maps.edited(EMPTY, &edits);
        let before = maps.held();
        let other = maps.edited(map, &[(77, None), (200_000, Some(1))]);
        let after = maps.held();
        assert!(after - before < 400, "{}", after - before);
        maps.work.set(0);
        assert_eq!(maps.fresh(other, &[map]), [(200_000, 1)]);
        assert!(maps.work.get() < 400, "{}", maps.work.get());
    }

    proptest! {
        #[test]
        fn they_are_maps(
            runs in prop::collection::vec(
                prop::collection::btree_map(0_u32..90, prop::option::of(0_u32..3), 0..40), 1..6)
        ) {
            let (mut maps, mut map, mut model) = (Maps::default(), EMPTY, BTreeMap::new());
            let mut all = vec![(map, model.clone())];
            for run in runs {
                let key = |key: u32| key.wrapping_mul(0x0100_0011);
                let edits: Vec<Edit> = run.iter().map(|(k, v)| (key(*k), *v)).collect();
                map = maps.edited(map, &edits);
                for (key, value) in edits {
                    match value {
                        Some(value) => model.insert(key, value),
                        None => model.remove(&key),
                    };
                }
                prop_assert_eq!(&sorted(&maps, map), &model);
                prop_assert_eq!(maps.size(map), model.len());
                all.push((map, model.clone()));
            }
            for (one, left) in &all {
                for (other, right) in &all {
                    prop_assert_eq!(one == other, left == right);
                    let fresh: BTreeMap<u32, u32> = maps.fresh(*one, &[*other]).into_iter().collect();
                    let wanted = left.iter().filter(|(key, value)| right.get(key) != Some(value));
                    prop_assert_eq!(fresh, wanted.map(|(key, value)| (*key, *value)).collect());
                }
            }
        }
    }
}
