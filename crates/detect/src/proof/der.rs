//! A reader of DER, bounded by its input: no recursion, no allocation.

/// Tags of the values that keys are made of.
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_ID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// What is left to read of a value's content.
#[derive(Clone, Copy)]
pub(super) struct Der<'a> {
    rest: &'a [u8],
}

impl<'a> Der<'a> {
    /// Reads the content of the one sequence that `bytes` must be, to the last byte.
    pub(super) fn whole(bytes: &'a [u8]) -> Option<Self> {
        let mut outer = Self::inside(bytes);
        let content = outer.read(SEQUENCE)?;
        outer.rest.is_empty().then(|| Self::inside(content))
    }

    /// Reads the values that `content` consists of.
    pub(super) fn inside(content: &'a [u8]) -> Self {
        Self { rest: content }
    }

    /// The next value, whatever its tag.
    pub(super) fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.rest.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7F => (usize::from(first), rest),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x0F))?;
                let length = bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
                (usize::try_from(length).ok()?, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some((tag, content))
    }

    /// The content of the next value, which must have `tag`.
    pub(super) fn read(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let (found, content) = ahead.any()?;
        if found != tag {
            return None;
        }
        *self = ahead;
        Some(content)
    }

    /// Enters the next value, which must be a sequence.
    pub(super) fn sequence(&mut self) -> Option<Self> {
        self.read(SEQUENCE).map(Self::inside)
    }

    /// The next value, a non-negative integer without leading zeros.
    pub(super) fn integer(&mut self) -> Option<&'a [u8]> {
        self.read(INTEGER).map(stripped)
    }
}

/// `number` without leading zeros.
pub(super) fn stripped(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// How many bits a big-endian number takes.
pub(super) fn bits(number: &[u8]) -> usize {
    let number = stripped(number);
    number.first().map_or(0, |top| number.len() * 8 - top.leading_zeros() as usize)
}

#[cfg(test)]
pub(super) mod build {
    //! The other direction, for tests.

    pub(crate) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let mut out = vec![tag];
        match u8::try_from(length) {
            Ok(short @ 0..=0x7F) => out.push(short),
            Ok(one) => out.extend([0x81, one]),
            Err(_) => {
                out.push(0x82);
                out.extend(u16::try_from(length).expect("short enough").to_be_bytes());
            }
        }
        out.extend_from_slice(content);
        out
    }

    pub(crate) fn integer(number: &[u8]) -> Vec<u8> {
        value(super::INTEGER, &[&[0], super::stripped(number)].concat())
    }

    pub(crate) fn sequence(values: &[Vec<u8>]) -> Vec<u8> {
        value(super::SEQUENCE, &values.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_every_form_are_read() {
        for length in [0, 1, 127, 128, 255, 256, 4000] {
            let bytes = build::sequence(&[build::value(OCTET_STRING, &vec![7; length])]);
            let mut inside = Der::whole(&bytes).expect("one sequence");
            assert_eq!(inside.read(OCTET_STRING).map(<[u8]>::len), Some(length));
        }
    }

    #[test]
    fn a_length_past_the_end_or_bytes_after_it_are_refused() {
        assert!(Der::whole(&[SEQUENCE, 2, 0]).is_none());
        assert!(Der::whole(&[SEQUENCE, 0, 0]).is_none());
        assert!(Der::whole(&[SEQUENCE, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]).is_none());
        assert!(Der::whole(&[SEQUENCE, 0x80, 0, 0]).is_none());
    }

    #[test]
    fn bits_count_from_the_highest_set_one() {
        assert_eq!(bits(&[0, 0x80, 0]), 16);
        assert_eq!(bits(&[1]), 1);
        assert_eq!(bits(&[]), 0);
    }
}
