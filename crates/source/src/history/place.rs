//! Where blobs with matches stand: which paths, since which commit, and what still holds them.

use std::collections::{BTreeMap, HashMap, HashSet};

use tightlip_git::{Commit, ObjectId, ObjectKind, Objects, Ref, Repository, Tag};
use tightlip_model::{BlobId, Ended, Found, Origin, PathBytes, Provenance, Reach, Sink};

use super::folders::Kind;
use super::introductions::{Introductions, PLACES};
use super::logs;
use super::numbers::Numbers;
use super::removals::{self, Removal};
use super::survey::Notes;
use super::views::{View, Views};
use crate::graph::{Graph, Node};
use crate::records::{blob_id, commit, object_id};
use crate::repository::head_commit;

/// Refs named for one place.
const NAMED_REFS: usize = 5;
/// Commits remembered for one place, to find refs that reach it.
const COMMITS: usize = 16;
/// Tags of tags that are followed.
const MOST_TAGS: usize = 10;

/// Everything needed to place blobs.
pub(super) struct Placement<'a> {
    repository: &'a Repository,
    jobs: usize,
    base: Provenance,
    sink: &'a dyn Sink,
    objects: Objects,
}

/// A place by blob and path.
pub(super) type Key = (ObjectId, Vec<u8>);

/// What is known of a place.
pub(super) struct Known {
    /// The blob's number among those that are looked for.
    blob: u32,
    is_symlink: bool,
    /// The commits that brought it in, the one to name first.
    commits: Vec<Node>,
    /// How its stay ended; `None` while HEAD has it.
    pub(super) removal: Option<Removal>,
}

/// What holds what.
#[derive(Default)]
struct Holds {
    tips: Vec<(Reach, Node)>,
    names: Vec<(String, Node)>,
    /// Trees and blobs that a ref names directly.
    direct: Vec<(String, ObjectId)>,
    /// The refs that lead through each annotated tag, and how firmly.
    tags: HashMap<ObjectId, (Reach, Vec<String>)>,
}

impl<'a> Placement<'a> {
    /// A placement whose answers begin as copies of `base`.
    pub(super) fn new(
        repository: &'a Repository,
        jobs: usize,
        base: Provenance,
        sink: &'a dyn Sink,
    ) -> Self {
        Self { repository, jobs, base, sink, objects: repository.objects() }
    }

    /// Every place of every blob, from what was noted when the objects were scanned, or else from
    /// reading commits and trees again.
    pub(super) fn place(&self, found: &[BlobId], noted: Option<Notes>) -> Vec<Found> {
        let wanted: Vec<ObjectId> = found.iter().map(object_id).collect();
        let notes = noted.filter(|noted| !noted.is_full).unwrap_or_else(|| self.read(&wanted));
        let Notes { graph, numbers, folders, .. } = &notes;
        let (records, wanted): (Vec<ObjectId>, _) =
            wanted.into_iter().partition(|id| self.is_record(id, &notes));
        let objects: Vec<u32> = wanted.iter().map(|id| numbers.of(id)).collect();
        let mut views = Views::new(folders, numbers.count(), objects.into_iter());
        let order = graph.order();
        let holds = self.holds(&notes);
        let reach = graph.reach(&holds.tips);
        let mut known = self.known_places(graph, &order, &reach, (&mut views, &wanted));
        let head = self.head(&notes);
        removals::note(graph, &order, &reach, head, (&mut views, &wanted), &mut known);
        let at_head = at_head(head, graph, &mut views);
        let commits = known.values().flat_map(|place| place.commits.iter().copied());
        let refs = refs_of(graph, &reach, &holds, commits);
        let mut placed: Vec<Found> = known
            .iter()
            .map(|(key, place)| {
                let mut found = self.found(key, place, &notes, &refs);
                let hold = place.commits.first().and_then(|node| reach.get(*node)).copied();
                let is_at_head = at_head.contains(&place.blob);
                found.provenance.reach = if is_at_head { Some(Reach::Head) } else { hold };
                found
            })
            .collect();
        let mut rest: HashSet<ObjectId> = wanted.iter().copied().collect();
        known.keys().for_each(|(blob, _)| {
            rest.remove(blob);
        });
        placed.extend(self.direct(&mut rest, &holds, (&mut views, numbers), &wanted));
        placed.extend(self.elsewhere(rest, &views, &wanted));
        placed.extend(self.records(&records, &notes, &holds, &reach));
        placed
    }

