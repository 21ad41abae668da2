//! The client against an emulated Azure: what callers see, what receipts say, and that each request
//! is settled once, however it ends.

#[cfg(test)]
mod answer_edits;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod books;
#[cfg(test)]
mod counting;
#[cfg(test)]
mod endings;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod failover;
#[cfg(test)]
mod fake;
#[cfg(test)]
mod learning;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod metering;
#[cfg(test)]
mod odd_streams;
#[cfg(test)]
mod strategies;
#[cfg(test)]
mod troubles;
#[cfg(test)]
mod typed;
