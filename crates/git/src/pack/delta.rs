//! Deltas: how one object is made from another by copying its bytes and inserting new ones.

use crate::cursor::Cursor;
use crate::inflate::room;

/// One step of a delta.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeltaInstruction<'a> {
    /// Append these bytes of the base.
    Copy {
        /// Where they begin in the base.
        offset: u64,
        /// How many there are.
        length: u64,
    },
    /// Append these bytes, which are new.
    Insert(&'a [u8]),
}

/// A decoded delta: its two sizes, and its instructions by iteration.
#[derive(Clone, Copy, Debug)]
pub struct Delta<'a> {
    base_size: u64,
    result_size: u64,
    instructions: &'a [u8],
}

/// A run of bytes that an object has in common with the base of its delta.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Where it begins in the base.
    pub from: usize,
    /// Where it begins in the object.
    pub to: usize,
    /// How long it is.
    pub length: usize,
}

/// Results of more bytes are added up before memory is asked for: a short delta can declare much.
const WORTH_COUNTING: usize = 1 << 20;
/// Pieces up to this length are copied as if they had it, where there is room on both sides: a copy
/// of fixed length is a few instructions, one of any length a call.
const SHORT: usize = 32;

impl<'a> Delta<'a> {
    /// Reads the sizes at the front of an inflated delta.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let base_size = cursor.size(0, 0)?;
        let result_size = cursor.size(0, 0)?;
        Some(Self { base_size, result_size, instructions: cursor.rest() })
    }

    /// The size of the object the delta starts from, in bytes.
    #[must_use]
    pub const fn base_size(&self) -> u64 {
        self.base_size
    }

    /// The size of the object the delta makes, in bytes.
    #[must_use]
    pub const fn result_size(&self) -> u64 {
        self.result_size
    }

    /// The steps in the order in which they build the object.
    #[must_use]
    pub const fn instructions(&self) -> DeltaInstructions<'a> {
        DeltaInstructions { rest: self.instructions }
    }

    /// Puts the object made from `base` at the front of `output`, which may stay longer than that,
    /// or says why that is impossible, and into `copies` what is copied. The caller has bounded the
    /// result size.
    pub(crate) fn apply(
        &self,
        base: &[u8],
        output: &mut Vec<u8>,
        copies: &mut Vec<Copied>,
    ) -> Result<(), &'static str> {
        copies.clear();
        if self.base_size != base.len() as u64 {
            return Err("its delta is for a base of another size");
        }
        let size = usize::try_from(self.result_size).map_err(|_| "it is too large")?;
        if size > WORTH_COUNTING && self.makes() != self.result_size {
            return Err("its delta makes another number of bytes than it declares");
        }
        let (mut space, mut rest) = (room(output, size), self.instructions);
        while let Some((instruction, behind)) = decode(rest) {
            let (from, length) = match instruction {
                DeltaInstruction::Insert(bytes) => (rest.get(1..), bytes.len()),
                DeltaInstruction::Copy { offset, length } => {
                    let (start, length) = (index(offset), length as usize);
                    note(copies, Copied { from: start, to: size - space.len(), length });
                    (base.get(start..), length)
                }
            };
            let from = from.filter(|from| from.len() >= length);
            let from = from.ok_or("its delta copies from outside its base")?;
            space =
                append(space, from, length).ok_or("its delta makes more bytes than it declares")?;
            rest = behind;
        }
        if !rest.is_empty() {
            return Err("its delta has an instruction that is not one");
        }
        if space.is_empty() { Ok(()) } else { Err("its delta makes fewer bytes than it declares") }
    }

    /// How many bytes the instructions make.
    fn makes(&self) -> u64 {
        let lengths = self.instructions().map(|instruction| match instruction {
            DeltaInstruction::Insert(bytes) => bytes.len() as u64,
            DeltaInstruction::Copy { length, .. } => length,
        });
        lengths.fold(0, u64::saturating_add)
    }
}

/// A place in a base, which is in memory; one behind its end where there is no such place.
fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// Adds a copy. Steps that continue each other on both sides are one: git splits copies at 64 KiB, and
/// where its block hashes met.
fn note(copies: &mut Vec<Copied>, copy: Copied) {
    match copies.last_mut() {
        Some(last)
            if last.to + last.length == copy.to
                && last.from.checked_add(last.length) == Some(copy.from) =>
        {
            last.length += copy.length;
        }
        _ => copies.push(copy),
    }
}

/// Copies the first `length` bytes of `from`, which has them, to the front of `space`, and gives
/// what is left of it. What follows them in `space` is written later.
fn append<'o>(space: &'o mut [u8], from: &[u8], length: usize) -> Option<&'o mut [u8]> {
    if length <= SHORT
        && let (Some(to), Some(from)) =
            (space.first_chunk_mut::<SHORT>(), from.first_chunk::<SHORT>())
    {
        *to = *from;
        return space.get_mut(length..);
    }
    let (to, space) = space.split_at_mut_checked(length)?;
    to.copy_from_slice(from.get(..length)?);
    Some(space)
}

/// Iterates over the steps of a delta; ends early at bytes that are no instruction.
#[derive(Clone, Debug)]
pub struct DeltaInstructions<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for DeltaInstructions<'a> {
    type Item = DeltaInstruction<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (instruction, rest) = decode(self.rest)?;
        self.rest = rest;
        Some(instruction)
    }
}

