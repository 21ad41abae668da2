//! `fareway cost`: every cost vector through the binary, and invalid input.

use std::io::{BufRead, BufReader, Write};

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::run::fareway;

const VECTORS: [&str; 2] = [
    include_str!("../../../cost-model/tests/cost_vectors.json"),
    include_str!("../../../cost-model/tests/cost_vectors_november.json"),
];

const QUESTION: &str = r#"{"id": "a", "model": "gpt-5-nano-2025-08-07", "date": "2026-06-01", "router_fee": true, "usage": {"prompt_tokens": 19, "completion_tokens": 5}}"#;

#[test]
fn every_vector_is_exact() {
    let files = VECTORS.map(|text| serde_json::from_str::<Value>(text).unwrap());
    let vectors: Vec<&Value> =
        files.iter().flat_map(|file| file["vectors"].as_array().unwrap()).collect();
    assert!(vectors.len() >= 265);
    let input: String = vectors.iter().map(|vector| format!("{vector}\n")).collect();
    let ran = fareway("cost").with_input(&input);
    assert_eq!(ran.code, 0, "{ran}");
    let lines: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), vectors.len());
    for (vector, mut line) in vectors.iter().zip(lines) {
        let mut expected = vector["expected"].clone();
        expected["id"] = vector["id"].clone();
        let fields = line.as_object_mut().unwrap();
        // Beside what a vector says: how sure the cost is.
        let status = fields.remove("status");
        let bound = fields.remove("upper_bound");
        let due = fields.remove("price_review_due");
        assert_eq!(status.is_some(), fields.contains_key("total"), "{line}");
        assert!(bound.is_none() || status == Some(json!("inferred")), "{line}");
        assert!(due.is_none() || line["canonical_model"] == "gpt-5.6-sol", "{line}");
        assert_eq!(line, expected);
    }
}

#[test]
fn a_line_says_how_sure_its_cost_is() {
    let line = |model: &str, date: &str, total: u64| {
        let usage = json!({"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": total});
        let question = json!({"model": model, "date": date, "usage": usage}).to_string();
        let ran = fareway("cost").with_input(&question);
        serde_json::from_str::<Value>(&ran.out).unwrap()
    };
    let certainty = |line: &Value| {
        ["status", "total", "upper_bound", "price_review_due"].map(|field| line[field].clone())
    };
    let none = Value::Null;
    assert_eq!(
        certainty(&line("gpt-5.6-sol", "2026-11-30", 12)),
        [json!("exact"), json!("0.00008"), none.clone(), none.clone()]
    );
    assert_eq!(
        certainty(&line("gpt-5.6-sol", "2026-12-01", 12)),
        [json!("exact"), json!("0.00008"), none.clone(), json!("2026-12-01")]
    );
    // 100 hidden tokens at $15 per million would be $0.0015 more.
    assert_eq!(
        certainty(&line("grok-4", "2026-11-30", 112)),
        [json!("inferred"), json!("0.00006"), json!("0.00156"), none]
    );
}

