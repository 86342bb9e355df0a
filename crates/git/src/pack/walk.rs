//! Decoding every object of one pack, delta families as the unit of parallel work.

use std::fs::File;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::buffer::Buffer;
use crate::error::GitError;
use crate::inflate::{InflateReader, Inflater};
use crate::object_id::{ObjectId, ObjectKind};
use crate::pack::Pack;
use crate::pack::delta::{Copied, Delta};
use crate::pack::entry::{EntryHeader, EntryKind};
use crate::pack::held::{Frame, Held};
use crate::pack::plan::Plan;
use crate::visit::{self, DeltaOrigin, Visitor, WalkOptions};

/// Families a thread takes at a time, so that it reads the pack in stretches.
const BATCH: usize = 16;

const ORPHANED: &str = "it is a delta of an object that cannot be read";

/// Reads an object from wherever it is.
pub(crate) type StoreReader<'a> =
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
    /// Reads an object by its id: the base of a delta that is not in this pack, another copy of
    /// what is damaged here, or an object again that had to make room.
    pub(crate) store: &'a StoreReader<'a>,
    /// Whether the store has a copy of an object besides the one in this pack.
    pub(crate) has_copy: &'a (dyn Fn(&ObjectId) -> bool + Sync + 'a),
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
            for (root, kind) in roots.iter().take(BATCH) {
                if self.stop.load(Ordering::Relaxed) {
                    return ControlFlow::Break(());
                }
                if (self.options.want)(*kind) {
                    worker.root(*root, *kind)?;
                    worker.descend()?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Reports what the plan could not place and decodes deltas of bases outside the pack.
    pub(crate) fn run_rest<V: Visitor>(&self, visitor: &mut V) -> ControlFlow<()> {
        let mut worker = Worker::new(self, visitor);
        for (number, error) in &self.plan.broken {
            worker.visitor.problem(error.clone())?;
            worker.replace(*number)?;
            worker.descend()?;
        }
        for (number, base) in &self.plan.outside {
            match (self.store)(base) {
                Ok((kind, bytes)) if (self.options.want)(kind) => {
                    worker.on_outside_base(*number, (*base, kind), &bytes)?;
                }
                Ok(_) => {}
                Err(error) => worker.damaged(*number, &format!("its delta base: {error}"))?,
            }
            worker.descend()?;
        }
        ControlFlow::Continue(())
    }

    fn skipped(&self, number: u32) -> bool {
        let position = self.plan.position(number) as usize;
        self.skip.get(position).copied().unwrap_or(false)
    }
}

/// One thread of the walk with its buffers.
struct Worker<'w, 'a, V> {
    walk: &'w PackWalk<'a>,
    visitor: &'w mut V,
    inflater: Inflater,
    delta: Buffer,
    /// What the delta that was decoded last copies.
    copies: Vec<Copied>,
    held: Held,
}

impl<'w, 'a, V: Visitor> Worker<'w, 'a, V> {
    fn new(walk: &'w PackWalk<'a>, visitor: &'w mut V) -> Self {
        let budget = walk.options.hold_at_most / walk.options.jobs.max(1) as u64;
        let (inflater, delta) = (Inflater::new(), Buffer::default());
        Self { walk, visitor, inflater, delta, copies: Vec::new(), held: Held::new(budget) }
    }

    /// Hands out a whole object.
    fn root(&mut self, root: u32, kind: ObjectKind) -> ControlFlow<()> {
        let extent = self.walk.plan.extent(root);
        let header = match self.header(&extent) {
            Ok(header) => header,
            Err(reason) => return self.damaged(root, &reason),
        };
        let has_children = !self.walk.plan.child_range(root).is_empty();
        if !has_children && header.size > self.walk.options.stream_above {
            return self.stream((root, kind), extent, &header);
        }
        let mut content = self.held.buffer();
        if let Err(reason) = self.inflate(extent, &header, &mut content) {
            return self.damaged(root, &reason);
        }
        self.give(root, kind, content, None)
    }

    /// Hands out a delta of an object outside the pack.
    fn on_outside_base(
        &mut self,
        number: u32,
        (base, kind): (ObjectId, ObjectKind),
        bytes: &[u8],
    ) -> ControlFlow<()> {
        let mut made = self.held.buffer();
        if let Err(reason) = self.make(number, bytes, &mut made) {
            return self.damaged(number, &format!("{reason} (delta base `{base}`)"));
        }
        self.give(number, kind, made, None)
    }

    /// Decodes all deltas below the frames, depth first, without recursion.
    fn descend(&mut self) -> ControlFlow<()> {
        while let Some(mut frame) = self.held.pop() {
            let Some(content) = self.content_of(&mut frame)? else { continue };
            let child = frame.children.next().and_then(|at| self.walk.plan.child(at));
            let Some(child) = child else { continue };
            let mut made = self.held.buffer();
            let result = self.make(child, content.bytes(), &mut made);
            let (kind, base) = (frame.kind, frame.given.then_some(frame.id));
            self.held.push(Frame { content: Some(content), ..frame });
            match result {
                Ok(()) => self.give(child, kind, made, base)?,
                Err(reason) => self.damaged(child, &reason)?,
            }
        }
        ControlFlow::Continue(())
    }

    /// The content of a frame, which is read again if it had to make room.
    fn content_of(&mut self, frame: &mut Frame) -> ControlFlow<(), Option<Buffer>> {
        if let Some(content) = frame.content.take() {
            return ControlFlow::Continue(Some(content));
        }
        match (self.walk.store)(&frame.id) {
            Ok((_, bytes)) => ControlFlow::Continue(Some(Buffer::from(bytes))),
            Err(error) => {
                self.visitor.problem(error)?;
                let children = frame.children.clone();
                children
                    .filter_map(|at| self.walk.plan.child(at))
                    .try_for_each(|child| self.damaged(child, ORPHANED))?;
                ControlFlow::Continue(None)
            }
        }
    }

    /// Hands one object out unless another copy of it is, and holds it for its deltas.
    fn give(
        &mut self,
        number: u32,
        kind: ObjectKind,
        content: Buffer,
        base: Option<ObjectId>,
    ) -> ControlFlow<()> {
        let (id, given) = (self.walk.plan.id(number), !self.walk.skipped(number));
        let children = self.walk.plan.child_range(number);
        if given {
            let origin = base.zip(Delta::parse(self.delta.bytes()));
            let copies = &self.copies;
            let origin = origin.map(|(base, delta)| DeltaOrigin { base, delta, copies });
            let (verify, names) = (self.walk.options.verify, (id, kind));
            let made = (origin, children.len(), Some(self.walk.plan.position(number)));
            visit::give_bytes(self.visitor, verify, names, content.bytes(), made)?;
        }
        self.held.push(Frame { id, kind, content: Some(content), children, given });
        ControlFlow::Continue(())
    }

    fn stream(
        &mut self,
        (root, kind): (u32, ObjectKind),
        extent: Range<u64>,
        header: &EntryHeader,
    ) -> ControlFlow<()> {
        if self.walk.skipped(root) {
            return ControlFlow::Continue(());
        }
        let walk = self.walk;
        let range = header.data_offset..extent.end;
        let mut reader = InflateReader::new(Arc::clone(&walk.file), range, Some(header.size));
        let id = walk.plan.id(root);
        let names = (id, kind, header.size);
        let report = |reason| walk.pack.corrupt_entry(extent.start, Some(id), reason);
        visit::give_stream(self.visitor, walk.options.verify, names, &mut reader, &report)
    }

    /// Reads the entry, or the beginning of a long one, and its header.
    fn header(&mut self, extent: &Range<u64>) -> Result<EntryHeader, String> {
        let read =
            self.inflater.load(&self.walk.file, extent).map_err(|error| error.to_string())?;
        EntryHeader::parse(read, extent.start, self.walk.pack.index().hash_kind())
            .ok_or_else(|| "its header is not one of a pack entry".to_owned())
    }

    /// Inflates the entry whose header was just read.
    fn inflate(
        &mut self,
        extent: Range<u64>,
        header: &EntryHeader,
        output: &mut Buffer,
    ) -> Result<(), String> {
        self.bound(header.size)?;
        let skip = usize::try_from(header.data_offset - extent.start).unwrap_or(usize::MAX);
        let (file, size) = (&self.walk.file, header.size);
        output
            .fill(size, |memory| self.inflater.inflate_loaded(file, extent, skip, size, memory))
            .map_err(|error| error.to_string())
    }

    /// Decodes a delta entry on its base.
    fn make(&mut self, number: u32, base: &[u8], output: &mut Buffer) -> Result<(), String> {
        let extent = self.walk.plan.extent(number);
        let header = self.header(&extent)?;
        if matches!(header.kind, EntryKind::Whole(_)) {
            return Err("the pack has changed while it was read".into());
        }
        let mut delta = std::mem::take(&mut self.delta);
        let inflated = self.inflate(extent, &header, &mut delta);
        self.delta = delta;
        inflated?;
        let delta = Delta::parse(self.delta.bytes()).ok_or("its delta has no sizes")?;
        self.bound(delta.result_size())?;
        let copies = &mut self.copies;
        let apply = |memory: &mut Vec<u8>| delta.apply(base, memory, copies);
        output.fill(delta.result_size(), apply).map_err(str::to_owned)
    }

    fn bound(&self, size: u64) -> Result<(), String> {
        let limit = self.walk.object_limit;
        if size > limit {
            return Err(format!("it has {size} bytes, more than the limit of {limit}"));
        }
        Ok(())
    }

    /// Reports an object that cannot be decoded, and goes on with other copies.
    fn damaged(&mut self, number: u32, reason: &str) -> ControlFlow<()> {
        self.report(number, reason)?;
        self.replace(number)
    }

    fn report(&mut self, number: u32, reason: &str) -> ControlFlow<()> {
        let plan = &self.walk.plan;
        let error =
            self.walk.pack.corrupt_entry(plan.offset(number), Some(plan.id(number)), reason);
        self.visitor.problem(error)
    }

    /// Hands out another copy of an object that cannot be decoded. When there is none, what is made
    /// from it is lost too, but for what has copies of its own.
    fn replace(&mut self, number: u32) -> ControlFlow<()> {
        let mut todo = vec![number];
        while let Some(next) = todo.pop() {
            let id = self.walk.plan.id(next);
            let copy = (self.walk.has_copy)(&id).then(|| (self.walk.store)(&id).ok()).flatten();
            match copy {
                Some((kind, _)) if !(self.walk.options.want)(kind) => {}
                Some((kind, bytes)) => self.give(next, kind, Buffer::from(bytes), None)?,
                None => {
                    if next != number {
                        self.report(next, ORPHANED)?;
                    }
                    let children = self.walk.plan.child_range(next);
                    todo.extend(children.filter_map(|at| self.walk.plan.child(at)));
                }
            }
        }
        ControlFlow::Continue(())
    }
}
