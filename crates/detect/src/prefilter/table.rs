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

/// The shortest anchor that fits: three bytes pick the entry of a window, the fourth its bit.
pub(crate) const SHORTEST: usize = 3;
/// The most anchors.
pub(crate) const MOST: usize = u16::MAX as usize;
/// The table's entries: as many as sixteen bits can tell.
pub(crate) const SIZE: usize = 1 << u16::BITS;
/// Folds the case of ASCII letters. Merges some other bytes too, which does no harm.
pub(crate) const FOLD: u64 = 0x2020_2020_2020_2020;
/// How many bytes before a window a slot knows.
pub(crate) const BEFORE: usize = 2;
/// The farthest into an anchor that a window begins.
const FARTHEST: isize = 120;
/// The bytes of a window.
const WINDOW: usize = 4;
/// The bits of an entry.
const BITS: usize = u16::BITS as usize;
/// One fourth byte for each of the entries that any fourth byte may lead to.
const FOURTHS: [u8; 2] = [0x20, 0x30];
/// What shares are counted in.
const A_BILLION: u64 = 1_000_000_000;
/// How many of a billion windows would fall on a bit if none were more common than others.
const STRAYS_OF_A_BIT: u64 = A_BILLION / (SIZE * BITS) as u64;
/// How many counts of common windows there are.
const COUNTS: usize = 1 << 17;
/// What mixes the pairs of bytes of a window into its entry's number: of those tried, two that bring
/// ordinary text to few entries in use.
const MIX: [u16; 2] = [0x80CF, 0x6CA7];
/// The bits of the second pair that are mixed in: the third byte, and one of the fourth.
const MIXED: u16 = 0x10ff;

/// The number of the entry of a window, given as two folded pairs of bytes: sums and products of
/// sixteen bits, of which one instruction makes many.
#[inline(always)]
pub(crate) fn entry(first: u16, second: u16) -> u16 {
    let [one, other] = MIX;
    first.wrapping_mul(one).wrapping_add((second & MIXED).wrapping_mul(other))
}

/// The bit of a window in its entry, by its folded second pair of bytes: four bits of the fourth byte.
#[inline(always)]
pub(crate) fn bit(second: u16) -> u16 {
    1 << (second >> 8 & 15)
}

/// The entry of a folded window and its bit there; bytes behind the window may follow in `bytes`.
#[inline]
pub(crate) fn place(bytes: u64) -> (usize, u16) {
    let (first, second) = (bytes as u16, (bytes >> 16) as u16);
    (usize::from(entry(first, second)), bit(second))
}

/// What the prefilter looks up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// By entry, a bit for each window.
    pub(crate) bits: Cow<'static, [u16]>,
    /// For each entry, its slot; 0 where there is none.
    pub(crate) slot_of: Cow<'static, [u16]>,
    /// Which bytes stand around the windows of an entry: it is one of two kinds of them.
    pub(crate) slots: Cow<'static, [[Slot; 2]]>,
    /// Where in `windows` those of each slot begin.
    pub(crate) heads: Cow<'static, [u32]>,
    /// By slot.
    pub(crate) windows: Cow<'static, [Window]>,
}

/// What windows of an entry have in common: eight bytes, from two before the window on, folded.
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
        let fits = |(_, anchor): &(u16, &[u8])| anchor.len() >= SHORTEST;
        let mut all: Vec<_> = (0..=u16::MAX).zip(anchors.iter()).filter(fits).collect();
        // The shortest have the least choice.
        all.sort_by_key(|(_, anchor)| anchor.len());
        for (index, anchor) in all {
            builder.add(index, anchor);
        }
        builder.finish(anchors)
    }
}

/// Chooses windows and gathers them.
struct Builder {
    bits: Vec<u16>,
    /// How many windows share each entry.
    uses: Vec<u16>,
    /// How many of a billion windows of ordinary text fall on each bit; a few share one count.
    traffic: Vec<u32>,
    windows: Vec<(usize, Window)>,
}

impl Default for Builder {
    fn default() -> Self {
        let mut traffic = vec![0; COUNTS];
        for (gram, count) in common() {
            let (entry, bit) = place(u64::from(u32::from_le_bytes(gram)) | FOLD);
            traffic[count_of(entry, bit)] += count;
        }
        Self { bits: vec![0; SIZE], uses: vec![0; SIZE], traffic, windows: Vec::new() }
    }
}

