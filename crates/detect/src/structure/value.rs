//! How a value reads that a frame around it calls a password.

use crate::{entropy, filter};

/// Why a value is a bad password, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weakness {
    /// It stands for a password that is somewhere else.
    StandIn,
    /// It is one of the passwords of examples and of installations fresh out of the box.
    Guessable,
    /// Its characters are too much of one kind to tell it from a word.
    Plain,
}

/// Words that documents write where a password goes.
const STAND_INS: [&[u8]; 24] = [
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

/// Words for a stand-in of [`STAND_INS`] or the like.
pub(super) fn is_stand_in(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    STAND_INS.contains(&lower.as_slice()) || filter::is_placeholder(value, 0)
}

/// The weakness of a value that stands where a password does.
pub(super) fn weakness(value: &[u8]) -> Option<Weakness> {
    if is_guessable(value) {
        return Some(Weakness::Guessable);
    }
    if is_stand_in(value) {
        return Some(Weakness::StandIn);
    }
    let kinds = kinds(value);
    let is_plain = kinds < 2 || value.len() < 6 || entropy::distinct(value) < 5;
    is_plain.then_some(Weakness::Plain)
}

/// Whether a value is a common password, or a word of documents with a number after it.
fn is_guessable(value: &[u8]) -> bool {
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
    fn values_are_told_apart() {
        assert_eq!(weakness(b"Password"), Some(Weakness::StandIn));
        assert_eq!(weakness(b"${PASS}"), Some(Weakness::StandIn));
        assert_eq!(weakness(b"postgres"), Some(Weakness::Guessable));
        assert_eq!(weakness(b"Admin123!"), Some(Weakness::Guessable));
        assert_eq!(weakness(b"correcthorse"), Some(Weakness::Plain));
        assert_eq!(weakness(b"q8Zr4TnB1x"), None);
    }
}
