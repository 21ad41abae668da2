//! Reading of a request's JSON object into a struct of fields.

use std::collections::BTreeMap;

use serde::{
    Deserialize,
    de::{
        DeserializeOwned, IntoDeserializer,
        value::{MapDeserializer, SeqDeserializer},
    },
};
use serde_json::value::RawValue;

use super::{FieldError, Others};

/// A request whose fields are read one by one, and those that it does not know.
pub trait Request: DeserializeOwned {
    /// The fields that the request does not know.
    fn others(&mut self) -> &mut Others;
}

/// A field as it was sent: its name and its JSON.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Sent(pub(super) String, pub(super) String);

/// Reads a request from its fields, and reports the names of those that have no effect.
///
/// # Errors
/// When a field is missing, unknown, or not as described.
pub fn read<T: Request>(
    fields: BTreeMap<String, Box<RawValue>>,
) -> Result<(T, Vec<String>), FieldError> {
    let sent = fields.into_iter().map(|(name, json)| (name.clone(), Sent::new(name, json)));
    let mut request = T::deserialize(MapDeserializer::new(sent))?;
    let ignored = std::mem::take(request.others()).without_effect()?;
    Ok((request, ignored))
}

/// The same from the body of a request: an object, or nothing.
///
/// # Errors
/// When the body is no JSON object, or a field is missing, unknown, or not as described.
pub fn read_body<T: Request>(body: &[u8]) -> Result<(T, Vec<String>), FieldError> {
    if body.trim_ascii().is_empty() {
        return read(BTreeMap::new());
    }
    let fields = serde_json::from_slice(body).map_err(|error| {
        FieldError::Wrong(format!("expected a JSON object in the request's body: {error}"))
    });
    read(fields?)
}

impl Sent {
    pub(super) fn new(name: String, json: Box<RawValue>) -> Self {
        Self(name, Box::<str>::from(json).into())
    }
}

impl IntoDeserializer<'_, FieldError> for Sent {
    type Deserializer = SeqDeserializer<std::array::IntoIter<String, 2>, FieldError>;

    fn into_deserializer(self) -> Self::Deserializer {
        SeqDeserializer::new([self.0, self.1].into_iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::litellm::{grant::GrantTerms, key::KeyTerms};

    fn terms(body: &str) -> Result<(GrantTerms, Vec<String>), String> {
        let (terms, ignored) =
            read_body::<KeyTerms>(body.as_bytes()).map_err(|error| error.to_string())?;
        Ok((terms.grant, ignored))
    }

    #[track_caller]
    fn dollars(written: &str, expect: Result<&str, &str>) {
        let found = terms(&format!(r#"{{"max_budget": {written}}}"#));
        let found = found.map(|(terms, _)| terms.max_budget.value().unwrap().0.to_string());
        assert_eq!(found, expect.map(str::to_owned).map_err(
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
            let found = terms(&format!(r#"{{"rpm_limit":{written}}}"#)).unwrap().0.rpm_limit;
            assert_eq!(found.value(), Some(expect), "{written}");
        }
        for written in ["60.5", "-1", "-1.0", "\"sixty\"", "\"\"", "true", "[60]", "1e300"] {
            let found = terms(&format!(r#"{{"rpm_limit":{written}}}"#));
            let expect = format!(
                "expected `rpm_limit` to be a whole number of zero or more, found `{written}`"
            );
            assert_eq!(found.unwrap_err(), expect);
        }
    }

    #[test]
    fn an_unused_field_is_named() {
        let known = terms(r#"{"soft_budget":5,"tags":["a"],"guardrails":null}"#).unwrap().1;
        assert_eq!(known, ["soft_budget", "tags"]);
        let some = r#"{"rpm_limit":1,"b":null,"c":[],"tags":["a"],"guardrails":["x"]}"#;
        assert_eq!(
            terms(some).unwrap_err(),
            "the field `guardrails` is unknown and would have no effect; leave it out: answers \
             are filtered by the content filters of the deployment in Azure"
        );
        assert_eq!(terms("{}").unwrap().1, [""; 0]);
        assert_eq!(terms("").unwrap().1, [""; 0]);
    }

    #[test]
    fn what_must_be_there_is_asked_for() {
        let missing = "expected the field `key`, found none";
        for body in ["{}", r#"{"key": null}"#, r#"{"key": " "}"#, ""] {
            let found = read_body::<crate::litellm::key::KeyNamed>(body.as_bytes());
            assert_eq!(found.unwrap_err().to_string(), missing, "{body}");
        }
        assert_eq!(
            terms("[]").unwrap_err(),
            "expected a JSON object in the request's body: invalid type: sequence, expected a map \
             at line 1 column 0"
        );
    }

    #[test]
    fn windows_are_read_like_requests() {
        let windows = |json: &str| terms(&format!(r#"{{"budget_limits": [{json}]}}"#));
        let sent_back =
            r#"{"budget_duration": "1d", "max_budget": "10.5", "spend": 3, "left": 7.5}"#;
        let (read, _) = windows(sent_back).unwrap();
        let read = read.budget_limits.value().unwrap();
        assert_eq!(read[0].budget_duration.0.0, "1d");
        assert_eq!(read[0].max_budget.0.0.to_string(), "10.5");
        assert_eq!(
            windows(r#"{"budget_duration": "1d"}"#).unwrap_err(),
            "expected `max_budget` in each of `budget_limits`, found none"
        );
    }

    #[test]
    fn what_is_sent_is_what_was_set() {
        let mut change = crate::litellm::key::KeyChange::default();
        change.key.0 = "ann".to_owned();
        change.grant.rpm_limit = crate::Field::Value(60);
        change.fields.key_alias = crate::Field::Null;
        let sent = serde_json::to_string(&change).unwrap();
        assert_eq!(sent, r#"{"key":"ann","key_alias":null,"rpm_limit":60}"#);
    }
}
