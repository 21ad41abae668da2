//! The command as its users run it: the real binary, its output, and its exit codes.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod books;
#[cfg(test)]
mod chat;
#[cfg(test)]
mod cost;
#[cfg(test)]
mod documented;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod help;
#[cfg(test)]
mod help_books;
#[cfg(test)]
mod help_manage;
#[cfg(test)]
mod instances;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod models;
#[cfg(test)]
mod price;
#[cfg(test)]
mod price_changes;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod run;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod spend;
