//! How long entries are kept, in `LiteLLM`'s keys of `general_settings`.

use std::time::Duration;

use super::{ConfigError, Table};

/// How long entries are kept. What they come to by day is kept for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Settled entries older than this are deleted.
    pub period: ledger::Duration,
    /// How often they are looked for.
    pub every: Duration,
}

const EXPECTED: &str = "a length of time such as 24h, 30d, 8w or 12mo";
/// Once a day.
const EVERY: Duration = Duration::from_secs(86_400);

impl Retention {
    pub(super) fn read(general: &mut Table<'_, '_>) -> Result<Option<Self>, ConfigError> {
        let mut length = |key| {
            let written = general.scalar(key)?;
            let read = written.map(|written| {
                ledger::Duration::parse(&written.text).ok_or_else(|| written.wrong(EXPECTED))
            });
            read.transpose()
        };
        let every = length("maximum_spend_logs_retention_interval")?;
        let Some(period) = length("maximum_spend_logs_retention_period")? else { return Ok(None) };
        let micros = every.map(|every| every.after(0)).and_then(|end| u64::try_from(end).ok());
        Ok(Some(Self { period, every: micros.map_or(EVERY, Duration::from_micros) }))
    }
}
