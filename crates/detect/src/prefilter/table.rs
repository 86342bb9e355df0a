//! The table behind the prefilter: four bytes of each anchor, the rarest, as one bit among many.
//!
//! Owns: choosing those bytes, and what the table says of each. Every second place of a text is looked
//! at: so each anchor has two windows of four bytes, one behind the other, and exactly one of them
//! falls on such a place wherever the anchor stands. Of a window that reaches past its anchor, the
//! bytes outside may be anything. Leaves to others: the loop over a text. The build script makes the
//! table of the built-in anchors with this module.

use std::borrow::Cow;

use super::rarity::{common, rarity};
use super::rows::Rows;

/// The shortest anchor that fits: three bytes pick the word of a window, the fourth its bit.
pub(crate) const SHORTEST: usize = 3;
/// The most anchors.
pub(crate) const MOST: usize = u16::MAX as usize;
/// The table's words, as a power of two: 128 KiB. With 2,177 rules half of it was 1 to 2 % slower over
/// three trees of source.
pub(crate) const SIZE: u32 = 15;
/// Folds the case of ASCII letters. Merges some other bytes too, which does no harm.
pub(crate) const FOLD: u64 = 0x2020_2020_2020_2020;
/// How many bytes before a window a slot knows.
pub(crate) const BEFORE: usize = 2;
/// The farthest into an anchor that a window begins.
const FARTHEST: isize = 120;
/// What shares are counted in.
const A_BILLION: u64 = 1_000_000_000;
/// Mixes the first three bytes of a window into the uppermost bits; shifts out all others.
const MIX: u64 = 0x9E37_79B1 << 40;

/// The word of a folded window; bytes behind the window may follow in `bytes`.
#[inline]
pub(crate) fn word(bytes: u64) -> usize {
    (bytes.wrapping_mul(MIX) >> (u64::BITS - SIZE)) as usize
}

/// The bit of a folded window in its word.
#[inline]
pub(crate) fn bit(bytes: u64) -> u32 {
    (bytes >> 24) as u32 & 31
}

/// What the prefilter looks up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// A bit for each window.
    pub(crate) words: Cow<'static, [u32]>,
    /// For each word, its slot; 0 where there is none.
    pub(crate) slot_of: Cow<'static, [u16]>,
    /// Which bytes stand around the windows of a word: it is one of two kinds of them.
    pub(crate) slots: Cow<'static, [[Slot; 2]]>,
    /// Where in `windows` those of each slot begin.
    pub(crate) heads: Cow<'static, [u32]>,
    /// By slot.
    pub(crate) windows: Cow<'static, [Window]>,
}

/// What windows of a word have in common: eight bytes, from two before the window on, folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    /// Ones for what is the same.
    pub(crate) mask: u64,
    /// What it is.
    pub(crate) value: u64,
}

/// Where in an anchor four bytes were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// The anchor's number.
    pub(crate) anchor: u16,
    /// How many bytes before the window the anchor begins; -1 if it begins one later.
    pub(crate) back: i8,
    /// The bytes around the window that the anchor has: see [`rim`].
    pub(crate) mask: u32,
    /// What they are.
    pub(crate) value: u32,
}

/// The two bytes before a window and the two behind it, of eight bytes as a [`Slot`] has them.
#[inline]
pub(crate) fn rim(bytes: u64) -> u32 {
    (bytes & 0xffff) as u32 | (bytes >> 48 << 16) as u32
}

impl Slot {
    /// A slot that nothing fits.
    pub(crate) const NONE: Self = Self { mask: 0, value: 1 };

    fn of(anchor: &[u8], back: i8) -> Self {
        let (mut mask, mut value) = ([0; 8], [0; 8]);
        for (at, (mask, value)) in mask.iter_mut().zip(&mut value).enumerate() {
            let place = (at + BEFORE).checked_add_signed(isize::from(back));
            let place = place.and_then(|place| place.checked_sub(2 * BEFORE));
            if let Some(byte) = place.and_then(|place| anchor.get(place)) {
                (*mask, *value) = (u8::MAX, byte | FOLD as u8);
            }
        }
        Self { mask: u64::from_le_bytes(mask), value: u64::from_le_bytes(value) }
    }

