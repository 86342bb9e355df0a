//! Rules of others come over, load, and keep what they mean.

use super::*;
use crate::{Form, SourceFile, builtin};

const GITLEAKS: &str = r#"
title = "acme"
[extend]
useDefault = true
[allowlist]
paths = ['''vendor/''']
stopwords = ["sample"]
[[rules]]
id = "acme-api-key"
description = "Acme key."
regex = '''\b(acme_[a-z0-9]{24})(?:[\x60'"\s;]|\\[nr]|$)'''
entropy = 3
keywords = ["acme_"]
  [[rules.allowlists]]
  regexes = ['''^acme_0+$''']
[[rules]]
id = "github-personal-access-token"
regex = '''(?i)gadget[\s'"]{0,3}=[\s'"]{0,3}([0-9a-f]{32,})'''
keywords = ["gadget"]
secretGroup = 1
[[rules]]
id = "pkcs12-file"
path = '''\.p12$'''
[[rules]]
id = "no-literal"
regex = '''[a-z]{40}'''
keywords = []
"#;

fn loaded(yaml: &str) -> RuleSet {
    builtin().extend(&[SourceFile { name: "imported.yaml", text: yaml }]).expect("it loads")
}

fn texts(imported: &Imported) -> Vec<String> {
    imported.notes.iter().map(ToString::to_string).collect()
}

#[test]
fn rules_of_gitleaks_load_beside_ours() {
    let imported = import(Dialect::Gitleaks, GITLEAKS, &builtin()).expect("it is TOML");
    assert_eq!((imported.rules, imported.left_out), (2, 2));
    let set = loaded(&imported.yaml);
    let acme = set.by_id("acme-api-key").expect("it came over");
    assert_eq!(acme.name(), "Acme key");
    assert_eq!(acme.form(), Form::Pattern { regex: "(?P<secret>acme_[a-z0-9]{24})" });
    assert_eq!(acme.entropy(), Some(3.0));
    assert_eq!(acme.excludes().collect::<Vec<_>>(), ["^acme_0+$", "(?i)(?:sample)"]);
    let other = set.by_id("gitleaks-github-personal-access-token").expect("it has another id");
    assert_eq!(other.anchors().collect::<Vec<_>>(), ["gadget"]);
}

#[test]
fn what_is_lost_is_said() {
    let imported = import(Dialect::Gitleaks, GITLEAKS, &builtin()).expect("it is TOML");
    let notes = texts(&imported).join("\n");
    for part in [
        "`extend` is dropped",
        "allowed paths are dropped",
        "rule `gitleaks-github-personal-access-token`: 1 open repetitions end",
        "its id was `github-personal-access-token`",
        "rule `pkcs12-file`: left out: it has no regex",
        "rule `no-literal`: left out: no literal",
    ] {
        assert!(notes.contains(part), "{part} is not in:\n{notes}");
    }
}

#[test]
fn a_filter_of_betterleaks_gives_its_entropy() {
    let text = "[[rules]]\nid = 'a'\nregex = 'acme_[a-z0-9]{24}'\nkeywords = ['acme_']\n\
                filter = '''entropy(finding[\"secret\"]) <= 2.5'''\nvalidate = 'x'\n";
    let imported = import(Dialect::Betterleaks, text, &builtin()).expect("it is TOML");
    assert!(imported.yaml.contains("entropy: 2.5"), "{}", imported.yaml);
    assert_eq!(texts(&imported), ["rule `a`: how it is verified online is dropped"]);
}

#[test]
fn a_plugin_of_detect_secrets_is_read_and_not_run() {
    let text = "class A(RegexBasedDetector):\n    secret_type = 'Acme Token'\n    denylist = [\n        \
                re.compile(r'acme_'\n            r'[a-z0-9]{24}'),\n        re.compile(PATTERN),\n    ]\n";
    let imported = import(Dialect::DetectSecrets, text, &builtin()).expect("it is a plug-in");
    assert_eq!((imported.rules, imported.left_out), (1, 1));
    let set = loaded(&imported.yaml);
    let rule = set.by_id("acme-token").expect("it came over");
    assert_eq!(rule.form(), Form::Pattern { regex: "acme_[a-z0-9]{24}" });
    assert_eq!(rule.provider(), "detect-secrets");
}

#[test]
fn a_baseline_of_detect_secrets_names_what_we_have_instead() {
    let text = r#"{"plugins_used": [{"name": "HexHighEntropyString", "limit": 3}],
        "filters_used": [{"path": "detect_secrets.filters.regex.should_exclude_file", "pattern": ["x"]}]}"#;
    let imported = import(Dialect::DetectSecrets, text, &builtin()).expect("it is a baseline");
    assert_eq!((imported.rules, imported.yaml.as_str()), (0, ""));
    let notes = texts(&imported).join("\n");
    assert!(notes.contains("entropy alone") && notes.contains("should_exclude_file"), "{notes}");
}

#[test]
fn what_is_something_else_is_an_error() {
    assert!(import(Dialect::Gitleaks, "[[rules", &builtin()).is_err());
    assert!(import(Dialect::DetectSecrets, "print()", &builtin()).is_err());
    assert!(import(Dialect::DetectSecrets, "{}", &builtin()).is_err());
}

#[test]
fn a_tab_in_a_regex_or_a_keyword_survives() {
    let text = "[[rules]]\nid = 'a'\nregex = 'acme:\t[a-z0-9]{24}'\nkeywords = [\"acme:\\t\"]\n";
    let imported = import(Dialect::Gitleaks, text, &builtin()).expect("it is TOML");
    assert!(imported.yaml.contains(r#"anchors: ["acme:\t"]"#), "{}", imported.yaml);
    assert!(imported.yaml.contains(r"pattern: 'acme:\t[a-z0-9]{24}'"), "{}", imported.yaml);
    assert_eq!(loaded(&imported.yaml).by_id("a").map(|rule| rule.anchors().len()), Some(1));
}

#[test]
fn a_literal_in_the_middle_is_an_anchor_where_there_is_no_other() {
    let text = "secret_type = 'Acme'\nx = [re.compile(r'(?:r|s)acme_[a-z0-9]{24}(?!\\w)'), \
                re.compile(r'[0-9a-f]{32}-acme[0-9]{1,2}')]\n";
    let imported = import(Dialect::DetectSecrets, text, &builtin()).expect("it is a plug-in");
    let set = loaded(&imported.yaml);
    let anchors = |id: &str| {
        let rule = set.by_id(id).expect("it came over");
        rule.anchors().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        (anchors("acme"), anchors("acme-2")),
        (
            "racme_ sacme_".into(),
            "-acme0 -acme1 -acme2 -acme3 -acme4 -acme5 -acme6 -acme7 -acme8 -acme9".into()
        )
    );
}
