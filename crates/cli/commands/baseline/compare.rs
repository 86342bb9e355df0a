//! `tightlip baseline diff`: what was added, fixed, moved and spread.

use std::path::{Path, PathBuf};

use serde_json::json;
use tightlip_suppress::{At, Comparison, Move};

use crate::args::BaselineFormat;
use crate::message;
use crate::root::Root;
use crate::setup::BASELINE_NAME;

pub(super) fn run(old: &Path, new: Option<&Path>, format: BaselineFormat) -> anyhow::Result<u8> {
    let new = match new {
        Some(new) => new.to_path_buf(),
        None => Root::of(&PathBuf::from("."))?.folder.join(BASELINE_NAME),
    };
    let all = super::read(old)?.compare(&super::read(&new)?)?;
    message::print(&match format {
        BaselineFormat::Text => text(&all),
        BaselineFormat::Json => json(&all),
        BaselineFormat::Markdown => markdown(&all),
    })?;
    Ok(0)
}

fn text(all: &Comparison) -> String {
    let mut out = String::new();
    let at = |at: &At| format!("{} ({} {})", at.path, at.secret.rule, at.secret.fingerprint);
    let way = |one: &Move| {
        let Move { secret, from, to } = one;
        format!("{from} -> {to} ({} {})", secret.rule, secret.fingerprint)
    };
    all.added.iter().for_each(|one| out += &format!("added   {}\n", at(one)));
    all.spread.iter().for_each(|one| out += &format!("spread  {}\n", way(one)));
    all.moved.iter().for_each(|one| out += &format!("moved   {}\n", way(one)));
    all.fixed.iter().for_each(|one| out += &format!("fixed   {}\n", at(one)));
    let counts = [
        (all.added.len(), "added"),
        (all.spread.len(), "spread"),
        (all.moved.len(), "moved"),
        (all.fixed.len(), "fixed"),
    ];
    let counts = counts.map(|(count, what)| format!("{count} {what}"));
    out + &counts.join(", ") + "\n"
}

fn json(all: &Comparison) -> String {
    let at = |one: &At| {
        json!({
            "rule": one.secret.rule, "fingerprint": one.secret.fingerprint, "path": one.path,
        })
    };
    let way = |one: &Move| {
        json!({
            "rule": one.secret.rule, "fingerprint": one.secret.fingerprint,
            "from": one.from, "to": one.to,
        })
    };
    let each = json!({
        "added": all.added.iter().map(at).collect::<Vec<_>>(),
        "spread": all.spread.iter().map(way).collect::<Vec<_>>(),
        "moved": all.moved.iter().map(way).collect::<Vec<_>>(),
        "fixed": all.fixed.iter().map(at).collect::<Vec<_>>(),
    });
    format!("{each:#}\n")
}

fn markdown(all: &Comparison) -> String {
    let mut out = "| What | Where | Rule | Fingerprint |\n|:--|:--|:--|:--|\n".to_owned();
    let mut row = |what: &str, place: String, secret: &tightlip_suppress::Known| {
        out += &format!(
            "| {what} | {place} | {} | {} |\n",
            cell(&secret.rule),
            cell(&secret.fingerprint)
        );
    };
    let way = |one: &Move| format!("{} → {}", cell(&one.from), cell(&one.to));
    all.added.iter().for_each(|one| row("added", cell(&one.path), &one.secret));
    all.spread.iter().for_each(|one| row("spread", way(one), &one.secret));
    all.moved.iter().for_each(|one| row("moved", way(one), &one.secret));
    all.fixed.iter().for_each(|one| row("fixed", cell(&one.path), &one.secret));
    if all.is_empty() { "Nothing changed.\n".to_owned() } else { out }
}

/// Text of which nothing is markup.
fn cell(text: &str) -> String {
    let each = text.chars().map(|c| match c {
        c if c.is_ascii_punctuation() && !matches!(c, '-' | '/') => format!("&#{};", u32::from(c)),
        c if c.is_control() => c.escape_unicode().to_string(),
        c => c.to_string(),
    });
    format!("<code>{}</code>", each.collect::<String>())
}
