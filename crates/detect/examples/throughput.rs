//! How fast the built-in rules go over a folder: `throughput FOLDER`.
//!
//! Reads every file into memory first, then scans all of them on one thread, three times; prints the
//! best of the three, in processor time where the system tells it. `nothing` is a scanner of one rule that never matches: the fixed cost.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tightlip_detect::{Scanner, Scratch};
use tightlip_model::ByteSpan;
use tightlip_rules::{RuleSet, SourceFile, builtin};

/// What this process has used so far, where Linux tells it.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// The best time of three for all texts, and how many matches there are.
fn measure(scanner: &Scanner, texts: &[Vec<u8>], scratch: &mut Scratch) -> (Duration, usize) {
    let mut out = Vec::new();
    let mut best = Duration::MAX;
    for _ in 0..3 {
        out.clear();
        let (start, busy) = (Instant::now(), processor_time());
        for text in texts {
            scanner.scan(text, ByteSpan::new(0, text.len()), scratch, &mut out);
        }
        let busy = processor_time().zip(busy).map(|(after, before)| after - before);
        best = best.min(busy.unwrap_or_else(|| start.elapsed()));
    }
    (best, out.len())
}

fn report(name: &str, scanner: &Scanner, texts: &[Vec<u8>]) {
    let mut scratch = Scratch::new();
    let (time, matches) = measure(scanner, texts, &mut scratch);
    let bytes: usize = texts.iter().map(Vec::len).sum();
    let speed = bytes as f64 / time.as_secs_f64() / 1e6;
    println!(
        "{name:>12}: {speed:7.1} MB/s, {matches} matches in {bytes} bytes; three times: {:?}",
        scratch.work()
    );
}

fn read_all(folder: &Path, texts: &mut Vec<Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read_all(&path, texts);
        } else if let Ok(text) = std::fs::read(&path) {
            texts.push(text);
        }
    }
}

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let mut texts = Vec::new();
    read_all(Path::new(&folder), &mut texts);
    let start = Instant::now();
    let full = Scanner::new(builtin().clone()).expect("the built-in rules name what there is");
    println!("{} rules ready in {:?}", full.rule_count(), start.elapsed());
    let start = Instant::now();
    let text = b"a first text of few bytes, in which there is nothing to find";
    full.scan(text, ByteSpan::new(0, text.len()), &mut Scratch::new(), &mut Vec::new());
    println!("first text in {:?}", start.elapsed());
    report("all rules", &full, &texts);
    let nothing = "provider: A\nrules:\n  - {id: a, name: a, kind: api-key, anchors: [zqzqzqzq], pattern: 'zqzqzqzq[0-9]{9}', revoke: a}\n";
    let one =
        RuleSet::compile(&[SourceFile { name: "one", text: nothing }]).expect("it is in form");
    report("nothing", &Scanner::new(one).expect("it names nothing"), &texts);
}
