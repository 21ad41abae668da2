//! Embeddings: forms of the input, encodings, counts, and what Azure refuses.

use serde_json::{Value, json};

use crate::client::{KEY, Reply, ask, emulator, post, post_with};

const V1: &str = "/openai/v1/embeddings";

async fn embed(azure: &azure_emulator::Emulator, rest: Value) -> Reply {
    let mut body = json!({"model": "text-embedding-3-small"});
    body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    post_with(azure, V1, &format!("api-key: {KEY}\r\n"), &body.to_string()).await
}

#[tokio::test]
async fn an_answer_has_a_vector_for_each_text() {
    let azure = emulator().await;
    let whole = embed(&azure, json!({"input": ["Hi", "there"], "dimensions": 2})).await;
    insta::assert_snapshot!(whole.text(), @r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.32912844,-0.94428515]},{"object":"embedding","index":1,"embedding":[-0.6121382,0.79075074]}],"model":"text-embedding-3-small","usage":{"prompt_tokens":2,"total_tokens":2}}"#);
    let one = embed(&azure, json!({"input": "there", "dimensions": 2})).await.json();
    assert_eq!(one["data"][0]["embedding"], whole.json()["data"][1]["embedding"]);
    for (input, count, tokens) in
        [(json!([1, 2, 3]), 1, 3), (json!([[1, 2], [3]]), 2, 3), (json!("extraordinary"), 1, 3)]
    {
        let answer =
            embed(&azure, json!({"input": input, "encoding_format": "base64"})).await.json();
        assert_eq!(answer["data"].as_array().unwrap().len(), count, "{input}");
        assert_eq!(answer["usage"], json!({"prompt_tokens": tokens, "total_tokens": tokens}));
        assert!(answer["data"][0]["embedding"].is_string());
    }
    let path = "/openai/deployments/text-embedding-ada-002/embeddings?api-version=2024-10-21";
    let by_path = post_with(&azure, path, &format!("api-key: {KEY}\r\n"), r#"{"input":"a"}"#).await;
    assert_eq!(by_path.json()["model"], "text-embedding-ada-002");
    assert_eq!(by_path.json()["data"][0]["embedding"].as_array().unwrap().len(), 1_536);
}

#[tokio::test]
async fn wrong_requests_are_refused() {
    let azure = emulator().await;
    let long = "x".repeat(6 * 8_193);
    for (body, part) in [
        (json!({}), "Missing required parameter: 'input'."),
        (json!({"input": ""}), "'$.input' is invalid."),
        (json!({"input": []}), "'$.input' is invalid."),
        (json!({"input": [1, "a"]}), "'$.input' is invalid."),
        (json!({"input": "a", "encoding_format": "hex"}), "'$.encoding_format' is invalid."),
        (json!({"input": "a", "dimensions": 1_537}), "'$.dimensions' is invalid."),
        (
            json!({"input": long}),
            "maximum context length is 8192 tokens, however you requested 8193",
        ),
        (json!({"input": "a", "model": "gpt-5-nano"}), "The embeddings operation does not work"),
        (json!({"input": "a", "model": "azure-model-router"}), "OperationNotSupported"),
        (json!({"input": "[[scenario:strict-parameters]]a", "stream": true}), "'stream'"),
        (json!({"input": "[[scenario:content-filter-prompt]]a"}), "ResponsibleAIPolicyViolation"),
    ] {
        let reply = embed(&azure, body.clone()).await;
        assert_eq!(reply.status, 400, "{}", reply.text());
        assert!(reply.text().contains(part), "{}", reply.text());
    }
    let unknown = embed(&azure, json!({"input": "a", "model": "nobody"})).await;
    assert_eq!(unknown.status, 404);
    let mut chat = ask("Hi");
    chat["model"] = "text-embedding-3-small".into();
    assert!(
        post(&azure, &chat).await.text().contains("The chatCompletion operation does not work")
    );
}
