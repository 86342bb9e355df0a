//! Which anchors and rules the prefilter stops at most often: `anchors FOLDER [HOW-MANY]`.
//!
//! Prints hits a megabyte of the worst anchors and of the worst rules, over all files of a folder.
//! An anchor that is a common word makes every rule that has it dear.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use tightlip_rules::builtin;

/// Calls `each` with the content of every file under `folder`.
fn each_file(folder: &Path, each: &mut dyn FnMut(&[u8])) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            each_file(&path, each);
        } else if let Ok(text) = std::fs::read(&path) {
            each(&text);
        }
    }
}

/// Prints the rows with the most hits a megabyte.
fn print(title: &str, mut rows: Vec<(u64, String)>, bytes: u64, most: usize) {
    rows.sort_by(|a, b| b.cmp(a));
    let rate = |hits: u64| hits as f64 * 1e6 / bytes.max(1) as f64;
    println!("{title}: {:.1} hits a megabyte", rate(rows.iter().map(|row| row.0).sum()));
    for (hits, name) in rows.into_iter().take(most) {
        println!("{:10.2}  {name}", rate(hits));
    }
}

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let most = std::env::args().nth(2).and_then(|most| most.parse().ok()).unwrap_or(30);
    let rules = builtin();
    let mut rules_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rule in rules.iter() {
        rule.anchors().for_each(|anchor| rules_of.entry(anchor).or_default().push(rule.id()));
    }
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(rules_of.keys())
        .expect("the anchors of the built-in rules are short");
    let mut hits = vec![0_u64; rules_of.len()];
    let mut bytes = 0;
    each_file(Path::new(&folder), &mut |text| {
        bytes += text.len() as u64;
        automaton.find_overlapping_iter(text).for_each(|found| hits[found.pattern()] += 1);
    });
    let mut by_rule: BTreeMap<&str, u64> = BTreeMap::new();
    for (&hits, rules) in hits.iter().zip(rules_of.values()) {
        rules.iter().for_each(|rule| *by_rule.entry(rule).or_default() += hits);
    }
    let anchors = hits.iter().zip(&rules_of);
    let anchors = anchors.map(|(&hits, (anchor, rules))| (hits, format!("`{anchor}` {rules:?}")));
    print("anchors", anchors.collect(), bytes, most);
    let rules = by_rule.into_iter().map(|(rule, hits)| (hits, rule.to_owned()));
    print("rules", rules.collect(), bytes, most);
}
