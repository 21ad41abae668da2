//! `/ui`: the admin UI's files, which are embedded in the binary, and the pages that only it needs.

mod assets;
mod endpoint;
mod session;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use self::assets::{Asset, INDEX};
use super::pages::{Page, also, routes};
use crate::{
    http::{ApiError, PathName},
    openapi::{BadRequest, NotFound},
};

/// All pages of the admin UI.
pub(crate) fn pages() -> Vec<Page> {
    vec![
        also(routes!(index), &["/ui/"]),
        routes!(file),
        routes!(session::sign_in),
        routes!(session::show),
        routes!(session::sign_out),
        routes!(endpoint::endpoint),
    ]
}

/// What a page of the UI may do: its own scripts, styles and images, and calls to this gateway.
/// The styles of its components are partly inline; scripts never are.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";
/// On every file.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::VARY, HeaderValue::from_static("accept-encoding")),
];
/// Folder of files whose names contain a hash of their content.
const ASSETS: &str = "assets/";
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// The admin UI.
#[utoipa::path(get, path = "/ui", tag = "ui", security(()), responses(
    (status = 200, description = "The page.", body = String, content_type = "text/html")
))]
async fn index(headers: HeaderMap) -> Response {
    page(&headers)
}

/// A file of the admin UI; the page itself if there is no such file, so that each view has an
/// address.
#[utoipa::path(get, path = "/ui/{*path}", tag = "ui", security(()),
    params(("path" = String, Path, description = "The file, or a view.")),
    responses(
        (status = 200, description = "The file.", body = String, content_type = "text/html"),
        BadRequest, NotFound,
    ))]
async fn file(
    method: Method,
    PathName(path): PathName,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if path != INDEX
        && let Some(asset) = Asset::find(&path, &headers)
    {
        // A changed asset gets another name; the page keeps its own, and must be asked for each
        // time.
        let lasts = if path.starts_with(ASSETS) { FOR_EVER } else { NO_CACHE };
        return Ok(answer(asset, lasts, &headers));
    }
    // What is asked for by its name is there or not; and there are no views of the UI's own API.
    let is_file = path.starts_with(ASSETS) || path.starts_with("api/") || path.ends_with(".br");
    if is_file || (path != INDEX && assets::kind(&path).is_some()) {
        return Err(ApiError::NoSuchPage {
            method: method.to_string(),
            path: format!("/ui/{path}"),
        });
    }
    Ok(page(&headers))
}

/// The page, or how to get it.
fn page(headers: &HeaderMap) -> Response {
    match Asset::find(INDEX, headers) {
        Some(asset) => answer(asset, NO_CACHE, headers),
        None => answer(Asset::missing(), NO_CACHE, headers),
    }
}

fn answer(asset: Asset, lasts: HeaderValue, asked: &HeaderMap) -> Response {
    let Asset { body, kind, coded, tag } = asset;
    let known = asked.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let same = known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag));
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, kind)], body).into_response()
    };
    let headers = response.headers_mut();
    headers.extend(HEADERS);
    headers.insert(header::CACHE_CONTROL, lasts);
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    // A 304 has no body that could be encoded.
    if coded && !same {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}
