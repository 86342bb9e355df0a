//! The judge: one verdict a finding, from marks, allow-list and baseline.

use std::collections::{BTreeMap, BTreeSet};

use tightlip_model::{Fingerprint, PathBytes, Secret, Status, Suppression};

use crate::{Allowlist, Baseline, BaselineEntry, FingerprintKey, LineContext, Marks};

/// How much of what the baseline speaks of a run looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// All of it: a path that was not seen is gone.
    Whole,
    /// Some of it: a path that was not seen may still be there.
    #[default]
    Part,
}

/// How the paths of findings turn into paths relative to the root of baseline and allow-list.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    /// What to take off the front of a finding's path, with its final `/`; a path that does not begin
    /// so is taken as it is.
    pub strip: Vec<u8>,
    /// What to put in front of it, with its final `/`.
    pub prepend: Vec<u8>,
}

impl Paths {
    /// A finding's path as baseline and allow-list spell it.
    #[must_use]
    pub fn relative(&self, path: &PathBytes) -> PathBytes {
        match path.as_bytes().strip_prefix(self.strip.as_slice()) {
            Some(rest) => PathBytes([&self.prepend, rest].concat()),
            None => path.clone(),
        }
    }
}

/// What became of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How it stands to the baseline.
    pub status: Status,
    /// Why it does not count; `None` when it does.
    pub suppression: Option<Suppression>,
}

/// Everything that can let a finding pass.
#[derive(Debug)]
pub struct Suppressor {
    /// Which marks in the text count.
    pub marks: Marks,
    /// The configured exceptions.
    pub allowlist: Allowlist,
    /// The known findings.
    pub baseline: Option<Baseline>,
    /// The key of fingerprints; replaces the baseline's own.
    pub key: Option<FingerprintKey>,
    /// How paths are spelled.
    pub paths: Paths,
    /// How much the run looks at.
    pub scope: Scope,
}

impl Default for Suppressor {
    fn default() -> Self {
        Self {
            marks: Marks::Honoured,
            allowlist: Allowlist::default(),
            baseline: None,
            key: None,
            paths: Paths::default(),
            scope: Scope::Part,
        }
    }
}

impl Suppressor {
    /// The fingerprint of a secret that `rule` found.
    #[must_use]
    pub fn fingerprint(&self, rule: &str, secret: &Secret) -> Fingerprint {
        self.fingerprint_key().fingerprint(rule, secret)
    }

    fn fingerprint_key(&self) -> FingerprintKey {
        let from_baseline = || self.baseline.as_ref().map(Baseline::key);
        self.key.clone().or_else(from_baseline).unwrap_or_default()
    }

    /// The mark beside a secret that lets it pass, where marks count.
    #[must_use]
    pub fn inline(&self, context: &LineContext<'_>, rule: &str) -> Option<Suppression> {
        (self.marks == Marks::Honoured).then(|| context.mark(rule)).flatten()
    }

    /// The paths, relative to the root, that the baseline speaks of: a run notes which it read.
    #[must_use]
    pub fn watched(&self) -> BTreeSet<&str> {
        self.baseline.as_ref().map(Baseline::paths).unwrap_or_default()
    }

