//! Zip archives, read from front to end: what a member's own header says is followed, and what the
//! directory at the end says is compared with it.

mod directory;
mod record;
mod stored;

use std::io::{self, Read};

use memchr::memmem;

use self::directory::Directory;
use self::record::{CENTRAL, Fields, Header, LOCAL, Mark};
use self::stored::UntilDescriptor;
use super::decode::{Metered, decoder};
use super::format::Codec;
use super::packed::Packed;
use super::{Place, Run, Stop};

/// The fixed part of the end of the directory.
const END: usize = 22;
/// The same with wide fields.
const WIDE_END: usize = 56;
/// What says where the latter is.
const WIDE_END_PLACE: u64 = 20;

/// Whether something begins with a member that can be one, or is an archive without any.
pub(super) fn is_zip(head: &[u8]) -> bool {
    match Mark::of(head) {
        Some(Mark::Local) => local_in(head).is_some() || is_cut_local(head),
        Some(Mark::Split) => head.get(4..).and_then(local_in).is_some(),
        Some(Mark::End) => head.len() >= END && head.get(4..12) == Some(&[0; 8]),
        _ => false,
    }
}

/// Where in something the first member begins that is one.
pub(super) fn first_member(bytes: &[u8]) -> Option<usize> {
    let is_member = |at: &usize| local_in(bytes.get(*at..).unwrap_or_default()).is_some();
    memmem::find_iter(bytes, b"PK\x03\x04").find(is_member)
}

/// Whether something ends within the header of its first member.
fn is_cut_local(head: &[u8]) -> bool {
    let length = record::local_length(head).unwrap_or(LOCAL);
    let is_method = |method: &[u8; 2]| codec(u16::from_le_bytes(*method)).is_some();
    head.len() < length
        && head.get(4..6).is_none_or(|version| version[0] <= 63 && version[1] <= 20)
        && head.get(8..10).is_none_or(|method| method.first_chunk().is_some_and(is_method))
}

fn local_in(bytes: &[u8]) -> Option<Header> {
    let is_local = Mark::of(bytes) == Some(Mark::Local);
    bytes.get(..record::local_length(bytes)?).filter(|_| is_local).and_then(Header::local)
}

/// Scans the members of an archive.
pub(super) fn scan(run: &Run<'_>, place: &Place, packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    let mut directory = Directory::default();
    while !run.is_over() {
        let head = packed.peek(CENTRAL)?;
        if head.is_empty() {
            return directory.finish();
        }
        let is_record = match Mark::of(head) {
            Some(Mark::Local) => local(run, place, packed, &mut directory)?,
            Some(Mark::Central) => central(packed, &mut directory)?,
            Some(Mark::WideEnd) => wide_end(packed, &mut directory)?,
            Some(Mark::End) => end(run, place, packed, &mut directory)?,
            Some(Mark::WideEndPlace) => packed.skip(WIDE_END_PLACE)? == WIDE_END_PLACE,
            Some(Mark::Split | Mark::Signature) => packed.skip(4)? == 4,
            None => false,
        };
        if !is_record {
            skip_to_mark(packed)?;
        }
    }
    Ok(())
}

/// Goes on to the next place where a record may begin. What lies between is scanned as it is.
fn skip_to_mark(packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    packed.skip(1)?;
    loop {
        let held = packed.peek(4)?;
        let found = held.windows(4).position(|bytes| Mark::of(bytes).is_some());
        let step = found.unwrap_or(if held.len() < 4 { held.len() } else { held.len() - 3 });
        let is_done = found.is_some() || step == 0;
        packed.skip(step as u64)?;
        if is_done {
            return Ok(());
        }
    }
}

