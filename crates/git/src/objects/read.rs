//! Reading single objects by id: their header, their content, or a reader of it.

use std::io::{self, Cursor, Read};
use std::sync::{Arc, PoisonError};

use super::{NumberedPack, Objects, Place};
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
    Loose(Box<LooseObject>),
}

impl Objects {
    /// Replaces `output` by the content of an object.
    ///
    /// # Errors
    ///
    /// Fails when the object is missing, corrupt, or larger than the limit.
    pub fn read(&self, id: &ObjectId, output: &mut Vec<u8>) -> Result<ObjectKind, GitError> {
        let place = self.place(id)?;
        match self.chain(id, place)? {
            (Start::Loose(object), links) if links.is_empty() => {
                self.bound(id, object.size)?;
                let kind = object.kind;
                object.read(id, output)?;
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

    /// The kind and size in bytes of an object.
    ///
    /// # Errors
    ///
    /// Fails when the object is missing or corrupt.
    pub fn header(&self, id: &ObjectId) -> Result<(ObjectKind, u64), GitError> {
        let (pack, offset) = match self.place(id)? {
            Place::Loose(object) => return Ok((object.kind, object.size)),
            Place::Packed { pack, offset } => (pack, offset),
        };
        let header = pack.pack.header(offset)?;
        let size = match header.kind {
            EntryKind::Whole(_) => header.size,
            EntryKind::OffsetDelta(_) | EntryKind::RefDelta(_) => {
                self.delta_result_size(id, &pack, offset, &header)?
            }
        };
        let kind = match self.chain(id, Place::Packed { pack, offset })?.0 {
            Start::Cached((kind, _)) | Start::Packed { kind, .. } => kind,
            Start::Loose(object) => object.kind,
        };
        Ok((kind, size))
    }

    /// A reader of the content of an object. Only a delta is held in memory.
    ///
    /// # Errors
    ///
    /// Fails when the object is missing or corrupt, or a delta larger than the limit.
    pub fn stream(&self, id: &ObjectId) -> Result<ObjectReader, GitError> {
        match self.chain(id, self.place(id)?)? {
            (Start::Loose(object), links) if links.is_empty() => Ok(ObjectReader {
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
        }
    }

    fn place(&self, id: &ObjectId) -> Result<Place, GitError> {
        self.find(id)?.ok_or(GitError::Missing { id: *id })
    }

    /// Follows delta bases down to something whole.
    fn chain(&self, id: &ObjectId, place: Place) -> Result<(Start, Vec<Link>), GitError> {
        let mut links = Vec::new();
        let mut place = place;
        while links.len() < MAX_CHAIN {
            let (pack, offset) = match place {
                Place::Loose(object) => return Ok((Start::Loose(object), links)),
                Place::Packed { pack, offset } => (pack, offset),
            };
            if let Some(whole) = self.cache().get((pack.serial, offset)) {
                return Ok((Start::Cached(whole), links));
            }
            let header = pack.pack.header(offset)?;
            let next = match header.kind {
                EntryKind::Whole(kind) => {
                    return Ok((Start::Packed { pack, offset, header, kind }, links));
                }
                EntryKind::OffsetDelta(base) => Place::Packed { pack: pack.clone(), offset: base },
                EntryKind::RefDelta(base) => match pack.pack.index().lookup(&base)? {
                    Some(base) => Place::Packed { pack: pack.clone(), offset: base },
                    None => self.place(&base)?,
                },
            };
            links.push(Link { pack, offset, header });
            place = next;
        }
        let what = format!("the number of deltas that make object `{id}`");
        Err(GitError::LimitExceeded { what, limit: MAX_CHAIN as u64 })
    }

    /// Applies a chain of deltas, the last found first.
    fn resolve(&self, id: &ObjectId, start: Start, links: Vec<Link>) -> Result<Whole, GitError> {
        let (kind, mut bytes) = self.whole(id, start)?;
        let mut delta_bytes = Vec::new();
        for link in links.into_iter().rev() {
            let Link { pack, offset, header } = link;
            self.inflate(id, &pack, offset, &header, &mut delta_bytes)?;
            let corrupt = |reason| pack.pack.corrupt_entry(offset, Some(*id), reason);
            let delta =
                Delta::parse(&delta_bytes).ok_or_else(|| corrupt("its delta has no sizes"))?;
            self.bound(id, delta.result_size())?;
            let mut made = Vec::new();
            delta.apply(&bytes, &mut made).map_err(corrupt)?;
            made.truncate(index(delta.result_size()));
            bytes = Arc::new(made);
            self.cache().put((pack.serial, offset), kind, &bytes);
        }
        Ok((kind, bytes))
    }

    fn whole(&self, id: &ObjectId, start: Start) -> Result<Whole, GitError> {
        let mut bytes = Vec::new();
        match start {
            Start::Cached(whole) => Ok(whole),
            Start::Loose(object) => {
                self.bound(id, object.size)?;
                let kind = object.kind;
                object.read(id, &mut bytes)?;
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

    /// Inflates what follows an entry header.
    fn inflate(
        &self,
        id: &ObjectId,
        pack: &NumberedPack,
        offset: u64,
        header: &EntryHeader,
        output: &mut Vec<u8>,
    ) -> Result<(), GitError> {
        self.bound(id, header.size)?;
        let (file, end) = pack.pack.file()?;
        let mut inflater = self.inflater();
        let result = inflater.inflate(&file, header.data_offset..end, header.size, output);
        self.inflaters.lock().unwrap_or_else(PoisonError::into_inner).push(inflater);
        result.map_err(|error| pack.pack.corrupt_entry(offset, Some(*id), error.to_string()))?;
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
