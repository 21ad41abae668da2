//! Descriptive keys of `model_info`, such as `supports_vision`: kept as JSON, as they are written,
//! and shown by `/model/info`.

use std::collections::BTreeMap;

use saphyr::{MarkedYaml, ScalarStyle, YamlData};
use serde_json::value::RawValue;

use super::yaml_tree::{Tree, is_null, shown};

/// Keys with their values as JSON.
pub(crate) type Described = BTreeMap<String, Box<RawValue>>;

/// The keys and values of a mapping. What names an environment variable stays its name.
pub(super) fn of<'a>(tree: &Tree<'a>, node: &MarkedYaml<'a>) -> Described {
    let raw = |value| RawValue::from_string(json(tree, value)).ok();
    let entries = tree.entries(node).into_iter();
    entries.filter_map(|(key, value)| Some((shown(key), raw(value)?))).collect()
}

/// A value as JSON. Numbers stay as they are written, so that none passes through a float.
fn json<'a>(tree: &Tree<'a>, node: &MarkedYaml<'a>) -> String {
    match &node.data {
        data if is_null(data) => "null".to_owned(),
        YamlData::Representation(text, ScalarStyle::Plain, _) => plain(text),
        YamlData::Representation(text, ..) => quoted(text),
        YamlData::Sequence(items) => {
            let items: Vec<_> = items.iter().map(|item| json(tree, item)).collect();
            format!("[{}]", items.join(","))
        }
        YamlData::Mapping(_) => {
            let pair = |(key, value)| format!("{}:{}", quoted(&shown(key)), json(tree, value));
            let pairs: Vec<_> = tree.entries(node).into_iter().map(pair).collect();
            format!("{{{}}}", pairs.join(","))
        }
        _ => "null".to_owned(),
    }
}

/// A text without quotes: a number or a truth value where it is one.
fn plain(text: &str) -> String {
    match text {
        "true" | "True" | "TRUE" => "true".to_owned(),
        "false" | "False" | "FALSE" => "false".to_owned(),
        _ => {
            // The first character rules out other JSON, such as `null`, a quoted text or a list.
            let is_number = text.starts_with(|first: char| first.is_ascii_digit() || first == '-')
                && serde_json::from_str::<&RawValue>(text).is_ok();
            if is_number { text.to_owned() } else { quoted(text) }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
