//! Rule files through the public interface: those of the workspace, and the message for each thing
//! that can be wrong with one.

use std::fs;
use std::path::Path;

use tightlip_rules::{RuleSet, SourceFile, builtin};

fn compile(name: &str, text: &str) -> Result<RuleSet, Vec<String>> {
    RuleSet::compile(&[SourceFile { name, text }])
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

/// What is wrong with a rule that has these lines besides its id, name and kind.
fn errors(lines: &str) -> Vec<String> {
    let head = "provider: Acme\nrules:\n  - id: acme-key\n    name: key\n    kind: api-key\n";
    let body: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    compile("acme.yaml", &(head.to_owned() + &body)).err().unwrap_or_default()
}

/// What is wrong with an otherwise right rule that has this line as well.
fn errors_beside(line: &str) -> Vec<String> {
    errors(&format!("anchors: [acme_]\npattern: 'acme_[a-z]{{9}}'\n{line}"))
}

/// What is wrong with this pattern of the anchor `acme_`.
fn errors_of(pattern: &str) -> Vec<String> {
    errors(&format!("anchors: [acme_]\npattern: '{pattern}'"))
}

mod of_the_workspace {
    use super::*;

    /// The names and texts of the rule files in the order of the built-in set.
    fn files() -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
        let entries = fs::read_dir(folder).expect("the workspace has rules");
        let mut files: Vec<_> = entries
            .map(|entry| entry.expect("the folder can be read").path())
            .map(|path| {
                let text = fs::read_to_string(&path).expect("rule files are text");
                (path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), text)
            })
            .collect();
        files.sort_by_key(|(name, _)| (name == "generic", name.clone()));
        files
    }

    #[test]
    fn the_built_in_set_is_what_the_files_compile_to() {
        let files = files();
        let sources: Vec<_> = files.iter().map(|(name, text)| SourceFile { name, text }).collect();
        let compiled = RuleSet::compile(&sources).unwrap();
        let builtin = builtin();
        assert_eq!(compiled.len(), builtin.len());
        assert_eq!(compiled.reach(), builtin.reach());
        for (fresh, stored) in compiled.iter().zip(builtin.iter()) {
            assert_eq!(format!("{:?}", fresh.info()), format!("{:?}", stored.info()));
            assert_eq!(fresh.form(), stored.form());
            assert_eq!(fresh.window(), stored.window());
            assert_eq!(fresh.tail(), stored.tail());
            assert!(fresh.anchors().eq(stored.anchors()));
            assert!(fresh.companions().eq(stored.companions()));
        }
    }

    #[test]
    fn a_file_is_named_for_its_provider_in_kebab_case() {
        let is_kebab = |name: &str| {
            name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !name.starts_with('-')
                && !name.ends_with('-')
                && !name.contains("--")
        };
        let odd: Vec<_> =
            files().into_iter().map(|(name, _)| name).filter(|name| !is_kebab(name)).collect();
        assert_eq!(odd, [] as [String; 0]);
    }

    #[test]
    fn every_rule_says_what_to_do_about_a_leak() {
        let set = builtin();
        let silent: Vec<_> =
            set.iter().filter(|rule| rule.revoke().is_empty()).map(|rule| rule.id()).collect();
        assert_eq!(silent, [] as [&str; 0]);
    }

    #[test]
    fn a_file_holds_one_provider() {
        for (name, text) in files() {
            let set = compile(&name, &text);
            let Ok(set) = set else { continue };
            let mut providers: Vec<_> = set.iter().map(|rule| rule.provider()).collect();
            providers.dedup();
            assert_eq!(providers.len(), 1, "{name}");
        }
    }
}

#[test]
fn a_right_rule_compiles_and_says_what_it_was_given() {
    let text = "provider: Acme\nlink: https://acme.example/docs\nrules:\n  - id: acme-key\n    \
                name: key\n    kind: webhook\n    severity: low\n    confidence: medium\n    \
                anchors: [Acme_]\n    pattern: '(?P<account>[0-9]{4})acme_([a-z]{9})'\n    \
                proof: acme-crc\n    entropy: 2.5\n    near: [Acme]\n    not: ['^test']\n    \
                bounds: none\n    examples: ['key={secret}']\n    clean: ['key=']\n    \
                revoke: delete it\n    note: opens all\n";
    let set = compile("acme.yaml", text).unwrap();
    let rule = set.by_id("acme-key").unwrap();
    assert_eq!(rule.info().link, "https://acme.example/docs");
    assert_eq!((rule.kind().as_str(), rule.severity().as_str()), ("webhook", "low"));
    assert_eq!(rule.anchors().collect::<Vec<_>>(), ["acme_"]);
    assert_eq!(rule.near().collect::<Vec<_>>(), ["acme"]);
    assert_eq!(rule.excludes().collect::<Vec<_>>(), ["^test"]);
    assert_eq!((rule.proof(), rule.entropy()), (Some("acme-crc"), Some(2.5)));
    assert_eq!((rule.anchored_at(), rule.secret_group()), (Some(4), 2));
    assert_eq!(rule.facts().collect::<Vec<_>>(), [(1, "account")]);
    assert_eq!((rule.window().before, rule.window().after, rule.reach()), (4, 9, 98));
}

