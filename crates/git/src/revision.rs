//! From what a user types to an object: ids, abbreviations, names of references, and the suffixes
//! that lead from one object to another.

use crate::commit::Commit;
use crate::error::GitError;
use crate::history::History;
use crate::object_id::{ObjectId, ObjectKind};
use crate::objects::Objects;
use crate::refs::Refs;
use crate::repository::Repository;
use crate::tag::Tag;

/// The shortest abbreviation git accepts.
const MIN_PREFIX: usize = 4;
const MAX_TAGS: usize = 1024;
/// Where a short name is looked for, in this order.
const PLACES: [(&str, &str); 5] = [
    ("refs/", ""),
    ("refs/tags/", ""),
    ("refs/heads/", ""),
    ("refs/remotes/", ""),
    ("refs/remotes/", "/HEAD"),
];

/// A suffix of a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// `~n`: that many first parents back.
    Back(u64),
    /// `^n`: the parent of that number, or for zero the commit itself.
    Parent(usize),
    /// `^{kind}`: what it leads to of that kind.
    Kind(ObjectKind),
    /// `^{}`: what a tag leads to.
    Untagged,
    /// `^{object}`: the object itself.
    Itself,
}

impl Repository {
    /// The object a revision names: an id or an abbreviation of four or more digits, the full or
    /// short name of a reference, `HEAD` or `@`, with any number of the suffixes `~n`, `^n`,
    /// `^{kind}` and `^{}`. A name may begin with `-`: it is never an option.
    ///
    /// # Errors
    ///
    /// Fails when it names nothing, more than one object, or uses other syntax.
    pub fn resolve(&self, objects: &Objects, revision: &str) -> Result<ObjectId, GitError> {
        let bad = |reason: String| GitError::BadRevision { revision: revision.to_owned(), reason };
        if revision.contains(':') || revision.contains("@{") {
            return Err(bad("uses syntax that is not supported; give a commit or a name".into()));
        }
        let end = revision.find(['~', '^']).unwrap_or(revision.len());
        let (name, suffixes) = revision.split_at_checked(end).unwrap_or((revision, ""));
        let steps =
            parse_steps(suffixes).ok_or_else(|| bad("has a suffix that is not one".into()))?;
        let mut id = self.named(objects, name, !steps.is_empty()).map_err(|error| match error {
            Lookup::Bad(reason) => bad(reason),
            Lookup::Failed(error) => error,
        })?;
        for step in steps {
            id = self.follow(objects, id, step)?.ok_or_else(|| {
                bad(format!("goes on from `{id}` to something that does not exist"))
            })?;
        }
        Ok(id)
    }

    fn named(&self, objects: &Objects, name: &str, commit: bool) -> Result<ObjectId, Lookup> {
        let full = ObjectId::from_hex(name.as_bytes());
        if let Some(id) = full.filter(|id| id.hash_kind() == self.hash_kind()) {
            return Ok(id);
        }
        if let Some(id) = find_ref(&self.refs(), name)? {
            return Ok(id);
        }
        let unknown = || Lookup::Bad("names no object".into());
        let digits = name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if name.len() < MIN_PREFIX || name.len() > self.hash_kind().hex_len() || !digits {
            return Err(unknown());
        }
        let mut ids = objects.with_prefix(&name.to_ascii_lowercase(), 64)?;
        if ids.len() > 1 && commit {
            let leads_to_commit = |id: &ObjectId| objects.header(id).map(|(kind, _)| kind);
            ids.retain(|id| {
                matches!(leads_to_commit(id), Ok(ObjectKind::Commit | ObjectKind::Tag) | Err(_))
            });
        }
        match ids.as_slice() {
            [] => Err(unknown()),
            [id] => Ok(*id),
            _ => Err(Lookup::Bad("is ambiguous; give more digits".into())),
        }
    }

    /// Takes one step; `None` when it leads nowhere.
    fn follow(
        &self,
        objects: &Objects,
        id: ObjectId,
        step: Step,
    ) -> Result<Option<ObjectId>, GitError> {
        match step {
            Step::Itself => Ok(objects.contains(&id)?.then_some(id)),
            Step::Untagged => objects.untagged(id).map(|(id, _)| Some(id)),
            Step::Kind(kind) => objects.peel(id, kind),
            Step::Parent(0) => objects.peel(id, ObjectKind::Commit),
            Step::Parent(number) => {
                let Some(id) = objects.peel(id, ObjectKind::Commit)? else { return Ok(None) };
                let parents = History::new(self, objects).parents(&id)?.0;
                Ok(parents.get(number - 1).copied())
            }
            Step::Back(count) => {
                let mut at = objects.peel(id, ObjectKind::Commit)?;
                for _ in 0..count {
                    let Some(id) = at else { break };
                    at = History::new(self, objects).parents(&id)?.0.first().copied();
                }
                Ok(at)
            }
        }
    }
}