/// The instruction at the front of `bytes`, and what follows it.
#[inline]
fn decode(bytes: &[u8]) -> Option<(DeltaInstruction<'_>, &[u8])> {
    let (&command, rest) = bytes.split_first()?;
    if command & 0x80 == 0 {
        let (inserted, rest) = rest.split_at_checked(usize::from(command))?;
        return (command != 0).then_some((DeltaInstruction::Insert(inserted), rest));
    }
    let ahead = rest.first_chunk().copied().unwrap_or_else(|| {
        let mut ahead = [0; 8];
        ahead.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        ahead
    });
    let mut fields = Fields { present: u64::from(command), ahead: u64::from_le_bytes(ahead) };
    let offset = fields.next::<4>();
    let length = match fields.next::<3>() {
        0 => 0x10000,
        length => length,
    };
    let used = (command & 0x7f).count_ones() as usize;
    Some((DeltaInstruction::Copy { offset, length }, rest.get(used..)?))
}

/// The little-endian numbers of a copy, of which only the bytes with a bit in `present` are there.
struct Fields {
    present: u64,
    ahead: u64,
}

impl Fields {
    /// The next number of `WIDTH` bytes. Without branches: which bytes are there is hard to predict.
    fn next<const WIDTH: u32>(&mut self) -> u64 {
        let mut value = 0;
        for place in 0..WIDTH {
            let present = self.present & 1;
            value |= (self.ahead & (present * 0xff)) << (8 * place);
            self.ahead >>= 8 * present;
            self.present >>= 1;
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(delta: &[u8], base: &[u8]) -> Result<Vec<u8>, &'static str> {
        applied(delta, base).map(|(output, _)| output)
    }

    fn applied(delta: &[u8], base: &[u8]) -> Result<(Vec<u8>, Vec<Copied>), &'static str> {
        let (mut output, mut copies) = (Vec::new(), Vec::new());
        let delta = Delta::parse(delta).ok_or("no sizes")?;
        delta.apply(base, &mut output, &mut copies)?;
        output.truncate(delta.result_size() as usize);
        Ok((output, copies))
    }

    #[test]
    fn copies_and_insertions_build_the_object() {
        let delta = [5, 6, 0x91, 1, 3, 3, b'X', b'Y', b'Z'];
        assert_eq!(apply(&delta, b"abcde"), Ok(b"bcdXYZ".to_vec()));
    }

    #[test]
    fn copies_that_continue_each_other_are_one() {
        let delta = [5, 8, 0x91, 0, 2, 0x91, 2, 2, 1, b'X', 0x91, 4, 1, 0x91, 0, 2];
        let copied = |from, to, length| Copied { from, to, length };
        let copies = vec![copied(0, 0, 4), copied(4, 5, 1), copied(0, 6, 2)];
        assert_eq!(applied(&delta, b"abcde"), Ok((b"abcdXeab".to_vec(), copies)));
    }

    #[test]
    fn a_delta_that_lies_is_refused() {
        assert!(apply(&[5, 3, 0x91, 3, 3], b"abcde").is_err(), "copies past the end");
        assert!(apply(&[4, 3, 0x91, 0, 3], b"abcde").is_err(), "another base size");
        assert!(apply(&[5, 2, 0x91, 0, 3], b"abcde").is_err(), "makes too much");
        assert!(apply(&[5, 4, 0x91, 0, 3], b"abcde").is_err(), "makes too little");
        assert!(apply(&[5, 3, 0x91, 0, 3, 0], b"abcde").is_err(), "reserved instruction");
        assert!(apply(&[5, 3, 0x91, 0, 3, 9, b'a'], b"abcde").is_err(), "cut short");
    }

    #[test]
    fn every_choice_of_present_bytes_is_read() {
        for command in 0x80..=0xff_u8 {
            let present: Vec<u8> = (0..7).filter(|bit| command >> bit & 1 == 1).collect();
            let bytes: Vec<u8> =
                std::iter::once(command).chain(present.iter().map(|bit| bit + 1)).collect();
            let field = |places: std::ops::Range<u8>| {
                let start = places.start;
                let here = places.filter(|place| present.contains(place));
                here.map(|place| u64::from(place + 1) << (8 * (place - start))).sum::<u64>()
            };
            let length = if field(4..7) == 0 { 0x10000 } else { field(4..7) };
            let expected = DeltaInstruction::Copy { offset: field(0..4), length };
            assert_eq!(decode(&bytes), Some((expected, &[][..])));
            assert_eq!(
                decode(&[&bytes[..], &[1, 2, 3, 4, 5, 6, 7]].concat()).map(|d| d.0),
                Some(expected)
            );
            for cut in 1..bytes.len() {
                assert_eq!(decode(&bytes[..cut]), None);
            }
        }
    }

    #[test]
    fn a_short_delta_does_not_ask_for_much_memory() {
        let huge = [5, 0x80, 0x80, 0x80, 0x80, 1, 0x91, 0, 3];
        let mut output = Vec::new();
        let delta = Delta::parse(&huge).expect("sizes");
        let refused = delta.apply(b"abcde", &mut output, &mut Vec::new());
        assert!(refused.is_err() && output.capacity() < 1 << 20);
    }
}
