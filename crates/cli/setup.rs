//! Settings resolved: flags over the settings file over defaults, and what they make of the pipe.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use tightlip_detect::{Scanner, proof::Now};
use tightlip_engine::{Masking, ScanOptions};
use tightlip_rules::{RuleSet, SourceFile, builtin};
use tightlip_suppress::{
    AllowEntry, Allowlist, Baseline, Date, FingerprintKey, Marks, Scope, Suppressor,
};

use crate::args::CommonArgs;
use crate::bounds::{Bounds, Permit};
use crate::config::{Config, FILE_NAME, LONGEST_SETTINGS, MOST_BYTES, whole_folder};
use crate::look_for;
use crate::place::{Folder, Place, read_file};

/// The name of the baseline.
pub(crate) const BASELINE_NAME: &str = ".tightlip-baseline.jsonl";
/// How many encodings deep a secret is followed.
const DECODED_DEPTH: usize = 4;
/// Replaces the key that a baseline carries.
const KEY_VARIABLE: &str = "TIGHTLIP_FINGERPRINT_KEY";

/// Everything a scan needs but its source.
pub(crate) struct Setup {
    pub(crate) config: Config,
    /// The settings file in force.
    pub(crate) config_file: Option<PathBuf>,
    /// The baseline in force.
    pub(crate) baseline_file: Option<PathBuf>,
    /// The rule files beside the built-in rules.
    pub(crate) rule_files: Vec<RuleFile>,
    /// How many encodings deep a secret is followed.
    pub(crate) decode_depth: usize,
    pub(crate) scanner: Scanner,
    pub(crate) suppressor: Suppressor,
    pub(crate) options: ScanOptions,
}

/// Whether a baseline lets findings pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BaselineUse {
    Apply,
    /// The command writes one: only its key counts.
    KeyOnly,
}

impl Setup {
    /// Resolves the settings that `place` holds, and the flags over them.
    pub(crate) fn new(
        args: &CommonArgs,
        place: &dyn Place,
        baseline: BaselineUse,
    ) -> anyhow::Result<Self> {
        let (config_file, mut config) = config(args, place)?;
        let bounds = Bounds::of(args)?;
        bounds.hold(&mut config);
        let (baseline_file, known) = match bounds.permits(Permit::Baseline) {
            true => self::baseline(args, place, &config)?,
            false => (None, None),
        };
        let rule_files = rule_files_of(args, place, &config)?;
        let rules = with_rules(&rule_files)?;
        let options = options(args, &config, &rules)?;
        let allowlist = Allowlist::new(allowed(&config), Date::from_unix_seconds(now()))?;
        let key = std::env::var_os(KEY_VARIABLE).filter(|key| !key.is_empty());
        let key = key.map(|key| FingerprintKey::new(key.as_encoded_bytes()));
        let suppressor = Suppressor {
            marks: match args.untrusted || !bounds.permits(Permit::Marks) {
                true => Marks::Ignored,
                false => Marks::Honoured,
            },
            allowlist,
            key: key.or_else(|| known.as_ref().map(Baseline::key)),
            baseline: known.filter(|_| baseline == BaselineUse::Apply),
            scope: Scope::Part,
            ..Suppressor::default()
        };
        let decode_depth = args.archives.max_decode_depth.map_or(DECODED_DEPTH, usize::from);
        let scanner = scanner(rules, &rule_files)?
            .decoding(decode_depth)
            .at(Now { seconds: now().try_into().unwrap_or(i64::MAX) });
        Ok(Self {
            config,
            config_file,
            baseline_file,
            rule_files,
            decode_depth,
            scanner,
            suppressor,
            options,
        })
    }
}

