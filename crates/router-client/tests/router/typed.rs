//! The typed calls: answers, chunks, errors.

use futures_util::StreamExt;
use router_client::{CallError, ChatRequest, ClientError, RouterClient, user};

use crate::bench::Bench;

#[tokio::test]
async fn chunks_make_up_the_answer() {
    let bench = Bench::of("normal").await;
    let whole = bench.client.chat("group", ["Hello there!"]).await.unwrap();
    let mut stream = bench.client.chat_stream("group", ["Hello there!"]).await.unwrap();
    let mut text = String::new();
    while let Some(chunk) = stream.next().await {
        text.push_str(chunk.unwrap().text());
    }
    assert_eq!(text, whole.text());
    assert_eq!(stream.receipt().unwrap().served.as_deref(), whole.model_served());

    let collected = bench.client.chat_stream("group", ["Hello there!"]).await.unwrap();
    let collected = collected.collect().await.unwrap();
    assert_eq!(collected.text(), whole.text());
    assert_eq!(collected.completion.model, whole.completion.model);
    assert_eq!(collected.completion.choices[0].finish_reason.as_deref(), Some("stop"));
}

#[tokio::test]
async fn an_error_in_a_stream_is_its_last_item() {
    for scenarios in ["stream-error-late", "cut=6"] {
        let bench = Bench::of(scenarios).await;
        let stream = bench.client.chat_stream("group", ["Hello there!"]).await.unwrap();
        let items: Vec<_> = StreamExt::collect(stream).await;
        let (last, before) = items.split_last().unwrap();
        assert!(matches!(last, Err(ClientError::Stream { .. })), "{scenarios}");
        assert!(before.iter().all(Result::is_ok));
    }
}

#[tokio::test]
async fn any_deployment_of_an_endpoint_can_be_asked() {
    let azure = azure_emulator::Emulator::start().await.unwrap();
    let client = RouterClient::azure_ai(&azure.openai_v1(), azure.key()).unwrap();
    for (asked, routed) in [
        ("azure_ai/azure-model-router", true),
        ("azure_ai/model_router/model-router", true),
        ("azure/gpt-5-nano", false),
    ] {
        let answer = client.chat(asked, [user("Hello!")]).await.unwrap();
        assert_eq!(answer.cost().status.as_str(), "exact", "{asked}");
        let fee = answer.cost().routing_fee().unwrap();
        assert_eq!(fee > llm_types::Usd::ZERO, routed, "{asked}");
    }
    let seen: Vec<_> = azure.requests().into_iter().filter_map(|seen| seen.asked).collect();
    assert_eq!(seen, ["azure-model-router", "model-router", "gpt-5-nano"]);
}

#[tokio::test]
async fn a_request_that_cannot_be_sent_says_why() {
    let azure = azure_emulator::Emulator::start().await.unwrap();
    let client = RouterClient::azure_ai(&azure.openai_v1(), azure.key()).unwrap();
    let error = client.chat("openai/gpt-5", ["Hi"]).await.unwrap_err();
    assert!(matches!(error, ClientError::Setup(_)), "{error}");
    let bench = Bench::of("normal").await;
    let error = bench.client.chat("nobody", ["Hi"]).await.unwrap_err();
    assert!(matches!(error, ClientError::Call(CallError::UnknownGroup { .. })), "{error}");
    assert_eq!(azure.count() + bench.azures[0].count(), 0);
}

#[tokio::test]
async fn tools_are_called_whole_and_in_chunks() {
    let bench = Bench::of("normal").await;
    let tool = serde_json::json!([{ "type": "function", "function": {
        "name": "get_weather",
        "parameters": { "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] },
    } }]);
    let request = ChatRequest::new("group", ["What is the weather in Paris?"])
        .with("tools", tool)
        .with("tool_choice", "required");
    let whole = bench.client.request(&request).await.unwrap();
    let streamed = bench.client.request_stream(&request).await.unwrap().collect().await.unwrap();
    let call = |answer: &router_client::Answer| {
        let calls = answer.completion.choices[0].message.tool_calls.clone().unwrap();
        calls[0].function.clone()
    };
    assert_eq!(call(&whole).name, "get_weather");
    assert_eq!(call(&whole), call(&streamed));
}
