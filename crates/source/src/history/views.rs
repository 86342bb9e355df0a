//! What of each folder matters for the blobs that are looked for: its view. Folders that hold the
//! same of those blobs in the same places share one, so that the many versions of a folder that
//! differ in other files cost nothing further.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use tightlip_git::ObjectId;

use super::folders::{AsIs, Entry, Folders, Key, Kind, NONE, Step, number};

/// A view by number.
pub(super) type View = u32;

/// An entry of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Edge {
    /// The number of its name.
    pub(super) name: u32,
    /// What it is.
    pub(super) kind: Kind,
    /// The view below, or the number of the wanted blob.
    pub(super) target: u32,
}

pub(super) type Edges = Rc<[Edge]>;

/// The views of all folders, made when first asked for.
pub(super) struct Views<'f> {
    folders: &'f Folders,
    by_key: HashMap<Key, u32, AsIs>,
    wanted: HashMap<Key, u32, AsIs>,
    /// The entries of each folder that may matter, one folder after the other.
    held: Vec<Held>,
    held_end: Vec<u32>,
    made: Vec<Made>,
    views: Vec<Edges>,
    numbers: HashMap<Edges, View>,
}

/// An entry that may matter: its place in its folder, and its number.
#[derive(Clone, Copy)]
struct Held {
    place: u32,
    entry: u32,
}

/// What is known of the view of a folder.
#[derive(Clone, Copy)]
enum Made {
    NotYet,
    /// A folder that claims to contain itself ends here.
    Begun,
    Empty,
    View(View),
}

/// A folder on the way down.
struct Pending {
    folder: u32,
    next: usize,
    edges: Vec<Edge>,
}

impl<'f> Views<'f> {
    /// Views of folders on the wanted objects, which are numbered as they come.
    pub(super) fn new(folders: &'f Folders, wanted: impl Iterator<Item = Key>) -> Self {
        let mut views = Self {
            by_key: folders.by_key(),
            wanted: wanted.zip(0..).collect(),
            held: Vec::new(),
            held_end: Vec::new(),
            made: vec![Made::NotYet; folders.len()],
            views: Vec::new(),
            numbers: HashMap::new(),
            folders,
        };
        let may_lead = views.spread();
        views.hold(&may_lead);
        views
    }

    /// Whether the object with this id is wanted.
    pub(super) fn wants(&self, id: &ObjectId) -> bool {
        self.wanted.contains_key(&Key::of(id))
    }

    /// The view of the folder with this id, if it holds anything that is wanted.
    pub(super) fn of(&mut self, id: &ObjectId) -> Option<View> {
        let folder = *self.by_key.get(&Key::of(id))?;
        self.make(folder)
    }

    /// The entries of a view, sorted by name.
    pub(super) fn edges(&self, view: View) -> Edges {
        self.views.get(view as usize).cloned().unwrap_or_default()
    }

    /// The name with this number.
    pub(super) fn name(&self, number: u32) -> &[u8] {
        self.folders.name(number)
    }

    /// The wanted blobs anywhere in a view.
    pub(super) fn blobs(&self, root: View) -> HashSet<u32> {
        let (mut blobs, mut visited, mut todo) = (HashSet::new(), HashSet::new(), vec![root]);
        while let Some(view) = todo.pop() {
            for edge in self.edges(view).iter() {
                if edge.kind != Kind::Folder {
                    blobs.insert(edge.target);
                } else if visited.insert(edge.target) {
                    todo.push(edge.target);
                }
            }
        }
        blobs
    }

    /// For each wanted blob that any folder holds, the first of its names there.
    pub(super) fn names(&self) -> HashMap<u32, &[u8]> {
        let mut names: HashMap<u32, &[u8]> = HashMap::new();
        for entry in self.folders.entries() {
            let Some(blob) = self.blob(*entry) else { continue };
            let name = self.name(entry.name());
            let known = names.entry(blob).or_insert(name);
            *known = name.min(known);
        }
        names
    }

    /// The wanted object that an entry names: a blob, or a folder that is not there.
    fn blob(&self, entry: Entry) -> Option<u32> {
        entry.kind().and_then(|_| self.wanted.get(&entry.child()).copied())
    }

    /// The folder that an entry names.
    fn folder(&self, entry: Entry) -> Option<u32> {
        let is_folder = entry.kind() == Some(Kind::Folder);
        is_folder.then(|| self.by_key.get(&entry.child()).copied()).flatten()
    }

    /// Which folders may lead to a wanted blob: those with an entry of their own that does, and all
    /// made from them, though those may have lost it.
    fn spread(&self) -> Vec<bool> {
        let (after, mut todo) = self.dependants();
        let mut may_lead = vec![false; self.folders.len()];
        while let Some(folder) = todo.pop() {
            let Some(mark) = may_lead.get_mut(folder as usize).filter(|mark| !**mark) else {
                continue;
            };
            *mark = true;
            todo.extend(after.of(folder));
        }
        may_lead
    }

    /// For each folder, those that contain it or were made from it; and the folders that hold a
    /// wanted blob themselves.
    fn dependants(&self) -> (Lists, Vec<u32>) {
        let (mut pairs, mut first) = (Vec::new(), Vec::new());
        for number in 0..number(self.folders.len()) {
            if self.folders.base(number) != NONE {
                pairs.push((self.folders.base(number), number));
            }
            let own = self.folders.entries().get(self.folders.own(number)).unwrap_or_default();
            for entry in own {
                pairs.extend(self.folder(*entry).map(|below| (below, number)));
            }
            if own.iter().any(|entry| self.blob(*entry).is_some()) {
                first.push(number);
            }
        }
        (Lists::new(self.folders.len(), &pairs), first)
    }

