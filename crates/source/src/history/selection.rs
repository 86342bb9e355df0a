//! Which objects are looked at, where the user asked for a part of a history.

use std::collections::HashSet;

use globset::{GlobBuilder, GlobMatcher};
use tightlip_git::{
    Commit, EntryMode, GitError, History as Commits, ObjectId, ObjectKind, Objects, Ref,
    Repository, Tag, Tree,
};

use tightlip_model::{Reach, Timestamp};

use super::numbers::Numbers;
use super::place::hold_of;

/// What a selected history begins after.
enum Since {
    Revision(ObjectId),
    /// Seconds since 1970 UTC.
    Time(i64),
}

/// Where a selection begins: the refs that are followed, and how far back.
pub(super) struct Bounds {
    pub(super) refs: Vec<Ref>,
    since: Option<Since>,
}

impl Bounds {
    /// The refs among `all` whose name matches one of `globs`, if there are any, and what `since` means.
    /// An error is a message for the user.
    pub(super) fn new(
        repository: &Repository,
        objects: &Objects,
        (all, globs, since): (&[Ref], &[String], Option<&str>),
    ) -> Result<Self, String> {
        let matchers = globs.iter().map(|glob| matcher(glob)).collect::<Result<Vec<_>, _>>()?;
        for (glob, matcher) in globs.iter().zip(&matchers) {
            if !all.iter().any(|one| is_match(matcher, &one.name)) {
                return Err(format!("no ref matches `--refs {glob}`"));
            }
        }
        let is_followed = |one: &&Ref| match globs.is_empty() {
            true => hold_of(&one.name) <= Reach::Stash,
            false => matchers.iter().any(|matcher| is_match(matcher, &one.name)),
        };
        let refs = all.iter().filter(is_followed).cloned().collect();
        let since = since.map(|text| parse_since(repository, objects, text)).transpose()?;
        Ok(Self { refs, since })
    }
}

fn matcher(glob: &str) -> Result<GlobMatcher, String> {
    let built = GlobBuilder::new(glob).literal_separator(true).build();
    built
        .map(|glob| glob.compile_matcher())
        .map_err(|error| format!("`--refs {glob}`: {}", error.kind()))
}

/// A ref is known by its full name and by what people call it.
fn is_match(matcher: &GlobMatcher, name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name);
    let prefixes = ["", "refs/", "refs/heads/", "refs/tags/", "refs/remotes/"];
    prefixes
        .iter()
        .filter_map(|prefix| name.strip_prefix(prefix))
        .any(|name| matcher.is_match(name))
}

fn parse_since(repository: &Repository, objects: &Objects, text: &str) -> Result<Since, String> {
    if looks_like_a_date(text) {
        let time = seconds(text).map(Since::Time);
        return time.ok_or_else(|| {
            format!("`--since {text}` is no date: write `2026-01-31` or `2026-01-31T12:00:00Z`")
        });
    }
    let fails = |error: GitError| error.to_string();
    repository.resolve(objects, text).map_err(fails)?;
    let commit = repository.resolve(objects, &format!("{text}^{{commit}}"));
    commit.map(Since::Revision).map_err(fails)
}

fn looks_like_a_date(text: &str) -> bool {
    let shape = text.bytes().take(10).map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    shape.eq(*b"0000-00-00")
}

/// The seconds since 1970 of a day, or of a time of it in UTC: `THH:MM:SS`, all of it or up to the
/// minutes, with or without a `Z`.
fn seconds(text: &str) -> Option<i64> {
    let (day, time) = text.split_at_checked(10)?;
    if time.is_empty() {
        return day.parse::<Timestamp>().ok().map(|time| time.0);
    }
    let time = time.strip_prefix(['T', ' '])?;
    let time = time.strip_suffix('Z').unwrap_or(time);
    let seconds = if time.len() == "HH:MM".len() { ":00" } else { "" };
    format!("{day}T{time}{seconds}Z").parse::<Timestamp>().ok().map(|time| time.0)
}

/// The objects that are looked at, by number.
pub(super) struct Selection {
    marks: Vec<Mark>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Nothing that is followed reaches it.
    Aside,
    /// It was there before.
    Before,
    Selected,
}

