//! `table`: the identities as a person reads them at a terminal, the most urgent first: one line of
//! what it is, and below it where it stands, since when, whose it is, and what is wrong with it.

use std::io::{self, Write};

use tightlip_inventory::{Changes, Identity, Inventory, Maturity};

use super::InventoryReport;
use crate::ReportOptions;
use crate::plain::{Ink, Style, head, safe, wrapped};
use crate::words::count;

/// Places listed for one identity unless the user asks for more.
const PLACES: usize = 3;
/// Columns in front of what belongs to an identity.
const INDENT: usize = 5;
/// Running text gets no more columns.
const WIDEST: usize = 120;

pub(super) fn write(
    report: &InventoryReport<'_>,
    options: &ReportOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let style = Style { color: options.color };
    let page = Page { style, width: options.width.clamp(60, WIDEST), verbose: options.verbose };
    let inventory = report.inventory;
    for identity in &inventory.identities {
        page.identity(identity).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        writeln!(out)?;
    }
    if let Some(changes) = report.changes {
        changed(changes).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        writeln!(out)?;
    }
    for problem in report.problems {
        let subject = safe(problem.subject.as_bytes());
        let said = format!("not read: {subject}: {}", safe(problem.message.as_bytes()));
        writeln!(out, "{}", style.paint(Ink::Bad, &said))?;
    }
    writeln!(out, "{}", page.maturity(&inventory.maturity))?;
    writeln!(out, "{}", page.ending(inventory, report.problems.is_empty()))
}

struct Page {
    style: Style,
    width: usize,
    verbose: bool,
}

impl Page {
    fn identity(&self, one: &Identity) -> Vec<String> {
        let severity = one.severity.parse().map_or(Ink::Strong, Ink::Grade);
        let score = self.style.paint(severity, &format!("{:>3}", one.risk.score));
        let name = self.style.paint(Ink::Strong, &text(&one.name));
        let who = one.principal.as_deref().map(|who| format!("  {}", text(who)));
        let aside = format!("{}  {}  {}", who.unwrap_or_default(), text(&one.secret), one.id);
        let mut lines = vec![format!("{score}  {name}{}", self.style.paint(Ink::Faint, &aside))];
        self.row(&mut lines, "is", &what(one));
        self.row(&mut lines, "seen", &seen(one));
        self.row(&mut lines, "owner", &owner(one));
        self.places(&mut lines, one);
        one.agents.iter().for_each(|agent| {
            let server = agent.server.as_deref().map(|it| format!(", server {it}"));
            let end = agent.endpoint.as_deref().map(|it| format!(" ({it})"));
            let rest = [server, end].into_iter().flatten().collect::<String>();
            self.row(&mut lines, "agent", &format!("{}{rest}", agent.agent));
        });
        if !one.companions.is_empty() {
            let parts: Vec<&str> = one.companions.iter().map(|part| part.title.as_str()).collect();
            self.row(&mut lines, "with", &parts.join(", "));
        }
        if !one.rotations.is_empty() {
            self.row(&mut lines, "rotated", &rotated(one));
        }
        one.breaches.iter().for_each(|breach| {
            self.row(&mut lines, "breaks", &format!("{}: {}", breach.rule.as_str(), breach.reason));
        });
        if self.verbose {
            self.details(&mut lines, one);
        }
        lines
    }

    fn places(&self, lines: &mut Vec<String>, one: &Identity) {
        let most = if self.verbose { usize::MAX } else { PLACES };
        for place in one.places.iter().take(most) {
            let path = if place.path.is_empty() { &place.origin } else { &place.path };
            let inside = match place.repository.as_str() {
                "" | "." => String::new(),
                repository => format!("{repository} → "),
            };
            let name = place.variable.as_deref().map(|name| format!(" as {name}"));
            let gone =
                place.removed.as_ref().map(|commit| format!(", until {}", commit.date.0.day()));
            let rest = [name, gone].into_iter().flatten().collect::<String>();
            self.row(lines, "in", &format!("{inside}{path}:{}{rest}", place.line));
        }
        let rest = one.places.len().saturating_sub(most);
        if rest > 0 {
            self.row(lines, "", &format!("and {rest} more: --verbose lists them"));
        }
    }

    fn details(&self, lines: &mut Vec<String>, one: &Identity) {
        one.risk.parts.iter().for_each(|part| {
            self.row(lines, "risk", &format!("{:+} {}", part.points, part.reason));
        });
        one.owasp.iter().for_each(|concern| {
            let item = concern.item;
            let title = format!("{} {}: {}", item.as_str(), item.title(), concern.reason);
            self.row(lines, "OWASP", &title);
        });
        self.row(lines, "NIST", &one.nist_csf.join(", "));
        self.row(lines, "revoke", &one.revoke);
    }

