//! The baseline: known findings, by fingerprint and path, in a file that people commit.
//!
//! One JSON object a line, sorted, with no line numbers, no dates of runs and no commits: inserting
//! lines, reformatting or running on another machine changes nothing, and two branches that each add
//! lines merge by line. The first line holds the version and the key of the fingerprints.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::FingerprintKey;

/// What a person decided about an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// Nobody has looked.
    #[default]
    Unreviewed,
    /// A real secret that is known and being dealt with.
    True,
    /// No secret.
    False,
    /// Real, and accepted as a risk.
    Accepted,
}

/// One line: a secret at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    /// The fingerprint of rule and secret.
    pub fingerprint: String,
    /// The path, relative to the folder of the baseline.
    pub path: String,
    /// The id of the rule.
    pub rule: String,
    /// How many different secrets at the path have the fingerprint: of guessable ones, of which few
    /// bits are kept, there can be several.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u64,
    /// What a person decided.
    #[serde(default)]
    pub label: Label,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
}

impl Default for BaselineEntry {
    fn default() -> Self {
        let text = String::new;
        let (fingerprint, path, rule, reason, owner) = (text(), text(), text(), text(), text());
        Self { fingerprint, path, rule, count: 1, label: Label::default(), reason, owner }
    }
}

const fn one() -> u64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
const fn is_one(count: &u64) -> bool {
    *count == 1
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    tightlip_baseline: u32,
    salt: String,
}

/// The version of the file format this program reads and writes.
const VERSION: u32 = 1;

/// A baseline that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    /// There is no first line.
    #[error("the baseline is empty: write a new one with `tightlip baseline create`")]
    Empty,
    /// The first line is something else.
    #[error("line 1: this is no tightlip baseline: {0}")]
    Header(String),
    /// A later program wrote it.
    #[error("line 1: the baseline has version {0}, this program reads version 1: update tightlip")]
    Version(u32),
    /// Git has merged two baselines that were created apart.
    #[error(
        "line {line}: a second baseline begins here, with another key: keep one of the two (`git \
         checkout --ours` or `--theirs`) and run `tightlip baseline update`"
    )]
    TwoHeaders {
        /// The line, counted from one.
        line: usize,
    },
    /// A line cannot be read.
    #[error("line {line}: {message}")]
    Entry {
        /// The line, counted from one.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
}

/// Fingerprint, path and rule of an entry; two entries never share all three.
type EntryKey = (String, String, String);

/// Known findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    salt: String,
    key: FingerprintKey,
    entries: BTreeMap<EntryKey, BaselineEntry>,
}

impl Baseline {
    /// An empty baseline whose fingerprints are keyed by `salt`.
    #[must_use]
    pub fn new(salt: String) -> Self {
        let key = FingerprintKey::new(salt.as_bytes());
        Self { salt, key, entries: BTreeMap::new() }
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    /// When any line of it cannot be read: half a baseline is worse than none.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let (_, first) = lines.next().ok_or(BaselineError::Empty)?;
        let header: Header = serde_json::from_str(first)
            .map_err(|error| BaselineError::Header(error.to_string()))?;
        if header.tightlip_baseline != VERSION {
            return Err(BaselineError::Version(header.tightlip_baseline));
        }
        let mut baseline = Self::new(header.salt);
        for (index, line) in lines {
            if let Ok(other) = serde_json::from_str::<Header>(line) {
                if other.salt == baseline.salt {
                    continue;
                }
                return Err(BaselineError::TwoHeaders { line: index + 1 });
            }
            let entry: BaselineEntry = serde_json::from_str(line).map_err(|error| {
                BaselineError::Entry { line: index + 1, message: error.to_string() }
            })?;
            baseline.join(entry);
        }
        Ok(baseline)
    }

    /// Takes in a line of a file that git may have merged: of two for the same secret the one counts
    /// that somebody has reviewed, and the larger count.
    fn join(&mut self, entry: BaselineEntry) {
        let key = entry.key();
        let Some(known) = self.entries.get_mut(&key) else {
            self.entries.insert(key, entry);
            return;
        };
        let count = known.count.max(entry.count);
        if known.label == Label::Unreviewed {
            *known = entry;
        }
        known.count = count;
    }

