//! What the name of a variable, setting or field promises of its value.

mod harmless;

use tightlip_model::ByteSpan;

pub(super) use self::harmless::is_about;

/// The longest name.
const LONGEST: usize = 80;

/// How strongly a name says that its value is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Promise {
    /// Often the name of something harmless: `auth`, `key`, `credential`.
    Weak,
    /// A token or key, which is long and random.
    Key,
    /// A password, which may be anything.
    Password,
}

/// Parts of names that hold a password.
const PASSWORDS: [&[u8]; 18] = [
    b"password",
    b"passwd",
    b"passphrase",
    b"passwort",
    b"passcode",
    b"pwd",
    b"pswd",
    b"userpass",
    b"dbpass",
    b"requirepass",
    b"contrasen",
    b"motdepasse",
    b"mot_de_passe",
    b"kennwort",
    b"wachtwoord",
    b"salasana",
    b"losenord",
    b"palavra_passe",
];

/// Words of names that hold a password, where they are no part of a longer word.
const PASSWORD_WORDS: [&[u8]; 12] = [
    b"pass",
    b"psw",
    b"pw",
    b"passw",
    b"mdp",
    b"senha",
    b"haslo",
    b"heslo",
    b"clave",
    b"masterauth",
    b"cpassword",
    b"pwdd",
];

/// Parts of names that hold a token or key.
const KEYS: [&[u8]; 20] = [
    b"secret",
    b"token",
    b"apikey",
    b"api_key",
    b"api-key",
    b"access_key",
    b"accesskey",
    b"access-key",
    b"private_key",
    b"privatekey",
    b"private-key",
    b"encryption_key",
    b"encryptionkey",
    b"signing_key",
    b"signingkey",
    b"master_key",
    b"masterkey",
    b"auth_key",
    b"authkey",
    b"jwt",
];

/// The name that an anchor is part of.
pub(super) fn span(text: &[u8], anchor: ByteSpan) -> Option<ByteSpan> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let before = ByteSpan::new(anchor.start.saturating_sub(LONGEST), anchor.start).of(text);
    // The sign or quote that an anchor ends in is none of the name's.
    let kept = anchor.of(text).iter().position(|byte| !is_name(&byte)).unwrap_or(anchor.len());
    let anchor = ByteSpan::new(anchor.start, anchor.start + kept);
    let after = ByteSpan::new(anchor.end, anchor.end + if kept > 0 { LONGEST } else { 0 }).of(text);
    let left = before.iter().rev().take_while(is_name).count();
    let right = after.iter().take_while(is_name).count();
    let name = ByteSpan::new(anchor.start - left, anchor.end + right);
    let lead = name.of(text).iter().take_while(|byte| matches!(byte, b'-' | b'.')).count();
    let escape = ByteSpan::new(name.start.saturating_sub(1), name.start).of(text) == b"\\";
    let is_escaped = escape && name.of(text).first().is_some_and(|byte| b"nrt".contains(byte));
    let lead = if is_escaped && lead == 0 && name.start < anchor.start { 1 } else { lead };
    let tail = name.of(text).iter().rev().take_while(|byte| matches!(byte, b'-' | b'.')).count();
    (name.len() < LONGEST).then(|| ByteSpan::new(name.start + lead, name.end - tail))
}

/// What `name` promises; `None` when its value is no secret whatever it looks like.
pub(super) fn promise(name: &[u8]) -> Option<Promise> {
    let last = name.rsplit(|byte| *byte == b'.').next()?;
    let is_vague = is_one_of(last, &[b"key", b"value", b"default", b"text", b"data"]);
    let last = if is_vague && last.len() < name.len() { name } else { last };
    if harmless::is_harmless(name, last) {
        return None;
    }
    let is_password = PASSWORDS.iter().any(|word| holds_word(last, word))
        || words(last).any(|word| is_one_of(word, &PASSWORD_WORDS) || ends_in_pass(word));
    if is_password {
        return Some(Promise::Password);
    }
    let is_key = KEYS.iter().any(|word| holds(last, word));
    Some(if is_key { Promise::Key } else { Promise::Weak })
}