/// Which count is that of the lowest of an entry's bits.
fn count_of(entry: usize, bits: u16) -> usize {
    (entry * BITS + bits.trailing_zeros() as usize) % COUNTS
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
        // What is not known to be common is one in a few thousand at most.
        let estimate = A_BILLION >> (rarity(known) / 2).clamp(13, 30);
        let (mut strays, mut uses, mut is_set) = (0, 0, true);
        for_each_place(anchor, back, |entry, bits| {
            let mut left = bits;
            while left != 0 {
                strays += u64::from(self.traffic[count_of(entry, left)]) + STRAYS_OF_A_BIT;
                left &= left - 1;
            }
            uses = uses.max(u64::from(self.uses[entry]));
            is_set &= self.bits[entry] & bits == bits;
        });
        // One that adds no place to look at costs less.
        let share = if is_set { 1 } else { 2 };
        (estimate + strays) * (2 + uses) * share
    }

    fn insert(&mut self, anchor: u16, text: &[u8], back: isize) {
        let slot = Slot::of(text, back as i8);
        let (mask, value) = (rim(slot.mask), rim(slot.value));
        let window = Window { anchor, back: back as i8, mask, value };
        for_each_place(text, back, |entry, bits| {
            self.bits[entry] |= bits;
            self.uses[entry] = self.uses[entry].saturating_add(1);
            self.windows.push((entry, window));
        });
    }

    /// `None` when there are more slots than can be told apart.
    fn finish(mut self, anchors: &Rows<u8>) -> Option<Table> {
        self.windows.sort_by_key(|(entry, _)| *entry);
        let mut slot_of = vec![0; SIZE];
        let (mut slots, mut heads) = (vec![[Slot::NONE; 2]], vec![0]);
        let mut windows = Vec::with_capacity(self.windows.len());
        for same in self.windows.chunk_by(|(a, _), (b, _)| a == b) {
            let slot = |(_, one): &(usize, Window)| {
                Slot::of(anchors.get(usize::from(one.anchor)), one.back)
            };
            if let Some((entry, _)) = same.first() {
                slot_of[*entry] = u16::try_from(slots.len()).ok()?;
                slots.push(Slot::pair(&same.iter().map(slot).collect::<Vec<_>>()));
                heads.push(u32::try_from(windows.len()).unwrap_or(u32::MAX));
                windows.extend(same.iter().map(|(_, window)| *window));
            }
        }
        heads.push(u32::try_from(windows.len()).unwrap_or(u32::MAX));
        Some(Table {
            bits: self.bits.into(),
            slot_of: slot_of.into(),
            slots: slots.into(),
            heads: heads.into(),
            windows: windows.into(),
        })
    }
}

/// The bytes of an anchor in the window at `back`.
fn known(anchor: &[u8], back: isize) -> &[u8] {
    let start = usize::try_from(back).unwrap_or(0);
    let end = usize::try_from(back + WINDOW as isize).unwrap_or(0).min(anchor.len());
    anchor.get(start..end).unwrap_or_default()
}

/// Calls `each` with the entries of the window at `back` and its bits there: of the bytes outside of the
/// anchor every one that makes a difference.
fn for_each_place(anchor: &[u8], back: isize, mut each: impl FnMut(usize, u16)) {
    let known = known(anchor, back);
    let mut gram = [0; WINDOW];
    gram.iter_mut().skip(usize::from(back < 0)).zip(known).for_each(|(to, from)| *to = *from);
    let [first, second, third, fourth] = gram.map(|byte| byte | FOLD as u8);
    let place =
        |first, fourth| place(u64::from(u32::from_le_bytes([first, second, third, fourth])));
    if back < 0 {
        for first in (0..=u8::MAX).filter(|byte| byte & FOLD as u8 != 0) {
            let (entry, bit) = place(first, fourth);
            each(entry, bit);
        }
    } else if known.len() < WINDOW {
        FOURTHS.into_iter().for_each(|fourth| each(place(first, fourth).0, u16::MAX));
    } else {
        let (entry, bit) = place(first, fourth);
        each(entry, bit);
    }
}
