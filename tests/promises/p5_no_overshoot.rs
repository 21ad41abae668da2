//! Promise 5: a strict budget cannot be exceeded, whatever arrives at the same time.

use harness::{
    budgets::{setup_with, short, usd},
    gateway::{GROUP, Setup, asking, entry, gateway},
    keys::{ask, key, manage},
};
use llm_types::Usd;
use serde_json::{Value, json};

async fn spend(setup: &Setup, key: &str) -> Usd {
    let info = setup.get(&format!("/key/info?key={key}")).await.json();
    assert_eq!(info["info"]["reserved"].to_string(), "0", "nothing is under way");
    info["info"]["spend"].to_string().parse().unwrap()
}

/// A gateway whose requests can only cost what gpt-4.1-nano costs.
async fn setup_of_one_model() -> Setup {
    setup_with("").await
}

#[tokio::test]
async fn a_burst_cannot_pass_a_budget() {
    let setup = setup_of_one_model().await;
    let key = key(&setup, json!({"max_budget": 0.002})).await;
    let bodies: Vec<_> = (0..300).map(|nth| short(&format!("Hi {nth}"), nth % 3 == 0)).collect();
    let all = bodies.iter().map(|body| ask(&setup, &key, body));
    let replies = futures_util::future::join_all(all).await;
    let answered = replies.iter().filter(|reply| reply.status == 200).count();
    let refused = replies.iter().filter(|reply| reply.status == 429).count();
    assert_eq!(answered + refused, 300);
    assert!(answered > 0 && refused > 0, "{answered} answered, {refused} refused");
    let mut sum = Usd::ZERO;
    for reply in replies.iter().filter(|reply| reply.status == 200) {
        let receipt = setup.receipt(reply.id()).await;
        sum = sum + usd(receipt["cost"]["total"].as_str().unwrap());
    }
    assert_eq!(spend(&setup, &key).await, sum);
    assert!(sum <= usd("0.002"), "{sum}");
    // One after the other, nearly all of it can be used.
    let mut refused = 0;
    for nth in 0..3_000 {
        let reply = ask(&setup, &key, &short(&format!("Ho {nth}"), false)).await;
        refused += usize::from(reply.status == 429);
        if refused == 3 {
            break;
        }
    }
    let spent = spend(&setup, &key).await;
    assert!(usd("0.0018") <= spent && spent <= usd("0.002"), "{spent}");
}

#[tokio::test]
async fn a_refusal_says_what_there_is() {
    let setup = Setup::new().await;
    let key = key(&setup, json!({"max_budget": 0.000001, "budget_duration": "30d"})).await;
    let reply = ask(&setup, &key, &asking("Hello!")).await;
    assert_eq!(reply.status, 429);
    assert_eq!(reply.header("x-should-retry"), Some("false"));
    let error = reply.json()["error"].clone();
    assert_eq!(
        (&error["type"], &error["code"]),
        (&json!("budget_exceeded"), &json!("budget_exceeded"))
    );
    let message = error["message"].as_str().unwrap();
    let (reason, resets) = message.split_once("; it resets at ").unwrap();
    assert!(reason.starts_with(
        "the budget of this key is too small for this request: $0 of $0.000001 are spent, $0 are \
         reserved for requests in flight, and this one can cost up to $"
    ), "{reason}");
    assert!(resets.contains("Z. Its prompt alone does not fit. "), "{resets}");
    assert_eq!(setup.azure.count(), 0);
}

/// The bound that makes a worst case of a request is set where the request names none.
#[tokio::test]
async fn an_answer_under_a_strict_budget_is_bounded() {
    let setup = Setup::with("budgets:\n  max_completion_tokens: 77\n").await;
    let strict = key(&setup, json!({"max_budget": 10})).await;
    let soft = key(&setup, json!({"max_budget": 10, "budget_mode": "soft"})).await;
    let free = key(&setup, json!({})).await;
    let mut named = asking("Hello!");
    named["max_tokens"] = 5.into();
    for (key, body, expect) in [
        (&strict, asking("Hello!"), json!(77)),
        (&strict, named, Value::Null),
        (&soft, asking("Hello!"), Value::Null),
        (&free, asking("Hello!"), Value::Null),
    ] {
        assert_eq!(ask(&setup, key, &body).await.status, 200);
        let sent: Value = serde_json::from_slice(&setup.seen().await.body).unwrap();
        assert_eq!(sent["max_completion_tokens"], expect);
    }
}

/// Where Azure's router is limited to cheap models, only their maximum cost is reserved; where one of
/// them has no price, nothing bounds the cost.
#[tokio::test]
async fn a_router_of_some_models_costs_no_more_than_these() {
    let azure = harness::gateway::azure().await;
    let of = |models: &str| {
        let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
        format!("{entry}    model_info: {{router_models: [{models}]}}\n")
    };
    let (cheap, unknown) = (of("gpt-5-nano, gpt-4.1-nano"), of("gpt-5-nano, gpt-9"));
    let setup = Setup::of(azure, &cheap, "").await;
    setup.set("served=gpt-5-nano-2025-08-07");
    let small = key(&setup, json!({"max_budget": 0.02})).await;
    assert_eq!(ask(&setup, &small, &asking("Hello!")).await.status, 200);
    let sent: Value = serde_json::from_slice(&setup.seen().await.body).unwrap();
    assert_eq!(sent["max_completion_tokens"], 16_384);
    let question = json!({"model": GROUP, "input_tokens": 10, "output_tokens": 10});
    let range = manage(&setup, "/cost/estimate", question).await["range"].take();
    // $0.05 and $0.10 per million prompt tokens, and $0.40 for both's answers.
    let ends = ["cheapest", "dearest"].map(|end| range[end]["served"].as_str().unwrap());
    assert_eq!(ends, ["gpt-5-nano", "gpt-4.1-nano"]);

    let folder = tempfile::tempdir().unwrap();
    let other = gateway(&unknown, "", 1, folder.path()).await;
    let setup = Setup { gateway: other, folder, ..setup };
    let strict = key(&setup, json!({"max_budget": 10})).await;
    let refused = ask(&setup, &strict, &asking("Hello!")).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]["code"]),
        (429.try_into().unwrap(), &json!("cost_unbounded"))
    );
}

