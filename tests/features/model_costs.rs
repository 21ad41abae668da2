//! Costs of models: prices, estimates, and the cost of an answer.

use harness::{
    gateway::{AZURE_KEY, GROUP, Setup, asking},
    keys::manage,
    prices::{expected, usd},
};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

/// Picodollars of a JSON number, exactly: `1.3e-6` is one of 1,300,000.
fn picos(number: &Value) -> u128 {
    let text = number.to_string();
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let shift = 12 + exponent.parse::<i32>().unwrap() - i32::try_from(part.len()).unwrap();
    let digits: u128 = format!("{whole}{part}").parse().unwrap();
    match u32::try_from(shift) {
        Ok(shift) => digits * 10_u128.pow(shift),
        // A zero that serde has written behind the point.
        Err(_) => digits / 10_u128.pow(shift.unsigned_abs()),
    }
}

#[tokio::test]
async fn a_model_is_shown_with_the_prices_that_apply() {
    let setup = Setup::new().await;
    let nano = json!({"model_name": "nano", "litellm_params": {"model": "azure_ai/gpt-4.1-nano",
        "api_base": setup.azure.openai_v1(), "api_key": AZURE_KEY}, "model_info": {"id": "m2"}});
    manage(&setup, "/model/new", nano).await;
    let mut list = setup.get("/model/info").await.json();
    for model in list["data"].as_array_mut().unwrap() {
        for pointer in ["/litellm_params/api_base", "/model_info/url", "/model_info/id"] {
            *model.pointer_mut(pointer).unwrap() = "REDACTED".into();
        }
    }
    // Which models are in the pool is another one's business.
    let pool = list["data"][0]["model_info"]["pool_price_range"].take();
    assert!(pool["priced"].as_u64().unwrap() > 10, "{pool}");
    for kind in ["input_cost_per_token", "output_cost_per_token"] {
        assert_ne!(pool[kind]["min"], pool[kind]["max"]);
        assert_ne!(pool[kind]["min_served"], pool[kind]["max_served"]);
    }
    assert_json_snapshot!(list, @r#"
    {
      "data": [
        {
          "litellm_params": {
            "api_base": "REDACTED",
            "model": "azure_ai/azure-model-router"
          },
          "model_info": {
            "access_groups": [],
            "base_model": null,
            "blocked": false,
            "cache_creation_input_token_cost": null,
            "cache_read_input_token_cost": null,
            "db_model": false,
            "deployment_type": "global_standard",
            "error": null,
            "id": "REDACTED",
            "input_cost_per_token": null,
            "key": null,
            "litellm_provider": "azure_ai",
            "max_input_tokens": 128000,
            "max_output_tokens": 8192,
            "mode": "chat",
            "output_cost_per_token": null,
            "pool_price_range": null,
            "price_review_due": null,
            "region": null,
            "router": true,
            "router_models": null,
            "routing_fee_per_token": 0.00000014,
            "supports_function_calling": true,
            "supports_vision": true,
            "team_id": null,
            "url": "REDACTED",
            "zone": null
          },
          "model_name": "azure-model-router"
        },
        {
          "litellm_params": {
            "api_base": "REDACTED",
            "model": "azure_ai/gpt-4.1-nano"
          },
          "model_info": {
            "access_groups": [],
            "base_model": null,
            "blocked": false,
            "cache_creation_input_token_cost": null,
            "cache_read_input_token_cost": 0.000000025,
            "db_model": true,
            "deployment_type": "global_standard",
            "error": null,
            "id": "REDACTED",
            "input_cost_per_token": 0.0000001,
            "key": "gpt-4.1-nano",
            "litellm_provider": "azure_ai",
            "max_input_tokens": 1047576,
            "max_output_tokens": 32768,
            "mode": "chat",
            "output_cost_per_token": 0.0000004,
            "pool_price_range": null,
            "price_review_due": null,
            "region": null,
            "router": false,
            "router_models": null,
            "routing_fee_per_token": null,
            "team_id": null,
            "url": "REDACTED",
            "zone": null
          },
          "model_name": "nano"
        }
      ]
    }
    "#);
    let groups = setup.get("/model_group/info?model_group=nano").await.json();
    assert_json_snapshot!(groups, @r#"
    {
      "data": [
        {
          "deployments": 1,
          "input_cost_per_token": 0.0000001,
          "max_input_tokens": 1047576,
          "max_output_tokens": 32768,
          "mode": "chat",
          "model_group": "nano",
          "output_cost_per_token": 0.0000004,
          "pool_price_range": null,
          "providers": [
            "azure_ai"
          ],
          "router": false,
          "routing_fee_per_token": null
        }
      ]
    }
    "#);
    let page = setup.get("/v2/model/info?page=2&size=1").await.json();
    assert_eq!(page["data"][0]["model_name"], "nano");
    assert_eq!((&page["total_count"], &page["total_pages"]), (&2.into(), &2.into()));
}

#[tokio::test]
async fn an_estimate_is_a_fee_and_a_range_where_a_router_picks() {
    let setup = Setup::new().await;
    let asked = json!({"model": GROUP, "input_tokens": 1000, "output_tokens": 100,
        "num_requests_per_day": 10});
    let mut estimate = manage(&setup, "/cost/estimate", asked).await;
    let range = estimate["range"].take();
    let [cheapest, dearest] = [&range["cheapest"], &range["dearest"]];
    assert_ne!(cheapest["served"], dearest["served"]);
    let cost = |side: &Value, name: &str| picos(&side[name]);
    assert!(cost(cheapest, "cost_per_request") < cost(dearest, "cost_per_request"));
    for side in [cheapest, dearest] {
        let parts =
            ["input_cost_per_request", "output_cost_per_request", "routing_fee_per_request"];
        let sum: u128 = parts.iter().map(|name| cost(side, name)).sum();
        assert_eq!(cost(side, "cost_per_request"), sum, "{side}");
        assert_eq!(cost(side, "daily_cost"), 10 * sum);
        // $0.14 per million prompt tokens, whichever model answers.
        assert_eq!(cost(side, "routing_fee_per_request"), 140_000_000);
    }
    assert_json_snapshot!(estimate, @r#"
    {
      "cost_per_request": null,
      "daily_cost": null,
      "daily_input_cost": null,
      "daily_margin_cost": null,
      "daily_output_cost": null,
      "input_cost_per_request": null,
      "input_cost_per_token": null,
      "input_tokens": 1000,
      "margin_cost_per_request": null,
      "model": "azure-model-router",
      "monthly_cost": null,
      "monthly_input_cost": null,
      "monthly_margin_cost": null,
      "monthly_output_cost": null,
      "num_requests_per_day": 10,
      "num_requests_per_month": null,
      "output_cost_per_request": null,
      "output_cost_per_token": null,
      "output_tokens": 100,
      "provider": "azure_ai",
      "range": null,
      "router": true,
      "routing_fee_per_request": 0.00014,
      "routing_fee_per_token": 0.00000014,
      "status": "range",
      "unpriced": null
    }
    "#);
    // A model of the table: $0.10, $0.025 and $0.40 per million.
    let nano = json!({"model": "gpt-4.1-nano", "input_tokens": 1000, "output_tokens": 100,
        "cached_tokens": 400, "num_requests_per_month": 3});
    let estimate = manage(&setup, "/cost/estimate", nano).await;
    assert_json_snapshot!(estimate, @r#"
    {
      "cost_per_request": 0.00011,
      "daily_cost": null,
      "daily_input_cost": null,
      "daily_margin_cost": null,
      "daily_output_cost": null,
      "input_cost_per_request": 0.00007,
      "input_cost_per_token": 0.0000001,
      "input_tokens": 1000,
      "margin_cost_per_request": 0,
      "model": "gpt-4.1-nano",
      "monthly_cost": 0.00033,
      "monthly_input_cost": 0.00021,
      "monthly_margin_cost": 0,
      "monthly_output_cost": 0.00012,
      "num_requests_per_day": null,
      "num_requests_per_month": 3,
      "output_cost_per_request": 0.00004,
      "output_cost_per_token": 0.0000004,
      "output_tokens": 100,
      "provider": "azure_ai",
      "range": null,
      "router": false,
      "routing_fee_per_request": null,
      "routing_fee_per_token": null,
      "status": "exact",
      "unpriced": null
    }
    "#);
    // In a region where nobody has a price for it.
    let unpriced = json!({"model": "gpt-4.1-nano", "input_tokens": 1, "output_tokens": 1,
        "deployment_type": "regional", "region": "nowhere"});
    let estimate = manage(&setup, "/cost/estimate", unpriced).await;
    assert_eq!(
        (&estimate["status"], &estimate["cost_per_request"]),
        (&"unpriced".into(), &Value::Null)
    );
    assert!(estimate["unpriced"].is_string());
}

#[tokio::test]
async fn an_answer_is_priced_by_the_model_that_served_it() {
    let setup = Setup::in_scenarios("served=gpt-5-mini-2025-08-07").await;
    let reply = setup.chat(&asking("Hello!")).await;
    let answer = reply.json();
    let whole = expected("gpt-5-mini-2025-08-07", &answer["usage"]);
    // The cost as text: a test that turned it into a float would prove nothing.
    let calculate = async |body: Value| {
        let reply = setup.post("/spend/calculate", &[], body.to_string()).await;
        let (_, cost) = reply.text().split_once("\"cost\":").unwrap();
        let cost = cost.split_once(',').unwrap().0.to_owned();
        (cost, reply.json())
    };
    // Asked of the router, the fee is due; of nobody in particular, it is not known to be.
    let (cost, of_group) = calculate(json!({"model": GROUP, "completion_response": answer})).await;
    assert_eq!(cost, usd(whole.total()));
    assert_eq!((&of_group["status"], &of_group["served"]), (&"exact".into(), &answer["model"]));
    let (alone, _) = calculate(json!({"completion_response": answer})).await;
    assert_eq!(alone, usd(whole.total() - whole.routing_fee));
    let named = json!({"model": "azure/model-router", "completion_response": answer});
    assert_eq!(calculate(named).await.0, cost);
    // A model without a price costs null, and not zero.
    let mut unknown = answer.clone();
    unknown["model"] = "gpt-99".into();
    let (_, unknown) = calculate(json!({"model": GROUP, "completion_response": unknown})).await;
    assert_eq!((&unknown["cost"], &unknown["status"]), (&Value::Null, &"partial".into()));
    let mut nothing = answer;
    nothing["usage"] = Value::Null;
    let (_, nothing) = calculate(json!({"completion_response": nothing})).await;
    assert_eq!((&nothing["cost"], &nothing["status"]), (&Value::Null, &"unpriced".into()));
    assert_eq!(nothing["reason"], "the answer has no usage");

    let messages = json!([{"role": "user", "content": "Hello, how are you?"}]);
    let (_, read) = calculate(json!({"model": GROUP, "messages": messages})).await;
    assert_eq!((&read["cost"], &read["estimate"]["status"]), (&Value::Null, &"range".into()));
    let (cost, read) = calculate(json!({"model": "gpt-4.1-nano", "messages": messages})).await;
    assert_eq!(read["status"], "estimated", "{read}");
    let tokens = u128::from(read["estimate"]["input_tokens"].as_u64().unwrap());
    assert!(tokens > 5);
    assert_eq!(cost, usd(tokens * 100_000));
}
