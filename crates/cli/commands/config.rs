//! `tightlip config show`: the settings in force and where each came from.

use std::fmt::Write as _;

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

fn shown(args: &ScanArgs, setup: &Setup) -> String {
    let file = setup.config_file.as_ref().map(|file| file.display().to_string());
    let file = file.as_deref().unwrap_or("no settings file");
    let (config, common) = (&setup.config, &args.common);
    let from = |flag: bool, setting: bool| match (flag, setting) {
        (true, _) => "command line",
        (_, true) => file,
        _ => "default",
    };
    let list = |flags: &[String], settings: &[String]| {
        let joined =
            flags.iter().chain(settings).map(String::as_str).collect::<Vec<_>>().join(", ");
        (format!("[{joined}]"), from(!flags.is_empty(), !settings.is_empty()))
    };
    let options = &setup.options;
    let baseline = setup.baseline_file.as_ref().map(|file| file.display().to_string());
    let size = args.max_file_size.or(config.max_file_size);
    let rows: [(&str, (String, &str)); 9] = [
        (
            "min-confidence",
            (
                options.min_confidence.to_string(),
                from(common.min_confidence.is_some(), config.min_confidence.is_some()),
            ),
        ),
        (
            "min-severity",
            (
                options.min_severity.to_string(),
                from(common.min_severity.is_some(), config.min_severity.is_some()),
            ),
        ),
        ("only-rules", list(&common.rule, &config.only_rules)),
        ("skip-rules", list(&common.skip_rule, &config.skip_rules)),
        ("exclude", list(&args.exclude, &config.exclude)),
        (
            "max-file-size",
            (
                size.map_or("none".to_owned(), |size| size.to_string()),
                from(args.max_file_size.is_some(), config.max_file_size.is_some()),
            ),
        ),
        (
            "allow",
            (format!("{} entries", config.allow.len()), from(false, !config.allow.is_empty())),
        ),
        (
            "baseline",
            (
                baseline.clone().unwrap_or_else(|| "none".to_owned()),
                from(common.baseline.is_some(), config.baseline.is_some()),
            ),
        ),
        (
            "rules",
            (
                format!("{} rules", setup.scanner.rule_count()),
                from(!common.rules.is_empty(), !config.rules.is_empty()),
            ),
        ),
    ];
    rows.iter().fold(String::new(), |mut out, (name, (value, origin))| {
        let _ = writeln!(out, "{:16} {value}  # {origin}", format!("{name}:"));
        out
    })
}
