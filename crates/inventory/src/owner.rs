//! Who answers for a credential: the code owners of its file, else who brought it in.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};
use tightlip_model::Timestamp;

use crate::sighting::{CommitFact, Date};

/// Lines of a CODEOWNERS file that are read.
const MOST_RULES: usize = 20_000;

/// What names an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnerSource {
    /// The CODEOWNERS file names them for the path.
    CodeOwners,
    /// They brought the credential in.
    Author,
    /// They changed it last; nobody knows who brought it in.
    LastEditor,
}

/// Who answers for a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// A handle, team, or name with address.
    pub name: String,
    /// What names them.
    pub source: OwnerSource,
    /// Whether they committed lately; `None` where that cannot be told, as for a team.
    pub active: Option<bool>,
    /// When they committed last, in any of the repositories.
    pub last_commit: Option<Date>,
}

/// The owners of paths, as a CODEOWNERS file names them; the last line that fits a path counts.
#[derive(Debug, Default)]
pub struct CodeOwners {
    globs: GlobSet,
    /// Which rule each glob belongs to.
    rule_of: Vec<usize>,
    owners: Vec<Vec<String>>,
}

impl CodeOwners {
    /// Reads the text of a CODEOWNERS file of GitHub, GitLab or Gitea. A line that cannot be read is
    /// passed over, as its servers do.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut set = GlobSetBuilder::new();
        let (mut rule_of, mut owners) = (Vec::new(), Vec::new());
        let mut section: Vec<String> = Vec::new();
        for line in text.lines().take(MOST_RULES) {
            let line = line.split(" #").next().unwrap_or(line).trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(defaults) = section_of(line) {
                section = defaults;
                continue;
            }
            let (pattern, named) = split(line);
            let globs = globs(&pattern);
            let built = globs.iter().map(|glob| {
                GlobBuilder::new(glob).literal_separator(true).backslash_escape(true).build()
            });
            let Ok(built) = built.collect::<Result<Vec<_>, _>>() else { continue };
            rule_of.extend(built.iter().map(|_| owners.len()));
            for glob in built {
                set.add(glob);
            }
            owners.push(if named.is_empty() { section.clone() } else { named });
        }
        Self { globs: set.build().unwrap_or_default(), rule_of, owners }
    }

    /// The owners of `path`, which is written from the root; empty where nobody is named.
    #[must_use]
    pub fn of(&self, path: &str) -> &[String] {
        let rules = self.globs.matches(path).into_iter().filter_map(|glob| self.rule_of.get(glob));
        let last = rules.max().and_then(|rule| self.owners.get(*rule));
        last.map(Vec::as_slice).unwrap_or_default()
    }
}

