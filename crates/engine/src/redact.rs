//! Takes every known secret out of every text a report may show.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, Input, MatchKind};
use tightlip_model::{Excerpt, Finding, PathBytes, Problem, Provenance, RepositoryScan, Secret};

/// Shorter secrets are ordinary words too often to be masked in text that is not about them.
const LEAST: usize = 8;
/// A secret in a path must be this long before the path is masked: `/secrets/config` is no leak.
const LEAST_IN_PATH: usize = 16;
const MASK: &str = "********";

/// Bytes of a secret that are searched for; the rest is compared. Keeps the automaton small however
/// long the secrets are.
const HEAD: usize = 16;

/// Masks a run's secrets in texts.
pub(crate) struct Redactor {
    heads: Option<AhoCorasick>,
    /// The secrets, sorted.
    secrets: Vec<Box<[u8]>>,
    /// Their lengths, the longest first.
    lengths: Vec<usize>,
}

impl Redactor {
    /// A secret of several lines cannot stand in the texts this masks, which have one.
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = &'a Secret>) -> Self {
        let mut all: Vec<&[u8]> = secrets.map(Secret::reveal).collect();
        all.retain(|secret| secret.len() >= LEAST && !secret.contains(&b'\n'));
        all.sort_unstable();
        all.dedup();
        let mut heads: Vec<&[u8]> = all.iter().map(|secret| head(secret)).collect();
        heads.dedup();
        let lengths: BTreeSet<usize> = all.iter().map(|secret| secret.len()).collect();
        Self {
            heads: automaton(&heads),
            secrets: all.into_iter().map(Box::from).collect(),
            lengths: lengths.into_iter().rev().collect(),
        }
    }

    /// `text` with every secret of at least `least` bytes masked; `None` when it holds none.
    fn bytes(&self, text: &[u8], least: usize) -> Option<Vec<u8>> {
        let heads = self.heads.as_ref()?;
        let mut out = Vec::new();
        let (mut copied, mut at) = (0, 0);
        while let Some(found) = heads.find(Input::new(text).span(at..text.len())) {
            let rest = text.get(found.start()..).unwrap_or_default();
            let Some(length) = self.longest(rest, least) else {
                at = found.start() + 1;
                continue;
            };
            out.extend_from_slice(text.get(copied..found.start()).unwrap_or_default());
            out.extend_from_slice(MASK.as_bytes());
            at = found.start() + length;
            copied = at;
        }
        if copied == 0 {
            return None;
        }
        out.extend_from_slice(text.get(copied..).unwrap_or_default());
        Some(out)
    }

    /// The length of the longest secret that `text` begins with: one search for each length there is.
    fn longest(&self, text: &[u8], least: usize) -> Option<usize> {
        let is_known = |length: &usize| {
            let start = text.get(..*length);
            start.is_some_and(|start| {
                self.secrets.binary_search_by(|one| one[..].cmp(start)).is_ok()
            })
        };
        self.lengths.iter().copied().take_while(|length| *length >= least).find(is_known)
    }

    fn text(&self, text: &mut String) {
        if let Some(masked) = self.bytes(text.as_bytes(), LEAST) {
            *text = String::from_utf8_lossy(&masked).into_owned();
        }
    }

    /// Our own words, into which only a name was put: `password` is a secret somewhere.
    fn words(&self, text: &mut String) {
        if let Some(masked) = self.bytes(text.as_bytes(), LEAST_IN_PATH) {
            *text = String::from_utf8_lossy(&masked).into_owned();
        }
    }

    /// Masks the name of something that was skipped.
    pub(crate) fn name(&self, name: &mut Vec<u8>) {
        if let Some(masked) = self.bytes(name, LEAST_IN_PATH) {
            *name = masked;
        }
    }

    fn raw(&self, text: &mut Vec<u8>) {
        if let Some(masked) = self.bytes(text, LEAST) {
            *text = masked;
        }
    }

    /// Masks a path.
    pub(crate) fn path(&self, path: &mut PathBytes) {
        if let Some(masked) = self.bytes(path.as_bytes(), LEAST_IN_PATH) {
            *path = PathBytes(masked);
        }
    }

    /// Masks the texts of a finding.
    pub(crate) fn finding(&self, finding: &mut Finding) {
        self.provenance(&mut finding.provenance);
        finding.evidence.iter_mut().for_each(|text| self.words(text));
        finding.decoded.iter_mut().for_each(|(_, text)| self.text(text));
        if let Some(excerpt) = &mut finding.excerpt {
            self.excerpt(excerpt);
        }
    }

    /// The masked secret itself keeps its place; what stands before and after it is masked apart.
    fn excerpt(&self, excerpt: &mut Excerpt) {
        let (mut before, rest) = split(&excerpt.text, excerpt.start);
        let (shown, mut after) = split(&rest, excerpt.end.saturating_sub(excerpt.start));
        self.text(&mut before);
        self.text(&mut after);
        excerpt.start = before.len();
        excerpt.end = before.len() + shown.len();
        excerpt.text = before + &shown + &after;
    }

    fn provenance(&self, provenance: &mut Provenance) {
        self.path(&mut provenance.path);
        self.path(&mut provenance.repository);
        provenance.refs.iter_mut().for_each(|name| self.text(name));
        for commit in provenance.commits_mut() {
            self.raw(&mut commit.summary);
            self.raw(&mut commit.author);
            self.raw(&mut commit.email);
        }
    }

    /// Masks what a problem says.
    pub(crate) fn problem(&self, problem: &mut Problem) {
        self.path(&mut problem.subject);
        self.path(&mut problem.repository);
        self.text(&mut problem.message);
    }

    /// Masks what a repository is called.
    pub(crate) fn repository(&self, repository: &mut RepositoryScan) {
        self.path(&mut repository.name);
        let texts = [&mut repository.address, &mut repository.branch];
        texts.into_iter().flatten().for_each(|text| self.text(text));
    }

    /// Masks a note.
    pub(crate) fn note(&self, note: &mut String) {
        self.text(note);
    }
}

