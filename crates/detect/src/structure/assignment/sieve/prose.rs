//! Texts to read: sentences, labels and translations, in any language and however they are escaped.

use super::super::name;
use super::super::syntax::Style;
use crate::structure::letters::Reading;

/// Whether a value is a text that people read. A literal of a few words may be a passphrase.
pub(super) fn is_text(value: &[u8], style: Style) -> bool {
    is_sentence(value, style)
        || is_label(value, style)
        || is_escaped(value)
        || is_crowdin(value)
        || is_foreign(value)
}

fn is_sentence(value: &[u8], style: Style) -> bool {
    let blanks = value.iter().filter(|byte| byte.is_ascii_whitespace()).count();
    let is_sentence = value.last().is_some_and(|byte| b".:,?".contains(byte))
        || value.first().is_some_and(u8::is_ascii_uppercase);
    blanks > 7
        || blanks >= 1
            && (!is_literal(style) || is_sentence)
            && Reading::of(value).odd_percent() < 40
        || blanks >= 2 && !is_literal(style)
        || value.iter().any(|byte| *byte < b' ')
}

/// Whether a value is of words alone and begins like a label: `Promijeni lozinku`. How its letters
/// follow each other says nothing of a language that nobody counted.
fn is_label(value: &[u8], style: Style) -> bool {
    let whole = value;
    let value = value.strip_prefix(b"A ").unwrap_or(value);
    let words = || value.split(|byte| *byte == b' ');
    if !is_literal(style) || words().count() < 2 {
        return false;
    }
    if !value.is_ascii() {
        let others =
            value.iter().filter(|b| b.is_ascii_digit() || b.is_ascii_punctuation()).count();
        return others * 8 <= value.len();
    }
    let is_capital = whole.first().is_some_and(u8::is_ascii_uppercase);
    let is_plain = |word: &[u8]| {
        let word = word.strip_suffix(b".").or(word.strip_suffix(b"!")).unwrap_or(word);
        word.iter().all(u8::is_ascii_lowercase)
    };
    let skipped = usize::from(whole.len() == value.len());
    let tails = words().enumerate().map(|(at, word)| word.get(if at == 0 { skipped } else { 0 }..));
    is_capital && tails.flatten().all(|tail| !tail.is_empty() && is_plain(tail))
}

fn is_literal(style: Style) -> bool {
    matches!(style, Style::Quoted | Style::Argument | Style::Default)
}

/// Whether letters beyond ASCII are escaped in a value: `Chyb\\u00ed`, `&#36890;`, `=20and=3D`.
fn is_escaped(value: &[u8]) -> bool {
    let is_wide = |at: usize| {
        let code = value.get(at + 2..at + 6).and_then(|code| std::str::from_utf8(code).ok());
        code.and_then(|code| u32::from_str_radix(code, 16).ok()).is_some_and(|code| code >= 0x80)
    };
    let is_entity = |at: usize| {
        let digits = value.get(at + 2..).unwrap_or_default();
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        count >= 3 && digits.get(count).is_none_or(|byte| *byte == b';')
    };
    let holds = |mark: &[u8]| memchr::memmem::find(value, mark).is_some();
    memchr::memmem::find_iter(value, b"\\u").any(is_wide)
        || memchr::memmem::find_iter(value, b"&#").any(is_entity)
        || holds(b"=20")
        || holds(b"=3D")
}

/// Parts of words that say password in other languages.
const ABROAD: [&[u8]; 10] = [
    b"passwort",
    b"kennwort",
    b"contrasen",
    b"wachtwoord",
    b"losenord",
    b"adgangskode",
    b"kodeord",
    b"salasana",
    b"passord",
    b"autentis",
];

/// Whether a value is a longer word with one for a password in it: `Wachtwoordbevestiging`.
fn is_foreign(value: &[u8]) -> bool {
    let is_word = value.iter().all(u8::is_ascii_alphabetic);
    is_word && ABROAD.iter().any(|word| value.len() > word.len() + 3 && name::holds(value, word))
}

/// Whether a value holds the place of a translation, as Crowdin writes it: `crwdns71:0crwdne71:0`.
fn is_crowdin(value: &[u8]) -> bool {
    value.starts_with(b"crwdns") && memchr::memmem::find(value, b"crwdne").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_language_are_told_from_passphrases() {
        for text in [
            "Promijeni lozinku",
            "A jelszavak nem egyeznek",
            "Lozinke se ne podudaraju.",
            "Sai tên đăng nhập/mật khẩu.",
            "İki adımlı Kimlik Doğrulama",
            "Удалить 2FA с вашего аккаунта",
            r"Chyb\u00ed",
            "&#22269;&#x98;",
            "crwdns71:0crwdne71:0",
            "Wachtwoordbevestiging",
        ] {
            assert!(is_text(text.as_bytes(), Style::Quoted), "{text}");
        }
        for text in ["correct horse 42 battery", "Zomer2024!", "пароль123", r"a\u003db", "q8&#4T"]
        {
            assert!(!is_text(text.as_bytes(), Style::Quoted), "{text}");
        }
    }
}
