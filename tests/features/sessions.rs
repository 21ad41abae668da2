//! Sessions of the admin UI: who gets one, what it may do, and when it is over.

use harness::{
    client::{Opened, Reply, request},
    gateway::{CHAT, GROUP, KEY, Setup, asking, azure, database, entry, gateway},
    keys::{ask, key},
};
use http::Method;
use serde_json::{Value, json};

pub(crate) const SESSION: &str = "/ui/api/session";

/// A browser that is signed in at a gateway.
pub(crate) struct Browser {
    pub(crate) cookie: String,
    address: std::net::SocketAddr,
    http: harness::client::Http,
}

impl Browser {
    pub(crate) async fn sign_in(setup: &Setup, key: &str) -> Self {
        let (reply, browser) = Self::try_in(setup, key).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        browser.unwrap()
    }

    async fn try_in(setup: &Setup, key: &str) -> (Reply, Option<Self>) {
        let address = setup.gateway.address();
        let origin = format!("http://{address}");
        let body = json!({"key": key}).to_string();
        let request = request(address, (Method::POST, SESSION), &[("origin", &origin)], body);
        let reply = Opened::send(&setup.http, request).await.rest().await;
        let cookie = reply.header("set-cookie").map(|line| {
            let (cookie, rest) = line.split_once(';').unwrap();
            assert_eq!(rest, " Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
            cookie.to_owned()
        });
        let http = setup.http.clone();
        (reply, cookie.map(|cookie| Self { cookie, address, http }))
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Reply {
        let mut all = vec![("cookie", &*self.cookie), ("content-type", "application/json")];
        all.extend(headers);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = request(self.address, (method, path), &all, body);
        Opened::send(&self.http, request).await.rest().await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], &Value::Null).await
    }

    /// The origin of the gateway's own pages.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        let origin = self.origin();
        self.send(Method::POST, path, &[("origin", &origin)], body).await
    }
}

#[tokio::test]
async fn a_session_has_the_rights_of_its_key() {
    let setup = Setup::new().await;
    let plain = key(&setup, json!({"key_alias": "ann"})).await;
    let admin = key(&setup, json!({"admin": true})).await;
    for (shown, kind, name) in [
        (KEY, "operator", Some("operator")),
        (&*plain, "key", Some("ann")),
        (&*admin, "admin_key", None),
    ] {
        let browser = Browser::sign_in(&setup, shown).await;
        let who = browser.get(SESSION).await.json();
        assert_eq!(who["kind"], kind);
        assert_eq!(who["open"], false);
        assert!(who["expires_at"].is_string());
        assert!(name.is_none_or(|name| who["name"] == name), "{who}");
        let all = browser.get("/key/list").await;
        assert_eq!(all.status, if kind == "key" { 403 } else { 200 }, "{}", all.text());
        let asked = browser.post(CHAT, &asking("Hi")).await;
        assert_eq!(asked.status, if kind == "key" { 403 } else { 200 }, "{}", asked.text());
    }
    assert_eq!(setup.get(SESSION).await.json()["expires_at"], Value::Null);
}

/// Every change that the document names, by all its names.
#[tokio::test]
async fn the_session_of_a_virtual_key_may_only_look() {
    let setup = Setup::new().await;
    let plain = key(&setup, json!({"key_alias": "ann"})).await;
    let asked = ask(&setup, &plain, &asking("Hi")).await;
    let browser = Browser::sign_in(&setup, &plain).await;
    let document = setup.get("/openapi.json").await.json();
    let named = document["paths"].as_object().unwrap().iter().flat_map(|(path, page)| {
        let methods = page.as_object().unwrap().keys().filter(|method| *method != "get");
        methods.map(|method| (method.to_uppercase(), path.replace(['{', '}'], "")))
    });
    let others = ["/chat/completions", "/openai/v1/chat/completions"];
    let others = others.map(|path| ("POST".to_owned(), path.to_owned()));
    let mut refused = 0;
    let origin = format!("http://{}", setup.gateway.address());
    for (method, path) in named.chain(others).filter(|(_, path)| path != SESSION) {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let headers = [("origin", &*origin)];
        let reply = browser.send(method.clone(), &path, &headers, &asking("Hi")).await;
        let error = &reply.json()["error"];
        let found = (reply.status, &error["code"]);
        assert_eq!(found, (403, &json!("session_read_only")), "{method} {path}");
        assert!(error["message"].as_str().unwrap().contains("is read-only"));
        refused += 1;
    }
    assert!(refused > 30, "{refused}");
    assert_eq!(setup.azure.count(), 1);
    // It sees its own key, requests and costs, and can sign out.
    let receipt = format!("/fareway/v1/requests/{}", asked.id());
    for page in ["/key/info", "/fareway/v1/requests", &receipt, "/v1/models", SESSION] {
        assert_eq!(browser.get(page).await.status, 200, "{page}");
    }
    let headers = [("origin", &*origin)];
    assert_eq!(browser.send(Method::DELETE, SESSION, &headers, &Value::Null).await.status, 204);
    assert_eq!(browser.get(SESSION).await.status, 401);
    // The key itself asks as before, also from a page.
    assert_eq!(ask(&setup, &plain, &asking("Hi")).await.status, 200);
}

