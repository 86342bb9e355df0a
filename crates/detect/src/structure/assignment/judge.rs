//! How likely a value is the secret that its name promises.
//!
//! Owns: the grade, from nothing but the name's promise, the way the value is written and the value
//! itself. A word in a value lowers the grade; only what stands for a secret kept elsewhere, or is no
//! string of characters someone could log in with, is dropped.

use tightlip_model::Confidence;

use super::name::Promise;
use super::syntax::Style;
use crate::structure::letters::Reading;
use crate::structure::value::{self, Weakness};
use crate::{entropy, filter};

/// The grade of a value, and the reason for it; `None` for one that is no secret.
pub(super) fn grade(
    promise: Promise,
    style: Style,
    value: &[u8],
) -> Option<(Confidence, &'static str)> {
    if value.len() < shortest(promise)
        || value::is_stand_in(value)
        || is_something_else(value, style)
    {
        return None;
    }
    let noise = Noise::of(value);
    if promise == Promise::Weak && (value.len() < 16 || noise != Noise::Random || is_uuid(value)) {
        return None;
    }
    if value::weakness(value) == Some(Weakness::Guessable) {
        let is_setting = promise == Promise::Password && style == Style::Tight;
        return is_setting.then_some((Confidence::Low, "the value is a common password"));
    }
    if promise == Promise::Password && value::is_words(value) {
        return grade_words(style, value);
    }
    grade_noise(promise, style, value, noise)
}

/// The grade of a password of words: a long one is a phrase, a short one may be anything.
fn grade_words(style: Style, value: &[u8]) -> Option<(Confidence, &'static str)> {
    let is_literal = matches!(style, Style::Quoted | Style::Tight | Style::Option);
    if !is_literal || value::names_secret(value) {
        return None;
    }
    let is_joint = |byte: &u8| b"-_ ".contains(byte);
    let joints = value.iter().filter(|byte| is_joint(byte)).count();
    let is_lower = value.iter().all(|byte| byte.is_ascii_lowercase() || is_joint(byte));
    let is_phrase = is_lower && value.len() >= 16 && (joints == 0 || joints >= 3);
    let confidence = if is_phrase { Confidence::Medium } else { Confidence::Low };
    Some((confidence, "the value reads like words"))
}

fn grade_noise(
    promise: Promise,
    style: Style,
    value: &[u8],
    noise: Noise,
) -> Option<(Confidence, &'static str)> {
    match (promise, noise) {
        (_, Noise::Random) if style == Style::Listed => {
            Some((Confidence::Low, "the value stands in a list"))
        }
        (Promise::Key, Noise::Random) if value.len() < 12 => {
            Some((Confidence::Low, "the value is short for a key"))
        }
        (_, Noise::Random) => Some((Confidence::Medium, "the value looks random")),
        (Promise::Password, Noise::Mixed) if style != Style::Listed => {
            Some((Confidence::Medium, "the value looks like a password"))
        }
        (Promise::Password, Noise::Word)
            if matches!(style, Style::Quoted | Style::Tight)
                && value.len() >= 5
                && Reading::of(value).odd_percent() >= 50
                && !is_title(value) =>
        {
            Some((Confidence::Medium, "the value is no word"))
        }
        (Promise::Password, Noise::Word) if style != Style::Loose => {
            Some((Confidence::Low, "the value is a word"))
        }
        (Promise::Password, Noise::Word) if !is_type(value) => {
            Some((Confidence::Low, "the value is short or a word"))
        }
        (Promise::Key, Noise::Mixed) if value.len() >= 12 => {
            Some((Confidence::Low, "the value may be a name"))
        }
        _ => None,
    }
}

/// Whether a bare word says of what kind a value is, or that there is none.
fn is_type(value: &[u8]) -> bool {
    let types: [&[u8]; 20] = [
        b"str",
        b"char",
        b"text",
        b"bool",
        b"boolean",
        b"int",
        b"integer",
        b"number",
        b"object",
        b"required",
        b"optional",
        b"hidden",
        b"enabled",
        b"disabled",
        b"varchar",
        b"bytes",
        b"any",
        b"never",
        b"prompt",
        b"unset",
    ];
    let lower = value.to_ascii_lowercase();
    types.contains(&lower.as_slice())
        || value.iter().any(|byte| !byte.is_ascii_alphanumeric())
        || value.first().is_some_and(u8::is_ascii_uppercase)
            && value.iter().any(u8::is_ascii_lowercase)
}

