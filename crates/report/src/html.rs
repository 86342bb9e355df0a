//! `html`: one page that needs nothing but itself, for people who keep a report or hand it on.
//!
//! The table stands in the page as it is; the script only filters, sorts and groups its rows, so the
//! page can be read where scripts are switched off. A policy in the page forbids every request, and
//! every script but the one whose hash it names: text from outside that slipped through the escaping
//! would still run nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use tightlip_model::{RuleInfo, Severity, Status, Timestamp};

use crate::ReportOptions;
use crate::ending::Ending;
use crate::layout::{Closing, Layout};
use crate::markup::text;
use crate::plain::Style;
use crate::shown::{Shown, parts};
use crate::words;

pub(crate) const CSS: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");
/// The hash of [`SCRIPT`] that the policy of the page names.
const SCRIPT_HASH: &str = "sha256-yO526fqLrCM1Te45xUXNcziWQb8JQwSUmlcbprf+RCA=";
pub(crate) const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
    <meta name=\"referrer\" content=\"no-referrer\">\n";
const CONTROLS: &str = "<div class=\"bar\" id=\"bar\" hidden>\
    <input type=\"search\" id=\"filter\" placeholder=\"Filter: words of rule, file, author, …\" aria-label=\"Filter\">\
    <label>Severity <select id=\"least\"><option value=\"0\">all</option><option value=\"1\">low and up</option>\
    <option value=\"2\">medium and up</option><option value=\"3\">high and up</option><option value=\"4\">critical</option></select></label>\
    <label>Show <select id=\"status\"><option value=\"open\">findings</option>\
    <option value=\"suppressed\">suppressed</option><option value=\"all\">both</option></select></label>\
    <label>Group by <select id=\"group\"><option value=\"\">nothing</option><option value=\"rule\">rule</option>\
    <option value=\"file\">file</option><option value=\"author\">author</option></select></label>\
    <output id=\"count\"></output></div>\n";
const TABLE: &str = "<table><thead><tr><th class=\"c1\" data-k=\"severity\">Severity</th>\
    <th class=\"c2\" data-k=\"what\">What</th><th class=\"c3\" data-k=\"where\">Where</th>\
    <th data-k=\"secret\">Secret</th><th class=\"c5\" data-k=\"status\">Why</th></tr></thead>\n<tbody id=\"rows\">\n";

/// Rows shown at once; the others join when they are scrolled to, or stand below where scripts are
/// switched off. Laying out thousands of rows takes a browser seconds.
const FIRST_ROWS: usize = 300;
const REST: &str = "</tbody><tbody id=\"rest\">\n";
const TABLE_END: &str = "</tbody></table>\n<div id=\"end\"></div>\n\
    <noscript><style>#rest{display:table-row-group}</style></noscript>\n";

/// The `html` format.
#[derive(Debug)]
pub(crate) struct Html {
    version: String,
    first: String,
    rest: String,
    count: usize,
    /// The rules that fired, by id, and what they are called.
    rules: BTreeMap<String, (RuleInfo, String)>,
}

impl Html {
    pub(crate) fn new(options: &ReportOptions) -> Self {
        let (version, rules) = (options.version.clone(), BTreeMap::new());
        Self { version, first: String::new(), rest: String::new(), count: 0, rules }
    }

    fn advice(&self) -> String {
        if self.rules.is_empty() {
            return String::new();
        }
        let mut out = "<h2>What to do</h2>\n<dl>\n".to_owned();
        for (id, (rule, name)) in &self.rules {
            let revoke = match rule.revoke.as_str() {
                "" => "Revoke it and issue a new one.",
                revoke => revoke,
            };
            let (id, name, revoke) =
                (text(id.as_bytes()), text(name.as_bytes()), text(revoke.as_bytes()));
            let link = if rule.link.starts_with("https://") {
                let link = text(rule.link.as_bytes());
                format!(" <a href=\"{link}\" rel=\"noreferrer noopener\">{link}</a>")
            } else {
                String::new()
            };
            put(
                &mut out,
                format_args!(
                    "<dt id=\"{id}\">{name} <code class=\"f\">{id}</code></dt><dd>{revoke}{link}</dd>\n"
                ),
            );
        }
        out + "</dl>\n<p>Removing the line is not enough: it stays in the history and in every clone.</p>\n"
    }
}

