//! OpenAI's API, except chat completions, which are in `inference`.

pub(crate) mod models;

use super::pages::{Page, also, routes};

/// All pages of it.
pub(crate) fn pages() -> Vec<Page> {
    vec![
        also(routes!(models::list), &["/models", "/openai/models", "/openai/v1/models"]),
        also(
            routes!(models::one),
            &["/models/{*group}", "/openai/models/{*group}", "/openai/v1/models/{*group}"],
        ),
    ]
}
