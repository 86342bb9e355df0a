//! Names of what is about a secret rather than one: its length, its place, a mark in an answer.

use super::{holds, is_one_of};

/// Ends of names whose value is about a secret rather than being one.
const HARMLESS_ENDS: [&[u8]; 94] = [
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
    b"mgr",
    b"vars",
    b"utc",
    b"realm",
    b"spec",
    b"startswith",
    b"endswith",
    b"contains",
    b"isnull",
    b"h",
    b"stdin",
];

/// Words in a name that make it harmless wherever they stand.
const HARMLESS_PARTS: [&[u8]; 34] = [
    b"expire",
    b"primary",
    b"foreign",
    b"keyboard",
    b"keyword",
    b"tokeniz",
    b"public",
    b"csrftoken",
    b"csrf_token",
    b"csrf-token",
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
    b"onepass",
    b"multipass",
    b"minipass",
    b"websocket",
    b"askpass",
    b"rspauth",
    b"one_time_p",
    b"onetimep",
    b"one-time-p",
];

/// Ends of names, whatever stands between their words, of keys that name a thing and of tokens that
/// mark a place in an answer.
const MARKER_ENDS: [&[u8]; 24] = [
    b"projectkey",
    b"rulekey",
    b"sortkey",
    b"hashkey",
    b"partitionkey",
    b"rangekey",
    b"cachekey",
    b"routingkey",
    b"indexkey",
    b"nexttoken",
    b"nextforwardtoken",
    b"nextbackwardtoken",
    b"pagetoken",
    b"paginationtoken",
    b"continuationtoken",
    b"locktoken",
    b"idempotencytoken",
    b"changetoken",
    b"sequencetoken",
    b"statustoken",
    b"requesttoken",
    b"updatetoken",
    b"organizationkey",
    b"groupkey",
];

/// What a dotted name of a text begins with: `label.password`.
const TEXTS: [&[u8]; 10] = [
    b"label",
    b"labels",
    b"title",
    b"message",
    b"messages",
    b"error",
    b"errors",
    b"placeholder",
    b"tooltip",
    b"button",
];

/// Keys of a map that say what a thing is.
const ABOUT: [&[u8]; 22] = [
    b"version",
    b"resolved",
    b"integrity",
    b"shape",
    b"cwd",
    b"location",
    b"documentation",
    b"license",
    b"engines",
    b"node",
    b"href",
    b"id",
    b"kind",
    b"locationname",
    b"enum",
    b"host",
    b"user",
    b"username",
    b"email",
    b"class",
    b"style",
    b"on",
];

/// Whether what is called `name`, of which `last` counts, is no secret whatever it looks like.
pub(super) fn is_harmless(name: &[u8], last: &[u8]) -> bool {
    let owner = name.split(|byte| *byte == b'.').next().filter(|owner| owner.len() < name.len());
    HARMLESS_PARTS.iter().any(|part| holds(last, part))
        || is_harmless_end(last)
        || MARKER_ENDS.iter().any(|end| ends_in(last, end))
        || owner.is_some_and(|owner| is_one_of(owner, &TEXTS))
}

/// Whether the key of a map says what a thing is rather than what opens it.
pub(in crate::structure::assignment) fn is_about(key: &[u8]) -> bool {
    is_one_of(key, &ABOUT) || is_harmless_end(key)
}

/// Whether `name`, without the signs between its words, ends in `end`.
fn ends_in(name: &[u8], end: &[u8]) -> bool {
    let is_sign = |byte: &&u8| matches!(byte, b'_' | b'-');
    let letters = name.iter().rev().filter(|byte| !is_sign(byte)).map(u8::to_ascii_lowercase);
    letters.take(end.len()).eq(end.iter().rev().copied())
}

/// Whether the last word of a name says that the value is about the secret.
fn is_harmless_end(name: &[u8]) -> bool {
    let ends = |end: &[u8]| {
        let Some(start) = name.len().checked_sub(end.len()) else { return false };
        let is_joined = start == 0
            || name.get(start - 1).is_some_and(|byte| matches!(byte, b'_' | b'-' | b'.'))
            || name.get(start).is_some_and(u8::is_ascii_uppercase);
        is_joined && name.get(start..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    HARMLESS_ENDS.iter().any(|end| ends(end)) || is_identity(name)
}

/// `token_id`, `secretId`, `keyIds`: but `client_id` beside a secret is another rule's affair.
fn is_identity(name: &[u8]) -> bool {
    let ends: [&[u8]; 7] = [b"_id", b"-id", b"Id", b"ID", b"_ids", b"Ids", b"_no"];
    let is_role = name.len() >= 9
        && name.get(name.len() - 9..).is_some_and(|end| end.eq_ignore_ascii_case(b"secret_id"));
    !is_role && ends.iter().any(|end| name.ends_with(end))
}