    /// Lists for each folder the entries that may matter.
    fn hold(&mut self, may_lead: &[bool]) {
        let leads = |folder: u32| may_lead.get(folder as usize).copied().unwrap_or(false);
        for folder in 0..number(self.folders.len()) {
            if leads(folder) {
                self.hold_one(folder, &leads);
            }
            self.held_end.push(number(self.held.len()));
        }
    }

    fn hold_one(&mut self, folder: u32, leads: &dyn Fn(u32) -> bool) {
        let base = self.held_range(self.folders.base(folder));
        let (mut place, mut own) = (0, self.folders.own(folder));
        for &step in self.folders.steps(folder) {
            match step {
                Step::LeftOut(count) => place += count,
                Step::Copied { first, count } => {
                    let known = self.held.get(base.clone()).unwrap_or_default();
                    let from = base.start + known.partition_point(|held| held.place < first);
                    let to = base.start + known.partition_point(|held| held.place < first + count);
                    for at in from..to {
                        let Some(&Held { place: old, entry }) = self.held.get(at) else { break };
                        self.held.push(Held { place: place + old - first, entry });
                    }
                    place += count;
                }
                Step::Own(count) => {
                    for (at, entry) in own.by_ref().take(count as usize).enumerate() {
                        let Some(&known) = self.folders.entries().get(entry) else { break };
                        let below = self.folder(known);
                        if below.is_some_and(leads) || self.blob(known).is_some() {
                            let place = place + number(at);
                            self.held.push(Held { place, entry: number(entry) });
                        }
                    }
                    place += count;
                }
            }
        }
    }

    fn held_range(&self, folder: u32) -> std::ops::Range<usize> {
        let end = |at: usize| self.held_end.get(at).copied().unwrap_or(0) as usize;
        let at = folder as usize;
        if at >= self.held_end.len() {
            return 0..0;
        }
        at.checked_sub(1).map_or(0, end)..end(at)
    }

    /// Makes the view of a folder and of all below, without recursion.
    fn make(&mut self, root: u32) -> Option<View> {
        let mut stack = Vec::new();
        self.begin(root, &mut stack);
        while let Some(top) = stack.last_mut() {
            let held = self.held_range(top.folder);
            let Some(entry) = self.held.get(held).and_then(|held| held.get(top.next)).copied()
            else {
                self.end(&mut stack);
                continue;
            };
            let Some(&entry) = self.folders.entries().get(entry.entry as usize) else { break };
            let (name, kind) = (entry.name(), Kind::Folder);
            if let Some(target) = self.blob(entry) {
                let is_symlink = entry.kind() == Some(Kind::Symlink);
                let kind = if is_symlink { Kind::Symlink } else { Kind::File };
                top.edges.push(Edge { name, kind, target });
                top.next += 1;
                continue;
            }
            let below = self.folder(entry).unwrap_or(NONE);
            match self.made.get(below as usize) {
                Some(Made::NotYet) => self.begin(below, &mut stack),
                Some(Made::View(target)) => {
                    top.edges.push(Edge { name, kind, target: *target });
                    top.next += 1;
                }
                Some(Made::Begun | Made::Empty) | None => top.next += 1,
            }
        }
        match self.made.get(root as usize) {
            Some(Made::View(view)) => Some(*view),
            _ => None,
        }
    }

    fn begin(&mut self, folder: u32, stack: &mut Vec<Pending>) {
        if let Some(made @ Made::NotYet) = self.made.get_mut(folder as usize) {
            *made = Made::Begun;
            stack.push(Pending { folder, next: 0, edges: Vec::new() });
        }
    }

    fn end(&mut self, stack: &mut Vec<Pending>) {
        let Some(Pending { folder, mut edges, .. }) = stack.pop() else { return };
        let folders = self.folders;
        edges.sort_by(|a, b| folders.name(a.name).cmp(folders.name(b.name)));
        let made = if edges.is_empty() { Made::Empty } else { Made::View(self.share(edges)) };
        if let Some(place) = self.made.get_mut(folder as usize) {
            *place = made;
        }
    }

    fn share(&mut self, edges: Vec<Edge>) -> View {
        if let Some(view) = self.numbers.get(edges.as_slice()) {
            return *view;
        }
        let (edges, view) = (Edges::from(edges), number(self.views.len()));
        self.views.push(Rc::clone(&edges));
        self.numbers.insert(edges, view);
        view
    }
}

/// Lists of numbers, one for each number.
struct Lists {
    start: Vec<u32>,
    all: Vec<u32>,
}

impl Lists {
    fn new(count: usize, pairs: &[(u32, u32)]) -> Self {
        let mut start = vec![0_u32; count + 1];
        for (of, _) in pairs {
            start.get_mut(*of as usize).into_iter().for_each(|end| *end += 1);
        }
        let mut sum = 0;
        for end in &mut start {
            sum += *end;
            *end = sum;
        }
        let mut all = vec![0; pairs.len()];
        for (of, one) in pairs {
            let Some(end) = start.get_mut(*of as usize) else { continue };
            *end -= 1;
            all.get_mut(*end as usize).into_iter().for_each(|place| *place = *one);
        }
        Self { start, all }
    }

    fn of(&self, number: u32) -> &[u32] {
        let bound = |at: usize| self.start.get(at).copied().unwrap_or(0) as usize;
        self.all.get(bound(number as usize)..bound(number as usize + 1)).unwrap_or_default()
    }
}
