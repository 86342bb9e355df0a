//! Tar archives: ustar, pax and GNU, whatever wrote them.

mod header;

use std::io::Read;

use self::header::{Header, Kind, Pax};
use super::packed::{LOOK_AHEAD, Packed};
use super::{Place, Run, Stop};

pub(super) use self::header::is_tar;

/// The unit of a tar archive.
const BLOCK: usize = 512;
/// Long names and extended headers are read up to this; their bytes are scanned in any case.
const LONGEST_EXTENSION: u64 = 1 << 20;
/// A pax header must say sizes from here on: the field in the header cannot.
const LONGEST_IN_OCTAL: u64 = 1 << 33;

/// What earlier headers say about the next member.
#[derive(Default)]
struct Said {
    name: Option<Vec<u8>>,
    pax: Pax,
}

/// Scans the members of an archive.
pub(super) fn scan(run: &Run<'_>, place: &Place, packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    let (mut said, mut has_ended) = (Said::default(), false);
    while !run.is_over() {
        let start = packed.position();
        let block = packed.peek(BLOCK)?;
        let is_zero = block.iter().take(BLOCK).all(|byte| *byte == 0);
        let header = block.first_chunk::<BLOCK>().and_then(Header::parse);
        if block.is_empty() {
            return Ok(());
        }
        if is_zero {
            // Archives may have been put together: go on behind the end.
            has_ended = packed.skip(BLOCK as u64)? == BLOCK as u64;
            continue;
        }
        let Some(header) = header else {
            return if has_ended { Ok(()) } else { Err(no_header(start)) };
        };
        packed.skip(BLOCK as u64)?;
        entry(run, place, packed, &header, &mut said)?;
        has_ended = false;
    }
    Ok(())
}

fn no_header(start: u64) -> Stop {
    let message = format!("no valid tar header at byte {start}; what follows was scanned as it is");
    Stop::Broken(message)
}

/// Reads what follows a header.
fn entry(
    run: &Run<'_>,
    place: &Place,
    packed: &mut Packed<'_, '_>,
    header: &Header,
    said: &mut Said,
) -> Result<(), Stop> {
    match header.kind {
        Kind::LongName => said.name = Some(until_nul(extension(run, place, packed, header)?)),
        Kind::LongLink | Kind::GlobalPax => {
            extension(run, place, packed, header)?;
        }
        Kind::Pax => said.pax = Pax::parse(&extension(run, place, packed, header)?),
        Kind::File | Kind::Sparse | Kind::NoContent => {
            let said = std::mem::take(said);
            return member(run, place, packed, header, said);
        }
    }
    Ok(())
}

fn until_nul(mut name: Vec<u8>) -> Vec<u8> {
    name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
    name
}

/// The content of an extension header. It is scanned as it is as well.
fn extension(
    run: &Run<'_>,
    place: &Place,
    packed: &mut Packed<'_, '_>,
    header: &Header,
) -> Result<Vec<u8>, Stop> {
    let kept = header.size.min(LONGEST_EXTENSION);
    let mut content = Vec::new();
    while (content.len() as u64) < kept {
        let left = usize::try_from(kept).unwrap_or(usize::MAX) - content.len();
        let part = packed.next(left.min(LOOK_AHEAD))?;
        if part.is_empty() {
            return Err(Stop::Broken("cut off in an extended tar header".to_owned()));
        }
        content.extend_from_slice(&part);
    }
    if header.size > kept {
        let message =
            format!("an extended tar header has {} bytes, too many to be real", header.size);
        run.problem(place, message);
    }
    packed.skip(padded(header.size) - kept)?;
    Ok(content)
}

/// Scans the content of a member.
fn member(
    run: &Run<'_>,
    place: &Place,
    packed: &mut Packed<'_, '_>,
    header: &Header,
    said: Said,
) -> Result<(), Stop> {
    let name = said.pax.path.or(said.name).unwrap_or_else(|| header.name.clone());
    let inside = place.member(&name);
    let size = size(run, &inside, header, said.pax.size);
    if header.kind == Kind::NoContent && (size == 0 || !has_content(packed)?) {
        return Ok(());
    }
    if header.kind == Kind::Sparse && header.is_extended {
        skip_sparse_maps(packed)?;
    }
    if size == 0 {
        return Ok(());
    }
    let start = packed.position();
    packed.begin_payload();
    // How much to make room for is not the header's to say.
    let read = run.member(&inside, &mut packed.take(size), 0);
    packed.end_payload();
    let there = packed.position() - start;
    if read.is_err() || run.is_over() {
        return Err(Stop::Input);
    }
    if there < size {
        let message =
            format!("its tar header claims {size} bytes, there are {there}; these were scanned");
        run.problem(&inside, message);
        return Ok(());
    }
    packed.skip(padded(size) - size)?;
    Ok(())
}

/// The size the headers agree on; what an extended header says counts if they do not.
fn size(run: &Run<'_>, inside: &Place, header: &Header, pax: Option<u64>) -> u64 {
    let Some(size) = pax else { return header.size };
    if size != header.size && size < LONGEST_IN_OCTAL {
        let message = format!(
            "its tar headers disagree: {size} bytes in the extended one, {} in the other; tools may read different files",
            header.size
        );
        run.problem(inside, message);
    }
    size
}

/// Whether content follows the header of a link or folder: most of them only repeat a size.
fn has_content(packed: &mut Packed<'_, '_>) -> Result<bool, Stop> {
    let next = packed.peek(BLOCK)?;
    let is_header = next.first_chunk().is_some_and(|block| Header::parse(block).is_some());
    let is_end = next.iter().take(BLOCK).all(|byte| *byte == 0);
    Ok(!is_header && !is_end)
}

/// Goes past the blocks that continue the map of an old GNU sparse file.
fn skip_sparse_maps(packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    loop {
        let block = packed.next(BLOCK)?;
        if block.get(504).is_none_or(|flag| *flag == 0) {
            return Ok(());
        }
    }
}

/// A size with what fills up its last block.
fn padded(size: u64) -> u64 {
    size.div_ceil(BLOCK as u64).saturating_mul(BLOCK as u64)
}
