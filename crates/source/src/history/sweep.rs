//! What earlier sweeps of a repository found clean, kept in a file outside of it: ids of objects in
//! which nothing matched, and how much was scanned of each. Whatever matched, was left out or could
//! not be read is not in it and is scanned anew, so that the file holds no secret and a sweep with it
//! reports what one without it does. Objects are read all the same: a damaged one is still told of.
//!
//! A file that is damaged, or of another repository, other settings or another version, is told of
//! and replaced; one that cannot be written costs the next sweep its time and nothing else.

use std::fs::DirBuilder;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};
use tightlip_git::{HashKind, ObjectId, Repository};
use tightlip_model::{Coverage, Tally};

use super::numbers::Numbers;
use crate::files::tree::path_bytes;
use crate::repository::read_bounded;

/// How a file begins; the number is that of its form.
const MAGIC: &[u8] = b"tightlip sweep cache 1\n";
/// A longer file is not read: room for 40 million objects.
const LONGEST: u64 = 1 << 30;
/// Bytes of a digest.
const DIGEST: usize = 32;
/// Bytes of the two counts that follow an id.
const COUNTS: usize = 8;

/// A folder with what earlier sweeps found clean, a file for each repository.
pub struct SweepCache {
    folder: PathBuf,
    settings: Sum,
    told: Mutex<Vec<String>>,
}

/// A SHA-256.
type Sum = [u8; DIGEST];

/// An object in which nothing matched, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Clear {
    number: u32,
    /// Blobs that were scanned of it: itself, what it contains, or the texts of a commit.
    blobs: u32,
    bytes: u32,
}

impl SweepCache {
    /// The cache in `folder`. `settings` is all that decides, besides the content of an object, whether
    /// anything in it matches, and how much of it is scanned.
    #[must_use]
    pub fn new(folder: PathBuf, settings: &[&[u8]]) -> Self {
        Self { folder, settings: sum(settings), told: Mutex::default() }
    }

    /// What went wrong with the cache, in words for people; none of it makes a sweep incomplete.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is known of the objects of a repository; `None` where nothing can be kept.
    pub(super) fn open(&self, repository: &Repository, numbers: &Numbers) -> Option<Sweep<'_>> {
        let opened = self.try_open(repository, numbers);
        opened.map_err(|message| self.tell(message)).ok()
    }

    fn try_open(&self, repository: &Repository, numbers: &Numbers) -> Result<Sweep<'_>, String> {
        let common = real(repository.common_dir())?;
        make_folder(&self.folder).map_err(|error| unusable(&self.folder, &error))?;
        let folder = real(&self.folder)?;
        let work_tree = repository.work_tree().map(real).transpose()?;
        if [Some(&common), work_tree.as_ref()]
            .into_iter()
            .flatten()
            .any(|it| folder.starts_with(it))
        {
            let shown = folder.display();
            return Err(format!(
                "the cache `{shown}` lies in the repository, which must not vouch for itself: no \
                 cache is used; name a folder elsewhere"
            ));
        }
        let kind = repository.hash_kind();
        let width: &[u8] = if kind == HashKind::Sha1 { b"sha1" } else { b"sha256" };
        let own = sum(&[&path_bytes(&common), width]);
        let file = folder.join(format!("{}.sweep", hex(&own)));
        let head = [MAGIC, &own, &self.settings].concat();
        let known = match load(&file, &head, kind.byte_len()) {
            Ok(records) => records,
            Err(reason) => {
                self.tell(format!("the cache `{}` {reason}: it is made anew", file.display()));
                Vec::new()
            }
        };
        let stored = known.len() / (kind.byte_len() + COUNTS);
        let clear = clear(&known, kind.byte_len(), numbers);
        Ok(Sweep { cache: self, file, head, stored, clear })
    }

    fn tell(&self, message: String) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if !told.contains(&message) {
            told.push(message);
        }
    }
}

/// What is known of one repository.
pub(super) struct Sweep<'a> {
    cache: &'a SweepCache,
    file: PathBuf,
    /// How the file has to begin.
    head: Vec<u8>,
    /// How many objects the file tells of.
    stored: usize,
    /// Those of them that are there, sorted.
    clear: Vec<Clear>,
}

