//! The pages beside chat, in the shapes that clients of OpenAI and of LiteLLM expect.

use harness::gateway::{GROUP, Setup, asking, azure, entry};
use insta::{assert_json_snapshot, assert_snapshot};
use serde_json::Value;

#[tokio::test]
async fn models_are_the_groups_in_the_order_of_the_file() {
    let azure = azure().await;
    let base = azure.openai_v1();
    let entries = [
        entry("router", "azure_ai/azure-model-router", &base),
        entry("team/nano", "azure_ai/gpt-5-nano", &base),
        entry("router", "azure_ai/model-router", &base),
    ];
    let setup = Setup::of(azure, &entries.concat(), "").await;
    let list = setup.get("/v1/models").await;
    assert_snapshot!(list.text(), @r#"{"data":[{"id":"router","object":"model","created":1677610602,"owned_by":"azure_ai"},{"id":"team/nano","object":"model","created":1677610602,"owned_by":"azure_ai"}],"object":"list"}"#);
    for path in ["/models", "/openai/v1/models"] {
        assert_eq!(setup.get(path).await.body, list.body);
    }
    let one = setup.get("/v1/models/team/nano").await;
    assert_snapshot!(one.text(), @r#"{"id":"team/nano","object":"model","created":1677610602,"owned_by":"azure_ai"}"#);
    assert_eq!(setup.get("/models/team%2Fnano").await.body, one.body);
}

/// Probes ask without a key, and cost nothing.
#[tokio::test]
async fn health_never_asks_azure() {
    let setup = Setup::new().await;
    assert_snapshot!(setup.get("/health/liveliness").await.text(), @r#""I'm alive!""#);
    assert_snapshot!(setup.get("/health/liveness").await.text(), @r#""I'm alive!""#);
    let mut ready = setup.get("/health/readiness").await.json();
    ready["version"] = "VERSION".into();
    ready["prices"]["table"] = "VERSION".into();
    ready["books"]["lag_seconds"] = "SECONDS".into();
    assert_json_snapshot!(ready, @r#"
    {
      "books": {
        "lag_seconds": "SECONDS",
        "refused_rows": 0,
        "spool_bytes": 0,
        "spool_rows": 0,
        "store": "connected"
      },
      "db": "connected",
      "limits": {
        "counted": "per_instance",
        "redis": null
      },
      "model_groups": 1,
      "possible_routers": 0,
      "prices": {
        "table": "VERSION",
        "table_refused": false
      },
      "status": "healthy",
      "version": "VERSION"
    }
    "#);
    assert_eq!(setup.azure.count(), 0);
}

/// Every page of chat is the same page.
#[tokio::test]
async fn chat_has_many_names() {
    let setup = Setup::new().await;
    let body = asking("Hi").to_string();
    for path in [
        "/chat/completions",
        "/v1/chat/completions",
        "/openai/v1/chat/completions",
        "/openai/deployments/azure-model-router/chat/completions?api-version=2024-10-21",
    ] {
        let reply = setup.post(path, &[], body.clone()).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.json()["object"], "chat.completion");
    }
}

/// Names what differs from one run to the next.
fn redact(receipt: &mut Value) {
    for (pointer, name) in [
        ("/id", "ID"),
        ("/deployment_id", "DEPLOYMENT"),
        ("/attempts/0/deployment_id", "DEPLOYMENT"),
        ("/at", "TIME"),
        ("/answer_id", "ANSWER"),
        ("/provider_request_id", "REQUEST"),
        ("/timings/upstream_headers_ms", "MS"),
        ("/timings/first_content_ms", "MS"),
        ("/timings/duration_ms", "MS"),
        ("/cost/explain", "EXPLAINED"),
        ("/instance", "INSTANCE"),
    ] {
        let value = receipt.pointer_mut(pointer).unwrap();
        if !value.is_null() {
            *value = name.into();
        }
    }
}

#[tokio::test]
async fn a_receipt() {
    let setup = Setup::in_scenarios("served=gpt-5-nano-2025-08-07,routing-details").await;
    let reply = setup.chat(&asking("Hello!")).await;
    let mut receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["id"], reply.id());
    assert_eq!(receipt["answer_id"], reply.json()["id"]);
    assert_eq!(receipt["provider_request_id"], reply.header("apim-request-id").unwrap());
    redact(&mut receipt);
    assert_json_snapshot!(receipt, @r#"
    {
      "answer_id": "ANSWER",
      "api": "chat",
      "asked": "azure-model-router",
      "at": "TIME",
      "attempts": [
        {
          "deployment": "azure_ai/azure-model-router",
          "deployment_id": "DEPLOYMENT",
          "error": null,
          "status": 200
        }
      ],
      "charged": "0.00016432",
      "charged_by": "cost",
      "cost": {
        "billing_rule": null,
        "currency": "USD",
        "explain": "EXPLAINED",
        "fee_id": "model-router/global_standard/2025-11-01#68a6202ae97a",
        "known": "0.00016432",
        "lines": [
          {
            "item": "uncached_input",
            "tokens": 8,
            "usd": "0.0000004",
            "usd_per_million": "0.05"
          },
          {
            "item": "cached_input",
            "tokens": 0,
            "usd": "0",
            "usd_per_million": "0.005"
          },
          {
            "item": "cache_write",
            "tokens": 0,
            "usd": "0",
            "usd_per_million": "0.05"
          },
          {
            "item": "output",
            "tokens": 407,
            "usd": "0.0001628",
            "usd_per_million": "0.4"
          },
          {
            "item": "routing_fee",
            "tokens": 8,
            "usd": "0.00000112",
            "usd_per_million": "0.14"
          }
        ],
        "price": {
          "canonical": "gpt-5-nano",
          "id": "gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55",
          "match": "exact",
          "prompt_tokens_over": 0,
          "source": "Azure Retail Prices API, 2026-08-11"
        },
        "price_review_due": null,
        "routing_fee": "0.00000112",
        "status": "exact",
        "total": "0.00016432",
        "unpriced": null,
        "unpriced_code": null,
        "upper_bound": "0.00016432"
      },
      "deployment": "azure_ai/azure-model-router",
      "deployment_id": "DEPLOYMENT",
      "held": "0",
      "id": "ID",
      "instance": "INSTANCE",
      "outcome": {
        "kind": "completed"
      },
      "provider_region": "East US 2",
      "provider_request_id": "REQUEST",
      "reserved": "0",
      "routed": true,
      "routing": {
        "model_router_details": {
          "mode": "balanced",
          "routing_trace": [
            {
              "attempts": [
                {
                  "model": "gpt-5-mini",
                  "result": {
                    "error": {
                      "code": "429",
                      "message": "The request failed."
                    },
                    "headers": {
                      "retry-after": 5,
                      "x-ratelimit-limit-requests": "250"
                    },
                    "status": 429
                  }
                },
                {
                  "model": "gpt-5-nano",
                  "result": {
                    "status": 200
                  }
                }
              ],
              "latency_ms": 19
            }
          ]
        }
      },
      "served": "gpt-5-nano-2025-08-07",
      "service_tier": "default",
      "sku": "global_standard",
      "stream": false,
      "timings": {
        "duration_ms": "MS",
        "first_content_ms": null,
        "upstream_headers_ms": "MS"
      },
      "translated": false,
      "usage": {
        "completion_tokens": 407,
        "completion_tokens_details": {
          "audio_tokens": 0,
          "reasoning_tokens": 384
        },
        "prompt_tokens": 8,
        "prompt_tokens_details": {
          "audio_tokens": 0,
          "cached_tokens": 0
        },
        "total_tokens": 415
      },
      "usage_source": "reported",
      "who": {
        "client_ip": "127.0.0.1",
        "end_user": null,
        "key_alias": null,
        "key_id": null,
        "metadata": null,
        "session_id": null,
        "tags": [],
        "team_id": null,
        "user_id": null
      }
    }
    "#);
}

/// The headers that LiteLLM's users know, as far as they can be true here.
#[tokio::test]
async fn headers_of_an_answer() {
    let setup = Setup::in_scenarios("served=gpt-5-nano-2025-08-07").await;
    let reply = setup.chat(&asking("Hello!")).await;
    assert_eq!(reply.header("x-litellm-call-id"), Some(reply.id()));
    let mut all: Vec<_> = reply
        .headers
        .keys()
        .map(http::HeaderName::as_str)
        .filter(|name| name.starts_with("x-fareway-") || name.starts_with("x-litellm-"))
        .filter(|name| !name.ends_with("-id") && !name.ends_with("-ms"))
        .map(|name| format!("{name}: {}\n", reply.header(name).unwrap()))
        .collect();
    all.sort();
    assert_snapshot!(all.concat(), @r#"
    x-fareway-cost-status: exact
    x-fareway-cost-usd: 0.00016432
    x-fareway-routing-fee-usd: 0.00000112
    x-fareway-served-model: gpt-5-nano-2025-08-07
    x-litellm-attempted-retries: 0
    x-litellm-model-group: azure-model-router
    x-litellm-model-name: azure_ai/azure-model-router
    x-litellm-response-cost: 0.00016432
    "#);
}

/// A stream begins before its cost is known: the headers say where to ask for it.
#[tokio::test]
async fn headers_of_a_stream() {
    let setup = Setup::new().await;
    let reply = setup.chat(&harness::gateway::streaming("Hello!")).await;
    assert_eq!(reply.header("content-type"), Some("text/event-stream"));
    assert_eq!(reply.header("cache-control"), Some("no-cache"));
    assert_eq!(reply.header("x-accel-buffering"), Some("no"));
    assert_eq!(reply.header("x-litellm-model-group"), Some(GROUP));
    assert_eq!(reply.header("x-fareway-cost-usd"), None);
    assert_eq!(setup.receipt(reply.id()).await["cost"]["status"], "exact");
}
