//! Assignments: a name that promises a secret, and the value it is given, in any language.
//!
//! Owns: joining what [`name`], [`syntax`] and [`judge`] say. The value's own form proves nothing
//! here; whatever has one is found by a better rule.

mod judge;
mod name;
mod syntax;

use tightlip_model::Proof;

use super::{Found, Site, Structure};

/// The most bytes looked at on either side of an anchor: a name, blanks and a value.
const REACH: usize = 1024;

pub(super) const STRUCTURE: Structure = Structure { name: "assignment", read, reach: REACH };

fn read(site: &Site<'_>) -> Option<Found> {
    let name = name::span(site.text, site.anchor)?;
    site.charge(name.len());
    let value = syntax::value(site.text, name)?;
    site.charge(value.span.end - name.end);
    let promise = name::promise(name.of(site.text))?;
    let secret = value.span.of(site.text);
    if secret.eq_ignore_ascii_case(name.of(site.text)) {
        return None;
    }
    let (confidence, reason) = judge::grade(promise, value.style, secret)?;
    let name = String::from_utf8_lossy(name.of(site.text)).into_owned();
    let found = Found::at(value.span, Proof::Context).because(reason, confidence);
    Some(found.because(&format!("it is the value of `{name}`"), confidence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tightlip_model::ByteSpan;

    fn find(text: &str, anchor: &str) -> Option<String> {
        let at = text.to_lowercase().find(anchor).expect("every text has the anchor");
        let span = ByteSpan::new(at, at + anchor.len());
        let found = read(&Site::new(text.as_bytes(), span))?;
        Some(String::from_utf8_lossy(found.span.of(text.as_bytes())).into_owned())
    }

    #[test]
    fn a_named_secret_is_found() {
        for text in [
            "DB_PASSWORD=q8Zr4TnB1x\n",
            "db.password = q8Zr4TnB1x",
            "const dbPassword = 'q8Zr4TnB1x';",
            "  \"password\" : \"q8Zr4TnB1x\",",
        ] {
            assert_eq!(find(text, "password"), Some("q8Zr4TnB1x".to_owned()), "{text}");
        }
    }

    #[test]
    fn names_about_secrets_and_code_are_left_alone() {
        for text in [
            "password_field = 'q8Zr4TnB1x'",
            "password = getpass.getpass()",
            "self.password = password",
            "password: str = None",
            "passwordInput = 'q8Zr4TnB1x'",
        ] {
            assert_eq!(find(text, "password"), None, "{text}");
        }
    }
}
