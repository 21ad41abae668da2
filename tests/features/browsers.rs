//! Browsers that act for foreign pages: cookies that others have set, requests that others send,
//! and answers that stay in a cache.

use std::net::SocketAddr;

use harness::{
    client::{Opened, Reply, http, request},
    gateway::{CHAT, KEY, Setup, asking, streaming},
};
use http::Method;
use serde_json::{Value, json};

use crate::sessions::{Browser, SESSION};

async fn send(
    address: SocketAddr,
    asked: (Method, &str),
    headers: &[(&str, &str)],
    body: &Value,
) -> Reply {
    let request = request(address, asked, headers, body.to_string());
    Opened::send(&http(), request).await.rest().await
}

/// The `name=value` of the cookie that an answer sets, and its attributes.
fn cookie(reply: &Reply) -> (&str, &str) {
    reply.header("set-cookie").unwrap().split_once(';').unwrap()
}

#[tokio::test]
async fn over_tls_no_other_host_can_set_the_cookie() {
    let setup = Setup::new().await;
    let address = setup.gateway.address();
    // As a proxy where TLS ends hands it on.
    let own = format!("https://{address}");
    let (origin, tls) = (("origin", &*own), ("x-forwarded-proto", "https"));
    let key = json!({"key": KEY});
    let signed_in = send(address, (Method::POST, SESSION), &[origin, tls], &key).await;
    let (set, rest) = cookie(&signed_in);
    assert!(set.starts_with("__Host-fareway_session="), "{set}");
    assert_eq!(rest, " Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure");
    // A session that is good elsewhere, in a cookie that another host of the site has set.
    let planted = Browser::sign_in(&setup, KEY).await.cookie;
    let alone = [tls, ("cookie", &*planted)];
    assert_eq!(send(address, (Method::GET, SESSION), &alone, &Value::Null).await.status, 401);
    let both = format!("{planted}; {set}");
    let with_both = [tls, origin, ("cookie", &*both)];
    let made = send(address, (Method::POST, "/key/generate"), &with_both, &json!({})).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let out = send(address, (Method::DELETE, SESSION), &with_both, &Value::Null).await;
    assert!(cookie(&out).0.starts_with("__Host-fareway_session="));
    let mine = [tls, ("cookie", set)];
    assert_eq!(send(address, (Method::GET, SESSION), &mine, &Value::Null).await.status, 401);
}

/// A server that answers without TLS in the gateway's place can write any page under its name.
#[tokio::test]
async fn a_page_without_tls_changes_nothing_behind_tls() {
    let setup = Setup::new().await;
    let address = setup.gateway.address();
    let (https, http) = (format!("https://{address}"), format!("http://{address}"));
    let (secure, plain) = (("origin", &*https), ("origin", &*http));
    let signed_in = send(address, (Method::POST, SESSION), &[secure], &json!({"key": KEY})).await;
    let mine = ("cookie", cookie(&signed_in).0);
    for (headers, status) in [
        (&[mine, secure][..], 200),
        (&[mine, plain], 403),
        (&[mine, plain, ("x-forwarded-proto", "https")], 403),
    ] {
        let reply = send(address, (Method::POST, "/key/generate"), headers, &json!({})).await;
        assert_eq!(reply.status, status, "{headers:?}: {}", reply.text());
    }
}

#[tokio::test]
async fn of_two_cookies_neither_counts() {
    let setup = Setup::new().await;
    let address = setup.gateway.address();
    let one = Browser::sign_in(&setup, KEY).await.cookie;
    let other = Browser::sign_in(&setup, KEY).await.cookie;
    let origin = format!("http://{address}");
    for cookies in [format!("{one}; {other}"), format!("fareway_session=x; {one}")] {
        let headers = [("cookie", &*cookies), ("origin", &*origin)];
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let reply = send(address, (method, SESSION), &headers, &json!({"key": KEY})).await;
            assert_eq!(reply.status, 403, "{}", reply.text());
            assert_eq!(reply.json()["error"]["code"], "two_sessions");
            assert!(reply.text().contains("delete this site's cookies"));
        }
    }
    // A program's key counts, whatever cookies are beside it.
    let bearer = format!("Bearer {KEY}");
    let cookies = format!("{one}; {other}");
    let headers = [("cookie", &*cookies), ("authorization", &*bearer)];
    assert_eq!(send(address, (Method::GET, "/key/list"), &headers, &Value::Null).await.status, 200);
}

/// Any program may serve pages on this machine, and any page may send a form to any port of it.
#[tokio::test]
async fn a_gateway_without_a_master_key_takes_no_changes_from_other_pages() {
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
    let address = gateway.address();
    let own = format!("http://{address}");
    let other = ("origin", "http://127.0.0.1:1");
    for headers in [
        &[other][..],
        &[("origin", "http://localhost:3000"), ("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site")],
        &[("origin", "null")],
        &[("origin", &*own), ("sec-fetch-site", "cross-site")],
    ] {
        for path in [CHAT, "/key/generate"] {
            let reply = send(address, (Method::POST, path), headers, &asking("Hi")).await;
            assert_eq!(reply.status, 403, "{path} {headers:?}: {}", reply.text());
        }
    }
    for headers in [&[][..], &[("origin", &*own), ("sec-fetch-site", "same-origin")]] {
        let reply = send(address, (Method::POST, "/key/generate"), headers, &json!({})).await;
        assert_eq!(reply.status, 200, "{headers:?}: {}", reply.text());
    }
    // A page of another port cannot read the answer, and its request changes nothing.
    let read = send(address, (Method::GET, "/key/list"), &[other], &Value::Null).await;
    assert_eq!((read.status, read.header("access-control-allow-origin")), (200, None));
    gateway.shutdown().await;
}

