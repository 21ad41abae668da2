//! The row of an entry, as spool and store keep it: flat, text and whole numbers only.
//!
//! Its fields are declared three times in this file and nowhere else in the crate: in [`EntryRow`] as the
//! spool's format, in `columns!` for the table, and in `copied!` those that are in receipts as they are.

use std::borrow::Cow;

use cost_model::Receipt;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    db::{Flag, Int, Name, Text, columns},
    entry::caller::Who,
};

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
    /// When the request was received, in microseconds since 1970.
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
    /// The provider's region that answered.
    #[serde(borrow, default, deserialize_with = "later")]
    pub provider_region: Option<Cow<'a, str>>,
    /// The API that was spoken: `chat`, `embeddings` and so on.
    #[serde(borrow, default, deserialize_with = "later")]
    pub api: Option<Cow<'a, str>>,
    // What follows is decided when the row is stored, and is in no spool.
    /// The name under which the roll-up has the model that answered, where that is not its own.
    #[serde(skip)]
    pub counted_served: Option<Cow<'a, str>>,
    /// The tags under which the roll-up has it, as a JSON array of text, where they are not its own.
    #[serde(skip)]
    pub counted_tags: Option<Cow<'a, str>>,
}

columns!(EntryRow<'_> {
    "id" => id: Text,
    "at" => at: Int,
    "instance" => instance: Text,
    "asked" => asked: Name,
    "deployment" => deployment: Name,
    "deployment_id" => deployment_id: Text,
    "served" => served: Name,
    "stream" => stream: Flag,
    "outcome" => outcome: Text,
    "status_code" => status_code: Int,
    "error" => error: Text,
    "service_tier" => service_tier: Text,
    "prompt_tokens" => prompt_tokens: Int,
    "cached_tokens" => cached_tokens: Int,
    "cache_write_tokens" => cache_write_tokens: Int,
    "output_tokens" => output_tokens: Int,
    "usage_source" => usage_source: Text,
    "cost_status" => cost_status: Text,
    "cost_pico" => cost_pico: Int,
    "known_pico" => known_pico: Int,
    "fee_pico" => fee_pico: Int,
    "reserved_pico" => reserved_pico: Int,
    "charged_pico" => charged_pico: Int,
    "budgets" => budgets: Text,
    "headers_ms" => headers_ms: Int,
    "first_content_ms" => first_content_ms: Int,
    "duration_ms" => duration_ms: Int,
    "answer_id" => answer_id: Text,
    "provider_request_id" => provider_request_id: Name,
    "key_id" => key_id: Name,
    "key_alias" => key_alias: Name,
    "team_id" => team_id: Name,
    "user_id" => user_id: Name,
    "end_user" => end_user: Name,
    "session_id" => session_id: Name,
    "tags" => tags: Text,
    "metadata" => metadata: Text,
    "detail" => detail: Text,
    "client_ip" => client_ip: Name,
    "provider_region" => provider_region: Name,
    "api" => api: Name,
    "counted_served" => counted_served: Name,
    "counted_tags" => counted_tags: Text,
});

/// Declares the texts that a row takes from a receipt and its caller as they are, and gives back when
/// it is decoded.
macro_rules! copied {
    ($receipt:ident, $who:ident: $($column:ident = $as:ident($from:ident.$($field:ident).+),)+) => {
        impl<'a> EntryRow<'a> {
            pub(super) fn copied_from(self, $receipt: &'a Receipt, $who: &'a Who) -> Self {
                Self { $($column: $from.$($field).+.as_deref().map($as),)+ ..self }
            }

            pub(super) fn copy_to(&self, $receipt: &mut Receipt, $who: &mut Who) {
                $($from.$($field).+ = self.$column.as_deref().map(Into::into);)+
            }
        }
    };
}

copied! { receipt, who:
    served = clipped(receipt.served),
    service_tier = clipped(receipt.service_tier),
    answer_id = clipped(receipt.answer_id),
    provider_request_id = clipped(receipt.provider.request_id),
    provider_region = clipped(receipt.provider.region),
    key_id = whole(who.key_id),
    key_alias = whole(who.key_alias),
    team_id = whole(who.team_id),
    user_id = whole(who.user_id),
    client_ip = whole(who.client_ip),
    end_user = whole(who.end_user),
    session_id = whole(who.session_id),
    metadata = whole(who.metadata),
    prompt = whole(who.prompt),
}

/// The longest model name or error text in a column, in bytes; longer ones are cut.
const TEXT_MAX: usize = 1024;

/// The beginning of a text that another program has sent.
pub(super) fn clipped(text: &str) -> Cow<'_, str> {
    text[..text.floor_char_boundary(TEXT_MAX)].into()
}

fn whole(text: &str) -> Cow<'_, str> {
    text.into()
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
            provider_region: some("East US 2"),
            api: some("chat"),
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
        let later = [read.client_ip, read.provider_region, read.api, Some(read.id)];
        for text in texts.into_iter().flatten().chain(later) {
            assert!(matches!(text, Some(Cow::Borrowed(_))), "{text:?}");
        }
    }

    /// Spools of the versions before `client_ip`, `provider_region` and `api`, and rows that were set aside as
    /// JSON by them.
    #[test]
    fn rows_of_earlier_versions_end_before_later_fields() {
        let row = EntryRow { id: "1".into(), answer: Some("text".into()), ..EntryRow::default() };
        let record = postcard::to_allocvec(&row).unwrap();
        let (earlier, absent) = record.split_at(record.len() - 3);
        assert_eq!(absent, [0, 0, 0]);
        for absent in [0, 1, 2] {
            let earlier = &record[..earlier.len() + absent];
            assert_eq!(postcard::from_bytes::<EntryRow<'_>>(earlier).unwrap(), row);
        }
        let known = EntryRow { client_ip: Some("192.0.2.1".into()), ..row.clone() };
        let record = postcard::to_allocvec(&known).unwrap();
        let without_region = &record[..record.len() - 2];
        assert_eq!(postcard::from_bytes::<EntryRow<'_>>(without_region).unwrap(), known);
        // A field that was always there must be whole.
        assert!(postcard::from_bytes::<EntryRow<'_>>(&earlier[..earlier.len() - 1]).is_err());
        let mut json = serde_json::to_value(&row).unwrap();
        for later in ["client_ip", "provider_region", "api"] {
            json.as_object_mut().unwrap().remove(later);
            let json = json.to_string();
            assert_eq!(serde_json::from_str::<EntryRow<'_>>(&json).unwrap(), row);
            let wrong = json.replacen('{', &format!("{{\"{later}\":1,"), 1);
            assert!(serde_json::from_str::<EntryRow<'_>>(&wrong).is_err());
        }
    }
}
