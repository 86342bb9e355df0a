//! What is no secret whatever its name says: stand-ins, code, addresses, paths, prose.
//!
//! Owns: the values that are never weighed. Leaves to others: how likely the rest are secrets
//! ([`super::score`]).

use tightlip_model::ByteSpan;

use super::name::Promise;
use super::score::Candidate;
use super::syntax::Style;
use crate::filter;
use crate::structure::letters::Reading;
use crate::structure::value;

mod prose;

/// Whether a candidate is worth weighing.
pub(super) fn passes(candidate: &Candidate<'_>) -> bool {
    let (name, value) =
        (candidate.name.of(candidate.text), candidate.value.span.of(candidate.text));
    let style = candidate.value.style;
    if value.len() < shortest(candidate.promise)
        || value.eq_ignore_ascii_case(name)
        || style == Style::About
    {
        return false;
    }
    if style == Style::Numbers {
        return true;
    }
    if candidate.promise == Promise::Weak && !is_varied(value) {
        return false;
    }
    if candidate.promise != Promise::Password && is_no_key(value)
        || style == Style::Option && is_setting(value)
        || style == Style::Tight && is_noise(candidate)
    {
        return false;
    }
    !value::is_stand_in(value) && !is_something_else(value, style) && !is_of_badge(candidate)
}

/// Whether a value belongs to the address of a badge, which is made to be shown.
fn is_of_badge(candidate: &Candidate<'_>) -> bool {
    let start = candidate.name.start;
    let before = ByteSpan::new(start.saturating_sub(200), start).of(candidate.text);
    let line = before.rsplit(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
    let holds = |mark: &[u8]| memchr::memmem::find(line, mark).is_some();
    candidate.value.style == Style::Tight
        && (holds(b".svg?") || holds(b"badge") || holds(b"img.shields.io/"))
}

/// Whether a value is not of the characters of tokens and keys: a text, a word in capitals, or the
/// name of a public key of OpenPGP in as many digits.
fn is_no_key(value: &[u8]) -> bool {
    let is_upper_hex = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
    let is_capitals = value.iter().all(u8::is_ascii_uppercase);
    !value.is_ascii()
        || value.len() < 16 && is_capitals && Reading::of(value).odd_percent() < 50
        || matches!(value.len(), 16 | 40)
            && value.iter().all(is_upper_hex)
            && value.iter().any(u8::is_ascii_uppercase)
}

/// Whether name and value are parts of a long run of encoded bytes: quoted-printable or base85.
fn is_noise(candidate: &Candidate<'_>) -> bool {
    let start = candidate.name.start;
    let before = ByteSpan::new(start.saturating_sub(1), start).of(candidate.text);
    let value = candidate.value.span.of(candidate.text);
    let is_printable = value.starts_with(b"3D") || value.starts_with(b"20=");
    is_printable || before.first().is_some_and(|byte| b"!^~+".contains(byte))
}

/// Whether the value of an option is a list of settings: `id=npmrc,src=.npmrc`.
fn is_setting(value: &[u8]) -> bool {
    let name = value.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    name >= 2 && value.get(name) == Some(&b'=')
}

/// The shortest value worth a look.
fn shortest(promise: Promise) -> usize {
    match promise {
        Promise::Password => 4,
        Promise::Key => 6,
        Promise::Weak => 8,
    }
}

/// Whether a value has digits or both cases: what a word has not.
fn is_varied(value: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| value.iter().any(is);
    has(u8::is_ascii_digit)
        || value.len() >= 16 && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase)
        || value.len() >= 12 && Reading::of(value).odd_percent() >= 60
}

/// Whether a value is of a kind that is never a secret, however it is named.
fn is_something_else(value: &[u8], style: Style) -> bool {
    let is_bare = style.is_bare() && style != Style::Cell;
    prose::is_text(value, style)
        || is_version(value)
        || holds_bytes(value)
        || is_identifier(value, style)
        || is_hash(value)
        || is_address(value)
        || is_path(value)
        || is_number(value)
        || is_time(value)
        || is_encoding(value)
        || is_regex(value)
        || is_colour(value)
        || is_algorithm(value)
        || is_option(value)
        || is_check(value)
        || is_mail(value)
        || is_code(value)
        || is_bare && is_bare_code(value)
        || value.starts_with(b"#") && value::is_words(value)
        || filter::is_lookup(value, b"x")
}

