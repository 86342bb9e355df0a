//! Cutting a text into pieces that overlap neither loses a match nor doubles one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use tightlip_detect::{Scanner, Scratch};
use tightlip_model::{ByteSpan, Match};

use crate::support::{Dice, matches, scanner};

/// A text of several reaches with secrets of every kind in it.
fn text(seed: u64) -> String {
    let mut dice = Dice::new(seed);
    let mut text = String::new();
    while text.len() < 400_000 {
        match dice.below(10) {
            0 => text += &format!("key = \"{}\"\n", dice.token()),
            1 => text += &format!("{}\n", dice.private_key()),
            2 => text += &format!("{}\n", STANDARD.encode(format!("the key is {}", dice.token()))),
            3 => text += &format!("ACMECLOUD_KEY: {}\n", dice.hex(32)),
            4 => text += &format!("{}-acm1\n", dice.hex(32)),
            5 => text += &format!("a %{:02X}{}\n", b'a', &dice.token()[1..]),
            6 => text += &format!("acmo-{} ", dice.alphanumeric(40)),
            7 => {
                text += &format!("id={}\nacmepay_secret={}\n", dice.token(), dice.alphanumeric(24))
            }
            _ => text += &"words and more words, none of them a secret\n".repeat(dice.below(60)),
        }
    }
    text
}

/// What tells one match from another, with its place in the whole.
fn shown(one: &Match, origin: usize) -> String {
    let companions: Vec<_> =
        one.companions.iter().map(|(rule, span)| (rule, span.moved(origin))).collect();
    format!("{:?} {:?} {:?} {companions:?}", one.rule, one.span.moved(origin), one.transforms)
}

fn in_pieces(scanner: &Scanner, text: &[u8], size: usize) -> Vec<String> {
    let (mut scratch, mut all) = (Scratch::new(), Vec::new());
    let reach = scanner.reach();
    for start in (0..text.len()).step_by(size) {
        let origin = start.saturating_sub(reach);
        let end = text.len().min(start + size);
        let piece = &text[origin..text.len().min(end + reach)];
        let mut out = Vec::new();
        scanner.scan(piece, ByteSpan::new(start - origin, end - origin), &mut scratch, &mut out);
        all.extend(out.iter().map(|one| shown(one, origin)));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn any_cut_gives_the_matches_of_the_whole(seed in 1_u64..1000, size in 20_000_usize..200_000) {
        let (scanner, text) = (scanner(), text(seed));
        let whole: Vec<String> =
            matches(&scanner, text.as_bytes()).iter().map(|one| shown(one, 0)).collect();
        prop_assert!(whole.len() > 100);
        prop_assert_eq!(in_pieces(&scanner, text.as_bytes(), size), whole);
    }
}