/// Reads a member in the directory, if it is one.
fn central(packed: &mut Packed<'_, '_>, directory: &mut Directory) -> Result<bool, Stop> {
    let start = packed.position();
    let Some(length) = record::central_length(packed.peek(CENTRAL)?) else { return Ok(false) };
    let Some(record) = packed.peek(length)?.get(..length) else { return Ok(false) };
    let Some((header, offset)) = Header::central(record) else { return Ok(false) };
    directory.list(start, &header, offset);
    packed.skip(length as u64)?;
    Ok(true)
}

/// Reads the wide end of the directory.
fn wide_end(packed: &mut Packed<'_, '_>, directory: &mut Directory) -> Result<bool, Stop> {
    let Some(record) = packed.peek(WIDE_END)?.get(..WIDE_END) else { return Ok(false) };
    let mut fields = Fields(record.get(32..).unwrap_or_default());
    let (Some(count), Some(_size), Some(offset)) = (fields.wide(), fields.wide(), fields.wide())
    else {
        return Ok(false);
    };
    directory.end_wide(count, offset);
    packed.skip(WIDE_END as u64)?;
    Ok(true)
}

/// Reads the end of the directory and compares the directory with the members.
fn end(
    run: &Run<'_>,
    place: &Place,
    packed: &mut Packed<'_, '_>,
    directory: &mut Directory,
) -> Result<bool, Stop> {
    let Some(record) = packed.peek(END)?.get(..END) else { return Ok(false) };
    let mut fields = Fields(record.get(10..).unwrap_or_default());
    let (Some(count), Some(_size), Some(offset)) = (fields.short(), fields.long(), fields.long())
    else {
        return Ok(false);
    };
    directory.end(run, place, u64::from(count), u64::from(offset));
    packed.skip(END as u64)?;
    Ok(true)
}

/// Reads a member, if it is one.
fn local(
    run: &Run<'_>,
    place: &Place,
    packed: &mut Packed<'_, '_>,
    directory: &mut Directory,
) -> Result<bool, Stop> {
    let start = packed.position();
    let Some(length) = record::local_length(packed.peek(LOCAL)?) else { return Ok(false) };
    let Some(header) = local_in(packed.peek(length)?) else { return Ok(false) };
    packed.skip(length as u64)?;
    let measured = member(run, place, packed, &header)?;
    directory.found(start, &header, measured);
    Ok(true)
}

/// What a member really is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Measured {
    crc: u32,
    packed: u64,
    size: u64,
}

/// Scans the content of a member; gives what it measures when it was understood.
fn member(
    run: &Run<'_>,
    place: &Place,
    packed: &mut Packed<'_, '_>,
    header: &Header,
) -> Result<Option<Measured>, Stop> {
    let inside = place.member(&header.name);
    let is_size_known = header.packed > 0 || !header.has_descriptor();
    let closed = closed(header);
    if let Some(why) = &closed {
        run.problem(&inside, why.clone());
        if is_size_known {
            skip_content(run, &inside, packed, header.packed)?;
        }
        return Ok(None);
    }
    if is_size_known && header.packed == 0 && header.size == 0 {
        return Ok(Some(Measured { crc: header.crc, packed: 0, size: 0 }));
    }
    let start = packed.position();
    packed.begin_payload();
    let limit = if is_size_known { header.packed } else { u64::MAX };
    let content = content(run, &inside, packed, header, limit);
    if run.is_over() || packed.has_failed() {
        packed.end_payload();
        return Err(Stop::Input);
    }
    let (size, crc) = match content {
        Ok(sums) => sums,
        Err((error, count)) => {
            packed.give_up_payload();
            let message = format!(
                "its content is damaged after {count} bytes: {error}; what came before was scanned"
            );
            run.problem(&inside, message);
            if is_size_known {
                packed.skip((start + header.packed).saturating_sub(packed.position()))?;
            }
            return Ok(None);
        }
    };
    packed.end_payload();
    let measured = Measured { crc, packed: packed.position() - start, size };
    if is_size_known {
        compare(run, &inside, packed, header, measured)?;
    } else if !descriptor(packed, measured)? {
        run.problem(&inside, "the sizes and CRC behind its content do not match it".to_owned());
    }
    Ok(Some(measured))
}

