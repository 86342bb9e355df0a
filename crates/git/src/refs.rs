//! The references of a repository, however they are stored: branches, tags, notes, stashes, heads
//! of all work trees. Turning what a user types into an object id is left to `revision`.

mod files;
mod packed;
mod reflog;
mod reftable;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::GitError;
use crate::object_id::{HashKind, ObjectId};
use crate::repository::RefStorage;

/// As many symbolic references in a row as git follows.
const MAX_SYMBOLIC: usize = 5;

/// A reference that leads to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref {
    /// The full name, such as `refs/heads/main`, `HEAD` or `worktrees/other/HEAD`.
    pub name: Vec<u8>,
    /// The object it leads to.
    pub target: ObjectId,
    /// The reference it names, for a symbolic one.
    pub symbolic: Option<Vec<u8>>,
    /// What an annotated tag finally tags, when the storage says so.
    pub peeled: Option<ObjectId>,
}

/// What is checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// A branch and its commit.
    Branch {
        /// The full name.
        name: Vec<u8>,
        /// The commit.
        id: ObjectId,
    },
    /// A branch without a commit yet.
    Unborn {
        /// The full name.
        name: Vec<u8>,
    },
    /// A commit without a branch.
    Detached(ObjectId),
}

impl Head {
    /// The commit, unless the branch has none.
    #[must_use]
    pub const fn id(&self) -> Option<ObjectId> {
        match self {
            Self::Branch { id, .. } | Self::Detached(id) => Some(*id),
            Self::Unborn { .. } => None,
        }
    }
}

/// Things found together with what could not be read on the way.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// What was found.
    pub items: Vec<T>,
    /// What could not be read.
    pub problems: Vec<GitError>,
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self { items: Vec::new(), problems: Vec::new() }
    }
}

/// What a reference holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Id(ObjectId),
    Symbolic(Vec<u8>),
}

/// A reference as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) value: Value,
    pub(crate) peeled: Option<ObjectId>,
}

/// All references of one work tree by name, later storage over earlier.
type Names = BTreeMap<Vec<u8>, Stored>;

/// The references of a repository.
#[derive(Clone, Debug)]
pub struct Refs {
    git_dir: PathBuf,
    common_dir: PathBuf,
    storage: RefStorage,
    hash: HashKind,
}

impl Refs {
    pub(crate) fn new(
        git_dir: &Path,
        common_dir: &Path,
        storage: RefStorage,
        hash: HashKind,
    ) -> Self {
        let (git_dir, common_dir) = (git_dir.to_owned(), common_dir.to_owned());
        Self { git_dir, common_dir, storage, hash }
    }

    /// Every reference that leads to an object id, sorted by name: those under `refs/`, `HEAD`,
    /// `FETCH_HEAD`, `MERGE_HEAD` and their like, and those of the other work trees. A file that
    /// names several objects gives several references of one name. A symbolic reference to
    /// nothing is left out, as git does.
    #[must_use]
    pub fn all(&self) -> Found<Ref> {
        let mut found = Found::default();
        let names = self.names(&mut found.problems);
        for (name, stored) in &names {
            match follow(&names, name) {
                Ok(Some(target)) => found.items.push(Ref {
                    name: name.clone(),
                    target,
                    symbolic: match &stored.value {
                        Value::Symbolic(to) => Some(to.clone()),
                        Value::Id(_) => None,
                    },
                    peeled: stored.peeled,
                }),
                Ok(None) => {}
                Err(error) => found.problems.push(error),
            }
        }
        for (prefix, folder) in self.work_trees(&mut found.problems) {
            let refs = files::further_ids(&folder, self.hash, &mut found.problems);
            found.items.extend(refs.into_iter().map(|(name, target)| {
                let name = [prefix.as_slice(), &name].concat();
                Ref { name, target, symbolic: None, peeled: None }
            }));
        }
        found.items.sort_by(|a, b| (&a.name, a.target).cmp(&(&b.name, b.target)));
        found
    }

