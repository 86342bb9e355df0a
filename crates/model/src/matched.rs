//! A match: what detection says of a span of bytes, before anyone asked where that is.

use crate::{ByteSpan, Confidence, Encoding, Proof, RuleId, Secret, Severity};

/// A span that a rule, its filters and its proof agree on.
#[derive(Debug, Clone)]
pub struct Match {
    /// The rule that matched.
    pub rule: RuleId,
    /// The secret's bytes in the scanned bytes; where the secret was encoded, the encoded bytes.
    pub span: ByteSpan,
    /// The secret itself, decoded.
    pub secret: Secret,
    /// Why we believe it.
    pub proof: Proof,
    /// How sure that makes us.
    pub confidence: Confidence,
    /// How bad a leak is; what was decoded may lower the rule's own grade (an expired certificate).
    pub severity: Severity,
    /// What counted for it, in words that hold no secret.
    pub evidence: Vec<String>,
    /// Facts read from the secret itself (`account`, `expires_at`, …), in a fixed order.
    pub decoded: Vec<(String, String)>,
    /// Other rules of the set that matched a part of the same credential near by, with their spans.
    pub companions: Vec<(RuleId, ByteSpan)>,
    /// What had to be undone to reach the secret, the outermost first.
    pub transforms: Vec<Transform>,
    /// How the bytes around it spell characters.
    pub encoding: Encoding,
}

/// How the evidence begins that tells the name a secret is given to, in backticks after it.
pub const NAMED: &str = "it is the value of ";

/// An encoding that hid a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transform {
    /// UTF-16 or UTF-32 text.
    WideText,
    /// Base64, standard or URL-safe, padded or not.
    Base64,
    /// Hexadecimal digits.
    Hex,
    /// `%41`.
    Percent,
    /// `\u0041`, `\x41`, `\101`, `\/` in a string literal.
    Escape,
    /// `&#65;`, `&amp;`.
    HtmlEntity,
    /// `=41` and lines broken with `=`, as in mail.
    QuotedPrintable,
    /// `"a" + "b"`: literals that a program puts together.
    Concatenation,
    /// A gzip or zlib stream.
    Deflate,
}

impl Transform {
    /// The word for it in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WideText => "utf-16",
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Percent => "percent",
            Self::Escape => "escape",
            Self::HtmlEntity => "html",
            Self::QuotedPrintable => "quoted-printable",
            Self::Concatenation => "concatenation",
            Self::Deflate => "deflate",
        }
    }
}
