//! A text scanned with the trace of its base has the matches it has when scanned whole.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use tightlip_detect::{Scanner, Scratch, Trace, proof};
use tightlip_model::{ByteSpan, Copied, Match};
use tightlip_rules::sample::Sampler;
use tightlip_rules::{Rule, builtin};

use crate::support::{self, Dice};

/// Draws pieces of text for the rules of one scanner.
struct Author<'a> {
    scanner: &'a Scanner,
    dice: Dice,
    sampler: Sampler,
}

impl Author<'_> {
    fn rule(&mut self) -> Rule<'_> {
        let rules = self.scanner.rules();
        rules.iter().nth(self.dice.below(rules.len())).expect("it is one of them")
    }

    /// A line that the rule finds something in, more often than not.
    fn secret(&mut self) -> Vec<u8> {
        let rules = self.scanner.rules();
        let rule = rules.iter().nth(self.dice.below(rules.len())).expect("it is one of them");
        self.secret_of(rule)
    }

    fn secret_of(&mut self, rule: Rule<'_>) -> Vec<u8> {
        let Some(mut sample) = self.sampler.line(rule) else {
            let length = 12 + self.dice.below(20);
            let (value, line) = (self.dice.alphanumeric(length), self.dice.below(3));
            return match line {
                0 => format!("DB_PASSWORD = \"{value}\"\n"),
                1 => format!("postgres://app:{value}@db.internal/x\n"),
                _ => format!("Authorization: Bearer {value}\n"),
            }
            .into_bytes();
        };
        if let Some(name) = rule.proof() {
            let mut secret = sample.text[sample.secret.clone()].to_vec();
            if proof::seal(name, &mut secret) && secret.len() == sample.secret.len() {
                sample.text[sample.secret.clone()].copy_from_slice(&secret);
            }
        }
        sample.text
    }

    /// A few bytes to a few thousand.
    fn piece(&mut self) -> Vec<u8> {
        match self.dice.below(16) {
            0 | 1 => [self.secret(), b"\n".to_vec()].concat(),
            2 => [b" ".to_vec(), self.secret(), b" ".to_vec()].concat(),
            3 => {
                let anchor = self.rule().anchors().next().unwrap_or_default().to_owned();
                format!("{anchor} {anchor}{}", self.dice.alphanumeric(3)).into_bytes()
            }
            4 => format!("{}\n", self.dice.private_key()).into_bytes(),
            5 => format!("x = {}\n", STANDARD.encode(self.paragraph())).into_bytes(),
            6 => self.wrapped(),
            7 => self.secret().iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
            8 => self.secret().iter().map(|byte| format!("%{byte:02X}")).collect::<String>().into(),
            9 => {
                let escaped = |byte: u8| format!("\\x{byte:02x}").into_bytes();
                self.secret()
                    .into_iter()
                    .enumerate()
                    .flat_map(|(at, byte)| if at % 5 == 0 { escaped(byte) } else { vec![byte] })
                    .collect()
            }
            10 => {
                let length = self.dice.below(3000);
                self.dice.text("ABCDabcd0123+/", length).into_bytes()
            }
            11 => {
                let length = self.dice.below(2000);
                self.dice.text("ab%&\\x41;#\" ", length).into_bytes()
            }
            12 => self.dice.text("\r\n \t=\"", 3).into_bytes(),
            13 => b"-----BEGIN ".to_vec(),
            _ => {
                "words and more words, none of them a secret;\n".repeat(self.dice.below(40)).into()
            }
        }
    }

    fn paragraph(&mut self) -> Vec<u8> {
        [b"the key is: ".to_vec(), self.secret(), b" and nothing else, then".to_vec()].concat()
    }

    fn wrapped(&mut self) -> Vec<u8> {
        let text = [self.paragraph(), self.paragraph(), self.paragraph()].concat();
        let end = ["\n", "\r\n", "\n    "][self.dice.below(3)];
        let encoded = STANDARD.encode(text);
        let lines: Vec<_> = encoded.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("{}{end}", lines.join(end)).into_bytes()
    }

    fn text(&mut self, pieces: usize) -> Vec<u8> {
        let text = (0..pieces).flat_map(|_| self.piece()).collect();
        if self.dice.below(12) == 0 { wide(text) } else { text }
    }

    /// A text made from `base` as a delta is, and what it copies.
    fn revise(&mut self, base: &[u8]) -> (Vec<u8>, Vec<Copied>) {
        let (mut text, mut copies) = (Vec::new(), Vec::new());
        let edits = 1 + self.dice.below(6);
        let is_orderly = self.dice.below(4) > 0;
        let mut at = 0;
        for edit in 0..=edits {
            let length = match (edit == edits, self.dice.below(4)) {
                (true, _) => base.len() - at,
                (_, 0) => self.dice.below(40),
                _ => self.dice.below(1 + base.len() * 2 / edits),
            };
            let from = if is_orderly { at } else { self.dice.below(base.len() + 1) };
            let end = base.len().min(from + length);
            self.copy(base, (from, end), &mut text, &mut copies);
            if edit < edits && self.dice.below(5) > 0 {
                let new = self.piece();
                let cut = if self.dice.below(2) == 0 {
                    new.len()
                } else {
                    self.dice.below(new.len() + 1)
                };
                text.extend_from_slice(&new[..cut]);
            }
            at = end;
            at = base.len().min(at + [0, 1, 7, 200][self.dice.below(4)]);
        }
        (text, copies)
    }

    /// A text and its base: in places the one has what the other has only in parts, with something or
    /// nothing between them.
    fn mend(&mut self, pieces: usize) -> (Vec<u8>, Vec<u8>, Vec<Copied>) {
        let (mut base, mut text, mut copies) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..pieces {
            let shared = "words; and more words\n".repeat(self.dice.below(60)).into_bytes();
            share(&shared, &mut base, &mut text, &mut copies);
            let torn = if self.dice.below(8) > 0 { self.secret() } else { self.piece() };
            let first = self.dice.below(torn.len() + 1);
            let second = first + self.dice.below(torn.len() - first + 1);
            let second = if self.dice.below(2) == 0 { first } else { second };
            let length = [0, 3, 40, 300][self.dice.below(4)];
            let between = self.dice.text("xyz \n,9", length).into_bytes();
            let is_mended = self.dice.below(3) > 0;
            share(&torn[..first], &mut base, &mut text, &mut copies);
            if is_mended {
                base.extend_from_slice(&between);
                text.extend_from_slice(&torn[first..second]);
            } else {
                text.extend_from_slice(&between);
                base.extend_from_slice(&torn[first..second]);
            }
            share(&torn[second..], &mut base, &mut text, &mut copies);
        }
        (base, text, copies)
    }

    /// Appends bytes of the base, in one or more instructions.
    fn copy(
        &mut self,
        base: &[u8],
        (from, end): (usize, usize),
        text: &mut Vec<u8>,
        copies: &mut Vec<Copied>,
    ) {
        let mut from = from;
        while from < end {
            let length = (end - from).min(1 + self.dice.below(4000));
            let to = ByteSpan::new(text.len(), text.len() + length);
            text.extend_from_slice(&base[from..from + length]);
            copies.push(Copied { from, to });
            from += length;
        }
    }
}

