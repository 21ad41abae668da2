//! One list for two uses: what the gateway serves, and what its OpenAPI document describes. A page
//! that is in one of them is in the other.

use axum::{
    Router,
    handler::Handler,
    routing::{MethodFilter, on},
};
use utoipa::openapi::HttpMethod;

use crate::{
    app::Worker,
    document::{Described, Document},
};

/// Where pages are put down.
pub(crate) trait Pages: Sized {
    /// Adds a page, which is what a handler says of itself and the handler, under its own path and
    /// these other ones.
    fn page<D, H, T>(self, page: (D, H), aliases: &[&str]) -> Self
    where
        D: Described,
        H: Handler<T, Worker>,
        T: 'static;
}

/// The page of a handler: `page!(key::generate)`.
macro_rules! page {
    ($room:ident :: $handler:ident) => {
        pastey::paste! {
            ($room::[<__path_ $handler>], $room::$handler)
        }
    };
}
pub(super) use page;

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
        paths.fold(self, |all, path| all.route(path, on(methods, handler.clone())))
    }
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
