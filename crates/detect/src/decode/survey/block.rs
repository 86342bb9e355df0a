//! Looking at all bytes of a block at once: which of them may begin a sign, and which are of a run.

use fearless_simd::{Simd, SimdBase, SimdMask, u8x16, u8x64};

/// Bytes that are looked at together.
pub(super) const BLOCK: usize = 64;
/// Those, and the one that follows.
pub(super) const READ: usize = BLOCK + 1;
/// Bytes that neither begin a sign nor are of a run.
pub(super) const NO_BLOCK: [u8; READ] = [u8::MAX; READ];

const HEX: &[u8] = b"0123456789ABCDEFabcdef";
const QUOTES: &[u8] = b"\"'";
/// Each has its own lower four bits, and the upper four bits are those of any character of ASCII.
const SHOWN: &[u8] = b"\x20\x31\x42\x53\x64\x75\x26\x37\x28\x39\x2a\x3b\x2c\x3d\x2e\x3f";

/// The first bytes of signs, and the second ones of those.
const FIRST: Table = table([b"%", b"\\", b"&", b"=", QUOTES, QUOTES, b"\0", b"0"]);
const SECOND: Table = table([HEX, b"xu/01", b"acegnlpqs", b"3", b" +.&", b"\t\n\r", SHOWN, b"x"]);
/// The same for more second bytes; and the bytes of runs, in classes that are exact.
const MORE_FIRST: Table = table([
    b"0123456789",
    b"ABCDEFGHIJKLMNOabcdefghijklmno",
    b"PQRSTUVWXYZ_",
    b"pqrstuvwxyz",
    b"+-/",
    b"&",
    QUOTES,
    b"\0",
]);
const MORE_SECOND: Table = table([b"", b"", b"", b"", b"", b"#", b"\\<", b"\t"]);
const OF_RUNS: u8 = 0b0001_1111;
const OF_WORDS: u8 = 0b0000_1111;
const NUMBERS: u8 = 0b1000_0000;
/// The bytes of a number of a list.
const NUMBER: usize = "0x00".len();

/// Eight classes of bytes, a bit each. A byte is in those whose bit is set for its lower and for its
/// upper four bits: that is exact for bytes of which all have the same upper ones, or all the same
/// lower ones, or that are all there are with either; other classes have more bytes than were named.
pub(super) struct Table {
    low: [u8; 16],
    high: [u8; 16],
}

impl Table {
    /// One class of characters of ASCII, exact.
    pub(super) const fn exact(set: &[bool; 128]) -> Self {
        let mut table = Self { low: [0; 16], high: [0; 16] };
        let mut byte = 0;
        while byte < set.len() {
            if set[byte] {
                table.low[byte % 16] |= 1 << (byte / 16);
            }
            table.high[byte / 16] = 1 << (byte / 16);
            byte += 1;
        }
        table
    }
}

const fn table(classes: [&[u8]; 8]) -> Table {
    let mut table = Table { low: [0; 16], high: [0; 16] };
    let mut class = 0;
    while class < classes.len() {
        let mut member = 0;
        while member < classes[class].len() {
            let byte = classes[class][member] as usize;
            table.low[byte % 16] |= 1 << class;
            table.high[byte / 16] |= 1 << class;
            member += 1;
        }
        class += 1;
    }
    table
}

/// The tables, in registers.
pub(super) struct Looker<S: Simd> {
    simd: S,
    first: [u8x64<S>; 2],
    second: [u8x64<S>; 2],
    more_first: [u8x64<S>; 2],
    more_second: [u8x64<S>; 2],
}

impl<S: Simd> Looker<S> {
    #[inline(always)]
    pub(super) fn new(simd: S) -> Self {
        Self {
            simd,
            first: loaded(simd, &FIRST),
            second: loaded(simd, &SECOND),
            more_first: loaded(simd, &MORE_FIRST),
            more_second: loaded(simd, &MORE_SECOND),
        }
    }

