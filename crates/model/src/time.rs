//! Points in time, as commits and credentials carry them: whole seconds, UTC, Gregorian calendar.

use std::fmt;
use std::str::FromStr;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z: the years that four digits write.
const YEARS: (i64, i64) = (-62_167_219_200, 253_402_300_799);

/// A point in time in seconds since 1970 UTC. Written as ISO 8601, `2026-03-01T12:00:00Z`; a year
/// outside 0 to 9999 is written as the nearest of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// A text that is no point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoTimestamp;

impl fmt::Display for NoTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no date: write it as 2031-12-31 or 2031-12-31T23:59:59Z")
    }
}

impl std::error::Error for NoTimestamp {}

impl Timestamp {
    /// The day alone, `2026-03-01`.
    #[must_use]
    pub fn day(self) -> String {
        let (year, month, day) = civil(self.clamped().div_euclid(DAY));
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Whole days from here until `later`; 0 where that lies before.
    #[must_use]
    pub fn days_until(self, later: Self) -> u64 {
        u64::try_from(later.0.saturating_sub(self.0) / DAY).unwrap_or(0)
    }

    /// The time `days` later.
    #[must_use]
    pub fn after_days(self, days: u64) -> Self {
        let seconds = i64::try_from(days).unwrap_or(i64::MAX).saturating_mul(DAY);
        Self(self.0.saturating_add(seconds))
    }

    fn clamped(self) -> i64 {
        self.0.clamp(YEARS.0, YEARS.1)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.clamped().rem_euclid(DAY);
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}Z", self.day())
    }
}

impl FromStr for Timestamp {
    type Err = NoTimestamp;

    /// Reads a day, or a day and a time in UTC; of fractions of a second only that they are digits.
    fn from_str(text: &str) -> Result<Self, NoTimestamp> {
        let (day, time) = match text.split_once('T') {
            Some((day, time)) => (day, Some(time.strip_suffix('Z').ok_or(NoTimestamp)?)),
            None => (text, None),
        };
        let [year, month, day] = numbers(day, '-', [4, 2, 2]).ok_or(NoTimestamp)?;
        let date = days(year, month, day);
        if civil(date) != (year, month, day) {
            return Err(NoTimestamp);
        }
        let Some(time) = time else { return Ok(Self(date * DAY)) };
        let whole = match time.split_once('.') {
            Some((whole, rest)) if rest.bytes().all(|byte| byte.is_ascii_digit()) => whole,
            Some(_) => return Err(NoTimestamp),
            None => time,
        };
        let [hour, minute, second] = numbers(whole, ':', [2, 2, 2]).ok_or(NoTimestamp)?;
        if hour > 23 || minute > 59 || second > 60 {
            return Err(NoTimestamp);
        }
        Ok(Self(date * DAY + hour * 3600 + minute * 60 + second))
    }
}

/// Three numbers of fixed widths.
fn numbers(text: &str, between: char, widths: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(between);
    let mut read = [0; 3];
    for (number, width) in read.iter_mut().zip(widths) {
        let part = parts.next()?;
        let is_number = part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
        *number = if is_number { part.parse().ok()? } else { return None };
    }
    parts.next().is_none().then_some(read)
}

/// The date `days` after 1970-01-01: Howard Hinnant's algorithm over eras of 400 years (146,097 days),
/// which begin on 1 March so that the leap day is a year's last.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// Days from 1970-01-01 to a date; the inverse of [`civil`] for dates that exist.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<i64> {
        text.parse::<Timestamp>().ok().map(|time| time.0)
    }

    #[test]
    fn times_are_those_of_the_calendar_and_read_back() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(Timestamp(seconds).to_string(), text);
            assert_eq!(read(text), Some(seconds));
        }
    }

    #[test]
    fn a_hostile_time_stays_a_time() {
        assert_eq!(Timestamp(i64::MIN).to_string(), "0000-01-01T00:00:00Z");
        assert_eq!(Timestamp(i64::MAX).to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(Timestamp(i64::MIN).days_until(Timestamp(i64::MAX)), i64::MAX as u64 / 86_400);
        assert_eq!(Timestamp(i64::MAX).after_days(u64::MAX), Timestamp(i64::MAX));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["2026-02-29", "2026-13-01", "2026-1-1", "tomorrow", "2026-01-01T25:00:00Z"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("2026-01-01T00:00:00.123Z"), read("2026-01-01"));
    }

    #[test]
    fn days_between_are_whole_and_never_negative() {
        assert_eq!(Timestamp(0).days_until(Timestamp(2 * DAY - 1)), 1);
        assert_eq!(Timestamp(5).days_until(Timestamp(0)), 0);
    }
}