    /// Judges all findings of a run at once: whether a known secret moved or spread shows only then.
    /// `seen` holds the watched paths that the run read. The verdicts are in the order of `findings`.
    #[must_use]
    pub fn judge(&self, findings: &[Judged<'_>], seen: &BTreeSet<String>) -> Vec<Verdict> {
        let here = self.places(findings);
        findings.iter().map(|finding| self.verdict(finding, &here, seen)).collect()
    }

    fn places<'a>(&self, findings: &'a [Judged<'_>]) -> BTreeMap<&'a str, BTreeSet<String>> {
        let mut places: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for finding in findings {
            let path = self.paths.relative(finding.path).to_text();
            places.entry(&finding.fingerprint.0).or_default().insert(path);
        }
        places
    }

    fn verdict(
        &self,
        finding: &Judged<'_>,
        here: &BTreeMap<&str, BTreeSet<String>>,
        seen: &BTreeSet<String>,
    ) -> Verdict {
        let path = self.paths.relative(finding.path);
        let known = self.known(finding.fingerprint, &path, here, seen);
        let status = known.as_ref().map_or(Status::New, |(status, _)| *status);
        let suppression = finding
            .inline
            .cloned()
            .or_else(|| self.allowlist.find(&path, finding.rule, finding.fingerprint))
            .or_else(|| {
                known.map(|(_, entry)| Suppression::Baseline { reason: entry.reason.clone() })
            });
        Verdict { status, suppression }
    }

    /// The baseline's entry for a secret: at its path, or at one that no longer holds it.
    fn known(
        &self,
        fingerprint: &Fingerprint,
        path: &PathBytes,
        here: &BTreeMap<&str, BTreeSet<String>>,
        seen: &BTreeSet<String>,
    ) -> Option<(Status, &BaselineEntry)> {
        let baseline = self.baseline.as_ref()?;
        if let Some(entry) = baseline.get(fingerprint, path) {
            return Some((Status::Unchanged, entry));
        }
        let present = here.get(fingerprint.0.as_str());
        let gone = |entry: &&BaselineEntry| {
            let was_read = self.scope == Scope::Whole || seen.contains(&entry.path);
            was_read && !present.is_some_and(|paths| paths.contains(&entry.path))
        };
        baseline.of(fingerprint).find(gone).map(|entry| (Status::Moved, entry))
    }

    /// What the owner should know after a complete run: allow-list entries that expired or were not
    /// needed, baseline entries whose secret is gone.
    #[must_use]
    pub fn notes(&self, findings: &[Judged<'_>]) -> Vec<String> {
        let mut notes = self.allowlist.notes();
        if self.scope == Scope::Part {
            notes.retain(|note| !note.ends_with("was not needed"));
            return notes;
        }
        let here = self.places(findings);
        let entries = self.baseline.iter().flat_map(Baseline::entries);
        let stale = entries.filter(|entry| {
            !here.get(entry.fingerprint.as_str()).is_some_and(|paths| paths.contains(&entry.path))
        });
        match stale.count() {
            0 => {}
            1 => notes
                .push("1 entry of the baseline is stale: run `tightlip baseline update`".into()),
            n => notes.push(format!(
                "{n} entries of the baseline are stale: run `tightlip baseline update`"
            )),
        }
        notes
    }
}

/// What the judge needs to know of a finding.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// The id of its rule.
    pub rule: &'a str,
    /// Its path as the source spells it.
    pub path: &'a PathBytes,
    /// Its fingerprint.
    pub fingerprint: &'a Fingerprint,
    /// The mark beside it.
    pub inline: Option<&'a Suppression>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(fingerprint: &str, path: &str) -> BaselineEntry {
        let rule = "jwt".to_owned();
        BaselineEntry {
            fingerprint: fingerprint.into(),
            path: path.into(),
            rule,
            ..Default::default()
        }
    }

    fn suppressor(scope: Scope, known: &[(&str, &str)]) -> Suppressor {
        let mut baseline = Baseline::new("salt".into());
        known.iter().for_each(|(fingerprint, path)| baseline.insert(entry(fingerprint, path)));
        Suppressor { baseline: Some(baseline), scope, ..Suppressor::default() }
    }

    fn statuses(judge: &Suppressor, found: &[(&str, &str)], seen: &[&str]) -> Vec<Status> {
        let owned: Vec<(Fingerprint, PathBytes)> =
            found.iter().map(|(f, p)| (Fingerprint((*f).into()), PathBytes::from(*p))).collect();
        let judged: Vec<_> = owned
            .iter()
            .map(|(fingerprint, path)| Judged { rule: "jwt", path, fingerprint, inline: None })
            .collect();
        let seen = seen.iter().map(|path| (*path).to_owned()).collect();
        judge.judge(&judged, &seen).into_iter().map(|verdict| verdict.status).collect()
    }

    #[test]
    fn a_known_secret_is_unchanged_at_its_path_and_a_new_one_beside_it_is_new() {
        let judge = suppressor(Scope::Whole, &[("v1-a", "conf.env")]);
        let found = [("v1-a", "conf.env"), ("v1-b", "conf.env")];
        assert_eq!(statuses(&judge, &found, &[]), [Status::Unchanged, Status::New]);
    }

    #[test]
    fn a_secret_whose_file_was_renamed_has_moved() {
        let judge = suppressor(Scope::Whole, &[("v1-a", "old.env")]);
        assert_eq!(statuses(&judge, &[("v1-a", "new.env")], &[]), [Status::Moved]);
    }

    #[test]
    fn a_known_secret_in_a_further_file_is_new_while_the_old_place_has_it() {
        let judge = suppressor(Scope::Whole, &[("v1-a", "old.env")]);
        let found = [("v1-a", "old.env"), ("v1-a", "new.env")];
        assert_eq!(statuses(&judge, &found, &[]), [Status::Unchanged, Status::New]);
    }

    #[test]
    fn a_part_of_the_tree_proves_a_move_only_where_the_old_place_was_read() {
        let judge = suppressor(Scope::Part, &[("v1-a", "old.env")]);
        assert_eq!(statuses(&judge, &[("v1-a", "new.env")], &[]), [Status::New]);
        assert_eq!(statuses(&judge, &[("v1-a", "new.env")], &["old.env"]), [Status::Moved]);
    }

    #[test]
    fn paths_are_compared_relative_to_the_root() {
        let mut judge = suppressor(Scope::Part, &[("v1-a", "app/conf.env")]);
        judge.paths = Paths { strip: b"/srv/x/".to_vec(), prepend: b"app/".to_vec() };
        assert_eq!(statuses(&judge, &[("v1-a", "/srv/x/conf.env")], &[]), [Status::Unchanged]);
    }
}
