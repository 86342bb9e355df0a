//! Connection strings: `Server=…;User Id=…;Password=…;`, `AccountName=…;AccountKey=…`.

use tightlip_model::{ByteSpan, Proof};

use super::value;
use super::{Found, Site, Structure};

/// How far the other settings of the string may stand from the password.
const AROUND: usize = 400;
/// The longest value.
const LONGEST: usize = 512;

pub(super) const STRUCTURE: Structure =
    Structure { name: "connection-string", read, reach: AROUND + LONGEST };

/// Settings that make a list of settings a connection string, and the fact each one tells.
const SETTINGS: [(&str, &str); 18] = [
    ("server", "host"),
    ("data source", "host"),
    ("datasource", "host"),
    ("host", "host"),
    ("hostname", "host"),
    ("address", "host"),
    ("addr", "host"),
    ("endpoint", "host"),
    ("dsn", "host"),
    ("user id", "user"),
    ("userid", "user"),
    ("uid", "user"),
    ("user", "user"),
    ("username", "user"),
    ("accountname", "account"),
    ("sharedaccesskeyname", "user"),
    ("database", "database"),
    ("initial catalog", "database"),
];

fn read(site: &Site<'_>) -> Option<Found> {
    let start = value_start(site)?;
    let rest = site.from(start, LONGEST + 1);
    let quote = rest.first().copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'{'));
    let skip = usize::from(quote.is_some());
    let length = rest.get(skip..)?.iter().take_while(|byte| !ends_value(**byte)).count();
    site.charge(length);
    let span = ByteSpan::new(start + skip, start + skip + length);
    let secret = span.of(site.text);
    let is_code = quote.is_none() && matches!(secret.last(), Some(b')' | b',' | b']'));
    if length == 0 || length >= LONGEST || is_code || skip > 0 && secret.starts_with(b"{") {
        return None;
    }
    let facts = settings(site, span);
    if facts.is_empty() {
        return None;
    }
    let mut found = Found::at(span, Proof::Form).graded(value::worth(secret)?);
    for (name, value) in facts {
        found = found.fact(name, value);
    }
    Some(found)
}

/// Where the value begins: after the equals sign that ends the anchor or follows it. What stands
/// before the name must be the end of another setting, or the quote that opens the string.
fn value_start(site: &Site<'_>) -> Option<usize> {
    let before = site.before(site.anchor.start, 40);
    let last = before.iter().rev().find(|byte| **byte != b' ');
    let opens = last.is_none_or(|byte| b";\"'`>{:&".contains(byte) || byte.is_ascii_whitespace());
    let anchor = site.anchor.of(site.text);
    if anchor.ends_with(b"=") {
        return opens.then_some(site.anchor.end);
    }
    let rest = site.from(site.anchor.end, 4);
    let sign = rest.iter().position(|byte| *byte != b' ').filter(|at| rest[*at] == b'=')?;
    opens.then_some(site.anchor.end + sign + 1)
}

fn ends_value(byte: u8) -> bool {
    matches!(byte, b';' | b'"' | b'\'' | b'`' | b'<' | b'\r' | b'\n' | b'}' | b'&' | b'\\')
}

/// The other settings of the string: each fact once, from what stands around on the same line.
fn settings<'t>(site: &Site<'t>, value: ByteSpan) -> Vec<(&'static str, &'t [u8])> {
    let before = site.before(site.anchor.start, AROUND);
    let line = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let before = before.get(line..).unwrap_or_default();
    let after = site.from(value.end, AROUND);
    let after = after.split(|byte| *byte == b'\n').next().unwrap_or_default();
    site.charge(before.len() + after.len());
    let mut facts: Vec<(&str, &[u8])> = Vec::new();
    for part in [before, after] {
        for setting in part.split(|byte| b";\"'`".contains(byte)) {
            if let Some((fact, value)) = fact_of(setting)
                && facts.iter().all(|(known, _)| *known != fact)
            {
                facts.push((fact, value));
            }
        }
    }
    facts
}

fn fact_of(setting: &[u8]) -> Option<(&'static str, &[u8])> {
    let at = memchr::memchr(b'=', setting)?;
    let (name, value) = (setting.get(..at)?.trim_ascii(), setting.get(at + 1..)?.trim_ascii());
    let is = |(known, _): &&(&str, &str)| name.eq_ignore_ascii_case(known.as_bytes());
    let (_, fact) = SETTINGS.iter().find(is)?;
    (!value.is_empty()).then_some((fact, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str, anchor: &str) -> Option<(String, Vec<(String, String)>)> {
        let at = text.to_lowercase().find(anchor).expect("every text has the anchor");
        let site = Site::new(text.as_bytes(), (at..at + anchor.len()).into());
        let found = read(&site)?;
        let secret = String::from_utf8_lossy(found.span.of(text.as_bytes())).into_owned();
        Some((secret, found.facts))
    }

    fn fact(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn the_password_and_what_it_opens_are_read() {
        let text = "\"Server=db1,1433;User Id=app;Password=q8Zr4TnB1x;Encrypt=true\"";
        let facts = vec![fact("host", "db1,1433"), fact("user", "app")];
        assert_eq!(find(text, "password="), Some(("q8Zr4TnB1x".to_owned(), facts)));
        let text = "AccountName=store;AccountKey=q8Zr4TnB1xWvL0sMd7KpYc3H==;EndpointSuffix=x";
        let facts = vec![fact("account", "store")];
        assert_eq!(
            find(text, "accountkey"),
            Some(("q8Zr4TnB1xWvL0sMd7KpYc3H==".to_owned(), facts))
        );
    }

    #[test]
    fn a_password_among_no_settings_and_a_stand_in_are_left_alone() {
        assert_eq!(find("password=q8Zr4TnB1x", "password="), None);
        assert_eq!(find("connect(host=a, password=other)", "password="), None);
        assert_eq!(find("user = password = None", "password ="), None);
        assert_eq!(find("User(username='x', password='q8Zr4TnB1x')", "password="), None);
        assert_eq!(find("url(user=user, password=password, x=x)", "password="), None);
        assert_eq!(find("Server=a;Password={password};", "password="), None);
        assert_eq!(find("Server=a;Password=<your password>;", "password="), None);
    }
}
