//! The roll-up by day: sums of settled requests, always equal to the sum of their entries.
//!
//! A sum of money can be more than a column holds, so it is kept as whole dollars and the
//! picodollars beyond them. A sum of tokens that is more than a column holds is marked, see
//! [`TokenSum`]. Each request counts once without a tag, and once for each of its tags, as far as these
//! are counted apart: see [`super::counted_names`].

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;

use llm_types::Usd;

use crate::{
    db::{Cells, Conflict, DbError, Kind, Row, Statement, Step, Table, clipped},
    entry::row::EntryRow,
    store::token_sum::TokenSum,
};
use Kind::{Int, Text};

/// What the sums are kept by; absent names are empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    /// Since 1970, UTC.
    day: i64,
    /// Empty for all requests together.
    tag: String,
    /// Asked, served, deployment, key, team, user, outcome, cost status.
    names: [String; 8],
}

/// What rows of the same groups have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Alike<'a> {
    day: i64,
    names: [&'a str; 8],
    /// As JSON.
    tags: Option<&'a str>,
}

/// In requests, tokens and picodollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    /// Requests, and those of them whose cost is not known.
    requests: [i64; 2],
    /// Prompt, read from the cache, written to it, output.
    tokens: [i128; 4],
    /// Cost, its known part, routing fee, charged.
    picos: [i128; 4],
}

/// The assignment that adds to a sum of tokens. One that a column cannot hold is its largest number,
/// which stays, whatever is added or subtracted.
macro_rules! add_tokens {
    ($name:literal) => {
        concat!(
            $name,
            " = CASE WHEN daily.",
            $name,
            " >= 9223372036854775807 THEN 9223372036854775807 \
            WHEN excluded.",
            $name,
            " <= 0 THEN daily.",
            $name,
            " + excluded.",
            $name,
            " \
            WHEN daily.",
            $name,
            " > 9223372036854775807 - excluded.",
            $name,
            " \
            THEN 9223372036854775807 ELSE daily.",
            $name,
            " + excluded.",
            $name,
            " END, "
        )
    };
}

pub(super) static DAILY: Table = Table {
    name: "daily",
    columns: &[
        ("day", Int),
        ("tag", Text),
        ("asked", Text),
        ("served", Text),
        ("deployment", Text),
        ("key_id", Text),
        ("team_id", Text),
        ("user_id", Text),
        ("outcome", Text),
        ("cost_status", Text),
        ("requests", Int),
        ("uncosted", Int),
        ("prompt_tokens", Int),
        ("cached_tokens", Int),
        ("cache_write_tokens", Int),
        ("output_tokens", Int),
        ("cost_usd", Int),
        ("cost_pico", Int),
        ("known_usd", Int),
        ("known_pico", Int),
        ("fee_usd", Int),
        ("fee_pico", Int),
        ("charged_usd", Int),
        ("charged_pico", Int),
    ],
    conflict: Conflict::Sql(concat!(
        "(tag, day, asked, served, deployment, key_id, team_id, user_id, outcome, \
        cost_status) DO UPDATE SET \
        requests = daily.requests + excluded.requests, \
        uncosted = daily.uncosted + excluded.uncosted, ",
        add_tokens!("prompt_tokens"),
        add_tokens!("cached_tokens"),
        add_tokens!("cache_write_tokens"),
        add_tokens!("output_tokens"),
        "cost_usd = daily.cost_usd + excluded.cost_usd \
            + (daily.cost_pico + excluded.cost_pico) / 1000000000000, \
        cost_pico = (daily.cost_pico + excluded.cost_pico) % 1000000000000, \
        known_usd = daily.known_usd + excluded.known_usd \
            + (daily.known_pico + excluded.known_pico) / 1000000000000, \
        known_pico = (daily.known_pico + excluded.known_pico) % 1000000000000, \
        fee_usd = daily.fee_usd + excluded.fee_usd \
            + (daily.fee_pico + excluded.fee_pico) / 1000000000000, \
        fee_pico = (daily.fee_pico + excluded.fee_pico) % 1000000000000, \
        charged_usd = daily.charged_usd + excluded.charged_usd \
            + (daily.charged_pico + excluded.charged_pico) / 1000000000000, \
        charged_pico = (daily.charged_pico + excluded.charged_pico) % 1000000000000"
    )),
};

const EMPTY: &str = "DELETE FROM daily WHERE tag = $1 AND day = $2 AND requests = 0";
pub(super) const DAY: i64 = 86_400_000_000;
pub(super) const PICOS: i128 = 1_000_000_000_000;

/// What changes of the roll-up.
#[derive(Debug, Default)]
pub(super) struct Changes(BTreeMap<Group, Sums>);

/// Adds settled rows to the roll-up.
pub(super) fn add<'a>(rows: impl Iterator<Item = &'a EntryRow<'a>>) -> Option<Step> {
    // Thousands of rows are of a few groups: those alike are summed before names are copied.
    let mut alike = HashMap::<Alike<'a>, (&EntryRow<'a>, Sums)>::default();
    for row in rows {
        let (_, sums) = alike.entry(Alike::of(row)).or_insert((row, Sums::default()));
        sums.add(&Sums::of(row));
    }
    let mut changes = Changes::default();
    for (row, sums) in alike.values() {
        changes.count(row, sums);
    }
    changes.step()
}

/// Takes settled rows out of it again.
pub(super) fn take_out<'a>(rows: impl Iterator<Item = &'a EntryRow<'a>>) -> Option<Step> {
    let mut changes = Changes::default();
    rows.for_each(|row| changes.subtract(row));
    changes.step()
}

