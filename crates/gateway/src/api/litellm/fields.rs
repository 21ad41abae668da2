//! Fields of a management request, read one by one: an error names the field, and unknown fields
//! are errors. Money never passes through a float.

use std::collections::{BTreeMap, HashMap};

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use ledger::Duration;
use llm_types::{Usd, count};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::unknown_fields::instead_of;
use crate::{
    api::params::{SMALL, small},
    app::Worker,
    http::ApiError,
};

/// A request's fields.
#[derive(Debug, Default)]
pub(super) struct Fields(BTreeMap<String, Box<RawValue>>);

/// The same of a request that may hold a prompt and its answer.
#[derive(Debug)]
pub(super) struct LargeFields(pub(super) Fields);

/// The content of a field.
#[derive(Debug)]
pub(super) enum Given<T> {
    /// The field is missing: nothing changes.
    Absent,
    /// It is null: as if it had never been set.
    Null,
    Value(T),
}

/// Fields of `LiteLLM`'s that have no effect here, and whose absence lets nobody do or spend more:
/// its clients send them as a matter of course. Those that would limit something are refused.
const HARMLESS: [&str; 7] =
    ["aliases", "config", "permissions", "send_invite_email", "soft_budget", "sso_user_id", "tags"];

/// Fields of `LiteLLM`'s that are taken with the value that they have by default, and have no effect then;
/// and what to do in place of another value.
const DEFAULTS: [(&str, &[&str], &str); 5] = [
    (
        "key_type",
        &["\"default\"", "\"llm_api\""],
        "`default` or `llm_api`; a key with `admin: true` manages the gateway",
    ),
    ("tpm_limit_type", &[BEST_EFFORT], THROUGHPUT),
    ("rpm_limit_type", &[BEST_EFFORT], THROUGHPUT),
    ("auto_rotate", &["false"], "false: keys are replaced by `/key/regenerate`"),
    ("disable_global_guardrails", &["false"], "false: guardrails are not supported"),
];
const BEST_EFFORT: &str = "\"best_effort_throughput\"";
const THROUGHPUT: &str = "`best_effort_throughput`: limits bound what is asked for and reserve nothing of a \
    deployment's own (`litellm_params.rpm` and `tpm`)";

/// No budget is larger, in dollars. Sums of money are wider, see `ledger`'s `store/wide.rs`: whatever is
/// spent of such a budget, it can be counted.
const MOST: &str = "1000000000000000";
/// The largest body of a page that takes whole prompts and answers, in bytes.
const LARGE: usize = 1 << 20;

// === impl Fields ===

impl FromRequest<Worker> for Fields {
    type Rejection = ApiError;

    async fn from_request(request: Request<Body>, worker: &Worker) -> Result<Self, ApiError> {
        Self::read(request, worker, SMALL).await
    }
}

impl FromRequest<Worker> for LargeFields {
    type Rejection = ApiError;

    async fn from_request(request: Request<Body>, worker: &Worker) -> Result<Self, ApiError> {
        Fields::read(request, worker, LARGE).await.map(Self)
    }
}

impl Fields {
    async fn read(request: Request<Body>, worker: &Worker, limit: usize) -> Result<Self, ApiError> {
        let body = small(request, worker, limit).await?;
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let all = serde_json::from_slice(&body);
        all.map(Self).map_err(|error| {
            ApiError::BadField(format!("expected a JSON object in the request's body: {error}"))
        })
    }

    /// Those of an object within a request.
    pub(super) fn of(fields: BTreeMap<String, Box<RawValue>>) -> Self {
        Self(fields)
    }

    /// Leaves out what has no effect here, without a word.
    pub(super) fn leave_out(&mut self, names: &[&str]) {
        names.iter().for_each(|name| drop(self.0.remove(*name)));
    }

    /// Leaves out a field that is an empty text, as clients write that it is not set.
    pub(super) fn leave_out_empty(&mut self, name: &str) {
        if self.0.get(name).is_some_and(|raw| raw.get() == "\"\"") {
            self.0.remove(name);
        }
    }

    /// A field of a type; `expected` says in words what it must be.
    pub(super) fn take<T: DeserializeOwned>(
        &mut self,
        name: &str,
        expected: &str,
    ) -> Result<Given<T>, ApiError> {
        let Some(raw) = self.0.remove(name) else { return Ok(Given::Absent) };
        if raw.get() == "null" {
            return Ok(Given::Null);
        }
        serde_json::from_str(raw.get())
            .map(Given::Value)
            .map_err(|_| wrong(name, expected, raw.get()))
    }

    /// A text; empty is the same as null, as clients in languages without null write it.
    pub(super) fn text(&mut self, name: &str) -> Result<Given<String>, ApiError> {
        let text = self.take::<String>(name, "a text")?;
        match text {
            Given::Value(text) if text.is_empty() => Ok(Given::Null),
            Given::Value(text) if text.contains('\0') || text.len() > 1024 => {
                Err(wrong(name, "a text of at most 1024 bytes without NUL", &text))
            }
            text => Ok(text),
        }
    }

