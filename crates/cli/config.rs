//! `.tightlip.yaml`: the file as it is written, checked into settings that can be used.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_saphyr::{Spanned, options};
use tightlip_inventory::Policy;
use tightlip_model::{Confidence, Severity, UnknownName};
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
    extends: Option<Vec<String>>,
    exclude: Option<Vec<String>>,
    rules: Option<Vec<String>>,
    only_rules: Option<Vec<String>>,
    skip_rules: Option<Vec<String>>,
    min_confidence: Option<Spanned<String>>,
    min_severity: Option<Spanned<String>>,
    baseline: Option<String>,
    max_file_size: Option<u64>,
    look_for: Option<RawLookFor>,
    allow: Option<Vec<Spanned<RawAllow>>>,
    paths: Option<Vec<Spanned<RawPath>>>,
    severities: Option<BTreeMap<String, Spanned<String>>>,
    inventory: Option<RawPolicy>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawLookFor {
    names: Option<Vec<String>>,
    values: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawAllow {
    path: Option<String>,
    rule: Option<String>,
    fingerprint: Option<String>,
    name: Option<String>,
    value: Option<String>,
    reason: Option<String>,
    owner: Option<String>,
    expires: Option<String>,
}

/// What holds for some paths beyond what holds for all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawPath {
    path: String,
    min_confidence: Option<Spanned<String>>,
    min_severity: Option<Spanned<String>>,
    skip_rules: Option<Vec<String>>,
}

/// The file, checked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Config {
    /// Files whose settings these build on.
    pub(crate) extends: Vec<String>,
    /// Which file each setting was last given in.
    pub(crate) origins: BTreeMap<&'static str, PathBuf>,
    pub(crate) exclude: Vec<String>,
    pub(crate) rules: Vec<String>,
    pub(crate) only_rules: Vec<String>,
    pub(crate) skip_rules: Vec<String>,
    pub(crate) min_confidence: Option<Confidence>,
    pub(crate) min_severity: Option<Severity>,
    pub(crate) baseline: Option<String>,
    pub(crate) max_file_size: Option<u64>,
    /// Names whose values are secrets here.
    pub(crate) names: Vec<String>,
    /// What secrets begin with here.
    pub(crate) values: Vec<String>,
    pub(crate) allow: Vec<AllowEntry>,
    /// What is asked of findings at some paths, as exceptions for those that do not meet it.
    pub(crate) paths: Vec<AllowEntry>,
    /// How bad the findings of a rule are.
    pub(crate) severities: BTreeMap<String, Severity>,
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
                .map_err(|error| {
                    let said = without_values(&format!("{error}"));
                    anyhow::anyhow!("{}: {said}", name.display())
                })?,
        };
        let given = raw.given();
        let mut config = raw.check().with_context(|| format!("in `{}`", name.display()))?;
        config.origins = given.into_iter().map(|key| (key, name.to_path_buf())).collect();
        Ok(config)
    }

    /// These settings under those of `over`: lists grow, anything else gives way.
    pub(crate) fn under(mut self, over: Self) -> Self {
        self.origins.extend(over.origins);
        let joined = |mut one: Vec<String>, other: Vec<String>| {
            one.extend(other);
            one
        };
        self.allow.extend(over.allow);
        self.paths.extend(over.paths);
        self.severities.extend(over.severities);
        Self {
            extends: over.extends,
            origins: self.origins,
            exclude: joined(self.exclude, over.exclude),
            rules: joined(self.rules, over.rules),
            only_rules: joined(self.only_rules, over.only_rules),
            skip_rules: joined(self.skip_rules, over.skip_rules),
            min_confidence: over.min_confidence.or(self.min_confidence),
            min_severity: over.min_severity.or(self.min_severity),
            baseline: over.baseline.or(self.baseline),
            max_file_size: over.max_file_size.or(self.max_file_size),
            names: joined(self.names, over.names),
            values: joined(self.values, over.values),
            allow: self.allow,
            paths: self.paths,
            severities: self.severities,
            policy: over.policy.or(self.policy),
        }
    }
}

