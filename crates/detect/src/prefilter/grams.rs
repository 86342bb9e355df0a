//! The loop over a text that looks for the windows of a [`Table`].
//!
//! Owns: going over a text in three steps, each for what the one before let through: a bit for every
//! second place, the bytes around the place, the anchor itself. The first two have no branch that
//! depends on the text, for a branch that is guessed wrong costs as much as twenty bytes. What stands
//! there is in the end seen byte by byte, so that neither hashing nor folding can make or lose a hit.

use tightlip_model::ByteSpan;

use super::rows::Rows;
use super::table::{BEFORE, FOLD, SHORTEST, SIZE, Slot, Table, bit, rim, word};

/// Bytes from one window to the next.
const STEP: usize = 2;
/// Windows whose bits fill a register.
const AT_ONCE: usize = 32;
/// Bytes from one block of windows to the next.
const BLOCK: usize = STEP * AT_ONCE;
/// Windows that one load brings.
const IN_A_LOAD: usize = 3;
/// Bytes that a block's loads reach.
const LOADED: usize = STEP * IN_A_LOAD * (AT_ONCE / IN_A_LOAD) + 8;
/// Bytes that go through all steps before the next do.
const SEGMENT: usize = 16 * BLOCK;
/// Those, and what is looked at around them.
const ROOM: usize = BEFORE + SEGMENT + LOADED - BLOCK;
/// Room for the windows of a segment, and for those that the last block is padded with.
const PLACES: usize = 2 * SEGMENT / STEP;
/// Places that are written down for each block, needed or not.
const USUAL: usize = 4;

/// The windows of a segment that may be part of an anchor.
struct Places {
    places: [u16; PLACES],
    count: usize,
}

impl Places {
    /// Adds the place of each bit of a block's marks.
    #[inline(always)]
    fn add(&mut self, block: usize, mut marks: u32) {
        let mut at = self.count;
        self.count += marks.count_ones() as usize;
        loop {
            for slot in at..at + USUAL {
                let place = block + STEP * marks.trailing_zeros() as usize;
                self.places[slot % PLACES] = place as u16;
                marks &= marks.wrapping_sub(1);
            }
            if marks == 0 {
                return;
            }
            at += USUAL;
        }
    }

    /// Leaves those that pass.
    #[inline(always)]
    fn retain(&mut self, passes: impl Fn(usize) -> bool) {
        let mut kept = 0;
        for slot in 0..self.count {
            let place = self.places[slot % PLACES];
            self.places[kept % PLACES] = place;
            kept += usize::from(passes(usize::from(place)));
        }
        self.count = kept;
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        self.places.iter().take(self.count).map(|place| usize::from(*place))
    }
}

/// Eight bytes of a segment, folded; zeros behind its end.
#[inline(always)]
fn load(bytes: &[u8], at: usize) -> u64 {
    let eight = bytes.get(at..).and_then(|rest| rest.first_chunk());
    eight.map_or(0, |eight| u64::from_le_bytes(*eight)) | FOLD
}

impl Table {
    /// Calls `hit` for each occurrence of each anchor, in the order in which they end, of those that
    /// end together the longest first. `anchors` are those the table was made for.
    pub(super) fn hits(
        &self,
        anchors: &Rows<u8>,
        text: &[u8],
        hit: &mut impl FnMut(usize, ByteSpan),
    ) {
        let mut queue = Queue::default();
        let mut places = Places { places: [0; PLACES], count: 0 };
        let mut room = [0; ROOM];
        for start in (0..text.len()).step_by(SEGMENT) {
            let segment = segment_at(text, start, &mut room);
            let blocks = (text.len() - start).min(SEGMENT).div_ceil(BLOCK);
            self.sift(segment, blocks, &mut places);
            for place in places.iter() {
                let bytes = load(segment, place);
                self.check(anchors, text, (start + place, bytes), &mut queue, hit);
            }
        }
        queue.release(usize::MAX, hit);
    }

