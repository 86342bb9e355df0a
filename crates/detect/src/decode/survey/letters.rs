//! Telling runs that may stand for text from the rest, of which there is thirty times as much: names
//! in one case, paths, rulers, and what would be no text if it were decoded.
//!
//! What is said goes for the runs that end in a block or go on after it, and that began in it or in the
//! block before; of longer ones nothing is known but that they are long.

use std::ops::{BitAndAssign, Shl};

use fearless_simd::{Simd, u8x64};

use super::RUN;
use super::block::{BLOCK, READ, Table, halves, loaded, members};
use crate::decode::{base64, hex};

const UPPER: Table = Table::exact(&members_of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
const LOWER: Table = Table::exact(&members_of(b"abcdefghijklmnopqrstuvwxyz"));
const HEX: Table = Table::exact(&members_of(b"0123456789ABCDEFabcdef"));
const FEEDS: Table = Table::exact(&members_of(b"\r\n"));
const JOINTS: Table = Table::exact(&members_of(base64::JOINING));
/// For each of the first three places in four signs.
const STRANGE: [Table; 3] = [
    Table::exact(&base64::strange(base64::FIRST)),
    Table::exact(&base64::strange(base64::SECOND)),
    Table::exact(&base64::strange(base64::THIRD)),
];

const fn members_of(bytes: &[u8]) -> [bool; 128] {
    let mut set = [false; 128];
    let mut index = 0;
    while index < bytes.len() {
        set[bytes[index] as usize] = true;
        index += 1;
    }
    set
}

/// Whether a run goes on or ends in a block, given a bit for each byte of a run in it and in the block
/// before it. True as well for a run that ends with that one.
#[inline(always)]
pub(super) fn has_end_of_run(before: u64, block: u64) -> bool {
    let is_across = before.leading_ones() + block.trailing_ones() >= RUN as u32;
    (ends::<RUN, _>(block) != 0) | is_across
}

/// Whether any run may be text in Base64 or in hexadecimal digits. Two blocks that follow each other are
/// given, the second of which is at `at`, with a bit for each byte that is part of a run.
#[inline(always)]
pub(super) fn may_be_text<S: Simd>(
    simd: S,
    at: usize,
    [(before, of_runs_before), (block, of_runs)]: [(&[u8; READ], u64); 2],
) -> bool {
    if of_runs_before == u64::MAX {
        return true;
    }
    let blocks = Blocks::of(simd, [before, block]);
    let (upper, lower) = (blocks.class(&UPPER), blocks.class(&LOWER));
    let mut mixed = 0;
    for run in Each::of(both(of_runs_before, of_runs)) {
        if blocks.is_hex(&run) || blocks.is_line(&run) {
            return true;
        }
        if upper & run.bits != 0 && lower & run.bits != 0 {
            mixed |= run.bits;
        }
    }
    mixed != 0 && Strange::of(&blocks).may_be_text(at, mixed)
}

/// Two blocks, and the lower and the upper four bits of each byte.
struct Blocks<'b, S: Simd> {
    simd: S,
    bytes: [&'b [u8; READ]; 2],
    halves: [[u8x64<S>; 2]; 2],
}

impl<'b, S: Simd> Blocks<'b, S> {
    #[inline(always)]
    fn of(simd: S, bytes: [&'b [u8; READ]; 2]) -> Self {
        let [before, block] = bytes;
        let halves = [halves(simd, &before[..BLOCK]), halves(simd, &block[..BLOCK])];
        Self { simd, bytes, halves }
    }

    /// A bit for each byte of a class.
    #[inline(always)]
    fn class(&self, table: &Table) -> u128 {
        let table = loaded(self.simd, table);
        let [before, block] = self.halves;
        both(members(self.simd, table, before), members(self.simd, table, block))
    }

    /// Whether enough of a run is hexadecimal digits.
    #[inline(always)]
    fn is_hex(&self, run: &One) -> bool {
        let has_room = run.len() >= hex::SHORTEST;
        has_room && ends::<{ hex::SHORTEST }, _>(self.class(&HEX) & run.bits) != 0
    }

    /// Whether a run may go on in the next line.
    #[inline(always)]
    fn is_line(&self, run: &One) -> bool {
        let has_room = run.len() >= base64::WRAPPED && run.end < u128::BITS;
        has_room && self.class(&FEEDS) >> run.end & 1 != 0
    }
}

/// What of two blocks would be neither text nor zero, wherever it stands in four signs of Base64.
struct Strange<'b> {
    bytes: [&'b [u8; READ]; 2],
    joints: u128,
    places: [u128; 3],
}

impl<'b> Strange<'b> {
    #[inline(always)]
    fn of<S: Simd>(blocks: &Blocks<'b, S>) -> Self {
        let [first, second, third] = &STRANGE;
        let places = [blocks.class(first), blocks.class(second), blocks.class(third)];
        Self { bytes: blocks.bytes, joints: blocks.class(&JOINTS), places }
    }

    /// Whether text may begin in a run: at its beginning, or after a sign that joins it to a name. The
    /// run that begins the text may be the end of one that was cut.
    #[inline(always)]
    fn may_be_text(&self, at: usize, runs: u128) -> bool {
        for run in Each::of(runs) {
            let mut start = run.start;
            let mut joints = self.joints & run.bits;
            let mut left = base64::JOINTS;
            while start + RUN as u32 <= run.end {
                if at + start as usize == BLOCK || self.may_begin(start, run.end) {
                    return true;
                }
                if joints == 0 || left == 0 {
                    break;
                }
                start = joints.trailing_zeros() + 1;
                joints &= joints - 1;
                left -= 1;
            }
        }
        false
    }

    #[inline(always)]
    fn may_begin(&self, start: u32, end: u32) -> bool {
        let [first, second, third] = self.places.map(
            #[inline(always)]
            |place| (place >> start) as u64,
        );
        let length = end - start;
        let quads = u64::MAX >> (64 - (length / 4 * 4).min(base64::SAMPLE as u32));
        let strange = first & EACH_FOURTH | second & EACH_FOURTH << 1 | third & EACH_FOURTH << 2;
        // What goes on after these blocks may have as much as a whole sample.
        let length = if end < u128::BITS { length as usize } else { base64::SAMPLE };
        (strange & quads).count_ones() as usize <= base64::most_strange(length)
            || base64::begins_stream([self.byte(start), self.byte(start + 1)])
    }

    fn byte(&self, at: u32) -> u8 {
        let (index, at) = (at as usize / BLOCK, at as usize % BLOCK);
        self.bytes.get(index).map_or(0, |block| block[at])
    }
}

const EACH_FOURTH: u64 = 0x1111_1111_1111_1111;

/// One run, by the bits of its bytes and by where it begins and ends.
struct One {
    bits: u128,
    start: u32,
    end: u32,
}

impl One {
    fn len(&self) -> usize {
        (self.end - self.start) as usize
    }
}

/// Each run among the bits of two blocks that ends with the first one, in the second one or goes on after
/// it, from left to right.
struct Each {
    bits: u128,
    ends: u128,
}

impl Each {
    #[inline(always)]
    fn of(bits: u128) -> Self {
        Self { bits, ends: ends::<RUN, _>(bits) >> (BLOCK - 1) << (BLOCK - 1) }
    }
}

impl Iterator for Each {
    type Item = One;

    #[inline(always)]
    fn next(&mut self) -> Option<One> {
        if self.ends == 0 {
            return None;
        }
        let last = self.ends.trailing_zeros();
        let start = last + 1 - (self.bits << (u128::BITS - 1 - last)).leading_ones();
        let length = (self.bits >> start).trailing_ones();
        let bits = (u128::MAX >> (u128::BITS - length)) << start;
        self.ends &= !bits;
        Some(One { bits, start, end: start + length })
    }
}

fn both(before: u64, block: u64) -> u128 {
    u128::from(block) << BLOCK | u128::from(before)
}

/// The places at which `LENGTH` bits end.
#[inline(always)]
fn ends<const LENGTH: usize, T>(bits: T) -> T
where
    T: Copy + Shl<usize, Output = T> + BitAndAssign,
{
    let mut ends = bits;
    let mut length = 1;
    while length < LENGTH {
        let more = length.min(LENGTH - length);
        ends &= ends << more;
        length += more;
    }
    ends
}