/// The shortest value worth a look.
fn shortest(promise: Promise) -> usize {
    match promise {
        Promise::Password => 4,
        Promise::Key => 8,
        Promise::Weak => 16,
    }
}

/// What the characters of a value look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Noise {
    /// Words, or too little to tell.
    Word,
    /// Words with digits or signs, as people choose passwords.
    Mixed,
    /// Nothing anyone would write by hand.
    Random,
}

impl Noise {
    fn of(value: &[u8]) -> Self {
        let reading = Reading::of(value);
        let odd = reading.odd_percent();
        let is_varied = entropy::distinct(value) * 2 >= value.len().min(20);
        let kinds = value::kinds(value);
        if is_varied && value.len() >= 6 && odd >= 50 && reading.odd >= 3 && !is_title(value) {
            return Self::Random;
        }
        if value.len() >= 6 && kinds >= 2 && !is_name(value, odd) && is_varied {
            return Self::Mixed;
        }
        Self::Word
    }
}

/// Whether a value is a word as labels are written, in whatever language.
fn is_title(value: &[u8]) -> bool {
    value.first().is_some_and(u8::is_ascii_uppercase)
        && value.len() <= 14
        && value.iter().skip(1).all(u8::is_ascii_lowercase)
}

/// Whether a value reads like the name of something: words joined by signs or humps.
fn is_name(value: &[u8], odd: u32) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.: /".contains(byte);
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_numbered = digits > 1 || digits == 1 && value.len() >= 10;
    value.iter().all(is_part) && odd < 40 && !is_numbered
}

/// Whether a value is of a kind that is never a secret, however it is named.
fn is_something_else(value: &[u8], style: Style) -> bool {
    let is_bare = matches!(style, Style::Tight | Style::Loose | Style::Option);
    is_prose(value)
        || holds_bytes(value)
        || is_identifier(value)
        || is_hash(value)
        || is_address(value)
        || is_path(value)
        || is_number(value)
        || is_code(value)
        || is_bare && is_bare_code(value)
        || value.starts_with(b"#") && value::is_words(value)
        || filter::is_lookup(value, b"x")
}

/// Whether a value is written in bytes: `\xa1\x00`.
fn holds_bytes(value: &[u8]) -> bool {
    memchr::memmem::find_iter(value, b"\\x").count() >= 2
}

/// Whether a value is the dotted name of a class, a setting or a member: words alone.
fn is_identifier(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| *byte == b'.');
    let is_word = |part: &[u8]| {
        part.len() >= 2
            && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            && part.first().is_some_and(u8::is_ascii_alphabetic)
    };
    value.contains(&b'.') && parts.all(is_word) && Reading::of(value).odd_percent() < 40
}

fn is_prose(value: &[u8]) -> bool {
    let blanks = value.iter().filter(|byte| byte.is_ascii_whitespace()).count();
    blanks >= 2
        || blanks == 1 && Reading::of(value).odd_percent() < 40
        || value.iter().any(|byte| *byte >= 0x80 || *byte < b' ')
}

/// Whether a value says of itself that it is a hash; rules of their own find those.
fn is_hash(value: &[u8]) -> bool {
    let starts =
        [b"pbkdf2".as_slice(), b"sha256:", b"sha512:", b"sha1:", b"md5:", b"{CRYPT}", b"{SSHA"];
    let is_crypt =
        value.first() == Some(&b'$') && value.iter().filter(|byte| **byte == b'$').count() >= 3;
    is_crypt || starts.iter().any(|start| value.starts_with(start))
}

fn is_address(value: &[u8]) -> bool {
    memchr::memmem::find(value, b"://").is_some()
        || value.starts_with(b"//")
        || value.starts_with(b"arn:")
        || value.starts_with(b"mailto:")
        || value.starts_with(b"www.")
}

fn is_path(value: &[u8]) -> bool {
    let slashes = value.iter().filter(|byte| matches!(byte, b'/' | b'\\')).count();
    let starts =
        [b"/".as_slice(), b"./", b"../", b"~/", b"C:\\", b"@/", b"\\\\", b"classpath:", b"file:"];
    let is_rooted = starts.iter().any(|start| value.starts_with(start));
    let ends = [
        b".json".as_slice(),
        b".pem",
        b".key",
        b".txt",
        b".yml",
        b".yaml",
        b".xml",
        b".js",
        b".ts",
        b".py",
        b".php",
        b".html",
        b".properties",
        b".conf",
        b".crt",
        b".p12",
        b".jks",
        b".env",
        b".go",
        b".md",
    ];
    let is_file = ends.iter().any(|end| value.ends_with(end));
    is_file || (is_rooted || slashes >= 2) && Reading::of(value).odd_percent() < 50
}

