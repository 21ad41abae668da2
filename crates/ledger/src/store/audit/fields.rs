//! The changed fields of a record for the audit, without secrets.

use jiff::Timestamp;
use llm_types::Usd;
use serde_json::{Map, Value};

use crate::{
    db::{CellRef, Cells, Kind},
    store::wide_sums::PICOS,
};

/// The columns of a record by the names that the API gives them, its secrets among them: they are shown by
/// [`Fields::changed`] only.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::store) struct Fields(Map<String, Value>);

/// Shown instead of a secret.
const MASK: &str = "•••";
/// What every change changes, or the subject says.
const LEFT_OUT: [&str; 5] = ["id", "created_at", "updated_at", "created_by", "updated_by"];
/// Columns of JSON whose keys are shown as fields of their own, below this name.
const BELOW: [(&str, &str); 2] = [("params", "litellm_params"), ("info", "model_info")];

// === impl Fields ===

impl Fields {
    /// The first row of some cells, which has these columns.
    pub(in crate::store) fn of(columns: &[(&str, Kind)], cells: &Cells) -> Self {
        let mut fields = Map::new();
        for (nth, (name, kind)) in columns.iter().enumerate() {
            match (cells.get(0, nth), kind) {
                _ if LEFT_OUT.contains(name) => {}
                (CellRef::Null, _) => {}
                (CellRef::Int(number), Kind::Flag) => {
                    fields.insert((*name).to_owned(), (number != 0).into());
                }
                (CellRef::Int(number), _) => put_number(&mut fields, name, number),
                (CellRef::Text(text), Kind::Json) => put_json(&mut fields, name, text),
                (CellRef::Text(text), _) => {
                    fields.insert((*name).to_owned(), text.into());
                }
            }
        }
        Self(fields)
    }

    /// What two records differ in, as each of them has it. Where there is one only, all of it.
    pub(in crate::store) fn changed(
        before: Option<&Self>,
        after: Option<&Self>,
    ) -> [Option<Map<String, Value>>; 2] {
        let differing = |one: &Self, other: Option<&Self>| -> Map<String, Value> {
            let same = |name: &str, value: &Value| {
                other.is_some_and(|other| other.0.get(name) == Some(value))
            };
            let fields = one.0.iter().filter(|(name, value)| !same(name, value));
            fields.map(|(name, value)| (name.clone(), masked(name, value))).collect()
        };
        [before.map(|one| differing(one, after)), after.map(|one| differing(one, before))]
    }
}

fn put_number(fields: &mut Map<String, Value>, name: &str, number: i64) {
    let time = || Timestamp::from_microsecond(number).ok().map(|time| time.to_string().into());
    match (name.strip_suffix("_usd"), name.strip_suffix("_pico")) {
        // The dollars come first.
        (Some(sum), _) => add(fields, sum, i128::from(number) * PICOS),
        (_, Some(sum)) => add(fields, sum, i128::from(number)),
        _ if name.ends_with("_at") => {
            fields.insert(name.to_owned(), time().unwrap_or_else(|| number.into()));
        }
        _ => drop(fields.insert(name.to_owned(), number.into())),
    }
}

/// Adds picodollars to a sum, which is shown in dollars.
fn add(fields: &mut Map<String, Value>, sum: &str, picos: i128) {
    let name = format!("{sum}_budget");
    let before =
        fields.get(&name).and_then(Value::as_str).and_then(|text| text.parse::<Usd>().ok());
    let picos = before.map_or(0, Usd::picos) + picos;
    fields.insert(name, Usd::from_picos(picos).to_string().into());
}

fn put_json(fields: &mut Map<String, Value>, name: &str, json: &str) {
    let below = BELOW.iter().find(|(column, _)| *column == name).map(|(_, below)| below);
    match (serde_json::from_str::<Value>(json), below) {
        (Ok(Value::Object(object)), Some(below)) => {
            fields.extend(object.into_iter().map(|(key, value)| (format!("{below}.{key}"), value)));
        }
        (Ok(value), _) => drop(fields.insert(name.to_owned(), value)),
        // What cannot be read may be a secret.
        (Err(_), _) => drop(fields.insert(name.to_owned(), MASK.into())),
    }
}

