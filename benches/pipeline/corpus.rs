//! Made-up texts to measure with: the same for the same seed, on every machine.
//!
//! Owns: what source code without a secret, near misses, encoded data and text full of findings look
//! like. Credentials are drawn from the rules' own forms and open nothing. Leaves to others: timing.

use tightlip_detect::{Scanner, Scratch};
use tightlip_model::ByteSpan;
use tightlip_rules::sample::Sampler;
use tightlip_rules::{RuleSet, builtin};

/// Random numbers by the steps of SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        let at = usize::try_from(self.next()).unwrap_or(0).checked_rem(of.len()).unwrap_or(0);
        of.get(at).copied().unwrap_or_default()
    }
}

const WORDS: &[&str] = &[
    "account", "buffer", "channel", "client", "column", "config", "count", "cursor", "decoder",
    "entry", "error", "event", "field", "filter", "handle", "header", "index", "input", "length",
    "limit", "list", "message", "node", "number", "offset", "option", "output", "packet", "parent",
    "parser", "path", "queue", "record", "request", "result", "row", "server", "size", "source",
    "state", "stream", "string", "table", "target", "thread", "token", "tree", "user", "value",
    "window", "writer",
];

const VERBS: &[&str] = &[
    "add", "apply", "check", "clear", "close", "copy", "drop", "fetch", "find", "flush", "insert",
    "load", "merge", "open", "parse", "read", "remove", "render", "reset", "resolve", "send",
    "split", "store", "take", "update", "walk", "write",
];

/// Lines of program text; `V` stands for a verb, `W` for a noun, `N` for a number.
const LINES: &[&str] = &[
    "    // V the W before the next W is V to the W, so that no W is lost",
    "    if (W_W == NULL || W->W_W < N) {",
    "        return V_W(W, W_W, sizeof(*W));",
    "    }",
    "    for (int i = 0; i < W->W_count; i++) {",
    "        W_W[i] = V_W_W(W->W, &W_W[i], N);",
    "static int V_W_W(struct W_W *W, const char *W_W, size_t W)",
    "def V_W(self, W, W_W=None):",
    "    \"\"\"V the W and V its W; raises when the W is no W.\"\"\"",
    "    self.W_W = W.V_W(W_W, W=N)",
    "    assert len(W_W) == N, \"the W has no W\"",
    "import { V_W, W_W } from './W/W_W';",
    "    const W = await this.W.V(W_W, { W: N, W_W: 'W' });",
    "",
];

/// At least `bytes` of program text that holds no secret.
pub(crate) fn source(seed: u64, bytes: usize) -> Vec<u8> {
    let mut random = Random(seed);
    let mut text = String::with_capacity(bytes + 128);
    while text.len() < bytes {
        for part in random.pick(LINES).split_inclusive(['V', 'W', 'N']) {
            let slot = part.chars().next_back();
            text.push_str(part.trim_end_matches(['V', 'W', 'N']));
            match slot {
                Some('V') => text.push_str(random.pick(VERBS)),
                Some('W') => text.push_str(random.pick(WORDS)),
                Some('N') => text.push_str(&(random.next() % 4096).to_string()),
                _ => {}
            }
        }
        text.push('\n');
    }
    text.into_bytes()
}

/// At least `bytes` in which every other line holds a rule's anchor or a placeholder in its form:
/// work for the patterns, nothing to report.
pub(crate) fn near_misses(seed: u64, bytes: usize) -> Vec<u8> {
    let mut sampler = Sampler::new(seed);
    let mut text = Vec::with_capacity(bytes + 4096);
    let rules = builtin();
    for (turn, rule) in (seed..).zip(rules.iter().cycle()) {
        if text.len() >= bytes {
            break;
        }
        let placeholder = sampler.placeholder(rule).map(|sample| sample.text);
        let anchor =
            rule.anchors().next().map(|anchor| format!("{anchor} is read from the table below"));
        let line = placeholder.or(anchor.map(String::into_bytes)).unwrap_or_default();
        text.extend_from_slice(&line);
        text.push(b'\n');
        text.extend_from_slice(&source(turn, 64));
    }
    text
}

/// At least `bytes` of random bytes in base64, wrapped as in mails for one half and in one line for
/// the other.
pub(crate) fn base64(seed: u64, bytes: usize) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut random = Random(seed);
    let mut digit = || {
        let at = usize::try_from(random.next() % 64).unwrap_or(0);
        DIGITS.get(at).copied().unwrap_or(b'A')
    };
    let mut text = Vec::with_capacity(bytes + 76);
    while text.len() < bytes / 2 {
        text.extend((0..76).map(|_| digit()));
        text.push(b'\n');
    }
    while text.len() < bytes {
        text.push(digit());
    }
    text
}

/// Program text in which `count` lines each hold a credential that the scanner reports.
pub(crate) fn findings(seed: u64, count: usize) -> Vec<u8> {
    let scanner = Scanner::new(builtin()).expect("the built-in rules name what there is");
    let (mut scratch, mut sampler) = (Scratch::new(), Sampler::new(seed));
    let rules = builtin();
    let mut text = Vec::new();
    let mut found = 0;
    for (turn, rule) in (seed..).zip(drawable(&rules).cycle()) {
        if found >= count {
            break;
        }
        let Some(line) = sampler.line(rule).map(|sample| sample.text) else { continue };
        let mut matches = Vec::new();
        scanner.scan(&line, ByteSpan::new(0, line.len()), &mut scratch, &mut matches);
        if matches.len() == 1 {
            found += 1;
            text.extend_from_slice(&line);
            text.push(b'\n');
            text.extend_from_slice(&source(turn, 160));
        }
    }
    text
}

/// The rules whose form alone decides: no check digits that a drawn credential would have wrong.
fn drawable(rules: &RuleSet) -> impl Iterator<Item = tightlip_rules::Rule<'_>> + Clone {
    rules.iter().filter(|rule| rule.proof().is_none() && !rule.is_generic())
}
