//! Rate limits: counted across gateways with Redis, by each gateway alone without it.

use std::{path::Path, time::Duration};

use azure_emulator::Emulator;
use futures_util::future::join_all;
use gateway::Running;
use harness::{
    client::{Http, Opened, Reply, http, request},
    gateway::{self as setup, CHAT, GROUP, KEY, asking},
    logs,
};
use http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use test_servers::redis::Redis;

/// Two gateways with one store.
struct Pair {
    azure: Emulator,
    gateways: [Running; 2],
    http: Http,
    _folder: TempDir,
}

/// A gateway's part of the configuration. The test waits for Redis as long as it takes: how fast
/// this machine is must not decide.
fn sections(redis: &str, spool: &str) -> String {
    format!(
        "ledger: {{path: shared.db, spool: {spool}}}\nlimits: {{redis_timeout_ms: 10000}}\n\
         router_settings:\n  redis_host: 127.0.0.1\n{redis}"
    )
}

async fn start(azure: &Emulator, redis: &str, spool: &str, folder: &Path) -> Running {
    let entry = setup::entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    setup::gateway(&entry, &sections(redis, spool), 2, folder).await
}

impl Pair {
    async fn new(redis: &Redis) -> Self {
        Self::with(redis, "").await
    }

    /// Whose deployment has these parameters on top.
    async fn with(redis: &Redis, params: &str) -> Self {
        let azure = setup::azure().await;
        let folder = tempfile::tempdir().unwrap();
        let port = format!("  redis_port: {}\n", redis.port());
        let entry = setup::entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1()) + params;
        let start =
            async |spool| setup::gateway(&entry, &sections(&port, spool), 2, folder.path()).await;
        let (one, other) = (start("one").await, start("other").await);
        Self { azure, gateways: [one, other], http: http(), _folder: folder }
    }

    async fn send(&self, nth: usize, method: Method, path: &str, key: &str, body: String) -> Reply {
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let to = self.gateways[nth].address();
        let request = request(to, (method, path), &headers, body);
        Opened::send(&self.http, request).await.rest().await
    }

    async fn ask(&self, nth: usize, key: &str) -> Reply {
        self.send(nth, Method::POST, CHAT, key, asking("Hello!").to_string()).await
    }

    async fn manage(&self, path: &str, body: Value) -> Value {
        let reply = self.send(0, Method::POST, path, KEY, body.to_string()).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        reply.json()
    }

    /// A new key that both gateways know.
    async fn key(&self, fields: Value) -> String {
        let made = self.manage("/key/generate", fields).await;
        let key = made["key"].as_str().unwrap().to_owned();
        until(async || {
            self.send(1, Method::GET, "/v1/models", &key, String::new()).await.status == 200
        })
        .await;
        key
    }

    /// The limits on the readiness page.
    async fn limits(&self, nth: usize) -> Value {
        let ready = self.send(nth, Method::GET, "/health/readiness", KEY, String::new()).await;
        assert_eq!(ready.status, 200);
        ready.json()["limits"].clone()
    }

    async fn metric(&self, nth: usize, name: &str) -> u64 {
        let page = self.send(nth, Method::GET, "/metrics", KEY, String::new()).await;
        let line = page.text().lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().parse().unwrap()
    }
}

async fn until(mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..2_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain");
}