    /// One slot for each of two kinds of windows: the two that have least in common, each with those
    /// that are more like it than like the other.
    fn pair(all: &[Self]) -> [Self; 2] {
        let likeness = |a: Self, b: Self| a.and(b).mask.count_ones();
        let (Some(&first), Some(&last)) = (all.first(), all.last()) else {
            return [Self::NONE; 2];
        };
        let a = all.iter().copied().min_by_key(|one| likeness(*one, first)).unwrap_or(first);
        let b = all.iter().copied().min_by_key(|one| likeness(*one, a)).unwrap_or(last);
        let (mut pair, is_one) = ([a, b], all.len() == 1);
        for &one in all {
            let index = usize::from(likeness(one, b) > likeness(one, a));
            pair[index] = pair[index].and(one);
        }
        if is_one { [a, Self::NONE] } else { pair }
    }

    /// What both have in common.
    fn and(self, other: Self) -> Self {
        let mask = self.mask & other.mask & !(self.value ^ other.value);
        Self { mask, value: self.value & mask }
    }
}

impl Table {
    /// The table of these anchors, those left out that are too short; `None` when they are too many.
    pub(crate) fn of(anchors: &Rows<u8>) -> Option<Self> {
        if anchors.len() > MOST {
            return None;
        }
        let mut builder = Builder::default();
        for (index, anchor) in (0..=u16::MAX).zip(anchors.iter()) {
            if anchor.len() >= SHORTEST {
                builder.add(index, anchor);
            }
        }
        Some(builder.finish(anchors))
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
            let gram = u64::from(u32::from_le_bytes(gram)) | FOLD;
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
fn bit_count(window: u64) -> usize {
    (word(window) << 5 | bit(window) as usize) % BIT_COUNTS
}

impl Builder {
    /// Adds the two windows of an anchor that let through the least.
    fn add(&mut self, index: u16, anchor: &[u8]) {
        let first = if anchor.len() == SHORTEST { -1 } else { 0 };
        let last = (anchor.len() as isize - SHORTEST as isize - 1).min(FARTHEST);
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

    fn insert(&mut self, anchor: u16, text: &[u8], back: isize) {
        let known = known(text, back);
        let gram = folded(text, back);
        let slot = Slot::of(text, back as i8);
        let (mask, value) = (rim(slot.mask), rim(slot.value));
        let window = Window { anchor, back: back as i8, mask, value };
        let firsts = if back < 0 { 0..=u64::from(u8::MAX) } else { gram & 0xff..=gram & 0xff };
        for first in firsts.filter(|first| first & 0x20 != 0) {
            let gram = gram & !0xff | first;
            let word = word(gram);
            let is_open = back >= 0 && known.len() < 4;
            self.words[word] |= if is_open { u32::MAX } else { 1 << bit(gram) };
            self.uses[word] = self.uses[word].saturating_add(1);
            self.windows.push((word, window));
        }
    }

    fn finish(mut self, anchors: &Rows<u8>) -> Table {
        self.windows.sort_by_key(|(word, _)| *word);
        let mut slot_of = vec![0; 1 << SIZE];
        let (mut slots, mut heads) = (vec![[Slot::NONE; 2]], vec![0]);
        let mut windows = Vec::with_capacity(self.windows.len());
        for same in self.windows.chunk_by(|(a, _), (b, _)| a == b) {
            let slot = |(_, one): &(usize, Window)| {
                Slot::of(anchors.get(usize::from(one.anchor)), one.back)
            };
            if let Some((word, _)) = same.first() {
                slot_of[*word] = u16::try_from(slots.len()).unwrap_or(0);
                slots.push(Slot::pair(&same.iter().map(slot).collect::<Vec<_>>()));
                heads.push(u32::try_from(windows.len()).unwrap_or(u32::MAX));
                windows.extend(same.iter().map(|(_, window)| *window));
            }
        }
        heads.push(u32::try_from(windows.len()).unwrap_or(u32::MAX));
        Table {
            words: self.words.into(),
            slot_of: slot_of.into(),
            slots: slots.into(),
            heads: heads.into(),
            windows: windows.into(),
        }
    }
}

/// The bytes of an anchor in the window at `back`.
fn known(anchor: &[u8], back: isize) -> &[u8] {
    let start = usize::try_from(back).unwrap_or(0);
    let end = usize::try_from(back + 4).unwrap_or(0).min(anchor.len());
    anchor.get(start..end).unwrap_or_default()
}

/// The window at `back`, folded; the bytes outside of the anchor are blank.
fn folded(anchor: &[u8], back: isize) -> u64 {
    let mut gram = [0; 4];
    let skip = usize::from(back < 0);
    gram.iter_mut().skip(skip).zip(known(anchor, back)).for_each(|(to, from)| *to = *from);
    u64::from(u32::from_le_bytes(gram)) | FOLD
}
