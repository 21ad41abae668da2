//! The indexes by which entries are found: the rows of one value, by id.

use super::EntryFilter;

/// One way to the entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Driver {
    /// The filter that it answers; `None`: none, it is the table itself.
    pub(super) column: Option<&'static str>,
    index: Option<&'static str>,
    /// What must stand in a query so that an index of a part of the table can be used.
    pub(super) part: &'static str,
}

/// The ways in which a filter can be answered.
#[derive(Debug)]
pub(super) struct Drivers {
    found: Vec<Driver>,
    /// How many filters there are, those without an index among them.
    filters: usize,
}

const TAG: &str = "tag";

/// Those that mostly have the fewest rows first.
const DRIVERS: [Driver; 13] = [
    Driver::new("provider_request_id", "entries_provider_request"),
    Driver::new("session_id", "entries_session"),
    Driver::new("end_user", "entries_end_user"),
    Driver::new("key_id", "entries_key"),
    Driver::new("key_alias", "entries_key_alias"),
    Driver { column: Some(TAG), index: None, part: "" },
    Driver::new("user_id", "entries_user"),
    Driver::new("team_id", "entries_team"),
    Driver::of_part("outcome", "entries_outcome", " AND outcome <> 'completed'"),
    Driver::of_part(
        "cost_status",
        "entries_cost_status",
        " AND cost_status <> 'exact' AND cost_status <> 'open'",
    ),
    Driver::new("served", "entries_served"),
    Driver::new("deployment", "entries_deployment"),
    Driver::new("asked", "entries_asked"),
];

/// The ways in which a filter can be answered.
pub(super) fn drivers(filter: &EntryFilter) -> Drivers {
    let given = |column| filter.equal().iter().any(|(name, _)| *name == column);
    let common = |column| match column {
        // So many that there is no index of them.
        "outcome" => filter.outcome.as_deref() == Some("completed"),
        "cost_status" => matches!(filter.cost_status.as_deref(), Some("exact" | "open")),
        _ => false,
    };
    let fits =
        |driver: &Driver| driver.column.is_some_and(|column| given(column) && !common(column));
    Drivers { found: DRIVERS.into_iter().filter(fits).collect(), filters: filter.equal().len() }
}

// === impl Drivers ===

impl Drivers {
    /// The one that needs nothing else.
    pub(super) fn only(&self) -> Option<Driver> {
        match (self.filters, &self.found[..]) {
            (0, _) => Some(Driver::ALL),
            (1, [driver]) => Some(*driver),
            _ => None,
        }
    }

    /// All of them, at least one.
    pub(super) fn all(self) -> Vec<Driver> {
        if self.found.is_empty() { vec![Driver::ALL] } else { self.found }
    }
}

// === impl Driver ===

impl Driver {
    /// All entries.
    pub(super) const ALL: Self = Self { column: None, index: None, part: "" };

    const fn new(column: &'static str, index: &'static str) -> Self {
        Self { column: Some(column), index: Some(index), part: "" }
    }

    const fn of_part(column: &'static str, index: &'static str, part: &'static str) -> Self {
        Self { column: Some(column), index: Some(index), part }
    }

    pub(super) fn is_tag(&self) -> bool {
        self.column == Some(TAG)
    }

    /// The table whose ids it goes through.
    pub(super) fn table(&self) -> &'static str {
        if self.is_tag() { "entry_tags" } else { "entries" }
    }

    pub(super) fn index(&self) -> Option<&'static str> {
        self.index
    }
}