/// A value without what must not be seen, wherever it is in it.
fn masked(name: &str, value: &Value) -> Value {
    match value {
        Value::String(text) if is_secret(name) || looks_secret(text) => {
            Value::from(if text.is_empty() { "" } else { MASK })
        }
        Value::String(text) => without_user(text).into(),
        Value::Array(items) => items.iter().map(|item| masked(name, item)).collect(),
        Value::Object(object) => {
            object.iter().map(|(key, value)| (key.clone(), masked(key, value))).collect()
        }
        // A key of digits alone may be a number.
        Value::Number(_) if is_secret(name) => MASK.into(),
        other => other.clone(),
    }
}

/// Whether a field is a credential by its name.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = ["api_key", "apikey", "api-key", "ad_token", "access_token", "access_key"];
    let has = ["secret", "password", "passwd", "credential", "authorization", "bearer"];
    ends.iter().any(|end| name.ends_with(end)) || has.iter().any(|part| name.contains(part))
}

/// Whether a text is a sealed secret, or a key of a gateway. Of a key only its end is not.
fn looks_secret(text: &str) -> bool {
    text.starts_with("fareway:v") || (text.starts_with("sk-") && !text.starts_with("sk-..."))
}

/// An address without the user's name and password, and without the values of its query.
fn without_user(text: &str) -> String {
    let Ok(mut url) = url::Url::parse(text) else { return text.to_owned() };
    let plain = url.username().is_empty() && url.password().is_none();
    let harmless = url.query_pairs().all(|(name, _)| name == "api-version");
    // Any text with a colon may parse as an address; only one with a host can have a user.
    if !url.has_host() || (plain && harmless) {
        return text.to_owned();
    }
    // They fail where there is no host.
    let _ = (url.set_username(""), url.set_password(None));
    // Parameters other than the API version may be credentials, such as a signature.
    if !harmless {
        url.set_query(None);
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(name: &str, value: Value, expect: Value) {
        assert_eq!(masked(name, &value), expect);
    }

    #[test]
    fn secrets_are_masked_wherever_they_are() {
        check("litellm_params.api_key", json!("anything"), json!(MASK));
        check("litellm_params.api_key", json!(123), json!(MASK));
        check("litellm_params.other", json!("fareway:v1:abc"), json!(MASK));
        check(
            "metadata",
            json!({"a": [{"client_secret": "x", "b": 1}]}),
            json!({"a": [{"client_secret": MASK, "b": 1}]}),
        );
        check("metadata", json!({"note": "sk-12345678901234567890"}), json!({"note": MASK}));
        check("metadata", json!({"Authorization": "Basic abc"}), json!({"Authorization": MASK}));
        check("name", json!("sk-...4f3c"), json!("sk-...4f3c"));
        check("model_info.input_cost_per_token", json!("5e-8"), json!("5e-8"));
        check(
            "litellm_params.api_base",
            json!("https://u:p@r.example.com/openai/v1/"),
            json!("https://r.example.com/openai/v1/"),
        );
        check(
            "litellm_params.api_base",
            json!("https://r.example.com/x?api-key=1"),
            json!("https://r.example.com/x"),
        );
        let plain = json!("https://r.example.com/x?api-version=2024-10-21");
        check("litellm_params.api_base", plain.clone(), plain);
    }

    #[test]
    fn money_times_and_flags_are_as_the_api_writes_them() {
        let columns = [
            ("id", Kind::Text),
            ("max_usd", Kind::Int),
            ("max_pico", Kind::Int),
            ("blocked", Kind::Flag),
            ("expires_at", Kind::Int),
            ("rpm", Kind::Int),
            ("models", Kind::Json),
        ];
        let mut cells = Cells::with_capacity(7, 1);
        cells.text("k");
        cells.int(12);
        cells.int(500_000_000_000);
        cells.int(1);
        cells.int(1_000_000);
        cells.opt_int(None);
        cells.text(r#"["a"]"#);
        let Fields(fields) = Fields::of(&columns, &cells);
        let expect = json!({"max_budget": "12.5", "blocked": true,
            "expires_at": "1970-01-01T00:00:01Z", "models": ["a"]});
        assert_eq!(Value::Object(fields), expect);
    }
}
