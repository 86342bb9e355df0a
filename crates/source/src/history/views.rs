//! What of each folder matters for the blobs that are looked for: its view. Folders that hold the
//! same of those blobs in the same places share one, so that the many versions of a folder that
//! differ in other files cost nothing further.

use std::collections::{HashMap, HashSet};

use super::folders::{Folders, Kind, NONE, Slot};
use super::maps::{EMPTY, Edit, Map, Maps};

/// A view: a map from the slots of entries to the view below or the number of a wanted blob.
pub(super) type View = Map;

/// An entry of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Edge {
    /// What it is called and what it is.
    pub(super) slot: Slot,
    /// What it is.
    pub(super) kind: Kind,
    /// The view below, or the number of the wanted blob.
    pub(super) target: u32,
}

/// The views of all folders, made when first asked for.
pub(super) struct Views<'f> {
    folders: &'f Folders,
    /// For each object the number of its folder, or of the wanted object with [`WANTED`] added.
    roles: Vec<u32>,
    /// The view of each folder.
    made: Vec<u32>,
    maps: Maps,
    #[cfg(test)]
    work: u64,
}

/// Marks numbers of wanted objects; folders have lower ones.
const WANTED: u32 = 1 << 31;
/// The view of a folder is yet to be made.
const NOT_YET: u32 = u32::MAX;
/// It is being made; a folder that claims to contain itself ends here.
const BEGUN: u32 = u32::MAX - 1;

/// A folder on the way down.
struct Pending {
    folder: u32,
    next: usize,
    edits: Vec<Edit>,
}

impl<'f> Views<'f> {
    /// Views of folders on the wanted ones of `count` objects, which are numbered as they come.
    pub(super) fn new(
        folders: &'f Folders,
        count: usize,
        wanted: impl Iterator<Item = u32>,
    ) -> Self {
        let mut roles = vec![NONE; count];
        for (folder, object) in (0..).zip(folders.objects()) {
            set(&mut roles, object, folder);
        }
        for (wanted, object) in (0..).zip(wanted) {
            set(&mut roles, object, WANTED | wanted);
        }
        let made = vec![NOT_YET; folders.len()];
        Self {
            folders,
            roles,
            made,
            maps: Maps::default(),
            #[cfg(test)]
            work: 0,
        }
    }

    /// Whether this object is wanted.
    pub(super) fn wants(&self, object: u32) -> bool {
        self.wanted(object).is_some()
    }

    /// The view of the folder with this tree, if it holds anything that is wanted.
    pub(super) fn of(&mut self, object: u32) -> Option<View> {
        let folder = *self.roles.get(object as usize)?;
        Some(self.make(folder)).filter(|view| *view != EMPTY)
    }

    /// Steps taken so far.
    #[cfg(test)]
    pub(super) fn work(&self) -> u64 {
        self.work + self.maps.work.get()
    }

