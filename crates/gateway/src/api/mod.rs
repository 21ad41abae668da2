//! Pages of the gateway: one folder for each API, one file for each page or resource.

mod fareway;
mod litellm;
mod openai;
mod pages;
mod params;
mod report_turn;
mod ui;

use std::sync::LazyLock;

use axum::Router;
use bytes::Bytes;
use http::{Method, Uri};
use utoipa_axum::router::OpenApiRouter;

use self::pages::{Described, Page, also, private, routes};
use crate::{
    app::Worker,
    http::{ApiError, unsupported_paths},
    inference::{chat, embeddings, messages, responses, stored_responses},
    openapi as document,
};

/// The pages that call a model.
fn of_models() -> Vec<Page> {
    vec![
        also(routes!(chat::by_model), &chat::OTHER_NAMES),
        routes!(chat::by_path),
        also(routes!(embeddings::by_model), &embeddings::OTHER_NAMES),
        routes!(embeddings::by_path),
        also(routes!(responses::create), &responses::OTHER_NAMES),
        also(routes!(messages::by_model), &messages::OTHER_NAMES),
        also(routes!(messages::count_tokens), &messages::OTHER_COUNT_NAMES),
        also(routes!(responses::compact), &responses::OTHER_COMPACT),
        also(routes!(stored_responses::input_tokens), &stored_responses::OTHER_TOKENS),
        also(
            routes!(stored_responses::retrieve, stored_responses::delete),
            &stored_responses::OTHER_NAMES,
        ),
        also(routes!(stored_responses::cancel), &stored_responses::OTHER_CANCEL),
        also(routes!(stored_responses::input_items), &stored_responses::OTHER_ITEMS),
    ]
}

/// All other pages.
fn others() -> impl Iterator<Item = Page> {
    let apis =
        [openai::pages(), fareway::pages(), litellm::pages(), litellm::spend::pages(), ui::pages()];
    apis.into_iter().flatten()
}

/// All pages, described.
fn all() -> impl Iterator<Item = Described> {
    // Answers of a model go to programs, and every instruction on their way counts.
    let of_models = of_models().into_iter().map(Page::described);
    of_models.chain(others().map(|page| private(page.described())))
}

/// A router of all pages, with answers for what is no page. It is made once and copied.
pub(crate) fn router() -> Router<Worker> {
    static ROUTER: LazyLock<Router<Worker>> = LazyLock::new(|| {
        // One description at a time, of which nothing is kept.
        let routes = |page| OpenApiRouter::new().routes(page).split_for_parts().0;
        let router = all().map(routes).fold(Router::new(), Router::merge);
        router.fallback(no_such_page).method_not_allowed_fallback(wrong_method)
    });
    ROUTER.clone()
}

/// The OpenAPI document of all pages, made when it is first asked for and kept as text.
#[must_use]
pub fn openapi() -> Bytes {
    static JSON: LazyLock<Bytes> = LazyLock::new(|| {
        let pages = all().fold(OpenApiRouter::new(), OpenApiRouter::routes);
        document::json(pages.split_for_parts().1)
    });
    JSON.clone()
}

async fn no_such_page(method: Method, uri: Uri) -> ApiError {
    if let Some(what) = unsupported_paths::at(uri.path()) {
        return ApiError::Unsupported { path: uri.path().to_owned(), what };
    }
    ApiError::NoSuchPage { method: method.to_string(), path: uri.path().to_owned() }
}

async fn wrong_method(method: Method) -> ApiError {
    ApiError::WrongMethod { method: method.to_string() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn no_two_shapes_share_a_name() {
        let mut shapes = BTreeMap::new();
        for (name, schema) in all().flat_map(|(schemas, ..)| schemas) {
            let before = shapes.entry(name.clone()).or_insert_with(|| schema.clone());
            assert!(*before == schema, "two shapes have the name `{name}`");
        }
        assert!(shapes.len() > 100, "{}", shapes.len());
    }
}
