//! Secrets that are encoded, and text in unusual encodings.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use tightlip_model::{Encoding, Match, Transform};

use crate::support::{Dice, found, matches, scanner};

/// The only match of `text`, which must be of this token.
fn only(text: &[u8], token: &str) -> Match {
    let mut all = matches(&scanner(), text);
    let shown = String::from_utf8_lossy(text);
    assert_eq!(all.len(), 1, "{shown}");
    assert_eq!(all[0].secret.reveal(), token.as_bytes(), "{shown}");
    all.remove(0)
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn wide_text_is_scanned_with_and_without_a_mark_and_spans_lead_back() {
    let token = Dice::new(1).token();
    let text = format!("; settings\r\n[auth]\r\nkey = \"{token}\"\r\n");
    let marked = format!("\u{feff}{text}");
    for (bytes, encoding) in [
        (utf16(&text, u16::to_le_bytes), Encoding::Utf16Le),
        (utf16(&text, u16::to_be_bytes), Encoding::Utf16Be),
        (utf16(&marked, u16::to_le_bytes), Encoding::Utf16Le),
        (utf16(&marked, u16::to_be_bytes), Encoding::Utf16Be),
        (marked.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(), Encoding::Utf32Le),
    ] {
        let found = only(&bytes, &token);
        assert_eq!(found.encoding, encoding);
        assert_eq!(found.transforms, [Transform::WideText]);
        assert_eq!(found.span.len(), token.len() * encoding.unit());
        let start = text.find(&token).expect("it is there")
            + usize::from(bytes.len() > text.len() * encoding.unit());
        assert_eq!(found.span.start, start * encoding.unit());
    }
}

#[test]
fn a_false_mark_hides_nothing() {
    let token = Dice::new(2).token();
    only(&[b"\xff\xfe", format!("a=1\nkey={token}\n").as_bytes()].concat(), &token);
    only(&[b"HDR\0\0\0\0\n", format!("key={token}\n").as_bytes()].concat(), &token);
}

#[test]
fn base64_is_undone_and_the_match_points_at_the_encoded_bytes() {
    let token = Dice::new(3).token();
    let plain = format!("https://x:{token}@host/");
    let wide = utf16(&format!("$env:K=\"{token}\"; ./go"), u16::to_le_bytes);
    for encoded in [
        STANDARD.encode(&plain),
        STANDARD_NO_PAD.encode(&plain),
        URL_SAFE.encode(&plain),
        STANDARD.encode(&wide),
    ] {
        let text = format!("data:\n  key: {encoded}\n");
        let found = only(text.as_bytes(), &token);
        assert_eq!(found.transforms[0], Transform::Base64);
        let start = text.find(&encoded).expect("it is there");
        assert!(found.span.start >= start && found.span.end <= start + encoded.len());
    }
}

#[test]
fn encodings_are_undone_one_inside_the_other() {
    let token = Dice::new(4).token();
    let once = STANDARD.encode(format!("the key is {token}, keep it"));
    let twice = STANDARD.encode(format!("{{\"data\": \"{once}\"}}"));
    let found = only(format!("x: {twice}").as_bytes(), &token);
    assert_eq!(found.transforms, [Transform::Base64, Transform::Base64]);
}

#[test]
fn hexadecimal_digits_are_undone() {
    let token = Dice::new(5).token();
    let digits: String = format!("key={token}").bytes().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("x'{digits}'");
    let found = only(text.as_bytes(), &token);
    assert_eq!(found.transforms, [Transform::Hex]);
    assert_eq!(found.span, (10..10 + 2 * token.len()).into());
}

#[test]
fn characters_spelt_as_escapes_are_undone() {
    let token = Dice::new(6).token();
    let spell = |how: fn(u8) -> String| -> String {
        token
            .bytes()
            .map(
                |byte| {
                    if b"acm_".contains(&byte) { how(byte) } else { char::from(byte).to_string() }
                },
            )
            .collect()
    };
    for (spelt, transform) in [
        (spell(|byte| format!("%{byte:02X}")), Transform::Percent),
        (spell(|byte| format!("\\u{byte:04x}")), Transform::Escape),
        (spell(|byte| format!("\\x{byte:02x}")), Transform::Escape),
        (spell(|byte| format!("&#{byte};")), Transform::HtmlEntity),
    ] {
        let text = format!("see \"https://host/?key={spelt}\" for more");
        let found = only(text.as_bytes(), &token);
        assert_eq!(found.transforms, [transform]);
        assert_eq!(found.span.of(text.as_bytes()), spelt.as_bytes());
    }
}

#[test]
fn what_stands_in_the_open_is_reported_as_it_stands() {
    let token = Dice::new(7).token();
    let text = format!("https://host/?a=%20b&key={token}&c=%2F \\u0041 &#65;");
    assert_eq!(only(text.as_bytes(), &token).transforms, []);
}

#[test]
fn an_escaped_key_is_the_same_secret() {
    let key = Dice::new(8).private_key();
    let one = vec![("private-key".to_owned(), key.clone())];
    let scanner = scanner();
    assert_eq!(found(&scanner, &key), one);
    assert_eq!(found(&scanner, format!("{{\"key\": \"{}\\n\"}}", key.replace('\n', "\\n"))), one);
    assert_eq!(found(&scanner, key.replace('\n', "\r\n")), one);
    assert_eq!(found(&scanner, STANDARD.encode(&key)), one);
}

#[test]
fn keys_without_a_line_between_them_are_each_found() {
    let mut dice = Dice::new(9);
    let keys: Vec<String> = (0..50).map(|_| dice.private_key() + "\n").collect();
    assert_eq!(found(&scanner(), keys.concat()).len(), 50);
}
