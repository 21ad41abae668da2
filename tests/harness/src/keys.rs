//! Keys of clients, and requests as their holders and as the operator.

use serde_json::Value;

use crate::{
    client::Reply,
    gateway::{CHAT, House},
};

/// A new key with these fields.
pub async fn key(house: &House, fields: Value) -> String {
    manage(house, "/key/generate", fields).await["key"].as_str().unwrap().to_owned()
}

/// What a management page answers to the operator.
pub async fn manage(house: &House, path: &str, body: Value) -> Value {
    let reply = house.post(path, &[], body.to_string()).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

/// Asks as the holder of a key.
pub async fn ask(house: &House, key: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {key}");
    house.post(CHAT, &[("authorization", &bearer)], body.to_string()).await
}
