//! Sources of a report's sums: the roll-up by day, entries in its shape, or, for days of another
//! zone than UTC and for a part of a day, the roll-up with entries moved from one day to the other.
//!
//! A day of another zone is the same day in UTC, except for the hours between the two midnights.
//! Only the entries of these hours are read: they are added to one day and subtracted from the
//! other. In a total of several days, only those at its beginning and its end have to be moved.

use crate::{
    db::Value,
    store::{daily_sums::DAY, page::first_id},
};

use super::{Dimension, SpendQuery};

/// Entries of a time that count on another day than the roll-up has them on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    /// In microseconds since 1970.
    from: i64,
    until: i64,
    /// The day that has them in the roll-up.
    from_day: i64,
    /// The day on which they count.
    to_day: i64,
}

/// An id can be younger than its request by less than a second or two; the time decides.
const LATER: i64 = 10_000_000;

const DAILY: &str = "SELECT tag, day, 0 AS hour, asked, served, deployment, key_id, team_id, user_id, \
    outcome, cost_status, requests, uncosted, \
    prompt_tokens, cached_tokens, cache_write_tokens, output_tokens, \
    cost_usd, cost_pico, known_usd, known_pico, fee_usd, fee_pico, charged_usd, charged_pico \
    FROM daily";

/// What follows the tag and the day in the same order, of settled entries one by one: each once for each
/// `sign`, which is 1 or -1.
const OF_ENTRIES: &str = "at / 3600000000 AS hour, asked, \
    COALESCE(counted_served, served, '') AS served, deployment, COALESCE(key_id, '') AS key_id, \
    COALESCE(team_id, '') AS team_id, COALESCE(user_id, '') AS user_id, outcome, cost_status, \
    sign AS requests, CASE WHEN cost_pico IS NULL THEN sign ELSE 0 END AS uncosted, \
    sign * prompt_tokens AS prompt_tokens, sign * cached_tokens AS cached_tokens, \
    sign * cache_write_tokens AS cache_write_tokens, sign * output_tokens AS output_tokens, \
    sign * (cost_pico / 1000000000000) AS cost_usd, sign * (cost_pico % 1000000000000) AS cost_pico, \
    sign * (known_pico / 1000000000000) AS known_usd, \
    sign * (known_pico % 1000000000000) AS known_pico, \
    sign * (fee_pico / 1000000000000) AS fee_usd, sign * (fee_pico % 1000000000000) AS fee_pico, \
    sign * (charged_pico / 1000000000000) AS charged_usd, \
    sign * (charged_pico % 1000000000000) AS charged_pico";

// === impl SpendQuery ===

impl SpendQuery {
    /// The text after `FROM`. It is the first part of the statement that has arguments: SQLite
    /// counts them as they appear.
    pub(super) fn source(&self, by_tag: bool, args: &mut Vec<Value>) -> String {
        if let Some([from, until]) = self.entries {
            let all = Span { from, until, from_day: 0, to_day: 0 };
            let entries = self.entries_once(by_tag, "at / 86400000000", "SELECT 1 AS sign");
            return format!("({}{entries}) AS daily", spans(&[all], args));
        }
        let moved = self.moved();
        if moved.is_empty() {
            return "daily".to_owned();
        }
        // An entry is added to the day on which it counts, and subtracted from the roll-up's.
        let day = "CASE sign WHEN 1 THEN to_day ELSE from_day END";
        let entries = self.entries_once(by_tag, day, "SELECT 1 AS sign UNION ALL SELECT -1");
        format!("({}{DAILY} UNION ALL {entries}) AS daily", spans(&moved, args))
    }

