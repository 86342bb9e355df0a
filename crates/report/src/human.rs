//! `human`: a block for each finding, files one after the other, and a summary.
//!
//! All text from outside stands behind a gutter, so that no line of a build log can be mistaken for
//! a command to the build system.

use std::collections::HashSet;
use std::io::{self, Write};

use tightlip_model::{Commit, Excerpt, PathBytes, Status, Suppression, Timestamp};

use crate::ReportOptions;
use crate::ending::Ending;
use crate::layout::{Closing, Layout};
use crate::plain::{Ink, Style, columns, head, safe, safe_parts, tail, wrapped};
use crate::shown::{Shown, parts};
use crate::words;

/// Columns in front of the bar.
const MARGIN: usize = 6;
/// Columns the bar itself and the spaces around it take.
const BAR: usize = 3;
/// However narrow the terminal, text gets this many columns.
const NARROWEST: usize = 40;
/// A terminal that claims more columns is not believed.
const MOST: usize = 1000;
/// However wide the terminal, running text gets no more: long lines are hard to read.
const WIDEST: usize = 100;

/// The `human` format.
#[derive(Debug)]
pub(crate) struct Human {
    style: Style,
    width: usize,
    verbose: bool,
    last_path: Option<PathBytes>,
    /// The rules whose advice was given: it is the same each time.
    advised: HashSet<String>,
}

impl Human {
    pub(crate) fn new(options: &ReportOptions) -> Self {
        Self {
            style: Style { color: options.color },
            width: options.width.saturating_sub(MARGIN + BAR).clamp(NARROWEST, MOST),
            verbose: options.verbose,
            last_path: None,
            advised: HashSet::new(),
        }
    }
}

