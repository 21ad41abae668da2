//! Refusals of what was added: many requests at once, and other deployments.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use bytes::Bytes;
use futures_util::{future::join_all, stream};
use http::{HeaderMap, StatusCode};
use llm_types::{
    Clock as _, Dialect, Outbound, Provider, ProviderError, Refusal, RequestView, Tokens,
    UpstreamAnswer,
};
use router_client::{AzureAi, Call, Deployment, RouterClient, Sent, StreamEdits};
use serde_json::{Value, json};

use crate::{
    bench::{Standing, ask, builder},
    books::Books,
};

/// An upstream that refuses requests with some keys, and answers all others.
#[derive(Debug, Default)]
struct Picky {
    refuses: &'static [&'static str],
    /// Whether it refuses everything, in words that name both bounds.
    echoes: bool,
    /// Whether what it would answer fails.
    broken: bool,
    refused: AtomicUsize,
    answered: AtomicUsize,
}

#[async_trait::async_trait]
impl Provider for Picky {
    async fn send(&self, request: Outbound) -> Result<UpstreamAnswer, ProviderError> {
        tokio::task::yield_now().await;
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        if self.echoes {
            return Err(refusal(400, "unknown max_completion_tokens and max_tokens"));
        }
        if let Some(key) = self.refuses.iter().find(|key| body.get(**key).is_some()) {
            self.refused.fetch_add(1, SeqCst);
            let message = format!("Unrecognized request argument supplied: {key}");
            return Err(refusal(400, &message));
        }
        if self.broken {
            return Err(refusal(500, "broken"));
        }
        self.answered.fetch_add(1, SeqCst);
        let answer = json!({"id": "c", "model": "gpt-5-nano-2025-08-07",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11}});
        let body = Box::pin(stream::iter([Ok(Bytes::from(answer.to_string()))]));
        Ok(UpstreamAnswer { status: StatusCode::OK, headers: HeaderMap::new(), body })
    }

    fn endpoint(&self) -> &str {
        "picky"
    }
}

fn refusal(status: u16, message: &str) -> ProviderError {
    let body = json!({"error": {"message": message, "param": null, "code": null}});
    ProviderError::Refused(Box::new(Refusal {
        status: StatusCode::from_u16(status).unwrap(),
        code: None,
        message: message.to_owned(),
        retry_after: None,
        request_id: None,
        headers: HeaderMap::new(),
        body: body.to_string().into(),
    }))
}

fn client(providers: &[&Arc<Picky>]) -> (RouterClient, Arc<Books>) {
    let name = AzureAi::name("azure_ai/gpt-5-nano").unwrap();
    let deployment = |picky: &&Arc<Picky>| {
        Arc::new(Deployment::new(&name, Arc::clone(*picky) as Arc<dyn Provider>))
    };
    let books = Arc::new(Books::default());
    (builder(providers.iter().map(deployment).collect(), &books).build(), books)
}

/// Asks with a bound on the answer, as under a strict budget; returns the attempts' statuses.
async fn bounded(client: &RouterClient) -> Vec<Option<u16>> {
    let body = ask("Hello", false).to_string();
    let view = RequestView::parse(Dialect::Chat, body.as_bytes()).unwrap();
    let call = Call {
        id: client.new_id(),
        spoken: Dialect::Chat,
        at: Standing.now(),
        asked: "group",
        body: body.clone().into(),
        view: &view,
        headers: HeaderMap::new(),
        edits: StreamEdits::default(),
        max_output: Some(Tokens(100)),
        only: None,
        recorder: None,
        page: "",
        early: None,
    };
    let receipt = match client.send(call).await {
        Ok(Sent::Json(answer)) => answer.receipt,
        Ok(Sent::Stream { .. }) => panic!("a stream"),
        Err(error) => Arc::clone(error.receipt().unwrap()),
    };
    receipt.attempts.iter().map(|attempt| attempt.status).collect()
}

#[tokio::test]
async fn many_requests_at_once_are_each_sent_again_once() {
    let picky = Arc::new(Picky { refuses: &["max_completion_tokens"], ..Picky::default() });
    let (client, _) = client(&[&picky]);
    let all = join_all((0..16).map(|_| bounded(&client))).await;
    assert!(all.iter().all(|attempts| attempts.last() == Some(&Some(200))), "{all:?}");
    let refused = picky.refused.load(SeqCst);
    assert!((1..=16).contains(&refused) && picky.answered.load(SeqCst) == 16);
    assert_eq!(bounded(&client).await, [Some(200)]);
    assert_eq!(picky.refused.load(SeqCst), refused);
}

#[tokio::test]
async fn another_deployment_has_its_own_memory() {
    let first =
        Arc::new(Picky { refuses: &["max_completion_tokens"], broken: true, ..Picky::default() });
    let second = Arc::new(Picky { refuses: &["max_tokens"], ..Picky::default() });
    let (client, _) = client(&[&first, &second]);
    // Refused, sent again, broken: the second deployment gets the name that it takes.
    assert_eq!(bounded(&client).await, [Some(400), Some(500), Some(200)]);
    // It is the second one's turn, and then the first one's, which said nothing of the other name but
    // that it is broken: its refusal is confirmed.
    assert_eq!(bounded(&client).await, [Some(200)]);
    assert_eq!(bounded(&client).await, [Some(500), Some(200)]);
    assert_eq!((first.refused.load(SeqCst), second.refused.load(SeqCst)), (1, 0));
}

#[tokio::test]
async fn if_neither_name_is_accepted_none_is_sent() {
    let both = &["max_completion_tokens", "max_tokens"];
    let picky = Arc::new(Picky { refuses: both, ..Picky::default() });
    let (client, _) = client(&[&picky]);
    assert_eq!(bounded(&client).await, [Some(400), Some(400)]);
    assert_eq!(bounded(&client).await, [Some(400), Some(200)]);
    assert_eq!(bounded(&client).await, [Some(200)]);
}

/// A refusal can repeat what the client wrote: no other request changes by that.
#[tokio::test]
async fn words_of_the_client_teach_nothing() {
    let picky = Arc::new(Picky { echoes: true, ..Picky::default() });
    let (client, _) = client(&[&picky]);
    for _ in 0..2 {
        assert_eq!(bounded(&client).await, [Some(400), Some(400)]);
    }
    let other = Arc::new(Picky { refuses: &["messages"], ..Picky::default() });
    let (client, _) = self::client(&[&other]);
    assert_eq!(bounded(&client).await, [Some(400)]);
}
