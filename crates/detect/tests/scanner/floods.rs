//! Floods of near misses cost no more than their length: counted, not timed.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tightlip_detect::{Scanner, Scratch, Work};
use tightlip_model::ByteSpan;
use tightlip_rules::{SourceFile, builtin};

use crate::support::{Dice, RULES, rules};

/// Every structure, with the broadest anchors a rule could give it.
const STRUCTURES: &str = r"
provider: Broad
rules:
  - {id: b-pem, name: n, kind: private-key, revoke: Delete, anchors: ['-----begin'], structure: pem-private-key}
  - {id: b-putty, name: n, kind: private-key, revoke: Delete, anchors: ['putty-user-key'], structure: putty-key}
  - {id: b-jwt, name: n, kind: session, revoke: Delete, anchors: [eyj], structure: jwt}
  - {id: b-url, name: n, kind: password, revoke: Delete, anchors: ['://'], structure: url-credentials}
  - {id: b-conn, name: n, kind: password, revoke: Delete, anchors: ['password=', 'pwd='], structure: connection-string}
  - {id: b-head, name: n, kind: session, revoke: Delete, anchors: [authorization, 'bearer '], structure: authorization-header}
  - {id: b-assign, name: n, kind: password, revoke: Delete, anchors: [password, secret, token, api_key, pwd], structure: assignment}
";

/// Work a byte of input may cost at most, over everything the prefilter found in it.
const MOST_BYTES: u64 = 70;

fn scanner() -> Scanner {
    let files = [
        SourceFile { name: "rules.yaml", text: RULES },
        SourceFile { name: "structures.yaml", text: STRUCTURES },
    ];
    let set = rules(
        "provider: A\nrules:\n  - {id: zero, name: n, kind: api-key, revoke: D, anchors: [zzzzzz], pattern: 'zzzzzz[0-9]{9}'}\n",
    );
    Scanner::new(set.extend(&files).expect("the rules are in form")).expect("all names exist")
}

/// What scanning a flood costs.
fn work(scanner: &Scanner, flood: &[u8]) -> Work {
    let mut scratch = Scratch::new();
    let mut out = Vec::new();
    scanner.scan(flood, ByteSpan::new(0, flood.len()), &mut scratch, &mut out);
    scratch.work()
}

fn floods() -> Vec<(&'static str, String)> {
    let mut dice = Dice::new(1);
    let random = dice.alphanumeric(1 << 20);
    let mut near_tokens = String::new();
    let mut near_keys = String::new();
    for chunk in random.as_bytes().chunks_exact(64).take(12_000) {
        let chunk = String::from_utf8_lossy(chunk);
        write!(near_tokens, "ghp_{} acm_{} ", &chunk[..35], &chunk[..29])
            .expect("strings take all");
        near_keys += &["-----BEGIN PRIVATE ", "KEY-----", &chunk].concat();
    }
    let rules = builtin();
    let anchors: Vec<&str> = rules.iter().flat_map(|rule| rule.anchors().take(1)).collect();
    let anchors = anchors.join(" ");
    vec![
        ("headers", format!("-----BEGIN RSA {} KEY-----\n", "PRIVATE").repeat(40_000)),
        ("keys without end", near_keys),
        ("tokens one short", near_tokens),
        ("eyJ", "eyJ".repeat(400_000)),
        ("eyJ with dots", "eyJhbGciOiJIUzI1.".repeat(60_000)),
        ("a:", format!("https://{}", "a:".repeat(500_000))),
        ("://", "://".repeat(300_000)),
        ("https://a:b", "https://a:b".repeat(90_000)),
        ("api_key = \"", "api_key = \"".repeat(90_000)),
        ("secret and blanks", format!("secret{}=", " ".repeat(1_000_000))),
        ("AKIA", "AKIA".repeat(250_000)),
        ("acmo-", "acmo-".repeat(200_000)),
        ("long value", format!("password={}", "a".repeat(1_000_000))),
        ("password=", "password=".repeat(110_000)),
        ("password_", "password_".repeat(110_000)),
        ("near a tail", "-acm1".repeat(200_000)),
        ("hex and tails", format!("{}-acm1", dice.hex(40)).repeat(20_000)),
        ("words", "acmecloud ".repeat(100_000)),
        ("runs and dots", format!("{}.", "x".repeat(30)).repeat(40_000)),
        ("percent", "%41".repeat(300_000)),
        ("escapes", "\\u0041".repeat(160_000)),
        ("entities", "&#65;".repeat(200_000)),
        ("random", random),
        ("putty headers", "PuTTY-User-Key-File-3: ".repeat(40_000)),
        ("bearers", "authorization: bearer ".repeat(40_000)),
        ("anchors", anchors.repeat(1 + 1_000_000 / anchors.len())),
    ]
}

#[test]
fn near_misses_cost_linear_work() {
    let scanner = scanner();
    for (name, flood) in floods() {
        let (work, length) = (work(&scanner, flood.as_bytes()), flood.len() as u64);
        assert!(work.bytes <= MOST_BYTES * length, "{name}: {work:?} for {length} bytes");
        assert!(work.decoded <= 3 * length, "{name}: {work:?} for {length} bytes");
    }
}

/// The counter takes a regex that failed to have looked at all of its window, so that rules of long
/// tokens have a large constant; what counts is that twice the length is at most twice the work.
#[test]
fn twice_the_near_misses_cost_the_built_in_rules_twice_the_work() {
    let scanner = Scanner::new(builtin().clone()).expect("all names exist");
    for (name, flood) in floods() {
        let half = work(&scanner, &flood.as_bytes()[..flood.len() / 2]);
        let whole = work(&scanner, flood.as_bytes());
        assert!(whole.bytes <= half.bytes * 9 / 4 + 100_000, "{name}: {half:?}, {whole:?}");
    }
}

/// Makes about so many bytes of one kind of text.
type Make = fn(&mut Dice, usize) -> String;

fn lines(dice: &mut Dice, size: usize, end: &str) -> String {
    (0..size / 32).map(|_| format!("let {} = read(file);{end}", dice.alphanumeric(10))).collect()
}

/// Text in base64, four times over.
fn nested(dice: &mut Dice, size: usize) -> String {
    let plain = lines(dice, size / 4, "\n");
    (0..4).fold(plain, |text, _| STANDARD.encode(text))
}

const TEXTS: [(&str, Make); 5] = [
    ("many lines", |dice, size| lines(dice, size, "\n")),
    ("one line", |dice, size| lines(dice, size, " ")),
    ("many findings", |dice, size| {
        (0..size / 36).map(|_| format!("acm_{}\n", dice.alphanumeric(30))).collect()
    }),
    ("many assignments", |dice, size| {
        (0..size / 32).map(|_| format!("password = \"{}\"\n", dice.alphanumeric(16))).collect()
    }),
    ("nested encodings", nested),
];

#[test]
fn twice_the_text_costs_twice_the_work_whatever_is_in_it() {
    let scanner = scanner();
    for (name, make) in TEXTS {
        let of = |size: usize| {
            let work = work(&scanner, make(&mut Dice::new(3), size).as_bytes());
            [work.looked_at, work.hits, work.searches, work.bytes, work.decoded]
        };
        let (once, twice) = (of(1 << 18), of(1 << 19));
        let is_steep = once.iter().zip(twice).any(|(once, twice)| twice > once * 17 / 8 + 5_000);
        assert!(!is_steep && twice[0] > once[0], "{name}: {once:?}, {twice:?}");
    }
}
