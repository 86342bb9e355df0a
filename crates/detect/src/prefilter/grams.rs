//! The loop over a text that looks for the windows of a [`Table`].
//!
//! Owns: going over a text in three steps, each for what the one before let through: a bit for every
//! second place, the bytes around the place, the anchor itself. All of the first but the looking up is
//! done for many windows at once, by the widest vectors that the processor at hand has. The first two
//! have no branch that depends on the text, for a branch that is guessed wrong costs as much as twenty
//! bytes. What stands there is in the end seen byte by byte, so that neither hashing nor folding can make
//! or lose a hit.

use fearless_simd::{Level, Simd, dispatch, prelude::*, u16x32};
use tightlip_model::ByteSpan;

use super::rows::Rows;
use super::table::{BEFORE, FOLD, SHORTEST, SIZE, Slot, Table, bit, entry, place, rim};

/// Bytes from one window to the next.
const STEP: usize = 2;
/// Windows that go through all steps before the next do.
const WINDOWS: usize = 512;
/// Windows whose bits fill a register.
const BLOCK: usize = 32;
/// Bytes from one segment to the next.
const SEGMENT: usize = STEP * WINDOWS;
/// Bytes that the last window of a segment and its slot reach past the next segment's first.
const BEHIND: usize = 8;
/// A segment, and what is looked at around it.
const ROOM: usize = BEFORE + SEGMENT + BEHIND;
/// Room for the windows of a segment, and for those that the last block is padded with.
const PLACES: usize = 2 * WINDOWS;
/// Windows that are written down for each block, needed or not.
const USUAL: usize = 4;

/// What is known of the windows of a segment. Vectors that do not cross lines of the cache are written
/// faster.
#[repr(align(64))]
struct Sieve {
    /// For each window its entry, its bit there, and what the entry holds.
    entries: [u16; WINDOWS],
    bits: [u16; WINDOWS],
    found: [u16; WINDOWS],
    /// The windows that may be part of an anchor.
    left: [u16; PLACES],
    count: usize,
}

impl Sieve {
    const EMPTY: Self = Self {
        entries: [0; WINDOWS],
        bits: [0; WINDOWS],
        found: [0; WINDOWS],
        left: [0; PLACES],
        count: 0,
    };

    /// Says what to look up for the first `count` windows of a segment. The compiler makes vectors of it:
    /// of blocks that it knows the length of, for it would leave the last windows of others.
    #[inline(always)]
    fn ask<S: Simd>(&mut self, _: S, segment: &[u8; ROOM], count: usize) {
        let (entries, _) = self.entries.as_chunks_mut::<BLOCK>();
        let (bits, _) = self.bits.as_chunks_mut::<BLOCK>();
        let blocks = entries.iter_mut().zip(bits).take(count / BLOCK);
        for ((entries, bits), at) in blocks.zip((BEFORE..).step_by(STEP * BLOCK)) {
            let bytes: &[u8; STEP * (BLOCK + 1)] =
                segment[at..].first_chunk().unwrap_or(&[0; STEP * (BLOCK + 1)]);
            let pair = |index: usize| {
                u16::from_le_bytes([bytes[STEP * index], bytes[STEP * index + 1]]) | FOLD as u16
            };
            for index in 0..BLOCK {
                let (first, second) = (pair(index), pair(index + 1));
                (entries[index], bits[index]) = (entry(first, second), bit(second));
            }
        }
    }

    /// Looks it up, one by one: gathering by vectors is slower where it has been tried. Four are read and
    /// written together.
    #[inline(never)]
    fn look_up(&mut self, table: &[u16; SIZE], count: usize) {
        let (found, _) = self.found.as_chunks_mut::<4>();
        let (entries, _) = self.entries.as_chunks::<4>();
        for (found, entries) in found.iter_mut().zip(entries).take(count / 4) {
            let [a, b, c, d] = entries.map(|entry| u64::from(table[usize::from(entry)]));
            let all = a | b << 16 | c << 32 | d << 48;
            *found = [all as u16, (all >> 16) as u16, (all >> 32) as u16, (all >> 48) as u16];
        }
    }

    /// Writes down the windows whose bit is set.
    #[inline(always)]
    fn gather<S: Simd>(&mut self, simd: S, count: usize) {
        self.count = 0;
        for block in (0..count.min(WINDOWS)).step_by(BLOCK) {
            let load = |of: &[u16; WINDOWS]| u16x32::from_slice(simd, &of[block..block + BLOCK]);
            let marked = load(&self.found) & load(&self.bits);
            self.add(block, !marked.simd_eq(0).to_bitmask() as u32);
        }
    }

