//! Reading single objects by id: their header, their content, or a reader of it.

use std::io::{self, Cursor, Read};
use std::sync::{Arc, PoisonError};

use super::{Copy, NumberedPack, Objects, Place};
use crate::error::GitError;
use crate::inflate::{InflateReader, Inflater};
use crate::loose::LooseObject;
use crate::object_id::{ObjectId, ObjectKind};
use crate::pack::delta::Delta;
use crate::pack::entry::{EntryHeader, EntryKind};

/// git makes chains of at most 4095.
const MAX_CHAIN: usize = 1 << 16;
/// The sizes of a delta are in its first bytes.
const DELTA_SIZES: u64 = 20;

/// Damaged copies that are passed over on the way to one object.
const MAX_DAMAGED: usize = 64;

/// A kind and the bytes it applies to.
type Whole = (ObjectKind, Arc<Vec<u8>>);

/// A delta still to be applied: where it is, and its header.
struct Link {
    pack: NumberedPack,
    offset: u64,
    header: EntryHeader,
}

/// What a chain of deltas starts from.
enum Start {
    Cached(Whole),
    Packed { pack: NumberedPack, offset: u64, header: EntryHeader, kind: ObjectKind },
    Loose { folder: usize, object: Box<LooseObject> },
}

/// Why an object could not be read, and the copy to blame when another may do.
struct Failure {
    error: Box<GitError>,
    copy: Option<Copy>,
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        Self { error: Box::new(error), copy: None }
    }
}

impl Objects {
    /// Replaces `output` by the content of an object. A damaged copy is passed over when there is
    /// another.
    ///
    /// # Errors
    ///
    /// Fails when the object is missing, corrupt, or larger than the limit.
    pub fn read(&self, id: &ObjectId, output: &mut Vec<u8>) -> Result<ObjectKind, GitError> {
        self.try_copies(|damaged| {
            let (start, links) = self.chain(id, damaged)?;
            self.content(id, start, links, output)
        })
    }

    /// Replaces `output` by the content of an object of at most `most` bytes, by nothing if it is larger,
    /// and gives its size in bytes. Looks for the object once, where [`Objects::header`] and
    /// [`Objects::read`] do twice.
    ///
    /// # Errors
    ///
    /// As those two.
    pub fn read_up_to(
        &self,
        id: &ObjectId,
        most: u64,
        output: &mut Vec<u8>,
    ) -> Result<u64, GitError> {
        self.try_copies(|damaged| {
            output.clear();
            let (start, links) = self.chain(id, damaged)?;
            let (_, size) = self.kind_and_size(id, &start, &links)?;
            if size <= most {
                self.content(id, start, links, output)?;
            }
            Ok(size)
        })
    }

    /// The kind and size in bytes of an object.
    ///
    /// # Errors
    ///
    /// Fails when the object is missing or corrupt.
    pub fn header(&self, id: &ObjectId) -> Result<(ObjectKind, u64), GitError> {
        self.try_copies(|damaged| {
            let (start, links) = self.chain(id, damaged)?;
            self.kind_and_size(id, &start, &links)
        })
    }

    fn content(
        &self,
        id: &ObjectId,
        start: Start,
        links: Vec<Link>,
        output: &mut Vec<u8>,
    ) -> Result<ObjectKind, Failure> {
        match (start, links) {
            (Start::Loose { folder, object }, links) if links.is_empty() => {
                let kind = object.kind;
                self.read_loose(id, folder, *object, output)?;
                Ok(kind)
            }
            (Start::Packed { pack, offset, header, kind }, links) if links.is_empty() => {
                self.inflate(id, &pack, offset, &header, output)?;
                Ok(kind)
            }
            (start, links) => {
                let (kind, bytes) = self.resolve(id, start, links)?;
                output.clear();
                output.extend_from_slice(&bytes);
                Ok(kind)
            }
        }
    }

    fn kind_and_size(
        &self,
        id: &ObjectId,
        start: &Start,
        links: &[Link],
    ) -> Result<(ObjectKind, u64), Failure> {
        let last = match links.first() {
            Some(Link { pack, offset, header }) => {
                let size = self.delta_result_size(id, pack, *offset, header);
                Some(size.map_err(|error| blame(error, pack, *offset))?)
            }
            None => None,
        };
        let (kind, size) = match start {
            Start::Cached((kind, bytes)) => (*kind, bytes.len() as u64),
            Start::Packed { kind, header, .. } => (*kind, header.size),
            Start::Loose { object, .. } => (object.kind, object.size),
        };
        Ok((kind, last.unwrap_or(size)))
    }

