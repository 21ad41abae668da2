//! Promise 4 with the real program: killed at any moment, it has every request that was sent in its
//! books, once, and for exactly what it cost.
//!
//! `CHAOS_ROUNDS` is how often it is killed: 10 unless set, 100 in `cargo xtask chaos`.

#[cfg(test)]
mod books;
#[cfg(test)]
mod client;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod program;
#[cfg(test)]
mod start;
#[cfg(test)]
mod two;