#[tokio::test]
async fn a_wrong_key_has_no_session_and_keeps_nobody_else_out() {
    let setup = Setup::new().await;
    for _ in 0..30 {
        let (reply, browser) = Browser::try_in(&setup, "sk-wrong-key-of-somebody").await;
        assert!(browser.is_none());
        assert_eq!(reply.status, 401);
    }
    Browser::sign_in(&setup, KEY).await;
    let forged = [("cookie", "fareway_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")];
    let request = request(setup.gateway.address(), (Method::GET, SESSION), &forged, "");
    let reply = Opened::send(&setup.http, request).await.rest().await;
    assert_eq!((reply.status, &reply.json()["error"]["code"]), (401, &json!("session_over")));
}

#[tokio::test]
async fn changes_are_taken_from_the_gateways_own_pages_only() {
    let setup = Setup::new().await;
    let browser = Browser::sign_in(&setup, KEY).await;
    let own = format!("http://{}", setup.gateway.address());
    // Its cookie would come along: to a browser all ports are one site.
    let other = "http://127.0.0.1:1";
    for (headers, status) in [
        (vec![("origin", &*own)], 200),
        (vec![("origin", "https://example.com")], 403),
        (vec![("origin", other)], 403),
        (vec![("origin", "null")], 403),
        (vec![], 403),
    ] {
        for path in [CHAT, "/key/generate"] {
            let body = if path == CHAT { asking("Hi") } else { json!({}) };
            let reply = browser.send(Method::POST, path, &headers, &body).await;
            assert_eq!(reply.status, status, "{path} {headers:?}: {}", reply.text());
            if status == 403 {
                assert_eq!(reply.json()["error"]["code"], "wrong_origin");
            }
        }
    }
    assert_eq!(browser.send(Method::DELETE, SESSION, &[], &Value::Null).await.status, 403);
    // A page of another site cannot sign anybody in either.
    let address = setup.gateway.address();
    let headers = [("origin", "https://example.com")];
    let body = json!({"key": KEY}).to_string();
    let request = request(address, (Method::POST, SESSION), &headers, body);
    assert_eq!(Opened::send(&setup.http, request).await.rest().await.status, 403);
    // A key in a header needs no origin, whatever cookie is beside it.
    let bearer = format!("Bearer {KEY}");
    let headers = [("authorization", &*bearer)];
    assert_eq!(browser.send(Method::POST, CHAT, &headers, &asking("Hi")).await.status, 200);
}

#[tokio::test]
async fn each_sign_in_has_a_session_of_its_own_until_it_signs_out() {
    let setup = Setup::new().await;
    let one = Browser::sign_in(&setup, KEY).await;
    let other = Browser::sign_in(&setup, KEY).await;
    assert_ne!(one.cookie, other.cookie);
    let origin = format!("http://{}", setup.gateway.address());
    // A planted cookie is not adopted, and is no session afterwards.
    let headers = [("origin", &*origin)];
    let again = one.send(Method::POST, SESSION, &headers, &json!({"key": KEY})).await;
    assert!(!again.header("set-cookie").unwrap().starts_with(&one.cookie));
    assert_eq!(one.get(SESSION).await.status, 401);
    let out = other.send(Method::DELETE, SESSION, &headers, &Value::Null).await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").unwrap().starts_with("fareway_session=; Path=/; Max-Age=0"));
    assert_eq!(other.get(SESSION).await.status, 401);
    assert_eq!(other.get("/key/list").await.status, 401);
}

#[tokio::test]
async fn a_session_ends_with_its_key() {
    let setup = Setup::new().await;
    for end in ["/key/block", "/key/delete", "/key/regenerate", "/key/update"] {
        let shown = key(&setup, json!({})).await;
        let browser = Browser::sign_in(&setup, &shown).await;
        assert_eq!(browser.get(SESSION).await.status, 200);
        let body = match end {
            "/key/delete" => json!({"keys": [shown]}),
            "/key/update" => json!({"key": shown, "duration": "1s"}),
            _ => json!({"key": shown}),
        };
        let reply = setup.post(end, &[], body.to_string()).await;
        assert_eq!(reply.status, 200, "{end}: {}", reply.text());
        if end == "/key/update" {
            tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        }
        assert_eq!(browser.get(SESSION).await.status, 401, "{end}");
        if end == "/key/block" {
            setup.post("/key/unblock", &[], body.to_string()).await;
        }
        assert_eq!(browser.get("/fareway/v1/requests").await.status, 401, "{end}");
    }
}

