//! What the name of a variable, setting or field promises of its value.

use tightlip_model::ByteSpan;

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
const PASSWORDS: [&[u8]; 10] = [
    b"password",
    b"passwd",
    b"passphrase",
    b"pwd",
    b"passwort",
    b"pswd",
    b"pass",
    b"psw",
    b"userpass",
    b"dbpass",
];

/// Parts of names that hold a token or key.
const KEYS: [&[u8]; 17] = [
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
    b"secret_key",
    b"encryption_key",
    b"encryptionkey",
    b"signing_key",
    b"master_key",
    b"jwt",
];

/// Ends of names whose value is about a secret rather than being one.
const HARMLESS_ENDS: [&[u8]; 83] = [
    b"fingerprint",
    b"checksum",
    b"digest",
    b"encryption",
    b"name",
    b"names",
    b"file",
    b"filename",
    b"path",
    b"dir",
    b"url",
    b"uri",
    b"endpoint",
    b"type",
    b"types",
    b"field",
    b"fields",
    b"length",
    b"len",
    b"size",
    b"count",
    b"policy",
    b"regex",
    b"pattern",
    b"format",
    b"label",
    b"title",
    b"text",
    b"message",
    b"msg",
    b"hint",
    b"error",
    b"errors",
    b"placeholder",
    b"prompt",
    b"description",
    b"desc",
    b"header",
    b"param",
    b"params",
    b"parameter",
    b"prefix",
    b"suffix",
    b"expiry",
    b"expires",
    b"expiration",
    b"expired",
    b"ttl",
    b"age",
    b"lifetime",
    b"timeout",
    b"version",
    b"algorithm",
    b"method",
    b"provider",
    b"class",
    b"handler",
    b"service",
    b"manager",
    b"store",
    b"index",
    b"ref",
    b"env",
    b"var",
    b"encoder",
    b"strategy",
    b"column",
    b"input",
    b"view",
    b"status",
    b"usage",
    b"scope",
    b"cb",
    b"callback",
    b"func",
    b"protected",
    b"required",
    b"enabled",
    b"valid",
    b"changed",
    b"ed",
    b"max",
    b"sender",
];

/// Words in a name that make it harmless wherever they stand.
const HARMLESS_PARTS: [&[u8]; 18] = [
    b"tokeniz",
    b"public",
    b"csrf",
    b"reset",
    b"forgot",
    b"change_p",
    b"authoriz",
    b"author_",
    b"secretar",
    b"passthrough",
    b"compass",
    b"bypass",
    b"passenger",
    b"encoder",
    b"hashed",
    b"pwdhash",
    b"passwordhash",
    b"password_hash",
];

/// The name that an anchor is part of.
pub(super) fn span(text: &[u8], anchor: ByteSpan) -> Option<ByteSpan> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let before = ByteSpan::new(anchor.start.saturating_sub(LONGEST), anchor.start).of(text);
    let after = ByteSpan::new(anchor.end, anchor.end + LONGEST).of(text);
    let left = before.iter().rev().take_while(is_name).count();
    let right = after.iter().take_while(is_name).count();
    let name = ByteSpan::new(anchor.start - left, anchor.end + right);
    let lead = name.of(text).iter().take_while(|byte| matches!(byte, b'-' | b'.')).count();
    let tail = name.of(text).iter().rev().take_while(|byte| matches!(byte, b'-' | b'.')).count();
    (name.len() < LONGEST).then(|| ByteSpan::new(name.start + lead, name.end - tail))
}

/// What `name` promises; `None` when its value is no secret whatever it looks like.
pub(super) fn promise(name: &[u8]) -> Option<Promise> {
    let last = name.rsplit(|byte| *byte == b'.').next()?;
    let lower = last.to_ascii_lowercase();
    let holds = |word: &[u8]| memchr::memmem::find(&lower, word).is_some();
    if HARMLESS_PARTS.iter().any(|part| holds(part)) || is_harmless_end(last, &lower) {
        return None;
    }
    if PASSWORDS.iter().any(|word| holds(word)) {
        return Some(Promise::Password);
    }
    Some(if KEYS.iter().any(|word| holds(word)) { Promise::Key } else { Promise::Weak })
}

/// Whether the last word of a name says that the value is about the secret.
fn is_harmless_end(name: &[u8], lower: &[u8]) -> bool {
    let ends = |end: &[u8]| {
        let Some(start) = lower.len().checked_sub(end.len()) else { return false };
        let is_joined = start == 0
            || name.get(start - 1).is_some_and(|byte| matches!(byte, b'_' | b'-'))
            || name.get(start).is_some_and(u8::is_ascii_uppercase);
        is_joined && lower.ends_with(end)
    };
    HARMLESS_ENDS.iter().any(|end| ends(end)) || is_identity(name)
}

/// `token_id`, `secretId`, `keyIds`: but `client_id` beside a secret is another rule's affair.
fn is_identity(name: &[u8]) -> bool {
    let ends: [&[u8]; 7] = [b"_id", b"-id", b"Id", b"ID", b"_ids", b"Ids", b"_no"];
    ends.iter().any(|end| name.ends_with(end))
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
