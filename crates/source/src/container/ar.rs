//! Archives of `ar`: Debian packages and static libraries, with GNU's and BSD's long names.

use std::io::Read;

use super::packed::Packed;
use super::{Place, Run, Stop};

/// How such an archive begins.
pub(super) const MARK: &[u8] = b"!<arch>\n";
const HEADER: usize = 60;
/// Tables of names are read up to this.
const LONGEST_NAMES: usize = 1 << 20;
const LONGEST_NAME: usize = 4096;

/// Scans the members of an archive.
pub(super) fn scan(run: &Run<'_>, place: &Place, packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    packed.skip(MARK.len() as u64)?;
    let mut names = Vec::new();
    while !run.is_over() {
        let start = packed.position();
        let held = packed.peek(HEADER)?;
        if held.iter().take(HEADER).all(u8::is_ascii_whitespace) && held.len() < HEADER {
            return Ok(());
        }
        let Some(header) = held.first_chunk().and_then(Header::parse) else {
            let message = format!("no valid header at byte {start}; the rest was scanned as it is");
            return Err(Stop::Broken(message));
        };
        packed.skip(HEADER as u64)?;
        if header.name == b"//" {
            let length = usize::try_from(header.size).unwrap_or(usize::MAX).min(LONGEST_NAMES);
            names = packed.peek(length)?.iter().take(length).copied().collect();
            packed.skip(header.size + header.size % 2)?;
        } else {
            member(run, place, packed, &header, &names)?;
        }
    }
    Ok(())
}

fn member(
    run: &Run<'_>,
    place: &Place,
    packed: &mut Packed<'_, '_>,
    header: &Header,
    names: &[u8],
) -> Result<(), Stop> {
    let mut size = header.size;
    let name = match header.long_name() {
        None => header.short_name().to_vec(),
        Some(Long::At(at)) => name_at(names, at),
        Some(Long::Ahead(length)) => {
            let length = length.min(LONGEST_NAME);
            let name = packed.next(length)?;
            size = size.saturating_sub(length as u64);
            name.split(|byte| *byte == 0).next().unwrap_or_default().to_vec()
        }
    };
    let inside = place.member(&name);
    let start = packed.position();
    packed.begin_payload();
    let read = run.member(&inside, &mut packed.take(size), 0);
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
    packed.skip(header.size % 2)?;
    Ok(())
}

/// A name in the table of long ones.
fn name_at(names: &[u8], at: usize) -> Vec<u8> {
    let rest = names.get(at..).unwrap_or_default();
    let name = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    name.strip_suffix(b"/").unwrap_or(name).to_vec()
}

/// Where a name is that the header has no room for.
enum Long {
    /// At this place of the table of names.
    At(usize),
    /// Before the content, so many bytes of it.
    Ahead(usize),
}

struct Header {
    name: Vec<u8>,
    size: u64,
}

impl Header {
    fn parse(header: &[u8; HEADER]) -> Option<Self> {
        let name = header.get(..16)?.trim_ascii_end().to_vec();
        let size = number(header.get(48..58)?)?;
        (header.get(58..) == Some(b"`\n")).then_some(Self { name, size })
    }

    fn short_name(&self) -> &[u8] {
        self.name.strip_suffix(b"/").filter(|name| !name.is_empty()).unwrap_or(&self.name)
    }

    fn long_name(&self) -> Option<Long> {
        let place = |digits: &[u8]| usize::try_from(number(digits)?).ok();
        match self.name.as_slice() {
            [b'#', b'1', b'/', digits @ ..] => place(digits).map(Long::Ahead),
            [b'/', digits @ ..] => place(digits).map(Long::At),
            _ => None,
        }
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    str::from_utf8(digits.trim_ascii()).ok()?.parse().ok()
}