#[test]
fn rules_of_later_files_join_the_set_and_may_name_its_rules() {
    let text = "provider: Acme\nrules:\n  - id: acme-key\n    name: key\n    kind: api-key\n    \
                words: [acme]\n    value: '[0-9]{8}'\n    companions: [github-refresh-token]\n";
    let base = builtin();
    let count = base.len();
    let set = base.extend(&[SourceFile { name: "acme.yaml", text }]).unwrap();
    assert_eq!(set.len(), count + 1);
    let companion = set.by_id("acme-key").unwrap().companions().next().unwrap();
    assert_eq!(set.get(companion).unwrap().id(), "github-refresh-token");
}

#[test]
fn an_id_of_the_built_in_set_cannot_be_used_again() {
    let text = "provider: Acme\nrules:\n  - id: github-refresh-token\n    name: key\n    \
                kind: api-key\n    words: [acme]\n    value: '[0-9]{8}'\n";
    let errors = builtin().extend(&[SourceFile { name: "acme.yaml", text }]).unwrap_err();
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        ["acme.yaml:3:9: id `github-refresh-token` is taken by the built-in rules: choose another"]
    );
}

#[test]
fn all_errors_of_all_files_are_told_at_once() {
    let one = "provider: Acme\nrules:\n  - id: Acme\n    name: key\n    kind: api-key\n    \
               words: [acm]\n    value: '[0-9]{8,}'\n";
    let two = "provider: Acme\nrules: [\n";
    let files =
        [SourceFile { name: "1.yaml", text: one }, SourceFile { name: "2.yaml", text: two }];
    let errors = RuleSet::compile(&files).unwrap_err();
    let errors: Vec<_> = errors.iter().map(|error| error.place.to_string()).collect();
    assert_eq!(errors, ["2.yaml:2:8", "1.yaml:3:9", "1.yaml:6:13", "1.yaml:7:12"]);
}

#[test]
fn a_file_of_another_form_is_refused_where_it_departs() {
    let errors = compile("a.yaml", "provider: Acme\nrules: []\n").unwrap_err();
    assert_eq!(errors, ["a.yaml:2:8: no rules: list at least one under `rules`"]);
    let errors = compile("a.yaml", "provider: Acme\nruels: []\n").unwrap_err();
    assert_eq!(
        errors,
        ["a.yaml:2:1: unknown field `ruels`, expected one of provider, link, rules"]
    );
    let errors = compile("a.yaml", "provider: Acme\nrules:\n  - id: a\n    name: b\n").unwrap_err();
    assert_eq!(errors, ["a.yaml:4:5: missing field `kind`"]);
}

#[test]
fn ids_are_kebab_case_and_used_once() {
    for id in ["Acme", "acme_key", "acme--key", "-acme", "acmé"] {
        let text = format!(
            "provider: Acme\nrules:\n  - id: {id}\n    name: key\n    kind: api-key\n    \
             words: [acme]\n    value: '[0-9]{{8}}'\n"
        );
        let expected = format!(
            "a.yaml:3:9: rule `{id}`: `{id}` is no rule id: use lower-case letters and digits, \
             joined by single hyphens"
        );
        assert_eq!(compile("a.yaml", &text).unwrap_err(), [expected]);
    }
    let rule = "  - {id: a, name: key, kind: api-key, words: [acme], value: '[0-9]{8}'}\n";
    let text = format!("provider: Acme\nrules:\n{rule}{rule}");
    assert_eq!(
        compile("a.yaml", &text).unwrap_err(),
        ["a.yaml:4:10: id `a` is taken by a.yaml:3:10: choose another"]
    );
}

