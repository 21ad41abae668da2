//! Query of a report: its period, time zone, filters and grouping.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use ledger::{Dimension, EntryFilter, SpendQuery};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    api::params::{self, given, wrong},
    http::ApiError,
};

/// What is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SpendParams {
    /// Group by, separated by commas: `served`, `asked` (or `group`), `deployment`, `key`, `team`,
    /// `user`, `tag`, `day`, `hour`, `outcome`, `cost_status`. `hour` covers at most three days,
    /// and only entries that still exist.
    by: Option<String>,
    /// The start: a day or its beginning; with `hour` any time.
    from: Option<String>,
    /// The end: a day, which is included, or any time of the last day, if its entries still exist.
    /// With `hour` it defaults to now.
    to: Option<String>,
    /// The time zone of the days, such as `Europe/Berlin`; defaults to UTC. With another zone
    /// `from` is required, and `to` defaults to today. Hours are always in UTC.
    tz: Option<String>,
    /// A key, or its hash.
    key: Option<String>,
    team: Option<String>,
    user: Option<String>,
    tag: Option<String>,
    asked: Option<String>,
    served: Option<String>,
    deployment: Option<String>,
}

/// What is asked for, understood.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) query: SpendQuery,
    /// The dimensions as they are named in the answer.
    pub(super) by: Vec<&'static str>,
    pub(super) zone: TimeZone,
    /// From when on and until when, in microseconds since 1970.
    pub(super) times: [Option<i64>; 2],
}

/// Microseconds.
const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;
/// The most days of entries that are summed up in one query.
const MOST_DAYS: i64 = 3;
/// Each day of another zone than UTC has a part that is read from entries.
const MOST_DAYS_OF_A_ZONE: i64 = 366;

const DIMENSIONS: [(&str, Dimension); 12] = [
    ("served", Dimension::Served),
    ("asked", Dimension::Asked),
    ("group", Dimension::Asked),
    ("deployment", Dimension::Deployment),
    ("key", Dimension::Key),
    ("team", Dimension::Team),
    ("user", Dimension::User),
    ("tag", Dimension::Tag),
    ("day", Dimension::Day),
    ("hour", Dimension::Hour),
    ("outcome", Dimension::Outcome),
    ("cost_status", Dimension::CostStatus),
];

// === impl SpendParams ===

impl SpendParams {
    /// What sums are asked for.
    pub(super) fn asked(&self, now: Timestamp) -> Result<Asked, ApiError> {
        let (dimensions, by) = self.dimensions()?;
        let by_hour = dimensions.contains(&Dimension::Hour);
        let by_day = dimensions.contains(&Dimension::Day);
        let zone = params::zone("tz", &self.tz)?;
        let from = params::from_in("from", &self.from, &zone)?;
        let to = params::to_in("to", &self.to, &zone)?;
        let mut asked = Asked { query: self.narrowed(), by, zone, times: [from, to] };
        asked.query.by = dimensions;
        if by_hour && by_day && asked.zone != TimeZone::UTC {
            let text =
                "expected `by` to have `hour` or `day`, and not both, with `tz`: hours are those \
                of UTC"
                    .to_owned();
            return Err(ApiError::BadField(text));
        }
        if by_hour {
            let times = short_time(from, to, now)?;
            asked.query.entries = Some(times);
            asked.times = times.map(Some);
        } else {
            self.whole_days(&mut asked, now)?;
        }
        Ok(asked)
    }

    /// Which entries are asked for, all of them together.
    pub(super) fn entries(&self) -> Result<EntryFilter, ApiError> {
        if let Some(by) = given(&self.by) {
            return Err(wrong("by", "left out, as this is of all requests together", by));
        }
        let zone = params::zone("tz", &self.tz)?;
        let narrowed = self.narrowed();
        Ok(EntryFilter {
            from: params::from_in("from", &self.from, &zone)?,
            to: params::to_in("to", &self.to, &zone)?,
            key_id: narrowed.key_id,
            team_id: narrowed.team_id,
            user_id: narrowed.user_id,
            tag: narrowed.tag,
            asked: narrowed.asked,
            served: narrowed.served,
            deployment: narrowed.deployment,
            ..EntryFilter::default()
        })
    }

    /// All but the time, and what rows are kept apart by.
    fn narrowed(&self) -> SpendQuery {
        let text = |field: &Option<String>| given(field).map(str::to_owned);
        SpendQuery {
            key_id: params::key(&self.key),
            team_id: text(&self.team),
            user_id: text(&self.user),
            tag: text(&self.tag),
            asked: text(&self.asked),
            served: text(&self.served),
            deployment: text(&self.deployment),
            ..SpendQuery::default()
        }
    }

