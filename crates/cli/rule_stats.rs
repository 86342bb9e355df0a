//! The table of `--rule-stats`: what each rule cost, the dearest first.

use std::collections::BTreeMap;

use tightlip_detect::{RuleWork, Scanner};
use tightlip_engine::Outcome;

use crate::message;

/// Says on standard error what each rule cost that had anything to do.
pub(crate) fn tell(scanner: &Scanner, outcome: &Outcome) {
    let mut findings: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in &outcome.findings {
        *findings.entry(finding.rule.id.as_str()).or_default() += 1;
    }
    let rules = scanner.rules().iter().zip(&outcome.rule_work);
    let mut rows: Vec<(&str, &RuleWork)> =
        rules.filter(|(_, work)| work.hits > 0).map(|(rule, work)| (rule.id(), work)).collect();
    rows.sort_by_key(|(id, work)| (std::cmp::Reverse(work.time), *id));
    let mut all = RuleWork::default();
    rows.iter().for_each(|(_, work)| all.add(work));
    message::tell("anchor hits     windows        bytes      time  findings  rule");
    for (id, work) in rows {
        message::tell(&row(id, work, findings.get(id).copied().unwrap_or(0)));
    }
    message::tell(&row("all rules", &all, findings.values().sum()));
}

fn row(name: &str, work: &RuleWork, findings: u64) -> String {
    let RuleWork { hits, windows, bytes, time, .. } = work;
    let time = time.as_secs_f64() * 1e3;
    format!("{hits:>11} {windows:>11} {bytes:>12} {time:>6.1} ms {findings:>9}  {name}")
}
