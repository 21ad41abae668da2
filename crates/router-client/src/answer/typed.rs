//! Typed answers with their receipts.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use crate::{
    answer::{stream::MeteredStream, whole::SentJson},
    error::ClientError,
    events::error_envelope::ReportedError,
};
use cost_model::{Cost, Receipt};
use futures_core::Stream;
use futures_util::StreamExt;
use llm_types::{
    Dialect,
    chat::{ChatCompletion, ChatCompletionChunk},
    event_data,
};

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
        let chunk = Some(Box::new(answer.completion.into()));
        Self { from: From::Whole { chunk, receipt: answer.receipt } }
    }

    /// The receipt, once the stream has come to its end.
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
            completion.merge(chunk?);
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

/// An event's chunk or error; `None` for the end.
fn read_event(data: &[u8]) -> Option<Result<ChatCompletionChunk, ClientError>> {
    if Dialect::Chat.ends(data) {
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

fn stream_error(error: &serde_json::Value) -> ClientError {
    let ReportedError { message, code, .. } = ReportedError::read(error);
    ClientError::Stream { message, code }
}
