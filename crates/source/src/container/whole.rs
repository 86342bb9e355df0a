//! Deflate streams of which all is known beforehand, inflated from memory to memory: that takes less
//! time than a stream. Leaves to others: what is long, and what is wrong with a stream.

use libdeflater::Decompressor;
use memchr::memmem;

/// What is longer, packed or not, is inflated as a stream.
const LONGEST: u64 = 1 << 20;
/// What begins a gzip file that says nothing of itself.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// What a member's header says of its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stated {
    pub(super) packed: u64,
    pub(super) size: u64,
    pub(super) crc: u32,
}

impl Stated {
    /// The packed length, where packed and content can be held.
    pub(super) fn held_length(&self) -> Option<usize> {
        let is_short = self.packed.max(self.size) <= LONGEST;
        usize::try_from(self.packed).ok().filter(|_| is_short)
    }
}

/// A decoder, with memory for what goes in and what comes out.
#[derive(Default)]
pub(super) struct Inflater {
    decoder: Decompressor,
    framed: Vec<u8>,
    spare: Vec<Vec<u8>>,
}

impl Inflater {
    /// The content, if `packed` is one deflate stream from its first byte to its last and makes just what
    /// is stated.
    pub(super) fn inflate(&mut self, packed: &[u8], stated: Stated) -> Option<Vec<u8>> {
        let size = u32::try_from(stated.size).ok()?;
        let [crc, sums] = [stated.crc, size].map(u32::to_le_bytes);
        let trailer = [crc, sums].concat();
        self.framed.clear();
        self.framed.extend(GZIP_HEADER);
        self.framed.extend(packed);
        self.framed.extend(&trailer);
        let mut content = self.spare.pop().unwrap_or_default();
        content.resize(usize::try_from(size).ok()?, 0);
        let made = self.decoder.gzip_decompress(&self.framed, &mut content);
        let is_all = made == Ok(content.len());
        if is_all && self.is_only_at_end(&trailer) {
            return Some(content);
        }
        self.give_back(content);
        None
    }

    /// Whether the trailer stands nowhere else. The decoder does not say where the stream ends, only that
    /// the trailer follows it.
    fn is_only_at_end(&self, trailer: &[u8]) -> bool {
        let end = self.framed.len() - trailer.len();
        memmem::find(&self.framed, trailer) == Some(end)
    }

    /// Takes back memory for the next content.
    pub(super) fn give_back(&mut self, content: Vec<u8>) {
        self.spare.push(content);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn deflated(content: &[u8]) -> Vec<u8> {
        let level = flate2::Compression::default();
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
        encoder.write_all(content).expect("written to memory");
        encoder.finish().expect("written to memory")
    }

    fn stated(packed: &[u8], content: &[u8]) -> Stated {
        let crc = crc32fast::hash(content);
        Stated { packed: packed.len() as u64, size: content.len() as u64, crc }
    }

    #[test]
    fn what_is_just_as_stated_is_inflated() {
        let mut inflater = Inflater::default();
        for content in [&b"x"[..], &[b'x'; 5000], b"shorter again"] {
            let packed = deflated(content);
            let made = inflater.inflate(&packed, stated(&packed, content));
            assert_eq!(made.as_deref(), Some(content));
            made.into_iter().for_each(|made| inflater.give_back(made));
        }
    }

    #[test]
    fn what_is_not_as_stated_is_left_to_the_stream() {
        let (mut inflater, content) = (Inflater::default(), [b'x'; 500]);
        let packed = deflated(&content);
        let right = stated(&packed, &content);
        for wrong in [
            Stated { crc: 1, ..right },
            Stated { size: 499, ..right },
            Stated { size: 501, ..right },
            Stated { size: 1 << 40, ..right },
        ] {
            assert_eq!(inflater.inflate(&packed, wrong), None, "{wrong:?}");
        }
        assert_eq!(inflater.inflate(&packed[..packed.len() - 1], right), None);
    }

    #[test]
    fn bytes_behind_the_end_of_a_stream_are_noticed() {
        let (mut inflater, content) = (Inflater::default(), [b'x'; 500]);
        let packed = deflated(&content);
        let right = stated(&packed, &content);
        let trailer = [right.crc, 500].map(u32::to_le_bytes).concat();
        for behind in [&b"more"[..], &trailer, &[&trailer[..], b"more"].concat()] {
            let packed = [&packed[..], behind].concat();
            assert_eq!(inflater.inflate(&packed, right), None, "{behind:?}");
        }
    }
}
