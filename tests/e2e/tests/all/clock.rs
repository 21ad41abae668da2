//! The gateway's day: prices and budget windows follow the clock that it was given.

use serde_json::{Value, json};

use crate::house::{House, asking};

/// The cost of a request that gpt-5.6-luna answers at this time.
async fn cost_at(house: &House, clock: &llm_types::ManualClock, time: &str) -> Value {
    clock.set(time.parse().unwrap());
    let reply = house.chat(&asking("Hello!")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let receipt = house.receipt(reply.id()).await;
    assert_eq!(receipt["at"], time);
    receipt["cost"].clone()
}

/// The price was cut on 2026-08-01, and days are those of UTC.
#[tokio::test]
async fn a_price_applies_from_its_day_on() {
    let (house, clock) = House::at("2026-07-31T23:59:59Z", "").await;
    house.set("served=gpt-5.6-luna-2026-07-09");
    let before = cost_at(&house, &clock, "2026-07-31T23:59:59Z").await;
    let after = cost_at(&house, &clock, "2026-08-01T00:00:00Z").await;
    let again = cost_at(&house, &clock, "2026-07-31T23:59:59Z").await;
    assert_ne!(before["lines"], after["lines"]);
    assert_eq!(before["lines"], again["lines"]);
}

/// What is spent of a window is free again when the clock has passed its end.
#[tokio::test]
async fn a_budget_window_ends_by_the_clock() {
    let (house, clock) = House::at("2026-11-30T23:00:00Z", "").await;
    let body = json!({"max_budget": 0.0000001, "budget_duration": "1h", "budget_mode": "soft"});
    let made = house.post("/key/generate", &[], body.to_string()).await.json();
    let key = format!("Bearer {}", made["key"].as_str().unwrap());
    let chat = async || {
        let headers = [("authorization", &*key)];
        house.post(crate::house::CHAT, &headers, asking("Hello!").to_string()).await.status
    };
    assert_eq!([chat().await, chat().await], [200, 429]);
    clock.set("2026-11-30T23:59:59Z".parse().unwrap());
    assert_eq!(chat().await, 429);
    clock.set("2026-12-01T00:00:00Z".parse().unwrap());
    assert_eq!([chat().await, chat().await], [200, 429]);
}