/// A parser's message without the values it quotes, which may be secrets in the wrong place. The names
/// of keys stay: without them nobody finds what is meant.
pub(crate) fn without_values(message: &str) -> String {
    let mut out = String::new();
    let mut quoted: Option<(char, String)> = None;
    for c in message.chars() {
        match &mut quoted {
            None if matches!(c, '"' | '`') => quoted = Some((c, String::new())),
            None => out.push(c),
            Some((end, text)) if c == *end => {
                let is_name = text.len() <= 24
                    && *end == '`'
                    && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
                let shown = if is_name { text.as_str() } else { "…" };
                out.push_str(&format!("{end}{shown}{end}"));
                quoted = None;
            }
            Some((_, text)) => text.push(c),
        }
    }
    if let Some((end, _)) = quoted {
        out.push_str(&format!("{end}…"));
    }
    out
}

impl RawConfig {
    /// The keys that are given.
    fn given(&self) -> Vec<&'static str> {
        let all = [
            ("extends", self.extends.is_some()),
            ("exclude", self.exclude.is_some()),
            ("rules", self.rules.is_some()),
            ("only-rules", self.only_rules.is_some()),
            ("skip-rules", self.skip_rules.is_some()),
            ("min-confidence", self.min_confidence.is_some()),
            ("min-severity", self.min_severity.is_some()),
            ("baseline", self.baseline.is_some()),
            ("max-file-size", self.max_file_size.is_some()),
            ("look-for", self.look_for.is_some()),
            ("allow", self.allow.is_some()),
            ("paths", self.paths.is_some()),
            ("severities", self.severities.is_some()),
        ];
        all.into_iter().filter(|(_, is_given)| *is_given).map(|(key, _)| key).collect()
    }

    fn check(self) -> anyhow::Result<Config> {
        let allow = self.allow.unwrap_or_default();
        let look_for = self.look_for.unwrap_or_default();
        let paths = self.paths.unwrap_or_default().into_iter().map(for_path);
        let paths = paths.collect::<anyhow::Result<Vec<_>>>()?;
        let severities = self.severities.unwrap_or_default().into_iter();
        let severities = severities.map(|(rule, word)| Ok((rule, grade(word)?)));
        Ok(Config {
            extends: self.extends.unwrap_or_default(),
            origins: BTreeMap::new(),
            exclude: self.exclude.unwrap_or_default(),
            rules: self.rules.unwrap_or_default(),
            only_rules: self.only_rules.unwrap_or_default(),
            skip_rules: self.skip_rules.unwrap_or_default(),
            min_confidence: self.min_confidence.map(grade).transpose()?,
            min_severity: self.min_severity.map(grade).transpose()?,
            baseline: self.baseline,
            max_file_size: self.max_file_size,
            names: look_for.names.unwrap_or_default(),
            values: look_for.values.unwrap_or_default(),
            allow: allow.into_iter().map(allowed).collect::<Result<_, _>>()?,
            paths: paths.into_iter().flatten().collect(),
            severities: severities.collect::<anyhow::Result<_>>()?,
            policy: self.inventory.map(RawPolicy::check).transpose().context("in `inventory`")?,
        })
    }
}

/// A grade; a word that is none is not repeated.
pub(crate) fn grade<T>(word: Spanned<String>) -> anyhow::Result<T>
where
    T: FromStr<Err = UnknownName>,
{
    word.value.parse().map_err(|UnknownName { what, known, .. }| {
        let line = word.referenced.line();
        anyhow::anyhow!("line {line}: unknown {what}: use one of {}", known.join(", "))
    })
}

/// A glob for paths; one that ends in `/` means all below.
pub(crate) fn whole_folder(glob: &str) -> String {
    glob.strip_suffix('/').map_or_else(|| glob.to_owned(), |folder| format!("{folder}/**"))
}

