//! The OpenAPI document, built from the descriptions beside the handlers.

mod closed_shapes;

pub(crate) use gateway_api::*;

use std::collections::BTreeMap;

use bytes::Bytes;
use utoipa::{
    __dev::{SchemaReferences, Tags},
    Path, ToSchema,
    openapi::{
        Components, HttpMethod, Info, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Paths,
        RefOr, Schema, SecurityRequirement, Server,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
        tag::{Tag, TagBuilder},
    },
};

use crate::auth::COOKIE;

/// The document under construction.
#[derive(Default)]
pub(crate) struct Document {
    paths: Paths,
    schemas: BTreeMap<String, RefOr<Schema>>,
}

/// utoipa's description of a handler.
pub(crate) trait Described: Path + SchemaReferences + for<'t> Tags<'t> {}

impl<D: Path + SchemaReferences + for<'t> Tags<'t>> Described for D {}

/// Tags that group the pages.
const TAGS: [(&str, &str); 10] = [
    (
        "chat",
        "Send chat requests to a model group. The answer contains the model that served it and its cost.",
    ),
    ("requests", "The ledger: every request with its receipt, and spend."),
    ("spend", "Spend, in LiteLLM's shapes."),
    ("costs", "The cost of planned requests and of given answers."),
    ("models", "Model groups, the deployments behind them, and their prices."),
    ("keys", "Virtual keys with limits and budgets."),
    ("teams", "Groups of users who share models, limits and a budget."),
    ("users", "Users with keys."),
    ("gateway", "Health of the gateway."),
    ("ui", "The admin UI in the browser, and its sessions."),
];

const ABOUT: &str = "An OpenAI-compatible gateway in front of Azure Model Router that tells, for \
    every request, which model really answered and what it exactly cost.\n\nMoney is exact: under \
    `/fareway/v1` and in receipts dollars are decimal strings, in LiteLLM's shapes they are JSON \
    numbers with all their digits, which are best read as decimals. Null is never zero: it says \
    that something is not known, or not set. Times are UTC.";

// === impl Document ===

impl Document {
    /// Adds what a handler says of itself, under its own path and these other ones.
    pub(crate) fn add<D: Described>(&mut self, aliases: &[&str]) {
        let mut schemas = Vec::new();
        D::schemas(&mut schemas);
        self.schemas.extend(schemas);
        let own = D::path();
        for path in std::iter::once(own.as_str()).chain(aliases.iter().copied()) {
            let mut operation = D::operation();
            operation.tags = Some(D::tags().into_iter().map(str::to_owned).collect());
            if path != own {
                let also = format!("The same as `{own}`.");
                operation.description = Some(operation.description.map_or_else(
                    || also.clone(),
                    |description| format!("{also}\n\n{description}"),
                ));
            }
            let methods = D::methods();
            operation.operation_id = methods.first().map(|method| id(method, path));
            // Where the rest of a path is a name, OpenAPI has no way to say so.
            self.paths.add_path_operation(path.replace("{*", "{"), methods, operation);
        }
    }

    /// The whole document as text.
    pub(crate) fn into_json(self) -> Bytes {
        let closed = serde_json::to_value(self.finish()).map(closed_shapes::close);
        closed.map(|document| document.to_string()).unwrap_or_default().into()
    }

    fn schema<T: ToSchema>(&mut self) {
        let mut schemas = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut schemas);
        self.schemas.extend(schemas);
    }

    fn finish(mut self) -> OpenApi {
        // What is named in the shapes of errors and of chat alone.
        self.schema::<ErrorShape>();
        self.schema::<AzureError>();
        self.schema::<ChatError>();
        self.schema::<ChatEvent>();
        self.schema::<ChatCompletion>();
        self.schema::<ChatCompletionChunk>();
        let mut components = Components::new();
        components.schemas.extend(self.schemas);
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        let bearer = bearer.description(Some("The master key, or a virtual key."));
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
        let header = ApiKeyValue::with_description("api-key", "The same, as Azure's SDKs send it.");
        let header = SecurityScheme::ApiKey(ApiKey::Header(header));
        components.add_security_scheme("api_key", header);
        let about = "A session of the admin UI, with the rights of the key that signed in. Over TLS \
            the cookie's name begins with `__Host-`.";
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description(COOKIE, about));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        let none: [&str; 0] = [];
        OpenApiBuilder::new()
            .info(info())
            .servers(Some([Server::new("/")]))
            .tags(Some(TAGS.map(tag)))
            .security(Some(
                ["bearer", "api_key", "session"].map(|name| SecurityRequirement::new(name, none)),
            ))
            .paths(self.paths)
            .components(Some(components))
            .build()
    }
}

fn info() -> Info {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0"));
    InfoBuilder::new()
        .title("Fareway")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(license.build()))
        .build()
}

fn tag((name, about): (&str, &str)) -> Tag {
    TagBuilder::new().name(name).description(Some(about)).build()
}

/// A name for an operation that no other has: `post_key_generate`.
fn id(method: &HttpMethod, path: &str) -> String {
    let method = match method {
        HttpMethod::Get => "get",
        HttpMethod::Post => "post",
        HttpMethod::Patch => "patch",
        HttpMethod::Put => "put",
        HttpMethod::Delete => "delete",
        HttpMethod::Head => "head",
        HttpMethod::Options => "options",
        HttpMethod::Trace => "trace",
    };
    let words = path.split(|letter: char| !letter.is_ascii_alphanumeric());
    let id =
        words.filter(|word| !word.is_empty()).fold(method.to_owned(), |id, word| id + "_" + word);
    if path.ends_with('/') { id + "_" } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_named_by_their_pages() {
        assert_eq!(id(&HttpMethod::Post, "/key/{key}/regenerate"), "post_key_key_regenerate");
        assert_eq!(id(&HttpMethod::Get, "/v1/models/{*group}"), "get_v1_models_group");
        assert_eq!(id(&HttpMethod::Get, "/openapi.json"), "get_openapi_json");
    }

    /// The mapping is a match over errors: its codes are read from its source.
    #[test]
    fn every_code_is_listed_and_no_other() {
        let source = include_str!("../http/error/kind.rs");
        let mut said: Vec<&str> = source.split('"').skip(1).step_by(2).collect();
        said.retain(|word| *word != "model");
        let all = || CODES.iter().flat_map(|(_, _, codes)| codes.iter());
        let types: Vec<&str> = all().map(|(kind, _)| *kind).collect();
        let listed: Vec<&str> = all().map(|(_, code)| *code).collect();
        for word in &said {
            assert!(listed.contains(word) || types.contains(word), "`{word}` is not listed");
        }
        for code in listed {
            assert!(said.contains(&code), "`{code}` is no error's");
        }
    }
}