    pub(super) fn texts(&mut self, name: &str) -> Result<Given<Vec<String>>, ApiError> {
        self.take(name, "a list of texts")
    }

    pub(super) fn flag(&mut self, name: &str) -> Result<Given<bool>, ApiError> {
        self.take(name, "true or false")
    }

    /// A count, also with a point or in quotes, as clients in languages without types write it.
    pub(super) fn number(&mut self, name: &str) -> Result<Given<u64>, ApiError> {
        let expected = "a whole number of zero or more";
        Ok(match self.take::<Box<RawValue>>(name, expected)? {
            Given::Value(raw) => {
                Given::Value(count(unquoted(&raw)).ok_or_else(|| wrong(name, expected, raw.get()))?)
            }
            Given::Null => Given::Null,
            Given::Absent => Given::Absent,
        })
    }

    /// Whatever JSON object it is, as text.
    pub(super) fn object(&mut self, name: &str) -> Result<Given<String>, ApiError> {
        let object = self.take::<serde_json::Map<String, serde_json::Value>>(name, "an object")?;
        Ok(match object {
            Given::Value(object) => Given::Value(serde_json::Value::Object(object).to_string()),
            Given::Null => Given::Null,
            Given::Absent => Given::Absent,
        })
    }

    /// Dollars as they are written; what has more than 12 decimals, such as the sum of two floats, is
    /// the nearest picodollar.
    pub(super) fn dollars(&mut self, name: &str) -> Result<Given<Usd>, ApiError> {
        let raw = match self.take::<Box<RawValue>>(name, "an amount")? {
            Given::Value(raw) => raw,
            Given::Null => return Ok(Given::Null),
            Given::Absent => return Ok(Given::Absent),
        };
        let expected = "dollars, from 0 to 1000000000000000, such as 10.5";
        let refuse = || wrong(name, expected, raw.get());
        let text = unquoted(&raw);
        let written = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(text));
        let written = written.map_err(|_| refuse())?;
        let nearest = written.round_dp_with_strategy(12, RoundingStrategy::MidpointAwayFromZero);
        let usd: Usd = nearest.normalize().to_string().parse().map_err(|_| refuse())?;
        let most: Usd = MOST.parse().unwrap_or_default();
        // No amount becomes nothing.
        let vanishes = nearest.is_zero() && !written.is_zero();
        if usd < Usd::ZERO || usd > most || vanishes {
            return Err(refuse());
        }
        Ok(Given::Value(usd))
    }

    pub(super) fn duration(&mut self, name: &str) -> Result<Given<Duration>, ApiError> {
        Ok(match self.text(name)? {
            Given::Absent => Given::Absent,
            Given::Null => Given::Null,
            Given::Value(text) => Given::Value(Duration::parse(&text).ok_or_else(|| {
                wrong(name, "a length of time such as 30s, 15m, 24h, 7d, 2w or 1mo", &text)
            })?),
        })
    }

    /// A text that must be there.
    pub(super) fn required(&mut self, name: &str) -> Result<String, ApiError> {
        self.text(name)?
            .value()
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| ApiError::BadField(format!("expected the field `{name}`, found none")))
    }

    /// Takes the fields that only state a default.
    fn defaults(&mut self) -> Result<Vec<&'static str>, ApiError> {
        let mut stated = Vec::new();
        for (name, values, expected) in DEFAULTS {
            match self.0.remove(name) {
                None => {}
                Some(raw) if values.contains(&raw.get()) => stated.push(name),
                Some(raw) => return Err(wrong(name, expected, raw.get().trim_matches('"'))),
            }
        }
        Ok(stated)
    }

    /// Tells which fields there are that have no effect here, if none of them should have.
    pub(super) fn finish(mut self) -> Result<Vec<&'static str>, ApiError> {
        // Clients send the fields that they do not use as null or empty.
        self.0.retain(|_, raw| !matches!(raw.get(), "null" | "{}" | "[]" | "\"\""));
        let mut ignored = self.defaults()?;
        ignored.extend(HARMLESS.into_iter().filter(|name| self.0.remove(*name).is_some()));
        match self.0.into_keys().next() {
            None if ignored.is_empty() => Ok(ignored),
            None => {
                let fields = ignored.join(", ");
                tracing::warn!(fields, "a management request has fields that have no effect");
                Ok(ignored)
            }
            Some(name) => Err(ApiError::BadField(format!(
                "the field `{name}` is unknown and would have no effect; {}",
                instead_of(&name)
            ))),
        }
    }
}

/// A number as it is written, also where it is in quotes.
fn unquoted(raw: &RawValue) -> &str {
    let text = raw.get();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).trim()
}

/// An error about one field.
pub(super) fn wrong(name: &str, expected: &str, found: &str) -> ApiError {
    let shown = |letter: char| if letter.is_control() { '\u{FFFD}' } else { letter };
    let found: String = found.chars().take(60).map(shown).collect();
    ApiError::BadField(format!("expected `{name}` to be {expected}, found `{found}`"))
}

