//! Tests of the crate as its users see it.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod chats;
#[cfg(test)]
mod documented;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod support;
