//! Windows end where `LiteLLM`'s end, on every day of the year and in every zone.

use proptest::prelude::*;

use super::*;

/// Central Europe: the clock is set on the last Sundays of March and October.
const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
const NEW_YORK: &str = "EST5EDT,M3.2.0,M11.1.0";
const KOLKATA: &str = "IST-5:30";

fn calendar(zone: &str) -> Calendar {
    Calendar::new(TimeZone::posix(zone).unwrap(), Time::midnight())
}

fn micros(at: &str) -> i64 {
    at.parse::<Timestamp>().unwrap().as_microsecond()
}

#[track_caller]
fn check_in(calendar: &Calendar, length: &str, at: &str, expect: &str) {
    let end = calendar.window_end(&Duration::parse(length).unwrap(), micros(at));
    assert_eq!(Timestamp::from_microsecond(end).unwrap().to_string(), expect, "{length} at {at}");
}

#[track_caller]
fn check(length: &str, at: &str, expect: &str) {
    check_in(&Calendar::default(), length, at, expect);
}

#[test]
fn days_end_at_midnight_weeks_on_monday_and_months_on_the_first() {
    // A Thursday.
    let at = "2026-01-15T10:30:15.5Z";
    for day in ["1d", "24h", "daily"] {
        check(day, at, "2026-01-16T00:00:00Z");
        check(day, "2026-01-16T00:00:00Z", "2026-01-17T00:00:00Z");
    }
    for week in ["7d", "1w", "weekly", "168h"] {
        check(week, at, "2026-01-19T00:00:00Z");
        check(week, "2026-01-19T00:00:00Z", "2026-01-26T00:00:00Z");
        check(week, "2026-01-25T23:59:59Z", "2026-01-26T00:00:00Z");
    }
    for month in ["30d", "1mo", "monthly"] {
        check(month, at, "2026-02-01T00:00:00Z");
        check(month, "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z");
        check(month, "2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z");
        check(month, "2026-02-28T12:00:00Z", "2026-03-01T00:00:00Z");
        check(month, "2028-02-29T12:00:00Z", "2028-03-01T00:00:00Z");
        check(month, "2026-03-31T12:00:00Z", "2026-04-01T00:00:00Z");
    }
}

#[test]
fn other_lengths_count_from_the_border_before() {
    check("14d", "2026-01-15T10:30:00Z", "2026-01-29T00:00:00Z");
    check("2w", "2026-01-15T10:30:00Z", "2026-01-29T00:00:00Z");
    check("48h", "2026-01-15T10:30:00Z", "2026-01-17T00:00:00Z");
    check("3mo", "2026-01-31T10:30:00Z", "2026-04-01T00:00:00Z");
    check("1h", "2026-01-15T10:30:00Z", "2026-01-15T11:00:00Z");
    check("hourly", "2026-01-15T11:00:00Z", "2026-01-15T12:00:00Z");
    check("6h", "2026-01-15T10:30:00Z", "2026-01-15T12:00:00Z");
    check("15m", "2026-01-15T10:31:00Z", "2026-01-15T10:45:00Z");
    check("30s", "2026-01-15T10:30:15.5Z", "2026-01-15T10:30:30Z");
    check("5h", "2026-01-15T10:30:00Z", "2026-01-15T15:30:00Z");
    check("36h", "2026-01-15T10:30:00Z", "2026-01-16T22:30:00Z");
}

/// A month has its last day, whichever that is, and the next one its own again.
#[test]
fn months_keep_their_length_beyond_february() {
    let (length, calendar) = (Duration::parse("1mo").unwrap(), calendar(BERLIN));
    let mut at = micros("2026-01-31T12:00:00Z");
    let mut ends = Vec::new();
    for _ in 0..4 {
        at = calendar.window_end(&length, at);
        ends.push(Timestamp::from_microsecond(at).unwrap().to_string());
    }
    // The clock is an hour ahead of UTC, and two hours from 29 March on.
    let expect = [
        "2026-01-31T23:00:00Z",
        "2026-02-28T23:00:00Z",
        "2026-03-31T22:00:00Z",
        "2026-04-30T22:00:00Z",
    ];
    assert_eq!(ends, expect);
}

#[test]
fn borders_are_those_of_the_zone() {
    check_in(&calendar(KOLKATA), "1d", "2026-01-15T18:29:59Z", "2026-01-15T18:30:00Z");
    check_in(&calendar(KOLKATA), "1h", "2026-01-15T10:10:00Z", "2026-01-15T10:30:00Z");
    check_in(&calendar(NEW_YORK), "30d", "2026-02-01T04:59:59Z", "2026-02-01T05:00:00Z");
    // A Monday there, still Sunday in UTC.
    check_in(&calendar(KOLKATA), "7d", "2026-01-18T18:30:00Z", "2026-01-25T18:30:00Z");
}

