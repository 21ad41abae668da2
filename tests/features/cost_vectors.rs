//! Every cost vector as a real chat request: an upstream answers with the vector's model, usage and tier
//! of service, at the vector's date, for a deployment that is sold in the vector's way.

use std::{collections::BTreeMap, sync::Arc};

use azure_emulator::Emulator;
use harness::{
    client::{Reply, http},
    gateway::{AZURE_KEY, Setup, entry, gateway_at},
    scripted::{Script, Scripted},
};
use llm_types::{Clock, ManualClock, Usd};
use serde_json::{Value, json};

use crate::reports::usd;

const FILES: [&str; 2] = [
    include_str!("../../crates/cost-model/tests/cost_vectors.json"),
    include_str!("../../crates/cost-model/tests/cost_vectors_november.json"),
];

/// Vectors that no chat can bring about, with the reason. Every other one is sent.
const NO_CHAT: [(u64, &str); 1] = [(
    68,
    "no chat is without a prompt: a reported count of zero is not believed, and tokens are counted here",
)];

/// The SKU of a deployment in its configuration, by which vectors are grouped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sold {
    router: bool,
    deployment_type: String,
    zone: Option<String>,
    region: Option<String>,
}

// === impl Sold ===

impl Sold {
    fn of(vector: &Value) -> Self {
        let text = |name: &str| vector[name].as_str().map(str::to_owned);
        let zone = text("scope").filter(|scope| !matches!(&**scope, "commercial" | "regions"));
        Self {
            router: vector["router_fee"] == true,
            deployment_type: text("deployment_type").unwrap(),
            zone,
            region: text("region"),
        }
    }

    /// Its entry of `model_list`, in a group of its own.
    fn entry(&self, group: &str, upstream: &Scripted) -> String {
        let model = if self.router { "azure_ai/model-router" } else { "azure_ai/our-deployment" };
        let mut entry = entry(group, model, &upstream.openai_v1());
        let mut add = |key: &str, value: &str| entry += &format!("    {key}: {value}\n");
        add("deployment_type", &self.deployment_type);
        for (key, value) in [("zone", &self.zone), ("region", &self.region)] {
            if let Some(value) = value {
                add(key, value);
            }
        }
        entry
    }
}

/// All vectors of both files, those of one group together and in the order of their dates.
fn vectors() -> BTreeMap<Sold, Vec<Value>> {
    let mut all = BTreeMap::<Sold, Vec<Value>>::new();
    for file in FILES.map(|text| serde_json::from_str::<Value>(text).unwrap()) {
        for vector in file["vectors"].as_array().unwrap() {
            if !NO_CHAT.iter().any(|(id, _)| vector["id"] == *id) {
                all.entry(Sold::of(vector)).or_default().push(vector.clone());
            }
        }
    }
    for vectors in all.values_mut() {
        vectors.sort_by(|one, other| one["date"].as_str().cmp(&other["date"].as_str()));
    }
    all
}

/// The upstream's answer, whole or streamed.
fn answer(vector: &Value, stream: bool) -> Script {
    let count = |name: &str| vector["usage"][name].as_u64().unwrap();
    let tier = match vector["service_tier"].as_str().unwrap() {
        "standard" => "default",
        other => other,
    };
    let mut answer = json!({
        "id": "chatcmpl-1", "model": vector["model"], "service_tier": tier,
        "choices": [{"index": 0, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": count("prompt_tokens"),
            "completion_tokens": count("completion_tokens"),
            "total_tokens": count("total_tokens"),
            "prompt_tokens_details": {
                "cached_tokens": count("cached_tokens"),
                "cache_write_tokens": count("cache_write_tokens"),
                "cache_write_1h_tokens": count("cache_write_1h_tokens"),
            },
            "completion_tokens_details": {"reasoning_tokens": count("reasoning_tokens")},
        },
    });
    let side = if stream { "delta" } else { "message" };
    answer["choices"][0][side] = json!({"role": "assistant", "content": "Hello!"});
    if !stream {
        return Script::json(200, answer.to_string());
    }
    let (usage, mut content) = (answer.clone(), answer);
    content["usage"] = Value::Null;
    let mut usage = usage;
    usage["choices"] = json!([]);
    Script::events().data(&content.to_string()).data(&usage.to_string()).done().end()
}

fn request(group: &str, vector: &Value, stream: bool) -> Value {
    let mut body = json!({"model": group, "stream": stream,
        "messages": [{"role": "user", "content": "Hello!"}]});
    if stream {
        body["stream_options"] = json!({"include_usage": true});
    }
    if let Some(tier) = vector["requested_service_tier"].as_str() {
        body["service_tier"] = tier.into();
    }
    body
}

/// A receipt in the form of a vector's expectation.
fn found(cost: &Value) -> Value {
    let line = |item: &str| {
        let lines = cost["lines"].as_array().unwrap();
        lines.iter().find(|line| line["item"] == item).unwrap_or(&Value::Null).clone()
    };
    let sum = |items: [&str; 2]| -> String {
        let amount =
            |item: &str| line(item)["usd"].as_str().map_or(Usd::ZERO, |text| text.parse().unwrap());
        (amount(items[0]) + amount(items[1])).to_string()
    };
    let rate = |item: &str| line(item)["usd_per_million"].clone();
    let price = &cost["price"];
    let long = price["prompt_tokens_over"].as_u64().unwrap() > 0;
    json!({
        "canonical_model": price["canonical"],
        "match": price["match"],
        "context": if long { "long" } else { "short" },
        "unit_prices": {
            "input": rate("uncached_input"),
            "cached_input": rate("cached_input"),
            "cache_write": rate("cache_write"),
            "output": rate("output"),
        },
        "uncached_input": line("uncached_input")["usd"],
        "cached_input": line("cached_input")["usd"],
        "cache_write": sum(["cache_write", "cache_write_1h"]),
        "output": sum(["output", "hidden_reasoning"]),
        "router_fee": cost["routing_fee"],
        "total": cost["total"],
    })
}

/// How sure the cost of a vector is.
fn status(vector: &Value) -> &'static str {
    let count = |name: &str| vector["usage"][name].as_u64().unwrap();
    let hidden = count("total_tokens") > count("prompt_tokens") + count("completion_tokens");
    match vector["expected"]["error"].as_str() {
        // The fee is known all the same.
        Some("unknown_model" | "no_price") => "partial",
        // The gateway counts the delivered text itself.
        Some("invalid_usage") => "estimated",
        Some(other) => panic!("no answer of the gateway stands for `{other}`"),
        None if hidden => "inferred",
        None if vector["expected"]["match"] == "snapshot_suffix_stripped" => "inferred",
        None => "exact",
    }
}

