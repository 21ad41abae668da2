//! Reading of the request list's parameters.

use cost_model::ChargeRule;
use ledger::{EntryFilter, Page};

use super::fields::ListParams;
use crate::{
    api::params::{self, given, wrong},
    config::parse_address,
    http::ApiError,
};

impl ListParams {
    /// Whether it says how many.
    pub(super) fn limited(&self) -> bool {
        given(&self.limit).is_some()
    }

    pub(super) fn page(&self) -> Result<(EntryFilter, Page), ApiError> {
        let text = |field: &Option<String>| given(field).map(str::to_owned);
        let outcome = text(&self.outcome);
        if let (Some(outcome), Some(status)) = (&outcome, given(&self.status))
            && outcome != status
        {
            return Err(wrong("status", "the same as `outcome`, or alone", status));
        }
        let filter = EntryFilter {
            from: params::from("from", &self.from)?,
            to: params::to("to", &self.to)?,
            key_id: params::key(&self.key),
            client_ip: address(&self.client_ip)?,
            outcome: outcome.or_else(|| text(&self.status)),
            held: held(&self.held)?,
            charged_by: charged_by(&self.charged_by)?,
            ..self.texts()
        };
        let limit = params::number("limit", &self.limit, (1, 1_000), 50)?;
        Ok((filter, Page { before: text(&self.before), limit }))
    }
}

/// As entries have it, however it was written.
fn address(given_as: &Option<String>) -> Result<Option<String>, ApiError> {
    let Some(text) = given(given_as) else { return Ok(None) };
    let address = parse_address(text).map(|address| address.to_string());
    address.map(Some).ok_or_else(|| wrong("client_ip", "an IP address", text))
}

fn held(given_as: &Option<String>) -> Result<bool, ApiError> {
    match given(given_as) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(found) => Err(wrong("held", "`true` or `false`", found)),
    }
}

fn charged_by(given_as: &Option<String>) -> Result<Option<ChargeRule>, ApiError> {
    let Some(name) = given(given_as) else { return Ok(None) };
    let known = || ChargeRule::ALL.map(ChargeRule::as_str).join("`, `");
    let rule = ChargeRule::parse(name);
    rule.map(Some).ok_or_else(|| wrong("charged_by", &format!("one of `{}`", known()), name))
}