    /// The file's text: the header, then one line an entry, sorted.
    #[must_use]
    pub fn to_text(&self) -> String {
        let header = Header { tightlip_baseline: VERSION, salt: self.salt.clone() };
        let line =
            |json: serde_json::Result<String>| json.expect("strings and numbers serialize") + "\n";
        let mut text = line(serde_json::to_string(&header));
        self.entries.values().for_each(|entry| text += &line(serde_json::to_string(entry)));
        text
    }

    /// The key its fingerprints were made with.
    #[must_use]
    pub fn key(&self) -> FingerprintKey {
        self.key.clone()
    }

    pub(crate) fn key_ref(&self) -> &FingerprintKey {
        &self.key
    }

    /// Adds an entry; one with the same fingerprint, path and rule is replaced.
    pub fn insert(&mut self, entry: BaselineEntry) {
        self.entries.insert(entry.key(), entry);
    }

    /// Every entry, sorted by fingerprint, path and rule.
    pub fn entries(&self) -> impl Iterator<Item = &BaselineEntry> {
        self.entries.values()
    }

    /// Every path it knows a secret at.
    #[must_use]
    pub fn paths(&self) -> BTreeSet<&str> {
        self.entries.values().map(|entry| entry.path.as_str()).collect()
    }

    /// A baseline of the `current` findings, one entry for each different secret, that keeps this
    /// one's key, and the labels, reasons and owners of what is still there.
    #[must_use]
    pub fn updated(&self, current: impl IntoIterator<Item = BaselineEntry>) -> Self {
        let mut next = Self::new(self.salt.clone());
        for entry in current {
            match next.entries.get_mut(&entry.key()) {
                Some(same) => same.count += entry.count,
                None => next.insert(entry),
            }
        }
        let mut lost = self.lost_to(&next);
        for (key, entry) in &mut next.entries {
            let moved = || lost.get_mut(&(key.0.as_str(), key.2.as_str())).and_then(Vec::pop);
            if let Some(known) = self.entries.get(key).or_else(moved) {
                entry.label = known.label;
                entry.reason.clone_from(&known.reason);
                entry.owner.clone_from(&known.owner);
            }
        }
        next
    }

    /// The entries that `next` has not, by fingerprint and rule, the first path last: what was
    /// decided about them holds where their secrets have gone.
    fn lost_to(&self, next: &Self) -> BTreeMap<(&str, &str), Vec<&BaselineEntry>> {
        let mut lost: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (key, entry) in self.entries.iter().rev() {
            if !next.entries.contains_key(key) {
                lost.entry((key.0.as_str(), key.2.as_str())).or_default().push(entry);
            }
        }
        lost
    }

    /// This baseline without what is not among the `current` findings; nothing is added.
    #[must_use]
    pub fn pruned(&self, current: impl IntoIterator<Item = BaselineEntry>) -> Self {
        let mut next = self.updated(current);
        next.entries.retain(|key, _| self.entries.contains_key(key));
        for (key, entry) in &mut next.entries {
            let known = self.entries.get(key).map_or(0, |known| known.count);
            entry.count = entry.count.min(known);
        }
        next
    }
}

