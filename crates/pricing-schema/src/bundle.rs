//! Combines many price files into one, which contains the version of the table.

use serde_json::{Map, Value};

/// The texts of price files that belong together as the text of one, for
/// [`read_published`](crate::read_published).
///
/// # Errors
///
/// When a text is not a JSON object. Whether it is a price file is for `check`.
pub fn bundle<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    version: &str,
) -> Result<String, serde_json::Error> {
    let mut all = Map::new();
    for text in texts {
        let file: Map<String, Value> = serde_json::from_str(text)?;
        // A file's path to its own schema is wrong from anywhere else.
        for (field, value) in file.into_iter().filter(|(field, _)| field != "$schema") {
            match (all.get_mut(&field), value) {
                (Some(Value::Array(list)), Value::Array(more)) => list.extend(more),
                (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
                // The first of its kind, or a scalar such as `format`, which is the same in every
                // file.
                (_, value) => {
                    all.insert(field, value);
                }
            }
        }
    }
    all.insert("version".to_owned(), version.into());
    let mut text = serde_json::to_string_pretty(&all)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{published::read_published, read_overlay};

    /// Two files that are a table together.
    fn files() -> [Value; 2] {
        let top = json!({"format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens"});
        let (mut one, mut other) = (top.clone(), top);
        one["sources"] = json!({
            "retail": {"kind": "retail_meter", "title": "Meters", "retrieved": "2026-08-11"},
        });
        one["zones"] = json!({"eu": ["polandcentral", "swedencentral"]});
        one["router"] = json!({"aliases": ["model-router"], "fees": [], "pools": []});
        other["models"] = json!([{
            "id": "nova", "vendor": "Acme", "kind": "chat",
            "match": {"snapshots": [], "aliases": [], "unlisted_snapshots": "reject"},
            "prices": [{
                "for": {"deployment": "global_standard", "service_tier": "standard"},
                "from": "2026-01-01", "until": null,
                "tiers": [{
                    "prompt_tokens_over": 0,
                    "rates": {
                        "input": "2", "cached_input": "0.5", "cache_write": null, "output": "8",
                    },
                    "confidence": "high", "evidence": {"*": [{"source": "retail"}]},
                }],
            }],
        }]);
        [one, other]
    }

    fn bundled(change: impl FnOnce(&mut [Value; 2])) -> String {
        let mut files = files();
        change(&mut files);
        let texts = files.map(|file| file.to_string());
        bundle(texts.iter().map(String::as_str), "2026-12-01+1ac843e07475").unwrap()
    }

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let errors = read_published(text, "table.json").err().unwrap_or_default();
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(errors, expect);
    }

    #[test]
    fn files_are_read_back_as_one_table() {
        let read = read_published(&bundled(|_| {}), "table.json").unwrap();
        assert_eq!(
            (&*read.version, read.date.to_string()),
            ("2026-12-01+1ac843e07475", "2026-12-01".to_owned())
        );
        let price = &read.table.models[0].prices[0];
        assert_eq!(price.source, "Meters");
        assert_eq!(read.table.zones.len(), 1);
    }

    #[test]
    fn a_table_keeps_the_rules_of_the_published_one() {
        let versioned = |version: &str| bundled(|_| {}).replace("2026-12-01+1ac843e07475", version);
        for version in ["", "2026-12-01", "2026-12-01+", "2026-13-01+1ac8"] {
            let problem =
                format!("table.json: version: expected a day, `+` and a hash, found `{version}`");
            check(&versioned(version), &[&problem]);
        }
        check(
            &bundled(|[one, _]| one["router"] = Value::Null),
            &["table.json: router: expected the router of the table, found none"],
        );
        check(
            &bundled(|[one, _]| one["zones"] = json!({})),
            &["table.json: zones: expected the regions of the data zones, found none"],
        );
        // A figure without evidence is for overlays only.
        let bare = bundled(|[_, other]| {
            other["models"][0]["prices"][0]["tiers"][0]["evidence"] = json!({});
        });
        assert!(read_published(&bare, "table.json").is_err());
        // A million dollars for a million tokens is a dollar a token.
        let costly = bundled(|[_, other]| {
            other["models"][0]["prices"][0]["tiers"][0]["rates"]["output"] = json!("1000000");
        });
        let error = read_published(&costly, "table.json").unwrap_err().remove(0).to_string();
        assert!(error.contains("at most six digits before"), "{error}");
        assert!(read_overlay(&costly, "table.json").is_err());
    }

    #[test]
    fn a_whole_table_is_no_overlay() {
        let error = read_overlay(&bundled(|_| {}), "ours.json").unwrap_err();
        assert_eq!(
            error[0].to_string(),
            "ours.json: version: expected no version in a file with prices of your own: a whole \
             price table is named by `pricing.table`, or by `--table`"
        );
    }
}
