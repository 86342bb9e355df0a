//! Members that are stored as they are and say how long they are only behind them.

use std::io::{self, Read};

use super::Measured;
use super::record::Fields;
use crate::container::packed::Packed;

const MARK: &[u8] = b"PK\x07\x08";
/// The longest descriptor.
const LONGEST: usize = 24;
/// How far ahead the end is looked for at once.
const WINDOW: usize = 64 << 10;

/// The length of the descriptor at the beginning of `bytes` if it says what was measured. It may
/// begin with a mark or not, and sizes may be wide or not.
pub(super) fn descriptor_length(bytes: &[u8], measured: Measured) -> Option<usize> {
    let marked = bytes.strip_prefix(MARK).map(|rest| (MARK.len(), rest));
    let candidates = marked.into_iter().chain([(0, bytes)]);
    candidates
        .flat_map(|(mark, rest)| [(mark + 20, rest, true), (mark + 12, rest, false)])
        .find_map(|(length, rest, is_wide)| {
            let mut fields = Fields(rest);
            let crc = fields.long()?;
            let mut size = || if is_wide { fields.wide() } else { fields.long().map(u64::from) };
            let (packed, size) = (size()?, size()?);
            (Measured { crc, packed, size } == measured).then_some(length)
        })
}

/// Content up to the descriptor that matches it.
pub(super) struct UntilDescriptor<'p, 'a, 'r> {
    packed: &'p mut Packed<'a, 'r>,
    crc: crc32fast::Hasher,
    count: u64,
}

impl<'p, 'a, 'r> UntilDescriptor<'p, 'a, 'r> {
    /// The content that begins here.
    pub(super) fn new(packed: &'p mut Packed<'a, 'r>) -> Self {
        Self { packed, crc: crc32fast::Hasher::new(), count: 0 }
    }
}

impl Read for UntilDescriptor<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let held = self.packed.peek(WINDOW + LONGEST)?;
        let most = buffer.len().min(WINDOW);
        let window = held.get(..most + MARK.len()).unwrap_or(held);
        let count = match window.windows(MARK.len()).position(|bytes| bytes == MARK) {
            Some(0) => {
                let (crc, size) = (self.crc.clone().finalize(), self.count);
                let measured = Measured { crc, packed: size, size };
                if descriptor_length(held, measured).is_some() {
                    return Ok(0);
                }
                1
            }
            Some(at) => at,
            None => window.len(),
        };
        let count = count.min(most);
        let (Some(from), Some(to)) = (held.get(..count), buffer.get_mut(..count)) else {
            return Ok(0);
        };
        to.copy_from_slice(from);
        self.crc.update(from);
        self.count += count as u64;
        self.packed.skip(count as u64)?;
        Ok(count)
    }
}
