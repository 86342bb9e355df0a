//! One trial a rule: made-up credentials of its form, with right check digits, are found by this
//! rule and no other, at their exact place; what only resembles them stays silent.
//!
//! Credentials are drawn at random from the rule's own form and live only in memory. Run one rule's
//! trial with `cargo test --test rules <id>`.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::LazyLock;

use libtest_mimic::{Arguments, Failed, Trial};
use regex::bytes::Regex;
use tightlip_detect::proof::{self, Now, Verdict};
use tightlip_detect::{Scanner, Scratch};
use tightlip_model::{ByteSpan, Match, Proof, RuleId};
use tightlip_rules::sample::{self, Sample, Sampler};
use tightlip_rules::{Bounds, Form, Rule, builtin};

/// How many credentials are drawn for each of a rule's contexts.
const ROUNDS: usize = 4;
/// How often a credential is drawn again because one of the rule's own `not` rules it out.
const TRIES: usize = 100;

static SCANNER: LazyLock<Scanner> =
    LazyLock::new(|| Scanner::new(builtin()).expect("built-in rules name proofs that exist"));

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let rules = SCANNER.rules().iter();
    let trials = rules.map(|rule| {
        let id = rule.index();
        Trial::test(rule.id(), move || judge(id))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn judge(id: RuleId) -> Result<(), Failed> {
    let rule = SCANNER.rules().get(id).ok_or("no such rule")?;
    let mut failures: Vec<String> = Vec::new();
    let mut mint = Mint::new(rule);
    for _ in 0..ROUNDS {
        failures.extend(positives(&mut mint));
        failures.extend(negatives(&mut mint));
    }
    failures.extend(rule.clean().filter_map(|line| silent(line.as_bytes(), "a clean line", None)));
    if failures.is_empty() {
        return Ok(());
    }
    failures.truncate(6);
    Err(Failed::from(failures.join("\n")))
}

/// What goes wrong with credentials of the rule's form in each of its contexts.
fn positives(mint: &mut Mint<'_>) -> Vec<String> {
    let mut failures = Vec::new();
    if mint.form.is_none() {
        return failures;
    }
    for context in contexts(mint.rule) {
        let Some(sample) = mint.draw() else {
            failures.push("no string of this form can be drawn".to_owned());
            break;
        };
        // A credential drawn at random holds another rule's prefix now and then; two in a row do not.
        let mut failure = found(mint.rule, &sample.within(&context));
        if failure.is_some()
            && let Some(sample) = mint.draw()
        {
            failure = found(mint.rule, &sample.within(&context));
        }
        failures.extend(failure);
    }
    failures
}

/// What goes wrong with strings that only resemble a credential of the rule.
fn negatives(mint: &mut Mint<'_>) -> Vec<String> {
    let rule = mint.rule;
    let Some(context) = contexts(rule).pop() else { return Vec::new() };
    let mut failures = Vec::new();
    let mut check = |sample: Option<Sample>, what: &str| {
        let text = sample.map(|sample| sample.within(&context).text);
        failures.extend(text.and_then(|text| silent(&text, what, Some(rule))));
    };
    check(mint.sampler.placeholder(rule), "a placeholder");
    if let Some(sample) = mint.draw() {
        check(
            unsealed(rule, &sample).filter(|sample| is_refuted(rule, sample)),
            "a wrong checksum",
        );
        check(longer(rule, &sample), "one character too many");
        check(shorter(rule, &sample), "one character too few");
    }
    failures
}

/// Draws credentials of one rule.
struct Mint<'a> {
    rule: Rule<'a>,
    sampler: Sampler,
    /// What a whole match looks like; `None` for a structure.
    form: Option<Regex>,
    excluded: Vec<Regex>,
}

impl<'a> Mint<'a> {
    fn new(rule: Rule<'a>) -> Self {
        let form = match rule.form() {
            Form::Pattern { regex } | Form::Words { value: regex, .. } => {
                bytes_regex(&format!("^(?:{regex})$"))
            }
            Form::Structure(_) => None,
        };
        let excluded = rule.excludes().filter_map(bytes_regex).collect();
        Self { rule, sampler: Sampler::new(seed(rule.id())), form, excluded }
    }

    /// A credential of the rule's form, with right check digits that keep to the form.
    fn draw(&mut self) -> Option<Sample> {
        let form = self.form.as_ref()?;
        for _ in 0..TRIES {
            let sample = sealed(self.rule, self.sampler.draw(self.rule)?);
            let secret = sample.text.get(sample.secret.clone())?;
            let is_excluded = self.excluded.iter().any(|regex| regex.is_match(secret));
            if form.is_match(&sample.text) && !is_excluded {
                return Some(sample);
            }
        }
        None
    }
}

/// The same for an id whatever rules stand around it: FNV-1a.
fn seed(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn bytes_regex(regex: &str) -> Option<Regex> {
    regex::bytes::RegexBuilder::new(regex).unicode(false).build().ok()
}

fn sealed(rule: Rule<'_>, sample: Sample) -> Sample {
    let mut secret = sample.text.get(sample.secret.clone()).unwrap_or_default().to_vec();
    match rule.proof() {
        Some(name) if proof::seal(name, &mut secret) => replaced(&sample, &secret),
        _ => sample,
    }
}

fn replaced(sample: &Sample, secret: &[u8]) -> Sample {
    let before = sample.text.get(..sample.secret.start).unwrap_or_default();
    let after = sample.text.get(sample.secret.end..).unwrap_or_default();
    let end = before.len() + secret.len();
    Sample { text: [before, secret, after].concat(), secret: before.len()..end }
}

/// The credential with a letter or digit in its middle replaced, where it has check digits.
fn unsealed(rule: Rule<'_>, sample: &Sample) -> Option<Sample> {
    proof::lookup(rule.proof()?).filter(|entry| entry.seals())?;
    let mut secret = sample.text.get(sample.secret.clone())?.to_vec();
    let middle = secret.len() / 2;
    let byte = secret.iter_mut().skip(middle).find(|byte| byte.is_ascii_alphanumeric())?;
    *byte = match *byte {
        b'9' => b'8',
        b'z' | b'f' | b'Z' | b'F' => *byte - 1,
        other => other + 1,
    };
    Some(replaced(sample, &secret))
}

/// Whether the rule's proof takes wrong check digits for a refusal, and not just for no proof.
fn is_refuted(rule: Rule<'_>, sample: &Sample) -> bool {
    let secret = sample.text.get(sample.secret.clone()).unwrap_or_default();
    let entry = rule.proof().and_then(proof::lookup);
    entry.is_some_and(|entry| entry.check(secret, Now { seconds: 0 }).verdict == Verdict::Fails)
}

fn longer(rule: Rule<'_>, sample: &Sample) -> Option<Sample> {
    is_fixed(rule).then_some(())?;
    let next = *b"7kK".iter().find(|byte| rule.tail().contains(**byte)).unwrap_or(&b'7');
    let secret = sample.text.get(sample.secret.clone())?;
    Some(replaced(sample, &[secret, &[next]].concat()))
}

fn shorter(rule: Rule<'_>, sample: &Sample) -> Option<Sample> {
    is_fixed(rule).then_some(())?;
    let (_, secret) = sample.text.get(sample.secret.clone())?.split_last()?;
    Some(replaced(sample, secret))
}

fn is_fixed(rule: Rule<'_>) -> bool {
    rule.bounds() == Bounds::Token
        && sample::lengths(rule).is_some_and(|(least, most)| least == most)
}

/// Lines to put a credential of the rule into.
fn contexts(rule: Rule<'_>) -> Vec<String> {
    let mut lines: Vec<String> = rule.examples().map(str::to_owned).collect();
    if let Form::Words { .. } = rule.form() {
        for (at, word) in rule.anchors().enumerate() {
            lines.extend(assignments(&named(rule, word, at)));
        }
    } else {
        lines.extend(assignments("acme"));
    }
    lines.into_iter().map(|line| nearby(rule, line)).collect()
}

/// The word with one of the keys it needs.
fn named(rule: Rule<'_>, word: &str, at: usize) -> String {
    let mut keys = rule.keys();
    if keys.len() == 0 || keys.clone().any(|key| word.contains(key)) {
        return word.to_owned();
    }
    let at = at % keys.len();
    format!("{word}_{}", keys.nth(at).unwrap_or_default())
}

fn assignments(name: &str) -> [String; 4] {
    [
        format!("{}={{secret}}", name.to_uppercase()),
        format!("  {name}: {{secret}}"),
        format!("{{\"{name}\": \"{{secret}}\", \"region\": \"eu\"}}"),
        format!("const {name} = '{{secret}}';"),
    ]
}

/// The line after one with the near word that the rule needs, unless it holds one.
fn nearby(rule: Rule<'_>, line: String) -> String {
    let lower = line.to_lowercase();
    match rule.near().next() {
        Some(near) if !rule.near().any(|near| lower.contains(near)) => format!("# {near}\n{line}"),
        _ => line,
    }
}

fn scan(text: &[u8]) -> Vec<Match> {
    let mut found = Vec::new();
    SCANNER.scan(text, ByteSpan::new(0, text.len()), &mut Scratch::default(), &mut found);
    found
}

/// Says what is wrong unless exactly this rule finds exactly this secret. Other parts of the same
/// credential may be found beside it, and a rule of the same provider that proves more in its place.
fn found(rule: Rule<'_>, sample: &Sample) -> Option<String> {
    let mut matches = scan(&sample.text);
    let expected = ByteSpan::new(sample.secret.start, sample.secret.end);
    matches.retain(|one| {
        one.span.overlaps(expected) || rule.companions().all(|companion| companion != one.rule)
    });
    let is_right =
        |one: &Match| one.span == expected && (one.rule == rule.index() || outdoes(one, rule));
    if matches.len() == 1 && matches.iter().all(is_right) {
        return None;
    }
    let secret = String::from_utf8_lossy(expected.of(&sample.text)).into_owned();
    Some(told(&format!("should find `{secret}`"), &sample.text, &matches))
}

fn outdoes(one: &Match, rule: Rule<'_>) -> bool {
    let is_words = matches!(rule.form(), Form::Words { .. });
    let own = if is_words { Proof::Context } else { Proof::Form };
    let provider = SCANNER.rules().get(one.rule).map(Rule::provider);
    one.proof > own && provider == Some(rule.provider())
}

/// Says what is wrong when this rule, or any where none is named, finds something.
fn silent(text: &[u8], what: &str, rule: Option<Rule<'_>>) -> Option<String> {
    let mut matches = scan(text);
    matches.retain(|one| rule.is_none_or(|rule| one.rule == rule.index()));
    (!matches.is_empty()).then(|| told(&format!("should be silent on {what}"), text, &matches))
}

fn told(what: &str, text: &[u8], matches: &[Match]) -> String {
    let mut out = format!("{what}\n   in: {}\n", String::from_utf8_lossy(text));
    for one in matches {
        let id = SCANNER.rules().get(one.rule).map_or("?", |rule| rule.id());
        let secret = String::from_utf8_lossy(one.secret.reveal());
        let (span, proof) = (one.span, one.proof);
        let _ = writeln!(out, "found: {id} at {}..{} by {proof}: {secret}", span.start, span.end);
    }
    if matches.is_empty() {
        out.push_str("found: nothing\n");
    }
    out
}