impl Objects {
    /// What an object leads to of a kind: a tag to what it tags, a commit to its tree; the object
    /// itself when it is of that kind; `None` when it leads to nothing of the kind.
    ///
    /// # Errors
    ///
    /// Fails when an object on the way is missing or corrupt.
    pub fn peel(&self, id: ObjectId, to: ObjectKind) -> Result<Option<ObjectId>, GitError> {
        if to == ObjectKind::Tag {
            return Ok((self.header(&id)?.0 == ObjectKind::Tag).then_some(id));
        }
        let (id, kind) = self.untagged(id)?;
        if kind == to {
            return Ok(Some(id));
        }
        if (kind, to) != (ObjectKind::Commit, ObjectKind::Tree) {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        self.read(&id, &mut bytes)?;
        Ok(Some(Commit::parse(id, &bytes)?.tree))
    }

    /// Follows tags to what is none, and says what that is.
    fn untagged(&self, id: ObjectId) -> Result<(ObjectId, ObjectKind), GitError> {
        let (mut at, mut bytes) = (id, Vec::new());
        for _ in 0..MAX_TAGS {
            let kind = self.header(&at)?.0;
            if kind != ObjectKind::Tag {
                return Ok((at, kind));
            }
            self.read(&at, &mut bytes)?;
            at = Tag::parse(at, &bytes)?.target;
        }
        let what = format!("the number of tags between `{id}` and what it tags");
        Err(GitError::LimitExceeded { what, limit: MAX_TAGS as u64 })
    }
}

/// Why a name could not be looked up.
enum Lookup {
    Bad(String),
    Failed(GitError),
}

impl From<GitError> for Lookup {
    fn from(error: GitError) -> Self {
        Self::Failed(error)
    }
}

fn find_ref(refs: &Refs, name: &str) -> Result<Option<ObjectId>, GitError> {
    let name = if name == "@" { "HEAD" } else { name };
    if may_stand_alone(name)
        && let Some(id) = refs.find(name.as_bytes())?
    {
        return Ok(Some(id));
    }
    for (before, after) in PLACES {
        if let Some(id) = refs.find(format!("{before}{name}{after}").as_bytes())? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Whether a name is a reference as it stands, rather than any file in the `.git` folder.
fn may_stand_alone(name: &str) -> bool {
    let upper = |byte: u8| byte.is_ascii_uppercase() || byte == b'_' || byte == b'-';
    let folders = ["refs/", "worktrees/", "main-worktree/"];
    folders.iter().any(|folder| name.starts_with(folder))
        || (!name.is_empty() && name.bytes().all(upper))
}

fn parse_steps(mut text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while let Some(first) = text.chars().next() {
        let rest = text.get(1..)?;
        if let Some(inner) = rest.strip_prefix('{').filter(|_| first == '^') {
            let (kind, after) = inner.split_once('}')?;
            steps.push(match kind {
                "" => Step::Untagged,
                "object" => Step::Itself,
                kind => Step::Kind(ObjectKind::from_word(kind.as_bytes())?),
            });
            text = after;
            continue;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at_checked(digits)?;
        let number: u64 = if number.is_empty() { 1 } else { number.parse().ok()? };
        steps.push(match first {
            '~' => Step::Back(number),
            '^' => Step::Parent(usize::try_from(number).ok()?),
            _ => return None,
        });
        text = after;
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_are_read_in_order() {
        let steps = parse_steps("~^2^{tree}^{}~03^");
        let tree = Step::Kind(ObjectKind::Tree);
        let all = vec![
            Step::Back(1),
            Step::Parent(2),
            tree,
            Step::Untagged,
            Step::Back(3),
            Step::Parent(1),
        ];
        assert_eq!(steps, Some(all));
        for bad in ["^{", "^{nothing}", "~x", "^99999999999999999999999"] {
            assert_eq!(parse_steps(bad), None, "{bad}");
        }
    }
}