#[test]
fn grades_are_of_the_words_that_exist() {
    assert_eq!(
        errors_beside("severity: urgent"),
        ["acme.yaml:8:15: rule `acme-key`: unknown severity `urgent`: use one of info, low, \
          medium, high, critical"]
    );
    assert_eq!(
        errors_beside("confidence: sure"),
        [
            "acme.yaml:8:17: rule `acme-key`: unknown confidence `sure`: use one of low, medium, high"
        ]
    );
    assert_eq!(
        errors_beside("public: true\nseverity: high"),
        ["acme.yaml:9:15: rule `acme-key`: `public` means severity `info` and confidence `low`: \
          leave out `severity`"]
    );
}

#[test]
fn a_rule_has_exactly_one_form() {
    assert_eq!(
        errors("revoke: x"),
        [
            "acme.yaml:3:9: rule `acme-key`: give exactly one of `pattern`, `words` and `structure`; \
          this rule has none"
        ]
    );
    assert_eq!(
        errors("anchors: [acme_]\npattern: 'acme_[a-z]{9}'\nstructure: jwt"),
        [
            "acme.yaml:3:9: rule `acme-key`: give exactly one of `pattern`, `words` and `structure`; \
          this rule has `pattern` and `structure`"
        ]
    );
    assert_eq!(
        errors("words: [acme]"),
        ["acme.yaml:6:12: rule `acme-key`: `value` is missing: `words` needs it"]
    );
    assert_eq!(
        errors("pattern: 'acme_[a-z]{9}'"),
        ["acme.yaml:3:9: rule `acme-key`: `anchors` is missing: `pattern` needs it"]
    );
}

#[test]
fn a_field_without_effect_is_refused() {
    assert_eq!(
        errors_beside("keys: [key]"),
        ["acme.yaml:8:11: rule `acme-key`: `keys` has no effect here: it goes with `words` and \
          `value`"]
    );
    assert_eq!(
        errors_beside("within: 20"),
        ["acme.yaml:8:13: rule `acme-key`: `within` has no effect here: it goes with `words` or \
          `near`"]
    );
}

#[test]
fn numbers_keep_to_their_ranges() {
    assert_eq!(
        errors_beside("entropy: 9"),
        ["acme.yaml:8:14: rule `acme-key`: `entropy` is 9: use 0 to 8 bits a character"]
    );
    assert_eq!(
        errors_beside("near: [acme]\nwithin: 5000"),
        ["acme.yaml:9:13: rule `acme-key`: `within` is 5000: use 1 to 4096 bytes"]
    );
    assert_eq!(
        errors_beside("bounds: some"),
        ["acme.yaml:8:13: rule `acme-key`: `bounds` is some: use `none` or `token`"]
    );
}

#[test]
fn every_match_holds_an_anchor() {
    assert_eq!(
        errors_of("(?:acme|ecma)_[a-z]{5}"),
        ["acme.yaml:7:14: rule `acme-key`: a match that begins like `ecma_bbbbb` holds no anchor \
          (`acme_`): add one or narrow the pattern"]
    );
}

#[test]
fn anchors_are_rare() {
    assert_eq!(
        errors("anchors: [ac]\npattern: 'ac[a-z]{9}'"),
        [
            "acme.yaml:6:15: rule `acme-key`: anchor `ac` is too short: use at least 3 bytes that are \
          rare elsewhere"
        ]
    );
    assert_eq!(
        errors("words: [token]\nvalue: '[a-z]{9}'"),
        ["acme.yaml:6:12: rule `acme-key`: word `token` is too common: use one that is rare in \
          ordinary source code"]
    );
    assert_eq!(
        errors("anchors: [acme_, acme_key]\npattern: 'acme_[a-z]{9}'"),
        [
            "acme.yaml:6:14: rule `acme-key`: anchor `acme_key` is needless: it holds `acme_`; remove \
          one of the two"
        ]
    );
    assert_eq!(
        errors("words: [acmé]\nvalue: '[a-z]{9}'"),
        ["acme.yaml:6:13: rule `acme-key`: `acmé` is not ASCII: scanners fold the case of ASCII \
          letters only"]
    );
}

