//! Stretches of a text side by side: what looks for something in many short ones looks once.

use tightlip_model::ByteSpan;

/// Stretches of one text, in order.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pieces: Vec<Piece>,
    length: usize,
    bytes: Vec<u8>,
}

/// A stretch, and where it stands among the others.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// In the text.
    from: ByteSpan,
    /// Among the stretches.
    at: usize,
}

impl Gathered {
    /// Forgets all stretches.
    pub(super) fn clear(&mut self) {
        self.pieces.clear();
        self.length = 0;
    }

    /// Adds a stretch that begins after those before.
    pub(super) fn push(&mut self, stretch: ByteSpan) {
        self.pieces.push(Piece { from: stretch, at: self.length });
        self.length += stretch.len();
    }

    /// How long they are together.
    pub(super) const fn len(&self) -> usize {
        self.length
    }

    /// The bytes of all stretches, which are of `text`, one after the other; of one alone, in place.
    pub(super) fn bytes<'t>(&'t mut self, text: &'t [u8]) -> (&'t [u8], Origins<'t>) {
        let Self { pieces, bytes, .. } = self;
        if let [only] = pieces.as_slice() {
            return (only.from.of(text), Origins { pieces });
        }
        bytes.clear();
        pieces.iter().for_each(|piece| bytes.extend_from_slice(piece.from.of(text)));
        (bytes, Origins { pieces })
    }
}

/// Where gathered bytes come from.
#[derive(Clone, Copy)]
pub(super) struct Origins<'g> {
    pieces: &'g [Piece],
}

impl Origins<'_> {
    /// Where a span of the gathered bytes stands in the text, if all of it is of one stretch.
    pub(super) fn of(&self, span: ByteSpan) -> Option<ByteSpan> {
        let after = self.pieces.partition_point(|piece| piece.at <= span.start);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        let start = span.start - piece.at + piece.from.start;
        let end = start + span.len();
        (end <= piece.from.end).then(|| ByteSpan::new(start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_gathered_bytes_is_led_back_unless_it_is_of_two_stretches() {
        let mut gathered = Gathered::default();
        let text = b"0123456789";
        gathered.push(ByteSpan::new(1, 3));
        assert_eq!(gathered.bytes(text).0, b"12");
        gathered.push(ByteSpan::new(6, 9));
        let (bytes, origins) = gathered.bytes(text);
        assert_eq!(bytes, b"12678");
        assert_eq!(origins.of(ByteSpan::new(0, 2)), Some(ByteSpan::new(1, 3)));
        assert_eq!(origins.of(ByteSpan::new(2, 5)), Some(ByteSpan::new(6, 9)));
        assert_eq!(origins.of(ByteSpan::new(1, 3)), None);
        gathered.clear();
        assert_eq!((gathered.len(), gathered.bytes(text).0), (0, &b""[..]));
    }
}
