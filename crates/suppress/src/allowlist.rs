//! The allow-list: what a team has decided to let pass, with a reason and an end.

use std::sync::atomic::{AtomicBool, Ordering};

use globset::{Glob, GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};
use tightlip_model::{Confidence, Fingerprint, Secret, Severity, Suppression};

use crate::Date;

/// One entry as it is configured. A finding must fit every condition that is given.
#[derive(Debug, Clone, Default)]
pub struct AllowEntry {
    /// A glob over paths relative to the root; `*` stops at `/`, `**` does not.
    pub path: Option<String>,
    /// The id of a rule.
    pub rule: Option<String>,
    /// A fingerprint as reports print it.
    pub fingerprint: Option<String>,
    /// A glob over the name that the secret is given to, whatever its case.
    pub name: Option<String>,
    /// A glob over the secret itself: for values that everybody may know.
    pub value: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub expires: Option<Date>,
    /// It holds only for findings of less confidence.
    pub below_confidence: Option<Confidence>,
    /// It holds only for findings of less severity.
    pub below_severity: Option<Severity>,
    /// It stands for a setting, which may well meet nothing, rather than for an exception.
    pub is_setting: bool,
}

/// An entry that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AllowlistError {
    /// It would let everything pass.
    #[error(
        "entry {index} of the allow-list has no condition: give a path, a rule, a fingerprint, a name or a value"
    )]
    NoCondition {
        /// Its place in the list, counted from one.
        index: usize,
    },
    /// Its glob cannot be read.
    #[error("entry {index} of the allow-list: cannot read the glob `{glob}`: {}", source.kind())]
    Glob {
        /// Its place in the list, counted from one.
        index: usize,
        /// The glob.
        glob: String,
        /// What is wrong with it.
        source: globset::Error,
    },
    /// The glob over its name or value cannot be read; it is not repeated.
    #[error("entry {index} of the allow-list: cannot read the glob of its name or value: {}", source.kind())]
    Text {
        /// Its place in the list, counted from one.
        index: usize,
        /// What is wrong with it.
        source: globset::Error,
    },
    /// All globs together cannot be used.
    #[error("the allow-list: cannot use its globs: {0}")]
    Globs(globset::Error),
}

/// What the owner of the list should know after a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowNote {
    /// An entry no longer counts.
    Expired {
        /// Its place in the list, counted from one.
        index: usize,
        /// Its last day.
        day: Date,
    },
    /// No finding needed the entry with these conditions.
    Unused(String),
}

#[derive(Debug)]
struct Rule {
    entry: AllowEntry,
    /// The place of its glob in the set.
    glob: Option<usize>,
    name: Option<GlobMatcher>,
    value: Option<GlobMatcher>,
    used: AtomicBool,
}

/// What the entries are asked about.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Its path, relative to the root.
    pub path: &'a str,
    /// The id of the rule that found it.
    pub rule: &'a str,
    /// Its fingerprint.
    pub fingerprint: &'a Fingerprint,
    /// The name that it is given to, where one was read.
    pub name: Option<&'a str>,
    /// The secret.
    pub secret: &'a Secret,
    /// How sure it is that it is a secret.
    pub confidence: Confidence,
    /// How bad a leak is.
    pub severity: Severity,
}

/// The entries in force.
#[derive(Debug, Default)]
pub struct Allowlist {
    rules: Vec<Rule>,
    globs: GlobSet,
    expired: Vec<AllowNote>,
}

