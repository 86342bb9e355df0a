//! Takes every known secret out of every text a report may show.

use aho_corasick::{AhoCorasick, MatchKind};
use tightlip_model::{Excerpt, Finding, PathBytes, Problem, Provenance, Secret};

/// Shorter secrets are ordinary words too often to be masked in text that is not about them.
const LEAST: usize = 8;
/// A secret in a path must be this long before the path is masked: `/secrets/config` is no leak.
const LEAST_IN_PATH: usize = 16;
const MASK: &str = "********";

/// Masks a run's secrets in texts.
pub(crate) struct Redactor {
    texts: Option<AhoCorasick>,
    paths: Option<AhoCorasick>,
}

impl Redactor {
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = &'a Secret>) -> Self {
        let mut all: Vec<&[u8]> =
            secrets.map(Secret::reveal).filter(|s| s.len() >= LEAST).collect();
        all.sort_unstable();
        all.dedup();
        let long: Vec<&[u8]> = all.iter().copied().filter(|s| s.len() >= LEAST_IN_PATH).collect();
        Self { texts: automaton(&all), paths: automaton(&long) }
    }

    fn bytes(automaton: Option<&AhoCorasick>, text: &[u8]) -> Option<Vec<u8>> {
        let automaton = automaton?;
        automaton.find(text)?;
        let mut out = Vec::with_capacity(text.len());
        automaton.replace_all_with_bytes(text, &mut out, |_, _, out| {
            out.extend_from_slice(MASK.as_bytes());
            true
        });
        Some(out)
    }

    fn text(&self, text: &mut String) {
        if let Some(masked) = Self::bytes(self.texts.as_ref(), text.as_bytes()) {
            *text = String::from_utf8_lossy(&masked).into_owned();
        }
    }

    fn raw(&self, text: &mut Vec<u8>) {
        if let Some(masked) = Self::bytes(self.texts.as_ref(), text) {
            *text = masked;
        }
    }

    fn path(&self, path: &mut PathBytes) {
        if let Some(masked) = Self::bytes(self.paths.as_ref(), path.as_bytes()) {
            *path = PathBytes(masked);
        }
    }

    /// Masks the texts of a finding.
    pub(crate) fn finding(&self, finding: &mut Finding) {
        self.provenance(&mut finding.provenance);
        finding.evidence.iter_mut().for_each(|text| self.text(text));
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
        if let Some(commit) = &mut provenance.commit {
            self.raw(&mut commit.summary);
            self.raw(&mut commit.author);
            self.raw(&mut commit.email);
        }
    }

    /// Masks what a problem says.
    pub(crate) fn problem(&self, problem: &mut Problem) {
        self.path(&mut problem.subject);
        self.text(&mut problem.message);
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
    fn masking_around_the_secret_keeps_its_place_in_the_excerpt() {
        let masks = redactor(&["q7Zp2LmX9vRt"]);
        let mut excerpt =
            Excerpt { text: "q7Zp2LmX9vRt = ab*** q7Zp2LmX9vRt".into(), start: 15, end: 20 };
        masks.excerpt(&mut excerpt);
        assert_eq!(excerpt.text, "******** = ab*** ********");
        assert_eq!(&excerpt.text[excerpt.start..excerpt.end], "ab***");
    }
}
