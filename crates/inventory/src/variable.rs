//! The name a secret is stored under: the variable, key or parameter that its line gives it.

use tightlip_model::Excerpt;

/// Names longer than this are no names, in bytes.
const LONGEST: usize = 80;

/// The name that the line of `excerpt` gives its secret: what stands before the last `=`, `:`, `=>`
/// or `(` in front of it, or the XML element around it.
#[must_use]
pub(crate) fn of(excerpt: &Excerpt) -> Option<String> {
    let before = before_address(excerpt.text.get(..excerpt.start)?);
    let before = before.trim_end_matches(|c: char| "\"'`{[ \t".contains(c));
    if let Some(rest) = before.strip_suffix('>')
        && !rest.ends_with('=')
    {
        let element = rest.rsplit('<').next()?;
        return name(element.split_whitespace().next()?);
    }
    let mut rest = before;
    // A header or a URL stands between the name and the secret: `Authorization: Bearer …`.
    for _ in 0..2 {
        let cut = rest.trim_end_matches(|c: char| "=:>(?~|,".contains(c));
        let is_assigned = cut.len() < rest.len();
        let cut = cut.trim_end_matches(|c: char| "\"'`]) \t".contains(c));
        if is_assigned {
            let start = cut.rfind(|c: char| !is_name(c)).map_or(0, |at| at + width(cut, at));
            return name(cut.get(start..)?);
        }
        let start = cut.rfind([' ', '\t'])?;
        rest = cut.get(..start)?.trim_end();
    }
    None
}

/// The text without an address whose login it ends in: what names the address names its password.
fn before_address(text: &str) -> &str {
    let Some(at) = text.rfind("://") else { return text };
    let is_login = |c: char| !c.is_whitespace() && !"/?#&\"'`<>".contains(c);
    if !text.get(at + 3..).is_some_and(|login| login.chars().all(is_login)) {
        return text;
    }
    let address = text.get(..at).unwrap_or(text);
    address.trim_end_matches(|c: char| c.is_alphanumeric() || "+-.:".contains(c))
}

fn width(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn name(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| matches!(c, '-' | '.'));
    let is_word = text.chars().any(char::is_alphabetic) && text.len() <= LONGEST;
    (is_word && text.chars().all(is_name)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_in(line: &str) -> Option<String> {
        let start = line.find("****").unwrap();
        of(&Excerpt { text: line.to_owned(), start, end: line.len() })
    }

    #[test]
    fn assignments_of_many_languages_name_their_secret() {
        for line in [
            "STRIPE_KEY=****",
            "export STRIPE_KEY='****'",
            "  STRIPE_KEY: \"****\"",
            "{\"STRIPE_KEY\": \"****\"}",
            "'STRIPE_KEY' => '****',",
            "STRIPE_KEY := `****`",
            "<STRIPE_KEY>****</STRIPE_KEY>",
            "os.environ[\"STRIPE_KEY\"] = \"****\"",
            "--STRIPE_KEY=****",
        ] {
            assert_eq!(name_in(line).as_deref(), Some("STRIPE_KEY"), "{line}");
        }
    }

    #[test]
    fn a_header_or_address_names_the_secret_it_carries() {
        assert_eq!(name_in("Authorization: Bearer ****").as_deref(), Some("Authorization"));
        let address = "DATABASE_URL=\"postgres://shop:****@db/shop\"";
        assert_eq!(name_in(address).as_deref(), Some("DATABASE_URL"));
        assert_eq!(name_in("url: jdbc:mysql://root:****@db").as_deref(), Some("url"));
        assert_eq!(name_in("x https://a.example/?key=****").as_deref(), Some("key"));
        assert_eq!(name_in("client.login(****").as_deref(), Some("client.login"));
    }

    #[test]
    fn a_secret_in_running_text_has_no_name() {
        assert_eq!(name_in("****"), None);
        assert_eq!(name_in("see **** there"), None);
    }
}