/// A key's owner must not refill a budget by asking for a new key.
#[tokio::test]
async fn another_key_in_place_of_one_goes_on_with_its_budget() {
    let setup = setup_of_one_model().await;
    let old = key(&setup, json!({"max_budget": 0.002, "key_alias": "ann"})).await;
    assert_eq!(ask(&setup, &old, &short("Hello!", false)).await.status, 200);
    let spent = spend(&setup, &old).await;
    assert!(spent > Usd::ZERO);
    let wrong = json!({"key": old, "max_budget": -1}).to_string();
    assert_eq!(setup.post("/key/regenerate", &[], wrong).await.status, 400);
    assert_eq!(ask(&setup, &old, &short("Hello!", false)).await.status, 200);
    let spent = spent + spent;
    let made = manage(&setup, "/key/regenerate", json!({"key": old})).await;
    let new = made["key"].as_str().unwrap();
    assert_eq!(spend(&setup, new).await, spent);
    assert_eq!(ask(&setup, &old, &short("Hello!", false)).await.status, 401);
    assert_eq!(ask(&setup, new, &short("Hello!", false)).await.status, 200);
    assert_eq!(spend(&setup, new).await, spent + half(spent));
}

fn half(amount: Usd) -> Usd {
    Usd::from_picos(amount.picos() / 2)
}

/// At the highest price of the pool, the usual bound alone comes to more than a dollar.
#[tokio::test]
async fn a_small_budget_gets_a_shorter_answer_rather_than_none() {
    let setup = Setup::new().await;
    for (max, expect) in [(json!(10), 16_384), (json!(1), 4_096), (json!(0.1), 1_024)] {
        let small = key(&setup, json!({"max_budget": max})).await;
        assert_eq!(ask(&setup, &small, &asking("Hello!")).await.status, 200);
        let sent: Value = serde_json::from_slice(&setup.seen().await.body).unwrap();
        assert_eq!(sent["max_completion_tokens"], expect);
        // What the client wants is never cut.
        let mut long = asking("Hello!");
        long["max_completion_tokens"] = 100_000.into();
        let refused = ask(&setup, &small, &long).await;
        assert_eq!(refused.status, if expect == 16_384 { 200 } else { 429 });
    }
}

#[tokio::test]
async fn every_budget_that_applies_must_have_room() {
    let setup = Setup::new().await;
    manage(&setup, "/team/new", json!({"team_id": "blue", "max_budget": 0.0000001})).await;
    let of_team = key(&setup, json!({"team_id": "blue", "max_budget": 100})).await;
    let refused = ask(&setup, &of_team, &short("Hello!", false)).await;
    assert_eq!(refused.status, 429);
    assert!(refused.text().contains("the budget of this key's team"), "{}", refused.text());
    manage(&setup, "/team/update", json!({"team_id": "blue", "max_budget": 1})).await;
    assert_eq!(ask(&setup, &of_team, &short("Hello!", false)).await.status, 200);
}

/// A request without a price is charged at the highest rates, and the amount is held.
#[tokio::test]
async fn a_request_without_a_price_is_charged_at_its_worst_case() {
    let setup = Setup::in_scenarios("served=gpt-9-2027-01-01").await;
    let key = key(&setup, json!({"max_budget": 10})).await;
    let reply = ask(&setup, &key, &short("Hello!", false)).await;
    assert_eq!(reply.header("x-fareway-cost-status"), Some("partial"));
    let info = setup.get(&format!("/key/info?key={key}")).await.json();
    let held = usd(&info["info"]["held"].to_string());
    assert!(held > usd("0.0001"), "{held}");
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(receipt["cost"]["total"], Value::Null);
}

/// Money that was set aside is not forgotten when the gateway ends, and not charged twice.
#[tokio::test]
async fn spent_money_stays_spent() {
    let setup = Setup::new().await;
    let key = key(&setup, json!({"max_budget": 1})).await;
    for _ in 0..5 {
        assert_eq!(ask(&setup, &key, &short("Hello!", false)).await.status, 200);
    }
    let before = spend(&setup, &key).await;
    assert!(before > Usd::ZERO);
    let Setup { azure, gateway: old, http, folder } = setup;
    old.shutdown().await;
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let gateway = gateway(&entry, "", 1, folder.path()).await;
    let setup = Setup { azure, gateway, http, folder };
    assert_eq!(spend(&setup, &key).await, before);
    assert_eq!(ask(&setup, &key, &short("Hello!", false)).await.status, 200);
}
