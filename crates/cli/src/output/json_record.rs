//! JSON objects from a gateway, read field by field and as text. Amounts are shown digit by digit
//! as the gateway wrote them; fields that a newer gateway adds are ignored.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::output::command_error::Failure;

/// One object.
#[derive(Debug, Default)]
pub(crate) struct Record(BTreeMap<String, Box<RawValue>>);

// === impl Record ===

impl Record {
    /// An answer that must be an object.
    pub(crate) fn read(json: &RawValue) -> Result<Self, Failure> {
        serde_json::from_str(json.get()).map(Self).map_err(|_| unexpected("an object"))
    }

    /// A field as text; `a.b` is the field `b` of the object `a`. The values of a list follow one after the
    /// other; `None` means null, empty or absent.
    pub(crate) fn text(&self, field: &str) -> Option<String> {
        if let Some((outer, inner)) = field.split_once('.') {
            return self.record(outer)?.text(inner);
        }
        text(self.0.get(field)?)
    }

    /// The same with a text in another field.
    pub(crate) fn with(&self, field: &str, text: &str) -> Self {
        let json =
            serde_json::to_string(text).ok().and_then(|json| RawValue::from_string(json).ok());
        let mut fields = self.0.clone();
        fields.extend(json.map(|json| (field.to_owned(), json)));
        Self(fields)
    }

    /// A field that is an object.
    pub(crate) fn record(&self, field: &str) -> Option<Self> {
        serde_json::from_str(self.0.get(field)?.get()).map(Self).ok()
    }

    /// A field that must be a list.
    pub(crate) fn list(&self, field: &str) -> Result<Vec<Box<RawValue>>, Failure> {
        let list = self.0.get(field).and_then(|list| serde_json::from_str(list.get()).ok());
        list.ok_or_else(|| unexpected(&format!("a list in `{field}`")))
    }

    /// A field that must be a list of objects.
    pub(crate) fn records(&self, field: &str) -> Result<Vec<Self>, Failure> {
        self.list(field)?.iter().map(|record| Self::read(record)).collect()
    }

    /// A field that must be there.
    pub(crate) fn required(&self, field: &str) -> Result<String, Failure> {
        self.text(field).ok_or_else(|| unexpected(&format!("`{field}`")))
    }
}

/// An answer that is not as it should be.
pub(crate) fn unexpected(expected: &str) -> Failure {
    Failure::failed(format!("the gateway's answer has an unexpected shape: expected {expected}"))
        .advise("Is it a Fareway gateway, as new as this command?")
}

fn text(value: &RawValue) -> Option<String> {
    // The first byte tells which kind of JSON it is; numbers are never parsed.
    let json = value.get();
    match json.as_bytes().first()? {
        b'n' => None,
        b'"' => serde_json::from_str(json).ok(),
        b'[' => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(json).ok()?;
            let items: Vec<String> = items.iter().filter_map(|item| text(item)).collect();
            (!items.is_empty()).then(|| items.join(", "))
        }
        b'{' if json.trim_matches(['{', '}', ' ']).is_empty() => None,
        // Numbers too stay as they were written.
        _ => Some(json.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_stays() {
        let json = r#"{"a": 0.100000000000000000001, "b": "9007199254740993.000000000001",
            "c": null, "d": ["x", 1.10, null], "e": {"f": {"g": 1e-12}}, "h": [], "i": {}}"#;
        let record = Record::read(&serde_json::from_str::<Box<RawValue>>(json).unwrap()).unwrap();
        let text = |field| record.text(field);
        assert_eq!(text("a").as_deref(), Some("0.100000000000000000001"));
        assert_eq!(text("b").as_deref(), Some("9007199254740993.000000000001"));
        assert_eq!(text("d").as_deref(), Some("x, 1.10"));
        assert_eq!(text("e.f.g").as_deref(), Some("1e-12"));
        for none in ["c", "h", "i", "z", "a.b", "e.z"] {
            assert_eq!(text(none), None, "{none}");
        }
    }
}
