//! What git ignores in a work tree: `.gitignore` files, `info/exclude`, and the index, since a
//! pattern has no say over a file that git tracks.

mod tracked;

use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use tightlip_git::Repository;
use tightlip_model::{Problem, Sink};

use self::tracked::Tracked;
use super::tree::{Entry, EntryKind, Opened, Tree, path_bytes};
use super::walk::Place;

const NAME: &[u8] = b".gitignore";
/// A longer ignore file is not believed.
const LONGEST: u64 = 1 << 20;

/// What to do with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing ignores it.
    Scan,
    /// An ignored folder with tracked files somewhere below.
    OnlyTracked,
    /// Git ignores it.
    Skip,
}

impl Verdict {
    /// What `ignores` says about the entry at `path` below the target.
    pub(super) fn on(
        ignores: Option<&Ignores>,
        path: &[u8],
        kind: EntryKind,
        sink: &dyn Sink,
    ) -> Self {
        ignores.map_or(Self::Scan, |ignores| ignores.verdict(path, kind, sink))
    }
}

/// The rules in force in one folder.
#[derive(Clone)]
pub(super) struct Ignores {
    work_tree: Arc<WorkTree>,
    innermost: Option<Arc<Level>>,
    is_ignored: bool,
}

struct WorkTree {
    repository: Repository,
    shown: PathBuf,
    /// Bytes of a path below the target that lie before the work tree, if it is further down.
    offset: usize,
    /// The target's own path in the work tree with a slash after it, if the work tree is around.
    prefix: Vec<u8>,
    exclude: Gitignore,
    tracked: OnceLock<Tracked>,
}

/// One ignore file.
struct Level {
    outer: Option<Arc<Level>>,
    /// Bytes of a path in the work tree that lie before the file's folder.
    base: usize,
    matcher: Gitignore,
}

impl Ignores {
    /// The rules of the work tree that `target` is in, if there is one.
    pub(super) fn around(target: &Path, sink: &dyn Sink) -> Option<Self> {
        let target = target.canonicalize().ok()?;
        let root = target.ancestors().skip(1).find(|folder| folder.join(".git").exists())?;
        if target.join(".git").exists() {
            return None;
        }
        let below = path_bytes(target.strip_prefix(root).ok()?);
        if below.split(|&byte| byte == b'/').any(|part| part == b".git") {
            return None;
        }
        let tree = Tree::open(root).ok()?;
        let mut ignores = Self::of_work_tree(root, 0, [below.as_slice(), b"/"].concat(), sink)?;
        let ends = below.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        for end in std::iter::once(0).chain(ends.map(|(at, _)| at)) {
            let folder = below.get(..end).unwrap_or_default();
            let shown = root.join(as_path(folder));
            ignores = ignores.with_file_in(&tree, folder, folder, &shown, sink);
        }
        Some(ignores)
    }

    /// The rules for the entries of `place`, which may begin a work tree or have an ignore file.
    pub(super) fn inside(place: &Place, entries: &[Entry], sink: &dyn Sink) -> Option<Self> {
        let entry = |name: &[u8]| entries.iter().find(|entry| &*entry.name == name);
        let mut ignores = place.ignores.clone();
        let shown = place.root.path.join(as_path(&place.path));
        if entry(b".git").is_some_and(|git| git.kind != EntryKind::Special) {
            let offset = if place.path.is_empty() { 0 } else { place.path.len() + 1 };
            ignores = Self::of_work_tree(&shown, offset, Vec::new(), sink);
        }
        let ignores = ignores?;
        let Some(file) = entry(NAME) else { return Some(ignores) };
        if file.kind != EntryKind::File {
            sink.note(format!(
                "`{}` is no regular file: not honoured",
                shown.join(".gitignore").display()
            ));
            return Some(ignores);
        }
        let folder = ignores.work_tree.path(&place.path).into_owned();
        Some(ignores.with_file_in(&place.root.tree, &place.path, &folder, &shown, sink))
    }

    /// The same inside of an ignored folder: only what git tracks is left.
    pub(super) fn only_tracked(self) -> Self {
        Self { is_ignored: true, ..self }
    }

    /// The rules for the top of a work tree; none when what is there is no repository.
    fn of_work_tree(root: &Path, offset: usize, prefix: Vec<u8>, sink: &dyn Sink) -> Option<Self> {
        let repository = Repository::open(root)
            .inspect_err(|error| sink.note(format!("{error}: its ignore files are not honoured")))
            .ok()?;
        let path = repository.common_dir().join("info").join("exclude");
        let exclude = path
            .parent()
            .and_then(|folder| Tree::open(folder).ok())
            .and_then(|folder| read_file(&folder, b"exclude", &path, sink))
            .map_or_else(Gitignore::empty, |text| matcher(&text));
        let (shown, tracked) = (root.to_owned(), OnceLock::new());
        let work_tree = WorkTree { repository, shown, offset, prefix, exclude, tracked };
        Some(Self { work_tree: Arc::new(work_tree), innermost: None, is_ignored: false })
    }