/// Waits until a minute begins if little is left of this one: what a test asks for must fall into
/// one. Redis has the clock of this machine.
pub(crate) async fn early_in_a_minute() {
    use llm_types::{Clock as _, SystemClock};
    let second = SystemClock.now().as_second().rem_euclid(60);
    if second > 30 {
        let rest = u64::try_from(60 - second).unwrap();
        tokio::time::sleep(Duration::from_secs(rest) + Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn two_gateways_keep_one_limit_exactly_under_a_burst() {
    let redis = Redis::start().unwrap();
    let pair = Pair::new(&redis).await;
    assert_eq!(pair.limits(0).await, json!({"counted": "shared", "redis": "connected"}));
    // The team's limit refuses some that the keys' limits would admit: those must count in neither.
    pair.manage("/team/new", json!({"team_id": "blue", "rpm_limit": 20})).await;
    let tight = pair.key(json!({"team_id": "blue", "rpm_limit": 12})).await;
    let wide = pair.key(json!({"team_id": "blue", "rpm_limit": 19})).await;
    early_in_a_minute().await;
    let burst = (0..60).map(|nth| pair.ask(nth % 2, &tight));
    let let_in = join_all(burst).await.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(let_in, 12);
    let burst = join_all((0..60).map(|nth| pair.ask(nth % 2, &wide))).await;
    let let_in = burst.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(let_in, 8, "the team's limit is what both keys were let in for");
    assert!(burst.iter().all(|reply| matches!(reply.status, 200 | 429)));
    assert_eq!(pair.azure.count(), 20);
    // Another team: the refused requests above have used nothing of the key's own limit.
    pair.manage("/team/update", json!({"team_id": "blue", "rpm_limit": null})).await;
    until(async || {
        let info = pair.send(1, Method::GET, "/team/info?team_id=blue", KEY, String::new()).await;
        info.json()["team_info"]["rpm_limit"].is_null()
    })
    .await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    let burst = join_all((0..40).map(|nth| pair.ask(nth % 2, &wide))).await;
    let let_in = burst.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(let_in, 11, "19, of which 8 were used");
    assert_eq!(pair.metric(0, "fareway_limits_per_instance_total").await, 0);
}

#[tokio::test]
async fn two_gateways_keep_a_deployments_limit_together() {
    let redis = Redis::start().unwrap();
    let pair = Pair::with(&redis, "      rpm: 7\n").await;
    early_in_a_minute().await;
    let burst = join_all((0..30).map(|nth| pair.ask(nth % 2, KEY))).await;
    assert_eq!(burst.iter().filter(|reply| reply.status == 200).count(), 7);
    assert!(burst.iter().all(|reply| matches!(reply.status, 200 | 429)));
    assert_eq!(pair.azure.count(), 7);
}

#[tokio::test]
async fn tokens_that_one_gateway_counted_limit_the_other() {
    let redis = Redis::start().unwrap();
    let pair = Pair::new(&redis).await;
    let key = pair.key(json!({"tpm_limit": 1, "rpm_limit": 1000})).await;
    early_in_a_minute().await;
    let first = pair.ask(0, &key).await;
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(first.header("x-ratelimit-limit-tokens"), Some("1"));
    assert_eq!(first.header("x-ratelimit-limit-requests"), Some("1000"));
    assert_eq!(first.header("x-ratelimit-remaining-requests"), Some("999"));
    until(async || pair.ask(1, &key).await.status == 429).await;
    let over = pair.ask(1, &key).await;
    assert_eq!(over.json()["error"]["code"], "rate_limit_exceeded", "{}", over.text());
    assert!(over.text().contains("tokens per minute"), "{}", over.text());
    assert_eq!(over.header("x-ratelimit-remaining-tokens"), Some("0"));
    let wait: u64 = over.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(over.header("x-ratelimit-reset-tokens").unwrap(), format!("{wait}s"));
}

#[tokio::test]
async fn without_redis_limits_are_those_of_the_instance_until_it_is_back() {
    let log = logs::kept();
    let mut redis = Redis::start().unwrap();
    let pair = Pair::new(&redis).await;
    let key = pair.key(json!({"rpm_limit": 3})).await;
    redis.stop().unwrap();
    until(async || pair.limits(0).await["redis"] == "away").await;
    until(async || pair.limits(1).await["redis"] == "away").await;
    assert_eq!(pair.limits(0).await["counted"], "per_instance");
    assert_eq!(pair.metric(0, "fareway_redis_away").await, 1);
    early_in_a_minute().await;
    for nth in [0, 1] {
        let mut let_in = 0;
        for _ in 0..6 {
            let_in += u32::from(pair.ask(nth, &key).await.status == 200);
        }
        assert_eq!(let_in, 3, "each gateway keeps the limit on its own");
    }
    assert_eq!(pair.metric(0, "fareway_limits_per_instance_total").await, 6);
    redis.start_again().unwrap();
    for nth in [0, 1] {
        until(async || pair.limits(nth).await["counted"] == "shared").await;
        assert_eq!(pair.metric(nth, "fareway_redis_away").await, 0);
    }
    let other = pair.key(json!({"rpm_limit": 5})).await;
    early_in_a_minute().await;
    let burst = join_all((0..20).map(|nth| pair.ask(nth % 2, &other))).await;
    assert_eq!(burst.iter().filter(|reply| reply.status == 200).count(), 5);
    let text = log.text();
    let count = |said: &str| text.matches(&format!(":{}{said}", redis.port())).count();
    // One line each for each of the two.
    assert_eq!(count(" cannot be used, so rate limits now apply"), 2, "{text}");
    assert_eq!(count(" is back"), 2, "{text}");
}

#[tokio::test]
async fn a_redis_that_hangs_delays_few_requests() {
    let redis = Redis::start().unwrap();
    let azure = setup::azure().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = format!("  redis_port: {}\n", redis.port());
    let patient = sections(&settings, "one").replace("10000", "50");
    let entry = setup::entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let one = setup::gateway(&entry, &patient, 2, folder.path()).await;
    let other = start(&azure, &settings, "other", folder.path()).await;
    let pair = Pair { azure, gateways: [one, other], http: http(), _folder: folder };
    let key = pair.key(json!({"rpm_limit": 1000})).await;
    redis.pause().unwrap();
    // The first that is late finds out, and the rest do not even ask.
    for _ in 0..20 {
        assert_eq!(pair.ask(0, &key).await.status, 200);
    }
    assert_eq!(pair.limits(0).await["redis"], "away");
    assert_eq!(pair.metric(0, "fareway_limits_per_instance_total").await, 20);
    redis.go_on().unwrap();
    until(async || pair.limits(0).await["redis"] == "connected").await;
}

#[tokio::test]
async fn a_wrong_password_is_reported_at_start_and_never_shown() {
    let log = logs::kept();
    let redis = Redis::with_password("the-right-one").unwrap();
    let azure = setup::azure().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = format!("  redis_port: {}\n  redis_password: hidden-4c1e\n", redis.port());
    let running = start(&azure, &settings, "spool", folder.path()).await;
    let text = log.text();
    assert!(
        text.contains(&format!("the Redis at 127.0.0.1:{} cannot be used", redis.port())),
        "{text}"
    );
    assert!(text.contains("authentication failed") || text.contains("WRONGPASS"), "{text}");
    assert!(!text.contains("hidden-4c1e"), "{text}");
    let headers = [("authorization", format!("Bearer {KEY}"))];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let ask = (Method::POST, CHAT);
    let request = request(running.address(), ask, &headers, asking("Hello!").to_string());
    assert_eq!(Opened::send(&http(), request).await.rest().await.status, 200);
}
