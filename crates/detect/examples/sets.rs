//! What sets of the built-in rules cost beside each other: `sets FOLDER [SET]`.
//!
//! Reads every file into memory, then scans all of them on one thread with each set in turn, five times
//! round, and prints the best processor time of each. The sets are compiled from the rule files alike:
//! `all` of them; `150`, the generic rules and those of the best known providers; `named`, all but the
//! generic detectors of assignments, addresses, headers and connection strings; `nothing`, one rule that
//! never matches. With a SET, that one alone runs once, for counting instructions.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aho_corasick::AhoCorasick;
use tightlip_detect::training;
use tightlip_detect::{Scanner, Scratch};
use tightlip_model::ByteSpan;
use tightlip_rules::{Form, RuleSet, SourceFile};

const ROUNDS: usize = 5;
/// Bytes that each measurement goes over at least: the system counts processor time in milliseconds.
const LEAST: usize = 200_000_000;
const SETS: [&str; 4] = ["all", "150", "named", "nothing"];
const NOTHING: &str = "provider: A\nrules:\n  - {id: a, name: a, kind: api-key, anchors: [zqzqzqzq], pattern: 'zqzqzqzq[0-9]{9}', revoke: a}\n";
/// Providers whose rules a small set would have first.
const FIRST: &[&str] = &[
    "generic",
    "aws",
    "azure",
    "google",
    "github",
    "gitlab",
    "slack",
    "stripe",
    "openai",
    "anthropic",
    "npm",
    "pypi",
    "docker",
    "twilio",
    "sendgrid",
    "mailgun",
    "digitalocean",
    "heroku",
    "cloudflare",
    "datadog",
    "new-relic",
    "shopify",
    "square",
    "discord",
    "telegram",
    "facebook",
    "atlassian",
    "dropbox",
    "databricks",
];
/// The structures that know names and frames rather than forms.
const GENERIC: [&str; 4] = [
    "structure: assignment",
    "structure: url-credentials",
    "structure: authorization-header",
    "structure: connection-string",
];

/// The rule files: their names and texts, in order.
fn rule_files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut files: Vec<(String, String)> = files(&folder)
        .into_iter()
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_owned();
            Some((name, std::fs::read_to_string(&path).ok()?))
        })
        .collect();
    let place = |name: &str| FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len());
    files.sort_by_key(|(name, _)| (place(name), name.clone()));
    files
}

/// The rules of one set: those for which `keeps` holds, at most `most`.
fn chosen(files: &[(String, String)], most: usize, keeps: impl Fn(&str) -> bool) -> Scanner {
    let mut left = most;
    let mut texts = Vec::new();
    for (name, text) in files {
        let mut parts = text.split("\n  - id: ");
        let mut kept = parts.next().unwrap_or_default().to_owned();
        let rules: Vec<&str> = parts.filter(|rule| keeps(rule)).take(left).collect();
        left -= rules.len();
        for rule in &rules {
            let lines = rule.lines().filter(|line| !line.starts_with("    companions:"));
            let lines: Vec<&str> = lines.collect();
            kept.push_str(&format!("\n  - id: {}", lines.join("\n")));
        }
        if !rules.is_empty() {
            texts.push((name.clone(), kept));
        }
    }
    let sources: Vec<SourceFile<'_>> =
        texts.iter().map(|(name, text)| SourceFile { name, text }).collect();
    let set = RuleSet::compile(&sources).expect("parts of the built-in rules are in form");
    Scanner::new(set).expect("they name what there is")
}

fn scanner(set: &str, files: &[(String, String)]) -> Scanner {
    let is_generic = |rule: &str| GENERIC.iter().any(|structure| rule.contains(structure));
    match set {
        "150" => chosen(files, 150, |_| true),
        "named" => chosen(files, usize::MAX, |rule| !is_generic(rule)),
        "nothing" => {
            let one = RuleSet::compile(&[SourceFile { name: "one", text: NOTHING }]);
            Scanner::new(one.expect("it is in form")).expect("it names nothing")
        }
        _ => chosen(files, usize::MAX, |_| true),
    }
}

