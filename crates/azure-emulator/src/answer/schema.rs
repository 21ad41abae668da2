//! Generates a JSON value that fits a JSON schema, as far as structured outputs allow.

use serde_json::{Map, Value, json};

use crate::random::Dice;

/// Schemas may refer to themselves; deeper than this, whatever may be left out is.
const DEEPEST: usize = 12;

/// An example for `schema`, the same for the same dice.
pub(crate) fn example(schema: &Value, dice: &mut Dice) -> Value {
    Generator { root: schema, dice }.value(schema, 0)
}

struct Generator<'a, 'd> {
    root: &'a Value,
    dice: &'d mut Dice,
}

// === impl Generator ===

impl Generator<'_, '_> {
    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
            return choices.get(self.dice.below(choices.len())).cloned().unwrap_or(Value::Null);
        }
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            return self.reference(target, depth);
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            if let Some(branches) = schema.get(key).and_then(Value::as_array) {
                // The last branch is the way out of a recursive schema: usually `null`.
                let branch = if depth > DEEPEST { branches.last() } else { branches.first() };
                return branch.map_or(Value::Null, |branch| self.value(branch, depth + 1));
            }
        }
        self.typed(schema, depth)
    }

    fn reference(&mut self, target: &str, depth: usize) -> Value {
        let found = target.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        match found {
            Some(schema) if depth <= 2 * DEEPEST => self.value(schema, depth + 1),
            _ => Value::Null,
        }
    }

    fn typed(&mut self, schema: &Value, depth: usize) -> Value {
        match kind(schema) {
            "object" => self.object(schema, depth),
            "array" => self.array(schema, depth),
            "string" => self.string(schema).into(),
            "integer" => self.integer(schema).into(),
            "number" => match self.integer(schema) {
                // A number with a fraction, where the schema leaves room for one.
                whole if schema.get("maximum").is_none() && schema.get("multipleOf").is_none() => {
                    format!("{whole}.5").parse().map_or(Value::Null, Value::Number)
                }
                whole => whole.into(),
            },
            "boolean" => (self.dice.below(2) == 1).into(),
            _ => Value::Null,
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return json!({});
        };
        let required = schema.get("required").and_then(Value::as_array);
        let needed = |name: &String| {
            depth <= DEEPEST || required.is_some_and(|names| names.iter().any(|one| one == name))
        };
        let members = properties.iter().filter(|(name, _)| needed(name));
        Value::Object(
            members
                .map(|(name, schema)| (name.clone(), self.value(schema, depth + 1)))
                .collect::<Map<_, _>>(),
        )
    }

    fn array(&mut self, schema: &Value, depth: usize) -> Value {
        let least = bound(schema, "minItems").unwrap_or(0);
        let most = bound(schema, "maxItems").unwrap_or(i64::MAX);
        let wanted = if depth > DEEPEST { least } else { least.max(2.min(most)) };
        let items = schema.get("items").cloned().unwrap_or_else(|| json!({ "type": "string" }));
        (0..wanted.min(1_000)).map(|_| self.value(&items, depth + 1)).collect()
    }

    fn string(&mut self, schema: &Value) -> String {
        let fixed = match schema.get("format").and_then(Value::as_str) {
            Some("date") => Some("2026-11-20"),
            Some("date-time") => Some("2026-11-20T09:30:00Z"),
            Some("time") => Some("09:30:00Z"),
            Some("duration") => Some("PT15M"),
            Some("email") => Some("ada@example.com"),
            Some("uri") => Some("https://example.com/"),
            Some("hostname") => Some("example.com"),
            Some("ipv4") => Some("192.0.2.1"),
            Some("ipv6") => Some("2001:db8::1"),
            Some("uuid") => return self.dice.guid(),
            _ => None,
        };
        if let Some(text) = fixed {
            return text.to_owned();
        }
        const WORDS: &[&str] = &["Paris", "blue", "seven", "Ada", "morning", "a \"quoted\" word"];
        let mut text = WORDS[self.dice.below(WORDS.len())].to_owned();
        let least = bound(schema, "minLength").and_then(|least| usize::try_from(least).ok());
        while text.chars().count() < least.unwrap_or(0).min(10_000) {
            text.push('x');
        }
        match bound(schema, "maxLength").and_then(|most| usize::try_from(most).ok()) {
            Some(most) => text.chars().take(most).collect(),
            None => text,
        }
    }

    fn integer(&mut self, schema: &Value) -> i64 {
        let least = bound(schema, "minimum")
            .or_else(|| bound(schema, "exclusiveMinimum").map(|least| least + 1));
        let most = bound(schema, "maximum")
            .or_else(|| bound(schema, "exclusiveMaximum").map(|most| most - 1));
        let wanted = i64::try_from(self.dice.below(100)).unwrap_or(0);
        let value = least.unwrap_or(0).max(wanted).min(most.unwrap_or(i64::MAX));
        match bound(schema, "multipleOf") {
            Some(step) if step > 0 => value - value.rem_euclid(step),
            _ => value,
        }
    }
}

/// The schema's type; of several the first that is not `null`.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null")
        }
        _ if schema.get("properties").is_some() => "object",
        _ if schema.get("items").is_some() => "array",
        _ => "string",
    }
}

fn bound(schema: &Value, name: &str) -> Option<i64> {
    schema.get(name)?.as_i64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_fits_its_schema() {
        let schema = json!({
            "type": "object",
            "properties": {
                "name": { "type": "string", "minLength": 12 },
                "age": { "type": "integer", "minimum": 18, "maximum": 20 },
                "unit": { "enum": ["celsius", "fahrenheit"] },
                "when": { "type": ["null", "string"], "format": "date" },
                "next": { "anyOf": [{ "$ref": "#" }, { "type": "null" }] },
                "tags": { "type": "array", "items": { "$ref": "#/$defs/tag" }, "minItems": 3 },
            },
            "required": ["name", "next"],
            "$defs": { "tag": { "type": "boolean" } },
        });
        let example = example(&schema, &mut Dice::new(3, "schema"));
        assert!(example["name"].as_str().unwrap().len() >= 12);
        assert!((18..=20).contains(&example["age"].as_i64().unwrap()));
        assert!(["celsius", "fahrenheit"].contains(&example["unit"].as_str().unwrap()));
        assert_eq!(example["when"], "2026-11-20");
        assert!(example["tags"].as_array().unwrap().iter().all(Value::is_boolean));
        assert_eq!(example["tags"].as_array().unwrap().len(), 3);
    }

    #[test]
    fn a_schema_that_refers_to_itself_ends() {
        let schema = json!({ "$ref": "#" });
        assert_eq!(example(&schema, &mut Dice::new(1, "")), Value::Null);
    }
}