    /// A reader of the content of an object. Only a delta is held in memory.
    ///
    /// # Errors
    ///
    /// Fails when the object is missing or corrupt, or a delta larger than the limit.
    pub fn stream(&self, id: &ObjectId) -> Result<ObjectReader, GitError> {
        self.try_copies(|damaged| match self.chain(id, damaged)? {
            (Start::Loose { object, .. }, links) if links.is_empty() => Ok(ObjectReader {
                kind: object.kind,
                size: object.size,
                content: Inner::Inflating(Box::new(object.reader)),
            }),
            (Start::Packed { pack, header, kind, .. }, links) if links.is_empty() => {
                let (file, end) = pack.pack.file()?;
                let range = header.data_offset..end;
                let reader = InflateReader::new(file, range, Some(header.size));
                let content = Inner::Inflating(Box::new(reader));
                Ok(ObjectReader { kind, size: header.size, content })
            }
            (start, links) => {
                let (kind, bytes) = self.resolve(id, start, links)?;
                let (size, content) =
                    (bytes.len() as u64, Inner::Held(Cursor::new(SharedBytes(bytes))));
                Ok(ObjectReader { kind, size, content })
            }
        })
    }

    /// Tries again without the copies that proved damaged. What went wrong first is the error.
    fn try_copies<T>(
        &self,
        mut attempt: impl FnMut(&[Copy]) -> Result<T, Failure>,
    ) -> Result<T, GitError> {
        let (mut damaged, mut first) = (Vec::new(), None);
        loop {
            let Failure { error, copy } = match attempt(&damaged) {
                Ok(object) => return Ok(object),
                Err(failure) => failure,
            };
            let error = first.get_or_insert(error);
            match copy.filter(|copy| !damaged.contains(copy)) {
                Some(copy) if damaged.len() < MAX_DAMAGED => damaged.push(copy),
                _ => return Err(GitError::clone(error)),
            }
        }
    }

    fn place(&self, id: &ObjectId, damaged: &[Copy]) -> Result<Place, GitError> {
        self.find(id, damaged)?.ok_or(GitError::Missing { id: *id })
    }

    /// Follows delta bases down to something whole.
    fn chain(&self, id: &ObjectId, damaged: &[Copy]) -> Result<(Start, Vec<Link>), Failure> {
        let mut links = Vec::new();
        let mut place = self.place(id, damaged)?;
        while links.len() < MAX_CHAIN {
            let (pack, offset) = match place {
                Place::Loose { folder, object } => {
                    return Ok((Start::Loose { folder, object }, links));
                }
                Place::Packed { pack, offset } => (pack, offset),
            };
            if let Some(whole) = self.cache().get((pack.serial, offset)) {
                return Ok((Start::Cached(whole), links));
            }
            let header = pack.pack.header(offset).map_err(|error| blame(error, &pack, offset))?;
            let next = match header.kind {
                EntryKind::Whole(kind) => {
                    return Ok((Start::Packed { pack, offset, header, kind }, links));
                }
                EntryKind::OffsetDelta(base) => self.base_at(&pack, base, damaged)?,
                EntryKind::RefDelta(base) => match pack.pack.index().lookup(&base)? {
                    Some(offset) => self.base_at(&pack, offset, damaged)?,
                    None => self.place(&base, damaged)?,
                },
            };
            links.push(Link { pack, offset, header });
            place = next;
        }
        let what = format!("the number of deltas that make object `{id}`");
        Err(GitError::LimitExceeded { what, limit: MAX_CHAIN as u64 }.into())
    }

    /// The entry at an offset of a pack, or another copy of the same object if it is damaged.
    fn base_at(
        &self,
        pack: &NumberedPack,
        offset: u64,
        damaged: &[Copy],
    ) -> Result<Place, GitError> {
        if !damaged.contains(&Copy::Packed(pack.serial, offset)) {
            return Ok(Place::Packed { pack: pack.clone(), offset });
        }
        let reason = "it is damaged, and its id is not known";
        let id = pack.pack.index().load()?.id_at(offset);
        self.place(&id.ok_or_else(|| pack.pack.corrupt_entry(offset, None, reason))?, damaged)
    }

