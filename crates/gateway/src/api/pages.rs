//! List of pages for two purposes: the router serves them, and the OpenAPI document describes them.
//! A page in one of them is in the other.

use axum::{
    Router,
    handler::Handler,
    middleware,
    response::Response,
    routing::{MethodFilter, on},
};
use http::{HeaderValue, header};
use utoipa::openapi::HttpMethod;

use crate::{
    app::Worker,
    openapi::{Described, Document},
};

/// The tag of the pages that call a model.
const CHAT: &str = "chat";
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// A receiver of pages.
pub(crate) trait Pages: Sized {
    /// Adds a page, which is what a handler says of itself and the handler, under its own path and
    /// these other ones.
    fn page<D, H, T>(self, page: (D, H), aliases: &[&str]) -> Self
    where
        D: Described,
        H: Handler<T, Worker>,
        T: 'static;
}

/// The page of a handler: `page!(key::generate)`, `page!(key::list::list)`.
macro_rules! page {
    ($room:ident :: $handler:ident) => {
        pastey::paste! {
            ($room::[<__path_ $handler>], $room::$handler)
        }
    };
    ($room:ident :: $file:ident :: $handler:ident) => {
        pastey::paste! {
            ($room::$file::[<__path_ $handler>], $room::$file::$handler)
        }
    };
}
pub(crate) use page;

impl Pages for Router<Worker> {
    fn page<D, H, T>(self, (_, handler): (D, H), aliases: &[&str]) -> Self
    where
        D: Described,
        H: Handler<T, Worker>,
        T: 'static,
    {
        let methods = D::methods().into_iter().map(filter).reduce(MethodFilter::or);
        let Some(methods) = methods else { return self };
        let path = D::path();
        let paths = std::iter::once(path.as_str()).chain(aliases.iter().copied());
        let mut page = on(methods, handler);
        // Answers of a model go to programs, and every instruction on their way counts.
        if !D::tags().contains(&CHAT) {
            page = page.layer(middleware::map_response(keep_private));
        }
        paths.fold(self, |all, path| all.route(path, page.clone()))
    }
}

/// Keeps answers about keys and requests out of caches, and forbids guessing their type.
/// Files of the admin UI say themselves how long they last.
async fn keep_private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    response
}

impl Pages for Document {
    fn page<D, H, T>(mut self, _: (D, H), aliases: &[&str]) -> Self
    where
        D: Described,
        H: Handler<T, Worker>,
        T: 'static,
    {
        self.add::<D>(aliases);
        self
    }
}

fn filter(method: HttpMethod) -> MethodFilter {
    match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Trace => MethodFilter::TRACE,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use utoipa::openapi::{RefOr, Schema};

    use super::*;

    /// Every shape under its name, as each page has it.
    #[derive(Default)]
    struct Shapes(BTreeMap<String, RefOr<Schema>>);

    impl Pages for Shapes {
        fn page<D, H, T>(mut self, _: (D, H), _: &[&str]) -> Self
        where
            D: Described,
            H: Handler<T, Worker>,
            T: 'static,
        {
            let mut schemas = Vec::new();
            D::schemas(&mut schemas);
            for (name, schema) in schemas {
                let before = self.0.entry(name.clone()).or_insert_with(|| schema.clone());
                assert!(*before == schema, "two shapes have the name `{name}`");
            }
            self
        }
    }

    #[test]
    fn no_two_shapes_share_a_name() {
        let Shapes(all) = crate::api::all(Shapes::default());
        assert!(all.len() > 100, "{}", all.len());
    }
}