impl Allowlist {
    /// Checks the entries and sets aside those that ended before `today`.
    ///
    /// # Errors
    /// When an entry has no condition or a bad glob.
    pub fn new(entries: Vec<AllowEntry>, today: Date) -> Result<Self, AllowlistError> {
        let mut list = Self::default();
        let mut globs = Vec::new();
        for (place, entry) in entries.into_iter().enumerate() {
            let index = place + 1;
            let compiled = |glob: &str| {
                let refused =
                    |source| AllowlistError::Glob { index, glob: glob.to_owned(), source };
                compile(glob).map_err(refused)
            };
            let glob = entry.path.as_deref().map(compiled).transpose()?;
            let plain = |glob: Option<&str>| -> Result<Option<GlobMatcher>, AllowlistError> {
                let refused = |source: globset::Error| AllowlistError::Text { index, source };
                let glob = glob.map(|glob| GlobBuilder::new(glob).case_insensitive(true).build());
                Ok(glob.transpose().map_err(refused)?.map(|glob| glob.compile_matcher()))
            };
            let name = plain(entry.name.as_deref())?;
            let value = plain(entry.value.as_deref())?;
            let is_bare = name.is_none() && value.is_none() && glob.is_none();
            if is_bare && entry.rule.is_none() && entry.fingerprint.is_none() {
                return Err(AllowlistError::NoCondition { index });
            }
            if let Some(day) = entry.expires.filter(|day| *day < today) {
                list.expired.push(AllowNote::Expired { index, day });
                continue;
            }
            let place = glob.as_ref().map(|_| globs.len());
            globs.extend(glob);
            list.rules.push(Rule { entry, glob: place, name, value, used: AtomicBool::new(false) });
        }
        list.globs = set(&globs).map_err(AllowlistError::Globs)?;
        Ok(list)
    }

    /// The entry that lets a finding pass, if there is one.
    #[must_use]
    pub fn find(&self, one: &Seen<'_>) -> Option<Suppression> {
        let globs = self.globs.matches(one.path);
        let found = self.rules.iter().find(|rule| rule.fits(&globs, one))?;
        found.used.store(true, Ordering::Relaxed);
        Some(Suppression::Allowlist { reason: found.entry.reason.clone() })
    }

    /// Entries that expired, and those that no finding has needed so far.
    #[must_use]
    pub fn notes(&self) -> Vec<AllowNote> {
        let exceptions = self.rules.iter().filter(|one| !one.entry.is_setting);
        let idle = exceptions.filter(|one| !one.used.load(Ordering::Relaxed));
        let unused = idle.map(|one| AllowNote::Unused(one.entry.to_string()));
        self.expired.iter().cloned().chain(unused).collect()
    }
}

impl Rule {
    /// Whether its conditions hold; `globs` holds the places of the globs that fit the path.
    fn fits(&self, globs: &[usize], one: &Seen<'_>) -> bool {
        let text = || String::from_utf8_lossy(one.secret.reveal()).into_owned();
        let is_named = |glob: &GlobMatcher| one.name.is_some_and(|name| glob.is_match(name));
        let AllowEntry { rule, fingerprint, below_confidence, below_severity, .. } = &self.entry;
        rule.as_deref().is_none_or(|wanted| wanted == one.rule)
            && fingerprint.as_deref().is_none_or(|wanted| wanted == one.fingerprint.0)
            && below_confidence.is_none_or(|least| one.confidence < least)
            && below_severity.is_none_or(|least| one.severity < least)
            && self.glob.is_none_or(|place| globs.contains(&place))
            && self.name.as_ref().is_none_or(is_named)
            && self.value.as_ref().is_none_or(|glob| glob.is_match(text()))
    }
}

impl std::fmt::Display for AllowNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Expired { index, day } => {
                write!(f, "entry {index} of the allow-list expired on {day}")
            }
            Self::Unused(entry) => write!(f, "the allow-list entry for {entry} was not needed"),
        }
    }
}

impl std::fmt::Display for AllowEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts =
            [("path", &self.path), ("rule", &self.rule), ("fingerprint", &self.fingerprint)];
        let given = parts.iter().filter_map(|(name, part)| part.as_ref().map(|text| (name, text)));
        for (index, (name, text)) in given.enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{name} `{text}`")?;
        }
        if self.name.is_some() || self.value.is_some() {
            // Neither is repeated: someone may have written a secret there.
            let separator = if self.path.is_none() && self.rule.is_none() { "" } else { ", " };
            write!(f, "{separator}a name or value")?;
        }
        Ok(())
    }
}

fn compile(glob: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(glob).literal_separator(true).build()
}

