//! What a scan of a whole text leaves behind, for texts that are made from it.

use std::mem::size_of;

use tightlip_model::{ByteSpan, Match};

/// What a scan of a whole text leaves behind: it spares the scan of a text made from that one the
/// bytes they share. Made and read by scanners of the same rules.
#[derive(Debug)]
pub struct Trace {
    /// The length of the text.
    pub(super) length: usize,
    /// Every hit of the prefilter, sorted by their end.
    pub(super) hits: Box<[Hit]>,
    /// What was found in the text as it stands, in the order of units.
    pub(super) plain: Box<[Plain]>,
    /// What looked encoded and was decoded, in the order of places.
    pub(super) encoded: Box<[Encoded]>,
    /// What was found in that, in the order of places.
    pub(super) decoded: Box<[Match]>,
}

impl Trace {
    /// About how much memory it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + size_of_val::<[Hit]>(&self.hits)
            + size_of_val::<[Encoded]>(&self.encoded)
            + self
                .plain
                .iter()
                .map(|plain| size_of::<ByteSpan>() + weight(&plain.one))
                .sum::<usize>()
            + self.decoded.iter().map(weight).sum::<usize>()
    }
}

/// About how much memory a match takes.
fn weight(one: &Match) -> usize {
    let texts = one.evidence.iter().map(String::len);
    let facts = one.decoded.iter().map(|(name, value)| name.len() + value.len());
    size_of::<Match>()
        + one.secret.reveal().len()
        + texts.chain(facts).map(|len| len + 48).sum::<usize>()
}

/// Where an anchor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// One past its last byte.
    pub(super) end: u32,
    /// Its index in the prefilter.
    pub(super) anchor: u32,
}

/// A match before others were weighed against it, and what it was found by.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    /// The anchor or window; with the rule's margin around it, all that decides about the match.
    pub(super) unit: ByteSpan,
    /// The match.
    pub(super) one: Match,
}

/// A span that looked encoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Encoded {
    /// Its first byte.
    pub(super) start: u32,
    /// One past its last byte.
    pub(super) end: u32,
    /// Encoded bytes in it, those that came to light by decoding included.
    pub(super) spent: u32,
}
