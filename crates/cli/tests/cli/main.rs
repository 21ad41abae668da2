//! The command as its users run it: the real binary, its output, and its exit codes.

#[cfg(test)]
mod chat;
#[cfg(test)]
mod cost;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod help;
#[cfg(test)]
mod price;
#[cfg(test)]
mod run;
