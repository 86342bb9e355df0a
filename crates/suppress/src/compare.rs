//! What became of a baseline: which secrets came, went, moved and spread between two versions of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::baseline::Baseline;

/// A secret that stood at one path and stands at another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// Which secret.
    pub secret: Known,
    /// Where it stood, or still stands.
    pub from: String,
    /// Where it stands.
    pub to: String,
}

/// A secret by its rule and fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Known {
    /// The id of the rule.
    pub rule: String,
    /// The fingerprint.
    pub fingerprint: String,
}

/// A secret at a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// Which secret.
    pub secret: Known,
    /// Where.
    pub path: String,
}

/// How two baselines differ, each list sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Secrets that the older one knows nowhere.
    pub added: Vec<At>,
    /// Secrets that are gone from a path and stand at no new one.
    pub fixed: Vec<At>,
    /// Secrets that are gone from one path and new at another.
    pub moved: Vec<Move>,
    /// Secrets that are where they were, and at a further path.
    pub spread: Vec<Move>,
}

/// Two baselines whose fingerprints were made with different keys cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the two baselines have different keys, so their fingerprints cannot be compared: were they created apart?"
)]
pub struct KeysDiffer;

type Paths<'a> = BTreeMap<&'a str, u64>;

impl Baseline {
    /// What became of it in `newer`.
    ///
    /// # Errors
    /// When the keys of the two differ.
    pub fn compare(&self, newer: &Self) -> Result<Comparison, KeysDiffer> {
        if self.key() != newer.key() {
            return Err(KeysDiffer);
        }
        let (before, after) = (self.by_secret(), newer.by_secret());
        let mut all = Comparison::default();
        let secrets: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let none = Paths::new();
        for secret in secrets {
            let known = Known { rule: secret.0.to_owned(), fingerprint: secret.1.to_owned() };
            let old = before.get(secret).unwrap_or(&none);
            let new = after.get(secret).unwrap_or(&none);
            all.secret(&known, old, new);
        }
        all.added.sort();
        all.fixed.sort();
        all.moved.sort();
        all.spread.sort();
        Ok(all)
    }

    fn by_secret(&self) -> BTreeMap<(&str, &str), Paths<'_>> {
        let mut all: BTreeMap<(&str, &str), Paths<'_>> = BTreeMap::new();
        for entry in self.entries() {
            let secret = (entry.rule.as_str(), entry.fingerprint.as_str());
            all.entry(secret).or_default().insert(&entry.path, entry.count);
        }
        all
    }
}

impl Comparison {
    /// Whether the two know the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.fixed.is_empty()
            && self.moved.is_empty()
            && self.spread.is_empty()
    }

    /// Of guessable secrets several can share a fingerprint at one path; each is counted.
    fn secret(&mut self, known: &Known, old: &Paths<'_>, new: &Paths<'_>) {
        let mut gone = surplus(old, new).into_iter();
        for path in surplus(new, old) {
            let to = || path.to_owned();
            match (gone.next(), old.keys().next()) {
                (Some(from), _) => {
                    self.moved.push(Move {
                        secret: known.clone(),
                        from: from.to_owned(),
                        to: to(),
                    });
                }
                (None, Some(from)) => {
                    let from = (*from).to_owned();
                    self.spread.push(Move { secret: known.clone(), from, to: to() });
                }
                (None, None) => self.added.push(At { secret: known.clone(), path: to() }),
            }
        }
        let fixed = gone.map(|path| At { secret: known.clone(), path: path.to_owned() });
        self.fixed.extend(fixed);
    }
}

/// The paths of `these` that `those` lack, each as often as it does.
fn surplus<'a>(these: &Paths<'a>, those: &Paths<'_>) -> Vec<&'a str> {
    let more = |(path, count): (&&'a str, &u64)| {
        let other = those.get(*path).copied().unwrap_or_default();
        let times = usize::try_from(count.saturating_sub(other)).unwrap_or(usize::MAX);
        std::iter::repeat_n(*path, times.min(MOST_ALIKE))
    };
    these.iter().flat_map(more).collect()
}

/// Secrets of one fingerprint at one path that are told apart.
const MOST_ALIKE: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BaselineEntry;

    fn baseline(entries: &[(&str, &str)]) -> Baseline {
        let mut baseline = Baseline::new("5a17".into());
        for (fingerprint, path) in entries {
            baseline.insert(BaselineEntry {
                fingerprint: (*fingerprint).into(),
                path: (*path).into(),
                rule: "jwt".into(),
                ..BaselineEntry::default()
            });
        }
        baseline
    }

    #[test]
    fn what_came_went_moved_and_spread_is_told_apart() {
        let old = baseline(&[("a", "1"), ("b", "1"), ("c", "1"), ("d", "1")]);
        let new = baseline(&[("a", "1"), ("b", "2"), ("c", "1"), ("c", "2"), ("e", "1")]);
        let all = old.compare(&new).unwrap();
        let places = |all: &[At]| -> Vec<String> {
            all.iter().map(|at| format!("{}:{}", at.secret.fingerprint, at.path)).collect()
        };
        let moves = |all: &[Move]| -> Vec<String> {
            all.iter()
                .map(|one| format!("{}:{}>{}", one.secret.fingerprint, one.from, one.to))
                .collect()
        };
        assert_eq!(places(&all.added), ["e:1"]);
        assert_eq!(places(&all.fixed), ["d:1"]);
        assert_eq!(moves(&all.moved), ["b:1>2"]);
        assert_eq!(moves(&all.spread), ["c:1>2"]);
        assert!(old.compare(&old).unwrap().is_empty());
    }

    #[test]
    fn baselines_of_different_keys_are_not_compared() {
        assert_eq!(baseline(&[]).compare(&Baseline::new("other".into())), Err(KeysDiffer));
    }
}
