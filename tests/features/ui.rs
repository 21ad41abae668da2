//! The admin UI's files: where they are, what they may do, and how long they are kept. Whether the
//! gateway was built with them or not.

use harness::{
    client::{Opened, Reply, request},
    gateway::Setup,
};
use http::Method;

async fn send(setup: &Setup, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request = request(setup.gateway.address(), (method, path), headers, "");
    Opened::send(&setup.http, request).await.rest().await
}

#[tokio::test]
async fn every_view_is_the_page_and_the_page_is_safe() {
    let setup = Setup::new().await;
    for path in ["/ui", "/ui/", "/ui/logs", "/ui/models/gpt-5.6-luna", "/ui/index.html"] {
        let reply = send(&setup, Method::GET, path, &[]).await;
        assert_eq!(
            (reply.status, reply.header("cache-control")),
            (200, Some("no-cache")),
            "{path}"
        );
        assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
        // No script of the page is inline: the policy would not let it run.
        let inline = reply.text().split("<script").skip(1).filter(|tag| !tag.contains("src="));
        assert_eq!(inline.count(), 0);
        let tag = reply.header("etag").unwrap();
        let same = send(&setup, Method::GET, path, &[("if-none-match", tag)]).await;
        assert_eq!((same.status, same.body.len()), (304, 0));
        let head = send(&setup, Method::HEAD, path, &[]).await;
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(head.header("etag"), Some(tag));
    }
}

#[tokio::test]
async fn a_missing_file_is_not_the_page() {
    let setup = Setup::new().await;
    for path in [
        "/ui/assets/none-1234.js",
        "/ui/assets/",
        "/ui/assets/../index.html",
        "/ui/none.js",
        "/ui/index.html.br",
        "/ui/api/none",
        "/ui/..%2f..%2fCargo.toml.txt",
    ] {
        let reply = send(&setup, Method::GET, path, &[]).await;
        assert_eq!(reply.status, 404, "{path}: {}", reply.text());
        assert_eq!(reply.header("content-type"), Some("application/json"), "{path}");
    }
    assert_eq!(send(&setup, Method::POST, "/ui/logs", &[]).await.status, 405);
}

/// No pages if the gateway was built without the UI, as it is for most tests.
#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_sent_compressed() {
    let setup = Setup::new().await;
    let page = send(&setup, Method::GET, "/ui", &[]).await;
    for file in page.text().split('"').filter(|text| text.starts_with("/ui/assets/")) {
        let whole = send(&setup, Method::GET, file, &[]).await;
        assert_eq!(whole.status, 200, "{file}");
        assert!(whole.header("cache-control").unwrap().contains("immutable"));
        let coded = send(&setup, Method::GET, file, &[("accept-encoding", "gzip, br")]).await;
        assert_eq!(coded.header("content-type"), whole.header("content-type"));
        if coded.header("content-encoding") == Some("br") {
            assert!(coded.body.len() < whole.body.len(), "{file}");
        }
    }
}