/// What `LiteLLM`'s clients ask lists for that leaves nobody out.
const HARMLESS_QUERY: [&str; 6] = [
    "expand",
    "include_created_by_keys",
    "include_team_keys",
    "return_full_object",
    "sort_by",
    "sort_order",
];

/// Refuses a query with names that are not known: a filter that does nothing shows the wrong things.
pub(super) fn only(query: &HashMap<String, String>, known: &[&str]) -> Result<(), ApiError> {
    let strange = |name: &&String| {
        !known.contains(&name.as_str()) && !HARMLESS_QUERY.contains(&name.as_str())
    };
    match query.keys().find(strange) {
        None => Ok(()),
        Some(name) => Err(wrong("the query", &format!("nothing but {}", known.join(", ")), name)),
    }
}

/// A number of 1 or more in a query.
pub(super) fn number(
    query: &HashMap<String, String>,
    name: &str,
    otherwise: usize,
) -> Result<usize, ApiError> {
    let Some(text) = query.get(name) else { return Ok(otherwise) };
    let number = text.parse().ok().filter(|number| (1..=1_000_000).contains(number));
    number.ok_or_else(|| wrong(name, "a whole number of 1 or more", text))
}

// === impl Given ===

impl<T> Given<T> {
    pub(super) fn value(self) -> Option<T> {
        if let Self::Value(value) = self { Some(value) } else { None }
    }

    /// Puts it where it belongs, if it is there.
    pub(super) fn set(self, slot: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *slot = None,
            Self::Value(value) => *slot = Some(value),
        }
    }

    /// The same where there is always something.
    pub(super) fn put(self, slot: &mut T)
    where
        T: Default,
    {
        match self {
            Self::Absent => {}
            Self::Null => *slot = T::default(),
            Self::Value(value) => *slot = value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(body: &str) -> Fields {
        Fields(serde_json::from_str(body).unwrap())
    }

    #[track_caller]
    fn dollars(written: &str, expect: Result<&str, &str>) {
        let body = format!(r#"{{"max_budget": {written}}}"#);
        let found = fields(&body).dollars("max_budget");
        let found = found.map(|given| given.value().unwrap().to_string());
        assert_eq!(found.map_err(|error| error.to_string()), expect.map(str::to_owned).map_err(
            |found| format!("expected `max_budget` to be dollars, from 0 to 1000000000000000, such as 10.5, found `{found}`")
        ));
    }

    #[test]
    fn money_is_what_was_written() {
        dollars("10", Ok("10"));
        dollars("0.1", Ok("0.1"));
        dollars("1e-6", Ok("0.000001"));
        dollars("\"0.000000000001\"", Ok("0.000000000001"));
        dollars("9000000.01", Ok("9000000.01"));
        dollars("999999999999999.999999999999", Ok("999999999999999.999999999999"));
        dollars("1e15", Ok("1000000000000000"));
        dollars("0", Ok("0"));
        dollars("0.30000000000000004", Ok("0.3"));
        dollars("\"0.30000000000000004\"", Ok("0.3"));
        dollars("1.0000000000005", Ok("1.000000000001"));
        dollars("60.0", Ok("60"));
        dollars("2.220446049250313e-10", Ok("0.000000000222"));
        for wrong in [
            "-1",
            "1000000000000000.000000000001",
            "1e300",
            "1e-300",
            "0.0000000000001",
            "\"\"",
            "\"NaN\"",
            "true",
            "{}",
        ] {
            dollars(wrong, Err(wrong));
        }
    }

    #[test]
    fn a_count_is_what_was_written() {
        for (written, expect) in
            [("60", 60), ("60.0", 60), ("6e1", 60), ("\"60\"", 60), ("\"60.0\"", 60), ("0.0", 0)]
        {
            let found = fields(&format!(r#"{{"rpm_limit":{written}}}"#)).number("rpm_limit");
            assert_eq!(found.unwrap().value(), Some(expect), "{written}");
        }
        for written in ["60.5", "-1", "-1.0", "\"sixty\"", "\"\"", "true", "[60]", "1e300"] {
            let found = fields(&format!(r#"{{"rpm_limit":{written}}}"#)).number("rpm_limit");
            let expect = format!(
                "expected `rpm_limit` to be a whole number of zero or more, found `{written}`"
            );
            assert_eq!(found.unwrap_err().to_string(), expect);
        }
    }

    #[test]
    fn an_unused_field_is_named() {
        let known = fields(r#"{"soft_budget":5,"tags":["a"],"guardrails":null}"#).finish();
        assert_eq!(known.unwrap(), ["soft_budget", "tags"]);
        let mut some = fields(r#"{"a":1,"b":null,"c":[],"tags":["a"],"guardrails":["x"]}"#);
        assert!(matches!(some.number("a"), Ok(Given::Value(1))));
        let told = some.finish().unwrap_err().to_string();
        assert_eq!(
            told,
            "the field `guardrails` is unknown and would have no effect; leave it out: answers \
             are filtered by the content filters of the deployment in Azure"
        );
        assert!(fields("{}").finish().is_ok());
    }
}