    /// What is checked out.
    ///
    /// # Errors
    ///
    /// Fails when `HEAD` is missing or broken.
    pub fn head(&self) -> Result<Head, GitError> {
        let broken = |reason: &str| GitError::BrokenRef {
            name: b"HEAD".to_vec(),
            reason: reason.to_owned(),
        };
        match self.stored(b"HEAD")?.ok_or_else(|| broken("it does not exist"))?.value {
            Value::Id(id) => Ok(Head::Detached(id)),
            Value::Symbolic(name) => match self.find(&name)? {
                Some(id) => Ok(Head::Branch { name, id }),
                None => Ok(Head::Unborn { name }),
            },
        }
    }

    /// The object that the reference of this full name leads to; `None` when it does not exist or
    /// is a symbolic one that leads nowhere.
    ///
    /// # Errors
    ///
    /// Fails when the reference, or one on the way, is broken.
    pub fn find(&self, name: &[u8]) -> Result<Option<ObjectId>, GitError> {
        let mut name = name.to_vec();
        for _ in 0..=MAX_SYMBOLIC {
            match self.stored(&name)?.map(|stored| stored.value) {
                Some(Value::Id(id)) => return Ok(Some(id)),
                Some(Value::Symbolic(next)) => name = next,
                None => return Ok(None),
            }
        }
        Err(too_deep(name))
    }

    /// Every object id that a reflog of any work tree mentions, stashes included, sorted.
    #[must_use]
    pub fn reflog_ids(&self) -> Found<ObjectId> {
        let mut found = Found::default();
        let mut folders = vec![self.common_dir.clone(), self.git_dir.clone()];
        folders.extend(self.other_work_trees(&mut found.problems).into_iter().map(|(_, f)| f));
        folders.sort();
        folders.dedup();
        for folder in folders {
            let logs = folder.join("logs");
            reflog::collect(&logs, self.hash, &mut found.items, &mut found.problems);
            if self.storage == RefStorage::Reftable {
                let mut stack = reftable::Stack::open(&folder, self.hash);
                found.items.append(&mut stack.log_ids);
                found.problems.append(&mut stack.problems);
            }
        }
        found.items.sort_unstable();
        found.items.dedup();
        found
    }

    /// Hands out what the logs say that reftables hold, entry after entry: the name of the reference
    /// with its work tree before it, and the entry's person, address and message. Logs that are files
    /// are the caller's to read. Gives what could not be read.
    pub fn reftable_logs(&self, mut each: impl FnMut(&[u8], [&[u8]; 3])) -> Vec<GitError> {
        let mut problems = Vec::new();
        if self.storage != RefStorage::Reftable {
            return problems;
        }
        let mut trees = vec![(Vec::new(), self.common_dir.clone())];
        if self.git_dir != self.common_dir {
            let tree = self.git_dir.file_name().map(crate::files::name_bytes).unwrap_or_default();
            trees.push(([b"worktrees/", tree.as_slice(), b"/"].concat(), self.git_dir.clone()));
        }
        trees.extend(self.other_work_trees(&mut problems));
        for (tree, folder) in trees {
            let mut said = |name: &[u8], texts: [&[u8]; 3]| each(&prefix(&tree, name), texts);
            problems.extend(reftable::Stack::open_with(&folder, self.hash, &mut said).problems);
        }
        problems
    }

    /// A reference as stored, by its full name.
    fn stored(&self, name: &[u8]) -> Result<Option<Stored>, GitError> {
        let (folder, local) = self.folder_of(name);
        if self.storage == RefStorage::Files || files::is_always_file(local) {
            if let Some(stored) = files::read_loose(&folder, local, self.hash)? {
                return Ok(Some(stored));
            }
            return packed::find(&self.common_dir, local, self.hash);
        }
        let stack = reftable::Stack::open(&folder, self.hash);
        match stack.problems.into_iter().next() {
            Some(problem) => Err(problem),
            None => Ok(stack.refs.get(local).cloned()),
        }
    }

