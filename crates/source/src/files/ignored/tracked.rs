//! What the index of a work tree tracks.

use std::path::{Path, PathBuf};

/// The paths of an index, in order.
#[derive(Default)]
pub(super) struct Tracked {
    paths: Vec<Vec<u8>>,
}

impl Tracked {
    /// The paths tracked in the work tree at `root`; none when it has no index yet.
    pub(super) fn load(_root: &Path) -> Result<Self, String> {
        Ok(Self::default())
    }

    /// Whether this very path is tracked.
    pub(super) fn has(&self, path: &[u8]) -> bool {
        self.paths.binary_search_by(|tracked| tracked.as_slice().cmp(path)).is_ok()
    }

    /// Whether anything below the folder `path` is tracked.
    pub(super) fn has_below(&self, path: &[u8]) -> bool {
        let folder = [path, b"/"].concat();
        let at = self.paths.partition_point(|tracked| tracked.as_slice() < folder.as_slice());
        self.paths.get(at).is_some_and(|tracked| tracked.starts_with(&folder))
    }
}

/// Where the work tree at `root` keeps its own list of patterns.
pub(super) fn exclude_file(root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    git.is_dir().then(|| git.join("info/exclude"))
}