    fn row(&self, lines: &mut Vec<String>, label: &str, content: &str) {
        if content.is_empty() {
            return;
        }
        let content = text(content);
        let room = self.width.saturating_sub(INDENT + 9);
        for (index, part) in wrapped(&content, room).into_iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            let label = self.style.paint(Ink::Faint, &format!("{label:<8}"));
            lines.push(format!("{:INDENT$}{label} {part}", ""));
        }
    }

    fn maturity(&self, maturity: &Maturity) -> String {
        let facts = maturity.facts.iter().filter(|fact| fact.of > 0);
        let facts: Vec<String> =
            facts.map(|fact| format!("{} of {} {}", fact.have, fact.of, fact.name)).collect();
        let level = format!("maturity {} of 3 ({})", maturity.level, maturity.name);
        format!("{}: {}", self.style.paint(Ink::Strong, &level), facts.join("; "))
    }

    fn ending(&self, inventory: &Inventory, is_complete: bool) -> String {
        let all = &inventory.identities;
        let number = |is: fn(&Identity) -> bool| all.iter().filter(|one| is(one)).count() as u64;
        let names = match all.len() {
            1 => "1 identity".to_owned(),
            _ => count(all.len() as u64, "identity"),
        };
        let parts = [
            format!("{} at HEAD", number(|one| one.at_head)),
            format!("{} without an owner", number(|one| one.owner.is_none())),
            format!("{} in several repositories", number(|one| one.reuse.repositories > 1)),
            format!("{} break the policy", inventory.breaching()),
        ];
        let whole = if is_complete { "" } else { "; the run is incomplete" };
        let ink = if is_complete { Ink::Strong } else { Ink::Bad };
        self.style.paint(ink, &format!("{names}: {}{whole}", parts.join(", ")))
    }
}

fn text(content: &str) -> String {
    head(&safe(content.as_bytes()), 400)
}

fn what(one: &Identity) -> String {
    let purpose = one.purpose.as_deref().map(|purpose| format!(", {purpose}"));
    let environment = match one.environment.as_str() {
        "unknown" => String::new(),
        known => format!(", {known}"),
    };
    let accepted = if one.accepted { ", accepted by the baseline" } else { "" };
    let expiry = match one.expiry.to_string().as_str() {
        "unknown" => String::new(),
        "no expiry" => ", does not expire".to_owned(),
        day => format!(", expires {day}"),
    };
    format!("{}{environment}{}{expiry}{accepted}", one.family.as_str(), purpose.unwrap_or_default())
}

fn seen(one: &Identity) -> String {
    let Some(first) = &one.first_seen else {
        return if one.at_head { "now".to_owned() } else { String::new() };
    };
    let until = match &one.removed {
        Some(removed) => format!("removed {}", removed.date.0.day()),
        None if one.at_head => "still at HEAD".to_owned(),
        None => "no longer at HEAD".to_owned(),
    };
    let days = one.exposure_days.map(|days| format!(", exposed {}", count(days, "day")));
    format!("since {}, {until}{}", first.date.0.day(), days.unwrap_or_default())
}

fn owner(one: &Identity) -> String {
    let Some(owner) = &one.owner else { return "nobody is known".to_owned() };
    let last = owner.last_commit.filter(|_| owner.active == Some(false));
    let gone = last.map(|last| format!(", gone: no commit since {}", last.0.day()));
    format!("{}{}", owner.name, gone.unwrap_or_default())
}

fn rotated(one: &Identity) -> String {
    let earlier = one.rotations.iter().filter(|other| other.is_earlier).count() as u64;
    let later = one.rotations.len() as u64 - earlier;
    let parts = [
        (earlier > 0).then(|| format!("replaced {}", count(earlier, "earlier value"))),
        (later > 0).then(|| format!("was replaced by {}", count(later, "later value"))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{}; all are still in the history", parts.join(", "))
}

fn changed(changes: &Changes) -> Vec<String> {
    let kinds = [
        ("appeared", &changes.appeared),
        ("removed from HEAD", &changes.removed_from_head),
        ("rotated", &changes.rotated),
        ("went stale", &changes.went_stale),
        ("gone", &changes.gone),
    ];
    let told = kinds.into_iter().filter(|(_, ids)| !ids.is_empty());
    let lines: Vec<String> =
        told.map(|(what, ids)| format!("{what}: {}", ids.join(", "))).collect();
    if lines.is_empty() { vec!["nothing changed".to_owned()] } else { lines }
}
