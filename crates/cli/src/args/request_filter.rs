//! Filters that select requests of the ledger.

use crate::args::key_id;

/// Filters; a request must fit all of them.
#[derive(clap::Args)]
#[command(next_help_heading = "Which requests")]
pub(crate) struct FilterArguments {
    /// Since then: a day (UTC), or a time such as 2026-11-22T10:00:00Z
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Before then
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Of this key: its alias, its id, or the key itself
    #[arg(long)]
    key: Option<String>,
    /// Of this team
    #[arg(long, value_name = "ID")]
    team: Option<String>,
    /// Of this user of the gateway
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// For this end user
    #[arg(long, value_name = "ID")]
    end_user: Option<String>,
    /// In this session
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// With this tag
    #[arg(long)]
    tag: Option<String>,
    /// That asked for this model group
    #[arg(long, value_name = "GROUP")]
    asked: Option<String>,
    /// That this model answered
    #[arg(long, value_name = "MODEL")]
    served: Option<String>,
    /// That this deployment answered
    #[arg(long)]
    deployment: Option<String>,
    /// That ended as `open`, `completed`, `refused`, `failed`, `client_gone` or `interrupted`
    #[arg(long)]
    outcome: Option<String>,
    /// Of this status: `exact`, `inferred`, `estimated`, `partial`, `unpriced`, `open` or
    /// `interrupted`
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
}

// === impl FilterArguments ===

impl FilterArguments {
    /// As the names and values of a query. A key is hashed: no URL holds it.
    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        let hash = self.key.as_deref().and_then(key_id::hash);
        // Anything that is neither a key nor an id can only be an alias.
        let alias = if hash.is_some() { None } else { self.key.clone() };
        let all = [
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("key", hash),
            ("key_alias", alias),
            ("team", self.team.clone()),
            ("user", self.user.clone()),
            ("end_user", self.end_user.clone()),
            ("session", self.session.clone()),
            ("tag", self.tag.clone()),
            ("asked", self.asked.clone()),
            ("served", self.served.clone()),
            ("deployment", self.deployment.clone()),
            ("outcome", self.outcome.clone()),
            ("cost_status", self.status.clone()),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The span of time, as it would be written again.
    pub(crate) fn span(&self) -> String {
        let part = |name: &str, value: &Option<String>| {
            value.as_ref().map_or_else(String::new, |value| format!(" --{name} {value}"))
        };
        format!("{}{}", part("from", &self.from), part("to", &self.to))
    }
}