    /// Whether the object is a commit or a tag.
    fn is_record(&self, id: &ObjectId, notes: &Notes) -> bool {
        let is_tag = || self.objects.header(id).is_ok_and(|(kind, _)| kind == ObjectKind::Tag);
        notes.node(id).is_some() || is_tag()
    }

    /// What holds commits and tags.
    fn records(
        &self,
        records: &[ObjectId],
        notes: &Notes,
        holds: &Holds,
        reach: &[Reach],
    ) -> Vec<Found> {
        let node = |id: &ObjectId| notes.node(id);
        let refs = refs_of(&notes.graph, reach, holds, records.iter().filter_map(node));
        let unheld = || (Reach::Unreachable, Vec::new());
        let place = |id: &ObjectId| {
            let (hold, mut names) = match node(id) {
                Some(node) => {
                    let hold = reach.get(node).copied().unwrap_or(Reach::Unreachable);
                    (hold, refs.get(&node).cloned().unwrap_or_default())
                }
                None => holds.tags.get(id).cloned().unwrap_or_else(unheld),
            };
            names.truncate(NAMED_REFS);
            let mut found = self.lost(*id, Vec::new());
            (found.provenance.reach, found.provenance.refs) = (Some(hold), names);
            found
        };
        records.iter().map(place).collect()
    }

    /// Reads all commits and trees again.
    fn read(&self, wanted: &[ObjectId]) -> Notes {
        let numbers = Numbers::new(&self.objects);
        let objects: Vec<u32> = wanted.iter().map(|id| numbers.of(id)).collect();
        Notes::read(numbers, &self.objects, self.jobs, objects.into_iter(), self.sink)
    }