#[tokio::test]
async fn answers_about_keys_and_requests_stay_in_no_cache() {
    let setup = Setup::new().await;
    let browser = Browser::sign_in(&setup, KEY).await;
    let kept = |reply: &Reply| {
        let header = |name| reply.header(name).map(str::to_owned);
        (header("cache-control"), header("x-content-type-options"))
    };
    let private = (Some("no-store".to_owned()), Some("nosniff".to_owned()));
    for (path, status) in [
        (SESSION, 200),
        ("/key/list", 200),
        ("/model/info", 200),
        ("/fareway/v1/requests", 200),
        ("/fareway/v1/requests.csv", 200),
        ("/fareway/v1/requests/none", 404),
        ("/fareway/v1/settings", 200),
        ("/fareway/v1/reports/spend?by=nothing", 400),
        ("/spend/logs", 200),
    ] {
        let reply = browser.get(path).await;
        assert_eq!((reply.status, kept(&reply)), (status, private.clone()), "{path}");
    }
    let nobody = send(setup.gateway.address(), (Method::GET, "/key/list"), &[], &Value::Null).await;
    assert_eq!((nobody.status, kept(&nobody)), (401, private));
    for body in [asking("Hi"), streaming("Hi")] {
        let reply = setup.chat(&body).await;
        assert_eq!((reply.status, reply.header("x-content-type-options")), (200, None));
    }
}

const PAGE: &str = "https://app.example.com";

async fn setup_with_cors() -> Setup {
    Setup::with(&format!("  cors_origins: [{PAGE}, \"http://localhost:3000/\"]\n")).await
}

/// The preflight that a browser sends for a page of another origin.
#[tokio::test]
async fn a_preflight_is_answered_for_origins_that_are_listed() {
    let setup = setup_with_cors().await;
    let ask = async |origin: &str, path: &str| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization,content-type,x-stainless-os"),
        ];
        send(setup.gateway.address(), (Method::OPTIONS, path), &headers, &Value::Null).await
    };
    for path in [CHAT, "/v1/models", "/key/generate", "/nowhere"] {
        for origin in [PAGE, "http://localhost:3000"] {
            let reply = ask(origin, path).await;
            assert_eq!(reply.status, 204, "{path}");
            assert_eq!(reply.header("access-control-allow-origin"), Some(origin));
            assert!(reply.header("access-control-allow-methods").unwrap().contains("POST"));
            let headers = reply.header("access-control-allow-headers").unwrap();
            assert_eq!(headers, "authorization,content-type,x-stainless-os");
            assert_eq!(reply.header("access-control-allow-credentials"), None);
            assert_eq!(reply.header("vary"), Some("origin"));
        }
        for other in [
            "https://example.com",
            "https://app.example.com.test",
            "http://app.example.com",
            "null",
        ] {
            let reply = ask(other, path).await;
            assert_ne!(reply.status, 204, "{other}");
            assert_eq!(reply.header("access-control-allow-origin"), None, "{other}");
        }
    }
    // Sessions are for the UI's own pages.
    assert_eq!(ask(PAGE, SESSION).await.header("access-control-allow-origin"), None);
    assert_eq!(setup.azure.count(), 0);
}

/// The page reads every answer, refusals and streams among them, and only with a key.
#[tokio::test]
async fn pages_of_listed_origins_read_answers() {
    let setup = setup_with_cors().await;
    let bearer = format!("Bearer {KEY}");
    let with =
        [("origin", PAGE), ("authorization", &*bearer), ("content-type", "application/json")];
    let chat = (Method::POST, CHAT);
    for body in [asking("Hi"), streaming("Hi"), json!({"model": "nobody", "messages": []})] {
        let reply = send(setup.gateway.address(), chat.clone(), &with, &body).await;
        assert_eq!(reply.header("access-control-allow-origin"), Some(PAGE), "{}", reply.status);
        assert_eq!(reply.header("access-control-expose-headers"), Some("*"));
    }
    let without = send(setup.gateway.address(), chat.clone(), &with[..1], &asking("Hi")).await;
    assert_eq!(without.status, 401);
    assert_eq!(without.header("access-control-allow-origin"), Some(PAGE));
    let other = [("origin", "https://example.com"), with[1], with[2]];
    let other = send(setup.gateway.address(), chat.clone(), &other, &asking("Hi")).await;
    assert_eq!((other.status, other.header("access-control-allow-origin")), (200, None));
    let none = setup.chat(&asking("Hi")).await;
    assert_eq!((none.status, none.header("access-control-allow-origin")), (200, None));
}
