//! Whose a secret is that only its name gave away, when no rule of words knows the name's spelling or the
//! way it is given its value.
//!
//! Rules of words spell theirs `acme_api`. A setting may be called `acmeApi`, `acme-api`, `acme.api` or
//! `Acme API` as well; anchors for all of these would cost every scan, so that a name is spelled anew
//! only once a generic rule has found its value. That rule also knows more of the grammars in which a
//! name is given a value.
//!
//! Owns: the spelling, and asking the rules again. Leaves to others: whether it is a secret.

use tightlip_model::{ByteSpan, Confidence, Match, NAMED};
use tightlip_rules::Form;

use crate::Scanner;
use crate::scratch::Scratch;

/// The most bytes between the start of a name and its value.
const REACH: usize = 160;
/// The most bytes of the words before a name of one word.
const PHRASE: usize = 48;

/// Gives each secret that a generic rule found by its name to the provider whose rule finds it by the
/// same name in the rules' own spelling.
pub(crate) fn attribute(scanner: &Scanner, text: &[u8], scratch: &mut Scratch) {
    let mut found = std::mem::take(&mut scratch.found);
    for one in &mut found {
        let rule = scanner.rules().get(one.rule);
        if rule.is_some_and(|rule| rule.is_generic())
            && let Some(spelled) = spelled(text, one)
            && let Some((word, theirs)) = ask(scanner, &spelled, one.secret.reveal(), scratch)
        {
            one.evidence.push(format!("`{word}` in that name tells whose it is"));
            (one.rule, one.proof) = (theirs.rule, theirs.proof);
            (one.confidence, one.severity) = (theirs.confidence, theirs.severity);
            one.decoded = theirs.decoded;
        }
    }
    scratch.found = found;
}

/// The name of the secret as rules spell names; `None` if it is a single word.
fn spelled(text: &[u8], one: &Match) -> Option<Vec<u8>> {
    let name = one.evidence.first()?.strip_prefix(NAMED)?.trim_matches('`').as_bytes();
    let is_word = name.iter().all(u8::is_ascii_alphabetic);
    let is_plain = is_word && one.transforms.is_empty();
    let spelled = snake(if is_plain { phrase(text, one.span, name) } else { name });
    spelled.contains(&b'_').then_some(spelled)
}

/// The name with the words before it on its line.
fn phrase<'t>(text: &'t [u8], secret: ByteSpan, name: &'t [u8]) -> &'t [u8] {
    let before = ByteSpan::new(secret.start.saturating_sub(REACH), secret.start).of(text);
    let Some(at) = memchr::memmem::rfind(before, name) else { return name };
    let is_phrase = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b' ';
    let lead = before.get(..at).unwrap_or_default().iter().rev();
    let lead = lead.take(PHRASE).take_while(is_phrase).count();
    before.get(at - lead..at + name.len()).unwrap_or(name)
}

/// `acmeAPIKey`, `acme.api-key` and `Acme API key` as `acme_api_key`.
fn snake(name: &[u8]) -> Vec<u8> {
    let mut spelled = Vec::with_capacity(name.len() + 8);
    for (at, &byte) in name.iter().enumerate() {
        let is_sign = !byte.is_ascii_alphanumeric();
        if (is_sign || is_hump(name, at)) && spelled.last().is_some_and(|last| *last != b'_') {
            spelled.push(b'_');
        }
        spelled.extend((!is_sign).then(|| byte.to_ascii_lowercase()));
    }
    spelled
}

/// Whether a word of camelCase begins at `at`.
fn is_hump(name: &[u8], at: usize) -> bool {
    let is_lower = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_lowercase);
    let before = at.checked_sub(1).and_then(|at| name.get(at));
    name.get(at).is_some_and(u8::is_ascii_uppercase)
        && (is_lower(before) || is_lower(name.get(at + 1)))
}

/// The word and the match of the rule that finds `secret` under this name.
fn ask(
    scanner: &Scanner,
    name: &[u8],
    secret: &[u8],
    scratch: &mut Scratch,
) -> Option<(String, Match)> {
    let text = [name, b"=\"", secret, b"\"\n"].concat();
    let value = ByteSpan::new(name.len() + 2, name.len() + 2 + secret.len());
    let found = scanner.search_named(&text, value, scratch)?;
    let form = scanner.rules().get(found.rule)?.form();
    let is_theirs = matches!(form, Form::Words { .. }) && found.confidence > Confidence::Low;
    let word = found.evidence.iter().find_map(|one| one.split('`').nth(1))?.to_owned();
    is_theirs.then_some((word, found))
}

#[cfg(test)]
mod tests {
    use tightlip_rules::builtin;

    use super::*;

    #[test]
    fn a_name_is_spelled_with_underscores() {
        for (name, spelled) in [
            ("acmeApiKey", "acme_api_key"),
            ("AcmeAPIKey", "acme_api_key"),
            ("acme.api-key", "acme_api_key"),
            ("Acme API key", "acme_api_key"),
            ("auth0ClientSecret", "auth0_client_secret"),
            ("N8NEncryptionKey", "n8n_encryption_key"),
            ("ACME__API_KEY", "acme_api_key"),
        ] {
            assert_eq!(snake(name.as_bytes()), spelled.as_bytes(), "{name}");
        }
    }

    #[test]
    fn a_secret_is_its_providers_however_its_name_is_spelled() {
        let scanner = Scanner::new(builtin()).expect("the built-in rules are sound");
        let value = "7c1f0a9e3b5d4826".chars().rev().chain("f0e1c2d4a7b59683".chars());
        let value: String = value.collect();
        for line in [
            format!("FOSSA_API_KEY={value}\n"),
            format!("const fossaApiKey = \"{value}\";\n"),
            format!("fossa.api.key={value}\n"),
            format!("fossa-api-key: {value}\n"),
            format!("- Fossa API key: {value}\n"),
            format!(
                "variable \"fossa_api_key\" {{\n  type = string\n  default = \"{value}\"\n}}\n"
            ),
        ] {
            let (mut scratch, mut found) = (Scratch::new(), Vec::new());
            scanner.scan(line.as_bytes(), ByteSpan::new(0, line.len()), &mut scratch, &mut found);
            let rules = found.iter().filter_map(|one| scanner.rules().get(one.rule));
            let rules: Vec<&str> = rules.map(|rule| rule.id()).collect();
            assert_eq!(rules, ["fossa-api-key"], "{line}");
        }
    }
}