    fn dimensions(&self) -> Result<(Vec<Dimension>, Vec<&'static str>), ApiError> {
        let mut by: Vec<&'static str> = Vec::new();
        let mut dimensions = Vec::new();
        for name in given(&self.by).unwrap_or_default().split(',').map(str::trim) {
            let found = DIMENSIONS.into_iter().find(|(known, _)| *known == name);
            match found {
                None if name.is_empty() => {}
                None => return Err(unknown(name)),
                Some((_, dimension)) if dimensions.contains(&dimension) => {}
                Some((name, dimension)) => {
                    // `group` is another name of `asked`; the answer uses one of them only.
                    by.push(if name == "group" { "asked" } else { name });
                    dimensions.push(dimension);
                }
            }
        }
        Ok((dimensions, by))
    }

    /// Sums are kept by days of UTC. Those of another zone need to know where each day begins, and
    /// so they need a first and a last one.
    fn whole_days(&self, asked: &mut Asked, now: Timestamp) -> Result<(), ApiError> {
        let Asked { query, zone, times, .. } = asked;
        let of_zone = *zone != TimeZone::UTC;
        if of_zone && times[0].is_none() {
            return Err(wrong("from", "a day, as it is needed with `tz`", ""));
        }
        if of_zone && times[1].is_none() {
            times[1] = tomorrow(zone, now);
        }
        query.from_day = whole_day("from", &self.from, times[0], zone)?;
        (query.to_day, query.until) = times[1].map_or((None, None), |to| end(to, zone));
        if let (true, Some(from), Some(to)) = (of_zone, query.from_day, query.to_day) {
            if to.saturating_sub(from) > MOST_DAYS_OF_A_ZONE {
                let expected = format!("at most {MOST_DAYS_OF_A_ZONE} days before `to`, with `tz`");
                return Err(wrong("from", &expected, given(&self.from).unwrap_or_default()));
            }
            // One more than there are days: the last one ends the period.
            query.midnights = (from..=to).filter_map(|day| params::midnight(day, zone)).collect();
        }
        Ok(())
    }
}

fn unknown(found: &str) -> ApiError {
    let all: Vec<&str> = DIMENSIONS.iter().map(|(name, _)| *name).collect();
    wrong("by", &format!("one or more of {}", all.join(", ")), found)
}

/// A time of which entries are summed up one by one; a day unless it is said.
fn short_time(from: Option<i64>, to: Option<i64>, now: Timestamp) -> Result<[i64; 2], ApiError> {
    let to = to.unwrap_or_else(|| now.as_microsecond());
    // Whole hours, so that the first one is not shown as less than it was.
    let from = from.unwrap_or_else(|| to.saturating_sub(DAY).div_euclid(HOUR) * HOUR);
    // A day on which clocks are set back is an hour longer.
    if !(0..=MOST_DAYS * DAY + HOUR).contains(&to.saturating_sub(from)) {
        let expected = format!("at most {MOST_DAYS} days before `to`, as sums by the hour are");
        return Err(wrong("from", &expected, "another time"));
    }
    Ok([from, to])
}

/// The day after the last one; and, unless a day ends then, the time until which the last one counts.
fn end(time: i64, zone: &TimeZone) -> (Option<i64>, Option<i64>) {
    let day = date_at(time, zone).map(params::day_number);
    let is_midnight = day.and_then(|day| params::midnight(day, zone)) == Some(time);
    if is_midnight { (day, None) } else { (day.map(|day| day + 1), Some(time)) }
}

/// Sums are stored by day: the rest of a day cannot be separated from its beginning.
fn whole_day(
    name: &str,
    field: &Option<String>,
    time: Option<i64>,
    zone: &TimeZone,
) -> Result<Option<i64>, ApiError> {
    let Some(time) = time else { return Ok(None) };
    let day = date_at(time, zone).map(params::day_number);
    if let Some(day) = day.filter(|day| params::midnight(*day, zone) == Some(time)) {
        return Ok(Some(day));
    }
    let expected = format!(
        "a day, or midnight in {} (sums are kept by whole days)",
        zone.iana_name().unwrap_or("UTC")
    );
    Err(wrong(name, &expected, field.as_deref().unwrap_or_default()))
}

fn date_at(micros: i64, zone: &TimeZone) -> Option<Date> {
    Some(Timestamp::from_microsecond(micros).ok()?.to_zoned(zone.clone()).date())
}

fn tomorrow(zone: &TimeZone, now: Timestamp) -> Option<i64> {
    let today = now.to_zoned(zone.clone()).date();
    params::midnight(params::day_number(today) + 1, zone)
}