/// The exceptions of the settings. What is excluded is not read by a scan of files; in a repository
/// it is read with all the rest, and what is found there is let pass.
fn allowed(config: &Config) -> Vec<AllowEntry> {
    let excluded = config.exclude.iter().map(|glob| AllowEntry {
        path: Some(whole_folder(glob)),
        reason: "excluded by the settings".to_owned(),
        ..AllowEntry::default()
    });
    config.allow.iter().chain(&config.paths).cloned().chain(excluded).collect()
}

fn config(args: &CommonArgs, place: &dyn Place) -> anyhow::Result<(Option<PathBuf>, Config)> {
    let (name, text) = match &args.config {
        Some(file) => (file.clone(), Some(read_file(file, MOST_BYTES)?)),
        None if args.untrusted => return Ok((None, Config::default())),
        None => (place.name(FILE_NAME), place.read(FILE_NAME)?),
    };
    match text {
        Some(text) => {
            let config = Config::parse(&name, &text)?;
            Ok((Some(name), extended(place, config, DEEPEST)?))
        }
        None => Ok((None, Config::default())),
    }
}

/// Files that one after the other build on another.
const DEEPEST: usize = 8;

/// The settings over those they build on.
fn extended(place: &dyn Place, config: Config, depth: usize) -> anyhow::Result<Config> {
    let mut below = Config::default();
    for path in &config.extends {
        let name = place.name(path);
        if depth == 0 {
            bail!("`{}`: settings build on each other without end", name.display());
        }
        if path.starts_with('/') || path.split(['/', '\\']).any(|part| part == "..") {
            bail!("`extends` names a file outside of the repository: name one within");
        }
        let text = place.read(path)?;
        let text = text.with_context(|| format!("there is no `{}`", name.display()))?;
        let one = extended(place, Config::parse(&name, &text)?, depth - 1)?;
        below = below.under(one);
    }
    Ok(below.under(config))
}

fn baseline(
    args: &CommonArgs,
    place: &dyn Place,
    config: &Config,
) -> anyhow::Result<(Option<PathBuf>, Option<Baseline>)> {
    let (name, text) = match (&args.baseline, &config.baseline) {
        (Some(file), _) => (file.clone(), Some(read_file(file, MOST_BYTES)?)),
        (None, Some(path)) => {
            let text = place.read(path)?;
            let name = place.name(path);
            (name.clone(), Some(text.with_context(|| format!("there is no `{}`", name.display()))?))
        }
        (None, None) if args.untrusted => (PathBuf::new(), None),
        (None, None) => (place.name(BASELINE_NAME), place.read(BASELINE_NAME)?),
    };
    let Some(text) = text else { return Ok((None, None)) };
    let known =
        Baseline::parse(&text).with_context(|| format!("cannot read `{}`", name.display()))?;
    Ok((Some(name), Some(known)))
}

/// The rule files that flags and settings add.
fn rule_files_of(
    args: &CommonArgs,
    place: &dyn Place,
    config: &Config,
) -> anyhow::Result<Vec<RuleFile>> {
    let mut files = Vec::new();
    for path in &config.rules {
        files.extend(rule_files(place, path)?);
    }
    files.extend(user_rule_files(&args.rules)?);
    files.extend(look_for::rule_file(config));
    Ok(files)
}

/// A rule file's name, as messages call it, and its text.
pub(crate) type RuleFile = (String, String);

/// The built-in rules and those of `files`.
pub(crate) fn with_rules(files: &[RuleFile]) -> anyhow::Result<RuleSet> {
    if files.is_empty() {
        return Ok(builtin());
    }
    if let Some((name, text)) = files.iter().find(|(_, text)| text.len() > LONGEST_SETTINGS) {
        bail!("`{name}` has {} bytes, at most {LONGEST_SETTINGS} are read", text.len());
    }
    let files: Vec<SourceFile<'_>> =
        files.iter().map(|(name, text)| SourceFile { name, text }).collect();
    builtin().extend(&files).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the rules cannot be used:\n{}", lines.join("\n"))
    })
}

