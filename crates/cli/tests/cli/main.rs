//! The command as its users run it: the real binary, its output, and its exit codes.

mod chat;
mod cost;
mod gateway;
mod help;
mod price;
mod run;
