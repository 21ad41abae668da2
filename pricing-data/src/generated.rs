// @generated placeholder, replaced by `cargo xtask pricing`.
use crate::types::*;
use std::borrow::Cow;
/// Every model in the table.
pub static MODELS: &[Model] = &[];
/// The router's fee and pools.
pub static ROUTER: Router =
    Router { aliases: Cow::Borrowed(&[]), fees: Cow::Borrowed(&[]), pools: Cow::Borrowed(&[]) };
/// Lower-case name to index in [`MODELS`], sorted.
pub(crate) static NAMES: &[(&str, usize)] = &[];
/// Azure regions of each data zone, lower case.
pub static ZONES: &[(Zone, &[&str])] = &[];
