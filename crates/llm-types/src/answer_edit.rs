//! The edits that are made to an answer on its way to the client. All other bytes are the upstream's.

/// One kind of edit to an answer, or to the refusal in its place. The list is complete: what a client
/// gets is what the upstream sent, in its order, with these edits and nothing else.
///
/// Usage within an event that also has content, and `usage: null`, are passed on as they came. A
/// dialect without `[DONE]` has neither `Done` nor what hides the usage: its streams end with the event
/// that reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnswerEdit {
    /// `cost` and `cost_details` are added at the end of the `usage` object: of a whole answer, or of the
    /// last event of a stream that only reports the usage (of Messages, a `message_delta`), or ends the stream
    /// (`answers.usage_cost`).
    Cost,
    /// The events of a stream that only report the usage are left out, for a client that did not ask for
    /// them.
    HiddenUsage,
    /// The first event of a stream is left out if its `choices` are empty, for a client that did not ask
    /// for the usage (`answers.first_chunk: litellm`). Azure's first one says how the prompt was filtered.
    FirstChunk,
    /// The event that ends a stream (`data: [DONE]`, `message_stop`) is added where one ends without it
    /// whose answer has finished or reported its usage.
    Done,
    /// An error event is added where a stream ends in the middle of its answer.
    Interrupted,
    /// The beginning of an event is left out whose rest never came.
    TornEvent,
    /// The blank line is added to a last event that is whole without it.
    BlankLine,
    /// What follows the event that ends a stream is left out.
    AfterDone,
    /// What a deployment sent is left out when another one answers in its place, except for comments
    /// that have left (`answers.hold`).
    FailedAttempt,
    /// An error that comes as an event before the answer begins becomes a whole body, with its own
    /// status; what came before it is left out.
    ErrorAsBody,
    /// What can no longer be a body becomes one event, because the head of a stream has left
    /// (`answers.hold`): an error, with spaces for its line breaks, or a whole answer, with `[DONE]`, as
    /// the first and the last event of a response, or as all events of a message.
    BodyAsEvent,
    /// An error in our own words, in the envelope of the API, is in the place of one that would mislead the
    /// client, about the gateway's own credential (401, 403), and of what has another envelope or is no
    /// answer at all.
    OwnWords,
}

// === impl AnswerEdit ===

impl AnswerEdit {
    /// All kinds, in the order of their documentation.
    pub const ALL: [Self; 12] = [
        Self::Cost,
        Self::HiddenUsage,
        Self::FirstChunk,
        Self::Done,
        Self::Interrupted,
        Self::TornEvent,
        Self::BlankLine,
        Self::AfterDone,
        Self::FailedAttempt,
        Self::ErrorAsBody,
        Self::BodyAsEvent,
        Self::OwnWords,
    ];
}
