//! The times that tokens carry, as facts and as what they expire at.

use tightlip_model::Timestamp;

/// 9999-12-31T23:59:59Z.
const LAST: i64 = 253_402_300_799;

/// `2025-06-15T15:06:40Z`; `None` outside of the years 1970 to 9999, where no token's time lies.
pub(super) fn iso(seconds: i64) -> Option<String> {
    (0..=LAST).contains(&seconds).then(|| Timestamp(seconds).to_string())
}

/// Seconds that `2025-06-15T15:06:40Z`, `20250615T150640Z` or a prefix of either down to the day
/// spells.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(14).collect();
    let part = |range: std::ops::Range<usize>| digits.get(range);
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    let clock = |range| part(range).unwrap_or("00");
    let (hour, minute, second) = (clock(8..10), clock(10..12), clock(12..14));
    let time: Timestamp = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z").parse().ok()?;
    Some(time.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments_read_as_they_should() {
        assert_eq!(iso(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(iso(951_782_400).as_deref(), Some("2000-02-29T00:00:00Z"));
        assert_eq!(iso(1_750_000_000).as_deref(), Some("2025-06-15T15:06:40Z"));
        assert_eq!(iso(253_402_300_799).as_deref(), Some("9999-12-31T23:59:59Z"));
        assert_eq!(iso(253_402_300_800), None);
        assert_eq!(iso(-1), None);
        assert_eq!(iso(i64::MIN), None);
    }

    #[test]
    fn both_spellings_of_a_moment_are_read() {
        assert_eq!(seconds("2025-06-15T15:06:40Z"), Some(1_750_000_000));
        assert_eq!(seconds("20250615T150640Z"), Some(1_750_000_000));
        assert_eq!(seconds("2000-02-29"), Some(951_782_400));
        assert_eq!(seconds("2000-13-01"), None);
        assert_eq!(seconds("2001-02-29"), None);
        assert_eq!(seconds("2000"), None);
    }
}
