//! Values that stand where a secret should: `xxxx…`, `<token>`, `EXAMPLE`, `changeme`.

use memchr::memmem;

use super::runs::{is_keyboard_walk, is_regular, longest_repeat};
use super::template::is_template;
use crate::entropy;

/// Words that tell a stand-in, wherever they stand in a value. All lower case; none so short that it
/// turns up in random characters.
const WORDS: [&str; 30] = [
    "example",
    "changeme",
    "change_me",
    "change-me",
    "changeit",
    "replaceme",
    "replace_me",
    "replace-me",
    "replace_with",
    "placeholder",
    "redacted",
    "dummy",
    "your_",
    "your-",
    "yourapi",
    "yourtoken",
    "yoursecret",
    "yourpassword",
    "yourkey",
    "my_secret",
    "mysecret",
    "insert_",
    "insert-",
    "notreal",
    "not_real",
    "not-a-real",
    "censored",
    "<secret",
    "sanitized",
    "xxxx",
];

/// How many random characters beside the word show that the word is a disguise, or chance.
const RANDOM_REST: usize = 32;

/// Whether `secret`, of a form that proves little by itself, stands for a secret rather than being
/// one. `prefix` is how many of its first bytes the form dictates.
pub(crate) fn is_placeholder(secret: &[u8], prefix: usize) -> bool {
    is_stand_in(secret, prefix) || is_keyboard_walk_of(body(secret, prefix))
}

fn body(secret: &[u8], prefix: usize) -> &[u8] {
    secret.get(prefix..).filter(|body| body.len() >= 4).unwrap_or(secret)
}

/// The same of a password, which people do draw along the keyboard.
pub(crate) fn is_stand_in(secret: &[u8], prefix: usize) -> bool {
    let body = body(secret, prefix);
    is_masked(body)
        || is_template(secret)
        || is_regular(body)
        || has_low_variety(body)
        || stand_in_word(secret).is_some()
}

fn is_keyboard_walk_of(body: &[u8]) -> bool {
    body.len() <= 64 && is_keyboard_walk(body)
}

/// Whether someone wrote one sign over and over in place of the secret.
fn is_masked(body: &[u8]) -> bool {
    let run = |sign: u8| longest_signs(body, sign);
    let signs = [b'*', b'x', b'X', b'.', b'#', b'?'];
    let longest = signs.into_iter().map(run).max().unwrap_or(0);
    longest >= 5 && longest * 8 >= body.len()
        || longest >= 3 && longest == body.len()
        || body.ends_with(b"...")
}

fn longest_signs(body: &[u8], sign: u8) -> usize {
    body.split(|&byte| byte != sign).map(<[u8]>::len).max().unwrap_or(0)
}

/// Whether a long value makes do with hardly any different characters.
fn has_low_variety(body: &[u8]) -> bool {
    body.len() >= 16 && entropy::distinct(body) <= 4 && longest_repeat(body) >= 2
}

/// The word that gives a stand-in away. A word inside a long and otherwise random value says nothing.
pub(crate) fn stand_in_word(secret: &[u8]) -> Option<&'static str> {
    let lower = secret.to_ascii_lowercase();
    let (word, at) = WORDS
        .iter()
        .find_map(|word| memmem::find(&lower, word.as_bytes()).map(|at| (*word, at)))
        .filter(|(word, at)| is_one_case(secret.get(*at..at + word.len()).unwrap_or_default()))?;
    let rest = [secret.get(..at)?, secret.get(at + word.len()..)?].concat();
    let is_documented = secret.ends_with(b"EXAMPLE") || secret.ends_with(b"EXAMPLEKEY");
    let is_random = rest.len() >= RANDOM_REST && entropy::bits_per_byte(&rest) >= 3.8;
    (is_documented || !is_random).then_some(word)
}

/// Whether a word is in one case, as people write words: random letters of both cases spell one by
/// chance.
fn is_one_case(word: &[u8]) -> bool {
    let rest = word.get(1..).unwrap_or_default();
    let has_upper = rest.iter().any(u8::is_ascii_uppercase);
    let has_lower = word.iter().any(u8::is_ascii_lowercase);
    !(has_upper && has_lower) || word.contains(&b'_') || word.contains(&b'-') || is_camel(word)
}

/// Whether two lower-case letters or more follow each upper-case one.
fn is_camel(word: &[u8]) -> bool {
    word.split(u8::is_ascii_uppercase).skip(1).all(|part| part.len() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_are_told() {
        for text in [
            "xxxxxxxxxxxx",
            "tok_XXXXXXXXXXXXXXXX",
            "****************",
            "<your-token-here>",
            "${API_TOKEN}",
            "{{ token }}",
            "AKIAIOSFODNN7EXAMPLE",
            "changeme",
            "your_api_key_here",
            "1234567890",
            "tok_q8Zr....",
        ] {
            assert!(is_placeholder(text.as_bytes(), 0), "{text}");
        }
    }

    #[test]
    fn one_word_does_not_hide_a_long_random_value() {
        let text = "q8Zr4TnB1xWvL0sMd7KpYc3HexampleJt6Fu9Gi2Ao5Eq8Zr4TnB1xWvL0sM";
        assert!(!is_placeholder(text.as_bytes(), 0));
    }

    #[test]
    fn letters_of_both_cases_spell_no_word() {
        assert!(!is_placeholder(b"q8Zr4TndUmmYxWvL0s", 0));
        assert!(is_placeholder(b"YourToken-here", 0));
    }

    #[test]
    fn random_values_are_no_stand_ins() {
        for text in ["q8Zr4TnB1xWvL0sM", "9f86d081884c7d659a2feaa0c55ad015", "hunter2!A"] {
            assert!(!is_placeholder(text.as_bytes(), 0), "{text}");
        }
    }
}