    fn entries_once(&self, by_tag: bool, day: &str, signs: &str) -> String {
        let tagged = by_tag || self.tag.is_some();
        let (tag, join, and) = if tagged {
            // Where several of an entry's tags are counted as one, one of them is that, and the others none.
            (
                "COALESCE(entry_tags.counted, entry_tags.tag)",
                "CROSS JOIN entry_tags",
                " AND entry_tags.id = entries.id",
            )
        } else {
            ("''", "", "")
        };
        // SQLite reads tables that are joined in this way in their order.
        format!(
            "SELECT {tag} AS tag, {day} AS day, {OF_ENTRIES} \
             FROM spans CROSS JOIN entries {join} CROSS JOIN ({signs}) AS signs \
             WHERE entries.id >= first AND entries.id < last AND at >= since AND at < until \
             AND outcome <> 'open'{and}"
        )
    }

    /// The hours between midnight here and midnight in UTC, where the difference is seen; and what is
    /// not reported for the last day, which counts on the day after it.
    fn moved(&self) -> Vec<Span> {
        let begins = self.midnights.iter().copied().zip(self.from_day.unwrap_or_default()..);
        let part = self.until.zip(self.to_day);
        let apart = self.by.contains(&Dimension::Day);
        let seen = |day| apart || [self.from_day, self.to_day].contains(&Some(day));
        begins
            .filter(|(_, day)| seen(*day) && part.is_none_or(|(_, end)| *day != end))
            .chain(part)
            .filter_map(|(begin, day)| Span::between(begin, day))
            .collect()
    }
}

/// The spans as a table that the rest of a statement can read.
fn spans(all: &[Span], args: &mut Vec<Value>) -> String {
    let mut rows = Vec::with_capacity(all.len());
    for span in all {
        let first = args.len() + 1;
        args.push((&first_id(span.from)).into());
        // Ids find the entries by the table's key; the exact times are compared after that.
        args.push((&first_id(span.until.saturating_add(LATER))).into());
        args.extend([span.from, span.until, span.from_day, span.to_day].map(Value::from));
        let numbers: Vec<String> =
            (first..=args.len()).map(|number| format!("${number}")).collect();
        rows.push(format!("({})", numbers.join(", ")));
    }
    format!(
        "WITH spans(first, last, since, until, from_day, to_day) AS (VALUES {}) ",
        rows.join(", ")
    )
}

// === impl Span ===

impl Span {
    /// What the days before and after this midnight do not have where UTC has it.
    fn between(midnight: i64, day: i64) -> Option<Self> {
        let utc = day * DAY;
        match midnight.cmp(&utc) {
            std::cmp::Ordering::Less => {
                Some(Self { from: midnight, until: utc, from_day: day - 1, to_day: day })
            }
            std::cmp::Ordering::Greater => {
                Some(Self { from: utc, until: midnight, from_day: day, to_day: day - 1 })
            }
            std::cmp::Ordering::Equal => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{daily_sums::DAILY as TABLE, reports::SUMS};

    /// The name that each column of a `SELECT` list has, without what stands in parentheses.
    fn names(list: &str) -> Vec<String> {
        let mut depth = 0;
        let outside = |sign: &char| {
            depth += i32::from(*sign == '(') - i32::from(*sign == ')');
            depth == 0
        };
        let list: String = list.chars().filter(outside).collect();
        let name = |column: &str| column.split_whitespace().last().unwrap_or_default().to_owned();
        list.split(',').map(name).collect()
    }

    /// Sums are added from both, by the order of the columns.
    #[test]
    fn entries_and_the_roll_up_have_the_same_columns() {
        let daily =
            names(DAILY.strip_prefix("SELECT ").unwrap().strip_suffix(" FROM daily").unwrap());
        assert_eq!(names(&format!("tag, day, {OF_ENTRIES}")), daily);
        let mut table: Vec<&str> = TABLE.columns.iter().map(|(name, _)| *name).collect();
        let mut reported: Vec<&str> =
            daily.iter().map(String::as_str).filter(|name| *name != "hour").collect();
        table.sort_unstable();
        reported.sort_unstable();
        assert_eq!(reported, table);
    }

    #[test]
    fn every_sum_is_reported() {
        let sums =
            TABLE.columns.iter().map(|(name, _)| *name).skip_while(|name| *name != "requests");
        for name in sums {
            assert!(SUMS.contains(&format!("SUM({name}")), "`{name}`");
        }
    }
}
