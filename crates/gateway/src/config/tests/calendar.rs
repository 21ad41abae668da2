//! `litellm_settings.timezone` and `budget_reset_time`.

use jiff::{civil::time, tz::TimeZone};
use ledger::Calendar;

use super::{GOOD, error, parse};

fn calendar(settings: &str) -> Calendar {
    parse(&format!("{GOOD}litellm_settings: {{{settings}}}\n")).unwrap().ledger.calendar
}

#[test]
fn windows_end_at_midnight_in_utc_unless_the_operator_says_so() {
    assert_eq!(calendar(""), Calendar::default());
    assert_eq!(calendar("timezone: \"\", budget_reset_time: \"\""), Calendar::default());
    let eastern = TimeZone::get("US/Eastern").unwrap();
    let noon = time(12, 0, 0, 0);
    assert_eq!(calendar("timezone: US/Eastern"), Calendar::new(eastern.clone(), time(0, 0, 0, 0)));
    for written in ["12:00", "\"12:00\"", "12:00:00"] {
        let settings = format!("timezone: US/Eastern, budget_reset_time: {written}");
        assert_eq!(calendar(&settings), Calendar::new(eastern.clone(), noon), "{written}");
    }
}

#[test]
fn a_zone_or_time_that_is_wrong_is_refused() {
    let message = |text: &str| error(&format!("{GOOD}litellm_settings: {{{text}}}\n"));
    for zone in ["Mars/Olympus", "-120", "CEST"] {
        assert_eq!(
            message(&format!("timezone: {zone}")),
            format!(
                "config.yaml:7: `litellm_settings.timezone`: expected the name of a time zone such as \
                 Europe/Berlin or US/Eastern, found `{zone}`"
            )
        );
    }
    for time in ["noon", "25:00", "12", "12:00pm", "720"] {
        assert_eq!(
            message(&format!("budget_reset_time: {time}")),
            format!(
                "config.yaml:7: `litellm_settings.budget_reset_time`: expected a time of day such as \
                 \"12:00\" or \"06:30:00\", found `{time}`"
            )
        );
    }
}
