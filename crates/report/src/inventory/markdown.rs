//! `markdown`: a page of bounded size: what there is, what to rotate first, what breaks the policy.

use std::io::{self, Write};

use tightlip_inventory::{Family, Identity};

use super::InventoryReport;
use crate::ReportOptions;
use crate::markdown::{code, prose};
use crate::words::count;

/// Identities listed.
const MOST_ROWS: usize = 200;
/// Problems listed.
const MOST_PROBLEMS: usize = 20;

pub(super) fn write(
    report: &InventoryReport<'_>,
    _: &ReportOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let all = &report.inventory.identities;
    writeln!(out, "## {}\n", count(all.len() as u64, "machine identity"))?;
    summary(all, out)?;
    writeln!(out, "\n### Rotate first\n")?;
    writeln!(out, "| Risk | What | Where | Since | Owner | At HEAD | Breaks |")?;
    writeln!(out, "|--:|:--|:--|:--|:--|:--|:--|")?;
    all.iter().take(MOST_ROWS).try_for_each(|one| writeln!(out, "{}", row(one)))?;
    if all.len() > MOST_ROWS {
        writeln!(out, "\nAnd {} more, none of them more urgent.", all.len() - MOST_ROWS)?;
    }
    let maturity = &report.inventory.maturity;
    writeln!(out, "\n### Maturity {} of 3: {}\n", maturity.level, maturity.name)?;
    for fact in maturity.facts.iter().filter(|fact| fact.of > 0) {
        writeln!(out, "- {} of {} {}", fact.have, fact.of, fact.name)?;
    }
    if !report.problems.is_empty() {
        writeln!(out, "\n### What could not be read\n")?;
    }
    for problem in report.problems.iter().take(MOST_PROBLEMS) {
        let message = prose(problem.message.as_bytes());
        writeln!(out, "- {}: {message}", code(problem.subject.as_bytes()))?;
    }
    Ok(())
}

fn summary(all: &[Identity], out: &mut dyn Write) -> io::Result<()> {
    for family in Family::ALL {
        let number = all.iter().filter(|one| one.family == *family).count();
        if number > 0 {
            writeln!(out, "- {number} × {}", family.as_str())?;
        }
    }
    let number = |is: fn(&Identity) -> bool| all.iter().filter(|one| is(one)).count();
    writeln!(
        out,
        "\n{} at HEAD, {} without an owner, {} in several repositories, {} break the policy.",
        number(|one| one.at_head),
        number(|one| one.owner.is_none()),
        number(|one| one.reuse.repositories > 1),
        number(|one| !one.breaches.is_empty()),
    )
}

fn row(one: &Identity) -> String {
    let place = one.places.first();
    let path =
        place.map_or("", |place| if place.path.is_empty() { &place.origin } else { &place.path });
    let more = one.places.len().saturating_sub(1);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let since = one.first_seen.as_ref().map(|seen| seen.date.0.day()).unwrap_or_default();
    let owner = one.owner.as_ref().map(|owner| prose(owner.name.as_bytes())).unwrap_or_default();
    let breaks: Vec<&str> = one.breaches.iter().map(|breach| breach.rule.as_str()).collect();
    format!(
        "| {} | {} | {}{more} | {since} | {owner} | {} | {} |",
        one.risk.score,
        prose(one.name.as_bytes()),
        code(path.as_bytes()),
        if one.at_head { "yes" } else { "no" },
        breaks.join(", "),
    )
}
