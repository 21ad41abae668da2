//! The shapes of the gateway's HTTP API: parameters, request bodies, answers and errors.
//!
//! Each is one struct. The gateway reads and writes it, the `OpenAPI` document describes it, and the
//! `fareway` command sends it and reads its answer into it. There is no I/O here.
//!
//! # Fields of management requests
//!
//! `LiteLLM`'s clients leave fields out, send null, or write numbers as text, and money must keep its
//! digits. So these requests consist of [`Field`]s, which [`read`] reads one by one:
//!
//! ```
//! use gateway_api::{Field, litellm::key::KeyChange, read_body};
//!
//! let body = br#"{"key": "sk-1234", "rpm_limit": "60", "max_budget": null}"#;
//! let (change, _): (KeyChange, _) = read_body(body)?;
//! assert_eq!(change.grant.rpm_limit, Field::Value(60));
//! assert_eq!(change.grant.max_budget, Field::Null);
//! assert_eq!(change.grant.tpm_limit, Field::Absent);
//! # Ok::<(), gateway_api::FieldError>(())
//! ```
#![expect(missing_docs, reason = "a field that says no more than its name, such as `team_id`")]

mod anthropic;
mod errors;
mod field;
mod given;
pub mod litellm;
mod openai;
mod receipt;
mod values;

use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

pub use self::{anthropic::*, errors::*, field::*, given::*, openai::*, receipt::*, values::*};

/// Adds a shape, and those that it refers to.
pub fn add_schema<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
}

/// Says where requests keep the fields that they do not know.
macro_rules! requests {
    ($($request:ident),+ $(,)?) => {$(
        impl crate::Request for $request {
            fn others(&mut self) -> &mut Others {
                &mut self.others
            }
        }
    )+};
}
use requests;