/// The exceptions that the settings of a path come to.
fn for_path(entry: Spanned<RawPath>) -> anyhow::Result<Vec<AllowEntry>> {
    let line = entry.referenced.line();
    let RawPath { path, min_confidence, min_severity, skip_rules } = entry.value;
    let rules = skip_rules.unwrap_or_default();
    if min_confidence.is_none() && min_severity.is_none() && rules.is_empty() {
        bail!(
            "line {line}: an entry of `paths` needs `min-confidence`, `min-severity` or `skip-rules`"
        );
    }
    let entry = |what: &str| AllowEntry {
        path: Some(whole_folder(&path)),
        reason: format!("{what} by the settings for `{path}`"),
        is_setting: true,
        ..AllowEntry::default()
    };
    let sure = min_confidence.map(grade::<Confidence>).transpose()?.map(|least| AllowEntry {
        below_confidence: Some(least),
        ..entry(&format!("less than {least} confidence, left out"))
    });
    let bad = min_severity.map(grade::<Severity>).transpose()?.map(|least| AllowEntry {
        below_severity: Some(least),
        ..entry(&format!("less than {least} severity, left out"))
    });
    let rules =
        rules.into_iter().map(|rule| AllowEntry { rule: Some(rule), ..entry("rule left out") });
    Ok(sure.into_iter().chain(bad).chain(rules).collect())
}

fn allowed(entry: Spanned<RawAllow>) -> anyhow::Result<AllowEntry> {
    let line = entry.referenced.line();
    let raw = entry.value;
    let given = [&raw.path, &raw.rule, &raw.fingerprint, &raw.name, &raw.value];
    if given.iter().all(|condition| condition.is_none()) {
        bail!(
            "line {line}: an entry of `allow` needs a `path`, `rule`, `fingerprint`, `name` or `value`"
        );
    }
    let day = |text: String| {
        text.parse::<Date>().map_err(|_| {
            anyhow::anyhow!("line {line}: `expires` is no date: write it as 2031-12-31")
        })
    };
    let owned = raw.owner.map(|owner| format!(" ({owner})")).unwrap_or_default();
    Ok(AllowEntry {
        path: raw.path,
        rule: raw.rule,
        fingerprint: raw.fingerprint,
        name: raw.name,
        value: raw.value,
        reason: raw.reason.unwrap_or_default() + &owned,
        expires: raw.expires.map(day).transpose()?,
        ..AllowEntry::default()
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
        assert!(said.contains("line 2: unknown severity: use one of info"), "{said}");
        let said = message("allow:\n  - rule: jwt\n    expires: soon\n");
        assert!(said.contains("line 2: `expires` is no date"), "{said}");
    }

    #[test]
    fn no_error_repeats_a_value() {
        let value = "hunter2-Q7";
        for text in [
            format!("min-severity: {value}\n"),
            format!("exclude: {value}\n"),
            format!("max-file-size: {value}\n"),
            format!("allow:\n  - rule: jwt\n    expires: {value}\n"),
            format!("allow: {{ {value}: 1 }}\n"),
            format!("{value}: 1\n"),
            format!("allow:\n  - {value}\n"),
        ] {
            let said = message(&text);
            assert!(!said.contains(value) && said.contains("line"), "{said}");
        }
    }

    #[test]
    fn the_schema_for_editors_knows_exactly_the_keys_of_the_file() {
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("settings.schema.json")).unwrap();
        let keys = |pointer: &str| -> Vec<String> {
            schema.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect()
        };
        // The parser names the keys that it knows when it meets another one.
        let known = |text: &str| -> Vec<String> {
            let error = serde_saphyr::from_str_with_options::<RawConfig>(
                text,
                options! { with_snippet: false },
            );
            let said = error.unwrap_err().to_string();
            let (_, after) = said.split_once("expected one of").unwrap();
            let after = after.split(" at line").next().unwrap();
            let mut names: Vec<String> =
                after.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            if names.is_empty() {
                let words = after.split(|c: char| !c.is_ascii_lowercase() && c != '-');
                names = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
            }
            names.sort();
            names
        };
        assert_eq!(keys("/properties"), known("no-such-key: 1\n"));
        assert_eq!(
            keys("/properties/allow/items/properties"),
            known("allow:\n  - no-such-key: 1\n")
        );
        assert_eq!(keys("/properties/look-for/properties"), known("look-for:\n  no-such-key: 1\n"));
        for (key, property) in schema["properties"].as_object().unwrap() {
            for example in property["examples"].as_array().unwrap() {
                let text = format!("{key}: {example}\n");
                Config::parse(Path::new(FILE_NAME), &text)
                    .unwrap_or_else(|error| panic!("{text}: {error:#}"));
            }
        }
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
