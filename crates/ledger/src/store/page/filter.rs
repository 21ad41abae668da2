//! Filters of entries: one declaration of those by text, with the way in which their entries are found.

use cost_model::ChargeRule;

use super::facets::{HELD, is_rare_outcome, is_rare_status};
use crate::{db::clipped, entry::row::EntryRow};

/// The way from a text to the entries that have it.
#[derive(Clone, Copy)]
pub(in crate::store) enum FoundBy {
    /// The id under which the provider knows the request.
    ProviderId,
    /// The id of the answer.
    AnswerId,
    /// A tag.
    Tag,
    /// What a row has in this column, listed for each block of time; `None`: too many rows have it.
    Facet(Value),
}

/// What a row has in a column.
pub(in crate::store) type Value = for<'a> fn(&'a EntryRow<'_>) -> Option<&'a str>;

/// Declares [`EntryFilter`] with a field for each filter by text, and the list of these.
macro_rules! filters {
    ($($(#[doc = $about:literal])+ $name:ident: $found_by:expr,)+) => {
        /// Which entries; all that is given must fit.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct EntryFilter {
            /// Not before, in microseconds since 1970.
            pub from: Option<i64>,
            /// Before, in microseconds since 1970.
            pub to: Option<i64>,
            /// Whether its budgets were charged beyond its known cost.
            pub held: bool,
            /// The rule by which it was charged.
            pub charged_by: Option<ChargeRule>,
            $($(#[doc = $about])+ pub $name: Option<String>,)+
        }

        /// The filters by text.
        pub(in crate::store) const FILTERS: &[(&str, FoundBy)] =
            &[$((stringify!($name), $found_by)),+];

        impl EntryFilter {
            /// The texts that it gives, in the order of [`FILTERS`].
            fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
                let all = [$((stringify!($name), self.$name.as_deref())),+];
                all.into_iter().filter_map(|(name, text)| Some((name, text?)))
            }

            /// The same filter with this text for the filter of a name.
            pub(in crate::store) fn with_text(mut self, name: &str, text: &str) -> Self {
                match name {
                    $(stringify!($name) => self.$name = Some(text.to_owned()),)+
                    _ => {}
                }
                self
            }
        }
    };
}

// Those that mostly have the fewest rows come first.
filters! {
    /// The id under which the provider knows it.
    provider_request_id: FoundBy::ProviderId,
    /// The id of its answer.
    answer_id: FoundBy::AnswerId,
    /// The conversation.
    session_id: FoundBy::Facet(|row| row.session_id.as_deref()),
    /// The client's own user.
    end_user: FoundBy::Facet(|row| row.end_user.as_deref()),
    /// The client's IP address.
    client_ip: FoundBy::Facet(|row| row.client_ip.as_deref()),
    /// SHA-256 of the key, in hex.
    key_id: FoundBy::Facet(|row| row.key_id.as_deref()),
    /// The key's alias when the request was made.
    key_alias: FoundBy::Facet(|row| row.key_alias.as_deref()),
    /// One of the request's tags.
    tag: FoundBy::Tag,
    /// The key's user.
    user_id: FoundBy::Facet(|row| row.user_id.as_deref()),
    /// The key's team.
    team_id: FoundBy::Facet(|row| row.team_id.as_deref()),
    /// How it ended: `open`, `completed`, `refused`, `failed`, `client_gone` or `interrupted`.
    outcome: FoundBy::Facet(|row| is_rare_outcome(&row.outcome).then_some(&row.outcome)),
    /// How sure its cost is.
    cost_status: FoundBy::Facet(|row| is_rare_status(&row.cost_status).then_some(&row.cost_status)),
    /// The model that answered.
    served: FoundBy::Facet(|row| row.served.as_deref()),
    /// The provider's region that answered.
    provider_region: FoundBy::Facet(|row| row.provider_region.as_deref()),
    /// The API that was spoken.
    api: FoundBy::Facet(|row| row.api.as_deref()),
    /// The deployment.
    deployment: FoundBy::Facet(|row| Some(&row.deployment)),
    /// The model group that was asked for.
    asked: FoundBy::Facet(|row| Some(&row.asked)),
}

// === impl EntryFilter ===

impl EntryFilter {
    /// The columns that must hold a value, with it.
    pub(super) fn equal(&self) -> Vec<(&'static str, &str)> {
        // As the columns have them: long names are cut there, too.
        let texts = self.texts().map(|(name, text)| (name, clipped(text)));
        let charged = self.charged_by.map(|rule| ("charged_by", rule.as_str()));
        texts.chain(self.held.then_some(("held", HELD))).chain(charged).collect()
    }
}
