//! From a span that has the form of a secret to a match, or to silence.
//!
//! Owns: the order in which bounds, neighbours, exceptions, proofs and filters are asked, and what
//! each answer does to the grades. Leaves to others: finding the span.

use tightlip_model::{ByteSpan, Confidence, Encoding, Kind, Match, Proof, Secret, Severity};
use tightlip_rules::{Bounds, Form, Rule};

use crate::plan::Plan;
use crate::proof::{Now, Verdict};
use crate::structure::{self, Found, value};
use crate::{bounds, entropy, filter};

/// A span that has the form of a secret.
#[derive(Debug)]
pub(crate) struct Candidate<'t> {
    /// The text it stands in.
    pub(crate) text: &'t [u8],
    /// The whole match, the secret's frame included.
    pub(crate) whole: ByteSpan,
    /// The secret.
    pub(crate) secret: ByteSpan,
    /// How many of the secret's first bytes the form dictates.
    pub(crate) prefix: usize,
    /// Facts read by the pattern itself.
    pub(crate) facts: Vec<(String, String)>,
    /// The word that makes it a secret, for a rule of words.
    pub(crate) word: Option<ByteSpan>,
}

/// A rule and what judges its candidates.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'s> {
    pub(crate) rule: Rule<'s>,
    pub(crate) plan: &'s Plan,
    pub(crate) now: Now,
}

/// What a match starts from before anything was proven.
struct Grades {
    proof: Proof,
    confidence: Confidence,
    severity: Severity,
    evidence: Vec<String>,
    facts: Vec<(String, String)>,
}

