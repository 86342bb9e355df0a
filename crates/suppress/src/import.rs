//! What other scanners wrote down as known, as far as it can be held against findings.
//!
//! None of them keeps a hash that could be turned into a fingerprint of ours, so an entry is held
//! against what a scan finds now: by the secret itself or its hash where the file has one, by the line
//! it stands on where it has not.

use serde_json::Value;
use sha1::{Digest as _, Sha1};
use tightlip_model::Secret;

use crate::Label;

/// How an entry knows its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Proof {
    /// The secret itself.
    Whole(Secret),
    /// The SHA-1 of it, in hexadecimal digits.
    Sha1(String),
    /// Nothing but the line that it begins on.
    Line(u64),
}

/// An entry of another scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// The path.
    pub path: String,
    /// The commit that it speaks of, if it does of one.
    pub commit: Option<String>,
    /// What somebody decided.
    pub label: Label,
    proof: Proof,
}

/// A finding, as far as an entry can be held against it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The path, relative to the root.
    pub path: &'a str,
    /// The line it begins on.
    pub line: u64,
    /// The commit that it came in with, if it is one of a history.
    pub commit: Option<&'a str>,
    /// What was found.
    pub secret: &'a Secret,
}

/// A file that holds no known findings that could be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is of no known form.
    #[error(
        "this is no file of known findings that can be read: a baseline of detect-secrets, a \
         `.gitleaksignore`, or a JSON report of gitleaks, betterleaks or kingfisher"
    )]
    UnknownForm,
    /// A line of a `.gitleaksignore` is none.
    #[error("line {0}: this is no fingerprint of gitleaks (`COMMIT:PATH:RULE:LINE`)")]
    Line(usize),
}

impl Foreign {
    /// Reads a file of another scanner; which one wrote it shows in its form.
    ///
    /// # Errors
    /// When it is of no form that is known.
    pub fn parse(text: &str) -> Result<Vec<Self>, ImportError> {
        let Ok(json) = serde_json::from_str::<Value>(text) else {
            return match text.trim_start().starts_with(['{', '[']) {
                true => json_lines(text),
                false => ignore_lines(text),
            };
        };
        if let Some(results) = json.get("results").and_then(Value::as_object) {
            return Ok(results
                .values()
                .filter_map(Value::as_array)
                .flatten()
                .filter_map(detected)
                .collect());
        }
        if let Some(findings) = json.get("findings").and_then(Value::as_array) {
            return Ok(findings.iter().filter_map(fished).collect());
        }
        if let Some(findings) = json.as_array() {
            return Ok(findings.iter().filter_map(leaked).collect());
        }
        fished(&json).map(|one| vec![one]).ok_or(ImportError::UnknownForm)
    }

    /// Whether it speaks of a finding.
    #[must_use]
    pub fn fits(&self, candidate: &Candidate<'_>) -> bool {
        let is_commit = match (&self.commit, candidate.commit) {
            (Some(wanted), Some(commit)) => wanted == commit,
            // By its secret it is known wherever it stands; by its line only in that commit.
            (Some(_), None) => !matches!(self.proof, Proof::Line(_)),
            (None, _) => true,
        };
        is_commit && self.path == candidate.path && self.knows(candidate)
    }

    fn knows(&self, candidate: &Candidate<'_>) -> bool {
        let bytes = candidate.secret.reveal();
        match &self.proof {
            Proof::Whole(secret) => secret.reveal() == bytes,
            Proof::Sha1(digits) => {
                let hash: String = Sha1::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
                *digits == hash
            }
            Proof::Line(line) => *line == candidate.line,
        }
    }

    /// Whether it knows no more of its secret than the line: what else stands there may fit as well.
    #[must_use]
    pub fn is_by_line(&self) -> bool {
        matches!(self.proof, Proof::Line(_))
    }
}

fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn path(name: &str) -> String {
    name.strip_prefix("./").unwrap_or(name).replace('\\', "/")
}

/// An entry of a baseline of detect-secrets.
fn detected(entry: &Value) -> Option<Foreign> {
    let label = match entry.get("is_secret").and_then(Value::as_bool) {
        Some(true) => Label::True,
        Some(false) => Label::False,
        None => Label::Unreviewed,
    };
    let proof = Proof::Sha1(text(entry, "hashed_secret")?.to_owned());
    Some(Foreign { path: path(text(entry, "filename")?), commit: None, label, proof })
}

/// A finding of gitleaks or betterleaks.
fn leaked(finding: &Value) -> Option<Foreign> {
    let line = finding.get("StartLine").and_then(Value::as_u64);
    let proof = proof(text(finding, "Secret"), line)?;
    let commit = text(finding, "Commit").map(str::to_owned);
    Some(Foreign { path: path(text(finding, "File")?), commit, label: Label::Unreviewed, proof })
}

