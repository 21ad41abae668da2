//! A whole answer: read, metered, settled, and given its cost.

use bytes::{Bytes, BytesMut};
use cost_model::Outcome;
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode};
use llm_types::{
    AnswerPeek, ByteStream, ProviderError, UpstreamAnswer,
    chat::{ChatCompletion, Content, Message},
};

use crate::{CallError, SentJson, StreamEdits, event::ToldError, meter::Meter, splice};

/// A whole answer as it came.
pub(crate) struct Whole {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// The largest answer that is read.
const LARGEST: usize = 64 * 1024 * 1024;

// === impl Whole ===

impl Whole {
    /// Reads an answer to its end. Up to there nobody has seen any of it, so that another
    /// deployment can take over.
    pub(crate) async fn read(answer: UpstreamAnswer) -> Result<Self, ProviderError> {
        let UpstreamAnswer { status, headers, body } = answer;
        Ok(Self { status, headers, body: joined(body).await? })
    }

    /// Settles the request, and adds its cost to the answer when that is asked for.
    ///
    /// # Errors
    /// When the answer is no JSON object.
    pub(crate) fn settled(
        self,
        mut meter: Meter,
        edits: StreamEdits,
    ) -> Result<SentJson, CallError> {
        let Self { status, headers, body } = self;
        let Ok(peek) = AnswerPeek::parse(&body) else {
            let reason = "the answer is not valid JSON".to_owned();
            return Err(CallError::BadAnswer { receipt: meter.settle(Outcome::Failed { reason }) });
        };
        if let Some(account) = meter.account() {
            account.note(&peek);
            account.reported(&peek);
            if !account.knows_usage() || account.recorder().keeps_answers() {
                account.delivered_text(&said(&body));
            }
        }
        let receipt = meter.settle(match peek.error {
            None => Outcome::Completed,
            Some(error) => Outcome::Refused {
                status: status.as_u16(),
                code: ToldError::parse(error.get()).code,
            },
        });
        let body = match peek.usage {
            Some(usage) if edits.add_cost => splice::with_cost(&body, usage, &receipt.cost),
            _ => body.clone(),
        };
        Ok(SentJson { status, headers, body, receipt })
    }
}

/// What a whole answer says, calls of tools included, for counting its tokens.
fn said(body: &[u8]) -> String {
    let answer: ChatCompletion = serde_json::from_slice(body).unwrap_or_default();
    answer.choices.iter().map(|choice| text_of(&choice.message)).collect()
}

fn text_of(message: &Message) -> String {
    let mut text = match &message.content {
        Some(Content::Text(text)) => text.clone(),
        Some(Content::Parts(parts)) => parts.iter().map(ToString::to_string).collect(),
        None => String::new(),
    };
    for call in message.tool_calls.iter().flatten() {
        text.push_str(&call.function.name);
        text.push_str(&call.function.arguments);
    }
    for key in ["refusal", "reasoning_content"] {
        text.push_str(message.extra.get(key).and_then(|said| said.as_str()).unwrap_or_default());
    }
    text
}

/// All chunks in one; a single one, which is the rule, is not copied.
async fn joined(mut body: ByteStream) -> Result<Bytes, ProviderError> {
    let first = body.next().await.transpose()?.unwrap_or_default();
    let Some(second) = body.next().await.transpose()? else { return Ok(first) };
    let mut all = BytesMut::with_capacity(first.len() + 2 * second.len());
    all.extend_from_slice(&first);
    all.extend_from_slice(&second);
    while let Some(chunk) = body.next().await.transpose()? {
        all.extend_from_slice(&chunk);
        if all.len() > LARGEST {
            return Err(ProviderError::Interrupted("the answer is larger than 64 MiB".into()));
        }
    }
    Ok(all.freeze())
}
