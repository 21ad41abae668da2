//! The calendar of budget windows: computes when a window ends, in the operator's time zone.

use jiff::{
    Span, Timestamp, Zoned,
    civil::{Date, Time},
    tz::TimeZone,
};

use crate::key::Duration;

/// The zone whose days, weeks and months budget windows follow, and the time of day at which they end.
/// Defaults to midnight in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: TimeZone,
    time: Time,
}

/// The unit of a window's length.
#[derive(Clone, Copy)]
enum Unit {
    /// Seconds: less than a day, or no whole number of days.
    Seconds(i64),
    Days(i64),
    Months(i64),
}

const DAY: i64 = 86_400;
const MICROS: i64 = 1_000_000;

// === impl Calendar ===

impl Default for Calendar {
    fn default() -> Self {
        Self { zone: TimeZone::UTC, time: Time::midnight() }
    }
}

impl Calendar {
    /// Windows end at `time` of their last day in this zone.
    #[must_use]
    pub fn new(zone: TimeZone, time: Time) -> Self {
        Self { zone, time }
    }

    /// When a window ends that `at` is in; both in microseconds since 1970. Always later than `at`.
    ///
    /// | length | ends |
    /// |---|---|
    /// | `1d`, `24h` | at midnight |
    /// | `7d`, `1w` | on Monday |
    /// | `30d`, `1mo` | on the 1st |
    /// | other days and weeks | at midnight, so many days after the one that `at` is in |
    /// | other months | on the 1st, so many months after the one that `at` is in |
    /// | a whole part of a day, such as `1h`, `15m` | at a multiple of it, counted from midnight |
    /// | others, such as `5h` | so much later |
    #[must_use]
    pub fn window_end(&self, length: &Duration, at: i64) -> i64 {
        // Beyond what a calendar holds: never.
        self.border(length, at).filter(|border| *border > at).unwrap_or(i64::MAX)
    }

    /// When the window began that `now` is in, and when it ends, where windows follow each other without
    /// a gap from `border` on, at which one ended.
    #[must_use]
    pub fn window_at(&self, length: &Duration, border: i64, now: i64) -> (i64, i64) {
        let mut start = border;
        for _ in 0..WINDOWS {
            let end = self.window_end(length, start);
            if end > now {
                return (start, end);
            }
            start = end;
        }
        // No request came for a very long time.
        (now, self.window_end(length, now))
    }

    fn border(&self, length: &Duration, at: i64) -> Option<i64> {
        let now = Timestamp::from_microsecond(at).ok()?.to_zoned(self.zone.clone());
        match Unit::of(length) {
            Unit::Seconds(seconds) if DAY % seconds == 0 => self.part_of_day(&now, seconds),
            Unit::Seconds(seconds) => at.checked_add(seconds.checked_mul(MICROS)?),
            unit => self.at_border(border_day(self.day_of(&now)?, unit)?),
        }
    }

    /// The day that a time counts to: the one before, where it is earlier than the time of day at which
    /// windows end.
    fn day_of(&self, now: &Zoned) -> Option<Date> {
        let date = now.date();
        // Compared as moments: a clock that is set may skip that time of day, or show it twice.
        let before = now.timestamp().as_microsecond() < self.at_border(date)?;
        if before { date.yesterday().ok() } else { Some(date) }
    }

    fn at_border(&self, day: Date) -> Option<i64> {
        let border = day.to_datetime(self.time).to_zoned(self.zone.clone()).ok()?;
        Some(border.timestamp().as_microsecond())
    }

    /// Counted in the time that has passed since midnight: a day on which the clock is changed is
    /// longer or shorter, and so is its last window.
    fn part_of_day(&self, now: &Zoned, seconds: i64) -> Option<i64> {
        let midnight = now.start_of_day().ok()?.timestamp().as_microsecond();
        let at = now.timestamp().as_microsecond();
        let length = seconds * MICROS;
        let border = midnight + ((at - midnight) / length + 1) * length;
        let tomorrow = now.date().tomorrow().ok()?.to_zoned(self.zone.clone()).ok()?;
        // The last window of a day ends with the day, also where the clock was set.
        Some(border.min(tomorrow.timestamp().as_microsecond()))
    }
}

/// How many windows without a request are counted: nearly three hours of seconds.
const WINDOWS: usize = 10_000;

/// The day on which a window ends that a day is in.
fn border_day(day: Date, unit: Unit) -> Option<Date> {
    let (days, months) = match unit {
        Unit::Days(7) => (7 - i64::from(day.weekday().to_monday_zero_offset()), 0),
        // LiteLLM treats 30 days as a month.
        Unit::Days(30) => (0, 1),
        Unit::Days(days) => (days, 0),
        Unit::Months(months) => (0, months),
        Unit::Seconds(_) => return None,
    };
    let from = if months > 0 { day.first_of_month() } else { day };
    from.checked_add(Span::new().try_days(days).ok()?.try_months(months).ok()?).ok()
}

// === impl Unit ===

impl Unit {
    fn of(length: &Duration) -> Self {
        let (count, unit) = length.parts();
        let seconds = match unit {
            "s" => count,
            "m" => count * 60,
            "h" => count * 3_600,
            "d" => count * DAY,
            "w" => count * 7 * DAY,
            _ => return Self::Months(count),
        };
        if seconds % DAY == 0 { Self::Days(seconds / DAY) } else { Self::Seconds(seconds) }
    }
}

#[cfg(test)]
mod tests;