impl BaselineEntry {
    fn key(&self) -> EntryKey {
        (self.fingerprint.clone(), self.path.clone(), self.rule.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(fingerprint: &str, path: &str) -> BaselineEntry {
        BaselineEntry {
            fingerprint: fingerprint.into(),
            path: path.into(),
            rule: "jwt".into(),
            ..BaselineEntry::default()
        }
    }

    fn sample() -> Baseline {
        let mut baseline = Baseline::new("5a17".into());
        baseline.insert(entry("v1-bb", "z.txt"));
        baseline.insert(entry("v1-aa", "b.txt"));
        baseline.insert(BaselineEntry {
            label: Label::False,
            reason: "a hash".into(),
            ..entry("v1-aa", "a.txt")
        });
        baseline
    }

    #[test]
    fn the_file_is_sorted_and_reads_back_as_it_was() {
        let text = sample().to_text();
        assert_eq!(
            text,
            "{\"tightlip_baseline\":1,\"salt\":\"5a17\"}\n\
             {\"fingerprint\":\"v1-aa\",\"path\":\"a.txt\",\"rule\":\"jwt\",\"label\":\"false\",\"reason\":\"a hash\"}\n\
             {\"fingerprint\":\"v1-aa\",\"path\":\"b.txt\",\"rule\":\"jwt\",\"label\":\"unreviewed\"}\n\
             {\"fingerprint\":\"v1-bb\",\"path\":\"z.txt\",\"rule\":\"jwt\",\"label\":\"unreviewed\"}\n"
        );
        assert_eq!(Baseline::parse(&text), Ok(sample()));
    }

    #[test]
    fn a_bad_line_is_named_and_nothing_is_taken_from_the_rest() {
        let text = sample().to_text().replace("\"v1-bb\"", "\"v1-bb");
        let error = Baseline::parse(&text).unwrap_err();
        assert!(matches!(error, BaselineError::Entry { line: 4, .. }), "{error}");
    }

    #[test]
    fn what_is_no_baseline_is_refused() {
        assert_eq!(Baseline::parse(""), Err(BaselineError::Empty));
        assert!(matches!(Baseline::parse("[{"), Err(BaselineError::Header(_))));
        let later = "{\"tightlip_baseline\":2,\"salt\":\"\"}";
        assert_eq!(Baseline::parse(later), Err(BaselineError::Version(2)));
    }

    #[test]
    fn an_update_keeps_the_labels_of_what_is_still_there_and_drops_the_rest() {
        let next = sample().updated([entry("v1-aa", "a.txt"), entry("v1-cc", "a.txt")]);
        let kept: Vec<_> = next.entries().map(|e| (e.fingerprint.as_str(), e.label)).collect();
        assert_eq!(kept, [("v1-aa", Label::False), ("v1-cc", Label::Unreviewed)]);
    }

    #[test]
    fn what_was_decided_goes_with_a_secret_that_moves() {
        let next = sample().updated([entry("v1-aa", "c.txt"), entry("v1-aa", "b.txt")]);
        let labels: Vec<_> = next.entries().map(|e| (e.path.as_str(), e.label)).collect();
        assert_eq!(labels, [("b.txt", Label::Unreviewed), ("c.txt", Label::False)]);
    }

    #[test]
    fn pruning_drops_what_is_gone_and_adds_nothing() {
        let next = sample().pruned([entry("v1-aa", "a.txt"), entry("v1-cc", "a.txt")]);
        let kept: Vec<_> = next.entries().map(|e| (e.fingerprint.as_str(), e.label)).collect();
        assert_eq!(kept, [("v1-aa", Label::False)]);
    }

    #[test]
    fn lines_that_git_merged_keep_what_was_decided() {
        let line = |label: &str, reason: &str| {
            format!(
                "{{\"fingerprint\":\"f\",\"path\":\"p\",\"rule\":\"r\",\"label\":\"{label}\",\"reason\":\"{reason}\"}}\n"
            )
        };
        let header = "{\"tightlip_baseline\":1,\"salt\":\"5a17\"}\n";
        let (old, new) = (line("unreviewed", ""), line("false", "a hash"));
        for text in [format!("{header}{old}{new}"), format!("{header}{new}{header}{old}")] {
            let merged = Baseline::parse(&text).unwrap();
            assert_eq!(merged.entries().map(|e| e.label).collect::<Vec<_>>(), [Label::False]);
        }
        let other = header.replace("5a17", "0000");
        let error = Baseline::parse(&format!("{header}{old}{other}{new}"));
        assert_eq!(error, Err(BaselineError::TwoHeaders { line: 3 }));
    }

    #[test]
    fn different_secrets_with_one_fingerprint_are_counted() {
        let next = sample().updated([entry("v1-aa", "a.txt"), entry("v1-aa", "a.txt")]);
        let text = next.to_text();
        assert!(text.contains("\"rule\":\"jwt\",\"count\":2,\"label\":\"false\""), "{text}");
        assert_eq!(Baseline::parse(&text), Ok(next.clone()));
        let fewer = next.updated([entry("v1-aa", "a.txt")]);
        assert_eq!(fewer.entries().map(|e| e.count).collect::<Vec<_>>(), [1]);
    }
}