    /// Adds the window of each bit of a block's marks.
    #[inline(always)]
    fn add(&mut self, block: usize, mut marks: u32) {
        let mut at = self.count;
        self.count += marks.count_ones() as usize;
        loop {
            for slot in at..at + USUAL {
                self.left[slot % PLACES] = (block + marks.trailing_zeros() as usize) as u16;
                marks &= marks.wrapping_sub(1);
            }
            if marks == 0 {
                return;
            }
            at += USUAL;
        }
    }

    /// Leaves those whose surroundings fit.
    #[inline(always)]
    fn retain(&mut self, segment: &[u8; ROOM], slot_of: &[u16; SIZE], slots: &[[Slot; 2]]) {
        let mut kept = 0;
        for at in 0..self.count {
            let window = self.left[at % PLACES];
            self.left[kept % PLACES] = window;
            let bytes = load(segment, STEP * usize::from(window));
            let entry = self.entries[usize::from(window) % WINDOWS];
            let slot = slot_of[usize::from(entry)];
            let [a, b] = slots.get(usize::from(slot)).unwrap_or(&[Slot::NONE; 2]);
            kept += usize::from((bytes & a.mask == a.value) | (bytes & b.mask == b.value));
        }
        self.count = kept;
    }

    /// Where in their segment the windows that are left begin.
    fn places(&self) -> impl Iterator<Item = usize> {
        self.left.iter().take(self.count).map(|window| STEP * usize::from(*window))
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
    /// end together the longest first. `anchors` are those the table was made for; `level` says which
    /// vectors there are.
    pub(super) fn hits(
        &self,
        anchors: &Rows<u8>,
        text: &[u8],
        level: Level,
        hit: &mut impl FnMut(usize, ByteSpan),
    ) {
        let mut queue = Queue::default();
        let mut sieve = Sieve::EMPTY;
        let mut room = [0; ROOM];
        for start in (0..text.len()).step_by(SEGMENT) {
            let segment = segment_at(text, start, &mut room);
            let blocks = (text.len() - start).min(SEGMENT).div_ceil(STEP * BLOCK);
            self.sift(level, segment, blocks * BLOCK, &mut sieve);
            for place in sieve.places() {
                let bytes = load(segment, place);
                self.check(anchors, text, (start + place, bytes), &mut queue, hit);
            }
        }
        queue.release(usize::MAX, hit);
    }

    /// Leaves in the sieve those of the first `count` windows of a segment that may be part of an anchor.
    #[inline(never)]
    fn sift(&self, level: Level, segment: &[u8; ROOM], count: usize, sieve: &mut Sieve) {
        let Ok(bits) = <&[u16; SIZE]>::try_from(&*self.bits) else { return };
        let Ok(slot_of) = <&[u16; SIZE]>::try_from(&*self.slot_of) else { return };
        dispatch!(level, simd => sieve.ask(simd, segment, count));
        sieve.look_up(bits, count);
        dispatch!(level, simd => sieve.gather(simd, count));
        sieve.retain(segment, slot_of, &self.slots);
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
        let (entry, _) = place(bytes >> (8 * BEFORE));
        let slot = self.slot_of.get(entry).map_or(0, |slot| usize::from(*slot));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// All kinds of vectors that this processor has, the plainest of its kind among them.
    fn levels() -> Vec<Level> {
        let best = Level::new();
        #[cfg(target_arch = "x86_64")]
        let others = [best.as_avx2().map(Level::Avx2), best.as_sse4_2().map(Level::Sse4_2)];
        #[cfg(not(target_arch = "x86_64"))]
        let others: [Option<Level>; 0] = [];
        others.into_iter().flatten().chain([best, Level::baseline()]).collect()
    }

    #[test]
    fn every_kind_of_vector_gives_the_same_hits() {
        let anchors: Rows<u8> = ["ghp_", "abc", "secret_key", "xoxb-"].iter().collect();
        let table = Table::of(&anchors).expect("four anchors fit");
        let text = include_str!("grams.rs").repeat(2) + "Ghp_abcsecret_KEY=xoxb-";
        let hits = |level| {
            let mut hits = Vec::new();
            table.hits(&anchors, text.as_bytes(), level, &mut |anchor, span| {
                hits.push((anchor, span))
            });
            hits
        };
        let all: Vec<_> = levels().into_iter().map(hits).collect();
        assert!(all[0].len() > 12, "{:?}", all[0]);
        assert!(all.iter().all(|hits| *hits == all[0]));
    }
}
