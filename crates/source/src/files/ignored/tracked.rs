//! What the index of a work tree tracks.

use tightlip_git::Index;

/// The index of a work tree.
pub(super) struct Tracked {
    index: Option<Index>,
}

impl Tracked {
    /// What `index` tracks; nothing when there is none.
    pub(super) const fn new(index: Option<Index>) -> Self {
        Self { index }
    }

    /// Whether this very path is tracked.
    pub(super) fn has(&self, path: &[u8]) -> bool {
        self.from(path).is_some_and(|found| found == path)
    }

    /// Whether anything below the folder `path` is tracked.
    pub(super) fn has_below(&self, path: &[u8]) -> bool {
        let folder = [path, b"/"].concat();
        self.from(&folder).is_some_and(|found| found.starts_with(&folder))
    }

    /// The first tracked path at or after `path`.
    fn from(&self, path: &[u8]) -> Option<&[u8]> {
        let index = self.index.as_ref()?;
        let (mut low, mut high) = (0, index.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if index.get(middle)?.path < path { low = middle + 1 } else { high = middle }
        }
        index.get(low).map(|entry| entry.path)
    }
}
