//! Assignments: a name that promises a secret, and the value it is given, in any language.
//!
//! Owns: joining what [`name`], [`syntax`], [`sieve`] and [`score`] say. The value's own form proves
//! nothing here; whatever has one is found by a better rule.

mod name;
mod score;
mod sieve;
mod syntax;

use tightlip_model::{ByteSpan, NAMED, Proof};

use self::score::{Candidate, Score};
use self::syntax::{Style, Value};
use super::{Found, Site, Structure};
use crate::entropy;

/// The most bytes looked at on either side of an anchor: a name, blanks, a value and the lines around.
const REACH: usize = 1280;
/// The most items of a list that are looked at.
const MOST_ITEMS: usize = 64;

pub(super) const STRUCTURE: Structure = Structure { name: "assignment", read, reach: REACH };

fn read(site: &Site<'_>) -> Option<Found> {
    let mut first: Option<Found> = None;
    for candidate in candidates(site) {
        let score = Score::of(&candidate);
        let Some(found) = found(&candidate, &score) else { continue };
        match &mut first {
            None => first = Some(found),
            Some(first) => first.also.push(found),
        }
    }
    first
}

/// What stands around the anchor and may be a secret: the items of a list, or one value.
fn candidates<'t>(site: &Site<'t>) -> impl Iterator<Item = Candidate<'t>> {
    let text = site.text;
    let first = candidate(site);
    let items = std::iter::successors(first, move |last| {
        let next = match last.value.style {
            Style::Item | Style::About => syntax::next_item(text, last.value.span),
            Style::Cell => syntax::next_row(text, last.value.span),
            _ => None,
        };
        let is_near = |value: &Value| value.span.end < last.name.end + REACH / 2;
        Some(Candidate { value: next.filter(is_near)?, ..*last })
    });
    items.take(MOST_ITEMS).filter(sieve::passes)
}

fn candidate<'t>(site: &Site<'t>) -> Option<Candidate<'t>> {
    let text = site.text;
    let name = name::span(text, site.anchor)?;
    site.charge(name.len());
    let value = syntax::value(text, name)?;
    site.charge(value.span.end - name.end);
    let promise = name::promise(name.of(text))?;
    Some(Candidate { text, name, promise, value })
}

fn found(candidate: &Candidate<'_>, score: &Score) -> Option<Found> {
    let confidence = score.confidence()?;
    let name = String::from_utf8_lossy(candidate.name.of(candidate.text));
    let mut found = Found::at(candidate.value.span, Proof::Context)
        .because(&format!("{NAMED}`{name}`"), confidence);
    found.evidence.extend(score.evidence().map(str::to_owned));
    let bits = entropy::bits_per_byte(candidate.value.span.of(candidate.text));
    found.evidence.push(format!("it has {bits:.1} bits a character"));
    Some(found)
}

/// A value that the model of assignments weighs, as training reads it.
#[derive(Debug)]
pub struct Sample {
    /// Where the value stands.
    pub span: ByteSpan,
    /// What the name promises: `Password`, `Key` or `Weak`.
    pub promise: String,
    /// How the value is written.
    pub style: String,
    /// The names of the features seen.
    pub features: Vec<&'static str>,
    /// The logarithm of the odds, in 256ths, that the model gives it.
    pub odds: i32,
}

/// The samples at an anchor of a rule of assignments: what training learns from is seen by the very code
/// that a scan runs.
#[must_use]
pub fn samples(text: &[u8], anchor: ByteSpan) -> Vec<Sample> {
    let sample = |candidate: Candidate<'_>| Sample {
        span: candidate.value.span,
        promise: format!("{:?}", candidate.promise),
        style: format!("{:?}", candidate.value.style),
        features: score::features_of(&candidate).iter().map(|one| one.name()).collect(),
        odds: Score::of(&candidate).odds,
    };
    candidates(&Site::new(text, anchor)).map(sample).collect()
}

/// How many values a scan weighs at an anchor of a rule of assignments; weighs them as a scan does.
#[must_use]
pub fn weighed(text: &[u8], anchor: ByteSpan) -> usize {
    let site = Site::new(text, anchor);
    let graded = candidates(&site).map(|one| Score::of(&one).confidence());
    graded.map(std::hint::black_box).count()
}

