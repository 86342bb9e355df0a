//! The ids of a store, without its objects.

use std::sync::Arc;

use super::Objects;
use crate::loose;
use crate::object_id::{HashKind, ObjectId};
use crate::pack::index::PackTable;

/// The ids of a store, sorted, each once.
#[derive(Clone)]
pub struct Ids {
    hash: HashKind,
    list: List,
}

/// Raw ids, one after the other.
#[derive(Clone)]
enum List {
    /// Those of the only pack, which are in memory already.
    Table(Arc<PackTable>),
    Own(Arc<[u8]>),
}

impl Ids {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes().len() / self.hash.byte_len()
    }

    /// Whether the store is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes().is_empty()
    }

    /// The raw id at a place in the order.
    #[must_use]
    pub fn raw(&self, place: u32) -> Option<&[u8]> {
        let width = self.hash.byte_len();
        let start = place as usize * width;
        self.bytes().get(start..start + width)
    }

    /// All ids in order.
    pub fn iter(&self) -> impl Iterator<Item = ObjectId> {
        self.bytes().chunks_exact(self.hash.byte_len()).filter_map(ObjectId::from_bytes)
    }

    fn bytes(&self) -> &[u8] {
        match &self.list {
            List::Table(table) => table.ids(),
            List::Own(bytes) => bytes,
        }
    }
}

impl Objects {
    /// The id of every object. What cannot be listed is left out: [`for_each`](Self::for_each) tells of
    /// it.
    #[must_use]
    pub fn ids(&self) -> Ids {
        let packs = self.packs();
        let loaded = packs.packs.iter().filter_map(|pack| pack.pack.index().load().ok());
        let tables: Vec<Arc<PackTable>> = loaded.collect();
        let listed =
            self.folders.iter().flat_map(|f| loose::list(f, self.hash).unwrap_or_default());
        let mut ids: Vec<ObjectId> = listed.collect();
        let list = match tables.as_slice() {
            [only] if ids.is_empty() && only.names_each_once() => List::Table(Arc::clone(only)),
            tables => {
                for table in tables {
                    let raw = table.ids().chunks_exact(self.hash.byte_len());
                    ids.extend(raw.filter_map(ObjectId::from_bytes));
                }
                ids.sort_unstable();
                ids.dedup();
                List::Own(ids.iter().flat_map(ObjectId::as_bytes).copied().collect())
            }
        };
        Ids { hash: self.hash, list }
    }
}
