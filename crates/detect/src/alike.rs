//! Whose else a secret may be: providers whose credentials begin alike and have the same form.
//!
//! Owns: comparing what the rules of a set know of one secret. Leaves to others: which rule found it,
//! and what stands beside it in a report.

use std::cmp::Reverse;
use std::collections::HashMap;

use regex_automata::Anchored;
use tightlip_model::{ByteSpan, Proof, RuleId};
use tightlip_rules::{Form, Rule, RuleSet};

use crate::expression::Frames;
use crate::proof::Verdict;
use crate::{Scanner, entropy};

/// A shorter beginning is shared by chance.
const LEAST_LEAD: usize = 3;
/// A name of fewer letters is part of many words.
const LEAST_NAME: usize = 4;

/// A rule that a secret fits, and how much the rule asks of it.
#[derive(Clone, Copy)]
struct Fit<'a> {
    rule: Rule<'a>,
    fixed: usize,
    alphabet: u32,
}

impl Scanner {
    /// The rules of other providers that a secret which `rule` found fits as well, one a provider:
    /// those that ask for as many fixed bytes and for letters as few, those first whose provider has most
    /// kinds of credentials. None where the secret was proven to be the provider's, or a word beside it
    /// names the provider; `place` is the text around the secret and its path.
    #[must_use]
    pub fn alike(&self, rule: RuleId, secret: &[u8], proof: Proof, place: &[u8]) -> Vec<RuleId> {
        let Some(own) = self.rules().get(rule) else { return Vec::new() };
        if proof >= Proof::Parsed || own.is_public() || is_told(own, place) {
            return Vec::new();
        }
        let (lead, letters) = match secret.get(..LEAST_LEAD) {
            None => return Vec::new(),
            Some(_) if own.is_generic() => (0, u32::MAX),
            Some(_) => (fixed(own), own.alphabet().count()),
        };
        let others = self.begin_like(secret).filter(|other| other.provider() != own.provider());
        let fits: Vec<Fit<'_>> = others.filter_map(|other| self.fit(other, secret)).collect();
        let most = fits.iter().map(|fit| fit.fixed).max().unwrap_or(0).max(lead);
        let closest = fits.iter().filter(|fit| fit.fixed == most);
        let fewest = closest.clone().map(|fit| fit.alphabet).min().unwrap_or(0).min(letters);
        let mut alike: Vec<Rule<'_>> =
            closest.filter(|fit| fit.alphabet <= 2 * fewest).map(|fit| fit.rule).collect();
        alike.sort_by_key(|rule| (rule.provider(), rule.index()));
        alike.dedup_by_key(|rule| rule.provider());
        let kinds = self.kinds(&alike);
        alike.sort_by_key(|rule| Reverse(kinds.get(rule.provider())));
        alike.iter().map(|rule| rule.index()).collect()
    }

    /// How many rules the provider of each of these has: the more, the better known it is.
    fn kinds<'a>(&'a self, rules: &[Rule<'a>]) -> HashMap<&'a str, usize> {
        let mut kinds: HashMap<_, _> = rules.iter().map(|rule| (rule.provider(), 0)).collect();
        for rule in self.rules().iter().filter(|_| rules.len() > 1) {
            kinds.entry(rule.provider()).and_modify(|count| *count += 1);
        }
        kinds
    }

    /// The rules that tell their own by how they begin, and whose own begin like this secret.
    fn begin_like(&self, secret: &[u8]) -> impl Iterator<Item = Rule<'_>> {
        let leads = self.leads.get_or_init(|| leads(self.rules()));
        let lead = secret.first_chunk().copied().unwrap_or_default();
        let first = leads.partition_point(|(other, _)| *other < lead);
        let same = leads.iter().skip(first).take_while(move |(other, _)| *other == lead);
        same.filter_map(|(_, rule)| self.rules().get(*rule))
    }

    /// How well a secret fits a rule; `None` where it does not.
    fn fit<'a>(&'a self, rule: Rule<'a>, secret: &[u8]) -> Option<Fit<'a>> {
        if !rule.may_begin(secret, 0) {
            return None;
        }
        let plan = self.plan(rule.index())?;
        let range = ByteSpan::new(0, secret.len());
        let found = plan.regex(rule)?.find(secret, range, Anchored::Yes, &mut Frames::new())?;
        let is_refused = found.whole.end < secret.len()
            || plan.not(rule).iter().any(|regex| regex.is_match(secret))
            || entropy::bits_per_byte(secret) < rule.entropy().unwrap_or(0.0)
            || plan.proof.is_some_and(|entry| {
                matches!(entry.check(secret, self.now).verdict, Verdict::Fails)
            });
        let (fixed, alphabet) = (fixed(rule), rule.alphabet().count());
        (!is_refused).then_some(Fit { rule, fixed, alphabet })
    }
}

/// The first bytes of what a rule finds.
pub(crate) type Lead = [u8; LEAST_LEAD];