impl Judge<'_> {
    /// The match that a candidate of a pattern or of words amounts to.
    pub(crate) fn weigh(&self, candidate: Candidate<'_>) -> Option<Match> {
        let value = candidate.secret.of(candidate.text);
        if !self.is_whole(&candidate)
            || !self.has_neighbour(candidate.text, candidate.whole.start)
            || self.is_excepted(value)
        {
            return None;
        }
        let is_words = matches!(self.rule.form(), Form::Words { .. });
        let mut grades = Grades {
            proof: if is_words { Proof::Context } else { Proof::Form },
            confidence: self.rule.confidence(),
            severity: self.rule.severity(),
            evidence: Vec::new(),
            facts: candidate.facts,
        };
        if let Some(word) = candidate.word {
            let word = String::from_utf8_lossy(word.of(candidate.text)).to_ascii_lowercase();
            grades.evidence.push(format!("the word `{word}` stands before it"));
        }
        self.prove(value, &mut grades)?;
        if !self.is_beyond_doubt(&grades) && self.is_worthless(value, candidate.prefix) {
            return None;
        }
        self.weigh_password(value, &mut grades)?;
        Some(self.matched(candidate.secret, value, grades))
    }

    /// The match that a credential read by a structure amounts to.
    pub(crate) fn weigh_found(&self, text: &[u8], found: Found) -> Option<Match> {
        let value = found.secret.as_deref().unwrap_or_else(|| found.span.of(text));
        if !self.has_neighbour(text, found.span.start) || self.is_excepted(value) {
            return None;
        }
        let mut grades = Grades {
            proof: found.proof,
            confidence: self.rule.confidence().min(found.confidence),
            severity: self.rule.severity().min(found.severity),
            evidence: found.evidence,
            facts: found.facts,
        };
        self.prove(value, &mut grades)?;
        if entropy::bits_per_byte(value) < self.rule.entropy().unwrap_or(0.0) {
            return None;
        }
        Some(self.matched(found.span, value, grades))
    }

    /// What the words of a password say, where a frame of no provider in particular calls it one.
    fn weigh_password(&self, value: &[u8], grades: &mut Grades) -> Option<()> {
        let is_password = matches!(self.rule.kind(), Kind::Password | Kind::Database);
        if !is_password || !self.rule.is_generic() || self.rule.confidence() != Confidence::Medium {
            return Some(());
        }
        let (confidence, reason) = value::worth(value)?;
        grades.confidence = grades.confidence.min(confidence);
        if !reason.is_empty() {
            grades.evidence.push(reason.to_owned());
        }
        Some(())
    }

    /// Asks the rule's proof; `None` when it says that this is no token.
    fn prove(&self, value: &[u8], grades: &mut Grades) -> Option<()> {
        let Some(entry) = self.plan.proof else { return Some(()) };
        let proven = entry.check(value, self.now);
        match proven.verdict {
            Verdict::Fails => return None,
            Verdict::Holds(proof) => {
                grades.proof = grades.proof.max(proof);
                if proof >= Proof::Checksum && !self.rule.is_public() {
                    grades.confidence = Confidence::High;
                }
            }
            Verdict::Unsure(reason) => {
                let most = structure::lower(self.rule.confidence());
                grades.confidence = grades.confidence.min(most);
                grades.evidence.push(reason.to_owned());
            }
        }
        grades.facts.extend(proven.facts);
        grades.severity = proven.severity.map_or(grades.severity, |to| to.min(grades.severity));
        Some(())
    }

    /// The match of this rule for the secret at `span`.
    fn matched(&self, span: ByteSpan, value: &[u8], grades: Grades) -> Match {
        Match {
            rule: self.rule.index(),
            span,
            secret: Secret::new(value),
            proof: grades.proof,
            confidence: grades.confidence,
            severity: grades.severity,
            evidence: grades.evidence,
            decoded: grades.facts,
            companions: Vec::new(),
            transforms: Vec::new(),
            encoding: Encoding::Bytes,
        }
    }

    fn is_whole(&self, candidate: &Candidate<'_>) -> bool {
        if self.rule.bounds() == Bounds::Any {
            return true;
        }
        let (text, secret) = (candidate.text, candidate.secret);
        let tail = self.rule.tail();
        bounds::begins(text, secret.start) && bounds::ends(text, secret.end, |b| tail.contains(b))
    }

    /// Whether one of the words that the rule wants near by stands before the match, on its line or
    /// one of the two before.
    fn has_neighbour(&self, text: &[u8], start: usize) -> bool {
        let mut words = self.rule.near();
        if words.len() == 0 {
            return true;
        }
        let before = ByteSpan::new(start.saturating_sub(self.rule.within()), start);
        let before = last_lines(before.of(text), 3).to_ascii_lowercase();
        words.any(|word| memchr::memmem::find(&before, word.as_bytes()).is_some())
    }

    fn is_excepted(&self, value: &[u8]) -> bool {
        self.plan.not(self.rule).iter().any(|regex| regex.is_match(value))
    }

    /// Whether a value is no stand-in, whatever it looks like: its check digits hold, or it is a
    /// certificate or the like that could be read.
    fn is_beyond_doubt(&self, grades: &Grades) -> bool {
        let enough = if self.rule.is_public() { Proof::Parsed } else { Proof::Checksum };
        grades.proof >= enough
    }

    /// Whether the value is too plain for a random one, or a stand-in.
    fn is_worthless(&self, value: &[u8], prefix: usize) -> bool {
        let least = self.rule.entropy().unwrap_or(0.0);
        entropy::bits_per_byte(value) < least || filter::is_placeholder(value, prefix)
    }
}

/// The last `count` lines of `text`, the one it ends in included.
fn last_lines(text: &[u8], count: usize) -> &[u8] {
    let feed = memchr::memrchr_iter(b'\n', text).nth(count - 1);
    text.get(feed.map_or(0, |at| at + 1)..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_lines_counts_the_unfinished_one() {
        assert_eq!(last_lines(b"a\nb\nc\nd", 3), b"b\nc\nd");
        assert_eq!(last_lines(b"a\nb", 3), b"a\nb");
    }
}