/// A scanner for rules, of which those that are not built in stand in `files`.
pub(crate) fn scanner(rules: RuleSet, files: &[RuleFile]) -> anyhow::Result<Scanner> {
    Scanner::new(rules).map_err(|error| {
        let place = place_of(files, error.rule());
        anyhow::anyhow!("the rules cannot be used:\n{place}: {error}")
    })
}

/// Where the id of a rule of these files stands: `file:line`.
pub(crate) fn place_of(files: &[RuleFile], id: &str) -> String {
    let is_id = |line: &str| {
        let line = line.trim_start_matches([' ', '-', '{']);
        line.strip_prefix("id:").is_some_and(|rest| {
            let rest = rest.trim_start_matches([' ', '"', '\'']);
            let rest = rest.strip_prefix(id);
            rest.is_some_and(|rest| {
                !rest.starts_with(|next: char| next.is_alphanumeric() || next == '-')
            })
        })
    };
    let found = files.iter().find_map(|(name, text)| {
        let line = text.lines().position(is_id)?;
        Some(format!("{name}:{}", line + 1))
    });
    found.unwrap_or_else(|| "rules".to_owned())
}

/// The rule files that the user named: files, or folders of `.yaml` and `.yml` files.
pub(crate) fn user_rule_files(paths: &[PathBuf]) -> anyhow::Result<Vec<RuleFile>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(rule_files(&Folder(path.clone()), "")?);
        } else {
            files.push(rule_file(path, read_file(path, MOST_BYTES)?));
        }
    }
    Ok(files)
}

fn rule_files(place: &dyn Place, path: &str) -> anyhow::Result<Vec<RuleFile>> {
    let Some(mut names) = place.list(path)? else {
        let text = place.read(path)?;
        let text = text.with_context(|| format!("there is no `{}`", place.name(path).display()))?;
        return Ok(vec![rule_file(&place.name(path), text)]);
    };
    names.retain(|name| name.ends_with(".yaml") || name.ends_with(".yml"));
    names.sort_unstable();
    let mut files = Vec::new();
    for name in names {
        let file = if path.is_empty() { name } else { format!("{path}/{name}") };
        if let Some(text) = place.read(&file)? {
            files.push(rule_file(&place.name(&file), text));
        }
    }
    if files.is_empty() {
        bail!("`{}` holds no rule file (`*.yaml`)", place.name(path).display());
    }
    Ok(files)
}

fn rule_file(name: &Path, text: String) -> RuleFile {
    (name.display().to_string(), text)
}

fn options(args: &CommonArgs, config: &Config, rules: &RuleSet) -> anyhow::Result<ScanOptions> {
    let defaults = ScanOptions::default();
    let set = |flags: &[String], settings: &[String]| -> BTreeSet<String> {
        flags.iter().chain(settings).cloned().collect()
    };
    let only_rules =
        if args.rule.is_empty() { set(&[], &config.only_rules) } else { set(&args.rule, &[]) };
    let skip_rules = set(&args.skip_rule, &config.skip_rules);
    let apart = config.paths.iter().filter_map(|entry| entry.rule.as_ref());
    let mut named = only_rules.union(&skip_rules).chain(config.severities.keys()).chain(apart);
    if let Some(unknown) = named.find(|id| rules.by_id(id).is_none()) {
        bail!("there is no rule `{unknown}`: `tightlip rules list` shows them all");
    }
    Ok(ScanOptions {
        min_confidence: args
            .min_confidence
            .or(config.min_confidence)
            .unwrap_or(defaults.min_confidence),
        min_severity: args.min_severity.or(config.min_severity).unwrap_or(defaults.min_severity),
        severities: config.severities.clone(),
        only_rules,
        skip_rules,
        masking: if args.show_secrets { Masking::Off } else { Masking::On },
        whole_blobs: defaults.whole_blobs,
        counts_rule_work: args.rule_stats,
    })
}

/// Seconds since 1970; 0 on a clock that stands before it.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
