//! Decoding every object of one pack, delta families as the unit of parallel work.

use std::fs::File;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::error::GitError;
use crate::inflate::{InflateReader, Inflater};
use crate::object_id::{ObjectId, ObjectKind};
use crate::pack::Pack;
use crate::pack::delta::Delta;
use crate::pack::entry::{EntryHeader, EntryKind};
use crate::pack::plan::Plan;
use crate::visit::{self, DeltaOrigin, Visitor, WalkOptions};

/// Families a thread takes at a time, so that it reads the pack in stretches.
const BATCH: usize = 16;
/// Buffers kept for reuse, and the largest that is worth keeping.
const POOL: usize = 16;
const POOLED_CAPACITY: usize = 4 << 20;
/// All objects one thread holds while their deltas are decoded, in bytes.
const LIVE_LIMIT: u64 = 2 << 30;

/// Reads an object from wherever it is.
pub(crate) type OutsideReader<'a> =
    dyn Fn(&ObjectId) -> Result<(ObjectKind, Vec<u8>), GitError> + Sync + 'a;

/// What all threads of the walk of one pack share.
pub(crate) struct PackWalk<'a> {
    pub(crate) pack: &'a Pack,
    pub(crate) plan: Plan,
    /// Objects given out elsewhere, by their place in the order of ids.
    pub(crate) skip: Vec<bool>,
    pub(crate) options: &'a WalkOptions,
    pub(crate) object_limit: u64,
    pub(crate) stop: &'a AtomicBool,
    pub(crate) next_root: AtomicUsize,
    pub(crate) file: Arc<File>,
    /// Reads the base of a delta that is not in this pack.
    pub(crate) outside: &'a OutsideReader<'a>,
}

