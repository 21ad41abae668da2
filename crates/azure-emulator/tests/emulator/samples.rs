//! Recorded bodies as the reference: the emulator's answer has the same keys, in the same order,
//! with values of the same types.

use serde_json::{Map, Value};

use crate::client::{CHAT, KEY, ask, ask_stream, emulator, post, post_in, post_with};

const NONSTREAM: &str = include_str!("../samples/01_nonstream_gpt-5.6-sol_2026-10.json");
const ROUTER: &str = include_str!("../samples/02_nonstream_model-router_docs_shape.json");
const OPENING: &str =
    include_str!("../samples/03_stream_first_chunks_gpt-5.4-mini_2026-09.sse.txt");
const CLOSING: &str = include_str!("../samples/04_stream_usage_final_gpt-4.1-mini_2026-09.sse.txt");
const DELTA: &str = include_str!("../samples/05_stream_delta_classic_gpt-4o-mini_2025-01.sse.txt");
const ASYNC: &str = include_str!("../samples/06_stream_async_filter_docs.sse.txt");
const DETAILS: &str = include_str!("../samples/07_model_selection_details_docs.json");

/// The value with each leaf replaced by its type, and each list by its first element.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "boolean".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "string".into(),
        Value::Array(all) => all.first().map(shape).into_iter().collect(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), shape(value))).collect::<Map<_, _>>().into()
        }
    }
}

/// Asserts that `found` has everything that `sample` has, with the same types.
fn assert_covers(found: &Value, sample: &Value, place: &str) {
    match (found, sample) {
        (Value::Object(found), Value::Object(sample)) => {
            for (key, value) in sample {
                let place = format!("{place}/{key}");
                assert_covers(
                    found.get(key).unwrap_or_else(|| panic!("no {place}")),
                    value,
                    &place,
                );
            }
        }
        (Value::Array(found), Value::Array(sample)) => {
            for (place_in, value) in sample.iter().enumerate() {
                assert_covers(&found[place_in], value, &format!("{place}/{place_in}"));
            }
        }
        _ => assert_eq!(shape(found), shape(sample), "{place}"),
    }
}

/// All keys of a JSON text in the order in which they appear.
fn keys(json: &str) -> Vec<&str> {
    let strings = json.split('"').collect::<Vec<_>>();
    let pairs = strings.windows(2).skip(1).step_by(2);
    pairs.filter(|pair| pair[1].starts_with(':')).map(|pair| pair[0]).collect()
}

fn payloads(stream: &str) -> Vec<&str> {
    stream.split("\n\n").filter_map(|event| event.trim().strip_prefix("data: ")).collect()
}

fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

#[tokio::test]
async fn sample_01_a_whole_answer() {
    let azure = emulator().await;
    let reply = post_in(&azure, "served=gpt-5.6-sol-2026-07-09", &ask("Hello")).await;
    // The prose must not look like keys to the scan of the text.
    let mut body = reply.json();
    assert_eq!(shape(&body), shape(&parse(NONSTREAM)));
    let said = body["choices"][0]["message"]["content"].take().to_string();
    assert_eq!(keys(&reply.text().replace(&said, "null")), keys(NONSTREAM));
}

#[tokio::test]
async fn sample_02_a_routed_answer() {
    let azure = emulator().await;
    let reply = post_in(&azure, "served=gpt-5-mini-2025-08-07", &ask("Hello")).await.json();
    let mut sample = parse(ROUTER);
    sample.as_object_mut().unwrap().remove("_note");
    assert_covers(&reply, &sample, "");
    // Cache writes came with GPT-5.6.
    assert!(reply["usage"]["prompt_tokens_details"].get("cache_write_tokens").is_none());
}

#[tokio::test]
async fn sample_03_the_first_two_events() {
    let azure = emulator().await;
    let body = ask_stream("Hello", false);
    let reply = post_in(&azure, "served=gpt-5.4-mini-2026-03-17", &body).await.text();
    let (found, sample) = (payloads(&reply), payloads(OPENING));
    assert_eq!(found[0], sample[0], "the first event is the same to the byte");
    // The second one is cut off in the capture.
    assert_eq!(keys(found[1])[..keys(sample[1]).len()], keys(sample[1]));
    assert_covers(&parse(found[1]), &parse(&format!("{}}}", sample[1])), "");
}