    /// The folder that stores a reference, and its name there.
    fn folder_of<'n>(&self, name: &'n [u8]) -> (PathBuf, &'n [u8]) {
        if let Some(local) = name.strip_prefix(b"main-worktree/") {
            return (self.common_dir.clone(), local);
        }
        let other = name.strip_prefix(b"worktrees/").and_then(|rest| {
            let slash = rest.iter().position(|byte| *byte == b'/')?;
            Some((rest.get(..slash)?, rest.get(slash + 1..)?))
        });
        if let Some((tree, local)) = other.filter(|(tree, _)| files::is_safe(tree)) {
            let trees = self.common_dir.join("worktrees");
            return (trees.join(crate::files::path_from_bytes(tree)), local);
        }
        if is_per_work_tree(name) {
            (self.git_dir.clone(), name)
        } else {
            (self.common_dir.clone(), name)
        }
    }

    /// Everything stored, with the other work trees' own references under their prefix.
    fn names(&self, problems: &mut Vec<GitError>) -> Names {
        let mut names = self.names_in(&self.common_dir, problems);
        if self.git_dir != self.common_dir {
            let main: Vec<_> = names.extract_if(.., |name, _| is_per_work_tree(name)).collect();
            let prefixed = main.into_iter().map(|(n, s)| (prefix(b"main-worktree/", &n), s));
            names.extend(prefixed);
            let own = self.names_in(&self.git_dir, problems);
            names.extend(own.into_iter().filter(|(name, _)| is_per_work_tree(name)));
        }
        for (tree, folder) in self.other_work_trees(problems) {
            let other = self.names_in(&folder, problems).into_iter();
            let own = other.filter(|(name, _)| is_per_work_tree(name));
            names.extend(own.map(|(name, stored)| (prefix(&tree, &name), stored)));
        }
        names
    }

    fn names_in(&self, folder: &Path, problems: &mut Vec<GitError>) -> Names {
        let mut names = Names::new();
        if self.storage == RefStorage::Reftable {
            let mut stack = reftable::Stack::open(folder, self.hash);
            problems.append(&mut stack.problems);
            names = stack.refs;
        } else {
            packed::read(folder, self.hash, &mut names, problems);
            files::read_all(folder, self.hash, &mut names, problems);
        }
        files::read_top(folder, self.storage, self.hash, &mut names, problems);
        names
    }

    /// This work tree and all others, each with the prefix of its references.
    fn work_trees(&self, problems: &mut Vec<GitError>) -> Vec<(Vec<u8>, PathBuf)> {
        let mut trees = vec![(Vec::new(), self.git_dir.clone())];
        if self.git_dir != self.common_dir {
            trees.push((b"main-worktree/".to_vec(), self.common_dir.clone()));
        }
        trees.extend(self.other_work_trees(problems));
        trees
    }

    /// The linked work trees but this one.
    fn other_work_trees(&self, problems: &mut Vec<GitError>) -> Vec<(Vec<u8>, PathBuf)> {
        let own = self.git_dir.canonicalize().unwrap_or_else(|_| self.git_dir.clone());
        let listed = crate::files::list(&self.common_dir.join("worktrees"));
        let entries = listed.unwrap_or_else(|error| {
            problems.push(error);
            Vec::new()
        });
        let folders = entries.into_iter().filter(|entry| {
            let path = entry.path();
            path.is_dir() && path.canonicalize().is_ok_and(|path| path != own)
        });
        let named = folders.map(|entry| {
            let name = crate::files::name_bytes(&entry.file_name());
            ([b"worktrees/", name.as_slice(), b"/"].concat(), entry.path())
        });
        named.collect()
    }
}

fn prefix(prefix: &[u8], name: &[u8]) -> Vec<u8> {
    [prefix, name].concat()
}

/// Whether each work tree has a reference of this name of its own.
fn is_per_work_tree(name: &[u8]) -> bool {
    let own = [&b"refs/bisect/"[..], b"refs/worktree/", b"refs/rewritten/"];
    !name.starts_with(b"refs/") || own.iter().any(|start| name.starts_with(start))
}

/// Follows symbolic references among those already read.
fn follow(names: &Names, name: &[u8]) -> Result<Option<ObjectId>, GitError> {
    let mut at = name;
    for _ in 0..=MAX_SYMBOLIC {
        match names.get(at).map(|stored| &stored.value) {
            Some(Value::Id(id)) => return Ok(Some(*id)),
            Some(Value::Symbolic(next)) => at = next,
            None => return Ok(None),
        }
    }
    Err(too_deep(name.to_vec()))
}

fn too_deep(name: Vec<u8>) -> GitError {
    GitError::BrokenRef { name, reason: "too many symbolic references lead to it".to_owned() }
}
