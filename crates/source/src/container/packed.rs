//! The bytes of a container: read once, scanned as they are where they are nobody's content.

use std::io::{self, BufRead, Read};

use super::{Place, Run};
use crate::pieces::{Begun, Cutting, Filled, Pieces};

/// What is read at a time, once the beginning is used up.
const CHUNK: usize = 256 << 10;
/// How far ahead a parser may look.
pub(super) const LOOK_AHEAD: usize = 128 << 10;

/// What becomes of the bytes that are consumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// They are scanned as they are.
    Raw,
    /// A member is made of them, which is scanned.
    Payload,
}

/// The bytes of a container.
pub(super) struct Packed<'a, 'r> {
    run: &'a Run<'r>,
    place: &'a Place,
    inner: &'a mut dyn Read,
    buffer: Vec<u8>,
    /// What of the buffer was consumed.
    at: usize,
    /// What of the consumed bytes was handed on.
    mark: usize,
    /// Where the buffer begins.
    offset: u64,
    is_at_end: bool,
    failure: Option<io::Error>,
    used_as: Use,
    pieces: &'a mut Pieces,
    cutting: Cutting,
}

impl<'a, 'r> Packed<'a, 'r> {
    /// The stream that was begun in `pieces`.
    pub(super) fn new(
        run: &'a Run<'r>,
        place: &'a Place,
        (begun, inner): (Begun, &'a mut dyn Read),
        pieces: &'a mut Pieces,
    ) -> Self {
        let (buffer, filled) = pieces.give(begun);
        let is_at_end = !matches!(filled, Ok(Filled::Window));
        let (at, mark, offset, used_as) = (0, 0, 0, Use::Raw);
        let (failure, cutting) = (filled.err(), Cutting::new());
        let held = buffer.len() as u64;
        let one = Self {
            run,
            place,
            inner,
            buffer,
            at,
            mark,
            offset,
            is_at_end,
            failure,
            used_as,
            pieces,
            cutting,
        };
        one.count(held);
        one
    }

    /// Bytes consumed so far.
    pub(super) fn position(&self) -> u64 {
        self.offset + self.at as u64
    }

    /// Whether the bytes could not be read on, for no fault of their own.
    pub(super) fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// The next bytes, at least `count` of them unless the end is nearer.
    pub(super) fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.held().len() < count && !self.is_at_end {
            self.refill()?;
        }
        if self.held().len() < count
            && let Some(error) = &self.failure
        {
            return Err(again(error));
        }
        Ok(self.held())
    }

    /// The next `count` bytes, consumed; fewer at the end.
    pub(super) fn next(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let bytes = self.peek(count)?;
        let bytes = bytes.get(..count).unwrap_or(bytes).to_vec();
        self.consume(bytes.len());
        Ok(bytes)
    }

    /// All that is left, if that is no more than so many bytes. Nothing of it is consumed.
    pub(super) fn hold(&mut self, most: usize) -> io::Result<Option<&[u8]>> {
        let held = self.peek(most + 1)?;
        Ok((held.len() <= most).then_some(held))
    }

    /// Consumes up to `count` bytes and tells how many there were.
    pub(super) fn skip(&mut self, count: u64) -> io::Result<u64> {
        let mut left = count;
        while left > 0 {
            let held = self.fill_buf()?.len();
            if held == 0 {
                break;
            }
            let step = usize::try_from(left).unwrap_or(usize::MAX).min(held);
            self.consume(step);
            left -= step as u64;
        }
        Ok(count - left)
    }

    /// What is consumed from here on makes up a member.
    pub(super) fn begin_payload(&mut self) {
        self.hand_on();
        self.used_as = Use::Payload;
    }

    /// The end of a member, all of whose bytes were understood.
    pub(super) fn end_payload(&mut self) {
        self.hand_on();
        self.used_as = Use::Raw;
    }

    /// The end of what was no member: its bytes, as far as they are at hand, are scanned as they are.
    pub(super) fn give_up_payload(&mut self) {
        self.used_as = Use::Raw;
        self.hand_on();
    }

    /// Reads to the end and hands on what is left; gives the number of bytes, or why there are no more.
    pub(super) fn finish(mut self) -> io::Result<u64> {
        self.give_up_payload();
        while let Ok(held) = self.fill_buf().map(<[u8]>::len)
            && held > 0
        {
            self.consume(held);
        }
        self.hand_on();
        self.end_piece();
        let end = self.position();
        self.failure.map_or(Ok(end), Err)
    }

    fn held(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    fn count(&self, bytes: u64) {
        if self.place.is_outermost() {
            self.run.budget.pack(bytes);
        }
    }

    /// Reads more, after moving what is held to the front.
    fn refill(&mut self) -> io::Result<()> {
        if let Some(error) = &self.failure {
            return Err(again(error));
        }
        self.hand_on();
        self.buffer.drain(..self.at);
        self.offset += self.at as u64;
        (self.at, self.mark) = (0, 0);
        let held = self.buffer.len();
        self.buffer.resize(held + CHUNK, 0);
        let read = loop {
            match self.inner.read(self.buffer.get_mut(held..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(held + read.as_ref().copied().unwrap_or(0));
        self.count(self.offset + self.buffer.len() as u64);
        match read {
            Ok(count) => self.is_at_end = count == 0,
            Err(error) => {
                self.is_at_end = true;
                self.failure = Some(again(&error));
                return Err(error);
            }
        }
        Ok(())
    }

    /// Hands on what was consumed since the last time.
    fn hand_on(&mut self) {
        let bytes = self.buffer.get(self.mark..self.at).unwrap_or_default();
        self.mark = self.at;
        if bytes.is_empty() {
            return;
        }
        let (run, place) = (self.run, self.place);
        match self.used_as {
            Use::Raw => {
                self.pieces.feed(&mut self.cutting, bytes, |piece| run.blob(piece, place));
            }
            Use::Payload => {
                self.pieces.last(&mut self.cutting, |piece| run.blob(piece, place));
                self.cutting.pass(bytes);
            }
        }
    }

    fn end_piece(&mut self) {
        let (run, place) = (self.run, self.place);
        self.pieces.last(&mut self.cutting, |piece| run.blob(piece, place));
    }
}

impl Read for Packed<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut held = self.fill_buf()?;
        let count = held.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Packed<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek(1)
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.buffer.len());
    }
}

/// The same error once more: an error of the system cannot be copied.
fn again(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(
        || io::Error::new(error.kind(), error.to_string()),
        io::Error::from_raw_os_error,
    )
}
