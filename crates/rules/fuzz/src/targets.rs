//! Rule files, ours and those of other scanners: any text is a set of rules or a list of errors.

use std::sync::LazyLock;

use tightlip_rules::import::{Dialect, import as imported};
use tightlip_rules::{RuleSet, SourceFile};

static BUILTIN: LazyLock<RuleSet> = LazyLock::new(tightlip_rules::builtin);

/// The YAML of a rule file.
pub fn rules(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match RuleSet::compile(&[SourceFile { name: "fuzzed.yaml", text }]) {
        Ok(set) => assert_eq!(set.iter().count(), set.len()),
        Err(errors) => {
            assert!(!errors.is_empty());
            assert!(errors.iter().all(|error| !error.to_string().is_empty()));
        }
    }
}

/// The settings of another scanner, whose comes first.
pub fn import(data: &[u8]) {
    let Some((which, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let dialect = match which % 3 {
        0 => Dialect::Gitleaks,
        1 => Dialect::Betterleaks,
        _ => Dialect::DetectSecrets,
    };
    if let Err(message) = imported(dialect, text, &BUILTIN) {
        assert!(!message.is_empty());
    }
}
