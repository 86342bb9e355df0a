//! What a walk over all objects hands out, and the trait of those who receive it.

use std::io::{self, Read};
use std::ops::ControlFlow;

use crate::error::GitError;
use crate::object_id::{Hasher, ObjectId, ObjectKind};
use crate::pack::delta::{Copied, Delta};

/// Receives every object of a store. A walk makes one visitor a thread.
pub trait Visitor {
    /// Takes one object; `Break` ends the walk of all threads.
    fn object(&mut self, object: Object<'_>) -> ControlFlow<()>;

    /// Takes the news of something that could not be read; the walk goes on unless told to stop.
    fn problem(&mut self, problem: GitError) -> ControlFlow<()>;
}

/// One object of a walk.
pub struct Object<'a> {
    /// Its name.
    pub id: ObjectId,
    /// What it holds.
    pub kind: ObjectKind,
    /// Its size in bytes.
    pub size: u64,
    /// Its content.
    pub content: Content<'a>,
    /// What it was made from, when the same visitor has been given that object before.
    pub delta: Option<DeltaOrigin<'a>>,
    /// How many objects at most are given to the same visitor next as made from it, with all that is
    /// made from those in between.
    pub heirs: usize,
    /// Its place in the order of the ids of its pack: where the store is one pack, that among
    /// [`Ids`](crate::Ids).
    pub place: Option<u32>,
}

/// The content of an object.
pub enum Content<'a> {
    /// All of it.
    Bytes(&'a [u8]),
    /// A reader, for an object above [`WalkOptions::stream_above`].
    Stream(&'a mut dyn Read),
}

/// The object a delta starts from, and the delta.
#[derive(Clone, Copy, Debug)]
pub struct DeltaOrigin<'a> {
    /// The id of the base.
    pub base: ObjectId,
    /// How the object is made from it.
    pub delta: Delta<'a>,
    /// What it copies, in order.
    pub copies: &'a [Copied],
}

/// Whether a walk recomputes the id of every object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    /// Trust the ids of the indexes of packs; content is still guarded by its Adler-32 checksum. Loose
    /// objects are hashed all the same.
    #[default]
    Checksums,
    /// Hash every object and report those that are not what their id says.
    Ids,
}

/// How a walk over all objects is done.
#[derive(Clone, Copy, Debug)]
pub struct WalkOptions {
    /// The number of threads, at least one.
    pub jobs: usize,
    /// Which kinds to hand out.
    pub want: fn(ObjectKind) -> bool,
    /// Whether ids are recomputed.
    pub verify: Verify,
    /// Objects of more bytes that are no deltas come as a reader.
    pub stream_above: u64,
    /// The bytes of objects that all threads together keep because deltas of them are still to be
    /// decoded, besides the one each is at work on. What does not fit is decoded again.
    pub hold_at_most: u64,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self {
            jobs: 1,
            want: |_| true,
            verify: Verify::default(),
            stream_above: 32 << 20,
            hold_at_most: 256 << 20,
        }
    }
}

/// Hands one object to a visitor, with its id recomputed when that is asked for.
pub(crate) fn give_bytes<V: Visitor + ?Sized>(
    visitor: &mut V,
    verify: Verify,
    (id, kind): (ObjectId, ObjectKind),
    bytes: &[u8],
    (delta, heirs, place): (Option<DeltaOrigin<'_>>, usize, Option<u32>),
) -> ControlFlow<()> {
    if verify == Verify::Ids {
        let actual = crate::object_id::object_id(id.hash_kind(), kind, bytes);
        if actual != id {
            visitor.problem(wrong_id(id, actual))?;
        }
    }
    let size = bytes.len() as u64;
    visitor.object(Object { id, kind, size, content: Content::Bytes(bytes), delta, heirs, place })
}

/// Hands one object to a visitor as a reader, and reports what went wrong in it. `report` makes
/// the problem from the reason.
pub(crate) fn give_stream<V: Visitor + ?Sized>(
    visitor: &mut V,
    verify: Verify,
    (id, kind, size): (ObjectId, ObjectKind, u64),
    reader: &mut dyn Read,
    report: &dyn Fn(String) -> GitError,
) -> ControlFlow<()> {
    let hasher = (verify == Verify::Ids).then(|| Hasher::for_object(id.hash_kind(), kind, size));
    let mut watched = Watched { reader, hasher, failure: None };
    let content = Content::Stream(&mut watched);
    visitor.object(Object { id, kind, size, content, delta: None, heirs: 0, place: None })?;
    if watched.hasher.is_some() && watched.failure.is_none() {
        // A failure is kept in `failure`.
        let _ = io::copy(&mut watched, &mut io::sink());
    }
    if let Some(reason) = watched.failure {
        return visitor.problem(report(reason));
    }
    match watched.hasher.map(Hasher::finish).filter(|actual| *actual != id) {
        Some(actual) => visitor.problem(wrong_id(id, actual)),
        None => ControlFlow::Continue(()),
    }
}

fn wrong_id(id: ObjectId, actual: ObjectId) -> GitError {
    GitError::object(id, format!("its content has the id `{actual}`"))
}

/// A reader that remembers its failure and hashes what passes.
struct Watched<'a> {
    reader: &'a mut dyn Read,
    hasher: Option<Hasher>,
    failure: Option<String>,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count =
            self.reader.read(buffer).inspect_err(|error| self.failure = Some(error.to_string()))?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(buffer.get(..count).unwrap_or_default());
        }
        Ok(count)
    }
}
