//! Typed answers with their receipts.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use cost_model::{Cost, Receipt};
use futures_core::Stream;
use futures_util::StreamExt;
use llm_types::{
    chat::{ChatCompletion, ChatCompletionChunk, Choice, ChunkChoice, Content, ToolCall},
    event_data,
};
use serde_json::Value;

use crate::{ClientError, MeteredStream, SentJson};

/// A whole answer and its receipt.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The answer as Azure gave it.
    pub completion: ChatCompletion,
    /// Who answered, what was used, and what it cost.
    pub receipt: Arc<Receipt>,
}

/// An answer in chunks, and at the end its receipt. Dropped before its end, it is settled as
/// `estimated` by what was delivered.
///
/// ```no_run
/// # async fn example(client: router_client::RouterClient) -> Result<(), Box<dyn std::error::Error>> {
/// use futures_util::StreamExt;
///
/// let mut stream = client.chat_stream("azure_ai/azure-model-router", ["hi"]).await?;
/// while let Some(chunk) = stream.next().await {
///     print!("{}", chunk?.text());
/// }
/// let receipt = stream.receipt().expect("a stream that has ended is settled");
/// println!("{:?} cost {:?}", receipt.served, receipt.cost.total());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AnswerStream {
    from: From,
}

#[derive(Debug)]
enum From {
    Events(Box<MeteredStream>),
    /// A whole answer to a request for a stream, as one chunk.
    Whole {
        chunk: Option<Box<ChatCompletionChunk>>,
        receipt: Arc<Receipt>,
    },
}

// === impl Answer ===

impl Answer {
    pub(crate) fn read(sent: &SentJson) -> Result<Self, ClientError> {
        let completion = serde_json::from_slice(&sent.body).map_err(ClientError::Shape)?;
        Ok(Self { completion, receipt: Arc::clone(&sent.receipt) })
    }

    /// The text of the first choice.
    #[must_use]
    pub fn text(&self) -> &str {
        self.completion.text()
    }

    /// The model that answered, such as `gpt-4.1-nano-2025-04-14`.
    #[must_use]
    pub fn model_served(&self) -> Option<&str> {
        self.receipt.served.as_deref()
    }

    /// What it cost: exact, itemised, with its status.
    #[must_use]
    pub fn cost(&self) -> &Cost {
        &self.receipt.cost
    }
}

// === impl AnswerStream ===

impl AnswerStream {
    pub(crate) fn new(events: Box<MeteredStream>) -> Self {
        Self { from: From::Events(events) }
    }

    pub(crate) fn of_whole(answer: Answer) -> Self {
        let chunk = Some(Box::new(as_chunk(answer.completion)));
        Self { from: From::Whole { chunk, receipt: answer.receipt } }
    }

    /// The receipt, once the usage has been seen: at the latest when the stream has ended.
    #[must_use]
    pub fn receipt(&self) -> Option<&Arc<Receipt>> {
        match &self.from {
            From::Events(events) => events.receipt(),
            From::Whole { receipt, .. } => Some(receipt),
        }
    }

    /// Reads to the end and puts the chunks together.
    ///
    /// # Errors
    /// As the stream's items.
    pub async fn collect(mut self) -> Result<Answer, ClientError> {
        let mut completion = ChatCompletion::default();
        while let Some(chunk) = self.next().await {
            merge(&mut completion, chunk?);
        }
        match self.receipt() {
            Some(receipt) => Ok(Answer { completion, receipt: Arc::clone(receipt) }),
            None => Err(ClientError::Stream { message: "no end was seen".into(), code: None }),
        }
    }
}

impl Stream for AnswerStream {
    type Item = Result<ChatCompletionChunk, ClientError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let events = match &mut self.from {
            From::Whole { chunk, .. } => return Poll::Ready(chunk.take().map(|chunk| Ok(*chunk))),
            From::Events(events) => events,
        };
        loop {
            let Some(event) = ready!(events.poll_next_unpin(cx)) else { return Poll::Ready(None) };
            if let Some(item) = event_data(&event).and_then(|data| read_event(&data)) {
                return Poll::Ready(Some(item));
            }
        }
    }
}

/// An event's chunk or error; `None` for `[DONE]`.
fn read_event(data: &[u8]) -> Option<Result<ChatCompletionChunk, ClientError>> {
    if data == b"[DONE]" {
        return None;
    }
    let chunk: ChatCompletionChunk = match serde_json::from_slice(data) {
        Ok(chunk) => chunk,
        Err(error) => return Some(Err(ClientError::Shape(error))),
    };
    Some(match chunk.extra.get("error") {
        Some(error) if !error.is_null() => Err(stream_error(error)),
        _ => Ok(chunk),
    })
}

fn stream_error(error: &Value) -> ClientError {
    let text = |key: &str| error[key].as_str().map(str::to_owned);
    let message = text("message").unwrap_or_else(|| error.to_string());
    ClientError::Stream { message, code: text("code").or_else(|| text("type")) }
}

/// Adds a chunk to what has been put together so far.
fn merge(completion: &mut ChatCompletion, chunk: ChatCompletionChunk) {
    if !chunk.id.is_empty() {
        completion.id = chunk.id;
        completion.model = chunk.model;
        completion.created = chunk.created;
        completion.object = "chat.completion".to_owned();
    }
    completion.usage = chunk.usage.or(completion.usage.take());
    completion.service_tier = chunk.service_tier.or(completion.service_tier.take());
    for added in chunk.choices {
        let known = completion.choices.iter().position(|choice| choice.index == added.index);
        let at = known.unwrap_or_else(|| {
            completion.choices.push(Choice { index: added.index, ..Choice::default() });
            completion.choices.len() - 1
        });
        merge_choice(&mut completion.choices[at], added);
    }
}

fn merge_choice(choice: &mut Choice, added: ChunkChoice) {
    let message = &mut choice.message;
    if let Some(role) = added.delta.role {
        message.role = role;
    }
    if let Some(text) = added.delta.content {
        match &mut message.content {
            Some(Content::Text(so_far)) => so_far.push_str(&text),
            content => *content = Some(Content::Text(text)),
        }
    }
    for call in added.delta.tool_calls.into_iter().flatten() {
        let calls = message.tool_calls.get_or_insert_default();
        let index = usize::try_from(call.index).unwrap_or(usize::MAX);
        if index >= calls.len() {
            calls.push(ToolCall { kind: "function".to_owned(), ..ToolCall::default() });
        }
        let Some(known) = calls.last_mut() else { continue };
        known.id = call.id.unwrap_or_else(|| std::mem::take(&mut known.id));
        let function = call.extra.get("function");
        let piece = |key: &str| function.and_then(|function| function[key].as_str()).unwrap_or("");
        known.function.name.push_str(piece("name"));
        known.function.arguments.push_str(piece("arguments"));
    }
    choice.finish_reason = added.finish_reason.or(choice.finish_reason.take());
}

fn as_chunk(completion: ChatCompletion) -> ChatCompletionChunk {
    let choices = completion.choices.into_iter().map(|choice| {
        let content = Some(choice.message.as_text().to_owned());
        let delta = llm_types::chat::Delta {
            role: Some(choice.message.role),
            content,
            ..Default::default()
        };
        ChunkChoice {
            index: choice.index,
            delta,
            finish_reason: choice.finish_reason,
            ..Default::default()
        }
    });
    ChatCompletionChunk {
        id: completion.id,
        object: "chat.completion.chunk".to_owned(),
        created: completion.created,
        model: completion.model,
        choices: choices.collect(),
        usage: completion.usage,
        service_tier: completion.service_tier,
        extra: completion.extra,
    }
}