/// A finding of kingfisher.
fn fished(finding: &Value) -> Option<Foreign> {
    let inner = finding.get("finding")?;
    let proof = proof(text(inner, "snippet"), inner.get("line").and_then(Value::as_u64))?;
    let commit = inner.pointer("/git_metadata/commit/id").and_then(Value::as_str);
    let commit = commit.map(str::to_owned);
    Some(Foreign { path: path(text(inner, "path")?), commit, label: Label::Unreviewed, proof })
}

/// The secret, unless the report was told to hide it: then its line is all there is.
fn proof(secret: Option<&str>, line: Option<u64>) -> Option<Proof> {
    let is_hidden = |text: &&str| {
        let lower = text.to_ascii_lowercase();
        lower.contains("redacted") || text.ends_with("...") || text.contains("****")
    };
    match secret.filter(|text| !is_hidden(text)) {
        Some(secret) => Some(Proof::Whole(Secret::new(secret.as_bytes()))),
        None => line.map(Proof::Line),
    }
}

fn json_lines(text: &str) -> Result<Vec<Foreign>, ImportError> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let values: Result<Vec<Value>, _> = lines.map(serde_json::from_str).collect();
    let values = values.map_err(|_| ImportError::UnknownForm)?;
    let all: Vec<Foreign> = values.iter().filter_map(fished).collect();
    if all.is_empty() { Err(ImportError::UnknownForm) } else { Ok(all) }
}

/// The lines of a `.gitleaksignore`: `COMMIT:PATH:RULE:LINE` or `PATH:RULE:LINE`.
fn ignore_lines(text: &str) -> Result<Vec<Foreign>, ImportError> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(number, line)| ignored(line).ok_or(ImportError::Line(number))).collect()
}

fn ignored(line: &str) -> Option<Foreign> {
    let mut words = line.rsplitn(3, ':');
    let number = words.next()?.parse().ok()?;
    let _rule = words.next()?;
    let rest = words.next()?;
    let is_id = |id: &str| matches!(id.len(), 40 | 64) && id.bytes().all(|b| b.is_ascii_hexdigit());
    let (commit, name) = match rest.split_once(':').filter(|(id, _)| is_id(id)) {
        Some((id, name)) => (Some(id.to_owned()), name),
        None => (None, rest),
    };
    (!name.is_empty()).then(|| Foreign {
        path: path(name),
        commit,
        label: Label::Unreviewed,
        proof: Proof::Line(number),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(text: &str, path: &str, line: u64, commit: Option<&str>, secret: &str) -> bool {
        let secret = Secret::new(secret.as_bytes());
        let candidate = Candidate { path, line, commit, secret: &secret };
        Foreign::parse(text).unwrap().iter().any(|one| one.fits(&candidate))
    }

    #[test]
    fn a_baseline_of_detect_secrets_is_held_against_the_hash_of_the_secret() {
        let text = r#"{"version":"1.5.0","results":{"a.env":[{"type":"Secret Keyword","filename":"a.env",
            "hashed_secret":"aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d","line_number":3,"is_secret":false}]}}"#;
        assert!(fits(text, "a.env", 99, None, "hello"));
        assert!(!fits(text, "a.env", 3, None, "other"));
        assert!(!fits(text, "b.env", 3, None, "hello"));
        assert_eq!(Foreign::parse(text).unwrap()[0].label, Label::False);
    }

    #[test]
    fn reports_are_held_against_the_secret_or_where_it_is_hidden_the_line() {
        let whole =
            r#"[{"RuleID":"x","StartLine":2,"Secret":"hello","File":"./a.env","Commit":""}]"#;
        assert!(fits(whole, "a.env", 9, None, "hello") && !fits(whole, "a.env", 2, None, "other"));
        let hidden = whole.replace("hello", "REDACTED");
        assert!(fits(&hidden, "a.env", 2, None, "any") && !fits(&hidden, "a.env", 3, None, "any"));
        let fished = r#"{"findings":[{"rule":{"id":"x"},"finding":{"snippet":"hello","line":2,"path":"a.env"}}]}"#;
        assert!(fits(fished, "a.env", 9, None, "hello"));
    }

    #[test]
    fn an_ignored_line_of_a_commit_counts_in_that_commit_only() {
        let id = "c".repeat(40);
        let text = format!("# known\n{id}:a.env:github-pat:2\nb.env:x:7\n");
        assert!(fits(&text, "a.env", 2, Some(&id), "s") && !fits(&text, "a.env", 2, None, "s"));
        assert!(fits(&text, "b.env", 7, None, "s") && !fits(&text, "b.env", 8, None, "s"));
    }

    #[test]
    fn what_is_no_such_file_is_refused() {
        for text in ["{}", "{\"a\":1}\n{\"b\":2}", "hello", "a:b:c"] {
            assert!(Foreign::parse(text).is_err(), "{text}");
        }
    }
}