fn is_one_of(word: &[u8], list: &[&[u8]]) -> bool {
    list.iter().any(|one| word.eq_ignore_ascii_case(one))
}

/// `adminpass`, `smtppass`: but not `compass` and `bypass`, which are refused before.
fn ends_in_pass(word: &[u8]) -> bool {
    let Some(at) = word.len().checked_sub(4) else { return false };
    word.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(b"pass"))
}

/// Whether `name` holds `word`, whatever its case.
pub(super) fn holds(name: &[u8], word: &[u8]) -> bool {
    places(name, word).next().is_some()
}

/// Where `name` holds `word`, whatever its case. Most places are told by one byte.
fn places(name: &[u8], word: &[u8]) -> impl Iterator<Item = usize> {
    let first = word.first().map_or(0, |byte| byte | 0x20);
    let is_first = move |(_, byte): &(usize, &u8)| **byte | 0x20 == first;
    let is_word = |at: &usize| {
        name.get(*at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
    };
    name.iter().enumerate().filter(is_first).map(|(at, _)| at).filter(is_word)
}

/// Whether `name` holds `word` the way that people write words: a short one is not spelt in mixed
/// case, as it may be by chance in random text.
fn holds_word(name: &[u8], word: &[u8]) -> bool {
    let is_written = |at: usize| {
        let part = name.get(at..at + word.len()).unwrap_or_default();
        let rest = part.get(1..).unwrap_or_default();
        let goes_on = name.get(at + part.len()).is_some_and(u8::is_ascii_lowercase);
        let is_upper = part.iter().all(u8::is_ascii_uppercase) && !goes_on;
        part.len() > 4 || is_upper || rest.iter().all(u8::is_ascii_lowercase)
    };
    places(name, word).any(is_written)
}

/// The words of a name: what stands between signs, humps of camelCase and digits.
pub(super) fn words(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while name.get(at).is_some_and(|byte| !byte.is_ascii_alphabetic()) {
            at += 1;
        }
        let rest = name.get(at..).filter(|rest| !rest.is_empty())?;
        let mut length = 1;
        while let (Some(&last), Some(&byte)) = (rest.get(length - 1), rest.get(length)) {
            let is_hump = byte.is_ascii_uppercase()
                && (last.is_ascii_lowercase()
                    || rest.get(length + 1).is_some_and(u8::is_ascii_lowercase));
            if !byte.is_ascii_alphabetic() || is_hump {
                break;
            }
            length += 1;
        }
        at += length;
        rest.get(..length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_promise_what_their_words_say() {
        for (name, promises) in [
            ("DB_PASSWORD", Some(Promise::Password)),
            ("spring.datasource.password", Some(Promise::Password)),
            ("clientSecret", Some(Promise::Key)),
            ("x-api-key", Some(Promise::Key)),
            ("auth", Some(Promise::Weak)),
            ("password_field", None),
            ("passwordHint", None),
            ("tokenizer", None),
            ("token_type", None),
            ("public_key", None),
            ("secretId", None),
            ("password.encoder", None),
            ("--password-stdin", None),
            ("label.change-password", None),
            ("NextToken", None),
            ("lock-token", None),
            ("sonar.projectKey", None),
            ("8vPWdoG", Some(Promise::Weak)),
            ("adminPwd", Some(Promise::Password)),
        ] {
            assert_eq!(promise(name.as_bytes()), promises, "{name}");
        }
    }

    #[test]
    fn a_name_is_taken_whole() {
        let text = b"  --db-password=";
        let at = ByteSpan::new(7, 15);
        assert_eq!(span(text, at).map(|name| name.of(text)), Some(b"db-password".as_slice()));
    }
}
