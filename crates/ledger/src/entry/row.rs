//! The row of an entry, as spool and store keep it: flat, text and whole numbers only.

use std::borrow::Cow;

use cost_model::ChargeRule;
use llm_types::Usd;
use serde::{Deserialize, Deserializer, Serialize};

/// A row of the table `entries`, and a record of the spool.
///
/// A row whose outcome is `open` says that the request is on its way, and may be followed by others
/// of the same id that know more; any other outcome settles it, once. Money is whole picodollars,
/// times are microseconds since 1970, UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRow<'a> {
    /// Fareway's id of the request, a UUID of version 7: ids sort by time.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// When the request came in, in microseconds since 1970.
    pub at: i64,
    /// The gateway that took it.
    #[serde(borrow)]
    pub instance: Cow<'a, str>,
    /// The model group that was asked for.
    #[serde(borrow)]
    pub asked: Cow<'a, str>,
    /// The deployment that answered or was tried last, as the configuration names it.
    #[serde(borrow)]
    pub deployment: Cow<'a, str>,
    /// Its id.
    #[serde(borrow)]
    pub deployment_id: Cow<'a, str>,
    /// The model that answered.
    #[serde(borrow, deserialize_with = "lent")]
    pub served: Option<Cow<'a, str>>,
    /// Whether the answer was a stream.
    pub stream: bool,
    /// `open`, `completed`, `refused`, `failed`, `client_gone` or `interrupted`.
    #[serde(borrow)]
    pub outcome: Cow<'a, str>,
    /// HTTP status of the refusal, if it was one.
    pub status_code: Option<i64>,
    /// The upstream's code, or what went wrong.
    #[serde(borrow, deserialize_with = "lent")]
    pub error: Option<Cow<'a, str>>,
    /// The tier that was billed, as the answer names it.
    #[serde(borrow, deserialize_with = "lent")]
    pub service_tier: Option<Cow<'a, str>>,
    /// All prompt tokens, cached ones included.
    pub prompt_tokens: Option<i64>,
    /// Of them, read from the cache.
    pub cached_tokens: Option<i64>,
    /// Of them, written to the cache.
    pub cache_write_tokens: Option<i64>,
    /// Everything generated, reasoning included.
    pub output_tokens: Option<i64>,
    /// `reported`, `estimated` or `missing`.
    #[serde(borrow)]
    pub usage_source: Cow<'a, str>,
    /// How sure the cost is.
    #[serde(borrow)]
    pub cost_status: Cow<'a, str>,
    /// The whole cost; `None` where it is not known.
    pub cost_pico: Option<i64>,
    /// The part of the cost that is known.
    pub known_pico: i64,
    /// The routing fee; `None` where it is not known.
    pub fee_pico: Option<i64>,
    /// What was reserved for the request while it was open.
    pub reserved_pico: i64,
    /// What its budgets were charged: the cost, or what can have been spent where that is not known.
    pub charged_pico: i64,
    /// The budgets that it counts against, as JSON: `[["key:…",window_start],…]`.
    #[serde(borrow, deserialize_with = "lent")]
    pub budgets: Option<Cow<'a, str>>,
    /// Milliseconds until the upstream's headers were in.
    pub headers_ms: Option<i64>,
    /// Milliseconds until the first part of a streamed answer.
    pub first_content_ms: Option<i64>,
    /// Milliseconds until it was settled.
    pub duration_ms: i64,
    /// The upstream's id of the answer.
    #[serde(borrow, deserialize_with = "lent")]
    pub answer_id: Option<Cow<'a, str>>,
    /// The id under which the provider knows the request (`apim-request-id`).
    #[serde(borrow, deserialize_with = "lent")]
    pub provider_request_id: Option<Cow<'a, str>>,
    /// SHA-256 of the key, in hex; `None` for the master key.
    #[serde(borrow, deserialize_with = "lent")]
    pub key_id: Option<Cow<'a, str>>,
    /// The key's alias when the request was made.
    #[serde(borrow, deserialize_with = "lent")]
    pub key_alias: Option<Cow<'a, str>>,
    /// The key's team.
    #[serde(borrow, deserialize_with = "lent")]
    pub team_id: Option<Cow<'a, str>>,
    /// The key's user.
    #[serde(borrow, deserialize_with = "lent")]
    pub user_id: Option<Cow<'a, str>>,
    /// The client's own user, as the request named it.
    #[serde(borrow, deserialize_with = "lent")]
    pub end_user: Option<Cow<'a, str>>,
    /// Groups the requests of one conversation.
    #[serde(borrow, deserialize_with = "lent")]
    pub session_id: Option<Cow<'a, str>>,
    /// The request's tags, as a JSON array of text.
    #[serde(borrow, deserialize_with = "lent")]
    pub tags: Option<Cow<'a, str>>,
    /// The client's metadata, as a JSON object.
    #[serde(borrow, deserialize_with = "lent")]
    pub metadata: Option<Cow<'a, str>>,
    /// The rest of the receipt, as JSON: see `Detail`.
    #[serde(borrow)]
    pub detail: Cow<'a, str>,
    /// The client's messages, only where they are to be stored.
    #[serde(borrow, deserialize_with = "lent")]
    pub prompt: Option<Cow<'a, str>>,
    /// The answer's text, only where it is to be stored.
    #[serde(borrow, deserialize_with = "lent")]
    pub answer: Option<Cow<'a, str>>,
    // What follows came with later versions: rows of earlier ones in a spool end before it.
    /// The client's IP address.
    #[serde(borrow, default, deserialize_with = "later")]
    pub client_ip: Option<Cow<'a, str>>,
    // What follows is decided when the row is stored, and is in no spool.
    /// The name under which the roll-up has the model that answered, where that is not its own.
    #[serde(skip)]
    pub counted_served: Option<Cow<'a, str>>,
    /// The tags under which the roll-up has it, as a JSON array of text, where they are not its own.
    #[serde(skip)]
    pub counted_tags: Option<Cow<'a, str>>,
}

