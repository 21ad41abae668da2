//! The client: combines a catalogue of deployments, prices and a recorder.

#[cfg(feature = "azure")]
mod azure;
#[cfg(feature = "azure")]
mod direct_endpoint;

use std::{fmt, sync::Arc};

use cost_model::Prices;
use jiff::Timestamp;
use llm_types::{
    Clock, Dialect, RequestView, SystemClock,
    chat::{ChatRequest, Message},
};
use uuid::{ContextV7, Uuid};

use crate::{
    answer::{
        stream::StreamEdits,
        typed::{Answer, AnswerStream},
    },
    dispatch::{
        Dispatch,
        call::{Call, Sent},
        unbilled::{Passed, Unbilled},
    },
    error::{CallError, ClientError, SetupError},
    meter::{
        Shared,
        recorder::{DiscardReceipts, Recorder},
    },
    routing::catalogue::Catalogue,
};

/// Sends chat requests to model groups, and returns the cost of each answer. Share it by reference or in an `Arc`.
#[derive(Debug)]
pub struct RouterClient {
    dispatch: Dispatch,
    /// For model strings that name no group but a deployment on one endpoint.
    direct: Option<Arc<dyn Direct>>,
}

/// Makes the group of a model string that names a deployment.
trait Direct: Send + Sync + fmt::Debug {
    /// Makes the group, if it is new.
    fn resolve(&self, asked: &str) -> Result<(), SetupError>;
}

/// Puts a [`RouterClient`] together.
#[derive(Debug)]
pub struct Builder {
    catalogue: Arc<dyn Catalogue>,
    direct: Option<Arc<dyn Direct>>,
    prices: Prices,
    recorder: Arc<dyn Recorder>,
    clock: Arc<dyn Clock>,
    retries: Option<usize>,
}

// === impl RouterClient ===

impl RouterClient {
    /// Asks for one answer.
    ///
    /// # Errors
    /// When there is none; what is known of the request's cost all the same is in the error.
    pub async fn chat(
        &self,
        asked: &str,
        messages: impl IntoIterator<Item = impl Into<Message>>,
    ) -> Result<Answer, ClientError> {
        self.request(&ChatRequest::new(asked, messages)).await
    }

    /// Asks for one answer, with parameters.
    ///
    /// # Errors
    /// As [`RouterClient::chat`].
    pub async fn request(&self, request: &ChatRequest) -> Result<Answer, ClientError> {
        // Without a stream whatever the request says, as one answer is what is returned.
        let whole = ChatRequest { stream: None, stream_options: None, ..request.clone() };
        match self.send_typed(&whole).await? {
            Sent::Json(answer) => Answer::read(&answer),
            Sent::Stream { events, .. } => AnswerStream::new(events).collect().await,
        }
    }

    /// Asks for an answer in chunks.
    ///
    /// # Errors
    /// As [`RouterClient::chat`]; later errors are items of the stream.
    pub async fn chat_stream(
        &self,
        asked: &str,
        messages: impl IntoIterator<Item = impl Into<Message>>,
    ) -> Result<AnswerStream, ClientError> {
        self.request_stream(&ChatRequest::new(asked, messages)).await
    }

    /// Asks for an answer in chunks, with parameters.
    ///
    /// # Errors
    /// As [`RouterClient::chat_stream`].
    pub async fn request_stream(&self, request: &ChatRequest) -> Result<AnswerStream, ClientError> {
        // That its usage is reported is asked for where the deployment takes that.
        let streamed = ChatRequest { stream: Some(true), ..request.clone() };
        match self.send_typed(&streamed).await? {
            Sent::Stream { events, .. } => Ok(AnswerStream::new(events)),
            Sent::Json(answer) => Ok(AnswerStream::of_whole(Answer::read(&answer)?)),
        }
    }

    /// Sends a request as it is, and passes the upstream's bytes on as they come.
    ///
    /// A call that is dropped before it has an answer is settled by what is known of it.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send(&self, call: Call<'_>) -> Result<Sent, CallError> {
        self.dispatch.send(call).await
    }

    /// Passes a request on that costs nothing. It is not metered, and has no receipt.
    ///
    /// # Errors
    /// When no deployment answers it.
    pub async fn pass_unbilled(&self, request: &Unbilled<'_>) -> Result<Passed, CallError> {
        self.dispatch.pass_unbilled(request).await
    }

    /// A new id for a request that comes in now; ids sort by time.
    #[must_use]
    pub fn new_id(&self) -> String {
        Self::id_at(self.dispatch.shared.clock.now())
    }

    /// A new id for a request that came in at this time.
    #[must_use]
    pub fn id_at(at: Timestamp) -> String {
        let seconds = u64::try_from(at.as_second()).unwrap_or_default();
        let nanos = u32::try_from(at.subsec_nanosecond()).unwrap_or_default();
        // The time to a quarter of a microsecond: ids sort as requests came, also within a millisecond.
        let context = ContextV7::new().with_additional_precision();
        Uuid::new_v7(uuid::Timestamp::from_unix(&context, seconds, nanos)).to_string()
    }

    async fn send_typed(&self, request: &ChatRequest) -> Result<Sent, ClientError> {
        if let Some(direct) = &self.direct {
            direct.resolve(&request.model)?;
        }
        let body = serde_json::to_vec(request).map_err(ClientError::Request)?;
        let view = RequestView::parse(Dialect::Chat, &body).map_err(CallError::from)?;
        let at = self.dispatch.shared.clock.now();
        let call = Call {
            id: Self::id_at(at),
            spoken: Dialect::Chat,
            at,
            asked: &request.model,
            body: body.clone().into(),
            view: &view,
            headers: http::HeaderMap::new(),
            edits: StreamEdits::default(),
            max_output: None,
            only: None,
            recorder: None,
            page: "",
            early: None,
        };
        Ok(self.send(call).await?)
    }
}

// === impl Builder ===

impl Builder {
    /// A client for the groups of a catalogue, at published prices.
    #[must_use]
    pub fn new(catalogue: Arc<dyn Catalogue>) -> Self {
        Self {
            catalogue,
            direct: None,
            prices: Prices::default(),
            recorder: Arc::new(DiscardReceipts),
            clock: Arc::new(SystemClock),
            retries: None,
        }
    }

    /// The prices to use: a book, or one that can be replaced while the client is used.
    #[must_use]
    pub fn prices(mut self, prices: impl Into<Prices>) -> Self {
        self.prices = prices.into();
        self
    }

    /// Where receipts go.
    #[must_use]
    pub fn recorder(mut self, recorder: Arc<dyn Recorder>) -> Self {
        self.recorder = recorder;
        self
    }

    /// What time it is, for ids and for typed calls; any other call says itself when it came in.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// How often a call that failed is made again before its error is returned. Without this, each
    /// other deployment of the group is tried once.
    #[must_use]
    pub fn retries(mut self, retries: Option<usize>) -> Self {
        self.retries = retries;
        self
    }

    /// The client.
    #[must_use]
    pub fn build(self) -> RouterClient {
        let Self { catalogue, direct, prices, recorder, clock, retries } = self;
        let shared = Arc::new(Shared { prices, recorder, clock });
        RouterClient { dispatch: Dispatch { catalogue, shared, retries }, direct }
    }
}
