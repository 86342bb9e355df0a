//! The table behind the prefilter: four bytes of each anchor, the rarest, as one bit among many.
//!
//! Owns: choosing those bytes, and the loop over a text. Every second place of a text is looked at:
//! so each anchor has two windows of four bytes, one behind the other, and exactly one of them falls
//! on such a place wherever the anchor stands. Of a window that reaches past its anchor, the bytes
//! outside may be anything. A bit that is set makes a candidate; whether the anchor stands there is
//! then seen byte by byte, so that neither hashing nor folding can make or lose a hit.

use tightlip_model::ByteSpan;

use super::rarity::{common, rarity};

/// The shortest anchor that fits: three bytes pick the word of a window, the fourth its bit.
pub(super) const SHORTEST: usize = 3;
/// The most anchors.
pub(super) const MOST: usize = (u16::MAX / 2) as usize;
/// The table's words, as a power of two: 64 KiB. Half of it lets through half as much again, twice
/// as much was no faster.
const SIZE: u32 = 14;
/// Bytes from one window to the next.
const STEP: usize = 2;
/// Windows that are looked at between two branches.
const AT_ONCE: usize = 16;
/// Their bytes.
const BLOCK: usize = STEP * (AT_ONCE - 1) + 4;
/// Folds the case of four ASCII letters. Merges some other bytes too, which does no harm.
const FOLD: u32 = 0x2020_2020;
/// What shares are counted in.
const A_BILLION: u64 = 1_000_000_000;
/// Mixes the first three bytes of a window into the upper bits; shifts out the fourth.
const MIX: u32 = 0x9E37_79B1 << 8;

/// Finds anchors.
#[derive(Debug)]
pub(super) struct Grams {
    words: Box<[u32; 1 << SIZE]>,
    /// Where in `windows` those of each word begin.
    heads: Vec<u16>,
    /// By word.
    windows: Vec<Window>,
}

/// Where in an anchor four bytes were chosen, and how the anchor begins.
#[derive(Debug, Clone, Copy, Default)]
struct Window {
    /// The first eight bytes of the anchor, folded; zeros after its end.
    head: u64,
    /// Ones for the bytes that `head` has.
    mask: u64,
    anchor: u16,
    /// How many bytes before the window the anchor begins; -1 if it begins one later.
    back: i8,
}

/// The word of a folded window.
fn word(window: u32) -> usize {
    (window.wrapping_mul(MIX) >> (u32::BITS - SIZE)) as usize
}

/// The bit of a folded window in its word.
fn bit(window: u32) -> u32 {
    window >> 24 & 31
}

fn window_at(bytes: &[u8; BLOCK], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) | FOLD
}

impl Grams {
    /// The table for these anchors; `None` when one is too short or they are too many.
    pub(super) fn new(anchors: &[Vec<u8>]) -> Option<Self> {
        let fits = |anchor: &Vec<u8>| (SHORTEST..=usize::from(u8::MAX / 2)).contains(&anchor.len());
        if anchors.len() > MOST || !anchors.iter().all(fits) {
            return None;
        }
        let mut builder = Builder::default();
        for (index, anchor) in anchors.iter().enumerate() {
            builder.add(u16::try_from(index).ok()?, anchor);
        }
        builder.finish()
    }

    /// Calls `hit` for each occurrence of each anchor, in the order in which they end, of those that
    /// end together the longest first. `anchors` are those the table was made for.
    pub(super) fn hits(
        &self,
        anchors: &[Vec<u8>],
        text: &[u8],
        hit: &mut impl FnMut(usize, ByteSpan),
    ) {
        let mut queue = Queue::default();
        let mut at = 0;
        while let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk::<BLOCK>()) {
            let mut marks = self.marks(block);
            while marks != 0 {
                let offset = STEP * marks.trailing_zeros() as usize;
                marks &= marks - 1;
                let window = window_at(block, offset);
                self.check(anchors, text, (at + offset, window), &mut queue, hit);
            }
            at += STEP * AT_ONCE;
        }
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let mut block = [0; BLOCK];
            let length = rest.len().min(BLOCK);
            block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            let windows = (0..length.min(STEP * AT_ONCE)).step_by(STEP);
            for (offset, window) in windows.map(|offset| (offset, window_at(&block, offset))) {
                if self.words[word(window)] >> bit(window) & 1 == 1 {
                    self.check(anchors, text, (at + offset, window), &mut queue, hit);
                }
            }
            at += STEP * AT_ONCE;
        }
        queue.release(usize::MAX, hit);
    }

    /// A bit for each window of a block that may be part of an anchor.
    #[inline]
    fn marks(&self, block: &[u8; BLOCK]) -> u32 {
        let mut marks = 0;
        for index in 0..AT_ONCE {
            let window = window_at(block, index * STEP);
            marks |= (self.words[word(window)] >> bit(window) & 1) << index;
        }
        marks
    }

    /// Queues the anchors that stand around a window.
    #[inline(never)]
    fn check(
        &self,
        anchors: &[Vec<u8>],
        text: &[u8],
        (at, window): (usize, u32),
        queue: &mut Queue,
        hit: &mut impl FnMut(usize, ByteSpan),
    ) {
        let word = word(window);
        let windows = usize::from(self.heads[word])..usize::from(self.heads[word + 1]);
        for window in self.windows.get(windows).unwrap_or_default() {
            let Some(start) = at.checked_add_signed(-isize::from(window.back)) else { continue };
            let begins =
                text.get(start..).and_then(|rest| rest.first_chunk::<8>()).is_none_or(|head| {
                    (u64::from_le_bytes(*head) | FOLD_HEAD) & window.mask == window.head
                });
            if begins && stands_at(anchors, usize::from(window.anchor), text, start) {
                let anchor = usize::from(window.anchor);
                queue.release(at + SHORTEST, hit);
                queue.push(anchor, ByteSpan::new(start, start + anchors[anchor].len()));
            }
        }
    }
}