/// How far a row has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// On its way.
    Open,
    /// Ended, in whatever way.
    Settled,
}

// === impl EntryRow ===

impl EntryRow<'_> {
    /// Whether the request is on its way, or has ended.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.outcome == "open" { Outcome::Open } else { Outcome::Settled }
    }

    /// What was charged beyond the known cost.
    #[must_use]
    pub fn held(&self) -> Usd {
        let held = i128::from(self.charged_pico) - i128::from(self.known_pico);
        Usd::from_picos(held.max(0))
    }

    /// Whether it has ended, and was charged beyond its known cost.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.outcome() == Outcome::Settled && self.charged_pico > self.known_pico
    }

    /// The rule by which it was charged; `None` while it is open.
    #[must_use]
    pub fn charged_by(&self) -> Option<ChargeRule> {
        #[derive(Deserialize)]
        struct Detail<'a> {
            #[serde(rename = "g", default, borrow)]
            rule: Option<Cow<'a, str>>,
        }
        if self.outcome == "open" {
            return None;
        }
        if self.outcome == "interrupted" {
            return Some(ChargeRule::Interrupted);
        }
        // Mostly the cost was charged: nothing is read then.
        if self.cost_pico == Some(self.charged_pico)
            && self.cost_status != "estimated"
            // A search of the text is much cheaper than reading it as JSON.
            && !self.detail.contains("\"g\":")
        {
            return Some(ChargeRule::Cost);
        }
        let detail: Option<Detail<'_>> = serde_json::from_str(&self.detail).ok();
        let named = detail.and_then(|detail| ChargeRule::parse(&detail.rule?));
        Some(named.unwrap_or_else(|| self.charged_by_older()))
    }

    /// Rows that were written before rules had names say it by what else is in them.
    fn charged_by_older(&self) -> ChargeRule {
        match &*self.cost_status {
            "estimated" => ChargeRule::Estimated,
            _ if self.cost_pico == Some(self.charged_pico) => ChargeRule::Cost,
            _ if self.charged_pico == self.reserved_pico => ChargeRule::Reservation,
            _ => ChargeRule::KnownPart,
        }
    }

    /// The budgets that it counts against, with the beginnings of their windows.
    pub(crate) fn budgets(&self) -> Vec<(String, i64)> {
        list(self.budgets.as_deref())
    }

    /// Its tags, each once.
    pub(crate) fn tags(&self) -> Vec<String> {
        let mut tags: Vec<String> = list(self.tags.as_deref());
        tags.retain(|tag| !tag.is_empty());
        tags.sort_unstable();
        tags.dedup();
        tags
    }

    /// Those of them under which the roll-up has it, each once.
    pub(crate) fn counted_tags(&self) -> Vec<String> {
        self.counted_tags.as_deref().map_or_else(|| self.tags(), |counted| list(Some(counted)))
    }
}

