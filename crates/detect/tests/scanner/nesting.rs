//! Every decoder undoes what an encoder did, also one inside the other, wherever it stands.

use std::fmt::Write as _;
use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use crate::support::{Dice, matches, scanner};

/// Spells a text in another way.
type Encoder = fn(&str) -> String;

/// Encoders that leave nothing of the text as it was.
const OPAQUE: &[Encoder] = &[
    |text| STANDARD.encode(text),
    |text| STANDARD_NO_PAD.encode(text),
    |text| URL_SAFE_NO_PAD.encode(text),
    |text| wrapped(&STANDARD.encode(text)),
    |text| spelt(text, |byte| format!("{byte:02x}")),
    |text| spelt(text, |byte| format!("{byte:02X}")),
    |text| STANDARD.encode(deflated(text)),
];

/// The place of the encoder that compresses among [`OPAQUE`].
const DEFLATED: usize = 6;

/// Encoders that spell each character on its own.
const SPELT: &[Encoder] = &[
    |text| spelt(text, |byte| format!("%{byte:02X}")),
    |text| spelt(text, |byte| format!("\\u{byte:04x}")),
    |text| spelt(text, |byte| format!("\\x{byte:02x}")),
    |text| spelt(text, |byte| format!("\\{byte:03o}")),
    |text| spelt(text, |byte| format!("&#{byte};")),
    |text| spelt(text, |byte| format!("&#x{byte:X};")),
    quoted,
];

fn spelt(text: &str, how: fn(u8) -> String) -> String {
    text.bytes().map(how).collect()
}

/// Lines of 76 characters, as in a message or a manifest.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    for (at, c) in text.chars().enumerate() {
        if at > 0 && at % 76 == 0 {
            lines.push('\n');
        }
        lines.push(c);
    }
    lines
}

/// As in mail: lines broken after a few characters. Each spelt sign tells of the encoding.
fn quoted(text: &str) -> String {
    let mut lines = String::from("=3D");
    for (at, c) in text.chars().enumerate() {
        lines.push_str(if at % 9 == 8 { "=\r\n" } else { "" });
        lines.push(c);
    }
    lines
}

fn deflated(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes()).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// A sentence without a secret.
fn words(dice: &mut Dice, count: usize) -> String {
    let mut text = String::new();
    for _ in 0..count {
        let word = ["the", "service", "reads", "its", "settings", "from", "here"][dice.below(7)];
        write!(text, "{word} ").expect("memory takes it");
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn what_was_encoded_is_found_where_it_stands(
        seed in 1_u64..100_000,
        outer in proptest::collection::vec(0..OPAQUE.len(), 0..3),
        inner in proptest::option::of(0..SPELT.len()),
        before in 0_usize..200,
        after in 0_usize..200,
    ) {
        // What is compressed is undone in two steps; four are taken.
        let steps = outer.len() + outer.iter().filter(|one| **one == DEFLATED).count();
        prop_assume!(steps + usize::from(inner.is_some()) <= 4);
        let mut dice = Dice::new(seed);
        let token = dice.token();
        let mut hidden = format!("{}key = \"{token}\"", words(&mut dice, 6));
        if let Some(inner) = inner {
            hidden = format!("{}key: \"{}\"", words(&mut dice, 3), SPELT[inner](&token));
        }
        for encoder in &outer {
            hidden = OPAQUE[*encoder](&hidden);
        }
        let (before, after) = (words(&mut dice, before), words(&mut dice, after));
        let text = format!("{before}\ndata: \"{hidden}\"\n{after}");
        let found = matches(&scanner(), text.as_bytes());
        prop_assert_eq!(found.len(), 1, "{}", text);
        prop_assert_eq!(found[0].secret.reveal(), token.as_bytes());
        let place = before.len()..text.len() - after.len();
        prop_assert!(place.contains(&found[0].span.start) && place.contains(&found[0].span.end));
    }
}