#[test]
fn regexes_parse_and_are_bounded() {
    assert_eq!(
        errors_of("acme_[a-z{9}"),
        [
            "acme.yaml:7:14: rule `acme-key`: regex does not parse at byte 5, near `[a-z{9}`: unclosed \
          character class"
        ]
    );
    assert_eq!(
        errors_of("acme_[a-z]+"),
        ["acme.yaml:7:14: rule `acme-key`: `[a-z]+` has no upper bound: write {least,most}"]
    );
    assert_eq!(
        errors_of("acme_[a-z]{9,16384}"),
        [
            "acme.yaml:7:14: rule `acme-key`: the longest match has 16389 bytes: lower the bounds to \
          at most 16384 in all"
        ]
    );
    assert_eq!(
        errors("words: [acme]\nvalue: '[0-9]{2,9}'"),
        [
            "acme.yaml:7:12: rule `acme-key`: the shortest match has 2 bytes: a secret has at least 4"
        ]
    );
    assert_eq!(
        errors_of("acme_(?:[acegikmoqsuwy]{99}){99}"),
        [
            "acme.yaml:7:14: rule `acme-key`: regex needs about 127419 states: lower its bounds, 60000 \
          is the limit"
        ]
    );
    assert_eq!(
        errors_beside("not: ['(']"),
        [
            "acme.yaml:8:11: rule `acme-key`: regex does not parse at byte 0, near `(`: unclosed group"
        ]
    );
}

#[test]
fn boundaries_are_the_scanner_s() {
    let boundary = "acme.yaml:7:14: rule `acme-key`: the scanner itself demands a whole token: \
                    remove `\\b` at the start and the end";
    for pattern in ["\\bacme_[a-z]{9}", "acme_[a-z]{9}\\b", "(?:acme_[a-z]{9}|\\bacme_[0-9]{9})"] {
        assert_eq!(errors_of(pattern), [boundary], "{pattern}");
    }
    let ends = "acme.yaml:7:14: rule `acme-key`: `^`, `$`, `\\A` and `\\z` mean nothing in a window: \
                use (?m) for the ends of a line";
    assert_eq!(errors_of("^acme_[a-z]{9}"), [ends]);
    assert_eq!(errors_of("(?m)^acme_[a-z]{9}"), [""; 0]);
    assert_eq!(
        errors_of("(?u)acme_\\w{9}"),
        ["acme.yaml:7:14: rule `acme-key`: the scanner reads bytes: remove the flag (?u) and \
          characters beyond ASCII in classes"]
    );
}

#[test]
fn one_group_is_the_secret() {
    assert_eq!(
        errors_of("(acme)_([a-z]{9})"),
        [
            "acme.yaml:7:14: rule `acme-key`: 2 groups have no name: name the one of the secret, make \
          the others (?:…)"
        ]
    );
}

#[test]
fn examples_have_one_place_for_the_secret_and_clean_lines_none() {
    assert_eq!(
        errors_beside("examples: ['key = abc', '{secret}{secret}']"),
        [
            "acme.yaml:8:16: rule `acme-key`: example holds `{secret}` 0 times: write it once, \
             where the secret goes",
            "acme.yaml:8:29: rule `acme-key`: example holds `{secret}` 2 times: write it once, \
             where the secret goes",
        ]
    );
    assert_eq!(
        errors_beside("clean: ['key = {secret}']"),
        [
            "acme.yaml:8:13: rule `acme-key`: clean line holds `{secret}`: a line that must stay silent \
          has none"
        ]
    );
}

#[test]
fn companions_are_other_rules() {
    for name in ["acme-secret", "acme-key"] {
        let expected = format!(
            "acme.yaml:8:18: rule `acme-key`: companion `{name}` is no rule: use the id of another \
             rule"
        );
        assert_eq!(errors_beside(&format!("companions: [{name}]")), [expected]);
    }
}

#[test]
fn texts_are_plain_lines() {
    assert_eq!(
        errors_beside("note: \"a\\u001b[31m\""),
        [
            "acme.yaml:8:11: rule `acme-key`: `note` holds a control character: write it on one line, \
          in a pattern as an escape like \\n"
        ]
    );
    assert_eq!(
        errors("anchors: [acme_]\npattern: |\n  acme_[a-z]{9}"),
        ["acme.yaml:8:7: rule `acme-key`: `pattern` holds a control character: write it on one \
          line, in a pattern as an escape like \\n"]
    );
    assert_eq!(
        errors_beside("revoke: ''"),
        ["acme.yaml:8:13: rule `acme-key`: `revoke` is empty: fill it in or leave it out"]
    );
    assert_eq!(
        errors_beside("link: acme.example"),
        ["acme.yaml:8:11: rule `acme-key`: `acme.example` is no link: begin it with https:// and \
          leave out spaces"]
    );
}
