//! The parts of a file that were read last: entries of a pack that lie near each other share a
//! read.

use std::fs::File;
use std::io;
use std::ops::Range;

use crate::files;

/// The least that is read at a time. Delta families are scattered, so that reading more ahead
/// costs more in copies than it saves in calls.
const STEP: usize = 4 << 10;
/// Windows kept, and the longest that is one of them.
const KEPT: usize = 8;
const LONGEST_KEPT: usize = 64 << 10;

/// A stretch of a file in memory.
#[derive(Default)]
pub(crate) struct Window {
    bytes: Vec<u8>,
    length: usize,
    start: u64,
}

impl Window {
    /// The held bytes of `range`, when all of them are.
    pub(crate) fn get(&self, range: &Range<u64>) -> Option<&[u8]> {
        let place = self.place(range)?;
        self.bytes.get(place)
    }

    fn place(&self, range: &Range<u64>) -> Option<Range<usize>> {
        let skip = usize::try_from(range.start.checked_sub(self.start)?).ok()?;
        let length = usize::try_from(range.end.checked_sub(range.start)?).ok()?;
        let end = skip.checked_add(length)?;
        (end <= self.length).then_some(skip..end)
    }

    /// Reads `length` bytes from `start`, fewer at the end of the file, and gives them.
    pub(crate) fn read(&mut self, file: &File, start: u64, length: usize) -> io::Result<&[u8]> {
        if self.bytes.len() < length {
            self.bytes.resize(length, 0);
        }
        self.length = 0;
        let buffer = self.bytes.get_mut(..length).unwrap_or_default();
        self.length = files::read_at(file, buffer, start)?;
        self.start = start;
        Ok(self.bytes.get(..self.length).unwrap_or_default())
    }
}

/// Several windows, the oldest of which makes room for the next. All of them are of one file.
#[derive(Default)]
pub(crate) struct Windows {
    kept: [Window; KEPT],
    latest: usize,
    long: Window,
}

impl Windows {
    /// The bytes of `range`; fewer when the file ends before.
    pub(crate) fn at(&mut self, file: &File, range: Range<u64>) -> io::Result<&[u8]> {
        let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        if length > LONGEST_KEPT {
            return self.long(file, &range, length);
        }
        let held = self.kept.iter().position(|window| window.place(&range).is_some());
        let Some(held) = held else {
            self.latest = (self.latest + 1) % KEPT;
            let Some(window) = self.kept.get_mut(self.latest) else { return Ok(&[]) };
            let read = window.read(file, range.start, length.max(STEP))?;
            return Ok(read.get(..length).unwrap_or(read));
        };
        Ok(self.kept.get(held).and_then(|window| window.get(&range)).unwrap_or_default())
    }

    fn long(&mut self, file: &File, range: &Range<u64>, length: usize) -> io::Result<&[u8]> {
        if self.long.place(range).is_none() {
            self.long.read(file, range.start, length)?;
        }
        let held = self.long.length.min(length);
        Ok(self.long.get(range).or(self.long.bytes.get(..held)).unwrap_or_default())
    }
}
