//! A reader over bytes nobody vouches for: every step is checked and past the end is `None`.

use crate::object_id::{HashKind, ObjectId};

/// Bytes with a position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    consumed: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, consumed: 0 }
    }

    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) const fn position(&self) -> usize {
        self.consumed
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.rest.split_at_checked(count)?;
        self.rest = tail;
        self.consumed += count;
        Some(head)
    }

    /// The bytes before the next `stop`, which is stepped over.
    pub(crate) fn take_until(&mut self, stop: u8) -> Option<&'a [u8]> {
        let length = self.rest.iter().position(|byte| *byte == stop)?;
        let head = self.take(length)?;
        self.take(1)?;
        Some(head)
    }

    /// The bytes up to the next line feed, or up to the end; `None` only at the end.
    pub(crate) fn take_line(&mut self) -> Option<&'a [u8]> {
        if self.is_empty() {
            return None;
        }
        self.take_until(b'\n').or_else(|| self.take(self.rest.len()))
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    pub(crate) fn u24(&mut self) -> Option<u32> {
        let &[high, middle, low] = self.take(3)? else { return None };
        Some(u32::from_be_bytes([0, high, middle, low]))
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        Some(u64::from_be_bytes(self.take(8)?.try_into().ok()?))
    }

    pub(crate) fn id(&mut self, hash: HashKind) -> Option<ObjectId> {
        ObjectId::from_bytes(self.take(hash.byte_len())?)
    }

    /// Seven bits a byte, least significant first, as in pack and delta sizes. `shift` bits of the
    /// value are already in `start`.
    pub(crate) fn size(&mut self, start: u64, mut shift: u32) -> Option<u64> {
        let mut value = start;
        loop {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7f);
            let placed = bits.checked_shl(shift).filter(|placed| placed >> shift == bits)?;
            value |= placed;
            if byte & 0x80 == 0 {
                return Some(value);
            }
            shift += 7;
        }
    }

    /// Seven bits a byte, most significant first, each continuation adding one, as in the offsets
    /// of delta bases, reftables and version 4 of the index.
    pub(crate) fn offset(&mut self) -> Option<u64> {
        let mut byte = self.u8()?;
        let mut value = u64::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.u8()?;
            value = value.checked_add(1)?.checked_mul(128)?.checked_add(u64::from(byte & 0x7f))?;
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_number_is_refused() {
        assert_eq!(Cursor::new(&[0xff; 40]).size(0, 0), None);
        assert_eq!(Cursor::new(&[0xff; 40]).offset(), None);
        assert_eq!(Cursor::new(&[0x80]).size(0, 4), None);
    }

    #[test]
    fn numbers_are_read_as_git_writes_them() {
        assert_eq!(Cursor::new(&[0x95, 0x0a]).size(0, 0), Some(0x515));
        assert_eq!(Cursor::new(&[0x80, 0x00]).offset(), Some(128));
        assert_eq!(Cursor::new(&[1, 2, 3]).u24(), Some(0x01_02_03));
    }

    #[test]
    fn the_last_line_needs_no_line_feed() {
        let mut cursor = Cursor::new(b"a\nb");
        assert_eq!(cursor.take_line(), Some(&b"a"[..]));
        assert_eq!(cursor.take_line(), Some(&b"b"[..]));
        assert_eq!(cursor.take_line(), None);
    }
}
