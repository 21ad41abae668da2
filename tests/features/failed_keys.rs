//! Keys that are not valid: answered more and more slowly, then refused, and never at the expense
//! of a valid one.

use std::time::Duration;

use futures_util::future::join_all;
use harness::{
    client::Reply,
    gateway::{CHAT, KEY, Setup, asking},
    keys::key,
};
use llm_types::Clock as _;
use serde_json::json;

/// The number of failures of one address that are answered in a minute.
const MOST: usize = 30;

/// Asks with a wrong key, from an address that a trusted proxy names.
async fn wrong_from(setup: &Setup, address: &str) -> Reply {
    let headers = [("authorization", "Bearer sk-wrong"), ("x-forwarded-for", address)];
    setup.post(CHAT, &headers, asking("Hello!").to_string()).await
}

/// Shows wrong keys until they are refused, which takes as long as the slowest of them.
pub(crate) async fn refused_from_now_on(setup: &Setup) {
    join_all((0..MOST + 1).map(|_| setup.get_as("/v1/models", "Bearer sk-wrong"))).await;
}

/// The number of wrong keys with this answer.
async fn counted(setup: &Setup, answer: &str) -> u64 {
    let page = setup.get("/metrics").await;
    let name = format!("fareway_failed_keys_total{{answer=\"{answer}\"}} ");
    let line = page.text().lines().find_map(|line| line.strip_prefix(&*name)?.parse().ok());
    line.unwrap_or_default()
}

#[tokio::test]
async fn wrong_keys_are_slowed_and_refused_and_right_ones_are_not() {
    let (setup, clock) = Setup::at("2026-11-30T12:00:15Z", "").await;
    let right = key(&setup, json!({})).await;
    let all = join_all((0..50).map(|_| setup.get_as("/v1/models", "Bearer sk-wrong"))).await;
    let refused: Vec<&Reply> = all.iter().filter(|reply| reply.status == 429).collect();
    let answered = all.iter().filter(|reply| reply.status == 401).count();
    assert_eq!((answered, refused.len()), (MOST, 50 - MOST));
    for reply in refused {
        assert_eq!(reply.json()["error"]["code"], "too_many_failed_keys");
        assert_eq!(reply.json()["error"]["type"], "rate_limit_error");
        assert_eq!(reply.header("retry-after"), Some("45"));
    }
    let counts = [counted(&setup, "at_once").await, counted(&setup, "delayed").await];
    assert_eq!((counts, counted(&setup, "refused").await), ([10, 20], 20));
    // Others at the same address are not affected: with a virtual key, the master key, or at sign-in.
    for right in [&right, KEY] {
        assert_eq!(setup.get_as("/v1/models", &format!("Bearer {right}")).await.status, 200);
    }
    let sign_in = async |key: &str| {
        let body = json!({"key": key}).to_string();
        let headers = [("authorization", ""), ("content-type", "application/json")];
        setup.post("/ui/api/session", &headers, body).await
    };
    assert_eq!(sign_in("sk-wrong").await.status, 429);
    assert_eq!(sign_in(KEY).await.status, 200);
    // A wrong key beside a right one is no failure.
    let headers = [("authorization", "Bearer sk-wrong"), ("x-api-key", KEY)];
    assert_eq!(setup.post(CHAT, &headers, asking("Hi").to_string()).await.status, 200);
    // No key at all is no guess.
    assert_eq!(setup.get_as("/v1/models", "").await.status, 401);
    clock.set(clock.now() + Duration::from_secs(45));
    assert_eq!(setup.get_as("/v1/models", "Bearer sk-wrong").await.status, 401);
}

#[tokio::test]
async fn clients_behind_a_trusted_proxy_are_distinguished() {
    let trusting = "  trusted_proxies: [127.0.0.1]\n";
    let (setup, _clock) = Setup::at("2026-11-30T12:00:00Z", trusting).await;
    for (address, same, other) in [
        ("198.51.100.1", "::ffff:198.51.100.1", "198.51.100.2"),
        ("2001:db8::1", "2001:db8::2:1", "2001:db8:0:1::1"),
    ] {
        join_all((0..=MOST).map(|_| wrong_from(&setup, address))).await;
        assert_eq!(wrong_from(&setup, same).await.status, 429);
        assert_eq!(wrong_from(&setup, other).await.status, 401);
    }
}
