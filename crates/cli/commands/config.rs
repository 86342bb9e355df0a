//! `tightlip config show`: the settings in force and where each came from.

use std::collections::BTreeSet;
use std::fmt::Display;

use anyhow::Context as _;

use crate::args::{ConfigCommand, ScanArgs};
use crate::commands::scan;
use crate::message;
use crate::setup::{BaselineUse, Setup};

pub(crate) fn run(command: &ConfigCommand) -> anyhow::Result<u8> {
    let ConfigCommand::Show { scan: args } = command;
    let (setup, _) = scan::prepare(args, BaselineUse::Apply)?;
    message::print(&shown(args, &setup)).context("cannot write to standard output")?;
    Ok(0)
}

/// Where a setting came from.
#[derive(Debug, Clone, Copy)]
struct Given {
    by_flag: bool,
    by_file: bool,
}

fn shown(args: &ScanArgs, setup: &Setup) -> String {
    let file = setup.config_file.as_ref().map(|file| file.display().to_string());
    let line = |name: &str, value: &dyn Display, given: Given| {
        let origin = match given {
            Given { by_flag: true, .. } => "command line",
            Given { by_file: true, .. } => {
                let named = setup.config.origins.get(name).and_then(|path| path.to_str());
                named.or(file.as_deref()).unwrap_or_default()
            }
            _ => "default",
        };
        format!("{:16} {value}  # {origin}\n", format!("{name}:"))
    };
    let (config, common, options) = (&setup.config, &args.common, &setup.options);
    let given = |by_flag: bool, by_file: bool| Given { by_flag, by_file };
    let lists = [
        ("only-rules", &common.rule, &config.only_rules),
        ("skip-rules", &common.skip_rule, &config.skip_rules),
        ("exclude", &args.exclude, &config.exclude),
    ];
    let confidence = given(common.min_confidence.is_some(), config.min_confidence.is_some());
    let severity = given(common.min_severity.is_some(), config.min_severity.is_some());
    let mut out = line("min-confidence", &options.min_confidence, confidence);
    out += &line("min-severity", &options.min_severity, severity);
    for (name, flags, settings) in lists {
        let value = flags.iter().chain(settings).map(String::as_str).collect::<Vec<_>>().join(", ");
        out += &line(name, &format!("[{value}]"), given(!flags.is_empty(), !settings.is_empty()));
    }
    let size = args.max_file_size.or(config.max_file_size);
    let size = size.map_or("none".to_owned(), |size| size.to_string());
    let by = given(args.max_file_size.is_some(), config.max_file_size.is_some());
    out += &line("max-file-size", &size, by);
    let entries = format!("{} entries", config.allow.len());
    out += &line("allow", &entries, given(false, !config.allow.is_empty()));
    let paths: BTreeSet<&str> =
        config.paths.iter().filter_map(|entry| entry.path.as_deref()).collect();
    let paths = paths.into_iter().collect::<Vec<_>>().join(", ");
    out += &line("paths", &format!("[{paths}]"), given(false, !config.paths.is_empty()));
    let severities = config.severities.iter().map(|(rule, grade)| format!("{rule}: {grade}"));
    let severities = severities.collect::<Vec<_>>().join(", ");
    let by = given(false, !config.severities.is_empty());
    out += &line("severities", &format!("{{{severities}}}"), by);
    let baseline = setup.baseline_file.as_ref().map(|file| file.display().to_string());
    let by = given(common.baseline.is_some(), config.baseline.is_some());
    out += &line("baseline", &baseline.unwrap_or("none".to_owned()), by);
    let rules = format!("{} rules", setup.scanner.rule_count());
    out + &line("rules", &rules, given(!common.rules.is_empty(), !config.rules.is_empty()))
}