/// The default owners of a section header, `[Name][2] @owner` or `^[Name]`.
fn section_of(line: &str) -> Option<Vec<String>> {
    let rest = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?;
    let (name, rest) = rest.split_once(']')?;
    let is_class = name.is_empty() || rest.starts_with(|c: char| !c.is_whitespace() && c != '[');
    if is_class {
        return None;
    }
    let rest = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(rest, |it| it.1);
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

/// The pattern of a line, in which `\ ` is a blank, and its owners.
fn split(line: &str) -> (String, Vec<String>) {
    let end = line
        .char_indices()
        .find(|(at, c)| c.is_whitespace() && !line.get(..*at).is_some_and(|s| s.ends_with('\\')))
        .map_or(line.len(), |(at, _)| at);
    let (pattern, owners) = line.split_at(end);
    (pattern.replace("\\ ", " "), owners.split_whitespace().map(str::to_owned).collect())
}

/// A pattern as globs over whole paths: one without a slash inside fits at any depth, a folder or a
/// plain name also fits all below it.
fn globs(pattern: &str) -> Vec<String> {
    let is_folder = pattern.ends_with('/');
    let body = pattern.trim_end_matches('/');
    let is_anchored = body.contains('/');
    let body = body.trim_start_matches('/');
    if body.is_empty() {
        return vec!["**".to_owned()];
    }
    let head = if is_anchored { String::new() } else { "**/".to_owned() };
    let whole = format!("{head}{body}");
    let last = body.rsplit('/').next().unwrap_or(body);
    let below = format!("{whole}/**");
    match (is_folder, last.contains('*')) {
        (true, _) => vec![below],
        (false, true) => vec![whole],
        (false, false) => vec![whole, below],
    }
}

/// When people committed last, by their address in lower case.
#[derive(Debug, Clone, Default)]
pub struct Activity(pub BTreeMap<String, Timestamp>);

impl Activity {
    /// Notes a commit.
    pub fn note(&mut self, email: &str, at: Timestamp) {
        let last = self.0.entry(email.to_lowercase()).or_insert(at);
        *last = (*last).max(at);
    }

    /// The last commit of whoever `name` stands for: an address, a name with an address in angle
    /// brackets, or a handle that a no-reply address holds.
    #[must_use]
    pub fn last(&self, name: &str) -> Option<Timestamp> {
        let name = name.to_lowercase();
        if let Some(handle) = name.strip_prefix('@') {
            let is_theirs = |email: &&String| handle_of(email) == Some(handle);
            let known = self.0.iter().filter(|(email, _)| is_theirs(email));
            return known.map(|(_, at)| *at).max();
        }
        let bracketed = name.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
        let email = bracketed.map_or(name.as_str(), |(email, _)| email);
        self.0.get(email).copied()
    }
}

/// The handle in a no-reply address, `12345+handle@users.noreply.github.com`.
fn handle_of(email: &str) -> Option<&str> {
    let (local, host) = email.split_once('@')?;
    host.contains("noreply").then(|| local.rsplit('+').next().unwrap_or(local))
}

/// Who answers for the file at `path` of a repository with these code owners, which `first` brought
/// in and `last` changed last.
#[must_use]
pub(crate) fn of(
    owners: &CodeOwners,
    path: &str,
    (first, last): (Option<&CommitFact>, Option<&CommitFact>),
) -> Option<(String, OwnerSource)> {
    let named = owners.of(path);
    if !named.is_empty() {
        return Some((named.join(" "), OwnerSource::CodeOwners));
    }
    let person = |commit: &CommitFact| match commit.email.is_empty() {
        true => commit.author.clone(),
        false => format!("{} <{}>", commit.author, commit.email),
    };
    first
        .map(|commit| (person(commit), OwnerSource::Author))
        .or_else(|| last.map(|commit| (person(commit), OwnerSource::LastEditor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_fits_names_the_owners() {
        let owners = CodeOwners::parse(
            "# comment\n* @all\n*.js @js # trailing\n/build/logs/ @logs\ndocs/* docs@example.com\n\
             apps/ @apps\n/scripts/ @a @b\n**/vault @v\n/apps/github\n",
        );
        let of = |path| owners.of(path).join(" ");
        assert_eq!(of("readme"), "@all");
        assert_eq!(of("a/b/c.js"), "@js");
        assert_eq!(of("build/logs/x/y"), "@logs");
        assert_eq!(of("docs/a.md"), "docs@example.com");
        assert_eq!(of("docs/sub/a.md"), "@all");
        assert_eq!(of("x/apps/y"), "@apps");
        assert_eq!(of("scripts/x"), "@a @b");
        assert_eq!(of("x/vault/y"), "@v");
        assert_eq!(of("apps/github"), "");
    }

    #[test]
    fn sections_give_their_owners_to_lines_that_name_none() {
        let owners = CodeOwners::parse("[Docs][2] @docs\n*.md\n^[Code]\n*.rs @rust\n");
        assert_eq!(owners.of("a.md"), ["@docs"]);
        assert_eq!(owners.of("b.rs"), ["@rust"]);
    }

    #[test]
    fn a_hostile_file_names_nobody() {
        let owners = CodeOwners::parse("[[[ @x\n{a,{b @y\n\\\n! @z\n[]\n");
        assert_eq!(owners.of("a"), Vec::<String>::new());
    }

    #[test]
    fn people_are_known_by_address_and_by_handle() {
        let mut activity = Activity::default();
        activity.note("Ann@Example.org", Timestamp(5));
        activity.note("ann@example.org", Timestamp(3));
        activity.note("77+bob@users.noreply.github.com", Timestamp(9));
        assert_eq!(activity.last("Ann <ann@example.org>"), Some(Timestamp(5)));
        assert_eq!(activity.last("@bob"), Some(Timestamp(9)));
        assert_eq!(activity.last("@org/team"), None);
    }
}