impl Selection {
    /// What the bounds hold: the commits that the refs reach, without those that the beginning
    /// reaches or that are older; and of what these hold, all that the commits they follow do not.
    pub(super) fn new(
        repository: &Repository,
        objects: &Objects,
        numbers: &Numbers,
        bounds: &Bounds,
    ) -> Self {
        let mut marking = Marking { objects, numbers, marks: vec![Mark::Aside; numbers.count()] };
        let tips: Vec<ObjectId> =
            bounds.refs.iter().filter_map(|one| marking.tip(one.target)).collect();
        let bases = match bounds.since {
            Some(Since::Revision(id)) => vec![id],
            _ => Vec::new(),
        };
        // What cannot be read is told of when all objects are.
        let reached = Commits::new(repository, objects).commits_between(&bases, &tips).items;
        let earliest = match bounds.since {
            Some(Since::Time(seconds)) => seconds,
            _ => i64::MIN,
        };
        let read = |id: &ObjectId| marking.commit(id);
        let commits: Vec<_> = reached.iter().filter_map(read).filter(|c| c.2 >= earliest).collect();
        let selected: HashSet<ObjectId> = commits.iter().map(|commit| commit.0).collect();
        let followed = commits.iter().flat_map(|commit| &commit.3);
        let before = followed.filter(|id| !selected.contains(*id)).chain(&bases);
        for (_, tree, ..) in before.filter_map(|id| marking.commit(id)).collect::<Vec<_>>() {
            marking.all_below(tree, Mark::Before);
        }
        for (id, tree, ..) in commits {
            marking.mark(&id, Mark::Selected);
            marking.all_below(tree, Mark::Selected);
        }
        Self { marks: marking.marks }
    }

    /// Whether an object is looked at.
    pub(super) fn has(&self, number: Option<u32>) -> bool {
        let mark = number.and_then(|number| self.marks.get(number as usize));
        mark.is_some_and(|mark| *mark == Mark::Selected)
    }
}

struct Marking<'a> {
    objects: &'a Objects,
    numbers: &'a Numbers,
    marks: Vec<Mark>,
}

impl Marking<'_> {
    /// Marks an object; whether it had no mark.
    fn mark(&mut self, id: &ObjectId, mark: Mark) -> bool {
        let place = self.numbers.find(id).and_then(|number| self.marks.get_mut(number as usize));
        let Some(free) = place.filter(|known| **known == Mark::Aside) else { return false };
        *free = mark;
        true
    }

    /// Selects the tags that a ref leads through, and what they tag unless that is a commit, whose id
    /// is given.
    fn tip(&mut self, id: ObjectId) -> Option<ObjectId> {
        let (mut id, mut content) = (id, Vec::new());
        loop {
            match self.objects.read(&id, &mut content).ok()? {
                ObjectKind::Commit => return Some(id),
                ObjectKind::Tag if self.mark(&id, Mark::Selected) => {
                    id = Tag::parse(id, &content).ok()?.target;
                }
                ObjectKind::Tag => return None,
                ObjectKind::Tree => {
                    self.all_below(id, Mark::Selected);
                    return None;
                }
                ObjectKind::Blob => {
                    self.mark(&id, Mark::Selected);
                    return None;
                }
            }
        }
    }

    /// A commit's id, tree, time and parents.
    fn commit(&self, id: &ObjectId) -> Option<(ObjectId, ObjectId, i64, Vec<ObjectId>)> {
        let mut content = Vec::new();
        self.objects.read(id, &mut content).ok()?;
        let Commit { tree, parents, committer, .. } = Commit::parse(*id, &content).ok()?;
        Some((*id, tree, committer.seconds, parents))
    }

    /// Marks a tree and all in it that has no mark.
    fn all_below(&mut self, tree: ObjectId, mark: Mark) {
        let (mut todo, mut content) = (vec![tree], Vec::new());
        while let Some(id) = todo.pop() {
            if !self.mark(&id, mark) || self.objects.read(&id, &mut content).is_err() {
                continue;
            }
            for entry in Tree::new(id, &content).flatten() {
                match entry.entry_mode() {
                    EntryMode::Tree => todo.push(entry.id),
                    EntryMode::Submodule => {}
                    EntryMode::File | EntryMode::Symlink => {
                        self.mark(&entry.id, mark);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_or_a_time_of_it_in_utc() {
        assert_eq!(seconds("1970-01-01"), Some(0));
        assert_eq!(seconds("2024-02-29"), Some(1_709_164_800));
        assert_eq!(seconds("2000-03-01T00:00:10Z"), Some(951_868_810));
        assert_eq!(seconds("2026-12-31 23:59"), Some(1_798_761_540));
        for wrong in ["2023-02-29", "2024-13-01", "2024-01-00", "2024-01-01T25:00", "2024-01-01x"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_glob_means_full_and_short_names() {
        let is = |glob: &str, name: &str| is_match(&matcher(glob).unwrap(), name.as_bytes());
        assert!(is("main", "refs/heads/main") && is("refs/heads/main", "refs/heads/main"));
        assert!(is("release/*", "refs/heads/release/1") && !is("*", "refs/heads/release/1"));
        assert!(is("v*", "refs/tags/v1") && is("origin/**", "refs/remotes/origin/a/b"));
        assert!(is("HEAD", "HEAD") && !is("main", "refs/heads/maintenance"));
    }
}