    /// Puts into `places` the windows of a segment that may be part of an anchor.
    #[inline(never)]
    fn sift(&self, segment: &[u8; ROOM], blocks: usize, places: &mut Places) {
        let Ok(words) = <&[u32; 1 << SIZE]>::try_from(&*self.words) else { return };
        let Ok(slot_of) = <&[u16; 1 << SIZE]>::try_from(&*self.slot_of) else { return };
        places.count = 0;
        for block in (0..blocks * BLOCK).step_by(BLOCK) {
            let bytes = segment.get(BEFORE + block..).and_then(|rest| rest.first_chunk());
            places.add(block, bytes.map_or(0, |bytes| marks(words, bytes)));
        }
        places.retain(|place| {
            let bytes = load(segment, place);
            let slot = slot_of[word(bytes >> (8 * BEFORE))];
            let [a, b] = self.slots.get(usize::from(slot)).unwrap_or(&[Slot::NONE; 2]);
            (bytes & a.mask == a.value) | (bytes & b.mask == b.value)
        });
    }

    /// Queues the anchors that stand around a window, of which `bytes` are those that its slot knows.
    fn check(
        &self,
        anchors: &Rows<u8>,
        text: &[u8],
        (at, bytes): (usize, u64),
        queue: &mut Queue,
        hit: &mut impl FnMut(usize, ByteSpan),
    ) {
        let word = word(bytes >> (8 * BEFORE));
        let slot = self.slot_of.get(word).map_or(0, |slot| usize::from(*slot));
        let head = |slot: usize| self.heads.get(slot).map_or(0, |head| *head as usize);
        let windows = self.windows.get(head(slot)..head(slot + 1)).unwrap_or_default().iter();
        for window in windows.filter(|window| rim(bytes) & window.mask == window.value) {
            let Some(start) = at.checked_add_signed(-isize::from(window.back)) else { continue };
            let anchor = anchors.get(usize::from(window.anchor));
            let span = ByteSpan::new(start, start + anchor.len());
            if text.get(start..span.end).is_some_and(|there| there.eq_ignore_ascii_case(anchor)) {
                queue.release(at + SHORTEST, hit);
                queue.push(usize::from(window.anchor), span);
            }
        }
    }
}

/// A bit for each window of a block that may be part of an anchor.
#[inline(always)]
fn marks(words: &[u32; 1 << SIZE], bytes: &[u8; LOADED]) -> u32 {
    let mut marks = 0;
    for first in (0..AT_ONCE).step_by(IN_A_LOAD) {
        let loaded = load(bytes, STEP * first);
        for index in first..AT_ONCE.min(first + IN_A_LOAD) {
            let window = loaded >> (8 * STEP * (index - first));
            marks |= (words[word(window)] >> bit(window) & 1) << index;
        }
    }
    marks
}

/// The bytes of the text from `start` on and those around them: in place, or in `room` where the text
/// begins or ends sooner.
fn segment_at<'t>(text: &'t [u8], start: usize, room: &'t mut [u8; ROOM]) -> &'t [u8; ROOM] {
    let first = start.checked_sub(BEFORE);
    if let Some(whole) = first.and_then(|first| text.get(first..)?.first_chunk()) {
        return whole;
    }
    let skip = BEFORE.saturating_sub(start);
    let bytes = text.get(first.unwrap_or(0)..).unwrap_or_default();
    let length = bytes.len().min(ROOM - skip);
    room[skip..skip + length].copy_from_slice(&bytes[..length]);
    room
}

/// Hits on their way into order: windows come in order, but an anchor may end well after its window.
#[derive(Default)]
struct Queue {
    waiting: Vec<(usize, ByteSpan)>,
}

impl Queue {
    fn push(&mut self, anchor: usize, span: ByteSpan) {
        let order = |span: ByteSpan| (span.end, span.start);
        let place = self.waiting.partition_point(|(_, other)| order(*other) <= order(span));
        self.waiting.insert(place, (anchor, span));
    }

    /// Hands over what ends before `limit`: every hit to come ends there or later.
    fn release(&mut self, limit: usize, hit: &mut impl FnMut(usize, ByteSpan)) {
        let ready = self.waiting.partition_point(|(_, span)| span.end < limit);
        self.waiting.drain(..ready).for_each(|(anchor, span)| hit(anchor, span));
    }
}
