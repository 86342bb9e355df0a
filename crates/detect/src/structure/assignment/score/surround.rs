//! What the text around a candidate says of it.

use tightlip_model::ByteSpan;

use super::super::name;
use super::features::Feature;
use super::see::{Candidate, is_one_of};

/// How far around a candidate its line is read.
const AROUND: usize = 240;
/// How long a line is that no person reads.
const LONG: usize = 200;

const TESTS: [&[u8]; 12] = [
    b"assert",
    b"expect",
    b"should",
    b"assertequal",
    b"equals",
    b"equal",
    b"test",
    b"mock",
    b"stub",
    b"verify",
    b"describe",
    b"it",
];
const EXAMPLES: [&[u8]; 8] =
    [b"example", b"examples", b"sample", b"demo", b"dummy", b"fake", b"foo", b"placeholder"];
const WRONGS: [&[u8]; 8] =
    [b"invalid", b"wrong", b"incorrect", b"bad", b"error", b"fail", b"fails", b"mismatch"];
const LABELS: [&[u8]; 18] = [
    b"label",
    b"title",
    b"placeholder",
    b"hint",
    b"translate",
    b"msgid",
    b"msgstr",
    b"type",
    b"field",
    b"description",
    b"input",
    b"required",
    b"autocomplete",
    b"schema",
    b"string",
    b"enum",
    b"i18n",
    b"help",
];
const USERS: [&[u8]; 16] = [
    b"user",
    b"username",
    b"login",
    b"email",
    b"host",
    b"hostname",
    b"server",
    b"port",
    b"database",
    b"dbname",
    b"url",
    b"account",
    b"client",
    b"uid",
    b"endpoint",
    b"domain",
];
const HASHES: [&[u8]; 8] =
    [b"sha1", b"sha256", b"sha512", b"md5", b"hash", b"hashed", b"checksum", b"integrity"];

/// Tells `see` what the line of the candidate and the lines beside it say.
pub(super) fn features(candidate: &Candidate<'_>, see: &mut impl FnMut(Feature)) {
    let text = candidate.text;
    let before = ByteSpan::new(candidate.name.start.saturating_sub(AROUND), candidate.name.start);
    let after = ByteSpan::new(candidate.value.span.end, candidate.value.span.end + AROUND);
    let (before, after) = (before.of(text), after.of(text));
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let lead = before.get(start..).unwrap_or_default();
    let tail = after.get(..memchr::memchr(b'\n', after).unwrap_or(after.len())).unwrap_or_default();
    if lead.len() + tail.len() > LONG {
        see(Feature::LineLong);
    }
    let trimmed = lead.trim_ascii_start();
    let marks: [&[u8]; 7] = [b"#", b"//", b"*", b"--", b"<!--", b";", b"/*"];
    if marks.iter().any(|mark| trimmed.starts_with(mark)) {
        see(Feature::InComment);
    }
    line_words(lead, tail, see);
    let above = before.get(..start.saturating_sub(1)).unwrap_or_default();
    let below = after.get(tail.len() + 1..).unwrap_or_default();
    neighbours(last_line(above), first_line(below), see);
}

fn line_words(lead: &[u8], tail: &[u8], see: &mut impl FnMut(Feature)) {
    let lists: [(&[&[u8]], Feature); 5] = [
        (&TESTS, Feature::LineTests),
        (&EXAMPLES, Feature::LineExample),
        (&WRONGS, Feature::LineWrong),
        (&LABELS, Feature::LineLabels),
        (&HASHES, Feature::LineHash),
    ];
    let mut is_seen = [false; 5];
    for word in name::words(lead).chain(name::words(tail)) {
        for ((list, _), seen) in lists.iter().zip(&mut is_seen) {
            *seen = *seen || is_one_of(word, list);
        }
    }
    for ((_, feature), seen) in lists.iter().zip(is_seen) {
        if seen {
            see(*feature);
        }
    }
    let is_user = |text| name::words(text).any(|word| is_one_of(word, &USERS));
    if is_user(lead) || is_user(tail) {
        see(Feature::LineUser);
    }
}

fn neighbours(above: &[u8], below: &[u8], see: &mut impl FnMut(Feature)) {
    if is_prose(above) || is_prose(below) {
        see(Feature::NearProse);
    }
}

fn last_line(text: &[u8]) -> &[u8] {
    text.rsplit(|byte| *byte == b'\n').next().unwrap_or_default()
}

fn first_line(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// Whether a line gives a text to read: three words or more in quotes, or behind a sign.
fn is_prose(line: &[u8]) -> bool {
    let Some(at) = line.iter().position(|byte| b"=:>".contains(byte)) else { return false };
    let value = line.get(at + 1..).unwrap_or_default().trim_ascii();
    let value = value.strip_prefix(b">").unwrap_or(value).trim_ascii_start();
    let quote = value.first().copied().filter(|byte| b"\"'`".contains(byte));
    let Some(quote) = quote else { return false };
    let inside = value.get(1..).unwrap_or_default();
    let inside = inside.split(|byte| *byte == quote).next().unwrap_or_default();
    let is_word = |word: &&[u8]| {
        word.len() >= 2 && word.iter().all(|b| b.is_ascii_alphabetic() || *b >= 0x80)
    };
    inside.split(|byte| *byte == b' ').filter(is_word).count() >= 3
}
