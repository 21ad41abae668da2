//! The OpenAPI document, built from the descriptions beside the handlers.

mod closed_shapes;

pub(crate) use gateway_api::*;

use bytes::Bytes;
use utoipa::openapi::{
    Components, Info, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathItem, Paths,
    SecurityRequirement, Server,
    path::Operation,
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    tag::{Tag, TagBuilder},
};

use crate::auth::COOKIE;

/// Tags that group the pages.
const TAGS: [(&str, &str); 13] = [
    (
        "chat",
        "Send chat requests to a model group. The answer contains the model that served it and its cost.",
    ),
    ("responses", "The same with OpenAI's Responses API."),
    ("embeddings", "Send texts to an embedding model. The answer contains its cost."),
    ("messages", "The same in Anthropic's Messages API, as Claude Code speaks it."),
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

/// The document of some pages as text.
pub(crate) fn json(pages: OpenApi) -> Bytes {
    let closed = serde_json::to_value(whole(pages)).map(closed_shapes::close);
    closed.map(|document| document.to_string()).unwrap_or_default().into()
}

fn whole(pages: OpenApi) -> OpenApi {
    let mut schemas = Vec::new();
    // What is named in the shapes of errors and of chat alone.
    add_schema::<ErrorShape>(&mut schemas);
    add_schema::<AzureError>(&mut schemas);
    add_schema::<ChatError>(&mut schemas);
    add_schema::<ChatEvent>(&mut schemas);
    add_schema::<ChatCompletion>(&mut schemas);
    add_schema::<ChatCompletionChunk>(&mut schemas);
    add_schema::<EmbeddingList>(&mut schemas);
    add_schema::<ResponseObject>(&mut schemas);
    add_schema::<ResponseEvent>(&mut schemas);
    add_schema::<Message>(&mut schemas);
    add_schema::<MessageEvent>(&mut schemas);
    add_schema::<MessageStreamPart>(&mut schemas);
    add_schema::<MessagesError>(&mut schemas);
    add_schema::<TokenCount>(&mut schemas);
    add_schema::<StoredObject>(&mut schemas);
    add_schema::<CompactedResponse>(&mut schemas);
    add_schema::<InputTokenCount>(&mut schemas);
    let mut components = pages.components.unwrap_or_default();
    components.schemas.extend(schemas);
    add_security(&mut components);
    let none: [&str; 0] = [];
    OpenApiBuilder::new()
        .info(info())
        .servers(Some([Server::new("/")]))
        .tags(Some(TAGS.map(tag)))
        .security(Some(
            ["bearer", "api_key", "session"].map(|name| SecurityRequirement::new(name, none)),
        ))
        .paths(named(pages.paths))
        .components(Some(components))
        .build()
}

fn add_security(components: &mut Components) {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
    let bearer = bearer.description(Some("The master key, or a virtual key."));
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    let header = ApiKeyValue::with_description("api-key", "The same, as Azure's SDKs send it.");
    components.add_security_scheme("api_key", SecurityScheme::ApiKey(ApiKey::Header(header)));
    let about = "A session of the admin UI, with the rights of the key that signed in. Over TLS \
        the cookie's name begins with `__Host-`.";
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(COOKIE, about));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
}

/// The pages with their paths as OpenAPI writes them, and each operation with a name.
fn named(mut pages: Paths) -> Paths {
    let all = std::mem::take(&mut pages.paths).into_iter();
    let page = |(path, mut item): (String, PathItem)| {
        for (method, operation) in operations(&mut item) {
            operation.operation_id = Some(id(method, &path));
        }
        // Where the rest of a path is a name, OpenAPI has no way to say so.
        (path.replace("{*", "{"), item)
    };
    pages.paths = all.map(page).collect();
    pages
}

/// What a page does, by method.
pub(crate) fn operations(
    item: &mut PathItem,
) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let all = [("get", get), ("put", put), ("post", post), ("delete", delete), ("patch", patch)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
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
fn id(method: &str, path: &str) -> String {
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
        assert_eq!(id("post", "/key/{key}/regenerate"), "post_key_key_regenerate");
        assert_eq!(id("get", "/v1/models/{*group}"), "get_v1_models_group");
        assert_eq!(id("get", "/openapi.json"), "get_openapi_json");
    }

    /// The mapping is a match over errors: its codes are read from its source.
    #[test]
    fn every_code_is_listed_and_no_other() {
        let source = include_str!("../http/error/kind.rs");
        let mut said: Vec<&str> = source.split('"').skip(1).step_by(2).collect();
        // Names of parameters.
        said.retain(|word| !["model", "background"].contains(word));
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
