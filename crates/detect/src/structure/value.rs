//! How a value reads that a frame around it calls a password.

use std::borrow::Cow;

use tightlip_model::Confidence;

use super::letters::Reading;
use crate::{entropy, filter};

/// Why a value is a bad password, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weakness {
    /// It stands for a password that is somewhere else.
    StandIn,
    /// It is one of the passwords of examples and of installations fresh out of the box.
    Guessable,
    /// It is of words that name a secret: `my_password`.
    Named,
    /// It reads like words, as the passwords of documents and tests do.
    Words,
    /// Its characters are too much of one kind to tell it from a word.
    Plain,
}

/// Words that documents write where a password goes.
const STAND_INS: [&[u8]; 28] = [
    b"password",
    b"passwd",
    b"pass",
    b"pwd",
    b"pw",
    b"secret",
    b"token",
    b"key",
    b"value",
    b"string",
    b"none",
    b"null",
    b"nil",
    b"true",
    b"false",
    b"undefined",
    b"userpass",
    b"mypassword",
    b"mypass",
    b"yourpassword",
    b"passphrase",
    b"foo",
    b"bar",
    b"baz",
    b"anonymous",
    b"anonymous@",
    b"xyes",
    b"xno",
];

/// Passwords that are real and no secret.
const GUESSABLE: [&[u8]; 22] = [
    b"admin",
    b"root",
    b"postgres",
    b"guest",
    b"user",
    b"test",
    b"tests",
    b"testing",
    b"demo",
    b"default",
    b"letmein",
    b"welcome",
    b"mysql",
    b"redis",
    b"rabbitmq",
    b"mongo",
    b"minio",
    b"minioadmin",
    b"elastic",
    b"sa",
    b"123456",
    b"1234",
];

/// Words that name a secret or who has it.
const NOUNS: [&[u8]; 12] = [
    b"password",
    b"passwd",
    b"passphrase",
    b"passw",
    b"pass",
    b"pwd",
    b"secret",
    b"sekret",
    b"secr3t",
    b"token",
    b"user",
    b"login",
];

/// Words that say what a made-up value is there for.
const FILLERS: [&[u8]; 10] = [
    b"admin", b"test", b"fake", b"mock", b"sample", b"random", b"wrong", b"correct", b"hello",
    b"foo",
];

/// Words for a stand-in of [`STAND_INS`] or the like.
pub(super) fn is_stand_in(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    STAND_INS.contains(&lower.as_slice())
        || is_constant(value)
        || is_foo_bar(&lower)
        || !value.iter().any(u8::is_ascii_graphic)
        || is_fixed_user(&lower)
        || filter::is_stand_in(value, 0)
}

/// Whether a value is made of words that stand for any word: `foo:bar`.
fn is_foo_bar(lower: &[u8]) -> bool {
    let words: [&[u8]; 4] = [b"foo", b"bar", b"baz", b"qux"];
    lower.split(|byte| !byte.is_ascii_alphanumeric()).all(|word| words.contains(&word))
}

/// Whether a value is the name of a variable that holds a secret: `DB_PASSWORD`.
fn is_constant(value: &[u8]) -> bool {
    let is_name = value.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    is_name && value.contains(&b'_') && role_of(&value.to_ascii_lowercase()).is_some()
}

/// Whether a value is one of the words that stand beside a token in the address of a repository.
fn is_fixed_user(lower: &[u8]) -> bool {
    lower.strip_prefix(b"x-").is_some_and(|rest| {
        [b"oauth-basic".as_slice(), b"oauth-token", b"access-token", b"token-auth"].contains(&rest)
    })
}

fn role_of(lower: &[u8]) -> Option<&'static [u8]> {
    NOUNS.into_iter().chain(FILLERS).find(|role| memchr::memmem::find(lower, role).is_some())
}

/// How sure a password in a frame makes us, and why when not wholly; `None` for one that stands for
/// another.
pub(crate) fn worth(value: &[u8]) -> Option<(Confidence, &'static str)> {
    let plain = unescaped(value);
    let of_plain = weakness(&plain);
    let is_sign = of_plain == Some(Weakness::StandIn) && plain.len() < value.len();
    match if is_sign { weakness(value) } else { of_plain } {
        Some(Weakness::Plain | Weakness::Words | Weakness::Named) if plain.len() < 5 => {
            Some((Confidence::Low, "the password is very short"))
        }
        None => Some((Confidence::High, "")),
        Some(Weakness::StandIn) => None,
        Some(Weakness::Guessable) => Some((Confidence::Low, "the password is a common word")),
        Some(Weakness::Words | Weakness::Named) => {
            Some((Confidence::Low, "the password reads like words"))
        }
        Some(Weakness::Plain) => {
            Some((Confidence::Medium, "the password has few kinds of characters"))
        }
    }
}