/// Why a member cannot be read, if it cannot.
fn closed(header: &Header) -> Option<String> {
    if header.is_encrypted() {
        return Some("is encrypted; decrypt it and scan the file".to_owned());
    }
    codec(header.method).is_none().then(|| {
        format!(
            "is compressed by method {}, which is not supported; extract it and scan the file",
            header.method
        )
    })
}

/// How the content is packed; `Some(None)` when it is stored as it is.
fn codec(method: u16) -> Option<Option<Codec>> {
    Some(match method {
        0 => None,
        8 => Some(Codec::Deflate),
        12 => Some(Codec::Bzip2),
        93 => Some(Codec::Zstd),
        95 => Some(Codec::Xz),
        _ => return None,
    })
}

/// Goes past content that is not opened; it is scanned as it is.
fn skip_content(
    run: &Run<'_>,
    inside: &Place,
    packed: &mut Packed<'_, '_>,
    length: u64,
) -> Result<(), Stop> {
    let there = packed.skip(length)?;
    if there < length {
        run.problem(inside, format!("its header claims {length} bytes, there are {there}"));
    }
    Ok(())
}

/// Scans the content; gives its length and CRC, or what went wrong after how many bytes.
fn content(
    run: &Run<'_>,
    inside: &Place,
    packed: &mut Packed<'_, '_>,
    header: &Header,
    limit: u64,
) -> Result<(u64, u32), (io::Error, u64)> {
    let scanned = |mut metered: Metered<'_, '_, Box<dyn Read + '_>>| match run.member(
        inside,
        &mut metered,
        0,
    ) {
        Ok(_) => Ok(metered.sums()),
        Err(error) => Err((error, metered.sums().0)),
    };
    match codec(header.method).flatten() {
        Some(codec) => {
            let decoder =
                decoder(codec, packed.take(limit), inside.depth - 1).map_err(|error| (error, 0))?;
            scanned(Metered::new(run, inside, Box::new(decoder)))
        }
        None if limit == u64::MAX => {
            scanned(Metered::stored(run, inside, Box::new(UntilDescriptor::new(packed))))
        }
        None => scanned(Metered::stored(run, inside, Box::new(packed.take(limit)))),
    }
}

/// Compares the content with what the header says of it.
fn compare(
    run: &Run<'_>,
    inside: &Place,
    packed: &mut Packed<'_, '_>,
    header: &Header,
    measured: Measured,
) -> Result<(), Stop> {
    let rest = header.packed - measured.packed.min(header.packed);
    let behind = packed.skip(rest)?;
    let says_sums = !header.has_descriptor() || header.size > 0;
    if behind < rest {
        let there = header.packed - rest + behind;
        let message =
            format!("its header claims {} packed bytes, there are {there}", header.packed);
        run.problem(inside, message);
    } else if rest > 0 {
        run.problem(
            inside,
            format!("{rest} bytes stand between the end of its content and the next member"),
        );
    }
    if says_sums && header.size != measured.size {
        let message = format!(
            "its header claims {} bytes, there are {}; these were scanned",
            header.size, measured.size
        );
        run.problem(inside, message);
    } else if says_sums && header.crc != measured.crc {
        run.problem(inside, "its CRC does not match its content; that was scanned".to_owned());
    }
    if header.has_descriptor() && behind == rest {
        // Its place is enough here: the header said it all.
        descriptor(packed, measured)?;
    }
    Ok(())
}

/// Goes past the sums behind a member; tells whether they are there and hold.
fn descriptor(packed: &mut Packed<'_, '_>, measured: Measured) -> Result<bool, Stop> {
    let held = packed.peek(24)?;
    let Some(length) = stored::descriptor_length(held, measured) else { return Ok(false) };
    packed.skip(length as u64)?;
    Ok(true)
}
