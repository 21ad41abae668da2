//! Registration of pages: a page is a handler with its description, so that one is in the router
//! exactly if the other is in the OpenAPI document.

use axum::{middleware, response::Response};
use http::{HeaderValue, header};
use utoipa::openapi::PathItem;
use utoipa_axum::router::UtoipaMethodRouter;

use crate::{app::Worker, openapi::operations};

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// A handler with its description: the shapes, the paths and the route.
pub(crate) type Described = UtoipaMethodRouter<Worker>;

/// A page that is described when it is asked for: all descriptions together take 15 MB of memory in small
/// pieces, which a start does without.
#[derive(Clone, Copy)]
pub(crate) struct Page {
    described: fn() -> Described,
    /// Its further paths.
    others: &'static [&'static str],
}

/// A page of this handler.
macro_rules! routes {
    ($($handler:tt)+) => {
        $crate::api::pages::Page::of(|| utoipa_axum::routes!($($handler)+))
    };
}
pub(crate) use routes;

/// A page under further paths.
pub(crate) fn also(page: Page, others: &'static [&'static str]) -> Page {
    Page { others, ..page }
}

// === impl Page ===

impl Page {
    pub(crate) fn of(described: fn() -> Described) -> Self {
        Self { described, others: &[] }
    }

    /// The handler, described under all its paths.
    pub(crate) fn described(self) -> Described {
        let (schemas, mut pages, router) = (self.described)();
        if let Some((own, item)) = pages.paths.first_key_value() {
            let same = |path: &&str| ((*path).to_owned(), the_same(item.clone(), own));
            let also: Vec<_> = self.others.iter().map(same).collect();
            pages.paths.extend(also);
        }
        (schemas, pages, router)
    }
}

/// The description of a page, under another path than its own.
fn the_same(mut item: PathItem, own: &str) -> PathItem {
    for (_, operation) in operations(&mut item) {
        let also = format!("The same as `{own}`.");
        operation.description = Some(match operation.description.take() {
            Some(description) => format!("{also}\n\n{description}"),
            None => also,
        });
    }
    item
}

/// A page whose answers are for their receiver alone.
pub(crate) fn private((schemas, pages, router): Described) -> Described {
    (schemas, pages, router.layer(middleware::map_response(keep_private)))
}

/// Keeps answers about keys and requests out of caches, and forbids guessing their type.
/// Files of the admin UI say themselves how long they last.
async fn keep_private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    response
}