/// The rules that tell their own by how they begin, in the order of that.
fn leads(rules: &RuleSet) -> Vec<(Lead, RuleId)> {
    let is_theirs =
        |rule: &Rule<'_>| !rule.is_generic() && !rule.is_public() && rule.secret_group() == 0;
    let lead = |rule: Rule<'_>| {
        let mut bytes = rule.lead();
        let lead = [bytes.next()?, bytes.next()?, bytes.next()?];
        Some((lead, rule.index()))
    };
    let mut leads: Vec<_> = rules.iter().filter(is_theirs).filter_map(lead).collect();
    leads.sort_unstable();
    leads
}

/// How many bytes of each match the rule dictates, at least.
fn fixed(rule: Rule<'_>) -> usize {
    let anchor = match rule.form() {
        Form::Pattern { .. } => rule.anchors().map(str::len).min().unwrap_or(0),
        Form::Words { .. } | Form::Structure(_) => 0,
    };
    rule.lead().count().max(anchor)
}

/// Whether something beside the secret says whose it is: a word or a frame that the rule asked for,
/// or the name of the provider.
fn is_told(rule: Rule<'_>, place: &[u8]) -> bool {
    let has_word = matches!(rule.form(), Form::Words { .. }) || rule.near().len() > 0;
    let has_frame = !rule.is_generic() && rule.secret_group() > 0;
    let name = plain(rule.provider().as_bytes());
    has_word
        || has_frame
        || name.len() >= LEAST_NAME && memchr::memmem::find(&plain(place), &name).is_some()
}

/// The letters and digits of a text, in lower case.
fn plain(text: &[u8]) -> Vec<u8> {
    let kept = text.iter().filter(|byte| byte.is_ascii_alphanumeric());
    kept.map(u8::to_ascii_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use tightlip_rules::builtin;

    use super::*;

    /// The providers of which a secret found by `rule` may be, besides its own.
    fn alike(rule: &str, secret: &str, place: &str) -> Vec<String> {
        let scanner = Scanner::new(builtin()).expect("the built-in rules are sound");
        let rule = scanner.rules().by_id(rule).expect("a rule of this name").index();
        let alike = scanner.alike(rule, secret.as_bytes(), Proof::Form, place.as_bytes());
        let provider = |id: &RuleId| scanner.info(*id).map(|info| info.provider.clone());
        alike.iter().filter_map(provider).collect()
    }

    /// Letters and digits without a pattern, the first `count` of them.
    fn letters(count: usize) -> String {
        let alphabet = b"k3Zq8LwT5nRb7YxV2mHd9JcF4pGs6aKe";
        (0..count).map(|at| char::from(alphabet[(at * 7 + at / 32) % alphabet.len()])).collect()
    }

    #[test]
    fn a_shared_form_is_doubtful_unless_a_name_stands_beside_it() {
        let short = format!("{}live_{}", "sk_", letters(24));
        assert_eq!(alike("stripe-secret-key", &short, "key = "), ["PayMongo"]);
        assert!(alike("stripe-secret-key", &short, "STRIPE_KEY = ").is_empty());
        assert!(alike("paymongo-secret-key", &short, "key = ").is_empty());
        let hook = format!("{}{}", "whsec_", letters(32));
        assert_eq!(alike("stripe-webhook-secret", &hook, "config/app.env"), ["Svix"]);
    }

    #[test]
    fn a_narrower_or_longer_form_is_no_doubt() {
        let long = format!("{}live_51{}", "sk_", letters(99));
        assert!(alike("stripe-secret-key", &long, "key = ").is_empty());
        let hex: String = letters(64).bytes().map(|byte| format!("{:x}", byte & 15)).collect();
        let hex = format!("{}live_{hex}", "sk_");
        assert!(alike("uploadthing-secret-key", &hex, "key = ").is_empty());
        let hook = format!("{}{}=", "whsec_", letters(43));
        assert!(alike("svix-webhook-secret", &hook, "key = ").is_empty());
    }

    #[test]
    fn what_only_a_name_made_a_secret_tells_whose_form_it_has() {
        let hex: String = letters(32).bytes().map(|byte| format!("{:x}", byte % 16)).collect();
        let key = format!("{}-{hex}", "sk");
        let providers = alike("key-assignment", &key, "api_key = ");
        assert!(providers.contains(&"DeepSeek".to_owned()), "{providers:?}");
        assert!(alike("key-assignment", &letters(40), "api_key = ").is_empty());
    }

    #[test]
    fn a_form_that_many_providers_share_lists_them_all_the_best_known_first() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let claims = part(&format!("{{\"a\":\"{}\"}}", letters(60)));
        let token = format!("{}.{claims}.{}", part("{\"alg\":\"HS256\"}"), letters(43));
        let providers = alike("json-web-token", &token, "token = ");
        assert!(providers.len() > 20, "{providers:?}");
        let place = |name: &str| providers.iter().position(|other| other == name);
        assert!(place("GitHub") < place("Wrike"), "{providers:?}");
    }
}
