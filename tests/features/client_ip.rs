//! The client's IP address in entries, and entries by it.

use harness::gateway::{CHAT, Setup, asking};
use serde_json::{Value, json};

const TRUSTING: &str = "  trusted_proxies: [127.0.0.0/8]\n";

/// Sends a request with this `X-Forwarded-For`; `user` names it.
async fn from(setup: &Setup, path: &str, user: &str, forwarded: &str) {
    let mut body = asking("Hello!");
    body["user"] = user.into();
    let headers = [("x-forwarded-for", forwarded)];
    let reply = setup.post(path, &headers, body.to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

/// The users of the entries that a query finds.
async fn users(setup: &Setup, query: &str) -> Vec<String> {
    let reply = setup.get(&format!("/fareway/v1/requests?{query}")).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    let page = reply.json();
    let user = |request: &Value| request["end_user"].as_str().unwrap().to_owned();
    page["requests"].as_array().unwrap().iter().map(user).collect()
}

#[tokio::test]
async fn an_entry_has_the_address_of_its_connection() {
    let setup = Setup::new().await;
    // No proxy is trusted, so a client's own header does not count.
    from(&setup, CHAT, "ann", "198.51.100.1").await;
    let page = setup.get("/fareway/v1/requests").await.json();
    let entry = &page["requests"][0];
    assert_eq!(entry["client_ip"], "127.0.0.1");
    let id = entry["id"].as_str().unwrap();
    let shown = setup.get(&format!("/fareway/v1/requests/{id}")).await.json();
    assert_eq!(shown["who"]["client_ip"], "127.0.0.1");
    let logs = setup.get(&format!("/spend/logs?request_id={id}")).await.json();
    assert_eq!(logs[0]["requester_ip_address"], "127.0.0.1");
}

#[tokio::test]
async fn a_trusted_proxy_names_the_client() {
    let setup = Setup::with(TRUSTING).await;
    let by_path = "/openai/deployments/azure-model-router/chat/completions";
    from(&setup, CHAT, "ann", "9.9.9.9, 198.51.100.1, 127.0.0.5").await;
    from(&setup, by_path, "ben", "[2001:DB8::1]:443").await;
    from(&setup, CHAT, "cem", "unknown").await;
    for (query, expect) in [
        ("client_ip=198.51.100.1", vec!["ann"]),
        ("client_ip=2001:db8:0::1", vec!["ben"]),
        ("client_ip=[2001:db8::1]&end_user=ben", vec!["ben"]),
        ("client_ip=::ffff:198.51.100.1", vec!["ann"]),
        ("client_ip=127.0.0.1", vec!["cem"]),
        ("client_ip=9.9.9.9", vec![]),
        ("client_ip=198.51.100.1&end_user=ben", vec![]),
        ("", vec!["cem", "ben", "ann"]),
    ] {
        assert_eq!(users(&setup, query).await, expect, "{query}");
    }
    let reply = setup.get("/fareway/v1/requests.csv?client_ip=2001:db8::1").await;
    let table = reply.text();
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].contains(",client_ip,") && lines[1].contains(",2001:db8::1,"), "{table}");
    let wrong = setup.get("/fareway/v1/requests?client_ip=somewhere").await;
    assert_eq!(
        (wrong.status, wrong.json()["error"]["code"].clone()),
        (400, json!("invalid_field"))
    );
}