impl Layout for Html {
    fn finding(&mut self, shown: &Shown<'_>, _out: &mut dyn Write) -> io::Result<()> {
        let is_first = self.count < FIRST_ROWS;
        row(shown, if is_first { &mut self.first } else { &mut self.rest });
        self.count += 1;
        if shown.suppression.is_none() && !self.rules.contains_key(&shown.rule.id) {
            self.rules.insert(shown.rule.id.clone(), (shown.rule.clone(), shown.name()));
        }
        Ok(())
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        let title = words::title(closing);
        let policy = format!(
            "default-src 'none'; style-src 'unsafe-inline'; script-src '{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'"
        );
        out.write_all(HEAD.as_bytes())?;
        writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")?;
        writeln!(
            out,
            "<title>{title} - tightlip</title>\n<style>\n{CSS}</style>\n</head>\n<body>"
        )?;
        writeln!(out, "<h1>{title}</h1>\n{}", about(closing, &self.version))?;
        out.write_all(problems(closing).as_bytes())?;
        if self.count > 0 {
            for part in [CONTROLS, TABLE, &self.first, REST, &self.rest, TABLE_END] {
                out.write_all(part.as_bytes())?;
            }
            out.write_all(self.advice().as_bytes())?;
            writeln!(out, "<script>{SCRIPT}</script>")?;
        }
        out.write_all(b"</body>\n</html>\n")
    }
}

fn about(closing: &Closing<'_>, version: &str) -> String {
    let style = Style { color: false };
    let ending = Ending { style, width: usize::MAX, verbose: false, elapsed: None, closing };
    let scan = closing.scan;
    let mut facts = vec![format!("tightlip {version} {}", scan.kind.as_str())];
    facts.push(scan.targets.join(" "));
    facts.extend(scan.repository.clone());
    facts.extend(scan.branch.as_ref().map(|branch| format!("branch {branch}")));
    facts.extend(scan.revision.as_ref().map(|commit| format!("commit {commit}")));
    let facts: Vec<String> = facts.iter().map(|fact| text(fact.as_bytes())).collect();
    let mut out = format!(
        "<p>{}</p>\n<p class=\"f\">{}</p>\n",
        text(ending.sentence().as_bytes()),
        facts.join(" · ")
    );
    for waived in closing.waived {
        let (path, words) = (text(&waived.path), text(waived.words().as_bytes()));
        put(&mut out, format_args!("<p>Newly suppressed: <code>{path}</code> {words}</p>\n"));
    }
    for note in &closing.summary.notes {
        put(&mut out, format_args!("<p>Note: {}</p>\n", text(note.as_bytes())));
    }
    out
}

fn problems(closing: &Closing<'_>) -> String {
    let problems = &closing.summary.coverage.problems;
    if problems.is_empty() {
        return String::new();
    }
    let count = words::count(problems.len() as u64, "thing");
    let mut out = format!("<div class=\"bad\"><strong>{count} could not be read</strong><ul>\n");
    for problem in problems {
        let (subject, message) =
            (text(problem.subject.as_bytes()), text(problem.message.as_bytes()));
        put(&mut out, format_args!("<li><code>{subject}</code>: {message}</li>\n"));
    }
    out + "</ul></div>\n"
}