/// The errors of a receipt, and of the cost in the answer.
fn wrong(vector: &Value, receipt: &Value, reply: &Reply) -> Option<String> {
    let (cost, expected) = (&receipt["cost"], &vector["expected"]);
    let details = reply.cost_details();
    let same = ["status", "total", "routing_fee"].iter().all(|name| details[name] == cost[name]);
    let right = match expected["error"].as_str() {
        None => found(cost) == *expected && receipt["charged"] == cost["upper_bound"],
        Some("invalid_usage") => {
            let kept = receipt["usage_contradictory"]["prompt_tokens_details"]["cached_tokens"]
                == vector["usage"]["cached_tokens"];
            kept && usd(&cost["total"]) > Usd::ZERO && receipt["charged"] == cost["total"]
        }
        Some(error) => {
            let prompt = vector["usage"]["prompt_tokens"].as_u64().unwrap();
            // All of them are routed: $0.14 or $0.154 per million.
            let rate =
                if vector["deployment_type"] == "global_standard" { 140_000 } else { 154_000 };
            cost["total"].is_null()
                && cost["unpriced_code"] == error
                && usd(&cost["routing_fee"]) == Usd::from_picos(i128::from(prompt) * rate)
        }
    };
    let sure = cost["status"] == status(vector);
    (!(same && right && sure)).then(|| {
        format!("{vector}\n  cost {cost}\n  details {details}\n  charged {}", receipt["charged"])
    })
}

#[tokio::test]
async fn every_vector_is_exact_through_a_chat_request() {
    let clock = Arc::new(ManualClock::at("2026-11-30T12:00:00Z".parse().unwrap()));
    let groups = vectors();
    let (mut upstreams, mut entries) = (Vec::new(), String::new());
    for (number, (sold, vectors)) in groups.iter().enumerate() {
        let scripts =
            vectors.iter().flat_map(|vector| [answer(vector, false), answer(vector, true)]);
        let upstream = Scripted::start(scripts).await;
        entries += &sold.entry(&format!("group-{number}"), &upstream);
        upstreams.push(upstream);
    }
    let folder = tempfile::tempdir().unwrap();
    let shown = Arc::clone(&clock) as Arc<dyn Clock>;
    let gateway = gateway_at(&entries, "", 1, folder.path(), shown).await;
    let azure = Emulator::builder().key(AZURE_KEY).start().await.unwrap();
    let setup = Setup { azure, gateway, http: http(), folder };
    let (mut sent, mut all_wrong) = (0, Vec::new());
    for (number, vectors) in groups.values().enumerate() {
        for vector in vectors {
            let time = format!("{}T12:00:00Z", vector["date"].as_str().unwrap());
            clock.set(time.parse().unwrap());
            for stream in [false, true] {
                let body = request(&format!("group-{number}"), vector, stream);
                let reply = setup.chat(&body).await;
                assert_eq!(reply.status, 200, "{}", reply.text());
                let receipt = setup.receipt(reply.id()).await;
                assert_eq!(receipt["at"], time);
                assert_eq!(receipt["served"], vector["model"]);
                all_wrong.extend(wrong(vector, &receipt, &reply));
            }
            sent += 1;
        }
    }
    assert!(all_wrong.is_empty(), "{} wrong:\n{}", all_wrong.len(), all_wrong.join("\n"));
    assert_eq!(sent + NO_CHAT.len(), 272, "vectors were added or taken away");
    for (upstream, vectors) in upstreams.iter().zip(groups.values()) {
        assert_eq!(upstream.count(), 2 * vectors.len());
    }
}