/// Every file below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    paths.into_iter().flat_map(below).collect()
}

/// What this process has used so far, where Linux tells it.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// How long a scanner takes to go over all texts once.
fn time(scanner: &Scanner, texts: &[Vec<u8>]) -> Duration {
    let (mut scratch, mut out) = (Scratch::new(), Vec::new());
    let turns = turns(texts);
    let (start, busy) = (Instant::now(), processor_time());
    for text in std::iter::repeat_n(texts, turns).flatten() {
        out.clear();
        scanner.scan(text, ByteSpan::new(0, text.len()), &mut scratch, &mut out);
    }
    let busy = processor_time().zip(busy).map(|(after, before)| after - before);
    busy.unwrap_or_else(|| start.elapsed()) / u32::try_from(turns).unwrap_or(u32::MAX)
}

fn turns(texts: &[Vec<u8>]) -> usize {
    let bytes: usize = texts.iter().map(Vec::len).sum();
    LEAST.div_ceil(bytes.max(1))
}

/// How many values the model of assignments weighs in these texts, and how long one takes: from its
/// name's anchor to its grade.
fn weighing(scanner: &Scanner, texts: &[Vec<u8>]) -> (usize, Duration) {
    let rules = scanner.rules().iter();
    let rules = rules.filter(|rule| rule.form() == Form::Structure("assignment"));
    let anchors: BTreeSet<&str> = rules.flat_map(|rule| rule.anchors()).collect();
    let anchors = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(anchors)
        .expect("the anchors of the built-in rules are short");
    let mut places: Vec<(&[u8], ByteSpan)> = Vec::new();
    for text in texts {
        let found = anchors.find_overlapping_iter(text);
        let spans = found.map(|anchor| ByteSpan::new(anchor.start(), anchor.end()));
        places
            .extend(spans.filter(|span| training::weighed(text, *span) > 0).map(|s| (&**text, s)));
    }
    let turns = 100_000_usize.div_ceil(places.len().max(1));
    let (mut weighed, start, busy) = (0, Instant::now(), processor_time());
    for (text, span) in std::iter::repeat_n(&places, turns).flatten() {
        weighed += training::weighed(text, *span);
    }
    let busy = processor_time().zip(busy).map(|(after, before)| after - before);
    let each = busy.unwrap_or_else(|| start.elapsed()).as_secs_f64() / weighed.max(1) as f64;
    (weighed / turns, Duration::from_secs_f64(each))
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| ".".to_owned());
    let texts: Vec<Vec<u8>> =
        files(Path::new(&folder)).iter().filter_map(|path| std::fs::read(path).ok()).collect();
    let rules = rule_files();
    if let Some(set) = arguments.next() {
        println!("{set}: {:?}", time(&scanner(&set, &rules), &texts));
        return;
    }
    let scanners = SETS.map(|set| scanner(set, &rules));
    let mut best = SETS.map(|_| Duration::MAX);
    for _ in 0..ROUNDS {
        for (best, scanner) in best.iter_mut().zip(&scanners) {
            *best = (*best).min(time(scanner, &texts));
        }
    }
    let bytes: usize = texts.iter().map(Vec::len).sum();
    let [all, few, named, _] = best.map(|time| time.as_secs_f64());
    for ((set, scanner), time) in SETS.iter().zip(&scanners).zip(best) {
        let speed = bytes as f64 / time.as_secs_f64() / 1e6;
        println!("{set:>8}: {:5} rules, {speed:7.1} MB/s", scanner.rule_count());
    }
    let [first, ..] = &scanners;
    let (weighed, each) = weighing(first, &texts);
    println!(
        "all rules go at {:.2} of the speed of 150, at {:.2} of that without the generic ones",
        few / all,
        named / all
    );
    println!("{weighed} values weighed, in {each:.2?} each");
}
