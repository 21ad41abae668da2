//! The OpenAPI document is true: no page is missing, and every answer has the shape it describes.

use std::collections::BTreeSet;

use gateway::{Running, Workers, config::Config};
use harness::{
    client::{Opened, http, request},
    gateway::{AZURE_KEY, GROUP, KEY, Setup, asking, streaming},
    keys::key,
};
use http::Method;
use serde_json::{Value, json};

use crate::described::{Described, sources};

/// A path with some name in place of each parameter.
fn named(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "some" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Every object of a part.
fn objects<'a>(part: &'a Value, found: &mut Vec<&'a serde_json::Map<String, Value>>) {
    match part {
        Value::Object(object) => {
            found.push(object);
            object.values().for_each(|part| objects(part, found));
        }
        Value::Array(parts) => parts.iter().for_each(|part| objects(part, found)),
        _ => {}
    }
}

fn source() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/gateway/src")
}

#[tokio::test]
async fn the_document_holds_together() {
    let setup = Setup::new().await;
    let described = Described::of(&setup).await;
    let document = &described.document;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
    let mut all = Vec::new();
    objects(document, &mut all);
    let mut used = BTreeSet::new();
    for object in &all {
        if let Some(Value::String(path)) = object.get("$ref") {
            assert!(document.pointer(&path[1..]).is_some(), "`{path}` is nowhere");
            used.insert(path.as_str());
        }
        // Whatever has fields says whether there may be others.
        if object
            .get("properties")
            .is_some_and(|fields| !fields.as_object().unwrap().contains_key("type"))
            && object.get("type").is_some()
        {
            assert!(object.contains_key("additionalProperties"), "{object:?}");
        }
        assert!(!object.contains_key("allOf"), "{object:?}");
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        jsonschema::draft202012::meta::validate(schema)
            .unwrap_or_else(|error| panic!("`{name}`: {error}"));
        described.validator(schema);
        let path = format!("#/components/schemas/{name}");
        assert!(used.contains(path.as_str()), "`{name}` is nowhere used");
    }
    let operations = described.operations();
    let ids: BTreeSet<_> =
        operations.iter().map(|(.., one)| one["operationId"].to_string()).collect();
    assert_eq!(ids.len(), operations.len(), "ids of operations are not unique");
    let tags: BTreeSet<_> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].to_string()).collect();
    for (method, path, operation) in operations {
        assert!(operation["summary"].is_string(), "{method} {path} says nothing of itself");
        assert!(tags.contains(&operation["tags"][0].to_string()), "{method} {path}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            let about = response["description"].as_str().unwrap_or_default();
            assert!(about.len() > 3, "{method} {path} {status} says nothing of itself");
        }
        let told = |name: &str| {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            parameters.into_iter().any(|one| one["name"] == name && one["in"] == "path")
        };
        let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        names.for_each(|name| assert!(told(name), "{method} {path}: `{name}`"));
    }
    let text = document.to_string();
    for secret in [KEY, AZURE_KEY, GROUP, &setup.azure.openai_v1()] {
        let example = secret == GROUP;
        assert!(example || !text.contains(secret), "the document tells `{secret}`");
    }
}

/// What is described is served, with and without a key as it says; and nothing is served that is
/// not described, since routes are registered with their descriptions.
#[tokio::test]
async fn every_page_is_in_the_document_and_the_other_way_round() {
    let setup = Setup::new().await;
    let mut described = Described::of(&setup).await;
    let send = async |method: &str, path: &str| {
        let method: Method = method.to_uppercase().parse().unwrap();
        let request = request(setup.gateway.address(), (method, path), &[], "");
        Opened::send(&setup.http, request).await.rest().await
    };
    let operations = described.operations();
    assert!(operations.len() > 50, "{}", operations.len());
    for (method, path, operation) in operations {
        let public = operation["security"].as_array().is_some_and(|all| all[0] == json!({}));
        let reply = send(&method, &named(&path)).await;
        assert_eq!(reply.status, if public { 200 } else { 401 }, "{method} {path}");
        described.check(&format!("{method} {}", named(&path)), &reply);
        for other in ["get", "post", "put", "patch", "delete"] {
            if described.document["paths"][&path].get(other).is_none() {
                assert_eq!(send(other, &named(&path)).await.status, 405, "{other} {path}");
            }
        }
    }
    pages_of_other_sites_see_nothing(&described).await;
    let with_routes: Vec<_> = sources(&source())
        .into_iter()
        .filter(|(_, text)| {
            [".route(", ".nest(", ".route_service("].iter().any(|it| text.contains(it))
        })
        .map(|(name, _)| name)
        .collect();
    assert!(with_routes.is_empty(), "{with_routes:?}");
}

