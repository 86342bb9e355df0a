//! What a range of commits adds: every new file version of every new commit, merges included.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use tightlip_git::{
    Change, Commit, Deletions, DiffEntry, GitError, History, ObjectId, ObjectKind, Objects,
    OpenOptions, Repeats, Repository, Tag, TreeDiff,
};
use tightlip_model::{
    Coverage, Origin, PathBytes, Problem, Provenance, ScanInfo, ScanKind, Sink, Source, Worker,
};

use crate::changes::{Changed, Changes, like, sorted};
use crate::container::Bounds;
use crate::graph::{Graph, Log};
use crate::records;
use crate::renames::{self, Deleted};
use crate::repository::Opening;

/// Changed files gathered before they are scanned.
const BATCH: usize = 4096;
/// Changes of one commit beyond which the same folder at several paths is looked into once.
const MOST_CHANGES: usize = 200_000;

/// Tags of tags that are followed.
const MOST_TAGS: usize = 64;

/// A range without a commit is more often a wrong base than a change without content.
const NOTHING_NEW: &str = "the base has every commit of it already, so nothing was scanned; name another base, or allow an \
     empty scan";

/// Which commits are scanned, and how.
#[derive(Debug, Clone, Default)]
pub struct DiffOptions {
    /// A folder in the repository.
    pub repository: PathBuf,
    /// What reports call the repository, where a scan covers several; empty otherwise.
    pub name: PathBytes,
    /// The revision whose commits are known; when it is `None` or all zeros, none is.
    pub base: Option<String>,
    /// Further revisions whose commits are known: what other branches of a remote hold.
    pub known: Vec<String>,
    /// The revision whose commits are scanned.
    pub head: String,
    /// Further revisions whose commits are scanned: a push can bring several.
    pub heads: Vec<String>,
    /// What the environment changes about the repository.
    pub git: OpenOptions,
    /// Files with more bytes are left out.
    pub max_file_size: Option<u64>,
    /// How much of archives and the like is read.
    pub bounds: Bounds,
    /// Whether a range without a commit is fine.
    pub allow_empty: bool,
    /// How many threads may be used.
    pub jobs: usize,
}

/// The commits that one revision reaches and another does not.
pub struct Diff {
    options: DiffOptions,
    opening: Opening,
}

impl Diff {
    /// A source of what the commits add that `options` names.
    #[must_use]
    pub fn new(options: DiffOptions) -> Self {
        let opening = Opening::at(&options.repository, options.git.clone());
        Self { options, opening }
    }

    fn scan(&self, repository: &Repository, sink: &dyn Sink) -> Result<(), GitError> {
        let objects = repository.objects();
        for error in objects.problems() {
            sink.problem(self.opening.problem(&error));
        }
        let commit = |revision: &String| commit_of(repository, &objects, revision);
        let base = self.options.base.as_ref().filter(|base| !is_zeros(base));
        let base = base.map(commit).transpose()?;
        let known = self.options.known.iter().map(commit).collect::<Result<Vec<_>, _>>()?;
        let known: Vec<ObjectId> = base.into_iter().chain(known).collect();
        let revisions = std::iter::once(&self.options.head).chain(&self.options.heads);
        let leads = |revision: &String| leads_to(repository, &objects, revision);
        let ends = revisions.clone().map(leads).collect::<Result<Vec<_>, _>>()?;
        let is_commit = |end: &&(ObjectId, ObjectKind)| end.1 == ObjectKind::Commit;
        let heads: Vec<ObjectId> = ends.iter().filter(is_commit).map(|end| end.0).collect();
        let history = History::new(repository, &objects);
        let between = history.commits_between(&known, &heads);
        for error in &between.problems {
            sink.problem(self.opening.problem(error));
        }
        let has_nothing = between.items.is_empty() && heads.len() == ends.len();
        if has_nothing && between.problems.is_empty() && !self.options.allow_empty {
            sink.problem(Problem::new(self.options.head.as_str(), NOTHING_NEW));
        }
        let commits = between.items.len() as u64;
        let (shallow, partial) = (repository.is_shallow(), repository.is_partial_clone());
        sink.cover(Coverage { commits, shallow, partial, ..Coverage::default() });
        let mut range = Range::new(self, repository, &objects, base, sink);
        revisions.for_each(|revision| range.scan_tags(revision));
        if let [head] = *heads {
            // Where histories have nothing in common, everything at the head is new.
            let bases = base.map_or(Ok(Vec::new()), |base| history.merge_bases(base, head));
            bases.iter().for_each(|bases| range.look_ahead(head, bases));
        }
        ends.iter().for_each(|end| range.scan_end(*end));
        range.scan(&between.items);
        Ok(())
    }
}

