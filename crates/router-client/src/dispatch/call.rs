//! A call and its result, as callers of [`RouterClient::send`] see them.
//!
//! [`RouterClient::send`]: crate::RouterClient::send

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use jiff::Timestamp;
use llm_types::{Dialect, RequestView, Tokens};

use crate::{
    answer::{
        stream::{MeteredStream, StreamEdits},
        whole::SentJson,
    },
    events::early_comments::EarlyComments,
    meter::recorder::Recorder,
};

/// A request as it came from a client.
#[derive(Debug)]
pub struct Call<'a> {
    /// Names the request in its receipt; different for each, as [`RouterClient::id_at`] makes them.
    ///
    /// [`RouterClient::id_at`]: crate::RouterClient::id_at
    pub id: String,
    /// The API that the client speaks, which is another than that of `view` where its request was translated.
    pub spoken: Dialect,
    /// When it came in. The prices of this day apply.
    pub at: Timestamp,
    /// The model group that is asked for.
    pub asked: &'a str,
    /// The client's body.
    pub body: Bytes,
    /// Where things stand in `body`.
    pub view: &'a RequestView<'a>,
    /// The page below the API's own that it is for, such as `/compact`; mostly empty.
    pub page: &'static str,
    /// The client's headers that the upstream shall see.
    pub headers: HeaderMap,
    /// The edits to be made to the answer.
    pub edits: StreamEdits,
    /// The bound that is set to the answer's tokens, for a request that names none.
    pub max_output: Option<Tokens>,
    /// The ids of the group's deployments that it may go to; `None`: any.
    pub only: Option<Vec<Arc<str>>>,
    /// Where this call's receipt goes; `None`: where the client's receipts go.
    pub recorder: Option<Arc<dyn Recorder>>,
    /// Where comments go that leave before the answer begins; `None`: they are held until then.
    pub early: Option<Arc<EarlyComments>>,
}

/// An answer of which the first part is there.
#[derive(Debug)]
pub enum Sent {
    /// The whole answer.
    Json(SentJson),
    /// The answer begins.
    Stream {
        /// The upstream's headers that its provider passes on.
        headers: HeaderMap,
        /// The upstream's events.
        events: Box<MeteredStream>,
    },
}
