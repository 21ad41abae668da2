//! Tests of the crate as its users see it.

mod answers;
mod chats;
mod documented;
mod lists;
mod recorded;
mod round_trips;
mod samples;
mod streams;
mod support;