/// What a revision leads to behind its tags: a commit, or a tree or a blob that a tag names.
fn leads_to(
    repository: &Repository,
    objects: &Objects,
    revision: &str,
) -> Result<(ObjectId, ObjectKind), GitError> {
    let id = repository.resolve(objects, revision)?;
    if objects.contains(&id)? {
        let end = repository.resolve(objects, &format!("{id}^{{}}"))?;
        let (kind, _) = objects.header(&end)?;
        return Ok((end, kind));
    }
    commit_of(repository, objects, revision).map(|id| (id, ObjectKind::Commit))
}

/// The commit a revision leads to.
fn commit_of(
    repository: &Repository,
    objects: &Objects,
    revision: &str,
) -> Result<ObjectId, GitError> {
    let id = repository.resolve(objects, revision)?;
    if !objects.contains(&id)? {
        let reason = "names an object that is not in the repository".to_owned();
        return Err(GitError::BadRevision { revision: revision.to_owned(), reason });
    }
    repository.resolve(objects, &format!("{id}^{{commit}}"))
}

fn is_zeros(revision: &str) -> bool {
    revision.len() >= 40 && revision.bytes().all(|byte| byte == b'0')
}

impl Source for Diff {
    fn info(&self) -> ScanInfo {
        let base = self.options.base.as_deref().unwrap_or_default();
        let range = match base {
            "" => self.options.head.clone(),
            base => format!("{base}..{}", self.options.head),
        };
        self.opening.info(ScanKind::Diff, vec![range])
    }

    fn run(&self, sink: &dyn Sink) {
        self.opening.scan(sink, |repository| self.scan(repository, sink));
    }
}

/// The scan of one range.
struct Range<'a> {
    diff: &'a Diff,
    repository: &'a Repository,
    objects: &'a Objects,
    /// The tree of the base, to compare with where the clone ends.
    base_tree: Option<ObjectId>,
    sink: &'a dyn Sink,
    worker: Box<dyn Worker + 'a>,
    /// Contents scanned, with their paths.
    seen: HashSet<(ObjectId, Vec<u8>)>,
    batch: Vec<Changed>,
    /// The files at the head that differ from where the range began, and what stood there.
    at_head: HashMap<Vec<u8>, Changed>,
}

/// A commit of the range.
struct New {
    tree: ObjectId,
    /// The trees it is compared with.
    before: Vec<ObjectId>,
    commit: Option<Arc<tightlip_model::Commit>>,
}

impl<'a> Range<'a> {
    fn new(
        diff: &'a Diff,
        repository: &'a Repository,
        objects: &'a Objects,
        base: Option<ObjectId>,
        sink: &'a dyn Sink,
    ) -> Self {
        let base_tree = base.and_then(|id| tree_of(objects, id).ok());
        let (worker, seen, batch) = (sink.worker(), HashSet::new(), Vec::new());
        let at_head = HashMap::new();
        Self { diff, repository, objects, base_tree, sink, worker, seen, batch, at_head }
    }

