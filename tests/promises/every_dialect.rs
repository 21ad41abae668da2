//! The promises in every dialect: the same tests over a table with a row for each API.

use harness::{
    client::Reply,
    gateway::{GROUP, Setup, azure, entry},
    keys::key,
    prices::{expected, picodollars, usd},
};
use llm_types::Dialect;
use serde_json::{Value, json};

/// What differs from one API to the next.
struct Row {
    dialect: Dialect,
    path: &'static str,
    headers: &'static [(&'static str, &'static str)],
    /// The deployment behind the group, and the model that serves it.
    deployment: &'static str,
    served: &'static str,
    routed: bool,
    streams: bool,
    /// A request for a short answer.
    body: fn(&str) -> Value,
    /// The counts of an answer, or of a stream's events, as a chat has them.
    usage: fn(&[Value]) -> Value,
    /// Dollars that hold a few requests at a time, and not a hundred.
    budget: &'static str,
}

const ROUTER: &str = "azure_ai/azure-model-router";

const TABLE: [Row; 4] = [
    Row {
        dialect: Dialect::Chat,
        path: "/v1/chat/completions",
        headers: &[],
        deployment: ROUTER,
        served: "gpt-5-nano-2025-08-07",
        routed: true,
        streams: true,
        body: |text| {
            let messages = json!([{"role": "user", "content": text}]);
            json!({"model": GROUP, "messages": messages, "max_completion_tokens": 50,
                "stream_options": {"include_usage": true}})
        },
        usage: |all| {
            all.iter().rev().map(|one| &one["usage"]).find(|one| one.is_object()).unwrap().clone()
        },
        budget: "0.05",
    },
    Row {
        dialect: Dialect::Responses,
        path: "/v1/responses",
        headers: &[],
        deployment: ROUTER,
        served: "gpt-5-nano-2025-08-07",
        routed: true,
        streams: true,
        body: |text| json!({"model": GROUP, "input": text, "max_output_tokens": 50, "store": false}),
        usage: |all| {
            let last = all.last().unwrap();
            let usage = last.get("response").unwrap_or(last)["usage"].clone();
            let details = &usage["input_tokens_details"];
            counts(
                &usage["input_tokens"],
                &details["cached_tokens"],
                &details["cache_write_tokens"],
                &usage["output_tokens"],
            )
        },
        budget: "0.05",
    },
    Row {
        dialect: Dialect::Messages,
        path: "/v1/messages",
        headers: &[("anthropic-version", "2023-06-01")],
        deployment: "azure_ai/claude-sonnet-4-5",
        served: "claude-sonnet-4-5",
        routed: false,
        streams: true,
        body: |text| {
            let messages = json!([{"role": "user", "content": text}]);
            json!({"model": GROUP, "messages": messages, "max_tokens": 50})
        },
        usage: |all| {
            let mut usage = json!({});
            for part in all {
                let message = part.get("message").unwrap_or(part);
                for (key, value) in message["usage"].as_object().into_iter().flatten() {
                    usage[key] = value.clone();
                }
            }
            let count = |key: &str| usage[key].as_u64().unwrap_or(0);
            let (read, written) =
                (count("cache_read_input_tokens"), count("cache_creation_input_tokens"));
            let prompt = count("input_tokens") + read + written;
            counts(&json!(prompt), &json!(read), &json!(written), &usage["output_tokens"])
        },
        budget: "0.05",
    },
    Row {
        dialect: Dialect::Embeddings,
        path: "/v1/embeddings",
        headers: &[],
        deployment: "azure_ai/text-embedding-3-small",
        served: "text-embedding-3-small",
        routed: false,
        streams: false,
        body: |text| json!({"model": GROUP, "input": [text, "another text"], "dimensions": 16}),
        usage: |all| counts(&all[0]["usage"]["prompt_tokens"], &json!(0), &json!(0), &json!(0)),
        budget: "0.000004",
    },
];

