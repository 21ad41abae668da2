//! Lengths of budget windows, in `LiteLLM`'s notation.

use jiff::{Span, Timestamp, tz::TimeZone};

/// A length of budget windows, as `LiteLLM` writes it: `30s`, `15m`, `24h`, `7d`, `1mo`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Duration(String);

impl Duration {
    /// Reads `30s`, `15m`, `24h`, `7d`, `2w` or `1mo`, and `hourly`, `daily`, `weekly` or `monthly` for
    /// `1h`, `24h`, `7d` and `30d`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = match text {
            "hourly" => "1h",
            "daily" => "24h",
            "weekly" => "7d",
            "monthly" => "30d",
            text => text,
        };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at(digits);
        let count: u32 = count.parse().ok()?;
        let known = matches!(unit, "s" | "m" | "h" | "d" | "w" | "mo");
        (known && count > 0 && count <= 100_000).then(|| Self(text.to_owned()))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// When a time ends that begins at `start`, in microseconds since 1970: so much later, in months of
    /// the calendar (UTC). Windows of budgets end at borders of a [`crate::Calendar`].
    #[must_use]
    pub fn after(&self, start: i64) -> i64 {
        // Beyond what a calendar holds: never.
        self.from(start, 1).unwrap_or(i64::MAX)
    }

    /// When a time began that ends at `end`, in microseconds since 1970; 1970 at the earliest.
    #[must_use]
    pub fn before(&self, end: i64) -> i64 {
        self.from(end, -1).unwrap_or(0).max(0)
    }

    fn from(&self, start: i64, direction: i64) -> Option<i64> {
        let (count, unit) = self.parts();
        let count = count * direction;
        let span = match unit {
            "s" => Span::new().try_seconds(count),
            "m" => Span::new().try_minutes(count),
            "h" => Span::new().try_hours(count),
            "d" => Span::new().try_days(count),
            "w" => Span::new().try_weeks(count),
            _ => Span::new().try_months(count),
        };
        let start_at = Timestamp::from_microsecond(start).unwrap_or(Timestamp::UNIX_EPOCH);
        let end = span.and_then(|span| start_at.to_zoned(TimeZone::UTC).checked_add(span));
        end.ok().map(|end| end.timestamp().as_microsecond())
    }

    /// The count, and its unit.
    pub(crate) fn parts(&self) -> (i64, &str) {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = self.0.split_at(digits);
        (count.parse().unwrap_or(1), unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(duration: &str, start: &str, expect: &str) {
        let start: Timestamp = start.parse().unwrap();
        let end = Duration::parse(duration).unwrap().after(start.as_microsecond());
        assert_eq!(Timestamp::from_microsecond(end).unwrap(), expect.parse().unwrap());
    }

    #[test]
    fn times_end_when_they_say() {
        check("30s", "2026-01-31T00:00:00Z", "2026-01-31T00:00:30Z");
        check("24h", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z");
        check("7d", "2026-01-31T00:00:00Z", "2026-02-07T00:00:00Z");
        check("1mo", "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z");
        check("2w", "2026-12-25T10:00:00Z", "2027-01-08T10:00:00Z");
        assert_eq!(Duration::parse("100000mo").unwrap().after(i64::MAX / 4), i64::MAX);
        let month = Duration::parse("1mo").unwrap();
        assert_eq!(month.before(month.after(0)), 0);
        assert_eq!(month.before(5), 0);
    }

    #[test]
    fn invalid_durations_are_refused() {
        for wrong in ["", "d", "0d", "-1d", "1y", "1.5h", "100001s", "1 d", "99999999999d"] {
            assert_eq!(Duration::parse(wrong), None, "{wrong}");
        }
    }
}
