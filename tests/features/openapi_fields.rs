//! The fields of management requests: those that are described are accepted, and those that are
//! accepted are described.

use std::collections::BTreeSet;

use harness::{
    gateway::{GROUP, Setup},
    keys::manage,
};
use serde_json::{Value, json};

use crate::{
    described::{Described, sources},
    models::smart,
};

/// The fields of a request's body, with whether they must be there.
fn fields(described: &Described, operation: &Value) -> Vec<(String, bool)> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let schema = schema["$ref"]
        .as_str()
        .map_or(schema, |path| described.document.pointer(&path[1..]).unwrap());
    if schema["additionalProperties"] != false {
        return Vec::new();
    }
    let needed = |name: &str| {
        schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name))
    };
    let names = schema["properties"].as_object().unwrap().keys();
    names.map(|name| (name.clone(), needed(name))).collect()
}

/// A value that lets a request come as far as its other fields.
fn given(name: &str, template: &Value) -> Value {
    template.get(name).cloned().unwrap_or_else(|| panic!("the field `{name}` has no value here"))
}

#[tokio::test]
async fn every_described_field_is_taken() {
    let setup = Setup::new().await;
    let described = Described::of(&setup).await;
    let key = "sk-a-key-that-somebody-chose";
    manage(&setup, "/key/generate", json!({"key": key})).await;
    manage(&setup, "/team/new", json!({"team_id": "blue"})).await;
    manage(&setup, "/user/new", json!({"user_id": "ann"})).await;
    manage(&setup, "/model/new", smart(&setup.azure)).await;
    let template = json!({"key": key, "team_id": "blue", "user_id": "ann", "id": "m1",
        "member": {"user_id": "ann"}, "model": GROUP, "input_tokens": 1, "output_tokens": 1,
        "model_name": "smart", "litellm_params": smart(&setup.azure)["litellm_params"]});
    let mut count = 0;
    for (method, path, operation) in described.operations() {
        let all = fields(&described, &operation);
        for (name, _) in &all {
            let needed = all.iter().filter(|(other, needed)| *needed && other != name);
            let mut body: serde_json::Map<_, _> =
                needed.map(|(other, _)| (other.clone(), given(other, &template))).collect();
            // Nothing that is taken is like this: what is known is refused for its value, or
            // noticed as missing where it stands in for another.
            body.insert(name.clone(), json!([[{"odd": true}]]));
            let body = Value::Object(body);
            let path = path.replace("{key}", key).replace("{id}", "m1");
            let mut described =
                Described { seen: BTreeSet::new(), document: described.document.clone() };
            let reply = described.ask(&setup, &format!("{method} {path}"), &body).await;
            let text = reply.text();
            assert_eq!(reply.status, 400, "{path} {body}: {text}");
            let unknown = text.contains("is unknown and would") || text.contains("unknown field");
            assert!(!unknown, "{path} does not take `{name}`: {text}");
            assert!(
                text.contains(name.as_str()) || text.contains("body is not as"),
                "{path} {body}: {text}"
            );
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

/// A request is read by the struct that describes it: only the fields that it does not know are left
/// out of the description.
#[test]
fn every_taken_field_is_described() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/gateway-api/src");
    let mut requests = 0;
    for (file, text) in sources(folder.as_ref()) {
        for rest in text.split("#[schema(ignore)]").skip(1) {
            assert!(rest.trim_start().starts_with("pub others: Others,"), "{file}");
            requests += 1;
        }
        assert!(!text.contains("skip_deserializing"), "{file}");
    }
    assert!(requests > 20, "{requests}");
}