fn is_number(value: &[u8]) -> bool {
    let bare = value.strip_prefix(b"-").unwrap_or(value);
    if let Some(hex) = bare.strip_prefix(b"0x") {
        return hex.len() <= 16 && hex.iter().all(u8::is_ascii_hexdigit);
    }
    let is_digit = |byte: &u8| byte.is_ascii_digit() || b".,_:+ %".contains(byte);
    bare.iter().all(is_digit) && (bare.len() < 6 || bare.iter().any(|byte| !byte.is_ascii_digit()))
}

/// Whether a value holds what only programs hold.
fn is_code(value: &[u8]) -> bool {
    let marks: [&[u8]; 16] = [
        b"(", b"=>", b"->", b"::", b"==", b"&&", b"||", b"[\"", b"['", b"\" ", b"' ", b"\",",
        b"',", b"\\u", b"[]", b"null",
    ];
    let holds = |mark: &[u8]| memchr::memmem::find(value, mark).is_some();
    let call = marks.iter().any(|mark| holds(mark)) && Reading::of(value).odd_percent() < 60;
    call || value.starts_with(b"[") && value.ends_with(b"]") || value.starts_with(b"{")
}

/// Whether a value without quotes is a part of a program: a name, a member, the end of a statement.
fn is_bare_code(value: &[u8]) -> bool {
    let is_own = value.starts_with(b"self.") || value.starts_with(b"this.");
    let is_quoted = matches!(value, [b'\'' | b'"', b'$', ..]);
    let starts = value.first().is_some_and(|byte| b"$@&*<>[({|!%^;,=+".contains(byte));
    let ends = value.last().is_some_and(|byte| b";,)]}{([:|=+&".contains(byte));
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-[]?!".contains(byte);
    let odd = Reading::of(value).odd_percent();
    let is_member = value.contains(&b'.') && value.iter().all(is_word) && odd < 50;
    let is_closing = memchr::memmem::find(value, b"})").is_some()
        || memchr::memmem::find(value, b").").is_some();
    is_own || is_quoted || starts && odd < 60 || ends || is_member || is_closing
}

fn is_uuid(value: &[u8]) -> bool {
    let is_dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    value.len() == 36
        && value
            .iter()
            .enumerate()
            .all(|(at, byte)| if is_dash(at) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confidence(promise: Promise, style: Style, value: &str) -> Option<Confidence> {
        grade(promise, style, value.as_bytes()).map(|(confidence, _)| confidence)
    }

    #[test]
    fn random_values_and_chosen_passwords_count() {
        for value in [
            "q8Zr4TnB1x",
            "Summer2024!",
            "acme-prod-Pa55",
            "kqzvmxwp",
            "Tr0ub4dor&3",
            "correcthorsebatterystaple",
            "Qwerty!23",
            "WeLoveTheHarbor8",
        ] {
            let confidence = confidence(Promise::Password, Style::Quoted, value);
            assert_eq!(confidence, Some(Confidence::Medium), "{value}");
        }
        let confidence = confidence(Promise::Password, Style::Quoted, "horsebattery");
        assert_eq!(confidence, Some(Confidence::Low));
    }

    #[test]
    fn what_is_no_secret_is_dropped() {
        for value in [
            "password",
            "${DB_PASSWORD}",
            "user_password",
            "Enter your password",
            "/etc/app/secret",
            "https://host/token",
            "config.get('x')",
            "true",
            "12",
            "request.form['x']",
            "xxxxxxxx",
        ] {
            assert_eq!(confidence(Promise::Key, Style::Quoted, value), None, "{value}");
        }
        assert_eq!(confidence(Promise::Password, Style::Loose, "args.password"), None);
        assert_eq!(confidence(Promise::Weak, Style::Quoted, "administrator_role"), None);
        assert_eq!(confidence(Promise::Password, Style::Loose, "self.pwd"), None);
        assert_eq!(confidence(Promise::Key, Style::Loose, "0xc0406618"), None);
        assert_eq!(confidence(Promise::Password, Style::Quoted, r"\xa1\xa2"), None);
    }
}
