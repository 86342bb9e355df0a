//! The object store of a repository: packs, loose objects and alternates seen as one.
//! What an object means is left to the parsers of commits, trees and tags.

mod ids;
mod read;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::alternates;
use crate::base_cache::BaseCache;
use crate::error::GitError;
use crate::files;
use crate::inflate::Inflater;
use crate::loose;
use crate::object_id::{HashKind, ObjectId};
use crate::pack::Pack;

pub use ids::Ids;
pub use read::ObjectReader;

/// The largest object held in memory unless told otherwise: git itself makes no deltas of larger
/// files, so that every larger object can be streamed.
pub const DEFAULT_OBJECT_LIMIT: u64 = 512 << 20;

/// All objects of a repository. Cheap to share between threads.
pub struct Objects {
    hash: HashKind,
    folders: Vec<PathBuf>,
    folder_problems: Vec<GitError>,
    packs: RwLock<Arc<PackSet>>,
    cache: Mutex<BaseCache>,
    inflaters: Mutex<Vec<Inflater>>,
    limit: u64,
}

/// The packs found by one look into the object folders.
#[derive(Default)]
struct PackSet {
    packs: Vec<NumberedPack>,
    problems: Vec<GitError>,
}

/// A pack and the serial number that names it in the cache.
#[derive(Clone)]
struct NumberedPack {
    serial: u64,
    pack: Arc<Pack>,
}

/// Where an object is.
enum Place {
    Packed { pack: NumberedPack, offset: u64 },
    Loose { folder: usize, object: Box<loose::LooseObject> },
}

/// One copy of an object: an entry of the pack with a serial number, or the file in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copy {
    Packed(u64, u64),
    Loose(usize, ObjectId),
}

static NEXT_SERIAL: AtomicU64 = AtomicU64::new(0);

impl Objects {
    /// Opens the object folder `folder`, the further ones in `more`, and all their alternates.
    /// What cannot be opened is in [`problems`](Self::problems).
    #[must_use]
    pub fn open(folder: &Path, more: &[PathBuf], hash: HashKind) -> Self {
        let (folders, folder_problems) = alternates::object_folders(folder, more);
        let packs = PackSet::scan(&folders, hash, &PackSet::default());
        Self {
            hash,
            folders,
            folder_problems,
            packs: RwLock::new(Arc::new(packs)),
            cache: Mutex::default(),
            inflaters: Mutex::default(),
            limit: DEFAULT_OBJECT_LIMIT,
        }
    }

    /// Sets the size in bytes above which an object is refused rather than held in memory.
    #[must_use]
    pub fn with_limit(mut self, limit: u64) -> Self {
        self.limit = limit;
        self
    }

    /// What could not be opened: packs without a usable index, missing alternates.
    #[must_use]
    pub fn problems(&self) -> Vec<GitError> {
        let packs = self.packs();
        self.folder_problems.iter().chain(&packs.problems).cloned().collect()
    }

    /// The hash that names the objects.
    #[must_use]
    pub const fn hash_kind(&self) -> HashKind {
        self.hash
    }

    /// The object folders, the repository's own first.
    #[must_use]
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// The number of packs.
    #[must_use]
    pub fn pack_count(&self) -> usize {
        self.packs().packs.len()
    }

    /// Whether the store has the object.
    ///
    /// # Errors
    ///
    /// Fails when an index cannot be read, or a loose file of that name is no object.
    pub fn contains(&self, id: &ObjectId) -> Result<bool, GitError> {
        Ok(self.find(id, &[])?.is_some())
    }

    /// All ids that begin with the hexadecimal digits `prefix`, at most `limit` of them.
    ///
    /// # Errors
    ///
    /// Fails when an index or an object folder cannot be read.
    pub fn with_prefix(&self, prefix: &str, limit: usize) -> Result<Vec<ObjectId>, GitError> {
        let mut found = Vec::new();
        let Some(first) = padded(prefix, self.hash) else { return Ok(found) };
        for NumberedPack { pack, .. } in &self.packs().packs {
            let index = pack.index();
            for position in index.lower_bound(&first)?..index.count() {
                let id = index.id(position)?;
                if !id.to_string().starts_with(prefix) || found.len() >= limit {
                    break;
                }
                found.push(id);
            }
        }
        for folder in &self.folders {
            let ids = loose::list_prefix(folder, prefix, self.hash)?;
            found.extend(ids.into_iter().filter(|id| id.to_string().starts_with(prefix)));
        }
        found.sort_unstable();
        found.dedup();
        found.truncate(limit);
        Ok(found)
    }