/// Appends `bytes` to both and notes that the text has them from its base.
fn share(bytes: &[u8], base: &mut Vec<u8>, text: &mut Vec<u8>, copies: &mut Vec<Copied>) {
    let to = ByteSpan::new(text.len(), text.len() + bytes.len());
    copies.push(Copied { from: base.len(), to });
    base.extend_from_slice(bytes);
    text.extend_from_slice(bytes);
}

fn wide(text: Vec<u8>) -> Vec<u8> {
    text.into_iter().flat_map(|byte| [byte, 0]).collect()
}

fn shown(matches: &[Match]) -> Vec<String> {
    let secret = |one: &Match| String::from_utf8_lossy(one.secret.reveal()).into_owned();
    matches.iter().map(|one| format!("{} {one:?}", secret(one))).collect()
}

/// Scans a chain of revisions both ways; gives the number of matches.
fn check_chain(
    scanner: &Scanner,
    scratch: &mut Scratch,
    seed: u64,
) -> Result<usize, TestCaseError> {
    let mut author = Author { scanner, dice: Dice::new(seed), sampler: Sampler::new(seed) };
    let mut text = author.text(30);
    let (mut copies, mut count) = (Vec::new(), 0);
    let mut trace: Option<Trace> = None;
    for _ in 0..10 {
        let mut traced = Vec::new();
        let base = trace.as_ref().map(|trace| (trace, copies.as_slice()));
        if let Some(base) = base {
            let mut made = Vec::new();
            scanner.scan_made(&text, base, scratch, &mut made);
            prop_assert_eq!(
                shown(&made),
                shown(&support::matches(scanner, &text)),
                "seed {}",
                seed
            );
        }
        trace = scanner.scan_traced(&text, base, scratch, &mut traced);
        let whole = support::matches(scanner, &text);
        count += whole.len();
        prop_assert_eq!(shown(&traced), shown(&whole), "seed {}", seed);
        (text, copies) = author.revise(&text);
    }
    Ok(count)
}

fn check_mended(scanner: &Scanner, scratch: &mut Scratch, seed: u64) -> usize {
    let mut author = Author { scanner, dice: Dice::new(seed), sampler: Sampler::new(seed) };
    let (base, text, copies) = author.mend(30);
    let trace = scanner.scan_traced(&base, None, scratch, &mut Vec::new());
    let mut traced = Vec::new();
    let made = trace.as_ref().map(|trace| (trace, copies.as_slice()));
    scanner.scan_traced(&text, made, scratch, &mut traced);
    let whole = support::matches(scanner, &text);
    assert_eq!(shown(&traced), shown(&whole), "seed {seed}");
    whole.len()
}

