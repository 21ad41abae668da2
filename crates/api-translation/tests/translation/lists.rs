//! The three lists say what happens: every row is tried, and every documented name has a row.

use std::collections::BTreeMap;

use api_translation::{Api, Listed, Rule, rows};
use serde_json::{Value, json};

use crate::{
    samples::{self, Sample},
    support::translate,
};

const APIS: [Api; 2] = [Api::Responses, Api::Messages];

/// Objects in which this row's key, or kind, is what the row is about.
fn objects(listed: &Listed, sample: &Sample) -> Vec<Value> {
    let value = listed.value().map(|value| serde_json::from_str(&value).unwrap());
    match (listed.kind(), listed.row().rule) {
        (Some(kind), _) if sample.place == "include[]" => vec![json!(kind)],
        (Some(kind), Rule::Carried) => {
            sample.objects.iter().filter(|object| object["type"] == kind).cloned().collect()
        }
        (Some(kind), _) => {
            let mut object = sample.objects.first().cloned().unwrap_or_else(|| json!({}));
            // Another kind of thing has none of its keys, but a setting keeps them.
            if sample.place.ends_with("[]") || sample.place.ends_with("source") {
                object = json!({});
            }
            object["type"] = json!(kind);
            vec![object]
        }
        (None, Rule::Carried) => {
            let has = |object: &&Value| match &value {
                Some(value) => object[listed.key()] == *value,
                None => object.get(listed.key()).is_some(),
            };
            sample.objects.iter().filter(has).cloned().collect()
        }
        (None, _) => {
            let mut object = sample.objects[0].clone();
            object[listed.key()] = value.unwrap_or_else(|| json!("another"));
            vec![object]
        }
    }
}

#[test]
fn every_row_does_what_it_says() {
    for listed in APIS.into_iter().flat_map(rows) {
        let (place, row, name) = (listed.place(), listed.row(), listed.name());
        let sample = samples::of(place.api, place.name);
        let objects = objects(&listed, &sample);
        assert!(!objects.is_empty(), "{:?} `{name}` is not tried", place.api);
        for object in objects {
            let request = (sample.request)(object);
            let tried = translate(sample.api, &request);
            let dropped = |name: &str| {
                let tried = tried.as_ref().unwrap_or_else(|refused| panic!("{refused}: {request}"));
                tried.dropped.names().any(|dropped| dropped == name)
            };
            match row.rule {
                Rule::Carried => assert!(!dropped(&name), "{name} is dropped from {request}"),
                Rule::Dropped => assert!(dropped(&name), "{name} is not dropped from {request}"),
                Rule::Refused => {
                    let refused = tried.err().unwrap_or_else(|| panic!("{name}: {request}"));
                    assert_eq!(refused.reason, row.note, "{name}: {request}");
                }
            }
        }
    }
}

/// From the SDKs' own types, with the kinds of things where a place is a list.
#[test]
fn every_documented_name_has_a_row() {
    let names: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        serde_json::from_str(include_str!("fixtures/names.json")).unwrap();
    for api in APIS {
        for (place, names) in &names[&api.to_string()] {
            let known: Vec<_> = rows(api)
                .filter(|listed| listed.place().name == place)
                .flat_map(|listed| [Some(listed.key()), listed.kind()])
                .flatten()
                .collect();
            for name in names {
                assert!(known.contains(&&**name), "{api}: `{place}` has no row for `{name}`");
            }
        }
    }
}

#[test]
fn what_has_no_row_is_refused_by_name() {
    let check = |api, request: Value, expect: &str| {
        assert_eq!(translate(api, &request).unwrap_err().to_string(), expect);
    };
    check(Api::Responses, json!({"input": "a", "novel": 1}), "`novel` is not known here");
    check(
        Api::Responses,
        json!({"input": [{"role": "user", "content": [{"type": "input_text", "text": "a", "x": 1}]}]}),
        "`input[0].content[0].x` is not known here",
    );
    check(
        Api::Responses,
        json!({"input": [{"type": "novel"}]}),
        "`input[0]` is `\"novel\"`, which is not known here",
    );
    let messages = json!([{"role": "user", "content": [{"type": "novel"}]}]);
    check(
        Api::Messages,
        json!({"max_tokens": 1, "messages": messages}),
        "`messages[0].content[0]` is `\"novel\"`, which is not known here",
    );
}

/// SDKs send nulls for what was not set.
#[test]
fn null_is_absent() {
    for api in APIS {
        let sample = samples::of(api, "");
        let mut request = sample.objects[0].clone();
        for listed in rows(api).filter(|listed| listed.place().name.is_empty()) {
            let needed = ["input", "messages", "max_tokens"];
            if !needed.contains(&listed.key()) {
                request[listed.key()] = Value::Null;
            }
        }
        let translated = translate(api, &request).unwrap();
        assert!(translated.dropped.is_empty());
    }
}

/// They are in a header.
#[test]
fn names_are_short_and_ascii() {
    for listed in APIS.into_iter().flat_map(rows) {
        let name = listed.name();
        let plain = |letter: char| letter.is_ascii_graphic() && letter != ',';
        assert!(name.chars().all(plain) && name.len() < 64, "{name}");
    }
}
