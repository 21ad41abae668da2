//! The emulated Azure over real TCP: its shapes against recorded samples, and every scenario.

#[cfg(test)]
mod accounting;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod client;
#[cfg(test)]
mod embeddings;
#[cfg(test)]
mod entrances;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod program;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod routing;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod troubles;