/// The names of all features, in the order of the model's rows.
pub fn feature_names() -> impl Iterator<Item = &'static str> {
    score::Feature::ALL.iter().map(|feature| feature.name())
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
    fn a_name_that_is_a_value_itself_is_given_the_value_behind_it() {
        for text in [
            "- name: DB_PASSWORD\n  value: q8Zr4TnB1x\n",
            "- name: DB_PASSWORD\n  description: of the shop\n  value: \"q8Zr4TnB1x\"\n",
            "{\"name\": \"DB_PASSWORD\", \"value\": \"q8Zr4TnB1x\"}",
            "{\"key\":\"db.password\",\n \"type\":\"text\",\n \"value\":\"q8Zr4TnB1x\"}",
            "variable \"db_password\" {\n  type    = string\n  default = \"q8Zr4TnB1x\"\n}\n",
        ] {
            assert_eq!(find(text, "password"), Some("q8Zr4TnB1x".to_owned()), "{text}");
        }
        for text in [
            "- name: DB_PASSWORD\n- name: OTHER\n  value: q8Zr4TnB1x\n",
            "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: q8Zr4TnB1x\n",
            "variable \"db_password\" {\n}\nvariable \"b\" {\n  default = \"q8Zr4TnB1x\"\n}\n",
        ] {
            assert_eq!(find(text, "password"), None, "{text}");
        }
    }

    #[test]
    fn what_counts_when_nothing_else_is_given_and_settings_without_a_sign_are_found() {
        for text in [
            "ENV DB_PASSWORD q8Zr4TnB1x\n",
            "$ENV{DB_PASSWORD} = 'q8Zr4TnB1x';",
            "ENV.fetch('DB_PASSWORD') { 'q8Zr4TnB1x' }",
            "env::var(\"DB_PASSWORD\").unwrap_or_else(|_| \"q8Zr4TnB1x\".to_string())",
            "<property name=\"password\"><value>q8Zr4TnB1x</value></property>",
            "--set-string auth.rootPassword=q8Zr4TnB1x,auth.user=x",
            "fill_in :user_password, with: \"q8Zr4TnB1x\"",
            "password, err := hex.DecodeString(\"q8Zr4TnB1x\")",
            "password:\n  value: q8Zr4TnB1x\n",
            "Const DbPassword As String = \"q8Zr4TnB1x\"",
            "<Login password={\"q8Zr4TnB1x\"} />",
            "password: str = Field(default=\"q8Zr4TnB1x\")",
            "public string Password { get; init; } = \"q8Zr4TnB1x\";",
        ] {
            assert_eq!(find(text, "password"), Some("q8Zr4TnB1x".to_owned()), "{text}");
        }
        assert_eq!(find("password, err := ask(\"q8Zr4TnB1x\")", "password"), None);
        assert_eq!(find("const A_PASSWORD: PCWSTR = w!(\"q8Zr4TnB1x\");", "password"), None);
    }

    #[test]
    fn a_heading_names_the_values_of_its_column() {
        let all = |text: &str| {
            let at = text.find("assword").expect("every text has the anchor");
            let site = Site::new(text.as_bytes(), ByteSpan::new(at - 1, at + 7));
            let also = |found: Found| found.also.into_iter().map(|one| one.span).collect();
            let spans = |found: Found| [vec![found.span], also(found)].concat();
            let text =
                |span: ByteSpan| String::from_utf8_lossy(span.of(text.as_bytes())).into_owned();
            read(&site).map(spans).unwrap_or_default().into_iter().map(text).collect::<Vec<_>>()
        };
        let text = "id,user,password,role\n1,ann,q8Zr4TnB1x,admin\r\n2,bob,tR9!mPw2x,user\n";
        assert_eq!(all(text), ["q8Zr4TnB1x", "tR9!mPw2x"]);
        let text = "\"User name\",\"Password\"\r\n\"ann, of shop\",\"q8Zr4TnB1x\"\r\n";
        assert_eq!(all(text), ["q8Zr4TnB1x"]);
        assert!(all("id,password\n1,a,q8Zr4TnB1x\n").is_empty());
        assert!(all("f(1,password,2)\n1,q8Zr4TnB1x,x\n").is_empty());
    }

    #[test]
    fn cookies_are_told_apart() {
        let text = "Cookie: lang=en; auth_token=k8Zq2LmX9vTr4WpY7sNb; theme=dark\n";
        assert_eq!(find(text, "token"), Some("k8Zq2LmX9vTr4WpY7sNb".to_owned()));
        assert_eq!(find("password=q8Zr4TnB1x; then run it\n", "password"), None);
    }

    #[test]
    fn names_about_secrets_and_code_are_left_alone() {
        for text in [
            "password_field = 'q8Zr4TnB1x'",
            "password = getpass.getpass()",
            "self.password = password",
            "password: str = None",
            "passwordInput = 'q8Zr4TnB1x'",
            "https://ci.test/badge.svg?password=q8Zr4TnB1x",
            "G8|qC!FQ8password=4@9dche3*a",
            "handler.add_password('q8Zr4TnB1x', 'host', user, secret)",
        ] {
            assert_eq!(find(text, "password"), None, "{text}");
        }
    }
}
