//! The judge: one verdict a finding, from marks, allow-list and baseline.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use tightlip_model::{Confidence, Fingerprint, PathBytes, Secret, Severity, Status, Suppression};

use crate::tally::{Place, Tally};
use crate::{AllowNote, Allowlist, Baseline, FingerprintKey, LineContext, Marks, Seen};

static PUBLIC_KEY: LazyLock<FingerprintKey> = LazyLock::new(FingerprintKey::default);

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

/// What became of the findings of a run.
#[derive(Debug)]
pub struct Judgement {
    /// One a finding, in their order.
    pub verdicts: Vec<Verdict>,
    /// What the owner of the exceptions should know: entries of the allow-list that expired, and
    /// where the run looked at everything, entries that nothing needed.
    pub notes: Vec<String>,
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

    fn fingerprint_key(&self) -> &FingerprintKey {
        let from_baseline = || self.baseline.as_ref().map(Baseline::key_ref);
        self.key.as_ref().or_else(from_baseline).unwrap_or(&PUBLIC_KEY)
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
    /// `seen` holds the watched paths that the run read.
    #[must_use]
    pub fn judge(&self, findings: &[Judged<'_>], seen: &BTreeSet<String>) -> Judgement {
        let path = |finding: &Judged<'_>| self.paths.relative(finding.path).to_text();
        let paths: Vec<String> = findings.iter().map(path).collect();
        let places: Vec<Place<'_>> =
            findings.iter().zip(&paths).map(|(finding, path)| finding.at(path)).collect();
        let exceptions: Vec<Option<Suppression>> = findings
            .iter()
            .zip(&paths)
            .map(|(finding, path)| self.exception(finding, path))
            .collect();
        let mut tally = Tally::new(self.baseline.iter().flat_map(Baseline::entries));
        // What passes anyway takes from the baseline what the others leave.
        let (others, rest): (Vec<_>, Vec<_>) =
            places.iter().zip(&exceptions).partition(|(_, exception)| exception.is_none());
        let in_turn = || others.iter().chain(&rest).map(|(place, _)| **place);
        in_turn().for_each(|place| tally.keep(place));
        let stale = tally.idle();
        let was_read = |path: &str| self.scope == Scope::Whole || seen.contains(path);
        in_turn().for_each(|place| tally.move_to(place, was_read));
        let verdict = |(place, exception): (&Place<'_>, &Option<Suppression>)| {
            let known = tally.known(place);
            let status = known.map_or(Status::New, |(status, _)| status);
            let baseline =
                || known.map(|(_, entry)| Suppression::Baseline { reason: entry.reason.clone() });
            Verdict { status, suppression: exception.clone().or_else(baseline) }
        };
        let verdicts = places.iter().zip(&exceptions).map(verdict).collect();
        Judgement { verdicts, notes: self.notes(stale) }
    }

    /// What lets a finding pass whatever the baseline holds.
    fn exception(&self, finding: &Judged<'_>, path: &str) -> Option<Suppression> {
        let listed = || self.allowlist.find(&finding.seen(path));
        finding.inline.cloned().or_else(listed)
    }

    /// The notes of a run that has asked the allow-list about every finding.
    fn notes(&self, stale: usize) -> Vec<String> {
        let is_whole = self.scope == Scope::Whole;
        let listed = self.allowlist.notes().into_iter();
        let listed = listed.filter(|note| is_whole || matches!(note, AllowNote::Expired { .. }));
        let mut notes: Vec<String> = listed.map(|note| note.to_string()).collect();
        let (entries, are) = if stale == 1 { ("entry", "is") } else { ("entries", "are") };
        if is_whole && stale > 0 {
            notes.push(format!(
                "{stale} {entries} of the baseline {are} stale: run `tightlip baseline update`"
            ));
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
    /// What it found.
    pub secret: &'a Secret,
    /// Its fingerprint.
    pub fingerprint: &'a Fingerprint,
    /// The name that it is given to, where one was read.
    pub name: Option<&'a str>,
    /// The mark beside it.
    pub inline: Option<&'a Suppression>,
    /// How sure it is that it is a secret.
    pub confidence: Confidence,
    /// How bad a leak is.
    pub severity: Severity,
}

impl<'a> Judged<'a> {
    fn at(&self, path: &'a str) -> Place<'a> {
        Place { rule: self.rule, fingerprint: &self.fingerprint.0, path, secret: self.secret }
    }

    fn seen(&self, path: &'a str) -> Seen<'a> {
        let Self { rule, secret, fingerprint, name, confidence, severity, .. } = *self;
        Seen { path, rule, fingerprint, name, secret, confidence, severity }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AllowEntry, BaselineEntry};

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

    /// Judges findings of fingerprint and path; `v1-a/x` is a secret `x` with the fingerprint `v1-a`.
    fn judgement(judge: &Suppressor, found: &[(&str, &str)], seen: &[&str]) -> Judgement {
        let own = |(print, path): &(&str, &str)| {
            let fingerprint = print.split('/').next().unwrap().to_owned();
            (Fingerprint(fingerprint), PathBytes::from(*path), Secret::new(print.as_bytes()))
        };
        let owned: Vec<_> = found.iter().map(own).collect();
        let judged: Vec<_> = owned
            .iter()
            .map(|(fingerprint, path, secret)| Judged {
                rule: "jwt",
                path,
                secret,
                fingerprint,
                name: None,
                inline: None,
                confidence: Confidence::High,
                severity: Severity::High,
            })
            .collect();
        judge.judge(&judged, &seen.iter().map(|path| (*path).to_owned()).collect())
    }

    fn statuses(judge: &Suppressor, found: &[(&str, &str)], seen: &[&str]) -> Vec<Status> {
        judgement(judge, found, seen).verdicts.into_iter().map(|verdict| verdict.status).collect()
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

    #[test]
    fn a_second_secret_with_a_known_fingerprint_is_new_unless_it_was_counted() {
        let found = [("v1-a/one", "conf.env"), ("v1-a/two", "conf.env"), ("v1-a/one", "conf.env")];
        let mut judge = suppressor(Scope::Whole, &[("v1-a", "conf.env")]);
        let (known, new) = (Status::Unchanged, Status::New);
        assert_eq!(statuses(&judge, &found, &[]), [known, new, known]);
        let counted = BaselineEntry { count: 2, ..entry("v1-a", "conf.env") };
        judge.baseline.as_mut().unwrap().insert(counted);
        assert_eq!(statuses(&judge, &found, &[]), [known; 3]);
    }

    #[test]
    fn an_entry_speaks_of_its_own_rule_only() {
        let mut judge = suppressor(Scope::Whole, &[]);
        let other = BaselineEntry { rule: "other".into(), ..entry("v1-a", "conf.env") };
        judge.baseline.as_mut().unwrap().insert(other);
        assert_eq!(statuses(&judge, &[("v1-a", "conf.env")], &[]), [Status::New]);
    }

    #[test]
    fn a_place_that_is_gone_pays_for_one_new_place() {
        let judge = suppressor(Scope::Whole, &[("v1-a", "old.env"), ("v1-a", "old2.env")]);
        let found = [("v1-a", "1.env"), ("v1-a", "2.env"), ("v1-a", "2.env"), ("v1-a", "3.env")];
        let (moved, new) = (Status::Moved, Status::New);
        assert_eq!(statuses(&judge, &found, &[]), [moved, moved, moved, new]);
    }

    #[test]
    fn what_passes_by_a_mark_leaves_the_baseline_to_the_others() {
        let judge = suppressor(Scope::Whole, &[("v1-a", "conf.env")]);
        let (path, fingerprint) = (PathBytes::from("conf.env"), Fingerprint("v1-a".into()));
        let (marked, known) = (Secret::new(b"marked"), Secret::new(b"known"));
        let mark = Suppression::Inline { mark: "tightlip:allow".into(), reason: String::new() };
        let judged = |secret, inline| Judged {
            rule: "jwt",
            path: &path,
            secret,
            fingerprint: &fingerprint,
            name: None,
            inline,
            confidence: Confidence::High,
            severity: Severity::High,
        };
        let findings = [judged(&marked, Some(&mark)), judged(&known, None)];
        let verdicts = judge.judge(&findings, &BTreeSet::new()).verdicts;
        assert_eq!(verdicts[1].status, Status::Unchanged);
    }

    #[test]
    fn only_an_exception_that_no_finding_of_the_run_needed_is_named() {
        let allow = |path: &str| AllowEntry { path: Some(path.into()), ..AllowEntry::default() };
        let entries = vec![allow("a.env"), allow("b.env")];
        let allowlist = Allowlist::new(entries, "2026-06-15".parse().unwrap()).unwrap();
        let judge = Suppressor { allowlist, ..suppressor(Scope::Whole, &[("v1-a", "a.env")]) };
        let notes = judgement(&judge, &[("v1-a", "a.env")], &[]).notes;
        assert_eq!(notes, ["the allow-list entry for path `b.env` was not needed"]);
    }

    #[test]
    fn an_entry_whose_secret_is_gone_is_stale() {
        let judge = suppressor(Scope::Whole, &[("v1-a", "a.env"), ("v1-b", "b.env")]);
        let notes = judgement(&judge, &[("v1-a", "a.env")], &[]).notes;
        assert_eq!(notes, ["1 entry of the baseline is stale: run `tightlip baseline update`"]);
    }
}