    /// The rules after those of the ignore file in `folder`, which the work tree calls `inside`.
    fn with_file_in(
        mut self,
        tree: &Tree,
        folder: &[u8],
        inside: &[u8],
        shown: &Path,
        sink: &dyn Sink,
    ) -> Self {
        let path = [folder, if folder.is_empty() { b"" } else { b"/" }, NAME].concat();
        let Some(text) = read_file(tree, &path, &shown.join(".gitignore"), sink) else {
            return self;
        };
        let base = if inside.is_empty() { 0 } else { inside.len() + 1 };
        let level = Level { outer: self.innermost.take(), base, matcher: matcher(&text) };
        self.innermost = Some(Arc::new(level));
        self
    }

    fn verdict(&self, path: &[u8], kind: EntryKind, sink: &dyn Sink) -> Verdict {
        let path = self.work_tree.path(path);
        let is_folder = kind == EntryKind::Folder;
        if !self.is_ignored && !self.matches(&path, is_folder) {
            return Verdict::Scan;
        }
        let tracked = self.work_tree.tracked(sink);
        match (is_folder, is_folder && tracked.has_below(&path), tracked.has(&path)) {
            (true, true, _) => Verdict::OnlyTracked,
            (false, _, true) => Verdict::Scan,
            _ => Verdict::Skip,
        }
    }

    fn matches(&self, path: &[u8], is_folder: bool) -> bool {
        let mut level = self.innermost.as_deref();
        while let Some(file) = level {
            let below = path.get(file.base..).unwrap_or_default();
            match file.matcher.matched(as_path(below), is_folder) {
                ignore::Match::None => level = file.outer.as_deref(),
                found => return found.is_ignore(),
            }
        }
        self.work_tree.exclude.matched(as_path(path), is_folder).is_ignore()
    }
}

impl WorkTree {
    /// A path below the target as the work tree knows it.
    fn path<'p>(&self, path: &'p [u8]) -> Cow<'p, [u8]> {
        let below = path.get(self.offset..).unwrap_or_default();
        if self.prefix.is_empty() {
            return Cow::Borrowed(below);
        }
        let whole = [self.prefix.as_slice(), below].concat();
        Cow::Owned(whole.strip_suffix(b"/").map_or_else(|| whole.clone(), <[u8]>::to_vec))
    }

    fn tracked(&self, sink: &dyn Sink) -> &Tracked {
        let load = || match self.repository.index() {
            Ok(index) => Tracked::new(Some(index)),
            Err(error) => {
                let advice = "files that git ignores were skipped, tracked or not";
                let message = format!("its index cannot be read: {error}; {advice}");
                sink.problem(Problem::new(path_bytes(&self.shown).as_slice(), message));
                Tracked::new(None)
            }
        };
        self.tracked.get_or_init(load)
    }
}

/// The text of an ignore file; says so when there is one that is not to be trusted.
fn read_file(tree: &Tree, path: &[u8], shown: &Path, sink: &dyn Sink) -> Option<Vec<u8>> {
    let refuse = |why: &str| {
        sink.note(format!("`{}` is {why}: not honoured", shown.display()));
        None
    };
    match tree.open_file(path) {
        Ok(Opened::File(content)) if content.size() <= LONGEST => {
            let mut text = Vec::new();
            let read = content.take(LONGEST).read_to_end(&mut text);
            if read.is_err() { refuse("unreadable") } else { Some(text) }
        }
        Ok(Opened::File(_)) => refuse("longer than an ignore file should be"),
        Ok(Opened::Special) => refuse("no regular file"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(_) => refuse("unreadable or a symbolic link"),
    }
}

/// The patterns of an ignore file; a line that is no pattern ignores nothing.
fn matcher(text: &[u8]) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    for line in text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).split(|&byte| byte == b'\n') {
        let Ok(line) = str::from_utf8(line) else { continue };
        // A pattern that cannot be parsed leaves its files in the scan.
        let _ = builder.add_line(None, line.strip_suffix('\r').unwrap_or(line));
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// Bytes as a path.
#[cfg(unix)]
pub(super) fn as_path(bytes: &[u8]) -> Cow<'_, Path> {
    use std::os::unix::ffi::OsStrExt;
    Cow::Borrowed(Path::new(std::ffi::OsStr::from_bytes(bytes)))
}

/// Bytes as a path.
#[cfg(not(unix))]
pub(super) fn as_path(bytes: &[u8]) -> Cow<'_, Path> {
    match String::from_utf8_lossy(bytes) {
        Cow::Borrowed(text) => Cow::Borrowed(Path::new(text)),
        Cow::Owned(text) => Cow::Owned(PathBuf::from(text)),
    }
}
