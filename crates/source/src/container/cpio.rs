//! Cpio archives: with headers in hexadecimal or octal digits, as in RPM packages and boot images.

use std::io::Read;

use super::packed::Packed;
use super::{Place, Run, Stop};

/// The fixed part of a header in hexadecimal digits.
const NEW: usize = 110;
/// The fixed part of one in octal digits.
const OLD: usize = 76;
/// What stands at the end of an archive.
const END: &[u8] = b"TRAILER!!!";
const LONGEST_NAME: usize = 64 << 10;

/// Whether something begins with a header: text may begin with the first six digits, hardly with all
/// of them.
pub(super) fn is_cpio(head: &[u8]) -> bool {
    head.first() == Some(&b'0') && Header::parse(head).is_some()
}

/// Scans the members of an archive.
pub(super) fn scan(run: &Run<'_>, place: &Place, packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    let mut has_ended = false;
    while !run.is_over() {
        let start = packed.position();
        let held = packed.peek(NEW)?;
        // Archives may have been put together, with zeros in between.
        if held.first().is_none_or(|byte| *byte == 0) && has_ended {
            let zeros = held.iter().take_while(|byte| **byte == 0).count() as u64;
            if packed.skip(zeros)? == 0 {
                return Ok(());
            }
            continue;
        }
        let Some(header) = Header::parse(held) else {
            if has_ended {
                return Ok(());
            }
            let message = format!("no valid header at byte {start}; the rest was scanned as it is");
            return Err(Stop::Broken(message));
        };
        has_ended = member(run, place, packed, &header)?;
    }
    Ok(())
}

/// Reads a member; tells whether it was the end of the archive.
fn member(
    run: &Run<'_>,
    place: &Place,
    packed: &mut Packed<'_, '_>,
    header: &Header,
) -> Result<bool, Stop> {
    packed.skip(header.length as u64)?;
    let mut name = packed.next(header.name)?;
    name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
    packed.skip(header.padding(header.length + header.name))?;
    if name == END {
        return Ok(true);
    }
    let inside = place.member(&name);
    let (start, size) = (packed.position(), header.size);
    packed.begin_payload();
    let read = if size == 0 { Ok(0) } else { run.member(&inside, &mut packed.take(size), 0) };
    packed.end_payload();
    if read.is_err() || run.is_over() {
        return Err(Stop::Input);
    }
    let there = packed.position() - start;
    if there < size {
        let message =
            format!("its header claims {size} bytes, there are {there}; these were scanned");
        run.problem(&inside, message);
    }
    packed.skip(header.padding(usize::try_from(size % 4).unwrap_or(0)))?;
    Ok(false)
}

/// What a header says.
struct Header {
    /// Its own length.
    length: usize,
    /// The length of the name behind it.
    name: usize,
    size: u64,
    is_aligned: bool,
}

impl Header {
    fn parse(head: &[u8]) -> Option<Self> {
        let is_new = match head.get(..6)? {
            b"070701" | b"070702" => true,
            b"070707" => false,
            _ => return None,
        };
        let (length, name, size, radix) =
            if is_new { (NEW, 94..102, 54..62, 16) } else { (OLD, 59..65, 65..76, 8) };
        let digits = head.get(6..length)?;
        if !digits.iter().all(|digit| char::from(*digit).is_digit(radix)) {
            return None;
        }
        let number =
            |range| u64::from_str_radix(str::from_utf8(head.get(range)?).ok()?, radix).ok();
        let name = usize::try_from(number(name)?).ok().filter(|name| *name <= LONGEST_NAME)?;
        Some(Self { length, name, size: number(size)?, is_aligned: is_new })
    }

    /// What fills up so many bytes to the next unit.
    fn padding(&self, bytes: usize) -> u64 {
        if self.is_aligned { (bytes.next_multiple_of(4) - bytes) as u64 } else { 0 }
    }
}
