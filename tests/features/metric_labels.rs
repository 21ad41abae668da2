//! The page for Prometheus stays valid and bounded, whatever an upstream calls its model.

use harness::{
    gateway::{Setup, asking, azure},
    scripted::{Script, Scripted},
};
use serde_json::json;

use crate::extremes::entries;

/// More than are counted separately.
const MODELS: usize = 1_050;

fn answer(model: &str) -> Script {
    let answer = json!({"id": "chatcmpl-1", "object": "chat.completion", "created": 1_790_000_000,
        "model": model, "choices": [{"index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "Hello!"}}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2}});
    Script::json(200, answer.to_string())
}

/// Whether a line is a name, labels in quotes and a number, or a comment.
fn is_valid(line: &str) -> bool {
    if line.starts_with('#') {
        return true;
    }
    let Some((before, number)) = line.rsplit_once(' ') else { return false };
    // Without escaped characters, which may be quotes.
    let plain = before.replace("\\\\", "_").replace("\\\"", "_").replace("\\n", "_");
    let quotes = plain.matches('"').count();
    let labels = plain.matches("=\"").count();
    number.bytes().all(|byte| byte.is_ascii_digit()) && quotes == 2 * labels
}

#[tokio::test]
async fn no_name_of_a_model_breaks_the_page_or_makes_it_grow() {
    let odd = "a\"} 1\nfareway_forged{x=\"\\";
    let names = std::iter::once(odd.to_owned()).chain((0..MODELS).map(|nth| format!("m{nth}")));
    let upstream = Scripted::start(names.map(|name| answer(&name))).await;
    let setup = Setup::of(azure().await, &entries(&upstream), "").await;
    for _ in 0..=MODELS {
        assert_eq!(setup.chat(&asking("Hello!")).await.status, 200);
    }
    let reply = setup.get("/metrics").await;
    let page = reply.text();
    let wrong: Vec<_> = page.lines().filter(|line| !is_valid(line)).collect();
    assert_eq!(wrong, [""; 0]);
    assert!(!page.lines().any(|line| line.starts_with("fareway_forged")), "{page}");
    let requests = page.lines().filter(|line| line.starts_with("fareway_requests_total{"));
    assert_eq!(requests.clone().count(), 1_001);
    let others = requests.clone().find(|line| line.contains("served=\"(other)\"")).unwrap();
    assert!(others.ends_with(" 51"), "{others}");
}
