//! Which environment a credential is for: production, staging, development, test. Told from what the
//! token says of itself, else from the words of its variable and path.

use serde::{Deserialize, Serialize};

/// An environment, the most dangerous first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// What customers use.
    Production,
    /// A rehearsal of production.
    Staging,
    /// Where software is written.
    Development,
    /// Where software is tested.
    Test,
    /// Nothing tells.
    Unknown,
}

impl Environment {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Development => "development",
            Self::Test => "test",
            Self::Unknown => "unknown",
        }
    }

    /// The environment that one word names.
    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "prod" | "production" | "live" | "prd" => Self::Production,
            "staging" | "stage" | "stg" | "preprod" | "uat" | "preview" => Self::Staging,
            "dev" | "develop" | "development" | "local" | "localhost" | "sandbox" | "docker"
            | "example" | "examples" | "sample" | "samples" | "demo" => Self::Development,
            "test" | "tests" | "testing" | "spec" | "specs" | "fixture" | "fixtures"
            | "testdata" | "mock" | "mocks" | "e2e" | "qa" => Self::Test,
            _ => return None,
        })
    }
}

/// The environment a text speaks of: the word that stands first in the order of [`Environment`].
#[must_use]
pub(crate) fn spoken(text: &str) -> Option<Environment> {
    words(text).iter().filter_map(|word| Environment::of_word(word)).min()
}

/// What speaks of the environment of one place.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Told<'a> {
    /// What the token says of itself.
    pub(crate) token: Option<&'a str>,
    /// The variable that holds it.
    pub(crate) variable: Option<&'a str>,
    /// The path of the file.
    pub(crate) path: &'a str,
    /// The host it opens.
    pub(crate) host: Option<&'a str>,
}

/// The environment of one place: the token's own word, else the variable's, the path's, the host's.
#[must_use]
pub(crate) fn of(told: Told<'_>) -> Environment {
    let named = told.token.and_then(spoken).or_else(|| told.variable.and_then(spoken));
    let named = named.or_else(|| of_path(told.path)).or_else(|| told.host.and_then(spoken));
    named.unwrap_or(Environment::Unknown)
}

/// The environment of a path: below a folder of tests, which some projects call `t`, everything is for
/// tests.
fn of_path(path: &str) -> Option<Environment> {
    let is_test = |word: &String| Environment::of_word(word) == Some(Environment::Test);
    let is_tests =
        words(path).iter().any(is_test) || path.starts_with("t/") || path.contains("/t/");
    if is_tests { Some(Environment::Test) } else { spoken(path) }
}

/// The words of a name or path, in lower case: cut at separators and where a capital begins a word.
#[must_use]
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut last = ' ';
    for c in text.chars() {
        let begins = c.is_uppercase() && last.is_lowercase();
        if begins || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        last = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_speaks_before_variable_path_and_host() {
        let of = |token, variable, path, host| of(Told { token, variable, path, host });
        let host = Some("db.prod.example.org");
        assert_eq!(of(Some("test"), Some("PROD_KEY"), "prod.env", None), Environment::Test);
        assert_eq!(of(None, Some("PROD_KEY"), "tests/a.env", None), Environment::Production);
        assert_eq!(of(None, Some("API_KEY"), "deploy/staging/a.env", host), Environment::Staging);
        assert_eq!(of(None, None, "src/main.rs", None), Environment::Unknown);
        assert_eq!(of(None, None, "tests/certs/localhost.key", host), Environment::Test);
        assert_eq!(of(None, Some("url"), "database.yml", host), Environment::Production);
        assert_eq!(of(None, None, "t/keys/prod.pem", None), Environment::Test);
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(spoken("product/contest/delivery"), None);
        assert_eq!(spoken("apiKeyProd"), Some(Environment::Production));
        assert_eq!(words("aB_cd-Ef.g"), ["a", "b", "cd", "ef", "g"]);
    }
}