/// [`FOLD`] for eight bytes.
const FOLD_HEAD: u64 = (FOLD as u64) << 32 | FOLD as u64;

fn stands_at(anchors: &[Vec<u8>], index: usize, text: &[u8], start: usize) -> bool {
    let Some(anchor) = anchors.get(index) else { return false };
    let there = text.get(start..start + anchor.len());
    there.is_some_and(|there| there.eq_ignore_ascii_case(anchor))
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

/// Chooses windows and gathers them.
struct Builder {
    words: Vec<u32>,
    /// How many windows share each word.
    uses: Vec<u16>,
    /// How many of a billion windows of ordinary text fall on each word, and on each bit; of bits, a
    /// few share one count.
    word_traffic: Vec<u64>,
    bit_traffic: Vec<u64>,
    windows: Vec<(usize, Window)>,
}

impl Default for Builder {
    fn default() -> Self {
        let mut word_traffic = vec![0; 1 << SIZE];
        let mut bit_traffic = vec![0; BIT_COUNTS];
        for (gram, count) in common() {
            let gram = u32::from_le_bytes(gram) | FOLD;
            word_traffic[word(gram)] += count;
            bit_traffic[bit_count(gram)] += count;
        }
        let (words, uses) = (vec![0; 1 << SIZE], vec![0; 1 << SIZE]);
        Self { words, uses, word_traffic, bit_traffic, windows: Vec::new() }
    }
}

/// How many counts there are for bits.
const BIT_COUNTS: usize = 1 << 15;

/// Which count is that of a folded window's bit.
fn bit_count(window: u32) -> usize {
    (word(window) << 5 | bit(window) as usize) % BIT_COUNTS
}

impl Builder {
    /// Adds the two windows of an anchor that let through the least.
    fn add(&mut self, index: u16, anchor: &[u8]) {
        let first = if anchor.len() == SHORTEST { -1 } else { 0 };
        let last = anchor.len() as isize - SHORTEST as isize - 1;
        let mut best = (u64::MAX, first);
        let mut cost = self.cost(anchor, first);
        for back in first..=last {
            let next = self.cost(anchor, back + 1);
            best = best.min((cost + next, back));
            cost = next;
        }
        let (_, back) = best;
        self.insert(index, anchor, back);
        self.insert(index, anchor, back + 1);
    }

    /// How many of a billion windows of ordinary text this one would let through, and how much work
    /// each makes.
    fn cost(&self, anchor: &[u8], back: isize) -> u64 {
        let known = known(anchor, back);
        let gram = folded(anchor, back);
        let (bits, traffic, uses) = match (back, known.len()) {
            (0.., 4..) => (1, self.bit_traffic[bit_count(gram)], self.uses[word(gram)]),
            (0.., _) => (32, self.word_traffic[word(gram)], self.uses[word(gram)]),
            _ => (128, 0, 0),
        };
        // What is not known to be common is one in a few thousand at most.
        let estimate = A_BILLION >> (rarity(known) / 2).clamp(13, 30);
        let strays = (A_BILLION * bits) >> (SIZE + 5);
        (estimate + traffic + strays) * (2 + u64::from(uses))
    }

    fn insert(&mut self, index: u16, anchor: &[u8], back: isize) {
        let known = known(anchor, back);
        let gram = folded(anchor, back);
        let mut head = [0; 8];
        let mut mask = [0; 8];
        for (at, byte) in anchor.iter().take(8).enumerate() {
            (head[at], mask[at]) = (byte | 0x20, u8::MAX);
        }
        let (head, mask) = (u64::from_le_bytes(head), u64::from_le_bytes(mask));
        let window = Window { head, mask, anchor: index, back: back as i8 };
        let firsts = if back < 0 { 0..=u32::from(u8::MAX) } else { gram & 0xff..=gram & 0xff };
        for first in firsts.filter(|first| first & 0x20 != 0) {
            let gram = gram & !0xff | first;
            let word = word(gram);
            let is_open = back >= 0 && known.len() < 4;
            self.words[word] |= if is_open { u32::MAX } else { 1 << bit(gram) };
            self.uses[word] = self.uses[word].saturating_add(1);
            self.windows.push((word, window));
        }
    }

    fn finish(self) -> Option<Grams> {
        u16::try_from(self.windows.len()).ok()?;
        let mut heads = Vec::with_capacity(self.uses.len() + 1);
        let mut end = 0;
        heads.extend(self.uses.iter().map(|uses| {
            end += uses;
            end
        }));
        heads.push(end);
        let mut windows = vec![Window::default(); self.windows.len()];
        for (word, window) in self.windows {
            heads[word] -= 1;
            windows[usize::from(heads[word])] = window;
        }
        Some(Grams { words: self.words.into_boxed_slice().try_into().ok()?, heads, windows })
    }
}

/// The bytes of an anchor in the window at `back`.
fn known(anchor: &[u8], back: isize) -> &[u8] {
    let start = usize::try_from(back).unwrap_or(0);
    let end = usize::try_from(back + 4).unwrap_or(0).min(anchor.len());
    anchor.get(start..end).unwrap_or_default()
}

/// The window at `back`, folded; the bytes outside of the anchor are blank.
fn folded(anchor: &[u8], back: isize) -> u32 {
    let mut gram = [0; 4];
    let skip = usize::from(back < 0);
    gram.iter_mut().skip(skip).zip(known(anchor, back)).for_each(|(to, from)| *to = *from);
    u32::from_le_bytes(gram) | FOLD
}
