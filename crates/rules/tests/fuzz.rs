//! The fuzz targets on inputs made from good ones.

#[path = "../../../tests/fuzzing/mutate.rs"]
mod mutate;
#[path = "../fuzz/src/targets.rs"]
pub mod targets;

const RULE: &str = r"provider: Acme
link: https://acme.test
rules:
  - id: acme-key
    name: key
    kind: api-key
    severity: high
    anchors: [acme_]
    pattern: '\b(acme_[A-Za-z0-9]{32})\b'
    clean:
      - acme_short
";

const GITLEAKS: &str = r"title = 'x'
[[rules]]
id = 'acme'
description = 'a key'
regex = '''acme_[a-z0-9]{32}'''
keywords = ['acme_']
entropy = 3.5
[rules.allowlist]
regexes = ['''example''']
";

const PLUGIN: &str = r"class AcmeDetector(RegexBasedDetector):
    secret_type = 'Acme'
    denylist = [
        re.compile(r'acme_[a-z0-9]{32}'),
    ]
";

#[test]
fn rule_files() {
    mutate::replay("rules", targets::rules, &[RULE.as_bytes().to_vec()]);
}

#[test]
fn rule_files_of_others() {
    let good = [(0, GITLEAKS), (1, GITLEAKS), (2, PLUGIN)];
    let good = good.map(|(which, text)| [&[which], text.as_bytes()].concat());
    mutate::replay("import", targets::import, &good);
}
