//! Telling runs that may stand for text from the rest, of which there is thirty times as much: names
//! in one case, paths, rulers.
//!
//! What is said of a block goes for the runs that end in it or go on after it, and for those that began
//! in the block before; of longer ones nothing is known but that they are long.

use std::ops::{BitAndAssign, Shl};

use fearless_simd::{Simd, SimdBase, SimdMask, u8x64};

use super::RUN;
use super::block::{BLOCK, READ};
use crate::decode::{base64, hex};

/// Whether a run goes on or ends in a block, given a bit for each byte of a run in it and in the block
/// before it. True as well for a run that ends with that one.
#[inline(always)]
pub(super) fn has_end_of_run(before: u64, block: u64) -> bool {
    let is_across = before.leading_ones() + block.trailing_ones() >= RUN as u32;
    (ends::<RUN, _>(block) != 0) | is_across
}

/// Whether any run may be text in Base64, which has letters of both cases, or in hexadecimal digits. Two
/// blocks that follow each other are given, with a bit for each byte that is part of a run.
#[inline(always)]
pub(super) fn may_be_text<S: Simd>(simd: S, blocks: [(&[u8; READ], u64); 2]) -> bool {
    let [(before, of_runs_before), (block, of_runs)] = blocks;
    if of_runs_before == u64::MAX {
        return true;
    }
    let letters = Letters::of(simd, before, block);
    ends::<{ hex::SHORTEST }, _>(letters.hex) != 0 || letters.any(both(of_runs_before, of_runs))
}

/// A bit for each byte of two blocks, for some classes of bytes.
struct Letters {
    upper: u128,
    lower: u128,
    hex: u128,
    feeds: u128,
}

impl Letters {
    #[inline(always)]
    fn of<S: Simd>(simd: S, before: &[u8; READ], block: &[u8; READ]) -> Self {
        let (before, block) = (load(simd, before), load(simd, block));
        let class = |first, last| both(from_to(before, first, last), from_to(block, first, last));
        let (upper, lower) = (class(b'A', b'Z'), class(b'a', b'z'));
        let hex = class(b'0', b'9') | class(b'A', b'F') | class(b'a', b'f');
        Self { upper, lower, hex, feeds: class(b'\n', b'\r') }
    }

    /// Whether any run has letters of both cases, or may go on in the next line.
    #[inline(always)]
    fn any(&self, of_runs: u128) -> bool {
        let mut ends = ends::<RUN, _>(of_runs);
        while ends != 0 {
            let start = ends.trailing_zeros() + 1 - RUN as u32;
            let length = (of_runs >> start).trailing_ones();
            let run = ((1 << length) - 1) << start;
            let has_both = self.upper & run != 0 && self.lower & run != 0;
            let is_line = length >= base64::WRAPPED as u32 && self.feeds & run << 1 != 0;
            if has_both || is_line {
                return true;
            }
            ends &= !run;
        }
        false
    }
}

#[inline(always)]
fn load<S: Simd>(simd: S, block: &[u8; READ]) -> u8x64<S> {
    u8x64::from_slice(simd, &block[..BLOCK])
}

/// A bit for each byte from `first` to `last`.
#[inline(always)]
fn from_to<S: Simd>(bytes: u8x64<S>, first: u8, last: u8) -> u64 {
    (bytes - first).simd_le(last - first).to_bitmask()
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
