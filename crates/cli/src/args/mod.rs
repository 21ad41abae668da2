//! Command-line arguments that several commands share.

pub(crate) mod key_id;
pub(crate) mod key_source;
pub(crate) mod prices;
pub(crate) mod request_filter;
pub(crate) mod sku;
