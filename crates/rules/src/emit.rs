//! A rule set as Rust source: how the build script hands the built-in set to the compiler.
//!
//! Owns: the spelling of the tables. Only the build script uses it; [`crate::builtin`] includes what
//! it writes.

use std::fmt::Write as _;

use crate::rule::Bounds;
use crate::set::{Record, RuleSet};

/// Constant tables of the set's content, and its text, which goes into a file beside them.
pub(crate) fn source(set: &RuleSet) -> (String, &str) {
    let mut out = String::new();
    table(&mut out, "RECORDS", "Record", set.records.iter().map(record));
    table(&mut out, "LISTS", "Slice", set.lists.iter().map(|slice| format!("{slice:?}")));
    table(&mut out, "LINKS", "u32", set.links.iter().map(u32::to_string));
    table(&mut out, "SETS", "ByteSet", set.sets.iter().map(|tail| format!("{tail:?}")));
    out.push_str(&format!("const REACH: usize = {};\n", set.reach));
    (out, &set.text)
}

fn table(out: &mut String, name: &str, kind: &str, rows: impl Iterator<Item = String>) {
    let rows: Vec<_> = rows.collect();
    let _ = writeln!(out, "static {name}: [{kind}; {}] = [\n{}\n];", rows.len(), rows.join(",\n"));
}

fn record(record: &Record) -> String {
    let Record { kind, severity, confidence, shape, bounds, entropy, public, .. } = record;
    let Record { within, before, after, anchored_at, tail, secret_group, .. } = record;
    let Record { least, any, .. } = record;
    let bounds = match bounds {
        Bounds::Token => "Token",
        Bounds::Any => "Any",
    };
    let mut out = format!(
        "Record {{ kind: Kind::{kind:?}, severity: Severity::{severity:?}, \
         confidence: Confidence::{confidence:?}, shape: Shape::{shape:?}, \
         bounds: Bounds::{bounds}, entropy: {entropy}, public: {public}, within: {within}, \
         before: {before}, after: {after}, anchored_at: {anchored_at}, tail: {tail}, \
         secret_group: {secret_group}, least: {least}, any: {any}"
    );
    let slices = [
        ("id", record.id),
        ("name", record.name),
        ("provider", record.provider),
        ("form", record.form),
        ("anchors", record.anchors),
        ("keys", record.keys),
        ("proof", record.proof),
        ("near", record.near),
        ("not", record.not),
        ("companions", record.companions),
        ("examples", record.examples),
        ("clean", record.clean),
        ("revoke", record.revoke),
        ("link", record.link),
        ("note", record.note),
        ("groups", record.groups),
        ("head", record.head),
    ];
    for (field, slice) in slices {
        let _ = write!(out, ", {field}: {slice:?}");
    }
    out + " }"
}