/// Text that stays where it is, if it can: behind an `Option`, serde copies what it could lend.
fn lent<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Option<Cow<'a, str>>, D::Error> {
    #[derive(Deserialize)]
    struct Lent<'a>(#[serde(borrow)] Cow<'a, str>);
    Ok(Option::<Lent<'a>>::deserialize(from)?.map(|Lent(text)| text))
}

/// The same of a field that a row in a spool may end before.
fn later<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<Option<Cow<'a, str>>, D::Error> {
    // The spool's format writes fields one after the other, without names: a missing one is an
    // error.
    let in_spool = !from.is_human_readable();
    match lent(from) {
        // What is damaged has another checksum: all that can be wrong here is that nothing follows.
        Err(_) if in_spool => Ok(None),
        read => read,
    }
}

/// What a column of JSON holds. This program writes it itself, so it can be read.
fn list<T: serde::de::DeserializeOwned>(json: Option<&str>) -> Vec<T> {
    json.map_or_else(Vec::new, |json| serde_json::from_str(json).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thousands of rows are read in a step: none of their text is copied.
    #[test]
    fn a_record_lends_its_text() {
        let some = |text: &'static str| Some(Cow::from(text));
        let row = EntryRow {
            id: "1".into(),
            served: some("gpt-5-nano"),
            error: some("none"),
            service_tier: some("default"),
            budgets: some("[]"),
            answer_id: some("chatcmpl-1"),
            provider_request_id: some("apim-1"),
            key_id: some("key"),
            key_alias: some("alias"),
            team_id: some("team"),
            user_id: some("user"),
            end_user: some("ann"),
            session_id: some("session"),
            tags: some("[]"),
            metadata: some("{}"),
            prompt: some("hello"),
            answer: some("text"),
            client_ip: some("192.0.2.1"),
            ..EntryRow::default()
        };
        let record = postcard::to_allocvec(&row).unwrap();
        let read: EntryRow<'_> = postcard::from_bytes(&record).unwrap();
        assert_eq!(read, row);
        let texts = [
            [read.served, read.error, read.service_tier, read.budgets],
            [read.answer_id, read.provider_request_id, read.key_id, read.key_alias],
            [read.team_id, read.user_id, read.end_user, read.session_id],
            [read.tags, read.metadata, read.prompt, read.answer],
        ];
        for text in texts.into_iter().flatten().chain([read.client_ip, Some(read.id)]) {
            assert!(matches!(text, Some(Cow::Borrowed(_))), "{text:?}");
        }
    }

    /// A spool of the version before `client_ip`, and a row that was set aside as JSON by it.
    #[test]
    fn rows_of_earlier_versions_end_before_later_fields() {
        let row = EntryRow { id: "1".into(), answer: Some("text".into()), ..EntryRow::default() };
        let record = postcard::to_allocvec(&row).unwrap();
        let (absent, earlier) = record.split_last().unwrap();
        assert_eq!(*absent, 0);
        assert_eq!(postcard::from_bytes::<EntryRow<'_>>(earlier).unwrap(), row);
        // A field that was always there must be whole.
        assert!(postcard::from_bytes::<EntryRow<'_>>(&earlier[..earlier.len() - 1]).is_err());
        let mut json = serde_json::to_value(&row).unwrap();
        json.as_object_mut().unwrap().remove("client_ip");
        let json = json.to_string();
        assert_eq!(serde_json::from_str::<EntryRow<'_>>(&json).unwrap(), row);
        let wrong = json.replacen('{', "{\"client_ip\":1,", 1);
        assert!(serde_json::from_str::<EntryRow<'_>>(&wrong).is_err());
    }
}
