//! Reasoning that grok leaves out of its completion count: not billed as far as is known, charged to
//! budgets as if it were, until the operator confirms the rule.

use harness::{
    gateway::{GROUP, Setup, asking, entry, gateway, streaming},
    keys::{ask, key},
};
use llm_types::Usd;
use serde_json::{Value, json};

use crate::reports::usd;

/// The same gateway with other sections of its configuration.
async fn restarted(setup: Setup, sections: &str) -> Setup {
    let Setup { azure, gateway: old, http, folder } = setup;
    old.shutdown().await;
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let gateway = gateway(&entry, sections, 1, folder.path()).await;
    Setup { azure, gateway, http, folder }
}

/// The key's spending, and the amount held until the rule is confirmed.
async fn standing(setup: &Setup, key: &str) -> [Usd; 2] {
    let info = setup.get(&format!("/key/info?key={key}")).await.json();
    ["spend", "held"].map(|field| info["info"][field].to_string().parse().unwrap())
}

/// The cost of hidden tokens at grok-4's rate of output, $15 per million.
fn hidden(usage: &Value) -> Usd {
    let tokens = |name: &str| i128::from(usage[name].as_u64().unwrap());
    let hidden = tokens("total_tokens") - tokens("prompt_tokens") - tokens("completion_tokens");
    assert!(hidden > 0, "{usage}");
    Usd::from_picos(hidden * 15_000_000)
}

#[tokio::test]
async fn budgets_hold_either_way_until_the_rule_is_confirmed() {
    let setup = Setup::in_scenarios("served=grok-4").await;
    let limited = key(&setup, json!({"max_budget": 5})).await;
    let reply = ask(&setup, &limited, &asking("Hello!")).await;
    let (id, usage) = (reply.id().to_owned(), reply.json()["usage"].clone());
    let details = &usage["cost_details"];
    assert_eq!(
        (&details["status"], &details["hidden_reasoning"]),
        (&json!("inferred"), &json!("0"))
    );
    let (total, bound) = (usd(&details["total"]), usd(&details["upper_bound"]));
    assert_eq!(bound, total + hidden(&usage));
    let receipt = setup.receipt(&id).await;
    assert_eq!(usd(&receipt["cost"]["total"]), total);
    assert_eq!(usd(&receipt["charged"]), bound);
    assert_eq!(receipt["cost"]["billing_rule"]["id"], "xai-reasoning");
    let explain = receipt["cost"]["explain"].as_str().unwrap();
    assert!(explain.contains("one bill, of grok-4.3 on 2026-10-06"), "{explain}");
    let in_doubt = Usd::from_picos(bound.picos() - total.picos());
    assert_eq!(standing(&setup, &limited).await, [total, in_doubt]);

    // A stream is charged by the same rule.
    let reply = ask(&setup, &limited, &streaming("Hello!")).await;
    let streamed = setup.receipt(reply.id()).await;
    assert_eq!(usd(&streamed["charged"]), usd(&streamed["cost"]["upper_bound"]));
    assert!(usd(&streamed["charged"]) > usd(&streamed["cost"]["total"]));

    let setup = restarted(setup, "pricing:\n  confirmed: [xai-reasoning]\n").await;
    setup.set("served=grok-4");
    let reply = ask(&setup, &limited, &asking("Hello!")).await;
    let confirmed = setup.receipt(reply.id()).await;
    assert_eq!(confirmed["cost"]["status"], "exact");
    assert_eq!(confirmed["charged"], confirmed["cost"]["total"]);
    assert_eq!(confirmed["cost"]["billing_rule"]["settled"], true);

    // Earlier entries become exact as well, and their first cost is kept.
    let body = json!({"dry_run": false, "cost_status": "inferred"}).to_string();
    let done = setup.post("/fareway/v1/requests/reprice", &[], body).await.json();
    assert_eq!((&done["examined"], &done["changed"]), (&json!(2), &json!(2)));
    let repriced = setup.receipt(&id).await;
    assert_eq!(repriced["cost"]["status"], "exact");
    assert_eq!(usd(&repriced["cost"]["upper_bound"]), total);
    assert_eq!(repriced["original"]["cost"]["status"], "inferred");
    // The held amount is returned.
    assert_eq!((usd(&repriced["charged"]), usd(&repriced["held"])), (total, Usd::ZERO));
    assert_eq!(standing(&setup, &limited).await[1], Usd::ZERO);
}

#[tokio::test]
async fn an_overlay_turns_the_rule_for_who_is_billed_otherwise() {
    let setup = Setup::in_scenarios("served=grok-4").await;
    let rule = json!({
        "format": "pricing-data/1", "currency": "USD", "unit": "per_1M_tokens",
        "billing_rules": [{
            "id": "our-bill", "families": ["xAI"], "provider": "azure",
            "reasoning_outside_completion": "billed",
        }],
    });
    std::fs::write(setup.folder.path().join("ours.json"), rule.to_string()).unwrap();
    let setup = restarted(setup, "pricing:\n  overlay: ours.json\n").await;
    let reply = setup.chat(&asking("Hello!")).await;
    let usage = reply.json()["usage"].clone();
    let details = &usage["cost_details"];
    assert_eq!((&details["status"], &details["upper_bound"]), (&json!("exact"), &details["total"]));
    assert_eq!(usd(&details["hidden_reasoning"]), hidden(&usage));
}
