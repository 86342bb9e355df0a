//! Standard input that gives up waiting when the run is asked to end.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

/// How often a wait for input looks whether the run should end.
const PATIENCE: Duration = Duration::from_millis(50);
/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;

/// A reader of standard input. A blocked read cannot be woken, so a thread of its own does the
/// reading; it ends with the process.
pub(crate) struct StdinReader {
    chunks: Receiver<io::Result<Vec<u8>>>,
    current: io::Cursor<Vec<u8>>,
    stop: Arc<AtomicBool>,
}

impl StdinReader {
    pub(crate) fn new(stop: Arc<AtomicBool>) -> io::Result<Self> {
        let (sender, chunks) = sync_channel(4);
        std::thread::Builder::new().spawn(move || {
            let mut input = io::stdin().lock();
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = input.read(&mut chunk).map(|size| {
                    chunk.truncate(size);
                    chunk
                });
                let is_last = !matches!(&read, Ok(chunk) if !chunk.is_empty());
                if sender.send(read).is_err() || is_last {
                    return;
                }
            }
        })?;
        Ok(Self { chunks, current: io::Cursor::default(), stop })
    }

    /// The next chunk; an empty one at the end of input or of the run.
    fn next(&self) -> io::Result<Vec<u8>> {
        loop {
            match self.chunks.recv_timeout(PATIENCE) {
                Ok(chunk) => return chunk,
                Err(RecvTimeoutError::Disconnected) => return Ok(Vec::new()),
                Err(RecvTimeoutError::Timeout) if self.stop.load(Ordering::Relaxed) => {
                    return Ok(Vec::new());
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

impl Read for StdinReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.current.read(buffer)?;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        self.current = io::Cursor::new(self.next()?);
        self.current.read(buffer)
    }
}
