//! The values that the model of assignments weighs, for training: `candidates FOLDER…`.
//!
//! Prints one line each, tabs between: path, line (from 1), first and last column (bytes, from 0,
//! half-open), what the name promises, how the value is written, odds, value, and the features seen.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use tightlip_detect::training::{feature_names, samples};
use tightlip_model::ByteSpan;
use tightlip_rules::{Form, builtin};

fn each_file(folder: &Path, each: &mut dyn FnMut(&Path, &[u8])) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            each_file(&path, each);
        } else if let Ok(text) = std::fs::read(&path) {
            each(&path, &text);
        }
    }
}

fn print(path: &Path, text: &[u8], anchors: &AhoCorasick) {
    let mut seen = BTreeSet::new();
    let mut lines = vec![0];
    lines.extend(memchr::memchr_iter(b'\n', text).map(|at| at + 1));
    for anchor in anchors.find_overlapping_iter(text) {
        for sample in samples(text, ByteSpan::new(anchor.start(), anchor.end())) {
            if !seen.insert(sample.span) {
                continue;
            }
            let line = lines.partition_point(|start| *start <= sample.span.start);
            let start = lines.get(line - 1).copied().unwrap_or(0);
            let value =
                String::from_utf8_lossy(sample.span.of(text)).replace(['\t', '\n', '\r'], " ");
            println!(
                "{}\t{line}\t{}\t{}\t{}\t{}\t{}\t{value}\t{}",
                path.display(),
                sample.span.start - start,
                sample.span.end - start,
                sample.promise,
                sample.style,
                sample.odds,
                sample.features.join(" ")
            );
        }
    }
}

fn main() {
    let rules = builtin();
    let is_assignment = |form| form == Form::Structure("assignment");
    let rules = rules.iter().filter(|rule| is_assignment(rule.form()));
    let anchors: BTreeSet<&str> = rules.flat_map(|rule| rule.anchors()).collect();
    let anchors = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(anchors)
        .expect("the anchors of the built-in rules are short");
    println!("# {}", feature_names().collect::<Vec<_>>().join(" "));
    for folder in std::env::args().skip(1) {
        each_file(Path::new(&folder), &mut |path, text| print(path, text, &anchors));
    }
}