fn set(globs: &[Glob]) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(glob.clone());
    }
    set.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        "2026-06-15".parse().unwrap()
    }

    fn entry(path: &str, rule: &str) -> AllowEntry {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        AllowEntry { path: given(path), rule: given(rule), ..AllowEntry::default() }
    }

    fn passes(list: &Allowlist, path: &str, rule: &str) -> bool {
        is_found(list, (path, rule), None, "q8Zr4TnB1x")
    }

    fn is_found(
        list: &Allowlist,
        (path, rule): (&str, &str),
        name: Option<&str>,
        secret: &str,
    ) -> bool {
        let (fingerprint, secret) = (Fingerprint("v1-00".into()), Secret::new(secret.as_bytes()));
        let (confidence, severity) = (Confidence::High, Severity::High);
        let (fingerprint, secret) = (&fingerprint, &secret);
        let seen = Seen { path, rule, fingerprint, name, secret, confidence, severity };
        list.find(&seen).is_some()
    }

    #[test]
    fn a_name_or_a_value_may_be_let_pass() {
        let name = AllowEntry { name: Some("*licence_key".into()), ..AllowEntry::default() };
        let value = AllowEntry { value: Some("acme-test-*".into()), ..AllowEntry::default() };
        let list = Allowlist::new(vec![name, value], today()).unwrap();
        let place = ("a.env", "key-assignment");
        assert!(is_found(&list, place, Some("SHOP_LICENCE_KEY"), "q8Zr4TnB1x"));
        assert!(is_found(&list, place, None, "acme-test-q8Zr4/TnB1x"));
        assert!(!is_found(&list, place, Some("SHOP_KEY"), "q8Zr4TnB1x"));
    }

    #[test]
    fn a_setting_for_a_path_holds_below_its_grade_and_is_not_told_as_unused() {
        let setting = |entry| AllowEntry { is_setting: true, ..entry };
        let sure = AllowEntry {
            below_confidence: Some(Confidence::High),
            ..setting(entry("tests/**", ""))
        };
        let bad =
            AllowEntry { below_severity: Some(Severity::High), ..setting(entry("docs/**", "")) };
        let list = Allowlist::new(vec![sure, bad], today()).unwrap();
        let passes = |path, confidence, severity| {
            let (fingerprint, secret) = (Fingerprint("v1-00".into()), Secret::new(b"x"));
            let (rule, name) = ("jwt", None);
            let (fingerprint, secret) = (&fingerprint, &secret);
            list.find(&Seen { path, rule, fingerprint, name, secret, confidence, severity })
                .is_some()
        };
        assert!(passes("tests/a", Confidence::Medium, Severity::Critical));
        assert!(!passes("tests/a", Confidence::High, Severity::Low));
        assert!(!passes("docs/a", Confidence::Medium, Severity::High));
        assert!(passes("docs/a", Confidence::High, Severity::Medium));
        assert!(!passes("src/a", Confidence::Medium, Severity::Low));
        assert_eq!(texts(&list), Vec::<String>::new());
    }

    fn texts(list: &Allowlist) -> Vec<String> {
        list.notes().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_condition_of_an_entry_must_hold() {
        let list = Allowlist::new(vec![entry("tests/**", "jwt")], today()).unwrap();
        assert!(passes(&list, "tests/a/b.rs", "jwt"));
        assert!(!passes(&list, "tests/a/b.rs", "aws-access-key-id"));
        assert!(!passes(&list, "src/a.rs", "jwt"));
    }

    #[test]
    fn an_entry_without_a_condition_is_refused() {
        let error = Allowlist::new(vec![entry("a", ""), entry("", "")], today()).unwrap_err();
        assert!(error.to_string().starts_with("entry 2 of the allow-list has no condition"));
    }

    #[test]
    fn an_entry_counts_on_its_last_day_and_is_named_after_it() {
        let until = |day: &str| AllowEntry { expires: day.parse().ok(), ..entry("a.txt", "") };
        let on_time = Allowlist::new(vec![until("2026-06-15")], today()).unwrap();
        assert!(passes(&on_time, "a.txt", "jwt"));
        let late = Allowlist::new(vec![until("2026-06-14")], today()).unwrap();
        assert!(!passes(&late, "a.txt", "jwt"));
        assert_eq!(texts(&late), ["entry 1 of the allow-list expired on 2026-06-14"]);
    }

    #[test]
    fn an_entry_that_nothing_needed_is_named() {
        let list =
            Allowlist::new(vec![entry("a.txt", "jwt"), entry("b.txt", "")], today()).unwrap();
        assert!(passes(&list, "b.txt", "jwt"));
        assert_eq!(
            texts(&list),
            ["the allow-list entry for path `a.txt`, rule `jwt` was not needed"]
        );
    }
}