/// Whether a value is written in bytes: `\xa1\x00`, `%ff%41`.
fn holds_bytes(value: &[u8]) -> bool {
    memchr::memmem::find_iter(value, b"\\x").count() >= 2
        || value.chunks(3).all(|byte| byte.len() == 3 && byte.starts_with(b"%"))
}

/// First parts of dotted names in programs and settings.
const OWNERS: [&[u8]; 33] = [
    b"self",
    b"this",
    b"config",
    b"conf",
    b"cfg",
    b"settings",
    b"args",
    b"os",
    b"req",
    b"request",
    b"process",
    b"options",
    b"opts",
    b"params",
    b"form",
    b"env",
    b"data",
    b"user",
    b"auth",
    b"app",
    b"org",
    b"com",
    b"net",
    b"io",
    b"java",
    b"context",
    b"label",
    b"labels",
    b"message",
    b"messages",
    b"error",
    b"errors",
    b"button",
];

/// Whether a value is the dotted name of a class, a setting or a member: words alone. Words that
/// belong to nothing in particular may be a passphrase.
fn is_identifier(value: &[u8], style: Style) -> bool {
    let is_word = |part: &[u8]| {
        part.len() >= 2
            && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            && part.first().is_some_and(u8::is_ascii_alphabetic)
    };
    let first = value.split(|byte| *byte == b'.').next().unwrap_or_default();
    let is_owned = OWNERS.iter().any(|owner| first.eq_ignore_ascii_case(owner));
    let is_program = value.iter().any(|byte| byte.is_ascii_uppercase() || *byte == b'_')
        && !value.iter().any(u8::is_ascii_digit);
    value.contains(&b'.')
        && value.split(|byte| *byte == b'.').all(is_word)
        && Reading::of(value).odd_percent() < 40
        && (is_owned || is_program || style == Style::Loose)
}

/// Whether a value says of itself that it is a hash; rules of their own find those.
fn is_hash(value: &[u8]) -> bool {
    let starts = [
        b"pbkdf2".as_slice(),
        b"sha256:",
        b"sha512:",
        b"sha1:",
        b"md5:",
        b"{CRYPT}",
        b"{SSHA",
        b"sha1-",
        b"sha256-",
        b"sha384-",
        b"sha512-",
    ];
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
    let digits = bare.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let kind = bare.get(digits..).unwrap_or_default();
    if bare.len() < value.len() && digits > 0 && matches!(kind, b"" | b"i32" | b"i64" | b"L") {
        return true;
    }
    if let Some(hex) = bare.strip_prefix(b"0x") {
        let digits = hex.split(|byte| b"_uUlL".contains(byte)).next().unwrap_or(hex);
        return digits.len() <= 16 && digits.iter().all(u8::is_ascii_hexdigit);
    }
    let is_digit = |byte: &u8| byte.is_ascii_digit() || b".,_:+ %".contains(byte);
    bare.iter().all(is_digit) && (bare.len() < 6 || bare.iter().any(|byte| !byte.is_ascii_digit()))
}

/// Seconds or milliseconds since 1970 between 2001 and 2033, or a date: `1644442601`, `2015-06-16`.
fn is_time(value: &[u8]) -> bool {
    let is_date = |date: &[u8]| {
        let is_dash = |at: usize| matches!(at, 4 | 7);
        let is_right = |(at, byte): (usize, &u8)| {
            if is_dash(at) { *byte == b'-' } else { byte.is_ascii_digit() }
        };
        date.iter().enumerate().all(is_right)
    };
    let is_clock = |rest: &[u8]| rest.iter().all(|b| b.is_ascii_digit() || b"TZ:.+- ".contains(b));
    matches!(value.len(), 10 | 13)
        && value.first() == Some(&b'1')
        && value.iter().all(u8::is_ascii_digit)
        || value.split_at_checked(10).is_some_and(|(date, rest)| is_date(date) && is_clock(rest))
}

