//! Which deleted file a new one was made from, so that moving a file brings nothing in.

use std::collections::HashMap;

use tightlip_git::{EntryMode, ObjectId, Objects};

use crate::added::{Sketch, Sketcher};
use crate::changes::Changed;

/// Pairs of a new and a deleted file that are compared; beyond, only those of one name are.
const PAIRS: usize = 10_000;
/// Longer files are not compared.
const LONGEST: u64 = 1 << 20;
/// Bytes that are read for one search.
const BYTES: u64 = 64 << 20;

/// A deleted file.
pub(crate) struct Deleted {
    /// Where it was.
    pub(crate) path: Vec<u8>,
    /// What it was.
    pub(crate) mode: EntryMode,
    /// Its content.
    pub(crate) id: ObjectId,
}

/// Gives each new file the deleted one it was made from, if there is one half like it or more.
pub(crate) fn find(objects: &Objects, changed: &mut [Changed], deleted: &[Deleted]) {
    if deleted.is_empty() {
        return;
    }
    let same: HashMap<(ObjectId, EntryMode), ()> =
        deleted.iter().map(|old| ((old.id, old.mode), ())).collect();
    let mut search =
        Search { objects, sketcher: Sketcher::default(), known: HashMap::new(), read: 0 };
    let fresh = changed.iter().filter(|one| one.is_new_path).count();
    let only_same_name = fresh.saturating_mul(deleted.len()) > PAIRS;
    for one in changed.iter_mut().filter(|one| one.is_new_path) {
        if same.contains_key(&(one.new.id, one.new.entry_mode())) {
            one.before = vec![Some(one.new.id)];
        } else if one.new.entry_mode() == EntryMode::File {
            let candidates = deleted.iter().filter(|old| {
                old.mode == EntryMode::File
                    && (!only_same_name || name(&old.path) == name(&one.path))
            });
            if let Some(before) = search.best(one.new.id, candidates) {
                one.before = vec![Some(before)];
            }
        }
    }
}

fn name(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or(path)
}

struct Search<'a> {
    objects: &'a Objects,
    sketcher: Sketcher,
    known: HashMap<ObjectId, Option<Sketch>>,
    read: u64,
}

impl Search<'_> {
    /// The deleted content most like `new`; of equals, the one at the first path.
    fn best<'d>(
        &mut self,
        new: ObjectId,
        candidates: impl Iterator<Item = &'d Deleted>,
    ) -> Option<ObjectId> {
        let mut best = (0, None);
        for old in candidates {
            self.sketch(new);
            self.sketch(old.id);
            let (Some(Some(one)), Some(Some(other))) =
                (self.known.get(&new), self.known.get(&old.id))
            else {
                continue;
            };
            let likeness = one.likeness(other).unwrap_or(0);
            if likeness > best.0 {
                best = (likeness, Some(old.id));
            }
        }
        best.1
    }

    fn sketch(&mut self, id: ObjectId) {
        if self.known.contains_key(&id) {
            return;
        }
        let size = self.objects.header(&id).map_or(u64::MAX, |(_, size)| size);
        let mut content = Vec::new();
        let fits = size <= LONGEST && self.read + size <= BYTES;
        // What cannot be read is told of when it is scanned.
        let sketch = (fits && self.objects.read(&id, &mut content).is_ok())
            .then(|| self.sketcher.sketch(&content));
        self.read += if fits { size } else { 0 };
        self.known.insert(id, sketch);
    }
}