    fn packs(&self) -> Arc<PackSet> {
        Arc::clone(&self.packs.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn cache(&self) -> MutexGuard<'_, BaseCache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks into the object folders again, as git does when another process may have repacked.
    fn rescan(&self) {
        let fresh = PackSet::scan(&self.folders, self.hash, &self.packs());
        *self.packs.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
    }

    /// Finds an object but for its `damaged` copies, looking twice when it is not there or its pack
    /// has gone.
    fn find(&self, id: &ObjectId, damaged: &[Copy]) -> Result<Option<Place>, GitError> {
        match self.find_once(id, damaged) {
            Ok(None) => {}
            Err(error) if error.is_not_found() => {}
            found => return found,
        }
        if self.packs_changed() {
            self.rescan();
        }
        self.find_once(id, damaged)
    }

    /// A damaged pack does not hide another copy; its error is given when there is none.
    fn find_once(&self, id: &ObjectId, damaged: &[Copy]) -> Result<Option<Place>, GitError> {
        let mut failure = None;
        for pack in &self.packs().packs {
            // A pack that has been removed must be noticed here, where a second look helps.
            let found = pack.pack.index().lookup(id);
            match found.and_then(|offset| offset.map(|at| pack.pack.file().map(|_| at)).transpose())
            {
                Ok(Some(offset)) if damaged.contains(&Copy::Packed(pack.serial, offset)) => {}
                Ok(Some(offset)) => {
                    return Ok(Some(Place::Packed { pack: pack.clone(), offset }));
                }
                Ok(None) => {}
                Err(error) => failure = Some(error),
            }
        }
        for (folder, path) in self.folders.iter().enumerate() {
            if damaged.contains(&Copy::Loose(folder, *id)) {
                continue;
            }
            match loose::open(path, id) {
                Ok(Some(object)) => {
                    return Ok(Some(Place::Loose { folder, object: Box::new(object) }));
                }
                Ok(None) => {}
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(None), Err)
    }

    /// How many copies of an object there are, not counting what cannot be opened.
    fn copies(&self, id: &ObjectId) -> usize {
        let packs = self.packs();
        let packed = packs.packs.iter();
        let packed = packed.filter(|pack| matches!(pack.pack.index().lookup(id), Ok(Some(_))));
        let loose = self.folders.iter().filter(|folder| loose::path(folder, id).is_file());
        packed.count() + loose.count()
    }

    /// Whether the folders list other packs than those that are open.
    fn packs_changed(&self) -> bool {
        let packs = self.packs();
        let mut known: Vec<&Path> = packs.packs.iter().map(|pack| pack.pack.path()).collect();
        known.sort_unstable();
        let mut listed: Vec<PathBuf> =
            self.folders.iter().flat_map(|folder| pack_paths(folder).unwrap_or_default()).collect();
        listed.sort_unstable();
        known != listed
    }
}

impl PackSet {
    /// Opens every pack of the folders, reusing those that are open.
    fn scan(folders: &[PathBuf], hash: HashKind, open: &Self) -> Self {
        let mut set = Self::default();
        for folder in folders {
            match pack_paths(folder) {
                Ok(paths) => paths.iter().for_each(|path| set.add(path, hash, open)),
                Err(error) => set.problems.push(error),
            }
        }
        set
    }

    fn add(&mut self, path: &Path, hash: HashKind, open: &Self) {
        if let Some(pack) = open.packs.iter().find(|pack| pack.pack.path() == path) {
            self.packs.push(pack.clone());
            return;
        }
        match Pack::open(path, hash) {
            Ok(pack) => {
                let serial = NEXT_SERIAL.fetch_add(1, Ordering::Relaxed);
                self.packs.push(NumberedPack { serial, pack: Arc::new(pack) });
            }
            Err(error) => self.problems.push(error),
        }
    }
}

/// The pack files of an object folder, in order of their names.
fn pack_paths(folder: &Path) -> Result<Vec<PathBuf>, GitError> {
    let entries = files::list(&folder.join("pack"))?;
    let paths = entries.into_iter().map(|entry| entry.path());
    Ok(paths.filter(|path| path.extension().is_some_and(|end| end == "pack")).collect())
}

/// The lowest id that begins with the digits.
fn padded(prefix: &str, hash: HashKind) -> Option<ObjectId> {
    let zeros = "0".repeat(hash.hex_len().checked_sub(prefix.len())?);
    ObjectId::from_hex(format!("{prefix}{zeros}").as_bytes())
}