/// A text with a secret of `rule` in it, and one made from that by a change inside of the secret or
/// near it, by moving the secret, or by bringing it in.
fn changed(author: &mut Author<'_>, rule: Rule<'_>) -> (Vec<u8>, Vec<u8>, Vec<Copied>) {
    let secret = author.secret_of(rule);
    let room = 300 + rule.reach().min(20 << 10);
    let before = b"words, and more of them;\n".repeat(room / 25);
    let after = b"\nwords, and others still;".repeat(room / 25);
    let whole = [&before[..], &secret, &after].concat();
    let line = before.len()..before.len() + secret.len();
    let near =
        line.start.saturating_sub(rule.reach() + 20)..whole.len().min(line.end + rule.reach() + 20);
    let (mut text, mut copies) = (Vec::new(), Vec::new());
    let change = author.dice.below(4);
    let mut take =
        |from: usize, end: usize| author.copy(&whole, (from, end), &mut text, &mut copies);
    match change {
        0 => {
            take(0, line.start);
            take(line.end, whole.len());
        }
        1 => {
            take(line.end, whole.len());
            take(line.start, line.end);
            take(0, line.start);
        }
        _ => {
            let range = if change == 2 { line } else { near };
            let at = range.start + author.dice.below(range.len() + 1);
            author.copy(&whole, (0, at), &mut text, &mut copies);
            let length = author.dice.below(4);
            text.extend(author.dice.text("a0_ \n=\"", length).bytes());
            let end = whole.len().min(at + author.dice.below(3));
            author.copy(&whole, (end, whole.len()), &mut text, &mut copies);
        }
    }
    if author.dice.below(3) > 0 {
        return (whole, text, copies);
    }
    // The other way round: what was taken away is brought in.
    let brought = [&before[..], &after].concat();
    let (mut text, mut copies) = (Vec::new(), Vec::new());
    author.copy(&brought, (0, before.len()), &mut text, &mut copies);
    text.extend_from_slice(&secret);
    author.copy(&brought, (before.len(), brought.len()), &mut text, &mut copies);
    (brought, text, copies)
}

fn run(scanner: &Scanner, cases: u64) {
    let (mut scratch, mut count) = (Scratch::new(), 0);
    for seed in 1..=cases {
        count += check_chain(scanner, &mut scratch, seed).expect("both ways agree");
    }
    assert!(count as u64 > 20 * cases, "only {count} matches");
    assert!(scratch.work().made > 4 * cases, "only {} texts had a base", scratch.work().made);
}

#[test]
fn chains_of_deltas_have_the_matches_of_whole_texts_for_all_rules() {
    run(&Scanner::new(builtin().clone()).expect("the built-in rules name what there is"), 40);
}

#[test]
fn chains_of_deltas_have_the_matches_of_whole_texts_for_each_form_of_rule() {
    run(&support::scanner(), 40);
}

#[test]
fn what_each_rule_finds_is_found_wherever_a_delta_changes_moves_or_brings_it() {
    let scanner = Scanner::new(builtin().clone()).expect("the built-in rules name what there is");
    let (mut scratch, mut count) = (Scratch::new(), 0);
    for (seed, rule) in (1..).zip(scanner.rules().iter()) {
        let mut author =
            Author { scanner: &scanner, dice: Dice::new(seed), sampler: Sampler::new(seed) };
        for _ in 0..4 {
            let (base, text, copies) = changed(&mut author, rule);
            let trace = scanner.scan_traced(&base, None, &mut scratch, &mut Vec::new());
            let trace = trace.expect("a short text leaves a trace");
            let mut made = Vec::new();
            scanner.scan_made(&text, (&trace, &copies), &mut scratch, &mut made);
            let whole = support::matches(&scanner, &text);
            count += whole.len();
            assert_eq!(shown(&made), shown(&whole), "{}", rule.id());
        }
    }
    assert!(count > 2 * builtin().len(), "only {count} matches");
}

#[test]
fn secrets_torn_apart_and_mended_have_the_matches_of_whole_texts() {
    let all = Scanner::new(builtin().clone()).expect("the built-in rules name what there is");
    for scanner in [&support::scanner(), &all] {
        let mut scratch = Scratch::new();
        let count: usize = (1..=100).map(|seed| check_mended(scanner, &mut scratch, seed)).sum();
        assert!(count > 500, "only {count} matches");
        assert!(scratch.work().made > 90);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn any_chain_has_the_matches_of_whole_texts(seed in any::<u64>()) {
        check_chain(&support::scanner(), &mut Scratch::new(), seed)?;
    }
}
