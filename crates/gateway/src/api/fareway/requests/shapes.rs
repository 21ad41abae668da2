//! JSON shapes of entries. Dollars are decimal strings, so that no reader turns them into floats.

use std::borrow::Cow;

use cost_model::{Cost, PriceBook, Receipt};
use jiff::Timestamp;
use ledger::{Entry, EntryRow, Original, Texts};
use llm_types::Usd;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::openapi;

/// One request: its receipt, and who sent it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Request)]
pub(crate) struct EntryShown {
    #[serde(flatten)]
    #[schema(value_type = openapi::Receipt)]
    receipt: Receipt,
    who: WhoShown,
    /// The admin who sent it on behalf of the key (`x-fareway-as-key`); absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    acted_by: Option<String>,
    /// The gateway that received it.
    instance: String,
    /// The amount that was reserved for it while it was open.
    #[schema(value_type = openapi::UsdText)]
    reserved: Usd,
    /// The amount that budgets were charged beyond the known cost.
    #[schema(value_type = openapi::UsdText)]
    held: Usd,
    /// The first cost; absent if it was never repriced.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    original: Option<OriginalShown>,
    /// Prompt and answer; absent unless texts are stored and an admin sends the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) texts: Option<TextsShown>,
}

/// Prompt and answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestTexts)]
pub(super) struct TextsShown {
    /// The client's messages as JSON; cut at 256 KiB, with a note at its end.
    prompt: Option<String>,
    /// The answer's text, with the same limit.
    answer: Option<String>,
}

/// The cost of a request before it was repriced.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalCost)]
struct OriginalShown {
    #[schema(value_type = openapi::Cost)]
    cost: Cost,
    /// The time of the last repricing.
    repriced_at: Option<Timestamp>,
    /// The id of the audit entry.
    audit_id: String,
}

/// Who sent a request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Who)]
pub(super) struct WhoShown {
    /// SHA-256 of the key; null for the master key.
    key_id: Option<String>,
    key_alias: Option<String>,
    team_id: Option<String>,
    user_id: Option<String>,
    end_user: Option<String>,
    session_id: Option<String>,
    /// The client's IP address; behind a proxy in `trusted_proxies`, the one that the proxy names.
    client_ip: Option<String>,
    tags: Vec<String>,
    /// As sent by the client.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Box<RawValue>>,
}

// === impl EntryShown ===

impl EntryShown {
    pub(super) fn id(&self) -> &str {
        &self.receipt.id
    }

    /// `book` says where the prices come from.
    pub(super) fn new(entry: Entry, book: &PriceBook) -> Self {
        let Entry { mut receipt, who, instance, reserved, charged, original } = entry;
        receipt.cost = receipt.cost.sourced_by(book);
        let held = charged.picos() - receipt.cost.known().picos();
        let held = Usd::from_picos(if receipt.charged_by.is_some() { held.max(0) } else { 0 });
        let original = original.map(|Original { cost, repriced_at, audit_id }| OriginalShown {
            cost: cost.sourced_by(book),
            repriced_at: Timestamp::from_microsecond(repriced_at).ok(),
            audit_id,
        });
        let text = |text: Option<std::sync::Arc<str>>| text.map(|text| text.as_ref().to_owned());
        let acted_by = text(who.acted_by);
        let who = WhoShown {
            key_id: text(who.key_id),
            key_alias: text(who.key_alias),
            team_id: text(who.team_id),
            user_id: text(who.user_id),
            end_user: who.end_user,
            session_id: who.session_id,
            client_ip: text(who.client_ip),
            tags: who.tags,
            metadata: who.metadata.and_then(|json| RawValue::from_string(json).ok()),
        };
        Self { receipt, who, acted_by, instance, reserved, held, original, texts: None }
    }
}

// === impl TextsShown ===

impl TextsShown {
    pub(super) fn new(texts: Texts) -> Self {
        let Texts { prompt, answer } = texts;
        Self { prompt, answer }
    }
}

// === impl WhoShown ===

impl WhoShown {
    pub(super) fn of(row: &mut EntryRow<'static>) -> Self {
        let text = |text: &mut Option<Cow<'static, str>>| text.take().map(String::from);
        let tags = row.tags.as_deref();
        Self {
            tags: tags.map_or_else(Vec::new, |tags| serde_json::from_str(tags).unwrap_or_default()),
            key_id: text(&mut row.key_id),
            key_alias: text(&mut row.key_alias),
            team_id: text(&mut row.team_id),
            user_id: text(&mut row.user_id),
            end_user: text(&mut row.end_user),
            session_id: text(&mut row.session_id),
            client_ip: text(&mut row.client_ip),
            metadata: text(&mut row.metadata).and_then(|json| RawValue::from_string(json).ok()),
        }
    }
}
