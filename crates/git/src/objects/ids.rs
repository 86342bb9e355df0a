//! The ids of a store, without its objects.

use super::Objects;
use crate::loose;
use crate::object_id::ObjectId;

impl Objects {
    /// The id of every object, sorted, each once. What cannot be listed is left out:
    /// [`for_each`](Self::for_each) tells of it.
    #[must_use]
    pub fn ids(&self) -> Vec<ObjectId> {
        let mut ids = Vec::new();
        for pack in &self.packs().packs {
            if let Ok(table) = pack.pack.index().load() {
                ids.extend((0..pack.pack.index().count()).map(|position| table.id(position)));
            }
        }
        for folder in &self.folders {
            ids.extend(loose::list(folder, self.hash).unwrap_or_default());
        }
        ids.sort();
        ids.dedup();
        ids
    }
}
