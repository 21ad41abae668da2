//! Keys of clients, and requests as their holders and as the operator.

use serde_json::Value;

use crate::{
    client::Reply,
    gateway::{CHAT, Setup},
};

/// A new key with these fields.
pub async fn key(setup: &Setup, fields: Value) -> String {
    manage(setup, "/key/generate", fields).await["key"].as_str().unwrap().to_owned()
}

/// The answer of a management page to the operator.
pub async fn manage(setup: &Setup, path: &str, body: Value) -> Value {
    let reply = setup.post(path, &[], body.to_string()).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

/// Asks as the holder of a key.
pub async fn ask(setup: &Setup, key: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {key}");
    setup.post(CHAT, &[("authorization", &bearer)], body.to_string()).await
}
