//! Access paths of a query: the tables that list the entries of one value, by id.

use cost_model::ChargeRule;

use super::{
    EntryFilter, facets,
    facets::in_block,
    filter::{FILTERS, FoundBy},
};
use crate::db::Dialect;

/// One way to the entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AccessPath {
    /// All entries.
    All,
    /// The blocks in which a column has a value.
    Facet(&'static str),
    /// The blocks in which the provider knows an entry under an id.
    ProviderId,
    /// The blocks in which an answer has an id.
    AnswerId,
    /// The entries of a tag.
    Tag,
    /// What is still open, which has an index of its own.
    Open,
}

/// The ways in which a filter can be answered.
#[derive(Debug)]
pub(super) struct AccessPaths {
    found: Vec<AccessPath>,
    /// How many filters there are, those that nothing answers among them.
    filters: usize,
}

/// Those that are no filter by text alone.
const OTHERS: [AccessPath; 3] =
    [AccessPath::Open, AccessPath::Facet("held"), AccessPath::Facet("charged_by")];

/// The ways in which a filter can be answered.
pub(super) fn access_paths(filter: &EntryFilter) -> AccessPaths {
    let equal = filter.equal();
    let fits = |path: &AccessPath| {
        let given = equal.iter().find(|(column, _)| Some(*column) == path.column());
        given.is_some_and(|(_, value)| path.has(value))
    };
    // Those that mostly have the fewest rows first.
    let by_text = FILTERS.iter().map(|(name, found_by)| AccessPath::of(name, *found_by));
    let all = OTHERS.into_iter().chain(by_text);
    AccessPaths { found: all.filter(fits).collect(), filters: equal.len() }
}

// === impl AccessPaths ===

impl AccessPaths {
    /// The one that needs nothing else.
    pub(super) fn only(&self) -> Option<AccessPath> {
        match (self.filters, &self.found[..]) {
            (0, _) => Some(AccessPath::All),
            (1, [path]) => Some(*path),
            _ => None,
        }
    }

    /// All of them, at least one.
    pub(super) fn all(&self) -> &[AccessPath] {
        if self.found.is_empty() { &[AccessPath::All] } else { &self.found }
    }

    /// The columns among them whose names may not be noted everywhere.
    pub(super) fn chosen(&self) -> Vec<&'static str> {
        self.facets().filter(|column| facets::is_chosen(column)).collect()
    }

    /// Gives up a way that does not lead to all entries.
    pub(super) fn without(&mut self, column: &str) {
        self.found.retain(|path| path.column() != Some(column));
    }

    /// The facets among them.
    pub(super) fn facets(&self) -> impl Iterator<Item = &'static str> {
        self.found.iter().filter_map(|path| match path {
            AccessPath::Facet(column) => Some(*column),
            AccessPath::All
            | AccessPath::ProviderId
            | AccessPath::AnswerId
            | AccessPath::Open
            | AccessPath::Tag => None,
        })
    }
}

// === impl AccessPath ===

impl AccessPath {
    /// The way to the entries of a filter by text.
    const fn of(name: &'static str, found_by: FoundBy) -> Self {
        match found_by {
            FoundBy::ProviderId => Self::ProviderId,
            FoundBy::AnswerId => Self::AnswerId,
            FoundBy::Tag => Self::Tag,
            FoundBy::Facet(_) => Self::Facet(name),
        }
    }

    /// The filter that it answers.
    pub(super) const fn column(&self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Facet(column) => Some(column),
            Self::Open => Some("outcome"),
            Self::ProviderId => Some("provider_request_id"),
            Self::AnswerId => Some("answer_id"),
            Self::Tag => Some("tag"),
        }
    }

    /// Whether entries of this value are found by it. Of the most frequent ones there are too many.
    fn has(&self, value: &str) -> bool {
        match self {
            Self::Facet("outcome") => facets::is_rare_outcome(value),
            Self::Facet("charged_by") => value != ChargeRule::Cost.as_str(),
            Self::Facet("cost_status") => facets::is_rare_status(value),
            Self::Open => value == "open",
            _ => true,
        }
    }

    /// The table that it goes through.
    pub(super) const fn table(&self) -> &'static str {
        match self {
            Self::All | Self::Open => "entries",
            Self::ProviderId | Self::AnswerId => "entry_provider_ids",
            Self::Tag => "entry_tags",
            Self::Facet(_) => "entry_facets",
        }
    }

    /// What it goes through in order: ids, or the beginnings that some of them share.
    pub(super) const fn order(&self) -> &'static str {
        match self {
            Self::All | Self::Open => "entries.id",
            Self::ProviderId | Self::AnswerId => "entry_provider_ids.block",
            Self::Tag => "entry_tags.id",
            Self::Facet(_) => "entry_facets.block",
        }
    }

    /// Whether what it goes through are blocks, in which there are other entries as well.
    pub(super) const fn is_by_block(&self) -> bool {
        matches!(self, Self::Facet(_) | Self::ProviderId | Self::AnswerId)
    }

    /// What makes an entry one of its table's row.
    pub(super) fn joined(&self) -> Option<String> {
        match self {
            Self::All | Self::Open => None,
            Self::Tag => Some("entries.id = entry_tags.id".to_owned()),
            Self::Facet(_) | Self::ProviderId | Self::AnswerId => Some(in_block(self.table())),
        }
    }

    /// Its order, for `ORDER BY`.
    pub(super) fn sorted(&self, direction: &str) -> String {
        match self {
            Self::All | Self::Open | Self::Tag => format!("{} {direction}", self.order()),
            Self::Facet(_) | Self::ProviderId | Self::AnswerId => {
                format!("{} {direction}, entries.id {direction}", self.order())
            }
        }
    }

    /// Its own table, for a query.
    pub(super) fn alone(&self, dialect: Dialect) -> String {
        match self {
            // The index of open entries alone: it is short, but SQLite would not choose it.
            Self::Open => format!("entries{}", dialect.by_index("entries_open")),
            Self::All | Self::Facet(_) | Self::ProviderId | Self::AnswerId | Self::Tag => {
                self.table().to_owned()
            }
        }
    }

    /// The entries that it leads to, for a query.
    pub(super) fn from(&self, dialect: Dialect) -> String {
        match self {
            Self::All | Self::Open => self.alone(dialect),
            // SQLite reads tables that are joined in this way in their order.
            Self::Facet(_) | Self::ProviderId | Self::AnswerId | Self::Tag => {
                format!("{} CROSS JOIN entries", self.table())
            }
        }
    }
}
