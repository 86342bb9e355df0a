//! Finding a repository and knowing its shape: its folders, its hash, how it stores references,
//! what it is known to lack.

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::error::GitError;
use crate::files::{self, SMALL_FILE_LIMIT};
use crate::index::Index;
use crate::object_id::{HashKind, ObjectId};
use crate::objects::Objects;
use crate::refs::Refs;

/// How the references of a repository are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefStorage {
    /// One file a reference, and packed references.
    Files,
    /// Tables of many references.
    Reftable,
}

/// What git lets the environment change about a repository, for the caller to fill in.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// `GIT_OBJECT_DIRECTORY`: the object folder.
    pub object_folder: Option<PathBuf>,
    /// `GIT_ALTERNATE_OBJECT_DIRECTORIES`: further object folders.
    pub alternates: Vec<PathBuf>,
    /// `GIT_INDEX_FILE`: the index.
    pub index_file: Option<PathBuf>,
}

/// An opened repository. Its objects, references and index are opened separately.
#[derive(Debug)]
pub struct Repository {
    git_dir: PathBuf,
    common_dir: PathBuf,
    work_tree: Option<PathBuf>,
    hash: HashKind,
    ref_storage: RefStorage,
    partial_clone: bool,
    shallow: Vec<ObjectId>,
    options: OpenOptions,
}

impl Repository {
    /// Opens the repository at `path`: a work tree, a `.git` folder or file, a bare repository.
    ///
    /// # Errors
    ///
    /// Fails when there is none, or when it uses what this reader does not know.
    pub fn open(path: &Path) -> Result<Self, GitError> {
        Self::open_with(path, OpenOptions::default())
    }

    /// Like [`open`](Self::open), with what the environment changes.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_with(path: &Path, options: OpenOptions) -> Result<Self, GitError> {
        let found = locate(path)?;
        found.map_or_else(
            || Err(GitError::NotARepository { path: path.to_owned() }),
            |(git_dir, work_tree)| Self::at(git_dir, work_tree, options),
        )
    }

    /// Opens the repository that `path` lies in, looking upwards.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); a broken repository on the way ends the search.
    pub fn discover(path: &Path, options: OpenOptions) -> Result<Self, GitError> {
        let start = path.canonicalize().map_err(|error| GitError::io(path, error))?;
        for folder in start.ancestors() {
            if let Some((git_dir, work_tree)) = locate(folder)? {
                return Self::at(git_dir, work_tree, options);
            }
        }
        Err(GitError::NotARepository { path: path.to_owned() })
    }

    fn at(
        git_dir: PathBuf,
        work_tree: Option<PathBuf>,
        options: OpenOptions,
    ) -> Result<Self, GitError> {
        let common_dir = common_dir(&git_dir)?;
        let config_path = common_dir.join("config");
        let mut config = Config::default();
        config.add_file(&config_path)?;
        let format = Format::read(&config, &config_path)?;
        if config.flag("extensions", "worktreeconfig") == Some(true) {
            config.add_file(&git_dir.join("config.worktree"))?;
        }
        let shallow = read_shallow(&common_dir.join("shallow"), format.hash)?;
        let partial_clone = config.get("extensions", "partialclone").is_some()
            || config.any_subsection("remote", "promisor")
            || has_promisor_pack(&common_dir)?;
        let work_tree = work_tree.or_else(|| configured_work_tree(&git_dir, &config));
        Ok(Self {
            git_dir,
            common_dir,
            work_tree,
            hash: format.hash,
            ref_storage: format.refs,
            partial_clone,
            shallow,
            options,
        })
    }

    /// The folder of this work tree's own state: `HEAD` and the index.
    #[must_use]
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The folder that linked work trees share: objects, references, configuration.
    #[must_use]
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The folder of the checked-out files; `None` for a bare repository.
    #[must_use]
    pub fn work_tree(&self) -> Option<&Path> {
        self.work_tree.as_deref()
    }

    /// The hash that names its objects.
    #[must_use]
    pub const fn hash_kind(&self) -> HashKind {
        self.hash
    }

    /// How its references are stored.
    #[must_use]
    pub const fn ref_storage(&self) -> RefStorage {
        self.ref_storage
    }

    /// Whether its history was cut off when it was cloned.
    #[must_use]
    pub const fn is_shallow(&self) -> bool {
        !self.shallow.is_empty()
    }

    /// The commits whose parents were cut off, sorted.
    #[must_use]
    pub fn shallow_boundary(&self) -> &[ObjectId] {
        &self.shallow
    }

    /// Whether objects may be missing because another repository promised to send them.
    #[must_use]
    pub const fn is_partial_clone(&self) -> bool {
        self.partial_clone
    }

    /// Opens its objects.
    #[must_use]
    pub fn objects(&self) -> Objects {
        let own = self.common_dir.join("objects");
        let folder = self.options.object_folder.as_ref().unwrap_or(&own);
        Objects::open(folder, &self.options.alternates, self.hash)
    }

    /// Opens its references.
    #[must_use]
    pub fn refs(&self) -> Refs {
        Refs::new(&self.git_dir, &self.common_dir, self.ref_storage, self.hash)
    }

    /// The file its index is read from.
    #[must_use]
    pub fn index_path(&self) -> PathBuf {
        self.options.index_file.clone().unwrap_or_else(|| self.git_dir.join("index"))
    }

    /// Reads its index; one that does not exist is empty.
    ///
    /// # Errors
    ///
    /// Fails when the index is corrupt or of an unknown form.
    pub fn index(&self) -> Result<Index, GitError> {
        Index::read(&self.index_path(), &self.git_dir, self.hash)
    }
}