    /// Finds what differs between the head and the commits where the range began, so that a line
    /// is shown where it stands at the head.
    fn look_ahead(&mut self, head: ObjectId, bases: &[ObjectId]) {
        let Ok(tree) = tree_of(self.objects, head) else { return };
        let trees = bases.iter().map(|base| tree_of(self.objects, *base));
        let Ok(before) = trees.collect() else { return };
        let changed = self.compared(&New { tree, before, commit: None });
        self.at_head = changed.into_iter().map(|one| (one.path.clone(), one)).collect();
    }

    /// Scans what the annotated tags say that a revision leads through.
    fn scan_tags(&mut self, revision: &str) {
        let mut content = Vec::new();
        let Ok(mut id) = self.repository.resolve(self.objects, revision) else { return };
        for _ in 0..MOST_TAGS {
            content.clear();
            let Ok(ObjectKind::Tag) = self.objects.read(&id, &mut content) else { return };
            let base = self.provenance();
            records::scan_tag(self.worker.as_mut(), &content, id, &base);
            let Ok(tag) = Tag::parse(id, &content) else { return };
            id = tag.target;
        }
    }

    /// Scans what a tag names that is no commit: all of it is new.
    fn scan_end(&mut self, (id, kind): (ObjectId, ObjectKind)) {
        match kind {
            ObjectKind::Commit | ObjectKind::Tag => {}
            ObjectKind::Tree => self.changes(&New { tree: id, before: Vec::new(), commit: None }),
            ObjectKind::Blob => self.batch.push(Changed {
                path: id.to_string().into_bytes(),
                new: DiffEntry { mode: 0o100_644, id },
                before: Vec::new(),
                is_new_path: false,
                commit: None,
                at_head: None,
            }),
        }
    }

    /// Scans the commits, parents first, so that what is told of first is where it came in.
    fn scan(mut self, commits: &[ObjectId]) {
        let mut log = Log::default();
        for id in commits {
            let _ = self.read(*id, &mut log);
        }
        let graph = Graph::new(log);
        let total = commits.len() as u64;
        for (done, node) in graph.order().into_iter().enumerate() {
            if self.sink.is_stopped() {
                return;
            }
            let commit = graph.id(node).and_then(|id| self.commit(id));
            if let Some(new) = commit {
                self.changes(&new);
            }
            if self.batch.len() >= BATCH {
                self.flush();
            }
            self.sink.progress(done as u64 + 1, Some(total));
        }
        self.flush();
    }

    fn read(&self, id: ObjectId, log: &mut Log<ObjectId>) -> Option<()> {
        let mut content = Vec::new();
        // A commit that cannot be read was told of when the range was walked.
        self.objects.read(&id, &mut content).ok()?;
        let Commit { tree, parents, committer, .. } = Commit::parse(id, &content).ok()?;
        log.push(id, tree, committer.seconds, parents.into_iter());
        Some(())
    }

    /// Scans what a commit says and finds what it is to be compared with.
    fn commit(&mut self, id: ObjectId) -> Option<New> {
        let mut content = Vec::new();
        self.objects.read(&id, &mut content).ok()?;
        let parsed = Commit::parse(id, &content).ok()?;
        let commit = records::commit(&id, &parsed);
        let mut provenance = self.provenance();
        provenance.commit = Some(commit.clone());
        records::scan_commit(self.worker.as_mut(), &content, &provenance);
        let before = if self.repository.shallow_boundary().binary_search(&id).is_ok() {
            self.tell_boundary(id);
            self.base_tree.into_iter().collect()
        } else {
            parsed.parents.iter().filter_map(|parent| self.tree_of(*parent)).collect()
        };
        Some(New { tree: parsed.tree, before, commit: Some(Arc::new(commit)) })
    }

    fn tell_boundary(&self, id: ObjectId) {
        let message = format!(
            "shallow clone: history ends at `{id}`, inside the range; fetch with full depth (`git fetch --unshallow`, `fetch-depth: 0`, `GIT_DEPTH: 0`)"
        );
        self.sink.problem(Problem::new(self.diff.opening.subject(), message));
    }