/// Counts in a chat's form.
fn counts(prompt: &Value, cached: &Value, written: &Value, output: &Value) -> Value {
    let count = |count: &Value| count.as_u64().unwrap_or(0);
    json!({
        "prompt_tokens": prompt, "completion_tokens": output,
        "total_tokens": count(prompt) + count(output),
        "prompt_tokens_details": {"cached_tokens": count(cached), "cache_write_tokens": count(written)},
    })
}

// === impl Row ===

impl Row {
    async fn setup(&self) -> Setup {
        let azure = azure().await;
        let entry = entry(GROUP, self.deployment, &azure.openai_v1());
        Setup::of(azure, &entry, "").await
    }

    async fn ask(&self, setup: &Setup, key: Option<&str>, body: &Value) -> Reply {
        let bearer = format!("Bearer {}", key.unwrap_or(harness::gateway::KEY));
        let mut headers = self.headers.to_vec();
        headers.push(("authorization", &bearer));
        setup.post(self.path, &headers, body.to_string()).await
    }

    /// Whole and, where there are streams, streamed.
    fn ways(&self, text: &str) -> Vec<Value> {
        let mut whole = (self.body)(text);
        let mut streamed = whole.clone();
        streamed["stream"] = true.into();
        whole.as_object_mut().unwrap().remove("stream_options");
        if self.streams { vec![whole, streamed] } else { vec![whole] }
    }

    fn name(&self) -> &'static str {
        self.dialect.name()
    }

    /// Azure's bill for what it sent, in picodollars.
    fn bill(&self, sent: &str) -> u128 {
        let events = sent.lines().filter_map(|line| line.strip_prefix("data: "));
        let events: Vec<Value> =
            events.filter_map(|data| serde_json::from_str(data).ok()).collect();
        let all =
            if events.is_empty() { vec![serde_json::from_str(sent).unwrap()] } else { events };
        let expect = expected(self.served, &(self.usage)(&all));
        expect.total() - if self.routed { 0 } else { expect.routing_fee }
    }
}

/// The body without the cost that was put into a usage object, and that cost.
fn without_cost(body: &str) -> (String, String) {
    let (before, rest) = body.split_once(",\"cost\":").unwrap_or_else(|| panic!("no cost: {body}"));
    let (cost, rest) = rest.split_once(",\"cost_details\":").expect("both or none");
    let mut details = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    assert!(details.next().unwrap().unwrap().is_object());
    let after = &rest[details.byte_offset()..];
    assert!(after.starts_with('}'), "the end of the usage object: {after}");
    (format!("{before}{after}"), cost.to_owned())
}

#[test]
fn every_dialect_has_a_row() {
    let rows = TABLE.each_ref().map(|row| row.dialect);
    assert!(Dialect::ALL.iter().all(|dialect| rows.contains(dialect)), "{rows:?}");
}

/// Promises 1, 3 and 6: the served model's price to the last digit, and no other byte changed, at any
/// chunking.
#[tokio::test]
async fn the_cost_is_the_served_models_and_no_other_byte_changes() {
    for row in &TABLE {
        let setup = row.setup().await;
        for chunking in ["", "chunking=1,", "chunking=7,", "chunking=1000,"] {
            setup.set(&format!("{chunking}served={}", row.served));
            for body in row.ways("Hello! Schöne Grüße 👋") {
                let reply = row.ask(&setup, None, &body).await;
                let at = format!("{} {chunking} {}", row.name(), reply.text());
                assert_eq!(reply.status, 200, "{at}");
                let sent = String::from_utf8(setup.seen().await.sent).unwrap();
                let (bare, cost) = without_cost(reply.text());
                assert_eq!(bare, sent, "{at}");
                let bill = usd(row.bill(&sent));
                assert_eq!(cost, bill, "{at}");
                let receipt = setup.receipt(reply.id()).await;
                assert_eq!(
                    (&receipt["api"], &receipt["served"]),
                    (&json!(row.name()), &json!(row.served))
                );
                assert_eq!(
                    (&receipt["cost"]["status"], &receipt["cost"]["total"]),
                    (&json!("exact"), &json!(bill))
                );
                let lines = receipt["cost"]["lines"].as_array().unwrap();
                let parts = lines.iter().map(|line| picodollars(line["usd"].as_str().unwrap()));
                assert_eq!(usd(parts.sum()), bill, "{at}");
                if body.get("stream").is_none() {
                    assert_eq!(reply.header("x-fareway-cost-usd"), Some(&*bill), "{at}");
                    assert_eq!(reply.header("x-fareway-served-model"), Some(row.served), "{at}");
                }
            }
        }
    }
}

