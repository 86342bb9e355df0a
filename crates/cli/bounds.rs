//! `--policy FILE`: bounds that the settings of a repository cannot leave.
//!
//! What a policy does not permit, the settings cannot do; what they try all the same is left out and
//! told. Flags are the word of whoever names the policy, and are not bounded.

use anyhow::Context as _;
use serde::Deserialize;
use serde_saphyr::{Spanned, options};
use tightlip_model::{Confidence, Severity};

use crate::args::CommonArgs;
use crate::config::{Config, LONGEST_SETTINGS, grade, without_values};
use crate::message;
use crate::place::read_file;

/// Something that lets findings pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Permit {
    Allow,
    Baseline,
    Exclude,
    Marks,
    MaxFileSize,
    OnlyRules,
    Paths,
    Severities,
    SkipRules,
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawBounds {
    min_confidence: Option<Spanned<String>>,
    min_severity: Option<Spanned<String>>,
    permit: Option<Vec<Permit>>,
}

/// What the settings may do; without a policy, everything.
#[derive(Debug)]
pub(crate) struct Bounds(Option<Policy>);

#[derive(Debug)]
struct Policy {
    /// Findings of this grade are reported whatever the settings say.
    min_confidence: Confidence,
    min_severity: Severity,
    permit: Vec<Permit>,
}

impl Bounds {
    /// The bounds that the user names.
    pub(crate) fn of(args: &CommonArgs) -> anyhow::Result<Self> {
        let Some(file) = &args.policy else { return Ok(Self(None)) };
        let text = read_file(file, LONGEST_SETTINGS as u64)?;
        let raw: RawBounds = match text.trim().is_empty() {
            true => RawBounds::default(),
            false => serde_saphyr::from_str_with_options(&text, options! { with_snippet: false })
                .map_err(|error| {
                let said = without_values(&format!("{error}"));
                anyhow::anyhow!("{}: {said}", file.display())
            })?,
        };
        let policy = raw.check().with_context(|| format!("in `{}`", file.display()))?;
        Ok(Self(Some(policy)))
    }

    /// Whether the settings may do this.
    pub(crate) fn permits(&self, what: Permit) -> bool {
        self.0.as_ref().is_none_or(|policy| policy.permit.contains(&what))
    }

    /// Takes out of the settings what they may not do, and says so.
    pub(crate) fn hold(&self, config: &mut Config) {
        let Some(policy) = &self.0 else { return };
        let mut ignored = Vec::new();
        let lists = [
            (Permit::Exclude, "exclude", &mut config.exclude),
            (Permit::OnlyRules, "only-rules", &mut config.only_rules),
            (Permit::SkipRules, "skip-rules", &mut config.skip_rules),
        ];
        for (permit, name, list) in lists {
            if !policy.permit.contains(&permit) && !std::mem::take(list).is_empty() {
                ignored.push(name);
            }
        }
        if !policy.permit.contains(&Permit::Allow) && !std::mem::take(&mut config.allow).is_empty()
        {
            ignored.push("allow");
        }
        if !policy.permit.contains(&Permit::Paths) && !std::mem::take(&mut config.paths).is_empty()
        {
            ignored.push("paths");
        }
        if !policy.permit.contains(&Permit::Severities)
            && !std::mem::take(&mut config.severities).is_empty()
        {
            ignored.push("severities");
        }
        if !policy.permit.contains(&Permit::MaxFileSize) && config.max_file_size.take().is_some() {
            ignored.push("max-file-size");
        }
        if !policy.permit.contains(&Permit::Baseline) && config.baseline.take().is_some() {
            ignored.push("baseline");
        }
        if config.min_confidence.is_some_and(|least| least > policy.min_confidence) {
            config.min_confidence = Some(policy.min_confidence);
            ignored.push("min-confidence");
        }
        if config.min_severity.is_some_and(|least| least > policy.min_severity) {
            config.min_severity = Some(policy.min_severity);
            ignored.push("min-severity");
        }
        for name in ignored {
            config.origins.remove(name);
            message::warning(&format!(
                "the policy does not permit what the settings do with `{name}`"
            ));
        }
    }
}

impl RawBounds {
    fn check(self) -> anyhow::Result<Policy> {
        Ok(Policy {
            min_confidence: self
                .min_confidence
                .map(grade)
                .transpose()?
                .unwrap_or(Confidence::Medium),
            min_severity: self.min_severity.map(grade).transpose()?.unwrap_or(Severity::Info),
            permit: self.permit.unwrap_or_default(),
        })
    }
}