    fn tree_of(&self, id: ObjectId) -> Option<ObjectId> {
        tree_of(self.objects, id)
            .inspect_err(|error| self.sink.problem(self.diff.opening.problem(error)))
            .ok()
    }

    /// Gathers the files that differ from every version before.
    fn changes(&mut self, new: &New) {
        let mut changed = self.compared(new);
        changed.retain(|one| self.seen.insert((one.new.id, one.path.clone())));
        for one in &mut changed {
            let is_last = |last: &&Changed| last.new == one.new;
            one.at_head = self.at_head.get(&one.path).filter(is_last).map(|one| one.before.clone());
        }
        self.batch.append(&mut changed);
    }

    fn compared(&self, new: &New) -> Vec<Changed> {
        let (mut changed, deleted) = match new.before.as_slice() {
            [] => self.against(None, new),
            [one] => self.against(Some(*one), new),
            [first, others @ ..] => self.merged(*first, others, new),
        };
        if new.before.len() == 1 {
            renames::find(self.objects, &mut changed, &deleted);
        }
        changed
    }

    fn against(&self, old: Option<ObjectId>, new: &New) -> (Vec<Changed>, Vec<Deleted>) {
        sorted(self.compare(old, new.tree, Deletions::Listed).0, new.commit.as_ref())
    }

    /// The files of a merge that none of its parents has like that.
    fn merged(
        &self,
        first: ObjectId,
        others: &[ObjectId],
        new: &New,
    ) -> (Vec<Changed>, Vec<Deleted>) {
        let mut changed = self.against(Some(first), new).0;
        for other in others {
            if changed.is_empty() {
                break;
            }
            let (changes, is_whole) = self.compare(Some(*other), new.tree, Deletions::LeftOut);
            let olds: HashMap<Vec<u8>, Option<DiffEntry>> =
                changes.into_iter().map(|change| (change.path, change.old)).collect();
            changed.retain_mut(|one| {
                let Some(old) = olds.get(&one.path) else { return !is_whole };
                one.before.push(like(*old, one.new));
                one.is_new_path &= old.is_none();
                true
            });
        }
        (changed, Vec::new())
    }

    /// The changes between two trees, and whether folders were looked into at every path.
    fn compare(
        &self,
        old: Option<ObjectId>,
        new: ObjectId,
        deletions: Deletions,
    ) -> (Vec<Change>, bool) {
        let every = tightlip_git::DiffOptions { deletions, repeats: Repeats::EveryPath };
        let changes = TreeDiff::new(self.objects, old, Some(new), every);
        let some: Vec<_> = changes.take(MOST_CHANGES + 1).collect();
        let is_whole = some.len() <= MOST_CHANGES;
        let all = if is_whole {
            some
        } else {
            let once = tightlip_git::DiffOptions { repeats: Repeats::FirstPath, ..every };
            TreeDiff::new(self.objects, old, Some(new), once).collect()
        };
        let tell = |error: &GitError| self.sink.problem(self.diff.opening.problem(error));
        (all.into_iter().filter_map(|change| change.inspect_err(tell).ok()).collect(), is_whole)
    }

    fn flush(&mut self) {
        let Diff { options, opening } = self.diff;
        let (base, bounds) = (self.provenance(), options.bounds);
        let (max_file_size, objects, sink) = (options.max_file_size, self.objects, self.sink);
        let changes = Changes { opening, objects, base, max_file_size, bounds, sink };
        changes.scan(&self.batch, options.jobs);
        self.batch.clear();
    }

    fn provenance(&self) -> Provenance {
        let repository = self.diff.options.name.clone();
        Provenance { repository, ..Provenance::at(Origin::Blob, "") }
    }
}

fn tree_of(objects: &Objects, id: ObjectId) -> Result<ObjectId, GitError> {
    let mut content = Vec::new();
    objects.read(&id, &mut content)?;
    Ok(Commit::parse(id, &content)?.tree)
}