/// Promise 2: a refusal at the door is exactly free; without a price or a usage nothing reads as free.
#[tokio::test]
async fn nothing_is_a_silent_zero() {
    for row in &TABLE {
        let setup = row.setup().await;
        for body in row.ways("Hello!") {
            setup.set(&format!("served={},no-usage", row.served));
            let reply = row.ask(&setup, None, &body).await;
            let receipt = setup.receipt(reply.id()).await;
            assert_eq!(receipt["cost"]["status"], "estimated", "{} {receipt}", row.name());
            assert!(picodollars(receipt["cost"]["total"].as_str().unwrap()) > 0, "{}", row.name());
            setup.set("unknown-model=nobody-knows-9");
            let reply = row.ask(&setup, None, &body).await;
            let receipt = setup.receipt(reply.id()).await;
            let status = if row.routed { "partial" } else { "unpriced" };
            assert_eq!(
                (&receipt["cost"]["status"], &receipt["cost"]["total"]),
                (&json!(status), &Value::Null),
                "{}",
                row.name()
            );
            assert_eq!(reply.header("x-fareway-cost-usd"), None, "{}", row.name());
            assert!(!reply.text().contains("\"cost\":0"), "{}", reply.text());
            for refusal in ["rate-limited", "unavailable", "not-found"] {
                setup.set(refusal);
                let reply = row.ask(&setup, None, &body).await;
                assert!(reply.status >= 400, "{}", reply.status);
                let receipt = setup.receipt(reply.id()).await;
                assert_eq!(
                    (&receipt["cost"]["status"], &receipt["cost"]["total"]),
                    (&json!("exact"), &json!("0")),
                    "{} {refusal}",
                    row.name()
                );
            }
        }
    }
}

/// Promise 5: a burst cannot pass a strict budget.
#[tokio::test]
async fn a_burst_cannot_pass_a_budget() {
    for row in &TABLE {
        let setup = row.setup().await;
        setup.set(&format!("served={}", row.served));
        let budget: Value = serde_json::from_str(row.budget).unwrap();
        let key = key(&setup, json!({"max_budget": budget})).await;
        let bodies: Vec<Value> = (0..50).flat_map(|nth| row.ways(&format!("Hi {nth}"))).collect();
        let all = bodies.iter().map(|body| row.ask(&setup, Some(&key), body));
        let replies = futures_util::future::join_all(all).await;
        let answered: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
        let refused = replies.iter().filter(|reply| reply.status == 429).count();
        assert_eq!(answered.len() + refused, replies.len(), "{}", row.name());
        assert!(!answered.is_empty() && refused > 0, "{}: {refused} refused", row.name());
        let mut sum = 0;
        for reply in answered {
            let receipt = setup.receipt(reply.id()).await;
            sum += picodollars(receipt["cost"]["total"].as_str().unwrap());
        }
        let info = setup.get(&format!("/key/info?key={key}")).await;
        // As text: a float would have an exponent.
        let (_, spend) = info.text().split_once("\"spend\":").unwrap();
        let spend = spend.split([',', '}']).next().unwrap();
        assert_eq!(picodollars(spend), sum, "{}", row.name());
        assert!(sum <= picodollars(row.budget), "{}: {sum}", row.name());
    }
}
