//! 7z archives. Their directory stands at the end, so that one is held in memory while it is read.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sevenz_rust2::{ArchiveReader, Error, Password};

use super::decode::Metered;
use super::packed::Packed;
use super::{Place, Run, Stop};

/// How such an archive begins.
pub(super) const MARK: &[u8] = b"7z\xbc\xaf\x27\x1c";
/// Longer archives are not opened.
pub(super) const LONGEST: usize = 64 << 20;

/// Memory that decoders may take, in KiB: as much as the highest usual level asks for.
const MEMORY: usize = 80 << 10;

/// Scans the members of an archive.
pub(super) fn scan(run: &Run<'_>, place: &Place, packed: &mut Packed<'_, '_>) -> Result<(), Stop> {
    let Some(bytes) = packed.hold(LONGEST)?.map(<[u8]>::to_vec) else {
        return Err(Stop::TooLong);
    };
    packed.begin_payload();
    // Other people's parser on hostile bytes: a defect of it is damage of this archive.
    let read = catch_unwind(AssertUnwindSafe(|| members(run, place, &bytes)))
        .unwrap_or_else(|_| Err(Error::Other("a defect in the decoder".into())));
    if run.is_over() {
        packed.end_payload();
        return Err(Stop::Input);
    }
    match read {
        Ok(()) => {
            packed.skip(bytes.len() as u64)?;
            packed.end_payload();
            Ok(())
        }
        Err(Error::PasswordRequired | Error::MaybeBadPassword(_)) => {
            packed.give_up_payload();
            Err(Stop::Broken("is encrypted; decrypt it and scan the files".to_owned()))
        }
        Err(error) => {
            packed.give_up_payload();
            Err(Stop::Broken(format!("cannot be read: {error}; extract it and scan the files")))
        }
    }
}

fn members(run: &Run<'_>, place: &Place, bytes: &[u8]) -> Result<(), Error> {
    let mut reader =
        ArchiveReader::new_with_memory_limit(Cursor::new(bytes), Password::empty(), MEMORY)?;
    reader.set_thread_count(1);
    reader.for_each_entries(|entry, content| {
        if entry.is_directory() || !entry.has_stream() {
            return Ok(true);
        }
        let inside = place.member(entry.name().as_bytes());
        let mut metered = Metered::new(run, &inside, content);
        let read = run.member(&inside, &mut metered, 0);
        if run.is_over() {
            return Ok(false);
        }
        read?;
        Ok(true)
    })
}