#[test]
fn one_line_in_and_one_out() {
    assert_snapshot!(fareway("cost").with_input(QUESTION), @r#"
    --- out
    {"id":"a","canonical_model":"gpt-5-nano","match":"exact","context":"short","unit_prices":{"input":"0.05","cached_input":"0.005","cache_write":"0.05","output":"0.4"},"uncached_input":"0.00000095","cached_input":"0","cache_write":"0","output":"0.000002","router_fee":"0.00000266","total":"0.00000561","status":"exact"}

    --- exit 0
    "#);
    assert_snapshot!(fareway("cost --explain").with_input(QUESTION), @r#"
    --- out
    "a"
      uncached input  19 tokens ×  $0.05 / 1M = $0.00000095
      cached input     0 tokens × $0.005 / 1M = $0
      cache write      0 tokens ×  $0.05 / 1M = $0
      output           5 tokens ×   $0.4 / 1M = $0.000002
      routing fee     19 tokens ×  $0.14 / 1M = $0.00000266
      total: $0.00000561 (exact)
      price: gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55 of gpt-5-nano; Azure Retail Prices API, 2026-08-11
      fee: model-router/global_standard/2025-11-01#68a6202ae97a

    --- exit 0
    "#);
}

#[test]
fn a_line_without_a_cost_says_why_and_the_next_line_is_costed() {
    let input = [
        "not json",
        "",
        "[1, 2]",
        r#"{"id": 7, "model": "gpt-5-nano"}"#,
        r#"{"id": 8, "model": "gpt-5-nano", "date": "2026-06-31", "usage": {}}"#,
        r#"{"id": 9, "model": "gpt-5-nano", "date": "2026-06-01", "usage": {}}"#,
        r#"{"id": 10, "model": "gpt-5-nano", "date": "2026-06-01", "usage": {"prompt_tokens": -1}}"#,
        r#"{"id": 11, "model": "gpt-5-nano", "date": "2026-06-01", "usage": {"prompt_tokens": 1, "completion_tokens": 1}, "deployment_type": "data_zone_standard"}"#,
        r#"{"id": 12, "model": "gpt-7", "date": "2026-06-01", "usage": {"prompt_tokens": 1, "completion_tokens": 1}}"#,
        QUESTION,
    ];
    assert_snapshot!(fareway("cost").with_input(&input.join("\n")), @r#"
    --- out
    {"id":null,"error":"invalid_input"}
    {"id":null,"error":"invalid_input"}
    {"id":7,"error":"invalid_input"}
    {"id":8,"error":"invalid_input"}
    {"id":9,"error":"invalid_usage"}
    {"id":10,"error":"invalid_usage"}
    {"id":11,"error":"invalid_input"}
    {"id":12,"error":"unknown_model"}
    {"id":"a","canonical_model":"gpt-5-nano","match":"exact","context":"short","unit_prices":{"input":"0.05","cached_input":"0.005","cache_write":"0.05","output":"0.4"},"uncached_input":"0.00000095","cached_input":"0","cache_write":"0","output":"0.000002","router_fee":"0.00000266","total":"0.00000561","status":"exact"}

    --- err
    line 1: expected one JSON object: expected ident at column 2
    line 3: expected one JSON object, found another kind of value
    line 4: missing field `date`
    line 5: parsed date is not valid: parameter 'day' for `2026-06` is invalid, must be in range `1..=30`
    line 6: the usage has no `prompt_tokens`
    line 7: the usage cannot be read: invalid value: integer `-1`, expected u64
    line 8: a data zone deployment needs a zone: add `zone: us`, `eu`, `apac` or `us_gov`
    line 9: the model `gpt-7` is not in the price table

    --- exit 1
    "#);
    assert_snapshot!(fareway("cost --explain").with_input(&input[7..].join("\n")), @r#"
    --- out
    {"id":11,"error":"invalid_input"}
    12
      total: unknown (unpriced)
      not priced: the model `gpt-7` is not in the price table
    "a"
      uncached input  19 tokens ×  $0.05 / 1M = $0.00000095
      cached input     0 tokens × $0.005 / 1M = $0
      cache write      0 tokens ×  $0.05 / 1M = $0
      output           5 tokens ×   $0.4 / 1M = $0.000002
      routing fee     19 tokens ×  $0.14 / 1M = $0.00000266
      total: $0.00000561 (exact)
      price: gpt-5-nano/global_standard/standard/2025-08-01#c0f84eadca55 of gpt-5-nano; Azure Retail Prices API, 2026-08-11
      fee: model-router/global_standard/2025-11-01#68a6202ae97a

    --- err
    line 1: a data zone deployment needs a zone: add `zone: us`, `eu`, `apac` or `us_gov`
    line 2: the model `gpt-7` is not in the price table

    --- exit 1
    "#);
}

#[test]
fn lines_are_answered_before_the_input_ends() {
    let mut child = fareway("cost").command().spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    for id in [1, 2] {
        let mut question: Value = serde_json::from_str(QUESTION).unwrap();
        question["id"] = json!(id);
        writeln!(input, "{question}").unwrap();
        let line: Value = serde_json::from_str(&output.next().unwrap().unwrap()).unwrap();
        assert_eq!((&line["id"], &line["total"]), (&json!(id), &json!("0.00000561")));
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_file_will_do() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), QUESTION).unwrap();
    let ran = fareway(&format!("cost {}", file.path().display())).run();
    assert_eq!(ran.out, fareway("cost -").with_input(QUESTION).out);
    assert_snapshot!(fareway("cost nowhere.jsonl").run(), @r"
    --- err
    error: cannot read `nowhere.jsonl`: No such file or directory (os error 2)

    --- exit 2
    ");
}
