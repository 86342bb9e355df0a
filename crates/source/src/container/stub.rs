//! Zip archives behind something else: programs that extract themselves, Python's zip applications,
//! pictures that are more than that.

use super::packed::Packed;
use super::{Place, Run, Stop, zip};

/// What an archive may stand behind: programs, scripts, pictures.
const MARKS: [&[u8]; 8] = [
    b"MZ",
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",
    b"#!",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n",
    b"GIF8",
    b"<svg",
];

/// Where the first member begins, in something that begins with `head`.
pub(super) fn zip_in(head: &[u8]) -> Option<usize> {
    let is_stub = MARKS.iter().any(|mark| head.starts_with(mark));
    if is_stub { zip::first_member(head) } else { None }
}

/// Scans what stands before the archive as it is, and then the archive.
pub(super) fn scan(run: &Run<'_>, place: &Place, packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    let start = zip_in(packed.peek(1)?).unwrap_or(0);
    packed.skip(start as u64)?;
    zip::scan(run, place, packed)
}
