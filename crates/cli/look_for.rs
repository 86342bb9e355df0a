//! `look-for` of the settings: names and beginnings of values, made into rules.

use serde_json::json;

use crate::config::Config;
use crate::setup::RuleFile;

/// Characters that a value found by its beginning may go on with.
const GOES_ON: &str = "[A-Za-z0-9_.~+/=!@#%^&*-]{4,200}";

/// The rules for what the settings look for; `None` when they look for nothing of their own.
pub(crate) fn rule_file(config: &Config) -> Option<RuleFile> {
    let mut rules = Vec::new();
    if !config.names.is_empty() {
        rules.push(json!({
            "id": "named-secret",
            "name": "value of a name that the settings list",
            "kind": "password",
            "severity": "high",
            "confidence": "medium",
            "words": lower(&config.names),
            "value": r#"[^\s"'`<>{}$,;]{4,200}"#,
            "revoke": "Change it, and read it from a vault or the environment",
        }));
    }
    if !config.values.is_empty() {
        let beginnings: Vec<String> = config.values.iter().map(|value| escaped(value)).collect();
        rules.push(json!({
            "id": "listed-secret",
            "name": "value that begins as the settings say",
            "kind": "api-key",
            "severity": "high",
            "anchors": config.values,
            "pattern": format!("(?:{}){GOES_ON}", beginnings.join("|")),
            "revoke": "Change it, and read it from a vault or the environment",
        }));
    }
    // JSON is YAML.
    let text = json!({ "provider": "Generic", "rules": rules }).to_string();
    (!rules.is_empty()).then(|| ("look-for of the settings".to_owned(), text))
}

fn lower(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.to_ascii_lowercase()).collect()
}

/// A text as a regex that matches nothing else.
fn escaped(text: &str) -> String {
    let escape = |c: char| {
        let is_sign = c.is_ascii_punctuation() && !matches!(c, '_' | '-' | '/' | ':' | '=' | ',');
        is_sign.then_some('\\').into_iter().chain([c])
    };
    text.chars().flat_map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::with_rules;

    #[test]
    fn names_and_values_become_rules_that_hold() {
        let config = Config {
            names: vec!["Shibboleth".to_owned()],
            values: vec!["acme.prod-".to_owned(), "acme+".to_owned()],
            ..Config::default()
        };
        let file = rule_file(&config).expect("there is something to look for");
        let rules = with_rules(&[file]).expect("the rules are right");
        assert!(rules.iter().any(|rule| rule.id() == "named-secret"));
        assert!(rule_file(&Config::default()).is_none());
    }

    #[test]
    fn a_sign_in_a_beginning_is_meant_as_it_stands() {
        assert_eq!(escaped("acme.prod-[1]"), r"acme\.prod-\[1\]");
    }
}