fn split(text: &str, at: usize) -> (String, String) {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    (before.to_owned(), after.to_owned())
}

fn head(secret: &[u8]) -> &[u8] {
    secret.get(..HEAD).unwrap_or(secret)
}

fn automaton(secrets: &[&[u8]]) -> Option<AhoCorasick> {
    if secrets.is_empty() {
        return None;
    }
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::LeftmostLongest).build(secrets).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor(secrets: &[&str]) -> Redactor {
        let secrets: Vec<Secret> = secrets.iter().map(|s| Secret::new(s.as_bytes())).collect();
        Redactor::new(secrets.iter())
    }

    #[test]
    fn a_commit_message_that_repeats_the_secret_is_masked() {
        let mut note = "rotate q7Zp2LmX9vRt now".to_owned();
        redactor(&["q7Zp2LmX9vRt"]).note(&mut note);
        assert_eq!(note, "rotate ******** now");
    }

    #[test]
    fn a_path_is_masked_only_where_it_holds_a_long_secret() {
        let masks = redactor(&["settings", "q7Zp2LmX9vRt4KwY8sNb"]);
        let mut path = PathBytes::from("settings/q7Zp2LmX9vRt4KwY8sNb.env");
        masks.path(&mut path);
        assert_eq!(path.to_text(), "settings/********.env");
    }

    #[test]
    fn the_longest_of_several_secrets_with_one_beginning_is_masked_and_a_mere_beginning_is_not() {
        let masks = redactor(&["abcdefghijklmnopqrst", "abcdefghijklmnopqrstuvwxyz", "abcdefgh"]);
        let mut note = "abcdefghijklmnopqrstuvwxyz! abcdefghijklmnop abcdefg".to_owned();
        masks.note(&mut note);
        assert_eq!(note, "********! ********ijklmnop abcdefg");
    }

    #[test]
    fn masking_around_the_secret_keeps_its_place_in_the_excerpt() {
        let masks = redactor(&["q7Zp2LmX9vRt"]);
        let mut excerpt =
            Excerpt { text: "q7Zp2LmX9vRt = ab*** q7Zp2LmX9vRt".into(), start: 15, end: 20 };
        masks.excerpt(&mut excerpt);
        assert_eq!(excerpt.text, "******** = ab*** ********");
        assert_eq!(&excerpt.text[excerpt.start..excerpt.end], "ab***");
    }
}
