//! `docs/litellm-api.md`, compared with the gateway: every page that it lists exists, every page
//! that exists is listed, and pages that are not supported say so.

use std::collections::BTreeSet;

use harness::{
    client::{Opened, request},
    gateway::{KEY, Setup},
};
use http::Method;
use serde_json::Value;

const PAGE: &str = include_str!("../../docs/litellm-api.md");

/// One row: a method, a path, and whether it is here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    method: String,
    path: String,
    here: String,
}

fn rows() -> Vec<Row> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split('|');
        let (method, path) = cells.next()?.trim().strip_suffix('`')?.split_once(' ')?;
        let here = cells.next()?.trim().to_owned();
        assert!(["same", "different", "not here", "own"].contains(&&*here), "{line}");
        assert!(here != "different" || cells.next()?.trim().ends_with('.'), "{line}: how?");
        Some(Row { method: method.to_lowercase(), path: path.to_owned(), here })
    };
    PAGE.lines().filter_map(row).collect()
}

/// The pages of `/openapi.json`: method and path.
async fn pages(setup: &Setup) -> Vec<(String, String)> {
    let document = setup.get("/openapi.json").await.json();
    let methods = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
        methods.map(|method| (method.clone(), path.clone())).collect::<Vec<_>>()
    };
    document["paths"].as_object().unwrap().iter().flat_map(methods).collect()
}

#[tokio::test]
async fn the_table_and_the_document_list_the_same_pages() {
    let setup = Setup::new().await;
    let (rows, pages) = (rows(), pages(&setup).await);
    let once: BTreeSet<_> = rows.iter().map(|row| (&row.method, &row.path)).collect();
    assert_eq!(once.len(), rows.len(), "a request stands twice in docs/litellm-api.md");
    let covers = |row: &Row, method: &str, path: &str| {
        let fits = match row.path.strip_suffix('*') {
            Some(beginning) => row.here == "own" && path.starts_with(beginning),
            None => row.path == path,
        };
        fits && row.method == method
    };
    let unlisted: Vec<_> = pages
        .iter()
        .filter(|(method, path)| !rows.iter().any(|row| covers(row, method, path)))
        .collect();
    assert!(unlisted.is_empty(), "add to docs/litellm-api.md: {unlisted:?}");
    for row in &rows {
        let there = pages.iter().any(|(method, path)| covers(row, method, path));
        assert_eq!(there, row.here != "not here", "{row:?}");
    }
}

#[tokio::test]
async fn a_page_that_is_not_supported_says_what_to_do() {
    let setup = Setup::new().await;
    let bearer = format!("Bearer {KEY}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let mut alternatives = BTreeSet::new();
    for row in rows().iter().filter(|row| row.here == "not here") {
        let path = row.path.replace("{key}", "sk-x");
        let method: Method = row.method.to_uppercase().parse().unwrap();
        let request = request(setup.gateway.address(), (method, &path), &headers, "{}");
        let reply = Opened::send(&setup.http, request).await.rest().await;
        let error = reply.json()["error"].take();
        assert_eq!((reply.status, &error["code"]), (404, &"not_here".into()), "{row:?}: {error}");
        let message = error["message"].as_str().unwrap();
        let (named, instead) = message.split_once(" is not supported; ").unwrap();
        assert!(named.starts_with(&format!("`{path}` (")), "{message}");
        assert!(instead.len() > 20, "{message}");
        alternatives.insert(instead.to_owned());
    }
    assert!(alternatives.len() > 10, "{alternatives:?}");
    // An unknown path is not a page, as before.
    let reply = setup.get("/nothing/at/all").await;
    assert_eq!((reply.status, &reply.json()["error"]["code"]), (404, &"not_found".into()));
}
