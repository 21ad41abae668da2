//! Callers: their keys, sessions and rights.

mod actor;
pub(crate) mod caller;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub(crate) mod master_key;
mod model_access;
pub(crate) mod session;

pub(crate) use self::{
    actor::Actor,
    caller::{AS_KEY, Admin, Caller},
    model_access::Access,
    session::COOKIE,
};
