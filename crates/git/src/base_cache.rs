//! A bounded memory of objects that deltas were recently made from.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::object_id::ObjectKind;

/// All cached bytes together, and the largest object that is kept.
const TOTAL: usize = 48 << 20;
const LARGEST: usize = 8 << 20;

/// Which entry: the serial number of its pack, and its offset.
type Key = (u64, u64);

/// Recently inflated delta bases; the first in is the first out unless it was used meanwhile.
#[derive(Default)]
pub(crate) struct BaseCache {
    objects: HashMap<Key, Cached>,
    order: VecDeque<Key>,
    total: usize,
}

struct Cached {
    kind: ObjectKind,
    bytes: Arc<Vec<u8>>,
    used: bool,
}

impl BaseCache {
    pub(crate) fn get(&mut self, key: Key) -> Option<(ObjectKind, Arc<Vec<u8>>)> {
        let cached = self.objects.get_mut(&key)?;
        cached.used = true;
        Some((cached.kind, Arc::clone(&cached.bytes)))
    }

    pub(crate) fn put(&mut self, key: Key, kind: ObjectKind, bytes: &Arc<Vec<u8>>) {
        if bytes.capacity() > LARGEST || self.objects.contains_key(&key) {
            return;
        }
        self.total += bytes.capacity();
        self.order.push_back(key);
        self.objects.insert(key, Cached { kind, bytes: Arc::clone(bytes), used: false });
        while self.total > TOTAL {
            let Some(oldest) = self.order.pop_front() else { break };
            match self.objects.get_mut(&oldest) {
                Some(cached) if cached.used => {
                    cached.used = false;
                    self.order.push_back(oldest);
                }
                _ => self.drop_object(oldest),
            }
        }
    }

    fn drop_object(&mut self, key: Key) {
        if let Some(cached) = self.objects.remove(&key) {
            self.total = self.total.saturating_sub(cached.bytes.capacity());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_never_holds_more_than_its_bound() {
        let mut cache = BaseCache::default();
        for offset in 0..100 {
            let bytes = Arc::new(vec![0; 1 << 20]);
            cache.put((0, offset), ObjectKind::Blob, &bytes);
            assert!(cache.total <= TOTAL);
            assert!(cache.get((0, 0)).is_some(), "what is used stays");
        }
        assert!(cache.get((0, 1)).is_none(), "what is not used goes");
    }
}