/// Whether a value is a password of examples: common, or made of words that name a secret.
pub(super) fn is_of_examples(value: &[u8]) -> bool {
    let weakness = weakness(&unescaped(value));
    matches!(weakness, Some(Weakness::Guessable | Weakness::Named))
}

/// The value without the percent signs that an address needs.
fn unescaped(value: &[u8]) -> Cow<'_, [u8]> {
    let mut out = Vec::new();
    let mut rest = value;
    while let Some((byte, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(code) if *byte == b'%' => {
                out.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(*byte);
                rest = after;
            }
        }
    }
    if out.len() == value.len() { Cow::Borrowed(value) } else { Cow::Owned(out) }
}

/// Whether a value is made of words: of those that name a secret and little else, or of letters that
/// read like a word and nothing else.
pub(super) fn is_words(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let odd = Reading::of(value).odd_percent();
    let has_digit = value.iter().any(u8::is_ascii_digit);
    if role_of(&lower).is_some() {
        return !has_digit && odd < 60 || without_roles(lower) <= 2;
    }
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || b" -_".contains(byte);
    !has_digit && odd < 50 && value.iter().all(is_letter)
}

/// How many letters are left of a value without the words that name a secret.
fn without_roles(mut lower: Vec<u8>) -> usize {
    while let Some(role) = role_of(&lower)
        && let Some(at) = memchr::memmem::find(&lower, role)
    {
        lower.drain(at..at + role.len());
    }
    lower.iter().filter(|byte| byte.is_ascii_alphabetic()).count()
}

/// The weakness of a value that stands where a password does.
pub(super) fn weakness(value: &[u8]) -> Option<Weakness> {
    if is_guessable(value) {
        return Some(Weakness::Guessable);
    }
    if is_stand_in(value) {
        return Some(Weakness::StandIn);
    }
    if is_words(value) {
        let is_named = role_of(&value.to_ascii_lowercase()).is_some();
        return Some(if is_named { Weakness::Named } else { Weakness::Words });
    }
    let kinds = kinds(value);
    let is_plain = kinds < 2 || value.len() < 6 || entropy::distinct(value) < 5;
    is_plain.then_some(Weakness::Plain)
}

/// Whether a value is a common password, or a word of documents with a number after it.
pub(super) fn is_guessable(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let is_tail = |byte: &u8| byte.is_ascii_digit() || *byte == b'!';
    let tail = lower.iter().rev().take_while(|byte| is_tail(byte)).count();
    let core = lower.get(..lower.len() - tail).unwrap_or_default();
    let has_tail = (1..=4).contains(&tail);
    GUESSABLE.contains(&lower.as_slice())
        || has_tail && (GUESSABLE.contains(&core) || STAND_INS.contains(&core) || core == b"abc")
}

/// How many of the four kinds of characters a value holds: lower case, upper case, digits, others.
pub(super) fn kinds(value: &[u8]) -> usize {
    let has = |is: fn(&u8) -> bool| usize::from(value.iter().any(is));
    has(u8::is_ascii_lowercase)
        + has(u8::is_ascii_uppercase)
        + has(u8::is_ascii_digit)
        + has(|byte| !byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_an_address_escapes_are_read_as_what_they_are() {
        assert_eq!(worth(b"p%40ss").map(|(confidence, _)| confidence), Some(Confidence::Low));
        assert_eq!(worth(b"q8Zr%2F4TnB1x"), Some((Confidence::High, "")));
        assert_eq!(worth(b"%42"), Some((Confidence::Low, "the password is very short")));
    }

    #[test]
    fn values_are_told_apart() {
        assert_eq!(weakness(b"Password"), Some(Weakness::StandIn));
        assert_eq!(weakness(b"${PASS}"), Some(Weakness::StandIn));
        assert_eq!(weakness(b"postgres"), Some(Weakness::Guessable));
        assert_eq!(weakness(b"Admin123!"), Some(Weakness::Guessable));
        assert_eq!(weakness(b"orangehorse"), Some(Weakness::Words));
        assert_eq!(weakness(b"repo-pass"), Some(Weakness::Named));
        assert_eq!(weakness("数据库用户名的密码".as_bytes()), Some(Weakness::StandIn));
        assert_eq!(weakness(b"kqzvmxwp"), Some(Weakness::Plain));
        assert_eq!(weakness(b"DB_PASSWORD"), Some(Weakness::StandIn));
        assert_eq!(weakness(b"x-oauth-basic"), Some(Weakness::StandIn));
        assert_eq!(weakness(b"bar@baz"), Some(Weakness::StandIn));
        assert_eq!(weakness(b"q8Zr4TnB1x"), None);
    }
}
