//! Files and folders as a source.
//!
//! Owns: what the targets are and what reports call what lies below them. The walk, what git
//! ignores, and how a file is opened have a file each. Leaves to others: what is in a file.

mod ignored;
pub(crate) mod tree;
mod visit;
mod walk;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::GlobSet;
use tightlip_model::{Problem, ScanInfo, ScanKind, Sink, Source};

use self::ignored::Ignores;
use self::tree::{Tree, path_bytes};
use self::walk::{Place, Walk, Work};
use crate::container::Bounds;

/// Which files are scanned, and how.
#[derive(Debug, Clone)]
pub struct FilesOptions {
    /// Files and folders; a link to a folder is followed when it is named here.
    pub targets: Vec<PathBuf>,
    /// Paths left out, matched as reports show them and as they stand below their target.
    pub exclude: GlobSet,
    /// Whether to scan what git ignores as well.
    pub scan_ignored: bool,
    /// What becomes of the folders that are git's own.
    pub git_folders: GitFolders,
    /// Files with more bytes are left out.
    pub max_file_size: Option<u64>,
    /// How much of archives and the like is read.
    pub bounds: Bounds,
    /// Whether finding no file at all is fine.
    pub allow_empty: bool,
    /// How many threads may be used.
    pub jobs: usize,
}

/// What becomes of the folders that are git's own: `.git`, and `objects` of a bare repository. A folder
/// that is only called like one is always scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GitFolders {
    /// They are counted, and of `.git` only the configuration is scanned.
    LeftOut,
    /// Each file is scanned as it lies there: whoever made the tree may have put anything into them.
    Scanned,
}

impl Default for FilesOptions {
    fn default() -> Self {
        Self {
            targets: vec![PathBuf::from(".")],
            exclude: GlobSet::empty(),
            scan_ignored: false,
            git_folders: GitFolders::LeftOut,
            max_file_size: None,
            bounds: Bounds::default(),
            allow_empty: false,
            jobs: 1,
        }
    }
}

/// Files and folders.
#[derive(Debug, Clone)]
pub struct Files {
    options: FilesOptions,
}

impl Files {
    /// A source of the files that `options` names.
    #[must_use]
    pub fn new(options: FilesOptions) -> Self {
        Self { options }
    }

    /// What is to be done for a target.
    fn start(&self, target: &Path, sink: &dyn Sink) -> Option<Work> {
        let shown = shown_path(target);
        let refuse = |reason: String| {
            let subject = if shown.is_empty() { b".".as_slice() } else { &shown };
            sink.problem(Problem::new(subject, reason));
            None
        };
        let metadata = match std::fs::metadata(target) {
            Ok(metadata) => metadata,
            Err(error) => return refuse(format!("cannot be scanned: {error}; check the path")),
        };
        if metadata.is_file() {
            return Some(Work::Target { path: target.to_owned(), shown });
        }
        if !metadata.is_dir() {
            let advice =
                "is a device, socket or pipe, which is not opened; pipe its content to `-`";
            return refuse(advice.to_owned());
        }
        let tree = match Tree::open(target) {
            Ok(tree) => tree,
            Err(error) => return refuse(crate::content::failure(&error)),
        };
        let ignores = if self.options.scan_ignored { None } else { Ignores::around(target, sink) };
        let root = Arc::new(walk::Root { tree, path: target.to_owned(), shown });
        Some(Work::Folder(Place { root, path: Vec::new(), ignores }))
    }
}

impl Source for Files {
    fn info(&self) -> ScanInfo {
        let targets = self.options.targets.iter().map(|path| path.display().to_string());
        ScanInfo {
            kind: ScanKind::Files,
            targets: targets.collect(),
            repository: None,
            revision: None,
            branch: None,
        }
    }

    fn run(&self, sink: &dyn Sink) {
        let targets: BTreeSet<&PathBuf> = self.options.targets.iter().collect();
        let work: Vec<_> = targets.iter().filter_map(|target| self.start(target, sink)).collect();
        let refused = work.len() < targets.len();
        let walked = Walk::new(&self.options, sink).run(work);
        let is_empty = walked.looked_at == 0 && !refused;
        if is_empty && !self.options.allow_empty && !sink.is_stopped() {
            let targets = self.info().targets.join(" ");
            let what = match walked.seen {
                0 => "no file found; check the path".to_owned(),
                seen => format!("all there is ({seen}) was left out or cannot be read"),
            };
            let advice = format!("nothing to scan: {what}, or allow an empty scan");
            sink.problem(Problem::new(targets.as_str(), advice));
        }
    }
}

/// The path of a target as reports show it: nothing for the working folder, no `./` before it.
fn shown_path(target: &Path) -> Vec<u8> {
    let mut shown = path_bytes(target);
    while shown.len() > 1 && shown.ends_with(b"/") {
        shown.pop();
    }
    while let Some(rest) = shown.strip_prefix(b"./") {
        shown = rest.to_vec();
    }
    if shown == b"." { Vec::new() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_shown_as_the_user_wrote_it_without_noise() {
        let shown = |path: &str| String::from_utf8(shown_path(Path::new(path))).unwrap();
        assert_eq!(shown("."), "");
        assert_eq!(shown("./"), "");
        assert_eq!(shown("./src/"), "src");
        assert_eq!(shown("../x"), "../x");
        assert_eq!(shown("/"), "/");
    }
}
