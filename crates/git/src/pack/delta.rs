//! Deltas: how one object is made from another by copying its bytes and inserting new ones.

use crate::cursor::Cursor;

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
    instructions: Cursor<'a>,
}

impl<'a> Delta<'a> {
    /// Reads the sizes at the front of an inflated delta.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut instructions = Cursor::new(bytes);
        let base_size = instructions.size(0, 0)?;
        let result_size = instructions.size(0, 0)?;
        Some(Self { base_size, result_size, instructions })
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
        DeltaInstructions { cursor: self.instructions }
    }

    /// Replaces `output` by the object made from `base`, or says why that is impossible. The
    /// caller has bounded the result size.
    pub(crate) fn apply(&self, base: &[u8], output: &mut Vec<u8>) -> Result<(), &'static str> {
        output.clear();
        if self.base_size != base.len() as u64 {
            return Err("its delta is for a base of another size");
        }
        let size = usize::try_from(self.result_size).map_err(|_| "it is too large")?;
        output.reserve_exact(size);
        let mut instructions = self.instructions();
        for instruction in &mut instructions {
            let piece = match instruction {
                DeltaInstruction::Insert(bytes) => bytes,
                DeltaInstruction::Copy { offset, length } => {
                    slice(base, offset, length).ok_or("its delta copies from outside its base")?
                }
            };
            if piece.len() > size - output.len() {
                return Err("its delta makes more bytes than it declares");
            }
            output.extend_from_slice(piece);
        }
        if !instructions.cursor.is_empty() {
            return Err("its delta has an instruction that is not one");
        }
        if output.len() == size {
            Ok(())
        } else {
            Err("its delta makes fewer bytes than it declares")
        }
    }
}

fn slice(base: &[u8], offset: u64, length: u64) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok()?;
    let end = start.checked_add(usize::try_from(length).ok()?)?;
    base.get(start..end)
}

/// Iterates over the steps of a delta; ends early at bytes that are no instruction.
#[derive(Clone, Debug)]
pub struct DeltaInstructions<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Iterator for DeltaInstructions<'a> {
    type Item = DeltaInstruction<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut ahead = self.cursor;
        let instruction = decode(&mut ahead)?;
        self.cursor = ahead;
        Some(instruction)
    }
}

fn decode<'a>(cursor: &mut Cursor<'a>) -> Option<DeltaInstruction<'a>> {
    let command = cursor.u8()?;
    if command == 0 {
        return None;
    }
    if command & 0x80 == 0 {
        return Some(DeltaInstruction::Insert(cursor.take(usize::from(command))?));
    }
    let offset = sparse(cursor, command & 15, 4)?;
    let length = sparse(cursor, command >> 4 & 7, 3)?;
    Some(DeltaInstruction::Copy { offset, length: if length == 0 { 0x10000 } else { length } })
}

/// A little-endian number of `width` bytes of which only those with a bit in `present` are there.
fn sparse(cursor: &mut Cursor<'_>, present: u8, width: u32) -> Option<u64> {
    let mut value = 0;
    for place in 0..width {
        if present >> place & 1 == 1 {
            value |= u64::from(cursor.u8()?) << (8 * place);
        }
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(delta: &[u8], base: &[u8]) -> Result<Vec<u8>, &'static str> {
        let mut output = Vec::new();
        Delta::parse(delta).ok_or("no sizes")?.apply(base, &mut output)?;
        Ok(output)
    }

    #[test]
    fn copies_and_insertions_build_the_object() {
        let delta = [5, 6, 0x91, 1, 3, 3, b'X', b'Y', b'Z'];
        assert_eq!(apply(&delta, b"abcde"), Ok(b"bcdXYZ".to_vec()));
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
}