/// 29 March 2026 has 23 hours in Berlin, and 25 October has 25.
#[test]
fn days_on_which_the_clock_is_set_end_at_midnight() {
    let berlin = calendar(BERLIN);
    check_in(&berlin, "1d", "2026-03-29T00:30:00Z", "2026-03-29T22:00:00Z");
    check_in(&berlin, "1d", "2026-10-24T22:30:00Z", "2026-10-25T23:00:00Z");
    check_in(&berlin, "7d", "2026-03-25T12:00:00Z", "2026-03-29T22:00:00Z");
    check_in(&berlin, "12h", "2026-03-29T12:00:00Z", "2026-03-29T22:00:00Z");
    // The hour between two and three comes twice.
    check_in(&berlin, "30m", "2026-10-25T00:40:00Z", "2026-10-25T01:00:00Z");
    check_in(&berlin, "30m", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z");
    check_in(&berlin, "12h", "2026-10-25T22:30:00Z", "2026-10-25T23:00:00Z");
}

#[test]
fn windows_can_end_at_another_time_of_day() {
    let noon = Calendar::new(TimeZone::UTC, jiff::civil::time(12, 0, 0, 0));
    check_in(&noon, "1d", "2026-01-15T11:59:59Z", "2026-01-15T12:00:00Z");
    check_in(&noon, "1d", "2026-01-15T12:00:00Z", "2026-01-16T12:00:00Z");
    check_in(&noon, "7d", "2026-01-19T11:00:00Z", "2026-01-19T12:00:00Z");
    check_in(&noon, "1mo", "2026-02-01T11:00:00Z", "2026-02-01T12:00:00Z");
    check_in(&noon, "1mo", "2026-02-01T12:00:00Z", "2026-03-01T12:00:00Z");
    check_in(&noon, "1h", "2026-01-15T11:30:00Z", "2026-01-15T12:00:00Z");
}

#[test]
fn a_window_beyond_the_calendar_never_ends() {
    let length = Duration::parse("100000mo").unwrap();
    assert_eq!(Calendar::default().window_end(&length, micros("9000-01-01T00:00:00Z")), i64::MAX);
    assert_eq!(Calendar::default().window_end(&length, i64::MAX), i64::MAX);
}

#[test]
fn after_a_long_silence_the_window_of_now_is_found() {
    let (calendar, second) = (Calendar::default(), Duration::parse("7s").unwrap());
    let (border, now) = (micros("2026-01-01T00:00:00Z"), micros("2026-11-30T00:00:00Z"));
    let (start, end) = calendar.window_at(&second, border, now);
    assert_eq!((start, end), (now, now + 7 * MICROS));
    let (start, end) = calendar.window_at(&Duration::parse("1d").unwrap(), border, now + 5);
    assert_eq!((start, end), (now, micros("2026-12-01T00:00:00Z")));
}

fn lengths() -> impl Strategy<Value = Duration> {
    let counts = prop_oneof![Just(1), Just(7), Just(30), Just(24), 1..100_u32];
    let units = proptest::sample::select(vec!["s", "m", "h", "d", "w", "mo"]);
    (counts, units).prop_map(|(count, unit)| Duration::parse(&format!("{count}{unit}")).unwrap())
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let zones = proptest::sample::select(vec!["UTC0", BERLIN, NEW_YORK, KOLKATA]);
    (zones, 0..24_i8, 0..60_i8).prop_map(|(zone, hour, minute)| {
        Calendar::new(TimeZone::posix(zone).unwrap(), jiff::civil::time(hour, minute, 0, 0))
    })
}

proptest! {
    /// Each window ends, later than any time in it, and no later than its length allows.
    #[test]
    fn windows_end_and_are_no_longer_than_they_say(
        calendar in calendars(),
        length in lengths(),
        at in 1_600_000_000_000_000_i64..2_000_000_000_000_000,
    ) {
        let end = calendar.window_end(&length, at);
        prop_assert!(end > at);
        // A day can have an hour more, and the days of a month up to 31.
        let longest = match Unit::of(&length) {
            Unit::Seconds(seconds) => seconds * MICROS,
            Unit::Days(days) => days * DAY * MICROS,
            Unit::Months(months) => months * 31 * DAY * MICROS,
        };
        prop_assert!(end - at <= longest + (DAY + 3_600) * MICROS, "{}", end - at);
    }

    /// The windows of the calendar are the same whenever they are looked at.
    #[test]
    fn a_window_of_the_calendar_ends_once(
        calendar in calendars(),
        length in proptest::sample::select(vec!["1m", "15m", "1h", "6h", "24h", "1d", "7d", "1w", "30d", "1mo"]),
        at in 1_600_000_000_000_000_i64..2_000_000_000_000_000,
        part in 0..1_000_i64,
    ) {
        let length = Duration::parse(length).unwrap();
        let end = calendar.window_end(&length, at);
        let within = at + (end - 1 - at) / 1_000 * part;
        prop_assert_eq!(calendar.window_end(&length, within), end);
        prop_assert_eq!(calendar.window_end(&length, end - 1), end);
        let (start, found) = calendar.window_at(&length, end, end);
        prop_assert_eq!((start, found), (end, calendar.window_end(&length, end)));
    }
}
