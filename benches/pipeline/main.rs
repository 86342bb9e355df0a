//! How fast each stage of the pipe is, in bytes a second, over made-up input.
//!
//! Owns: what is timed. Leaves to others: the input (`corpus`), and whole runs of the binary beside
//! other tools (`benches/peers`). Every corpus is made at run time from a fixed seed.

mod corpus;

use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use tempfile::TempDir;
use tightlip_detect::{Scanner, Scratch};
use tightlip_engine::{Outcome, Progress, Scan, ScanOptions};
use tightlip_model::{ByteSpan, Confidence, Encoding, Position, Source};
use tightlip_report::{Format, ReportOptions, reporter};
use tightlip_rules::builtin;
use tightlip_rules::sample::Sampler;
use tightlip_source::{Files, FilesOptions};
use tightlip_suppress::Suppressor;

const SEED: u64 = 20;
const TEXT_BYTES: usize = 4 << 20;
const FINDINGS: usize = 5_000;

fn main() {
    divan::main();
}

fn scanner() -> Scanner {
    Scanner::new(builtin()).expect("the built-in rules name what there is")
}

/// Times the scanner over `text`, its patterns compiled and its buffers grown by one run before,
/// which must find as many secrets as the text was made for.
fn scan(bencher: Bencher<'_, '_>, text: &[u8], expected: RangeInclusive<usize>) {
    scan_with(&scanner(), bencher, text, expected);
}

fn scan_with(
    scanner: &Scanner,
    bencher: Bencher<'_, '_>,
    text: &[u8],
    expected: RangeInclusive<usize>,
) {
    let (mut scratch, mut out) = (Scratch::new(), Vec::new());
    let all = ByteSpan::new(0, text.len());
    scanner.scan(text, all, &mut scratch, &mut out);
    assert!(expected.contains(&out.len()), "found {}, not {expected:?}", out.len());
    bencher.counter(BytesCount::new(text.len())).bench_local(|| {
        out.clear();
        scanner.scan(black_box(text), all, &mut scratch, &mut out);
        out.len()
    });
}

mod detect {
    //! The scanner alone, on one thread.

    use super::*;

    #[divan::bench]
    fn source_without_secret(bencher: Bencher<'_, '_>) {
        scan(bencher, &corpus::source(SEED, TEXT_BYTES), 0..=0);
    }

    #[divan::bench]
    fn near_misses(bencher: Bencher<'_, '_>) {
        scan(bencher, &corpus::near_misses(SEED, TEXT_BYTES), 0..=20);
    }

    #[divan::bench]
    fn base64(bencher: Bencher<'_, '_>) {
        scan(bencher, &corpus::base64(SEED, TEXT_BYTES), 0..=20);
    }

    #[divan::bench]
    fn many_findings(bencher: Bencher<'_, '_>) {
        scan(bencher, &corpus::findings(SEED, FINDINGS), FINDINGS - 50..=FINDINGS + 50);
    }
}

mod stage {
    //! The scanner's stages, as far as they can be had alone. What undoing of encodings costs is what
    //! `detect` takes longer than the first two.

    use super::*;

    const TOKENS: usize = 1_000;

    fn plain() -> Scanner {
        scanner().decoding(0)
    }

    /// Text without anchors: nearly the prefilter alone.
    #[divan::bench]
    fn prefilter(bencher: Bencher<'_, '_>) {
        scan_with(&plain(), bencher, &corpus::source(SEED, TEXT_BYTES), 0..=0);
    }

    /// An anchor on every other line: the windows of patterns, words and names.
    #[divan::bench]
    fn windows(bencher: Bencher<'_, '_>) {
        scan_with(&plain(), bencher, &corpus::near_misses(SEED, TEXT_BYTES), 0..=20);
    }

    /// Checks of tokens that hold, by the name of the proof.
    #[divan::bench(args = ["github-crc32", "github-fine-grained", "azure-marvin", "jwt"])]
    fn proof(bencher: Bencher<'_, '_>, name: &str) {
        let Some(proof) = tightlip_detect::proof::lookup(name) else { return };
        let rules = builtin();
        let Some(rule) = rules.iter().find(|rule| rule.proof() == Some(name)) else { return };
        let mut sampler = Sampler::new(SEED);
        let tokens: Vec<Vec<u8>> = std::iter::repeat_with(|| sampler.line(rule))
            .take(TOKENS)
            .flatten()
            .filter_map(|sample| Some(sample.text.get(sample.secret)?.to_vec()))
            .collect();
        let now = tightlip_detect::proof::Now { seconds: 0 };
        bencher.counter(ItemsCount::new(tokens.len())).bench_local(|| {
            tokens.iter().map(|token| proof.check(black_box(token), now).facts.len()).sum::<usize>()
        });
    }

    /// Counting lines and columns up to the end of a text.
    #[divan::bench]
    fn locate(bencher: Bencher<'_, '_>) {
        let text = corpus::source(SEED, TEXT_BYTES);
        bencher
            .counter(BytesCount::new(text.len()))
            .bench_local(|| Position::START.after(black_box(&text), Encoding::Bytes));
    }
}

