//! Authentication: callers, their keys, sessions and rights.

mod actor;
pub(crate) mod caller;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod model_access;
pub(crate) mod presented_keys;
mod refusal_owner;
pub(crate) mod session;
mod state;

pub(crate) use self::{
    actor::Actor,
    caller::{AS_KEY, Admin, Caller},
    refusal_owner::{Asking, ShownKeys},
    session::COOKIE,
    state::Auth,
};
