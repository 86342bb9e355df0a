//! Seconds since 1970 as ISO 8601 in UTC.

/// `2025-06-15T15:06:40Z`; `None` outside of the years 1970 to 9999, where no token's time lies.
pub(super) fn iso(seconds: i64) -> Option<String> {
    if !(0..=253_402_300_799).contains(&seconds) {
        return None;
    }
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

/// The date `days` after 1970-01-01: Howard Hinnant's algorithm over eras of 400 years, which begin
/// on the first of March.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Days from 1970-01-01 to a date; the inverse of [`civil`] for dates that exist.
pub(super) fn days(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Seconds that `2025-06-15T15:06:40Z`, `20250615T150640Z` or a prefix of either down to the day
/// spells.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let digits: Vec<i64> =
        text.chars().filter_map(|c| c.to_digit(10)).map(i64::from).take(14).collect();
    let number = |range: std::ops::Range<usize>| {
        digits.get(range).map(|part| part.iter().fold(0, |sum, digit| sum * 10 + digit))
    };
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let clock = number(8..10).unwrap_or(0) * 3600
        + number(10..12).unwrap_or(0) * 60
        + number(12..14).unwrap_or(0);
    Some(days(year, month, day) * 86_400 + clock)
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
    fn every_day_of_four_centuries_reads_back() {
        for day in 0..146_097 {
            let (year, month, of_month) = civil(day);
            assert_eq!(days(year, month, of_month), day);
        }
    }

    #[test]
    fn both_spellings_of_a_moment_are_read() {
        assert_eq!(seconds("2025-06-15T15:06:40Z"), Some(1_750_000_000));
        assert_eq!(seconds("20250615T150640Z"), Some(1_750_000_000));
        assert_eq!(seconds("2000-02-29"), Some(951_782_400));
        assert_eq!(seconds("2000-13-01"), None);
        assert_eq!(seconds("2000"), None);
    }
}