impl Sweep<'_> {
    /// What was scanned of an object in which nothing matched.
    pub(super) fn find(&self, number: Option<u32>) -> Option<Tally> {
        let number = number?;
        let at = self.clear.binary_search_by_key(&number, |clear| clear.number).ok()?;
        let Clear { blobs, bytes, .. } = *self.clear.get(at)?;
        Some(Tally { blobs: blobs.into(), bytes: bytes.into(), events: 0 })
    }

    /// Writes down what is known now. Objects that are gone are forgotten.
    pub(super) fn keep(mut self, learned: Learned, numbers: &Numbers) {
        if learned.0.is_empty() && self.stored == self.clear.len() {
            return;
        }
        self.clear.extend(learned.0);
        self.clear.sort_unstable();
        self.clear.dedup_by_key(|clear| clear.number);
        if let Err(error) = self.write(numbers) {
            self.cache.tell(unusable(&self.file, &error));
        }
    }

    /// Writes a file beside the old one and puts it in its place: whoever reads meanwhile sees one of
    /// the two, and of two that write the last one stays.
    fn write(&self, numbers: &Numbers) -> io::Result<()> {
        let mut text = self.head.clone();
        for clear in &self.clear {
            if let Some(id) = numbers.id(clear.number) {
                text.extend_from_slice(id.as_bytes());
                text.extend_from_slice(&clear.blobs.to_le_bytes());
                text.extend_from_slice(&clear.bytes.to_le_bytes());
            }
        }
        text.extend_from_slice(&Sha256::digest(&text));
        // Only its owner may read it, whatever the mask says.
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".sweep-").tempfile_in(folder)?;
        file.write_all(&text)?;
        file.persist(&self.file).map(drop).map_err(|error| error.error)
    }
}

/// What one thread learned.
#[derive(Default)]
pub(super) struct Learned(Vec<Clear>);

impl Learned {
    /// Notes that nothing was told of an object between two tallies of the worker that scanned it.
    pub(super) fn note(
        &mut self,
        number: Option<u32>,
        before: Option<Tally>,
        after: Option<Tally>,
    ) {
        let (Some(number), Some(before), Some(after)) = (number, before, after) else { return };
        let blobs = u32::try_from(after.blobs - before.blobs);
        let bytes = u32::try_from(after.bytes - before.bytes);
        if let (Ok(blobs), Ok(bytes)) = (blobs, bytes)
            && before.events == after.events
        {
            self.0.push(Clear { number, blobs, bytes });
        }
    }

    /// Adds what another thread learned.
    pub(super) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// What was not scanned again, as a run's coverage has it.
pub(super) fn coverage(spared: Tally) -> Coverage {
    Coverage { blobs: spared.blobs, bytes: spared.bytes, ..Coverage::default() }
}

/// The records of a file that begins with `head`; none when there is no file. An error says what is
/// wrong with it.
fn load(file: &Path, head: &[u8], width: usize) -> Result<Vec<u8>, String> {
    let text = read_bounded(file, LONGEST).map_err(|error| format!("cannot be read ({error})"))?;
    let Some(mut text) = text else { return Ok(Vec::new()) };
    let damaged = || "is damaged".to_owned();
    let (content, end) = text.split_last_chunk::<DIGEST>().ok_or_else(damaged)?;
    let (content_len, is_whole) = (content.len(), Sha256::digest(content).as_slice() == end);
    let own = head.get(..MAGIC.len() + DIGEST).unwrap_or_default();
    if !is_whole || !content.starts_with(MAGIC) || content_len < head.len() {
        return Err(damaged());
    }
    if !content.starts_with(own) {
        return Err("is of another repository".to_owned());
    }
    if !content.starts_with(head) {
        return Err("is of other rules, settings, another version or an earlier month".to_owned());
    }
    text.truncate(content_len);
    text.drain(..head.len());
    text.len().is_multiple_of(width + COUNTS).then_some(text).ok_or_else(damaged)
}

/// What records tell of objects that are there.
fn clear(records: &[u8], width: usize, numbers: &Numbers) -> Vec<Clear> {
    let count = |bytes: &[u8]| bytes.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    let read = |record: &[u8]| {
        let (id, counts) = record.split_at_checked(width)?;
        let number = numbers.find(&ObjectId::from_bytes(id)?)?;
        Some(Clear { number, blobs: count(counts)?, bytes: count(counts.get(4..)?)? })
    };
    let mut clear: Vec<Clear> = records.chunks_exact(width + COUNTS).filter_map(read).collect();
    clear.sort_unstable();
    clear
}

/// A hash of all parts that tells where each ends.
fn sum(parts: &[&[u8]]) -> Sum {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The first half of a digest, which is enough for a name.
fn hex(sum: &Sum) -> String {
    sum.iter().take(DIGEST / 2).map(|byte| format!("{byte:02x}")).collect()
}

fn real(path: &Path) -> Result<PathBuf, String> {
    path.canonicalize().map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &io::Error) -> String {
    format!("no cache is kept: `{}`: {error}", path.display())
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
