//! Hand-made matchers for credentials that no regex of bounded length describes.
//!
//! Owns: the registry of structures, each of which reads one around an anchor. Leaves to others:
//! which rule asks for which structure and with which anchors, proofs, and overlaps. A structure
//! looks at a bounded stretch of text, and never twice at a stretch that many anchors share.

pub(crate) mod assignment;
mod connection;
mod header;
mod jwk;
mod jwt;
mod key_store;
mod letters;
mod pem;
mod putty;
mod url;
pub(crate) mod value;

use std::cell::Cell;

use tightlip_model::{ByteSpan, Confidence, Proof, Severity};

/// Every structure, one line each.
static REGISTRY: &[Structure] = &[
    assignment::STRUCTURE,
    connection::STRUCTURE,
    header::STRUCTURE,
    jwk::STRUCTURE,
    jwt::STRUCTURE,
    key_store::STRUCTURE,
    pem::STRUCTURE,
    putty::STRUCTURE,
    url::STRUCTURE,
];

/// One structure of the registry.
#[derive(Debug)]
pub(crate) struct Structure {
    /// The name rules ask for it by.
    pub(crate) name: &'static str,
    /// Reads the credential that the anchor is part of.
    pub(crate) read: fn(&Site<'_>) -> Option<Found>,
    /// The most bytes it looks at on either side of an anchor.
    pub(crate) reach: usize,
}

/// An anchor and the text around it.
#[derive(Debug)]
pub(crate) struct Site<'t> {
    /// The text.
    pub(crate) text: &'t [u8],
    /// Where the anchor stands in it.
    pub(crate) anchor: ByteSpan,
    spent: Cell<u64>,
}

impl<'t> Site<'t> {
    /// The site of an anchor.
    pub(crate) fn new(text: &'t [u8], anchor: ByteSpan) -> Self {
        Self { text, anchor, spent: Cell::new(0) }
    }

    /// The text from `at` on, at most `most` bytes of it.
    pub(crate) fn from(&self, at: usize, most: usize) -> &'t [u8] {
        ByteSpan::new(at, at.saturating_add(most)).of(self.text)
    }

    /// The text before `at`, at most `most` bytes of it.
    pub(crate) fn before(&self, at: usize, most: usize) -> &'t [u8] {
        ByteSpan::new(at.saturating_sub(most), at).of(self.text)
    }

    /// Counts bytes that were looked at one by one.
    pub(crate) fn charge(&self, bytes: usize) {
        self.spent.set(self.spent.get() + bytes as u64);
    }

    /// All that was charged.
    pub(crate) fn spent(&self) -> u64 {
        self.spent.get()
    }
}

/// A credential that a structure read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The secret's bytes in the text.
    pub(crate) span: ByteSpan,
    /// The secret where its bytes in the text are not the secret itself.
    pub(crate) secret: Option<Vec<u8>>,
    /// Why we believe it.
    pub(crate) proof: Proof,
    /// How sure that can make us at most.
    pub(crate) confidence: Confidence,
    /// How bad a leak can be at most.
    pub(crate) severity: Severity,
    /// What counted for or against it.
    pub(crate) evidence: Vec<String>,
    /// Facts read from it.
    pub(crate) facts: Vec<(String, String)>,
    /// Further credentials that the same frame holds.
    pub(crate) also: Vec<Found>,
}

impl Found {
    /// A secret of the right form at `span`.
    pub(crate) fn at(span: ByteSpan, proof: Proof) -> Self {
        Self {
            span,
            secret: None,
            proof,
            confidence: Confidence::High,
            severity: Severity::Critical,
            evidence: Vec::new(),
            facts: Vec::new(),
            also: Vec::new(),
        }
    }

    /// Adds what counted, and what it costs in confidence.
    pub(crate) fn because(mut self, reason: &str, confidence: Confidence) -> Self {
        self.evidence.push(reason.to_owned());
        self.confidence = self.confidence.min(confidence);
        self
    }

    /// Adds what its value is worth, and why.
    pub(crate) fn graded(self, (confidence, reason): (Confidence, &str)) -> Self {
        if reason.is_empty() { self } else { self.because(reason, confidence) }
    }

    /// Adds what counted, at the cost of one grade of confidence.
    pub(crate) fn lowered(self, reason: &str) -> Self {
        let confidence = lower(self.confidence);
        self.because(reason, confidence)
    }

    /// Adds a fact, unless there is nothing to say.
    pub(crate) fn fact(mut self, name: &str, value: &[u8]) -> Self {
        if !value.is_empty() {
            self.facts.push((name.to_owned(), String::from_utf8_lossy(value).into_owned()));
        }
        self
    }
}

/// One grade less sure.
pub(crate) fn lower(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::High => Confidence::Medium,
        Confidence::Medium | Confidence::Low => Confidence::Low,
    }
}

/// The structure of that name.
pub(crate) fn lookup(name: &str) -> Option<&'static Structure> {
    REGISTRY.iter().find(|structure| structure.name == name)
}

/// The names of all structures, in the order of the registry.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    REGISTRY.iter().map(|structure| structure.name)
}

/// The most bytes any structure looks at on either side of an anchor.
pub(crate) fn reach() -> usize {
    REGISTRY.iter().map(|structure| structure.reach).max().unwrap_or(0)
}