impl PackWalk<'_> {
    /// Takes families until none is left.
    pub(crate) fn run<V: Visitor>(&self, visitor: &mut V) -> ControlFlow<()> {
        let mut worker = Worker::new(self, visitor);
        loop {
            let from = self.next_root.fetch_add(BATCH, Ordering::Relaxed);
            let Some(roots) = self.plan.roots.get(from..) else { break };
            if roots.is_empty() {
                break;
            }
            for root in roots.iter().take(BATCH) {
                if self.stop.load(Ordering::Relaxed) {
                    return ControlFlow::Break(());
                }
                worker.whole_family(*root)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Reports what the plan could not place and decodes deltas of bases outside the pack.
    pub(crate) fn run_rest<V: Visitor>(&self, visitor: &mut V) -> ControlFlow<()> {
        let mut worker = Worker::new(self, visitor);
        for (number, error) in &self.plan.broken {
            worker.visitor.problem(error.clone())?;
            worker.give_up_children(*number)?;
        }
        for (number, base) in &self.plan.outside {
            match (self.outside)(base) {
                Ok((kind, bytes)) if (self.options.want)(kind) => {
                    worker.outside_family(*number, (*base, kind), bytes)?;
                }
                Ok(_) => {}
                Err(error) => worker.give_up(*number, &format!("its delta base: {error}"))?,
            }
        }
        ControlFlow::Continue(())
    }

    fn skipped(&self, number: u32) -> bool {
        let position = self.plan.position(number) as usize;
        self.skip.get(position).copied().unwrap_or(false)
    }
}

/// An object whose deltas are being decoded.
struct Frame {
    id: ObjectId,
    bytes: Vec<u8>,
    children: Range<usize>,
    given: bool,
}

/// One thread of the walk with its buffers.
struct Worker<'w, 'a, V> {
    walk: &'w PackWalk<'a>,
    visitor: &'w mut V,
    inflater: Inflater,
    delta: Vec<u8>,
    pool: Vec<Vec<u8>>,
    frames: Vec<Frame>,
    live: u64,
}

impl<'w, 'a, V: Visitor> Worker<'w, 'a, V> {
    fn new(walk: &'w PackWalk<'a>, visitor: &'w mut V) -> Self {
        Self {
            walk,
            visitor,
            inflater: Inflater::new(),
            delta: Vec::new(),
            pool: Vec::new(),
            frames: Vec::new(),
            live: 0,
        }
    }

    /// Hands out a whole object and everything made from it.
    fn whole_family(&mut self, root: u32) -> ControlFlow<()> {
        let plan = &self.walk.plan;
        let Some(kind) = plan.kind(root).filter(|kind| (self.walk.options.want)(*kind)) else {
            return ControlFlow::Continue(());
        };
        let header = match self.header(root) {
            Ok(header) => header,
            Err(reason) => return self.give_up(root, &reason),
        };
        let has_children = !plan.child_range(root).is_empty();
        if !has_children && header.size > self.walk.options.stream_above {
            return self.stream(root, kind, &header);
        }
        let mut bytes = self.buffer();
        if let Err(reason) = self.inflate(root, &header, &mut bytes) {
            return self.give_up(root, &reason);
        }
        let given = self.give(root, kind, &bytes, None)?;
        self.push(root, bytes, given);
        self.descend(kind)
    }

    /// Hands out a delta of an object outside the pack and everything made from it.
    fn outside_family(
        &mut self,
        number: u32,
        (base, kind): (ObjectId, ObjectKind),
        bytes: Vec<u8>,
    ) -> ControlFlow<()> {
        let mut made = self.buffer();
        if let Err(reason) = self.make(number, &bytes, &mut made) {
            return self.give_up(number, &format!("{reason} (delta base `{base}`)"));
        }
        let given = self.give(number, kind, &made, None)?;
        self.push(number, made, given);
        self.descend(kind)
    }

    /// Decodes all deltas below the frame, depth first, without recursion.
    fn descend(&mut self, kind: ObjectKind) -> ControlFlow<()> {
        while let Some(mut frame) = self.frames.pop() {
            let Some(child) = frame.children.next().and_then(|at| self.walk.plan.child(at)) else {
                self.recycle(frame.bytes);
                continue;
            };
            let mut bytes = self.buffer();
            let made = self.make(child, &frame.bytes, &mut bytes);
            let base = frame.given.then_some(frame.id);
            if frame.children.is_empty() {
                self.recycle(frame.bytes);
            } else {
                self.frames.push(frame);
            }
            if let Err(reason) = made {
                self.give_up(child, &reason)?;
                continue;
            }
            let given = self.give(child, kind, &bytes, base)?;
            self.push(child, bytes, given);
        }
        ControlFlow::Continue(())
    }

    fn push(&mut self, number: u32, bytes: Vec<u8>, given: bool) {
        self.live += bytes.len() as u64;
        let children = self.walk.plan.child_range(number);
        self.frames.push(Frame { id: self.walk.plan.id(number), bytes, children, given });
    }

    fn buffer(&mut self) -> Vec<u8> {
        self.pool.pop().unwrap_or_default()
    }

    fn recycle(&mut self, bytes: Vec<u8>) {
        self.live = self.live.saturating_sub(bytes.len() as u64);
        if self.pool.len() < POOL && bytes.capacity() <= POOLED_CAPACITY {
            self.pool.push(bytes);
        }
    }

    /// Hands one object out unless another copy of it is; whether it was.
    fn give(
        &mut self,
        number: u32,
        kind: ObjectKind,
        bytes: &[u8],
        base: Option<ObjectId>,
    ) -> ControlFlow<(), bool> {
        if self.walk.skipped(number) {
            return ControlFlow::Continue(false);
        }
        let origin = base.zip(Delta::parse(&self.delta));
        let origin = origin.map(|(base, delta)| DeltaOrigin { base, delta });
        let names = (self.walk.plan.id(number), kind);
        visit::give_bytes(self.visitor, self.walk.options.verify, names, bytes, origin)?;
        ControlFlow::Continue(true)
    }

    fn stream(&mut self, root: u32, kind: ObjectKind, header: &EntryHeader) -> ControlFlow<()> {
        if self.walk.skipped(root) {
            return ControlFlow::Continue(());
        }
        let (walk, extent) = (self.walk, self.walk.plan.extent(root));
        let range = header.data_offset..extent.end;
        let mut reader = InflateReader::new(Arc::clone(&walk.file), range, Some(header.size));
        let id = walk.plan.id(root);
        let names = (id, kind, header.size);
        let report = |reason| walk.pack.corrupt_entry(extent.start, Some(id), reason);
        visit::give_stream(self.visitor, walk.options.verify, names, &mut reader, &report)
    }

    /// Reads the entry, or the beginning of a long one, and its header.
    fn header(&mut self, number: u32) -> Result<EntryHeader, String> {
        let extent = self.walk.plan.extent(number);
        let read =
            self.inflater.load(&self.walk.file, &extent).map_err(|error| error.to_string())?;
        EntryHeader::parse(read, extent.start, self.walk.pack.index().hash_kind())
            .ok_or_else(|| "its header is not one of a pack entry".to_owned())
    }

    /// Inflates the entry whose header was just read.
    fn inflate(
        &mut self,
        number: u32,
        header: &EntryHeader,
        output: &mut Vec<u8>,
    ) -> Result<(), String> {
        self.bound(header.size)?;
        let extent = self.walk.plan.extent(number);
        let available = extent.end.saturating_sub(header.data_offset);
        let skip = usize::try_from(header.data_offset - extent.start).unwrap_or(usize::MAX);
        let consumed = self
            .inflater
            .inflate_loaded(&self.walk.file, extent, skip, header.size, output)
            .map_err(|error| error.to_string())?;
        if consumed != available {
            return Err("it is followed by bytes that belong to no object".into());
        }
        Ok(())
    }

    /// Decodes a delta entry on its base.
    fn make(&mut self, number: u32, base: &[u8], output: &mut Vec<u8>) -> Result<(), String> {
        let header = self.header(number)?;
        if matches!(header.kind, EntryKind::Whole(_)) {
            return Err("the pack has changed while it was read".into());
        }
        let mut delta = std::mem::take(&mut self.delta);
        let inflated = self.inflate(number, &header, &mut delta);
        self.delta = delta;
        inflated?;
        let delta = Delta::parse(&self.delta).ok_or("its delta has no sizes")?;
        self.bound(delta.result_size())?;
        delta.apply(base, output).map_err(str::to_owned)
    }

    fn bound(&self, size: u64) -> Result<(), String> {
        let limit = self.walk.object_limit;
        if size > limit {
            return Err(format!("it has {size} bytes, more than the limit of {limit}"));
        }
        if self.live.saturating_add(size) > LIVE_LIMIT {
            return Err(format!("its delta family needs more memory than {LIVE_LIMIT} bytes"));
        }
        Ok(())
    }

    /// Reports an object that cannot be decoded, and with it everything made from it.
    fn give_up(&mut self, number: u32, reason: &str) -> ControlFlow<()> {
        let plan = &self.walk.plan;
        let error =
            self.walk.pack.corrupt_entry(plan.offset(number), Some(plan.id(number)), reason);
        self.visitor.problem(error)?;
        self.give_up_children(number)
    }

    fn give_up_children(&mut self, number: u32) -> ControlFlow<()> {
        let plan = &self.walk.plan;
        let mut todo: Vec<_> = plan.child_range(number).collect();
        while let Some(child) = todo.pop().and_then(|at| plan.child(at)) {
            let reason = "it is a delta of an object that cannot be read";
            let error =
                self.walk.pack.corrupt_entry(plan.offset(child), Some(plan.id(child)), reason);
            self.visitor.problem(error)?;
            todo.extend(plan.child_range(child));
        }
        ControlFlow::Continue(())
    }
}