/// The `.git` folder and work tree of a repository right at `path`.
fn locate(path: &Path) -> Result<Option<(PathBuf, Option<PathBuf>)>, GitError> {
    if path.is_file() {
        let work_tree = path.parent().map(Path::to_owned);
        return Ok(Some((follow_git_file(path)?, work_tree)));
    }
    let inside = path.join(".git");
    if inside.is_file() {
        return Ok(Some((follow_git_file(&inside)?, Some(path.to_owned()))));
    }
    if is_git_dir(&inside) {
        return Ok(Some((inside, Some(path.to_owned()))));
    }
    Ok(is_git_dir(path).then(|| (path.to_owned(), None)))
}

fn is_git_dir(path: &Path) -> bool {
    let head = path.join("HEAD");
    let shared = path.join("commondir").is_file();
    (head.is_file() || head.is_symlink())
        && (shared || (path.join("objects").is_dir() && path.join("refs").exists()))
}

/// The folder a `.git` file names.
fn follow_git_file(path: &Path) -> Result<PathBuf, GitError> {
    let bytes = files::read(path, SMALL_FILE_LIMIT)?;
    let target = bytes
        .strip_prefix(b"gitdir:")
        .map(<[u8]>::trim_ascii)
        .ok_or_else(|| GitError::corrupt(path, "it does not begin with `gitdir:`"))?;
    let folder = path.parent().unwrap_or(path).join(files::path_from_bytes(target));
    if is_git_dir(&folder) { Ok(folder) } else { Err(GitError::NotARepository { path: folder }) }
}

fn common_dir(git_dir: &Path) -> Result<PathBuf, GitError> {
    let file = git_dir.join("commondir");
    let Some(bytes) = files::read_if_exists(&file, SMALL_FILE_LIMIT)? else {
        return Ok(git_dir.to_owned());
    };
    let folder = git_dir.join(files::path_from_bytes(bytes.trim_ascii()));
    if folder.join("objects").is_dir() {
        return Ok(folder);
    }
    Err(GitError::corrupt(&file, "the folder it names is no repository"))
}

/// The work tree of a `.git` folder that was opened by its own path.
fn configured_work_tree(git_dir: &Path, config: &Config) -> Option<PathBuf> {
    if let Some(path) = config.get("core", "worktree") {
        return Some(git_dir.join(files::path_from_bytes(path)));
    }
    if let Ok(Some(path)) = files::read_if_exists(&git_dir.join("gitdir"), SMALL_FILE_LIMIT) {
        let file = git_dir.join(files::path_from_bytes(path.trim_ascii()));
        return file.parent().map(Path::to_owned);
    }
    let named = git_dir.file_name().is_some_and(|name| name == ".git");
    let bare = config.flag("core", "bare").unwrap_or(!named);
    (named && !bare).then(|| git_dir.parent().map(Path::to_owned)).flatten()
}

/// What the configuration says about how to read the repository.
struct Format {
    hash: HashKind,
    refs: RefStorage,
}

impl Format {
    fn read(config: &Config, path: &Path) -> Result<Self, GitError> {
        let unsupported =
            |feature: String| GitError::Unsupported { path: path.to_owned(), feature };
        let version = config.get("core", "repositoryformatversion").unwrap_or(b"0");
        if version != b"0" && version != b"1" {
            let version = version.escape_ascii();
            return Err(unsupported(format!("repository format version {version}")));
        }
        let mut format = Self { hash: HashKind::Sha1, refs: RefStorage::Files };
        for (key, value) in config.section("extensions") {
            let known = format.extension(key, value);
            let ignored = version == b"0" && !matches!(key, b"objectformat" | b"refstorage");
            if !known && !ignored {
                let (key, value) = (key.escape_ascii(), value.escape_ascii());
                return Err(unsupported(format!("the extension `{key}` = `{value}`")));
            }
        }
        Ok(format)
    }

    /// Takes note of an extension; whether it is one that is understood.
    fn extension(&mut self, key: &[u8], value: &[u8]) -> bool {
        match (key, value.to_ascii_lowercase().as_slice()) {
            (b"objectformat", b"sha1") => self.hash = HashKind::Sha1,
            (b"objectformat", b"sha256") => self.hash = HashKind::Sha256,
            (b"refstorage", b"files") => self.refs = RefStorage::Files,
            (b"refstorage", b"reftable") => self.refs = RefStorage::Reftable,
            (
                b"noop"
                | b"noop-v1"
                | b"partialclone"
                | b"preciousobjects"
                | b"worktreeconfig"
                | b"relativeworktrees"
                | b"compatobjectformat",
                _,
            ) => {}
            _ => return false,
        }
        true
    }
}

fn read_shallow(path: &Path, hash: HashKind) -> Result<Vec<ObjectId>, GitError> {
    let bytes = files::read_if_exists(path, files::WHOLE_FILE_LIMIT)?.unwrap_or_default();
    let mut ids = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
        if line.is_empty() {
            continue;
        }
        let id = ObjectId::from_hex(line).filter(|id| id.hash_kind() == hash);
        ids.push(id.ok_or_else(|| GitError::corrupt(path, "it has a line that is no object id"))?);
    }
    ids.sort_unstable();
    Ok(ids)
}

fn has_promisor_pack(common_dir: &Path) -> Result<bool, GitError> {
    let packs = files::list(&common_dir.join("objects").join("pack"))?;
    Ok(packs.iter().any(|entry| entry.path().extension().is_some_and(|end| end == "promisor")))
}
