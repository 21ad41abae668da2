//! The few facts of an answer, or of a stream's event, that a meter notes; the rest is skipped. Nothing
//! is copied unless a string contains escapes.
//!
//! A key of another type than Azure's reads as absent: one odd value must not cost the usage.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::json::{
    top_level::{NotAnObject, TopLevel},
    value::{raw, text},
};

/// The metered facts of a whole JSON answer, or of one event of a stream.
#[derive(Debug, Default)]
pub struct AnswerPeek<'a> {
    /// The upstream's id of the answer.
    pub id: Option<Cow<'a, str>>,
    /// The model that answered; empty where an event does not know it yet.
    pub model: Option<Cow<'a, str>>,
    /// The usage object as it stands in the answer: the cost is added at its end.
    pub usage: Option<&'a str>,
    /// The usage with which a stream begins: later reports are merged with it, and its output is not final.
    pub usage_so_far: Option<&'a str>,
    /// The tier that was billed: `default`, `priority`, `flex`.
    pub service_tier: Option<Cow<'a, str>>,
    /// How the router decided, when asked to tell.
    pub model_selection_details: Option<&'a RawValue>,
    /// An error in place of an answer; in a stream this can come after a status of 200.
    pub error: Option<&'a RawValue>,
    /// Whether it has what every answer of its dialect has, and every event of one.
    pub is_answer: bool,
}

// === impl AnswerPeek ===

impl<'a> AnswerPeek<'a> {
    /// Reads an object with the names of OpenAI's older APIs at its top. `answer`: the key whose array
    /// makes it an answer.
    #[inline]
    pub(super) fn of_top_level(json: &'a [u8], answer: &[u8]) -> Result<Self, NotAnObject> {
        let (mut object, mut peek) = (TopLevel::of(json)?, Self::default());
        while let Some((key, value)) = object.next_entry()? {
            match key {
                b"id" => peek.id = text(value),
                b"model" => peek.model = text(value),
                b"service_tier" => peek.service_tier = text(value),
                b"usage" if value.starts_with(b"{") => peek.usage = std::str::from_utf8(value).ok(),
                b"model_selection_details" => peek.model_selection_details = raw(value),
                b"error" => peek.error = raw(value),
                key if key == answer => peek.is_answer = value.starts_with(b"["),
                _ => {}
            }
        }
        Ok(peek)
    }
}
