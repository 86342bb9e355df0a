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

/// Seconds since 1970 as an ISO 8601 time in UTC; years outside 0..=9999 are moved to the nearest end.
pub(crate) fn iso_date(seconds: i64) -> String {
    const FIRST: i64 = -62_167_219_200;
    const LAST: i64 = 253_402_300_799;
    let seconds = seconds.clamp(FIRST, LAST);
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let time = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The Gregorian date of a day counted from 1970, by way of years that begin in March.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(iso_date(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso_date(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(iso_date(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(iso_date(1_735_689_599), "2024-12-31T23:59:59Z");
        assert_eq!(iso_date(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn a_hostile_date_stays_a_date() {
        assert_eq!(iso_date(i64::MIN), "0000-01-01T00:00:00Z");
        assert_eq!(iso_date(i64::MAX), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn counts_and_sizes_read_well() {
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(1_234_567, "entry"), "1,234,567 entries");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(12_345_678), "12.3 MB");
    }
}