/// Whole dollars and the picodollars beyond them.
pub(super) fn money(row: &mut Row) -> Result<Usd, DbError> {
    let dollars = i128::from(row.int()?);
    Ok(Usd::from_picos(dollars * PICOS + i128::from(row.int()?)))
}

// === impl Changes ===

impl Changes {
    /// Adds a row.
    pub(super) fn add(&mut self, row: &EntryRow<'_>) {
        self.count(row, &Sums::of(row));
    }

    /// Subtracts a row.
    pub(super) fn subtract(&mut self, row: &EntryRow<'_>) {
        self.count(row, &Sums::of(row).negated());
    }

    fn count(&mut self, row: &EntryRow<'_>, sums: &Sums) {
        let mut group = Group::of(row);
        self.0.entry(group.clone()).or_default().add(sums);
        // As they are stored, where two of them may be the same.
        let tags: BTreeSet<String> = row.counted_tags().iter().map(|tag| stored(tag)).collect();
        for tag in tags {
            group.tag = tag;
            self.0.entry(group.clone()).or_default().add(sums);
        }
    }

    /// The statement that makes them.
    pub(super) fn step(&self) -> Option<Step> {
        // What was added and subtracted again changes no row.
        let groups = self.0.iter().filter(|(_, sums)| **sums != Sums::default());
        let mut cells = Cells::with_capacity(DAILY.columns.len(), self.0.len());
        for (group, sums) in groups {
            put(group, sums, &mut cells);
        }
        (!cells.is_empty()).then_some(Step::Many(&DAILY, cells))
    }

    /// Removes sums of nothing, which subtracting can leave.
    pub(super) fn sweep(&self) -> Vec<Step> {
        let all: BTreeSet<(&str, i64)> =
            self.0.keys().map(|group| (&*group.tag, group.day)).collect();
        let statement = |(tag, day): (&str, i64)| {
            Step::One(Statement::new(EMPTY, vec![tag.into(), day.into()]))
        };
        all.into_iter().map(statement).collect()
    }
}

/// A name as the table holds it.
pub(super) fn stored(name: &str) -> String {
    clipped(name).replace('\0', "\u{FFFD}")
}

fn put(group: &Group, sums: &Sums, to: &mut Cells) {
    to.int(group.day);
    to.text(&group.tag);
    for name in &group.names {
        to.text(name);
    }
    for count in sums.requests {
        to.int(count);
    }
    for tokens in sums.tokens {
        to.int(TokenSum::new(tokens).count());
    }
    for picos in sums.picos {
        // Of some thousand rows, each of which fits a column, both parts fit as well.
        // What is subtracted is whole dollars less, and picodollars of zero or more.
        to.int(i64::try_from(picos.div_euclid(PICOS)).unwrap_or(i64::MAX));
        to.int(i64::try_from(picos.rem_euclid(PICOS)).unwrap_or(0));
    }
}

// === impl Alike ===

impl<'a> Alike<'a> {
    fn of(row: &'a EntryRow<'_>) -> Self {
        let names = [
            Some(&*row.asked),
            row.counted_served.as_deref().or(row.served.as_deref()),
            Some(&*row.deployment),
            row.key_id.as_deref(),
            row.team_id.as_deref(),
            row.user_id.as_deref(),
            Some(&*row.outcome),
            Some(&*row.cost_status),
        ];
        let names = names.map(Option::unwrap_or_default);
        Self {
            day: row.at.div_euclid(DAY),
            names,
            tags: row.counted_tags.as_deref().or(row.tags.as_deref()),
        }
    }
}

// === impl Group ===

impl Group {
    fn of(row: &EntryRow<'_>) -> Self {
        let Alike { day, names, .. } = Alike::of(row);
        Self { day, tag: String::new(), names: names.map(stored) }
    }
}

// === impl Sums ===

impl Sums {
    fn of(row: &EntryRow<'_>) -> Self {
        let tokens =
            [row.prompt_tokens, row.cached_tokens, row.cache_write_tokens, row.output_tokens];
        let picos = [row.cost_pico, Some(row.known_pico), row.fee_pico, Some(row.charged_pico)];
        Self {
            requests: [1, i64::from(row.cost_pico.is_none())],
            tokens: tokens.map(|tokens| i128::from(tokens.unwrap_or_default())),
            picos: picos.map(|picos| i128::from(picos.unwrap_or_default())),
        }
    }

    fn negated(self) -> Self {
        Self {
            requests: self.requests.map(|count| -count),
            tokens: self.tokens.map(|count| -count),
            picos: self.picos.map(|picos| -picos),
        }
    }

    fn add(&mut self, other: &Self) {
        for (sum, more) in self.requests.iter_mut().zip(other.requests) {
            *sum += more;
        }
        // Twice as wide as what is added: no number of rows is more than they hold.
        for (sum, more) in self.tokens.iter_mut().zip(other.tokens) {
            *sum += more;
        }
        for (sum, more) in self.picos.iter_mut().zip(other.picos) {
            *sum += more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column that no sum is added to would stay as its first row has it.
    #[test]
    fn every_column_is_a_group_or_added_to() {
        let Conflict::Sql(conflict) = DAILY.conflict else { panic!("sums are added") };
        let (groups, sums) = conflict.split_once("DO UPDATE SET").unwrap();
        let groups: Vec<&str> =
            groups.trim().trim_matches(['(', ')']).split(',').map(str::trim).collect();
        for (name, _) in DAILY.columns {
            let added = sums.contains(&format!(" {name} = "));
            assert_ne!(groups.contains(name), added, "`{name}`");
        }
    }
}