    /// Pairs held in memory.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.maps.held()
    }

    /// How many entries a view has.
    pub(super) fn size(&self, view: View) -> usize {
        self.maps.size(view)
    }

    /// The entries of a view that none of the others has, sorted by name.
    pub(super) fn fresh(&self, view: View, others: &[View]) -> Vec<Edge> {
        let edge = |(slot, target)| {
            let slot = Slot(slot);
            Some(Edge { slot, kind: slot.kind()?, target })
        };
        let mut edges: Vec<Edge> =
            self.maps.fresh(view, others).into_iter().filter_map(edge).collect();
        edges.sort_by_key(|edge| (self.name(edge.slot), edge.kind));
        edges
    }

    /// The view below the entry of the same name, if that is a folder, too.
    pub(super) fn below(&self, view: View, folder: Slot) -> Option<View> {
        self.maps.get(view, folder.0)
    }

    /// The name of an entry.
    pub(super) fn name(&self, slot: Slot) -> &'f [u8] {
        self.folders.name(slot.name())
    }

    /// The wanted blobs anywhere in a view.
    pub(super) fn blobs(&self, root: View) -> HashSet<u32> {
        let (mut blobs, mut visited, mut todo) = (HashSet::new(), HashSet::new(), vec![root]);
        while let Some(view) = todo.pop() {
            for (slot, target) in self.maps.pairs(view) {
                if Slot(slot).kind() != Some(Kind::Folder) {
                    blobs.insert(target);
                } else if visited.insert(target) {
                    todo.push(target);
                }
            }
        }
        blobs
    }

    /// For each wanted blob that any folder holds, the first of its names there.
    pub(super) fn names(&self) -> HashMap<u32, &'f [u8]> {
        let mut names: HashMap<u32, &[u8]> = HashMap::new();
        for change in self.folders.all_changes() {
            let Some(blob) = change.child().and_then(|child| self.wanted(child)) else { continue };
            let name = self.name(change.slot());
            let known = names.entry(blob).or_insert(name);
            *known = name.min(known);
        }
        names
    }

    /// The number among the wanted objects.
    fn wanted(&self, object: u32) -> Option<u32> {
        let role = self.roles.get(object as usize).filter(|role| **role != NONE)?;
        (role & WANTED != 0).then_some(role & !WANTED)
    }

    /// The view of what an entry leads to, or the number of the wanted blob; an error where the view of
    /// that folder has to be made first.
    fn target(&self, slot: Slot, child: u32) -> Result<Option<u32>, u32> {
        let role = self.roles.get(child as usize).copied().unwrap_or(NONE);
        // What a tree calls a folder may be anything: a blob's number there is no view.
        let below = match slot.kind() {
            Some(Kind::Folder) if role & WANTED == 0 => role,
            Some(Kind::Folder) => return Ok(None),
            _ => return Ok(self.wanted(child)),
        };
        match self.view(below) {
            Some(NOT_YET) => Err(below),
            Some(BEGUN | EMPTY) | None => Ok(None),
            view => Ok(view),
        }
    }

    /// Makes the view of a folder, of what it was made from, and of all below, without recursion.
    fn make(&mut self, root: u32) -> View {
        let mut stack = Vec::new();
        self.begin(root, &mut stack);
        while let Some(top) = stack.last_mut() {
            let base = self.folders.base(top.folder);
            if self.view(base) == Some(NOT_YET) {
                self.begin(base, &mut stack);
                continue;
            }
            let Some(change) = self.folders.changes(top.folder).get(top.next) else {
                self.end(&mut stack);
                continue;
            };
            let Some(child) = change.child() else {
                top.edits.extend(change.gone().map(|slot| (slot.0, None)));
                top.next += 1;
                continue;
            };
            match self.target(change.slot(), child) {
                Err(below) => self.begin(below, &mut stack),
                Ok(target) => {
                    top.edits.push((change.slot().0, target));
                    top.next += 1;
                }
            }
        }
        self.view(root).filter(|view| *view < BEGUN).unwrap_or(EMPTY)
    }

    fn view(&self, folder: u32) -> Option<u32> {
        self.made.get(folder as usize).copied()
    }

    fn begin(&mut self, folder: u32, stack: &mut Vec<Pending>) {
        if let Some(made) = self.made.get_mut(folder as usize).filter(|made| **made == NOT_YET) {
            *made = BEGUN;
            stack.push(Pending { folder, next: 0, edits: Vec::new() });
        }
    }

    fn end(&mut self, stack: &mut Vec<Pending>) {
        let Some(Pending { folder, mut edits, .. }) = stack.pop() else { return };
        #[cfg(test)]
        {
            self.work += 1 + edits.len() as u64;
        }
        let base = self.view(self.folders.base(folder));
        let base = base.filter(|view| *view < BEGUN).unwrap_or(EMPTY);
        edits.retain(|(slot, target)| target.is_some() || self.maps.get(base, *slot).is_some());
        // Of two entries of one name, which git does not write, the last counts.
        edits.reverse();
        edits.sort_by_key(|(slot, _)| *slot);
        edits.dedup_by_key(|(slot, _)| *slot);
        let view = self.maps.edited(base, &edits);
        set(&mut self.made, folder, view);
    }
}

fn set(list: &mut [u32], at: u32, value: u32) {
    list.get_mut(at as usize).into_iter().for_each(|place| *place = value);
}
