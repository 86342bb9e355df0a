//! Seeing the features of a candidate: its name, the way it is written, its value and the text around.

use tightlip_model::ByteSpan;

use super::super::name::{self, Promise};
use super::super::syntax::{Style, Value};
use super::features::Feature;
use super::{shape, surround};

/// A value that a name is given.
#[derive(Debug, Clone, Copy)]
pub(in crate::structure) struct Candidate<'t> {
    pub(in crate::structure) text: &'t [u8],
    pub(in crate::structure) name: ByteSpan,
    pub(in crate::structure) promise: Promise,
    pub(in crate::structure) value: Value,
}

/// Tells `see` each feature of a candidate, once.
pub(super) fn features(candidate: &Candidate<'_>, see: &mut impl FnMut(Feature)) {
    see(Feature::Bias);
    of_name(candidate, see);
    see(of_style(candidate.value.style));
    shape::features(candidate.value.span.of(candidate.text), see);
    of_both(candidate, see);
    surround::features(candidate, see);
}

fn of_style(style: Style) -> Feature {
    match style {
        Style::Quoted => Feature::StyleQuoted,
        Style::Tight => Feature::StyleTight,
        Style::Loose => Feature::StyleLoose,
        Style::Element => Feature::StyleElement,
        Style::Option => Feature::StyleOption,
        Style::Listed => Feature::StyleListed,
        Style::Argument => Feature::StyleArgument,
        Style::Default => Feature::StyleDefault,
        Style::Compared => Feature::StyleCompared,
        Style::Item | Style::About => Feature::StyleItem,
        Style::Numbers => Feature::StyleNumbers,
        Style::Flow => Feature::StyleFlow,
        Style::Prose => Feature::StyleProse,
        Style::Cell => Feature::StyleCell,
    }
}

/// Words of names that say what the secret opens.
const PLACES: [&[u8]; 26] = [
    b"db",
    b"database",
    b"root",
    b"admin",
    b"mysql",
    b"postgres",
    b"pg",
    b"redis",
    b"mongo",
    b"smtp",
    b"mail",
    b"email",
    b"ftp",
    b"ssh",
    b"ldap",
    b"aws",
    b"proxy",
    b"keystore",
    b"truststore",
    b"jdbc",
    b"rabbitmq",
    b"sql",
    b"datasource",
    b"wifi",
    b"prod",
    b"master",
];
/// Words that say that a thing is made up.
pub(super) const MADE: [&[u8]; 16] = [
    b"test",
    b"tests",
    b"testing",
    b"example",
    b"sample",
    b"dummy",
    b"mock",
    b"fake",
    b"foo",
    b"expected",
    b"invalid",
    b"wrong",
    b"bad",
    b"stub",
    b"fixture",
    b"incorrect",
];
const REPEATS: [&[u8]; 8] =
    [b"new", b"old", b"current", b"confirm", b"confirmation", b"repeat", b"confirmed", b"retype"];

fn of_name(candidate: &Candidate<'_>, see: &mut impl FnMut(Feature)) {
    let name = candidate.name.of(candidate.text);
    let has = |list: &[&[u8]]| name::words(name).any(|word| is_one_of(word, list));
    let mut when = |is: bool, feature: Feature| {
        if is {
            see(feature);
        }
    };
    when(name::words(name).count() <= 1, Feature::NameAlone);
    let is_upper = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    when(name.iter().all(is_upper), Feature::NameUpper);
    when(has(&MADE), Feature::NameMade);
    when(has(&PLACES), Feature::NamePlace);
    when(name.last().is_some_and(u8::is_ascii_digit), Feature::NameNumbered);
    when(has(&REPEATS), Feature::NameRepeat);
    let after = candidate.text.get(candidate.name.end);
    when(after.is_some_and(|byte| b"\"'`\\".contains(byte)), Feature::NameQuoted);
    if candidate.promise != Promise::Password {
        see(kind(name));
    }
}

/// What kind of secret a name promises that is no password.
fn kind(name: &[u8]) -> Feature {
    let holds = |word: &[u8]| name::holds(name, word);
    let has = |one: &[u8]| name::words(name).any(|word| word.eq_ignore_ascii_case(one));
    if holds(b"nonce") {
        Feature::NameNonce
    } else if holds(b"salt") || has(b"seed") || has(b"iv") {
        Feature::NameSalt
    } else if holds(b"secret") {
        Feature::NameSecret
    } else if holds(b"session") || holds(b"cookie") || has(b"sid") {
        Feature::NameSession
    } else if holds(b"token") {
        Feature::NameToken
    } else if holds(b"apikey") || holds(b"api_key") || holds(b"api-key") {
        Feature::NameApiKey
    } else if holds(b"credential") || holds(b"cred") {
        Feature::NameCredential
    } else if has(b"key") && name::words(name).count() <= 1 {
        Feature::NameBareKey
    } else if holds(b"key") {
        Feature::NameOtherKey
    } else if holds(b"auth") {
        Feature::NameAuth
    } else {
        Feature::NameForm
    }
}

/// What only name and value together show, and what follows the value.
fn of_both(candidate: &Candidate<'_>, see: &mut impl FnMut(Feature)) {
    let (name, value) =
        (candidate.name.of(candidate.text), candidate.value.span.of(candidate.text));
    if value.len() >= 4 && name::holds(name, value) {
        see(Feature::InName);
    }
    let after =
        ByteSpan::new(candidate.value.span.end, candidate.value.span.end + 8).of(candidate.text);
    let rest = after.iter().skip_while(|byte| b"\"'`\\ ".contains(byte)).take(2);
    let mut rest = rest.copied();
    let is_quoted = !candidate.value.style.is_bare();
    match rest.next() {
        Some(b'+' | b'%') if is_quoted => see(Feature::RunsOn),
        Some(b'.') if is_quoted && rest.next().is_some_and(|b| b == b' ' || b == b'$') => {
            see(Feature::RunsOn);
        }
        _ => {}
    }
}

/// Whether `word` is one of `list`, whatever its case.
pub(super) fn is_one_of(word: &[u8], list: &[&[u8]]) -> bool {
    list.iter().any(|one| word.eq_ignore_ascii_case(one))
}
