//! Calendar of budget windows: `timezone` and `budget_reset_time` in `litellm_settings`.

use jiff::{civil::Time, tz::TimeZone};
use ledger::Calendar;

use super::{ConfigError, Table};

/// Reads the calendar of budget windows; midnight in UTC by default.
pub(super) fn read(litellm: &mut Table<'_, '_>) -> Result<Calendar, ConfigError> {
    let zone = match litellm.scalar("timezone")?.filter(|zone| !zone.text.is_empty()) {
        None => TimeZone::UTC,
        Some(zone) => TimeZone::get(&zone.text).map_err(|_| {
            zone.wrong("the name of a time zone such as Europe/Berlin or US/Eastern")
        })?,
    };
    let time = match litellm.scalar("budget_reset_time")?.filter(|time| !time.text.is_empty()) {
        None => Time::midnight(),
        Some(time) => time_of_day(&time.text)
            .ok_or_else(|| time.wrong("a time of day such as \"12:00\" or \"06:30:00\""))?,
    };
    Ok(Calendar::new(zone, time))
}

fn time_of_day(text: &str) -> Option<Time> {
    ["%H:%M", "%H:%M:%S"].into_iter().find_map(|form| Time::strptime(form, text).ok())
}