    fn known_places(
        &self,
        graph: &Graph<u32>,
        order: &[Node],
        reach: &[Reach],
        (views, wanted): (&mut Views<'_>, &[ObjectId]),
    ) -> BTreeMap<Key, Known> {
        let nodes = 0..order.len();
        let roots: Vec<Option<View>> =
            nodes.map(|node| graph.tree(node).and_then(|tree| views.of(tree))).collect();
        let root = |node: Node| roots.get(node).copied().flatten();
        // The firmest holds first: what names the place should outlive a rebase.
        let mut firmest = order.to_vec();
        firmest.sort_by_key(|node| reach.get(*node));
        let (mut known, mut introductions) = (BTreeMap::new(), Introductions::default());
        let mut parents = Vec::new();
        for node in firmest {
            let Some(view) = root(node) else { continue };
            parents.clear();
            parents.extend(graph.parents(node).iter().filter_map(|parent| root(*parent)));
            introductions.of(views, view, &parents, |path, edge| {
                let (is_symlink, blob) = (edge.kind == Kind::Symlink, edge.target);
                let Some(id) = wanted.get(blob as usize) else { return false };
                let place = known.entry((*id, path.to_vec())).or_insert_with(|| Known {
                    blob,
                    is_symlink,
                    commits: Vec::new(),
                    removal: None,
                });
                if place.commits.len() < COMMITS {
                    place.commits.push(node);
                }
                place.commits.len() == 1
            });
        }
        if introductions.left_out_any() {
            self.sink.note(format!(
                "some blobs with findings stand in more than {PLACES} places of the history: the first {PLACES} are told"
            ));
        }
        known
    }

    fn found(
        &self,
        (blob, path): &Key,
        place: &Known,
        notes: &Notes,
        refs: &HashMap<Node, Vec<String>>,
    ) -> Found {
        let mut provenance = self.base.clone();
        provenance.origin = if place.is_symlink { Origin::SymlinkTarget } else { Origin::Blob };
        provenance.path = PathBytes(path.clone());
        provenance.blob = Some(blob_id(blob));
        provenance.commit = place.commits.first().and_then(|node| self.commit(*node, notes));
        provenance.ended = place.removal.and_then(|removal| {
            let last = self.commit(removal.last, notes)?;
            Some(Ended { last, removed: self.commit(removal.removed, notes)? })
        });
        let names = place.commits.iter().filter_map(|node| refs.get(node)).flatten();
        provenance.refs = names.cloned().collect();
        provenance.refs.sort();
        provenance.refs.dedup();
        provenance.refs.truncate(NAMED_REFS);
        Found { blob: blob_id(blob), provenance }
    }

    /// What reports say of a commit.
    fn commit(&self, node: Node, notes: &Notes) -> Option<tightlip_model::Commit> {
        let id = notes.numbers.id(notes.graph.id(node)?)?;
        let mut content = Vec::new();
        self.objects.read(&id, &mut content).ok()?;
        Some(commit(&id, &Commit::parse(id, &content).ok()?))
    }

    fn head(&self, notes: &Notes) -> Option<Node> {
        let head = head_commit(&self.repository.refs()).ok().flatten();
        head.and_then(|id| notes.node(&id))
    }

    fn holds(&self, notes: &Notes) -> Holds {
        let refs = self.repository.refs();
        let mut holds = Holds::default();
        for one in refs.all().items {
            let hold = hold_of(&one.name);
            let Some((target, tags)) = self.peel(&one, notes) else { continue };
            for tag in tags {
                let (firmest, names) = holds.tags.entry(tag).or_insert((hold, Vec::new()));
                *firmest = hold.min(*firmest);
                names.push(short_name(&one.name));
            }
            match notes.node(&target) {
                None => holds.direct.push((short_name(&one.name), target)),
                Some(node) => {
                    holds.tips.push((hold, node));
                    if one.symbolic.is_none() && one.name.starts_with(b"refs/") {
                        holds.names.push((short_name(&one.name), node));
                    }
                }
            }
        }
        let nodes = |ids: Vec<ObjectId>, hold: Reach| -> Vec<(Reach, Node)> {
            ids.iter().filter_map(|id| notes.node(id)).map(|node| (hold, node)).collect()
        };
        holds.tips.extend(nodes(logs::stashes(self.repository), Reach::Stash));
        holds.tips.extend(nodes(refs.reflog_ids().items, Reach::Reflog));
        holds
    }

    /// What a ref finally names, and the annotated tags it leads through.
    fn peel(&self, one: &Ref, notes: &Notes) -> Option<(ObjectId, Vec<ObjectId>)> {
        let (mut id, mut tags) = (one.target, Vec::new());
        let mut content = Vec::new();
        while tags.len() < MOST_TAGS {
            let is_commit = notes.node(&id).is_some();
            if is_commit || self.objects.header(&id).ok()?.0 != ObjectKind::Tag {
                return Some((id, tags));
            }
            tags.push(id);
            self.objects.read(&id, &mut content).ok()?;
            id = Tag::parse(id, &content).ok()?.target;
        }
        None
    }

    /// Places in what refs name without a commit.
    fn direct(
        &self,
        rest: &mut HashSet<ObjectId>,
        holds: &Holds,
        (views, numbers): (&mut Views<'_>, &Numbers),
        wanted: &[ObjectId],
    ) -> Vec<Found> {
        let mut found: BTreeMap<Key, Vec<String>> = BTreeMap::new();
        for (name, target) in &holds.direct {
            if rest.contains(target) {
                found.entry((*target, Vec::new())).or_default().push(name.clone());
            } else if let Some(view) = numbers.known(target).and_then(|tree| views.of(tree)) {
                Introductions::default().of(views, view, &[], |path, edge| {
                    if let Some(id) =
                        wanted.get(edge.target as usize).filter(|id| rest.contains(id))
                    {
                        found.entry((*id, path.to_vec())).or_default().push(name.clone());
                    }
                    true
                });
            }
        }
        let mut placed = Vec::new();
        for ((blob, path), mut refs) in found {
            rest.remove(&blob);
            refs.truncate(NAMED_REFS);
            let mut found = self.lost(blob, path);
            (found.provenance.reach, found.provenance.refs) = (Some(Reach::Ref), refs);
            placed.push(found);
        }
        placed
    }

    /// Places of blobs that no commit has: in the index, in a tree of its own, or none.
    fn elsewhere(
        &self,
        mut rest: HashSet<ObjectId>,
        views: &Views<'_>,
        wanted: &[ObjectId],
    ) -> Vec<Found> {
        let mut found = Vec::new();
        if rest.is_empty() {
            return found;
        }
        if let Ok(index) = self.repository.index() {
            for entry in index.entries() {
                if rest.remove(&entry.id) {
                    found.push(self.lost(entry.id, entry.path.to_vec()));
                }
            }
        }
        let names = views.names();
        for (blob, number) in wanted.iter().zip(0..).filter(|(blob, _)| rest.contains(blob)) {
            let name = names.get(&number).copied().unwrap_or_default();
            found.push(self.lost(*blob, name.to_vec()));
        }
        found
    }

    fn lost(&self, blob: ObjectId, path: Vec<u8>) -> Found {
        let mut provenance = self.base.clone();
        provenance.path = PathBytes(path);
        provenance.blob = Some(blob_id(&blob));
        provenance.reach = Some(Reach::Unreachable);
        Found { blob: blob_id(&blob), provenance }
    }
}

/// The numbers of the wanted blobs that HEAD has.
fn at_head(head: Option<Node>, graph: &Graph<u32>, views: &mut Views<'_>) -> HashSet<u32> {
    let view = head.and_then(|node| graph.tree(node)).and_then(|tree| views.of(tree));
    view.map_or_else(HashSet::new, |view| views.blobs(view))
}

/// The names of the refs that reach each of these commits.
fn refs_of(
    graph: &Graph<u32>,
    reach: &[Reach],
    holds: &Holds,
    commits: impl Iterator<Item = Node>,
) -> HashMap<Node, Vec<String>> {
    let held = |node: &Node| reach.get(*node).is_some_and(|hold| *hold <= Reach::Stash);
    let targets: HashSet<Node> = commits.filter(held).collect();
    if targets.is_empty() {
        return HashMap::new();
    }
    let mut names: Vec<_> = holds.names.iter().collect();
    names.sort();
    let tips: Vec<Node> = names.iter().map(|(_, tip)| *tip).collect();
    let reached = graph.first_tips::<NAMED_REFS>(&tips);
    let named = |target: Node| {
        let tips = reached.get(target).into_iter().flatten().flatten();
        let names = tips.filter_map(|tip| names.get(*tip as usize)).map(|(name, _)| name.clone());
        (target, names.collect())
    };
    targets.into_iter().map(named).collect()
}

/// What kind of hold a ref of this name is.
pub(super) fn hold_of(name: &[u8]) -> Reach {
    let is_lasting = name == b"HEAD"
        || name.starts_with(b"refs/")
        || name.ends_with(b"/HEAD")
        || name.windows(6).any(|part| part == b"/refs/");
    match name {
        b"refs/stash" => Reach::Stash,
        _ if is_lasting => Reach::Ref,
        _ => Reach::Reflog,
    }
}

/// A ref as people call it.
fn short_name(name: &[u8]) -> String {
    let short = name.strip_prefix(b"refs/heads/").or_else(|| name.strip_prefix(b"refs/"));
    String::from_utf8_lossy(short.unwrap_or(name)).into_owned()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Write as _;
    use std::path::Path;
    use std::process::{Command, Stdio};

    use tightlip_git::OpenOptions;

    use super::*;

    /// A bare repository made of what `git fast-import` reads, in one pack.
    fn imported(folder: &Path, script: &str) -> Repository {
        let git = |arguments: &[&str]| {
            let mut git = Command::new("git");
            git.current_dir(folder).args(arguments).stdin(Stdio::piped());
            git
        };
        assert!(git(&["init", "-q", "--bare"]).status().unwrap().success());
        let mut import = git(&["fast-import", "--quiet"]).spawn().unwrap();
        import.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        assert!(import.wait().unwrap().success());
        assert!(git(&["repack", "-adfq"]).status().unwrap().success());
        Repository::open_with(folder, OpenOptions::default()).unwrap()
    }

    fn commit(script: &mut String, number: u32, path: &str, content: &str) {
        let start = "commit refs/heads/main\ncommitter A <a@example.org>";
        write!(script, "{start} {} +0000\ndata 0\n", 1_600_000_000 + number).unwrap();
        write!(script, "M 100644 inline {path}\ndata {}\n{content}\n", content.len()).unwrap();
    }

    /// What it takes to find where some blobs stand.
    struct Cost {
        steps: u64,
        /// What is held in memory of views and of folders.
        held: usize,
        places: usize,
    }

    /// What it takes to find where the blobs stand whose content `wants` names.
    fn cost(repository: &Repository, wants: impl Fn(&str) -> bool) -> Cost {
        let objects = repository.objects();
        let ids = objects.ids();
        let wanted: Vec<ObjectId> = ids
            .iter()
            .filter(|id| {
                let mut content = Vec::new();
                objects.read(id, &mut content).unwrap() == ObjectKind::Blob
                    && wants(&String::from_utf8(content).unwrap())
            })
            .collect();
        let numbers = Numbers::new(&objects);
        let numbered: Vec<u32> = wanted.iter().map(|id| numbers.of(id)).collect();
        let sink = crate::history::survey::tests::Quiet;
        let every = 0..super::super::numbers::number(numbers.count());
        let notes = Notes::read(numbers, &objects, 1, every, &sink);
        let base = Provenance::at(Origin::Blob, "");
        let placement = Placement::new(repository, 1, base, &sink);
        let mut views = Views::new(&notes.folders, notes.numbers.count(), numbered.into_iter());
        let order = notes.graph.order();
        let reach = vec![Reach::Ref; order.len()];
        let known = placement.known_places(&notes.graph, &order, &reach, (&mut views, &wanted));
        let held = views.held() + notes.folders.kept();
        Cost { steps: views.work(), held, places: known.len() }
    }

    #[test]
    fn a_secret_in_many_commits_costs_no_more_to_place_than_one_in_a_few() {
        let history = |count: u32, holding: u32| {
            let folder = tempfile::tempdir().unwrap();
            let mut script = String::new();
            for number in 0..count {
                if number == count - holding {
                    commit(&mut script, number, "a/b/secret", "wanted");
                } else {
                    commit(&mut script, number, "a/other", &number.to_string());
                }
            }
            cost(&imported(folder.path(), &script), |content| content == "wanted")
        };
        let (few, many) = (history(2_000, 10), history(2_000, 1_990));
        assert_eq!((few.places, many.places), (1, 1));
        let steps = (few.steps, many.steps);
        assert!(many.steps < few.steps * 2, "{steps:?} for 10 and 1,990 commits that hold it");
        let (all, steps) = (history(10_000, 9_990), many.steps);
        assert!(all.steps < steps * 6, "{steps} for 2,000 commits, {} for 10,000", all.steps);
    }

    #[test]
    fn a_folder_that_gains_a_secret_with_every_commit_costs_memory_by_change() {
        let history = |count: u32| {
            let folder = tempfile::tempdir().unwrap();
            let mut script = String::new();
            for number in 0..count {
                let path = format!("keys/{number:05}");
                commit(&mut script, number, &path, &format!("secret {number}"));
            }
            let repository = imported(folder.path(), &script);
            cost(&repository, |content| content.starts_with("secret"))
        };
        let (small, large) = (history(500), history(2_000));
        assert_eq!((small.places, large.places), (500, 2_000));
        let held = (small.held, large.held);
        assert!(large.held < small.held * 5, "{held:?} held for 500 and for 2,000 commits");
        // Git bases some versions on one that holds many files more.
        let entries = 2_000 * 2_000 / 2;
        assert!(large.steps < entries, "{} steps, {entries} entries", large.steps);
    }
}
