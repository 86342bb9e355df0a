//! The root: the folder that settings, baseline and the paths in them belong to.

use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;
use tightlip_git::Repository;
use tightlip_suppress::Paths;

/// The root of a scan, and how the paths it reports turn into paths below the root.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    pub(crate) folder: PathBuf,
    pub(crate) paths: Paths,
    /// Whether the target is the root itself.
    pub(crate) is_target: bool,
}

impl Root {
    /// The root for a target as the user wrote it: the folder around it that holds a `.git`, or else
    /// the folder it is or lies in.
    pub(crate) fn of(target: &Path) -> anyhow::Result<Self> {
        let absolute =
            target.canonicalize().with_context(|| format!("cannot scan `{}`", target.display()))?;
        let home = if absolute.is_dir() {
            absolute.as_path()
        } else {
            absolute.parent().unwrap_or(&absolute)
        };
        let folder = home.ancestors().find(|at| is_work_tree(at, home)).unwrap_or(home);
        let below = components(absolute.strip_prefix(folder).unwrap_or(Path::new("")));
        let paths = spelling(target, &below);
        Ok(Self { paths, is_target: below.is_empty(), folder: folder.to_path_buf() })
    }
}

/// Whether a folder around `home` is the work tree of a repository. One that belongs to somebody else
/// does not count: whoever may write to a folder further up must not set the rules for those below.
fn is_work_tree(folder: &Path, home: &Path) -> bool {
    folder.join(".git").exists()
        && Repository::open(folder).is_ok()
        && (folder == home || is_of_same_owner(folder, home))
}

#[cfg(unix)]
fn is_of_same_owner(folder: &Path, home: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let owner = |path: &Path| path.metadata().map(|found| found.uid());
    matches!((owner(folder), owner(home)), (Ok(above), Ok(below)) if above == below || above == 0)
}

#[cfg(not(unix))]
fn is_of_same_owner(_: &Path, _: &Path) -> bool {
    true
}

/// How to turn what reports write for files of `target`, which lies `below` the root, into paths from
/// the root.
fn spelling(target: &Path, below: &[Vec<u8>]) -> Paths {
    let written = components(target);
    let absolute: &[u8] = if target.is_absolute() { b"/" } else { b"" };
    let shared = written.iter().rev().zip(below.iter().rev()).take_while(|(a, b)| a == b).count();
    let head = written.get(..written.len() - shared).unwrap_or_default();
    let missing = below.get(..below.len() - shared).unwrap_or_default();
    Paths { strip: [absolute, &folders(head)].concat(), prepend: folders(missing) }
}

fn folders(parts: &[Vec<u8>]) -> Vec<u8> {
    parts.iter().flat_map(|part| part.iter().copied().chain([b'/'])).collect()
}

/// The parts of a path without `.`.
fn components(path: &Path) -> Vec<Vec<u8>> {
    let part = |component: Component<'_>| match component {
        Component::Normal(name) => Some(name.as_encoded_bytes().to_vec()),
        Component::ParentDir => Some(b"..".to_vec()),
        _ => None,
    };
    path.components().filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tightlip_model::PathBytes;

    fn relative(target: &str, below: &[&str], reported: &str) -> String {
        let below: Vec<_> = below.iter().map(|part| part.as_bytes().to_vec()).collect();
        spelling(Path::new(target), &below).relative(&PathBytes::from(reported)).to_text()
    }

    #[test]
    fn paths_are_spelled_from_the_root_whatever_the_target_was() {
        assert_eq!(relative(".", &[], "src/a.rs"), "src/a.rs");
        assert_eq!(relative(".", &["sub"], "a.rs"), "sub/a.rs");
        assert_eq!(relative("src", &["sub", "src"], "src/a.rs"), "sub/src/a.rs");
        assert_eq!(relative("../other", &[], "../other/a.rs"), "a.rs");
        assert_eq!(relative("/srv/repo/src", &["src"], "/srv/repo/src/a.rs"), "src/a.rs");
        assert_eq!(relative("/srv/repo", &[], "/srv/repo/a.rs"), "a.rs");
    }
}
