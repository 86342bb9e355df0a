//! Bytes in memory that is used again and again without being cleared.

/// The content at the front of memory that may be longer.
#[derive(Default)]
pub(crate) struct Buffer {
    memory: Vec<u8>,
    size: usize,
}

impl Buffer {
    /// Has `fill` put `size` bytes at the front of the memory.
    pub(crate) fn fill<E>(
        &mut self,
        size: u64,
        fill: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.size = 0;
        fill(&mut self.memory)?;
        self.size = usize::try_from(size).unwrap_or(usize::MAX);
        Ok(())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.memory.get(..self.size).unwrap_or_default()
    }

    /// The memory that is taken up, in bytes.
    pub(crate) fn capacity(&self) -> usize {
        self.memory.capacity()
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(memory: Vec<u8>) -> Self {
        Self { size: memory.len(), memory }
    }
}
