//! Retention periods, in `LiteLLM`'s keys of `general_settings`.

use std::time::Duration;

use super::{ConfigError, Table};

/// How long entries are kept. Their daily totals are kept for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Settled entries older than this are deleted.
    pub period: ledger::Duration,
    /// How often they are looked for.
    pub every: Duration,
}

/// How long the rest is kept that grows with use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Entries of the audit; `None`: for ever.
    pub audit: Option<ledger::Duration>,
    /// Counts of refused requests (90 days).
    pub refusals: Option<ledger::Duration>,
}

/// A quarter of a year.
const REFUSALS: &str = "90d";
const EXPECTED: &str = "a length of time such as 24h, 30d, 8w or 12mo";
/// Once a day.
const EVERY: Duration = Duration::from_secs(86_400);

impl Retention {
    pub(super) fn read(general: &mut Table<'_, '_>) -> Result<Option<Self>, ConfigError> {
        let mut length = |key| length(general, key);
        // Read in any case, so that it does not count as an unknown key.
        let every = length("maximum_spend_logs_retention_interval")?;
        let Some(period) = length("maximum_spend_logs_retention_period")? else { return Ok(None) };
        let micros = every.map(|every| every.after(0)).and_then(|end| u64::try_from(end).ok());
        Ok(Some(Self { period, every: micros.map_or(EVERY, Duration::from_micros) }))
    }
}

impl Kept {
    pub(super) fn read(general: &mut Table<'_, '_>) -> Result<Self, ConfigError> {
        let audit = length(general, "maximum_audit_retention_period")?;
        let refusals = length(general, "maximum_refusals_retention_period")?;
        let refusals = refusals.or_else(|| ledger::Duration::parse(REFUSALS));
        Ok(Self { audit, refusals })
    }
}

fn length(
    general: &mut Table<'_, '_>,
    key: &'static str,
) -> Result<Option<ledger::Duration>, ConfigError> {
    let Some(written) = general.scalar(key)? else { return Ok(None) };
    ledger::Duration::parse(&written.text).map(Some).ok_or_else(|| written.wrong(EXPECTED))
}
