//! Filters of the request list.

use cost_model::ChargeRule;
use ledger::{EntryFilter, Page};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    api::params::{self, given, wrong},
    config::parse_address,
    http::ApiError,
};

/// Which requests, and which part of them. All that is given must fit.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ListParams {
    /// The start: a time, or a day in UTC.
    from: Option<String>,
    /// The end: a time, or a day in UTC, which is included.
    to: Option<String>,
    /// A key, or its hash.
    key: Option<String>,
    key_alias: Option<String>,
    team: Option<String>,
    user: Option<String>,
    end_user: Option<String>,
    /// The client's IP address.
    client_ip: Option<String>,
    session: Option<String>,
    tag: Option<String>,
    asked: Option<String>,
    served: Option<String>,
    deployment: Option<String>,
    /// `open`, `completed`, `refused`, `failed`, `client_gone` or `interrupted`.
    outcome: Option<String>,
    /// The same.
    status: Option<String>,
    /// `exact`, `inferred`, `estimated`, `partial`, `unpriced`, `open` or `interrupted`.
    cost_status: Option<String>,
    provider_request_id: Option<String>,
    /// The id of the answer: `chatcmpl-…`.
    answer_id: Option<String>,
    /// `true`: only requests that were charged beyond their known cost.
    held: Option<String>,
    /// The charging rule, such as `prompt_only` or `reservation`.
    charged_by: Option<String>,
    /// `next` of the page before.
    before: Option<String>,
    /// From 1 to 1000; defaults to 50.
    limit: Option<String>,
}

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
            key_alias: text(&self.key_alias),
            team_id: text(&self.team),
            user_id: text(&self.user),
            end_user: text(&self.end_user),
            client_ip: address(&self.client_ip)?,
            session_id: text(&self.session),
            tag: text(&self.tag),
            asked: text(&self.asked),
            served: text(&self.served),
            deployment: text(&self.deployment),
            outcome: outcome.or_else(|| text(&self.status)),
            cost_status: text(&self.cost_status),
            provider_request_id: text(&self.provider_request_id),
            answer_id: text(&self.answer_id),
            held: held(&self.held)?,
            charged_by: charged_by(&self.charged_by)?,
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