impl Layout for Human {
    fn finding(&mut self, shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
        if shown.suppression.is_some() && !self.verbose {
            return Ok(());
        }
        let is_same_file = self.last_path.as_ref() == Some(&shown.provenance.path);
        let mut block = Block { style: self.style, width: self.width, lines: Vec::new() };
        block.title(shown);
        block.location(shown, if is_same_file { Ink::Faint } else { Ink::Strong });
        if let Some(excerpt) = &shown.excerpt {
            block.excerpt(shown, excerpt);
        }
        block.why(shown);
        block.facts(shown);
        block.history(shown);
        if self.advised.insert(shown.rule.id.clone()) {
            block.what_to_do(shown);
        }
        block.id(shown);
        self.last_path = Some(shown.provenance.path.clone());
        block.lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
        writeln!(out)
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        let ending = Ending {
            style: self.style,
            width: self.width + MARGIN + BAR,
            verbose: self.verbose,
            elapsed: Some(closing.summary.elapsed),
            closing,
        };
        ending.lines().iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

/// The lines of one finding.
struct Block {
    style: Style,
    width: usize,
    lines: Vec<String>,
}

impl Block {
    fn title(&mut self, shown: &Shown<'_>) {
        let grade = self.style.paint(Ink::Grade(shown.severity), shown.severity.as_str());
        let name = self.style.paint(Ink::Strong, &safe(shown.name().as_bytes()));
        let aside = self.style.paint(Ink::Faint, &standing(shown));
        self.lines.push(format!("{grade}  {name}{aside}"));
    }

    fn location(&mut self, shown: &Shown<'_>, ink: Ink) {
        let provenance = &shown.provenance;
        let mut path = safe(provenance.path.as_bytes());
        if path.is_empty() {
            path = format!("<{}>", provenance.origin.as_str());
        }
        if !provenance.repository.as_bytes().is_empty() {
            path = format!("{} → {path}", safe(provenance.repository.as_bytes()));
        }
        let corner = self.style.paint(Ink::Faint, "╭▸");
        let path = self.style.paint(ink, &path);
        let at = &shown.location;
        self.lines.push(format!("{:MARGIN$} {corner} {path}:{}:{}", "", at.line.0, at.column.0));
    }

    fn excerpt(&mut self, shown: &Shown<'_>, excerpt: &Excerpt) {
        let Some([before, secret, after]) = parts(excerpt) else { return };
        let [before, secret, after] = safe_parts([before.trim_start(), secret, after.trim_end()]);
        let secret = head(&secret, self.width / 2);
        let room = self.width - columns(&secret);
        let left = columns(&before).min((room / 2).max(room.saturating_sub(columns(&after))));
        let before = tail(&before, left);
        let after = head(&after, room - left);
        let ink = Ink::Grade(shown.severity);
        let line = format!("{before}{}{after}", self.style.paint(ink, &secret));
        self.row(&shown.location.line.0.to_string(), &line);
        let mark = self.style.paint(ink, &"^".repeat(columns(&secret).max(1)));
        self.row("", &format!("{:1$}{mark}", "", columns(&before)));
    }

    fn why(&mut self, shown: &Shown<'_>) {
        let proof = words::proof(shown.proof);
        let sure = words::confidence(shown.confidence);
        self.text("why", &format!("{proof}: {sure} ({} confidence)", shown.confidence));
        for evidence in &shown.evidence {
            self.text("", &safe(evidence.as_bytes()));
        }
        if !shown.transforms.is_empty() {
            let layers: Vec<_> = shown.transforms.iter().map(|layer| layer.as_str()).collect();
            self.text("", &format!("found inside {}", layers.join(", then ")));
        }
    }

    fn facts(&mut self, shown: &Shown<'_>) {
        let facts = shown.decoded.iter();
        let facts = facts.map(|(name, value)| safe(format!("{name} {value}").as_bytes()));
        let facts: Vec<_> = facts.collect();
        if !facts.is_empty() {
            self.text("facts", &facts.join(" · "));
        }
        for (place, part) in shown.companions.iter().enumerate() {
            let key = if place == 0 { "with" } else { "" };
            self.text(key, &safe(part.words().as_bytes()));
        }
        let doubt = shown.doubt();
        if !doubt.is_empty() {
            let text = format!("{doubt}: nothing here tells which");
            self.text("or", &safe(text.as_bytes()));
        }
    }

    fn history(&mut self, shown: &Shown<'_>) {
        if let Some(commit) = &shown.provenance.commit {
            self.commit(commit);
        }
        let provenance = &shown.provenance;
        let mut seen: Vec<_> =
            provenance.reach.map(|r| words::reach(r).to_owned()).into_iter().collect();
        if !provenance.refs.is_empty() {
            let refs: Vec<_> = provenance.refs.iter().map(|name| short(name)).collect();
            seen.push(format!("reached by {}", safe(refs.join(", ").as_bytes())));
        }
        if shown.occurrences > 1 {
            seen.push(format!("in {}", words::count(shown.occurrences, "place")));
        }
        if !seen.is_empty() {
            self.text("seen", &seen.join("; "));
        }
    }

    fn commit(&mut self, commit: &Commit) {
        let id: String = commit.id.to_string().chars().take(10).collect();
        let date = Timestamp(commit.seconds).to_string();
        let day = date.split('T').next().unwrap_or_default();
        let who = format!("{} <{}>", safe(&commit.author), safe(&commit.email));
        self.row("commit", &head(&format!("{id} {day} {who}"), self.width));
        let summary = safe(&commit.summary);
        if !summary.is_empty() {
            self.row("", &head(&summary, self.width));
        }
    }

    fn what_to_do(&mut self, shown: &Shown<'_>) {
        let revoke = safe(shown.rule.revoke.as_bytes());
        let link = safe(shown.rule.link.as_bytes());
        let advice = [revoke, link].into_iter().filter(|text| !text.is_empty());
        let advice: Vec<_> = advice.collect();
        if !advice.is_empty() {
            self.text("fix", &advice.join(" "));
        }
    }

    fn id(&mut self, shown: &Shown<'_>) {
        let id = safe(format!("{} {}", shown.rule.id, shown.fingerprint).as_bytes());
        self.row("id", &self.style.paint(Ink::Faint, &id));
    }

    /// Running text, wrapped, under one label.
    fn text(&mut self, label: &str, text: &str) {
        for (index, line) in wrapped(text, self.width.min(WIDEST)).iter().enumerate() {
            self.row(if index == 0 { label } else { "" }, line);
        }
    }

    fn row(&mut self, label: &str, text: &str) {
        let margin = self.style.paint(Ink::Faint, &format!("{label:>MARGIN$} │"));
        self.lines.push(format!("{margin} {text}"));
    }
}

/// The name of a branch or tag as one says it.
fn short(name: &str) -> &str {
    let prefixes = ["refs/heads/", "refs/tags/", "refs/remotes/"];
    prefixes.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

/// What sets this finding apart from a new one, as an aside.
fn standing(shown: &Shown<'_>) -> String {
    if let Some(why) = &shown.suppression {
        return suppressed_by(why);
    }
    match shown.status {
        Status::New => String::new(),
        Status::Unchanged => "  (in the baseline)".to_owned(),
        Status::Moved => "  (moved since the baseline)".to_owned(),
    }
}

fn suppressed_by(why: &Suppression) -> String {
    let by = match why {
        Suppression::Inline { mark, .. } => format!("by `{}`", safe(mark.as_bytes())),
        Suppression::Allowlist { .. } => "by the allow-list".to_owned(),
        Suppression::Baseline { .. } => "by the baseline".to_owned(),
    };
    match safe(why.reason().as_bytes()) {
        reason if reason.is_empty() => format!("  (suppressed {by})"),
        reason => format!("  (suppressed {by}: {reason})"),
    }
}