#[tokio::test]
async fn sample_04_usage_and_the_end() {
    let azure = emulator().await;
    let body = ask_stream("Hello", true);
    let reply = post_in(&azure, "served=gpt-4.1-mini-2025-04-14", &body).await.text();
    let (found, sample) = (payloads(&reply), payloads(CLOSING));
    let found = &found[found.len() - 2..];
    assert_eq!(shape(&parse(found[0])), shape(&parse(sample[0])));
    assert_eq!(keys(found[0]), keys(sample[0]));
    assert_eq!(found[1], sample[1]);
}

#[tokio::test]
async fn sample_05_a_delta() {
    let azure = emulator().await;
    let body = ask_stream("Hello", false);
    let reply = post_in(&azure, "served=gpt-4o-mini-2024-07-18", &body).await;
    assert_covers(&reply.events()[2], &parse(payloads(DELTA)[0]), "");
}

#[tokio::test]
async fn sample_06_the_asynchronous_filter() {
    let azure = emulator().await;
    let body = ask_stream("Hello", false);
    let (note, block) = (payloads(ASYNC)[0], payloads(ASYNC)[1]);
    let reply = post_in(&azure, "async-filter", &body).await.text();
    let notes: Vec<usize> = payloads(&reply)
        .iter()
        .enumerate()
        .filter(|(_, event)| event.contains("content_filter_offsets"))
        .map(|(place, event)| {
            assert_eq!((shape(&parse(event)), keys(event)), (shape(&parse(note)), keys(note)));
            place
        })
        .collect();
    let finish = payloads(&reply).iter().position(|event| event.contains(r#":"stop""#)).unwrap();
    assert!(notes[0] < finish && finish < notes[1]);
    let blocked = post_in(&azure, "async-filter,content-filter-answer", &body).await.text();
    let last = payloads(&blocked)[payloads(&blocked).len() - 2];
    assert_eq!((shape(&parse(last)), keys(last)), (shape(&parse(block)), keys(block)));
}

#[tokio::test]
async fn sample_07_how_the_model_was_chosen() {
    let azure = emulator().await;
    let samples = parse(DETAILS);
    let preview = format!("api-key: {KEY}\r\nfoundry-features: ModelRouterControls=V1Preview\r\n");
    let measured = post_with(&azure, CHAT, &preview, &ask("Hello").to_string()).await.json();
    let sample = &samples["measured_shape_2026-09_swedencentral"]["model_selection_details"];
    assert_eq!(shape(&measured["model_selection_details"]), shape(sample));

    let fallback = post_in(&azure, "routing-details", &ask("Hello")).await.json();
    assert_covers(&fallback, &samples["fallback"], "");
    let streamed = post_in(&azure, "routing-details", &ask_stream("Hello", false)).await;
    let carries = |event: &&Value| event.get("model_selection_details").is_some();
    assert_eq!(streamed.events().iter().filter(carries).count(), 1);

    let session = format!("{preview}x-ms-session-id: s1\r\n");
    let first = post_with(&azure, CHAT, &session, &ask("Hello").to_string()).await.json();
    assert_covers(&first, &samples["affinity_initialize"], "");
    let forced = format!("{session}x-emulator-scenario: served=grok-4,routing-details\r\n");
    let second = post_with(&azure, CHAT, &forced, &ask("Hello").to_string()).await.json();
    assert_covers(&second, &samples["affinity_switch"], "");
    let place = "/model_selection_details/model_router_details/session_affinity/decision";
    assert_eq!(second.pointer(place), Some(&Value::from("switch")));
}

#[tokio::test]
async fn without_the_preview_header_an_answer_has_no_routing_details() {
    let azure = emulator().await;
    let mut body = ask("Hello");
    body["routing_config"] = serde_json::json!({ "mode": "no such mode" });
    let reply = post(&azure, &body).await;
    assert_eq!((reply.status, reply.text().contains("model_selection_details")), (200, false));
}