fn row(shown: &Shown<'_>, out: &mut String) {
    let id = text(shown.rule.id.as_bytes());
    let path = text(shown.path_or_origin_bytes());
    let author = shown.provenance.commit.as_ref().map(|commit| text(&commit.author));
    let rank = rank(shown.severity);
    put(
        out,
        format_args!(
            "<tr data-s=\"{rank}\" data-r=\"{id}\" data-p=\"{path}\" data-a=\"{}\" data-t=\"{}\">",
            author.unwrap_or_default(),
            standing(shown)
        ),
    );
    put(out, format_args!("<td><span class=\"s s{rank}\">{}</span></td>", shown.severity));
    put(
        out,
        format_args!(
            "<td>{}<br><a href=\"#{id}\"><code>{id}</code></a><br><code class=\"f\">{}</code></td>",
            text(shown.name().as_bytes()),
            text(shown.fingerprint.0.as_bytes())
        ),
    );
    put(out, format_args!("<td>{}</td>", place(shown, &path)));
    put(out, format_args!("<td>{}</td>", secret(shown)));
    put(out, format_args!("<td>{}</td></tr>\n", why(shown)));
}

fn place(shown: &Shown<'_>, path: &str) -> String {
    let mut out = String::new();
    let repository = shown.provenance.repository.as_bytes();
    if !repository.is_empty() {
        put(&mut out, format_args!("<span class=\"f\">{}</span><br>", text(repository)));
    }
    let at = &shown.location;
    put(&mut out, format_args!("<code>{path}:{}:{}</code>", at.line.0, at.column.0));
    if let Some(commit) = &shown.provenance.commit {
        let date = Timestamp(commit.seconds).to_string();
        let day = date.split('T').next().unwrap_or_default();
        let id: String = commit.id.to_string().chars().take(10).collect();
        let author = text(&commit.author);
        put(&mut out, format_args!("<br><span class=\"f\">{id} {day} {author}</span>"));
    }
    if let Some(reach) = shown.provenance.reach {
        put(&mut out, format_args!("<br><span class=\"f\">{}</span>", words::reach(reach)));
    }
    out
}

fn secret(shown: &Shown<'_>) -> String {
    let Some([before, masked, after]) = shown.excerpt.as_ref().and_then(parts) else {
        return format!("<code>{}</code>", text(shown.secret.text.as_bytes()));
    };
    let [before, masked, after] = crate::plain::safe_parts([before.trim_start(), masked, after])
        .map(|part| text(part.as_bytes()));
    format!("<div class=\"x\">{before}<mark>{masked}</mark>{after}</div>")
}

fn why(shown: &Shown<'_>) -> String {
    let mut out = String::new();
    if let Some(why) = &shown.suppression {
        let reason = text(why.reason().as_bytes());
        put(&mut out, format_args!("<strong>suppressed by {}</strong> {reason}<br>", why.as_str()));
    } else if shown.status != Status::New {
        put(&mut out, format_args!("<strong>{}</strong><br>", shown.status.as_str()));
    }
    put(&mut out, format_args!("{} ({})", words::proof(shown.proof), shown.confidence));
    for evidence in &shown.evidence {
        put(&mut out, format_args!("<br><span class=\"f\">{}</span>", text(evidence.as_bytes())));
    }
    for (name, value) in &shown.decoded {
        let fact = text(format!("{name} {value}").as_bytes());
        put(&mut out, format_args!("<br><span class=\"f\">{fact}</span>"));
    }
    for aside in shown.asides() {
        let aside = text(words::sentence(aside).as_bytes());
        put(&mut out, format_args!("<br><span>{aside}</span>"));
    }
    out
}

fn standing(shown: &Shown<'_>) -> &'static str {
    match shown.suppression {
        Some(_) => "suppressed",
        None => shown.status.as_str(),
    }
}

const fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 4,
        Severity::High => 3,
        Severity::Medium => 2,
        Severity::Low => 1,
        Severity::Info => 0,
    }
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a string does not fail");
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use sha2::Digest as _;

    use super::*;

    #[test]
    fn the_policy_names_the_script_of_the_page() {
        let hash = sha2::Sha256::digest(SCRIPT.as_bytes());
        let hash = base64::engine::general_purpose::STANDARD.encode(hash);
        assert_eq!(SCRIPT_HASH, format!("sha256-{hash}"));
    }
}
