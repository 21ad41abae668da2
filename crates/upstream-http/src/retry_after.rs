//! The wait that an upstream asks for before the next try.

use std::time::Duration;

use http::HeaderMap;
use jiff::{Timestamp, fmt::rfc2822};

/// Milliseconds first, as they are finer; then seconds or a date. A date that has passed is zero.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let millis = || text("retry-after-ms").and_then(|text| decimal(text, 1));
    let ms_millis = || text("x-ms-retry-after-ms").and_then(|text| decimal(text, 1));
    let rest = || text("retry-after").and_then(|text| decimal(text, 1_000).or(until(text, now)));
    millis().or_else(ms_millis).or_else(rest)
}

/// A number such as `20` or `1.5`; a unit has `millis_per_unit`. Fractions of a millisecond are
/// dropped.
fn decimal(text: &str, millis_per_unit: u64) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    // `parse` alone would accept `+20`.
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = whole.parse::<u64>().ok()?.checked_mul(millis_per_unit)?;
    // Padded or cut to three digits, so that `.5` is 500 thousandths.
    let thousandths = format!("{fraction:0<3}").get(..3)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(whole.checked_add(thousandths * millis_per_unit / 1_000)?))
}

fn until(text: &str, now: Timestamp) -> Option<Duration> {
    let then = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    // Fails for a date that has passed.
    Some(Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &'static str)], expect: Option<u64>) {
        let map = headers.iter().map(|(name, value)| {
            (http::HeaderName::from_static(name), http::HeaderValue::from_static(value))
        });
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        let found = retry_after(&map.collect(), now);
        assert_eq!(found, expect.map(Duration::from_millis), "{headers:?}");
    }

    #[test]
    fn milliseconds_win_over_seconds_and_seconds_over_nothing() {
        check(&[("retry-after-ms", "2000"), ("retry-after", "7")], Some(2_000));
        check(&[("retry-after-ms", "soon"), ("retry-after", "7")], Some(7_000));
        check(&[("x-ms-retry-after-ms", "30"), ("retry-after", "7")], Some(30));
        check(&[("retry-after", " 86400 ")], Some(86_400_000));
        check(&[], None);
    }

    #[test]
    fn decimals_count_to_the_millisecond() {
        check(&[("retry-after", "1.5")], Some(1_500));
        check(&[("retry-after", "0.0009")], Some(0));
        check(&[("retry-after-ms", "12.9")], Some(12));
    }

    #[test]
    fn a_date_is_counted_from_now_and_never_backwards() {
        check(&[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], Some(37_000));
        check(&[("retry-after", "Sun, 06 Nov 1994 08:48:00 GMT")], Some(0));
    }

    #[test]
    fn nonsense_is_no_waiting_time() {
        for text in ["", "-1", "soon", "1e3", "1.-5", ".", "99999999999999999999", "NaN"] {
            check(&[("retry-after", text)], None);
        }
        check(&[("retry-after", "18446744073709551615")], None);
    }
}