#[tokio::test]
async fn sessions_outlive_a_restart_and_end_with_the_master_key() {
    let azure = azure().await;
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let mut setup = Setup::of(azure, &entry, "").await;
    let plain = key(&setup, json!({})).await;
    let mut operator = Browser::sign_in(&setup, KEY).await;
    let mut user = Browser::sign_in(&setup, &plain).await;
    for (master, status) in [(KEY, 200), ("sk-another-master-key-of-the-gateway-77", 401)] {
        let text = format!("model_list:\n{entry}general_settings:\n  master_key: {master}\n");
        let file = setup.folder.path().join("config.yaml").display().to_string();
        let config =
            gateway::config::Config::parse(&text, &file, &harness::gateway::environment).unwrap();
        setup.gateway.shutdown().await;
        let workers = gateway::Workers(1);
        setup.gateway = gateway::Running::start(
            config,
            ([127, 0, 0, 1], 0).into(),
            workers,
            harness::gateway::clock(),
        )
        .await
        .unwrap();
        operator.address = setup.gateway.address();
        user.address = setup.gateway.address();
        assert_eq!(operator.get(SESSION).await.status, status, "{master}");
        assert_eq!(user.get(SESSION).await.status, 200);
    }
    // Nothing of a cookie or of the master key is in the store.
    let books = std::fs::read(setup.folder.path().join("fareway.db")).unwrap();
    let books = String::from_utf8_lossy(&books);
    for secret in [KEY, operator.cookie.split_once('=').unwrap().1, &plain] {
        assert!(!books.contains(secret));
    }
}

#[tokio::test]
async fn an_admin_asks_in_the_name_of_a_key() {
    let setup = Setup::new().await;
    let (plain, poor) = (
        key(&setup, json!({"key_alias": "ann"})).await,
        key(&setup, json!({"rpm_limit": 0})).await,
    );
    let id = async |shown: &str| {
        let info = setup.get(&format!("/key/info?key={shown}")).await.json();
        info["key"].as_str().unwrap().to_owned()
    };
    let (plain_id, poor_id) = (id(&plain).await, id(&poor).await);
    let browser = Browser::sign_in(&setup, KEY).await;
    let origin = format!("http://{}", setup.gateway.address());
    let ask_as = async |browser: &Browser, as_key: &str| {
        let headers = [("origin", &*origin), ("x-fareway-as-key", as_key)];
        browser.send(Method::POST, CHAT, &headers, &asking("Hi")).await
    };
    let reply = ask_as(&browser, &plain_id).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let receipt = setup.receipt(reply.id()).await;
    assert_eq!(
        (&receipt["who"]["key_alias"], &receipt["acted_by"]),
        (&json!("ann"), &json!("operator"))
    );
    let admin = key(&setup, json!({"key_alias": "root", "admin": true})).await;
    let reply = ask_as(&Browser::sign_in(&setup, &admin).await, &plain_id).await;
    assert_eq!(setup.receipt(reply.id()).await["acted_by"], "root");
    let own = ask(&setup, &plain, &asking("Hi")).await;
    assert!(setup.receipt(own.id()).await.get("acted_by").is_none());
    assert_eq!(ask_as(&browser, &poor_id).await.status, 429);
    assert_eq!(ask_as(&browser, &"0".repeat(64)).await.status, 404);
    assert_eq!(ask_as(&browser, &plain).await.status, 400);
    let user = Browser::sign_in(&setup, &plain).await;
    assert_eq!(ask_as(&user, &poor_id).await.status, 403);
    assert_eq!(ask_as(&user, &plain_id).await.status, 403);
}

/// Anyone on the machine of a gateway without a master key is its operator.
#[tokio::test]
async fn a_gateway_without_a_master_key_asks_nobody_to_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.yaml").display().to_string();
    let config = gateway::config::Config::parse("model_list: []\n", &file, &|_| None).unwrap();
    let workers = gateway::Workers(1);
    let gateway = gateway::Running::start(
        config,
        ([127, 0, 0, 1], 0).into(),
        workers,
        harness::gateway::clock(),
    )
    .await
    .unwrap();
    for method in [Method::GET, Method::POST] {
        let request = request(gateway.address(), (method, SESSION), &[], "");
        let reply = Opened::send(&harness::client::http(), request).await.rest().await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let who = json!({"kind": "operator", "name": "operator", "key_id": null, "key_alias": null,
            "expires_at": null, "open": true});
        assert_eq!(reply.json(), who);
        assert_eq!(reply.header("set-cookie"), None);
    }
    gateway.shutdown().await;
}

/// Two gateways, one store.
#[tokio::test]
async fn a_session_holds_at_every_gateway() {
    let server = test_servers::postgres::Postgres::start().unwrap();
    let sections = database(&server);
    let azure = azure().await;
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let mut setup = Setup::of(azure, &entry, &sections).await;
    let folder = tempfile::tempdir().unwrap();
    let other = gateway(&entry, &sections, 1, folder.path()).await;
    let mut browser = Browser::sign_in(&setup, KEY).await;
    let here = browser.address;
    browser.address = other.address();
    assert_eq!(browser.get(SESSION).await.json()["kind"], "operator");
    let origin = format!("http://{}", browser.address);
    browser.send(Method::DELETE, SESSION, &[("origin", &origin)], &Value::Null).await;
    browser.address = here;
    assert_eq!(browser.get(SESSION).await.status, 401);
    setup.gateway.shutdown().await;
    setup.gateway = other;
}