/// A gateway without a master key answers programs on its machine, and no page of another site.
async fn pages_of_other_sites_see_nothing(described: &Described) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.yaml").display().to_string();
    let config = Config::parse("model_list: []\n", &file, &|_| None).unwrap();
    let gateway =
        Running::start(config, ([127, 0, 0, 1], 0).into(), Workers(1), harness::gateway::clock())
            .await
            .unwrap();
    for (method, path, operation) in described.operations() {
        let asked = (method.to_uppercase().parse().unwrap(), &*named(&path));
        let headers = [("origin", "https://example.com")];
        let request = request(gateway.address(), asked, &headers, "");
        let status = Opened::send(&http(), request).await.rest().await.status;
        let public = operation["security"].is_array();
        assert_eq!(status, if public { 200 } else { 403 }, "{method} {path}");
        assert!(operation["responses"][status.to_string()].is_object(), "{method} {path} {status}");
    }
    gateway.shutdown().await;
}

async fn embeddings_are_as_described(described: &mut Described) {
    let azure = harness::gateway::azure().await;
    let base = azure.openai_v1();
    let model = "text-embedding-3-small";
    let entries = [
        harness::gateway::entry(model, "azure_ai/text-embedding-3-small", &base),
        harness::gateway::entry(GROUP, "azure_ai/azure-model-router", &base),
    ];
    let setup = Setup::of(azure, &entries.concat(), "").await;
    let by_path = format!("/openai/deployments/{model}/embeddings");
    for path in ["/v1/embeddings", "/embeddings", "/models/embeddings", &by_path] {
        let how = format!("post {path}");
        for (body, status) in [
            (json!({"model": model, "input": ["a"], "encoding_format": "base64"}), 200),
            (json!({"model": model, "input": "a"}), 200),
            (json!({"model": model, "input": [[1, 2]]}), 200),
            (json!({"model": model, "messages": []}), 400),
            (json!({"model": model, "input": 7}), 400),
        ] {
            let reply = described.ask(&setup, &how, &body).await;
            assert_eq!(reply.status, status, "{}", reply.text());
            let schema = &described.document["paths"]["/v1/embeddings"]["post"]["requestBody"];
            let schema = schema["content"]["application/json"]["schema"].clone();
            assert_eq!(described.validator(&schema).is_valid(&body), status == 200, "{body}");
        }
    }
    let how = "post /v1/embeddings";
    let body = json!({"model": model, "input": "a"});
    for scenario in ["unauthorized", "rate-limited", "server-error", "garbage", "no-answer"] {
        setup.set(scenario);
        described.ask(&setup, how, &body).await;
    }
    for (name, status) in [(GROUP, 400), ("nobody", 404)] {
        let body = json!({"model": name, "input": "a"});
        assert_eq!(described.ask(&setup, how, &body).await.status, status);
    }
}

#[tokio::test]
async fn answers_of_openais_pages_are_as_described() {
    let setup = Setup::new().await;
    let mut described = Described::of(&setup).await;
    let paths = [
        "/v1/chat/completions",
        "/chat/completions",
        "/openai/v1/chat/completions",
        "/openai/deployments/azure-model-router/chat/completions",
    ];
    for path in paths {
        let how = format!("post {path}");
        for (body, status) in [
            (asking("Hi"), 200),
            (streaming("Hi"), 200),
            (json!({"model": GROUP}), 400),
            (json!([]), 400),
        ] {
            let reply = described.ask(&setup, &how, &body).await;
            assert_eq!(reply.status, status, "{}", reply.text());
            let allowed =
                &described.document["paths"]["/v1/chat/completions"]["post"]["requestBody"];
            let schema = allowed["content"]["application/json"]["schema"].clone();
            assert_eq!(described.validator(&schema).is_valid(&body), status == 200, "{body}");
        }
    }
    embeddings_are_as_described(&mut described).await;
    let chat = "post /v1/chat/completions";
    for scenario in [
        "unauthorized",
        "rate-limited",
        "content-filter-prompt",
        "server-error",
        "garbage",
        "no-answer",
    ] {
        setup.set(scenario);
        described.ask(&setup, chat, &asking("Hi")).await;
    }
    setup.set("normal");
    let mut other = asking("Hi");
    other["model"] = "nobody".into();
    assert_eq!(described.ask(&setup, chat, &other).await.status, 404);
    let poor = key(&setup, json!({"max_budget": 0.000001})).await;
    let limited = key(&setup, json!({"rpm_limit": 0})).await;
    let elsewhere = key(&setup, json!({"models": ["other"]})).await;
    for (key, status) in [(poor, 429), (limited, 429), (elsewhere, 404)] {
        let reply = described.ask_as(&setup, chat, &asking("Hi"), &format!("Bearer {key}")).await;
        assert_eq!(reply.status, status, "{}", reply.text());
    }
}