/// The version of a program or a range of them, alone or behind its name: `^3.1.6`, `npm:^5.0.0`,
/// `jws@9.0.2`, `3.0.0-preview7.19365.7`.
fn is_version(value: &[u8]) -> bool {
    let bare = value.strip_prefix(b"npm:").unwrap_or(value);
    let after_name = memchr::memrchr(b'@', bare).filter(|at| *at > 0);
    let bare = after_name.and_then(|at| bare.get(at + 1..)).unwrap_or(bare);
    let is_short =
        |digits: &[u8]| (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    if bare.strip_prefix(b"v").is_some_and(is_short) {
        return true;
    }
    let signs = bare.iter().take(2).take_while(|byte| b"^~>=<v".contains(byte)).count();
    let bare = bare.get(signs..).unwrap_or_default();
    let number = bare.split(|byte| b"-+".contains(byte)).next().unwrap_or_default();
    let parts = number.split(|byte| *byte == b'.');
    let are_short = |mut parts: std::slice::Split<'_, u8, _>| {
        parts.all(|part| (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_digit))
    };
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b".-+".contains(byte);
    let count = number.iter().filter(|byte| **byte == b'.').count();
    count >= 2 - usize::from(signs > 0).min(1)
        && count <= 3
        && are_short(parts)
        && bare.iter().all(is_part)
}

/// How text is spelt: `password.encode('latin1')`.
fn is_encoding(value: &[u8]) -> bool {
    let names: [&[u8]; 9] = [
        b"utf8",
        b"utf-8",
        b"utf_8",
        b"utf16",
        b"utf-16",
        b"latin1",
        b"latin-1",
        b"ascii",
        b"iso-8859-1",
    ];
    names.iter().any(|name| value.eq_ignore_ascii_case(name))
}

/// A pattern that texts are compared with: `^\$[A-Z]+`.
fn is_regex(value: &[u8]) -> bool {
    value.starts_with(b"^") && (value.contains(&b'\\') || value.ends_with(b"$"))
}

/// `#7ff5f5`, `#7FF5F5F5`.
fn is_colour(value: &[u8]) -> bool {
    let Some(hex) = value.strip_prefix(b"#") else { return false };
    matches!(hex.len(), 6 | 8) && hex.iter().all(u8::is_ascii_hexdigit)
}

/// The name of a way to encrypt or to hash: `RSA_2048`, `SHA512-CRYPT`, `sha1$`.
fn is_algorithm(value: &[u8]) -> bool {
    let names: [&[u8]; 11] = [
        b"rsa", b"sha", b"aes", b"md5", b"hmac", b"ecdsa", b"ecc_", b"ed25519", b"des3", b"bcrypt",
        b"argon2",
    ];
    let starts =
        |name: &[u8]| value.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_$".contains(byte);
    let has_number = value.iter().skip(3).take(4).any(u8::is_ascii_digit);
    let is_name = value.len() <= 18 && value.iter().all(is_part);
    is_name && names.into_iter().any(starts) && (has_number || value.len() <= 8)
}

/// The option of a command, a command with one, or a public key.
fn is_option(value: &[u8]) -> bool {
    let starts: [&[u8]; 4] = [b"--", b"ssh-", b"ecdsa-sha2-", b"-h$"];
    let is_command = memchr::memmem::find(value, b" -").is_some();
    is_command || starts.iter().any(|start| value.starts_with(start))
}

/// The checks that a field must pass: `required|string|max:255`.
fn is_check(value: &[u8]) -> bool {
    let is_word = |part: &[u8]| {
        part.len() >= 2
            && part.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_:,".contains(byte))
    };
    let mut parts = value.split(|byte| *byte == b'|');
    let bounds: [&[u8]; 5] = [b"min:", b"max:", b"size:", b"between:", b"digits:"];
    bounds.iter().any(|bound| value.starts_with(bound))
        || value.contains(&b'|') && parts.all(is_word) && Reading::of(value).odd_percent() < 50
}

/// The address of a person: `john.smith@mail.test`.
fn is_mail(value: &[u8]) -> bool {
    let Some(at) = memchr::memchr(b'@', value) else { return false };
    let (local, host) =
        (value.get(..at).unwrap_or_default(), value.get(at + 1..).unwrap_or_default());
    let end = host.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let is_plain = |byte: &u8| byte.is_ascii_lowercase() || b"._-".contains(byte);
    (3..=30).contains(&local.len())
        && local.iter().chain(host).all(is_plain)
        && matches!(end.len(), 2..=5)
        && end.len() < host.len()
}

