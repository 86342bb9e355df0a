//! What one thread of a walk holds: objects of which deltas are still to be decoded, and memory for
//! the next ones. Bounded: what was held longest makes room, and is made again when needed.

use std::ops::Range;

use crate::buffer::Buffer;
use crate::object_id::{ObjectId, ObjectKind};

/// Memory kept for reuse, in bytes and in buffers.
const SPARE: usize = 8 << 20;
const SPARE_BUFFERS: usize = 32;

/// An object whose deltas are being decoded.
pub(crate) struct Frame {
    pub(crate) id: ObjectId,
    pub(crate) kind: ObjectKind,
    /// Its content; `None` once that had to make room.
    pub(crate) content: Option<Buffer>,
    /// Its deltas that were not decoded yet, by their place in the plan.
    pub(crate) children: Range<usize>,
    /// Whether the visitor was given it.
    pub(crate) given: bool,
}

/// The frames of the family that is being decoded, the latest on top.
pub(crate) struct Held {
    frames: Vec<Frame>,
    bytes: u64,
    budget: u64,
    /// So many of the lowest frames have no content.
    emptied: usize,
    spare: Vec<Buffer>,
    spare_bytes: usize,
}

impl Held {
    /// Nothing yet, and never more content than `budget` bytes besides that of the top frame.
    pub(crate) fn new(budget: u64) -> Self {
        let (frames, spare) = (Vec::new(), Vec::new());
        Self { frames, bytes: 0, budget, emptied: 0, spare, spare_bytes: 0 }
    }

    pub(crate) fn push(&mut self, frame: Frame) {
        if frame.children.is_empty() {
            frame.content.into_iter().for_each(|content| self.recycle(content));
            return;
        }
        self.bytes += size(&frame);
        self.frames.push(frame);
        let below = self.frames.len() - 1;
        while self.bytes > self.budget && self.emptied < below {
            if let Some(lowest) = self.frames.get_mut(self.emptied) {
                self.bytes = self.bytes.saturating_sub(size(lowest));
                lowest.content = None;
            }
            self.emptied += 1;
        }
    }

    pub(crate) fn pop(&mut self) -> Option<Frame> {
        let frame = self.frames.pop()?;
        self.bytes = self.bytes.saturating_sub(size(&frame));
        self.emptied = self.emptied.min(self.frames.len());
        Some(frame)
    }

    pub(crate) fn buffer(&mut self) -> Buffer {
        let buffer = self.spare.pop().unwrap_or_default();
        self.spare_bytes = self.spare_bytes.saturating_sub(buffer.capacity());
        buffer
    }

    pub(crate) fn recycle(&mut self, buffer: Buffer) {
        let bytes = self.spare_bytes + buffer.capacity();
        if bytes <= SPARE && self.spare.len() < SPARE_BUFFERS {
            self.spare_bytes = bytes;
            self.spare.push(buffer);
        }
    }
}

fn size(frame: &Frame) -> u64 {
    frame.content.as_ref().map_or(0, |content| content.capacity() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object_id::HashKind;

    fn frame(bytes: usize) -> Frame {
        let (id, kind) = (ObjectId::null(HashKind::Sha1), ObjectKind::Blob);
        let content = Some(Buffer::from(vec![0; bytes]));
        Frame { id, kind, content, children: 0..1, given: true }
    }

    #[test]
    fn the_lowest_contents_make_room() {
        let mut held = Held::new(250);
        (0..4).for_each(|_| held.push(frame(100)));
        let mut contents = || held.pop().map(|frame| frame.content.is_some());
        assert_eq!([contents(), contents()], [Some(true), Some(true)]);
        held.push(frame(100));
        let mut contents = || held.pop().map(|frame| frame.content.is_some());
        assert_eq!(
            [contents(), contents(), contents(), contents()],
            [Some(true), Some(false), Some(false), None]
        );
        assert_eq!((held.bytes, held.emptied), (0, 0));
    }

    #[test]
    fn the_object_in_use_is_held_whatever_its_size() {
        let mut held = Held::new(10);
        held.push(frame(100));
        assert!(held.pop().is_some_and(|frame| frame.content.is_some()));
    }
}
