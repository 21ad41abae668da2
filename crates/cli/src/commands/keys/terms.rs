//! The terms of a key (models, budget, limits), as arguments and as the fields of a request.

use std::collections::BTreeMap;

use clap::ValueEnum;
use llm_types::Usd;
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use crate::output::command_error::Failure;

/// The terms that are named.
#[derive(clap::Args)]
pub(super) struct Terms {
    /// A name for people, which no other key has
    #[arg(long)]
    alias: Option<String>,
    /// The model groups that it may use; all by default
    #[arg(long, value_name = "GROUP,…", value_delimiter = ',')]
    models: Option<Vec<String>>,
    /// Its budget, in dollars
    #[arg(long, value_name = "DOLLARS")]
    budget: Option<Usd>,
    /// The length of budget windows, such as 24h, 30d or 1mo; the budget never resets when absent
    #[arg(long, value_name = "TIME")]
    duration: Option<String>,
    /// A further budget window beside it, such as 1d=10 for $10 a day; several hold at once
    #[arg(long = "window", value_name = "TIME=DOLLARS")]
    windows: Vec<String>,
    /// Never exceed the budget: the most that a request can cost is reserved before it is sent;
    /// this is the default
    #[arg(long, conflicts_with = "soft")]
    strict: bool,
    /// Refuse requests only once the budget is spent, so that the last ones may exceed it
    #[arg(long)]
    soft: bool,
    /// Requests per minute
    #[arg(long, value_name = "N")]
    rpm: Option<u64>,
    /// Tokens per minute
    #[arg(long, value_name = "N")]
    tpm: Option<u64>,
    /// Requests at the same time
    #[arg(long, value_name = "N")]
    parallel: Option<u64>,
    /// Its team, whose terms apply too
    #[arg(long, value_name = "ID")]
    team: Option<String>,
    /// Its user, whose terms apply too
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// How long it is valid from now on, such as 12h or 90d; for ever when absent
    #[arg(long, value_name = "TIME")]
    expires: Option<String>,
    /// A JSON object that is kept with each of its requests
    #[arg(long, value_name = "JSON")]
    metadata: Option<String>,
}

/// A term that can be cleared.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Clear {
    Alias,
    Models,
    Budget,
    Duration,
    Windows,
    Rpm,
    Tpm,
    Parallel,
    Team,
    User,
    Expires,
    Metadata,
}

/// The fields of a request, written once: money stays as exact as it was typed.
#[derive(Default, Serialize)]
pub(super) struct Fields(BTreeMap<&'static str, Box<RawValue>>);

// === impl Terms ===

impl Terms {
    pub(super) fn fields(&self) -> Result<Fields, Failure> {
        let mut fields = Fields::default();
        fields.set_some(Clear::Alias, self.alias.as_ref())?;
        fields.set_some(Clear::Models, self.models.as_ref())?;
        // As digits, since a JSON number made from a float would lose some.
        let budget = self.budget.map(|usd| RawValue::from_string(usd.to_string())).transpose();
        fields.set_some(Clear::Budget, budget.map_err(Failure::usage)?)?;
        fields.set_some(Clear::Duration, self.duration.as_ref())?;
        fields.set_some(Clear::Windows, self.windows()?)?;
        fields.set_some(Clear::Rpm, self.rpm)?;
        fields.set_some(Clear::Tpm, self.tpm)?;
        fields.set_some(Clear::Parallel, self.parallel)?;
        fields.set_some(Clear::Team, self.team.as_ref())?;
        fields.set_some(Clear::User, self.user.as_ref())?;
        fields.set_some(Clear::Expires, self.expires.as_ref())?;
        fields.set_some(Clear::Metadata, self.metadata()?)?;
        match (self.strict, self.soft) {
            (true, _) => fields.set("budget_mode", &"strict")?,
            (_, true) => fields.set("budget_mode", &"soft")?,
            _ => {}
        }
        Ok(fields)
    }

    /// Each as an object of a request; `None` where none is named.
    fn windows(&self) -> Result<Option<Vec<Fields>>, Failure> {
        let one = |text: &String| {
            let wrong =
                || Failure::usage(format!("expected --window to be such as 1d=10, found `{text}`"));
            let (length, max) = text.split_once('=').ok_or_else(wrong)?;
            // Read to check it, and sent as digits, as above.
            let max: Usd = max.parse().map_err(|_| wrong())?;
            let max = RawValue::from_string(max.to_string()).map_err(Failure::usage)?;
            let mut fields = Fields::default();
            fields.set("budget_duration", &length)?;
            fields.set("max_budget", &max)?;
            Ok::<_, Failure>(fields)
        };
        let all: Vec<_> = self.windows.iter().map(one).collect::<Result<_, _>>()?;
        Ok((!all.is_empty()).then_some(all))
    }

    fn metadata(&self) -> Result<Option<Map<String, Value>>, Failure> {
        let Some(text) = &self.metadata else { return Ok(None) };
        serde_json::from_str(text).map(Some).map_err(|error| {
            Failure::usage(format!("expected --metadata to be a JSON object: {error}"))
        })
    }
}

// === impl Clear ===

impl Clear {
    /// The name of the term in a request.
    const fn field(self) -> &'static str {
        match self {
            Self::Alias => "key_alias",
            Self::Models => "models",
            Self::Budget => "max_budget",
            Self::Duration => "budget_duration",
            Self::Windows => "budget_limits",
            Self::Rpm => "rpm_limit",
            Self::Tpm => "tpm_limit",
            Self::Parallel => "max_parallel_requests",
            Self::Team => "team_id",
            Self::User => "user_id",
            Self::Expires => "duration",
            Self::Metadata => "metadata",
        }
    }
}

// === impl Fields ===

impl Fields {
    pub(super) fn set(
        &mut self,
        name: &'static str,
        value: &impl Serialize,
    ) -> Result<(), Failure> {
        let value = serde_json::value::to_raw_value(value).map_err(Failure::usage)?;
        self.0.insert(name, value);
        Ok(())
    }

    /// Clears terms, none of which may be set as well.
    pub(super) fn clear(&mut self, terms: &[Clear]) -> Result<(), Failure> {
        for term in terms {
            if self.0.contains_key(term.field()) {
                let name = term.to_possible_value().map(|value| value.get_name().to_owned());
                let name = name.unwrap_or_default();
                return Err(Failure::usage(format!("`{name}` is both set and cleared")));
            }
            self.set(term.field(), &Value::Null)?;
        }
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn set_some(&mut self, term: Clear, value: Option<impl Serialize>) -> Result<(), Failure> {
        value.map_or(Ok(()), |value| self.set(term.field(), &value))
    }
}
