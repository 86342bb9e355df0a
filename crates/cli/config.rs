//! `.tightlip.yaml`: the file as it is written, checked into settings that can be used.

use std::path::Path;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_saphyr::{Spanned, options};
use tightlip_inventory::Policy;
use tightlip_model::{Confidence, Severity};
use tightlip_suppress::{AllowEntry, Date};

use crate::policy::RawPolicy;

/// The name of the file.
pub(crate) const FILE_NAME: &str = ".tightlip.yaml";
/// Bytes that a file of ours may have; a baseline can be long.
pub(crate) const MOST_BYTES: u64 = 64 << 20;
/// Bytes that settings and rule files may have.
pub(crate) const LONGEST_SETTINGS: usize = 1 << 20;

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawConfig {
    exclude: Option<Vec<String>>,
    rules: Option<Vec<String>>,
    only_rules: Option<Vec<String>>,
    skip_rules: Option<Vec<String>>,
    min_confidence: Option<Spanned<String>>,
    min_severity: Option<Spanned<String>>,
    baseline: Option<String>,
    max_file_size: Option<u64>,
    allow: Option<Vec<Spanned<RawAllow>>>,
    inventory: Option<RawPolicy>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawAllow {
    path: Option<String>,
    rule: Option<String>,
    fingerprint: Option<String>,
    reason: Option<String>,
    owner: Option<String>,
    expires: Option<String>,
}

/// The file, checked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Config {
    pub(crate) exclude: Vec<String>,
    pub(crate) rules: Vec<String>,
    pub(crate) only_rules: Vec<String>,
    pub(crate) skip_rules: Vec<String>,
    pub(crate) min_confidence: Option<Confidence>,
    pub(crate) min_severity: Option<Severity>,
    pub(crate) baseline: Option<String>,
    pub(crate) max_file_size: Option<u64>,
    pub(crate) allow: Vec<AllowEntry>,
    /// The policy for identities, where one is set.
    pub(crate) policy: Option<Policy>,
}

impl Config {
    /// Reads the text of the file called `name`.
    pub(crate) fn parse(name: &Path, text: &str) -> anyhow::Result<Self> {
        if text.len() > LONGEST_SETTINGS {
            bail!(
                "`{}` has {} bytes, at most {LONGEST_SETTINGS} are read",
                name.display(),
                text.len()
            );
        }
        let raw = match text.trim().is_empty() {
            true => RawConfig::default(),
            false => serde_saphyr::from_str_with_options(text, options! { with_snippet: false })
                .map_err(|error| anyhow::anyhow!("{}: {error}", name.display()))?,
        };
        raw.check().with_context(|| format!("in `{}`", name.display()))
    }
}

impl RawConfig {
    fn check(self) -> anyhow::Result<Config> {
        let allow = self.allow.unwrap_or_default();
        Ok(Config {
            exclude: self.exclude.unwrap_or_default(),
            rules: self.rules.unwrap_or_default(),
            only_rules: self.only_rules.unwrap_or_default(),
            skip_rules: self.skip_rules.unwrap_or_default(),
            min_confidence: self.min_confidence.map(grade).transpose()?,
            min_severity: self.min_severity.map(grade).transpose()?,
            baseline: self.baseline,
            max_file_size: self.max_file_size,
            allow: allow.into_iter().map(allowed).collect::<Result<_, _>>()?,
            policy: self.inventory.map(RawPolicy::check).transpose().context("in `inventory`")?,
        })
    }
}

fn grade<T>(word: Spanned<String>) -> anyhow::Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    word.value.parse().with_context(|| format!("line {}", word.referenced.line()))
}

fn allowed(entry: Spanned<RawAllow>) -> anyhow::Result<AllowEntry> {
    let line = entry.referenced.line();
    let raw = entry.value;
    if raw.path.is_none() && raw.rule.is_none() && raw.fingerprint.is_none() {
        bail!("line {line}: an entry of `allow` needs a `path`, a `rule` or a `fingerprint`");
    }
    let day = |text: String| text.parse::<Date>().with_context(|| format!("line {line}"));
    let owned = raw.owner.map(|owner| format!(" ({owner})")).unwrap_or_default();
    Ok(AllowEntry {
        path: raw.path,
        rule: raw.rule,
        fingerprint: raw.fingerprint,
        reason: raw.reason.unwrap_or_default() + &owned,
        expires: raw.expires.map(day).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        format!("{:#}", Config::parse(Path::new(FILE_NAME), text).unwrap_err())
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_its_line() {
        let said = message("exclude: [a]\nmin-confidense: low\n");
        assert!(said.contains("line 2") && said.contains("min-confidense"), "{said}");
    }

    #[test]
    fn a_bad_grade_or_date_names_its_line() {
        let said = message("skip-rules: []\nmin-severity: urgent\n");
        assert!(said.contains("line 2: unknown severity `urgent`"), "{said}");
        let said = message("allow:\n  - rule: jwt\n    expires: soon\n");
        assert!(said.contains("line 2: `soon` is no date"), "{said}");
    }

    #[test]
    fn an_exception_without_a_condition_is_refused() {
        let said = message("allow:\n  - reason: because\n");
        assert!(said.contains("line 2: an entry of `allow` needs"), "{said}");
    }

    #[test]
    fn a_whole_file_reads_as_settings() {
        let text = "exclude: ['vendor/**']\nmin-confidence: high\nallow:\n  - path: 'tests/**'\n    \
                    reason: fixtures\n    owner: core\n    expires: 2031-12-31\n";
        let config = Config::parse(Path::new(FILE_NAME), text).unwrap();
        assert_eq!(config.min_confidence, Some(Confidence::High));
        assert_eq!(config.allow[0].reason, "fixtures (core)");
        assert_eq!(config.exclude, ["vendor/**"]);
    }

    #[test]
    fn an_empty_file_changes_nothing() {
        assert!(Config::parse(Path::new(FILE_NAME), "\n").unwrap().allow.is_empty());
    }
}