    /// Applies a chain of deltas, the last found first.
    fn resolve(&self, id: &ObjectId, start: Start, links: Vec<Link>) -> Result<Whole, Failure> {
        let (kind, mut bytes) = self.whole(id, start)?;
        let (mut delta_bytes, mut copies) = (Vec::new(), Vec::new());
        for link in links.into_iter().rev() {
            let Link { pack, offset, header } = link;
            self.inflate(id, &pack, offset, &header, &mut delta_bytes)?;
            let corrupt =
                |reason| blame(pack.pack.corrupt_entry(offset, Some(*id), reason), &pack, offset);
            let delta =
                Delta::parse(&delta_bytes).ok_or_else(|| corrupt("its delta has no sizes"))?;
            self.bound(id, delta.result_size())?;
            let mut made = Vec::new();
            delta.apply(&bytes, &mut made, &mut copies).map_err(corrupt)?;
            made.truncate(index(delta.result_size()));
            bytes = Arc::new(made);
            self.cache().put((pack.serial, offset), kind, &bytes);
        }
        Ok((kind, bytes))
    }

    fn whole(&self, id: &ObjectId, start: Start) -> Result<Whole, Failure> {
        let mut bytes = Vec::new();
        match start {
            Start::Cached(whole) => Ok(whole),
            Start::Loose { folder, object } => {
                let kind = object.kind;
                self.read_loose(id, folder, *object, &mut bytes)?;
                Ok((kind, Arc::new(bytes)))
            }
            Start::Packed { pack, offset, header, kind } => {
                self.inflate(id, &pack, offset, &header, &mut bytes)?;
                let bytes = Arc::new(bytes);
                self.cache().put((pack.serial, offset), kind, &bytes);
                Ok((kind, bytes))
            }
        }
    }

    fn read_loose(
        &self,
        id: &ObjectId,
        folder: usize,
        object: LooseObject,
        output: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        self.bound(id, object.size)?;
        let copy = Some(Copy::Loose(folder, object.id));
        object.read(output).map_err(|error| Failure { error: Box::new(error), copy })
    }

    /// Inflates what follows an entry header.
    fn inflate(
        &self,
        id: &ObjectId,
        pack: &NumberedPack,
        offset: u64,
        header: &EntryHeader,
        output: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        self.bound(id, header.size)?;
        let (file, end) = pack.pack.file()?;
        let mut inflater = self.inflater();
        let result = inflater.inflate(&file, header.data_offset..end, header.size, output);
        self.inflaters.lock().unwrap_or_else(PoisonError::into_inner).push(inflater);
        result.map_err(|error| {
            blame(pack.pack.corrupt_entry(offset, Some(*id), error.to_string()), pack, offset)
        })?;
        output.truncate(index(header.size));
        Ok(())
    }

    fn inflater(&self) -> Inflater {
        let mut idle = self.inflaters.lock().unwrap_or_else(PoisonError::into_inner);
        idle.pop().unwrap_or_else(Inflater::new)
    }

    /// The size a delta declares for what it makes, without inflating all of it.
    fn delta_result_size(
        &self,
        id: &ObjectId,
        pack: &NumberedPack,
        offset: u64,
        header: &EntryHeader,
    ) -> Result<u64, GitError> {
        let (file, end) = pack.pack.file()?;
        let mut sizes = Vec::new();
        InflateReader::new(file, header.data_offset..end, Some(header.size))
            .take(DELTA_SIZES)
            .read_to_end(&mut sizes)
            .map_err(|error| pack.pack.corrupt_entry(offset, Some(*id), error.to_string()))?;
        Delta::parse(&sizes)
            .map(|delta| delta.result_size())
            .ok_or_else(|| pack.pack.corrupt_entry(offset, Some(*id), "its delta has no sizes"))
    }

    fn bound(&self, id: &ObjectId, size: u64) -> Result<(), GitError> {
        if size > self.limit {
            return Err(GitError::TooLarge { id: *id, size, limit: self.limit });
        }
        Ok(())
    }
}

fn blame(error: GitError, pack: &NumberedPack, offset: u64) -> Failure {
    Failure { error: Box::new(error), copy: Some(Copy::Packed(pack.serial, offset)) }
}

fn index(size: u64) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}

/// Reads the content of one object.
pub struct ObjectReader {
    kind: ObjectKind,
    size: u64,
    content: Inner,
}

enum Inner {
    Inflating(Box<InflateReader>),
    Held(Cursor<SharedBytes>),
}

/// An object the cache may hold too.
struct SharedBytes(Arc<Vec<u8>>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl ObjectReader {
    /// What the object holds.
    #[must_use]
    pub const fn kind(&self) -> ObjectKind {
        self.kind
    }

    /// The size of the object in bytes.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }
}

impl Read for ObjectReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.content {
            Inner::Inflating(reader) => reader.read(buffer),
            Inner::Held(cursor) => cursor.read(buffer),
        }
    }
}
