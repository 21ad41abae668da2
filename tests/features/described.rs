//! The gateway's OpenAPI document, and answers compared with it.

use std::collections::BTreeSet;

use harness::{
    client::{Opened, Reply, request},
    gateway::{KEY, Setup},
};
use http::Method;
use jsonschema::Validator;
use serde_json::{Value, json};

/// The document, and what of it was seen to be true.
pub(crate) struct Described {
    pub(crate) document: Value,
    /// `post /key/generate 200`.
    pub(crate) seen: BTreeSet<String>,
}

/// The sources of a folder, with their names.
pub(crate) fn sources(folder: &std::path::Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.is_dir() {
            all.extend(sources(&file));
        } else {
            all.push((file.display().to_string(), std::fs::read_to_string(&file).unwrap()));
        }
    }
    all
}

impl Described {
    pub(crate) async fn of(setup: &Setup) -> Self {
        let reply = setup.get_as("/openapi.json", "").await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(reply.header("content-type"), Some("application/json"));
        Self { document: reply.json(), seen: BTreeSet::new() }
    }

    /// Method, path and operation of every page.
    pub(crate) fn operations(&self) -> Vec<(String, String, Value)> {
        let paths = self.document["paths"].as_object().unwrap();
        let of_path = |(path, item): (&String, &Value)| {
            let item = item.as_object().unwrap().clone().into_iter();
            let path = path.clone();
            item.map(move |(method, operation)| (method, path.clone(), operation))
        };
        paths.iter().flat_map(of_path).collect()
    }

    /// A schema of the document, wherever in it.
    pub(crate) fn validator(&self, schema: &Value) -> Validator {
        let root = json!({"allOf": [schema], "components": self.document["components"]});
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        options.build(&root).unwrap_or_else(|error| panic!("{error}: {schema}"))
    }

    /// Asks as the operator, and holds the answer against the document.
    pub(crate) async fn ask(&mut self, setup: &Setup, how: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {KEY}");
        self.ask_as(setup, how, body, &bearer).await
    }

    pub(crate) async fn ask_as(
        &mut self,
        setup: &Setup,
        how: &str,
        body: &Value,
        authorization: &str,
    ) -> Reply {
        self.ask_with(setup, how, body, ("authorization", authorization)).await
    }

    /// Asks with a header more; as the operator, where that is no `authorization`.
    pub(crate) async fn ask_with(
        &mut self,
        setup: &Setup,
        how: &str,
        body: &Value,
        header: (&str, &str),
    ) -> Reply {
        let (method, path) = how.split_once(' ').unwrap();
        let method: Method = method.to_uppercase().parse().unwrap();
        let bearer = format!("Bearer {KEY}");
        let mut headers = vec![header, ("content-type", "application/json")];
        if header.0 != "authorization" {
            headers.push(("authorization", &bearer));
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = request(setup.gateway.address(), (method, path), &headers, body);
        let reply = Opened::send(&setup.http, request).await.rest().await;
        self.check(how, &reply);
        reply
    }

    /// An answer is one of those that the document describes.
    #[track_caller]
    pub(crate) fn check(&mut self, how: &str, reply: &Reply) {
        let (method, path) = how.split_once(' ').unwrap();
        let path = path.split('?').next().unwrap();
        let template = self.template(path);
        let operation = self.document["paths"][&template][method].clone();
        assert!(operation.is_object(), "`{how}` is not in the document");
        let status = reply.status.to_string();
        let responses = &operation["responses"];
        let response = responses.get(&status).or_else(|| responses.get("default"));
        let response = response.unwrap_or_else(|| {
            panic!("`{how}` answered {status}, of which nothing is said: {}", reply.text())
        });
        let kind = reply.header("content-type").unwrap().split(';').next().unwrap();
        let content = response["content"].get(kind).unwrap_or_else(|| {
            panic!("`{how}` {status} is `{kind}`, of which nothing is said: {}", reply.text())
        });
        let validator = self.validator(&content["schema"]);
        let values = match kind {
            "application/json" => vec![reply.json()],
            "text/event-stream" => reply.data(),
            _ => vec![reply.text().into()],
        };
        for value in &values {
            let wrong: Vec<String> = validator
                .iter_errors(value)
                .map(|error| format!("{} at {}", error, error.instance_path()))
                .collect();
            assert!(wrong.is_empty(), "`{how}` {status}: {}\n{value:#}", wrong.join("\n"));
        }
        if let Some(code) = reply.status.ge(&400).then(|| reply.json()["error"]["code"].clone()) {
            let about = response["description"].as_str().unwrap();
            let code = code.as_str().unwrap_or_default();
            let ours = about.contains(&format!("`{code}`"));
            // Those that pass on what Azure says.
            let passed = ["ChatError", "MessagesError"]
                .map(|shape| format!("#/components/schemas/{shape}"))
                .contains(&content["schema"]["$ref"].as_str().unwrap_or_default().to_owned());
            assert!(ours || passed, "`{how}` {status}: `{code}`");
        }
        self.seen.insert(format!("{method} {template} {status}"));
    }

    /// The path of the document that a path is one of: a fixed one before one with names.
    fn template(&self, path: &str) -> String {
        let paths = self.document["paths"].as_object().unwrap();
        if paths.contains_key(path) {
            return path.to_owned();
        }
        let fits = |template: &&String| {
            let (wanted, found) = (template.split('/'), path.split('/'));
            let (count, most) = (wanted.clone().count(), found.clone().count());
            let rest = template.ends_with("/models/{group}");
            let alike = wanted.zip(found).all(|(one, other)| one.starts_with('{') || one == other);
            alike && (count == most || rest && count < most)
        };
        let found = paths.keys().find(fits);
        found.unwrap_or_else(|| panic!("`{path}` is not in the document")).clone()
    }
}