    /// A bit for each byte of a block that may begin a sign, and for each that may be part of a run.
    #[inline(always)]
    pub(super) fn look(&self, block: &[u8; READ]) -> (u64, u64) {
        let zero = u8x64::splat(self.simd, 0);
        let (here, next) = (halves(self.simd, &block[..BLOCK]), halves(self.simd, &block[1..]));
        let more = classes(self.more_first, here);
        let first = classes(self.first, here) & classes(self.second, next);
        let pairs = first | more & classes(self.more_second, next);
        let any = |of: u8x64<S>, classes| {
            !(of & u8x64::splat(self.simd, classes)).simd_eq(zero).to_bitmask()
        };
        let numbers = any(first, NUMBERS);
        let of_no_list = numbers & !may_be_numbers(any(more, OF_WORDS));
        (any(pairs, u8::MAX) & !of_no_list, any(more, OF_RUNS))
    }
}

/// Where a number of a list may begin, given the bytes that are part of a word: most hexadecimal numbers
/// are longer. What goes on in the next block may be one.
#[inline(always)]
fn may_be_numbers(of_words: u64) -> u64 {
    let cut = !(u64::MAX >> NUMBER);
    of_words >> 2 & of_words >> 3 & !(of_words >> NUMBER) | cut
}

/// The lower and the upper four bits of each byte.
#[inline(always)]
pub(super) fn halves<S: Simd>(simd: S, bytes: &[u8]) -> [u8x64<S>; 2] {
    let bytes = u8x64::from_slice(simd, bytes);
    [bytes & u8x64::splat(simd, 0x0f), bytes >> 4]
}

/// A table in registers.
#[inline(always)]
pub(super) fn loaded<S: Simd>(simd: S, table: &Table) -> [u8x64<S>; 2] {
    let spread = |half| u8x64::block_splat(u8x16::load_array(simd, half));
    [spread(table.low), spread(table.high)]
}

#[inline(always)]
fn classes<S: Simd>(table: [u8x64<S>; 2], [low, high]: [u8x64<S>; 2]) -> u8x64<S> {
    table[0].swizzle_dyn_within_blocks(low) & table[1].swizzle_dyn_within_blocks(high)
}

/// A bit for each byte that is of any class.
#[inline(always)]
pub(super) fn members<S: Simd>(simd: S, table: [u8x64<S>; 2], bytes: [u8x64<S>; 2]) -> u64 {
    !classes(table, bytes).simd_eq(u8x64::splat(simd, 0)).to_bitmask()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked_at(block: &[u8; READ]) -> (u64, u64) {
        use fearless_simd::{Level, dispatch};
        dispatch!(Level::new(), simd => Looker::new(simd).look(block))
    }

    #[test]
    fn runs_are_of_the_alphabets_of_base64() {
        for byte in 0..=u8::MAX {
            let is_sign = byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
            let (_, of_runs) = looked_at(&[byte; READ]);
            assert_eq!(of_runs, if is_sign { u64::MAX } else { 0 }, "{byte:#x}");
        }
    }

    #[test]
    fn every_sign_is_seen_wherever_it_stands() {
        let pairs = ["%4", "%a", "%F", "\\x", "\\/", "&#", "&a", "=3", "\" ", "'\n", "'<"];
        for pair in pairs.iter().map(|pair| pair.as_bytes()).chain([&b"\0\t"[..], b"\0~"]) {
            for at in 0..BLOCK {
                let mut block = NO_BLOCK;
                block[at..at + 2].copy_from_slice(pair);
                assert_eq!(looked_at(&block).0, 1 << at, "{pair:?}");
            }
        }
        assert_eq!(looked_at(&NO_BLOCK), (0, 0));
    }

    #[test]
    fn numbers_are_seen_unless_they_are_seen_to_be_none_of_a_list() {
        let is_seen = |at: usize, number: &[u8]| {
            let mut block = NO_BLOCK;
            block[at..].iter_mut().zip(number).for_each(|(to, from)| *to = *from);
            looked_at(&block).0 == 1 << at
        };
        let begins_list = [&b"0x41"[..], b"0x41,", b"0xfF ", b"0x41/"];
        let begins_none = [&b"0x4"[..], b"0x", b"0x414", b"0x41u", b"0x41_"];
        for at in 0..BLOCK - NUMBER {
            assert!(begins_list.iter().all(|number| is_seen(at, number)), "{at}");
            assert!(!begins_none.iter().any(|number| is_seen(at, number)), "{at}");
        }
        for at in BLOCK - NUMBER..BLOCK {
            assert!(begins_none.iter().all(|number| is_seen(at, number)), "{at}");
        }
    }
}
