//! RPM packages: headers, scanned as they are, before a compressed archive.

use super::packed::Packed;
use super::{Place, Run, Stop};

/// What stands before the headers.
const LEAD: u64 = 96;
/// The fixed part of a header.
const HEADER: usize = 16;
const MARK: &[u8] = b"\x8e\xad\xe8\x01";
/// The longest a header may be.
const LONGEST: u64 = 256 << 20;

/// Scans a package.
pub(super) fn scan(run: &Run<'_>, place: &Place, packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    packed.skip(LEAD)?;
    header(packed)?;
    let padding = packed.position().next_multiple_of(8) - packed.position();
    packed.skip(padding)?;
    header(packed)?;
    let inside = place.unpacked(b"payload");
    packed.begin_payload();
    let read = run.member(&inside, packed, 0);
    packed.end_payload();
    read.map(|_| ()).map_err(Stop::from)
}

/// Goes past a header. What it says of files and scripts is text.
fn header(packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    let start = packed.position();
    let lengths = length(packed.peek(HEADER)?).filter(|length| *length <= LONGEST);
    let Some(length) = lengths else {
        let message = format!("no valid RPM header at byte {start}; the rest was scanned as it is");
        return Err(Stop::Broken(message));
    };
    if packed.skip(length)? < length {
        return Err(Stop::Broken("cut off in an RPM header".to_owned()));
    }
    Ok(())
}

fn length(head: &[u8]) -> Option<u64> {
    let numbers = head.strip_prefix(MARK)?.get(4..12)?;
    let (entries, bytes) = numbers.split_first_chunk()?;
    let (entries, bytes) =
        (u32::from_be_bytes(*entries), u32::from_be_bytes(*bytes.first_chunk()?));
    Some(HEADER as u64 + 16 * u64::from(entries) + u64::from(bytes))
}