mod start {
    //! What a hook pays before and for its first small file.

    use super::*;

    const SMALL: usize = 8 << 10;

    #[divan::bench]
    fn scanner_only() -> Scanner {
        scanner()
    }

    /// Patterns are compiled when first needed: most of this is theirs.
    #[divan::bench(args = [0, 1, 8])]
    fn and_small_file_with_findings(bencher: Bencher<'_, '_>, findings: usize) {
        let mut text = corpus::findings(SEED, findings);
        text.extend(corpus::source(SEED, SMALL.saturating_sub(text.len())));
        let all = ByteSpan::new(0, text.len());
        bencher.counter(BytesCount::new(text.len())).bench(|| {
            let mut out = Vec::new();
            scanner().scan(black_box(&text), all, &mut Scratch::new(), &mut out);
            out.len()
        });
    }
}

/// A folder of files that goes away with it.
struct Folder {
    folder: TempDir,
    bytes: usize,
}

impl Folder {
    fn new(files: impl Iterator<Item = Vec<u8>>) -> Self {
        let folder = TempDir::new().expect("the folder for temporary files can be written");
        let mut bytes = 0;
        for (number, text) in files.enumerate() {
            let path = folder.path().join(format!("file{number}.c"));
            std::fs::write(path, &text).expect("a new file can be written");
            bytes += text.len();
        }
        Self { folder, bytes }
    }

    fn files(&self, jobs: usize) -> Files {
        let targets: Vec<PathBuf> = vec![self.folder.path().to_owned()];
        Files::new(FilesOptions { targets, jobs, ..FilesOptions::default() })
    }
}

/// Runs the whole pipe over `source`.
fn run(scanner: &Scanner, source: &dyn Source) -> Outcome {
    let scan = Scan {
        scanner,
        suppressor: &Suppressor::default(),
        options: ScanOptions { min_confidence: Confidence::Low, ..ScanOptions::default() },
        stop: &AtomicBool::new(false),
        progress: &Progress::default(),
    };
    let mut lines = reporter(Format::Jsonl, Box::new(io::sink()), &ReportOptions::default());
    scan.run(source, lines.as_mut())
}

mod engine {
    //! The whole pipe over files, its report thrown away.

    use super::*;

    fn files(bencher: Bencher<'_, '_>, folder: &Folder, jobs: usize) {
        let (scanner, source) = (scanner(), folder.files(jobs));
        let summary = run(&scanner, &source).summary;
        assert!(summary.coverage.is_complete(), "the files can be read");
        bencher.counter(BytesCount::new(folder.bytes)).bench_local(|| run(&scanner, &source));
    }

    #[divan::bench(args = [1, 2])]
    fn small_files_without_secret(bencher: Bencher<'_, '_>, jobs: usize) {
        files(bencher, &Folder::new((0..512).map(|file| corpus::source(file, 8 << 10))), jobs);
    }

    #[divan::bench(args = [1, 2])]
    fn one_large_file_without_secret(bencher: Bencher<'_, '_>, jobs: usize) {
        let text = corpus::source(SEED, 16 << 20);
        files(bencher, &Folder::new(std::iter::once(text)), jobs);
    }

    #[divan::bench(args = [1, 2])]
    fn files_with_findings(bencher: Bencher<'_, '_>, jobs: usize) {
        files(bencher, &Folder::new((0..100).map(|file| corpus::findings(file, 50))), jobs);
    }
}

/// A writer that counts and forgets.
struct Counter(Arc<AtomicU64>);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

mod report {
    //! Each format over the same findings; the bytes are those it writes.

    use super::*;

    fn write(format: Format, source: &dyn Source, outcome: &Outcome) -> u64 {
        let count = Arc::new(AtomicU64::new(0));
        let writer = Box::new(Counter(Arc::clone(&count)));
        let mut reporter = reporter(format, writer, &ReportOptions::default());
        let written = reporter
            .begin(&source.info())
            .and_then(|()| outcome.findings.iter().try_for_each(|one| reporter.finding(one)))
            .and_then(|()| reporter.finish(&outcome.summary));
        written.expect("counting does not fail");
        count.load(Ordering::Relaxed)
    }

    #[divan::bench(args = Format::ALL.iter().map(|format| format.as_str()))]
    fn five_thousand_findings(bencher: Bencher<'_, '_>, name: &str) {
        let format: Format = name.parse().expect("it is one of the formats' own names");
        let folder = Folder::new((0..100).map(|file| corpus::findings(file, FINDINGS / 100)));
        let source = folder.files(1);
        let outcome = run(&scanner(), &source);
        let bytes = write(format, &source, &outcome);
        let items = ItemsCount::new(outcome.findings.len());
        bencher
            .counter(BytesCount::new(bytes))
            .counter(items)
            .bench_local(|| write(format, &source, &outcome));
    }
}
