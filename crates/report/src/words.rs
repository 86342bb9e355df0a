//! Wording that several formats share: counts, sizes, dates, and proofs in a sentence.

use tightlip_model::{Confidence, Proof, Reach};

use crate::layout::Closing;

/// Why a match is believed, as a clause.
pub(crate) const fn proof(proof: Proof) -> &'static str {
    match proof {
        Proof::Context => "a name or word next to it says so",
        Proof::Form => "it has the provider's own prefix and shape",
        Proof::Parsed => "its structure was decoded",
        Proof::Checksum => "its own check digits hold",
        Proof::Live => "its provider accepted it",
    }
}

/// How sure that makes us, as a clause.
pub(crate) const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "may well be something else",
        Confidence::Medium => "more likely a secret than not",
        Confidence::High => "nearly always a secret",
    }
}

/// Who still holds on to a finding, as a clause.
pub(crate) const fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Head => "still in HEAD",
        Reach::Ref => "not in HEAD, only in the history",
        Reach::Stash => "only in a stash",
        Reach::Reflog => "only in a reflog",
        Reach::Unreachable => "in no branch: only in the object database",
    }
}

/// A clause as a sentence: with a capital and a stop.
pub(crate) fn sentence(clause: impl AsRef<str>) -> String {
    capitalized(clause.as_ref()) + "."
}

/// The text with a capital in front.
pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// What a page is called.
pub(crate) fn title(closing: &Closing<'_>) -> String {
    let found = match closing.tally.findings {
        0 => "No secrets found".to_owned(),
        number => format!("{} found", count(number, "secret")),
    };
    let is_complete = closing.summary.coverage.is_complete();
    if is_complete { found } else { format!("{found}, but the scan is incomplete") }
}

/// `1 file`, `1,234 files`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    let plural = match noun {
        noun if number == 1 => noun.to_owned(),
        noun if noun.ends_with("ay") => format!("{noun}s"),
        noun if noun.ends_with('y') => format!("{}ies", noun.trim_end_matches('y')),
        noun => format!("{noun}s"),
    };
    format!("{} {plural}", grouped(number))
}

/// The number with a comma between each three digits.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A size with one decimal, in powers of 1000.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 4] =
        [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    match UNITS.iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => count(bytes, "byte"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_sizes_read_well() {
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(1_234_567, "entry"), "1,234,567 entries");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(12_345_678), "12.3 MB");
    }
}