/// Whether a value holds what only programs hold.
fn is_code(value: &[u8]) -> bool {
    let marks: [&[u8]; 16] = [
        b"(", b"=>", b"->", b"::", b"==", b"&&", b"||", b"[\"", b"['", b"\" ", b"' ", b"\",",
        b"',", b"\\u", b"[]", b"null",
    ];
    // Base64 may end in what compares elsewhere.
    let padding = value.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
    let bare = value.get(..value.len() - padding).unwrap_or(value);
    let holds = |mark: &[u8]| memchr::memmem::find(bare, mark).is_some();
    let call = marks.iter().any(|mark| holds(mark)) && Reading::of(value).odd_percent() < 60;
    call || value.starts_with(b"[") && value.ends_with(b"]") || value.starts_with(b"{")
}

/// Whether a value without quotes is a part of a program: a name, a member, the end of a statement.
fn is_bare_code(value: &[u8]) -> bool {
    let is_own = value.starts_with(b"self.") || value.starts_with(b"this.");
    let is_quoted = matches!(value, [b'\'' | b'"', b'$', ..]);
    let starts = value.first().is_some_and(|byte| b"$@&*<>[({|!%^;,=+".contains(byte));
    let ends = value.last().is_some_and(|byte| b";,)]}{([:|+&".contains(byte))
        || value.ends_with(b"=") && value.iter().any(|byte| b".()[]_-".contains(byte));
    let may_be_named = |byte: &u8| byte.is_ascii_alphabetic() || b"_.-[]?!".contains(byte);
    let odd = Reading::of(value).odd_percent();
    let is_member = value.contains(&b'.') && value.iter().all(may_be_named) && odd < 50;
    let is_closing = value.windows(2).any(|two| two == b"})" || two == b").");
    is_own || is_quoted || starts && odd < 60 || ends || is_member || is_closing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_secret_is_dropped() {
        for value in [
            "password",
            "${DB_PASSWORD}",
            "Enter your password here",
            "/etc/app/secret",
            "https://host/token",
            "config.get('x')",
            "true",
            "request.form['x']",
            "xxxxxxxx",
        ] {
            let value = value.as_bytes();
            let is_kept = !value::is_stand_in(value) && !is_something_else(value, Style::Quoted);
            assert!(!is_kept, "{}", String::from_utf8_lossy(value));
        }
        assert!(is_something_else(b"args.password", Style::Loose));
        assert!(is_something_else(b"self.pwd", Style::Loose));
        assert!(is_something_else(b"0xc0406618", Style::Loose));
        for value in ["1644442601", "latin1", r"^\$(A|B)", "cygpath -aw ."] {
            assert!(is_something_else(value.as_bytes(), Style::Quoted), "{value}");
        }
        for value in ["0x803100AA_u32", "#7FF5F5F5", "RSA_2048", "SHA512-CRYPT", "--timeout 300"] {
            assert!(is_something_else(value.as_bytes(), Style::Quoted), "{value}");
        }
        assert!(is_something_else(br"\xa1\xa2", Style::Quoted));
        assert!(is_something_else(b"%ff%41", Style::Quoted));
        for value in [
            "^3.1.6",
            "npm:^5.0.0",
            "3.0.0-preview7.19365.7",
            "sha512-q8Zr",
            "-2147483648i32",
            "-2147483648",
        ] {
            assert!(is_something_else(value.as_bytes(), Style::Quoted), "{value}");
        }
        for value in ["2015-06-16T22:45:00Z", "john.smith@mail.test", "min:6", "v185", "jws@9.0.2"]
        {
            assert!(is_something_else(value.as_bytes(), Style::Quoted), "{value}");
        }
        for value in ["SETCUSTOMDATA", "13B6F51ECDDE430D", "输入应用中的6位验证码"] {
            assert!(is_no_key(value.as_bytes()), "{value}");
        }
        assert!(is_setting(b"id=npmrc,src=.npmrc"));
        assert!(!is_mail(b"P@ssword.2024"));
        assert!(is_something_else(b"required|string|max:255", Style::Quoted));
        assert!(!is_code(b"3TuUdlJQJq4CRC2Jabeeei=="));
        assert!(is_code(b"a == b"));
        assert!(!is_version(b"10.20.Zr8q"));
        assert!(!is_version(b"1.2-q8Zr4TnB1x"));
    }
}
