//! Tokens: how each identity asks, when a token is renewed, and who waits for it.

use std::{collections::HashMap, sync::Arc};

use futures_util::future::join_all;
use llm_types::{Provider, ProviderError};
use mockito::{Matcher, Mock, Server, ServerGuard};
use provider_azure_ai::{Auth, AzureAi, EntraCredential, EntraIdentity, EntraOptions};
use serde_json::json;

#[cfg(test)]
mod support;

use self::{
    setup::{Setup, form},
    support::{FakeClock, SECRET, app_with_secret, raw_server, request, write_all},
};

#[cfg(test)]
mod setup {
    use super::*;

    /// Azure and Entra ID in one server, with a clock.
    pub(super) struct Setup {
        pub(super) server: ServerGuard,
        pub(super) clock: Arc<FakeClock>,
    }

    impl Setup {
        pub(super) async fn new() -> Self {
            Self { server: Server::new_async().await, clock: Arc::default() }
        }

        pub(super) fn azure(&self, identity: EntraIdentity) -> AzureAi {
            let credential = support::entra(identity, &self.server.url(), &self.clock);
            support::azure(&self.server.url(), Auth::Entra(credential))
        }

        /// Entra hands out `token`, `times` times.
        pub(super) fn gives(&mut self, token: &str, lifetime: i64, times: usize) -> Mock {
            let answer = json!({ "token_type": "Bearer", "expires_in": lifetime,
                "ext_expires_in": lifetime, "access_token": token });
            self.token_mock(200, &answer.to_string(), times)
        }

        pub(super) fn token_mock(&mut self, status: usize, body: &str, times: usize) -> Mock {
            self.server
                .mock("POST", "/contoso.example/oauth2/v2.0/token")
                .with_status(status)
                .with_body(body)
                .expect(times)
        }

        /// Azure takes `token`, `times` times.
        pub(super) fn takes(&mut self, token: &str, status: usize, times: usize) -> Mock {
            self.server
                .mock("POST", "/openai/v1/chat/completions")
                .match_header("authorization", format!("Bearer {token}").as_str())
                .match_header("api-key", Matcher::Missing)
                .with_status(status)
                .expect(times)
        }
    }

    pub(super) fn form(pairs: &[(&str, &str)]) -> Matcher {
        let pair = |(name, value): &(&str, &str)| {
            Matcher::UrlEncoded((*name).to_owned(), (*value).to_owned())
        };
        Matcher::AllOf(pairs.iter().map(pair).collect())
    }
}

#[tokio::test]
async fn a_secret_is_exchanged_for_a_token_which_is_then_kept() {
    let mut setup = Setup::new().await;
    let token = setup
        .gives("T1", 3_599, 1)
        .match_header("content-type", "application/x-www-form-urlencoded")
        .match_body(form(&[
            ("grant_type", "client_credentials"),
            ("client_id", "app"),
            ("client_secret", SECRET),
            ("scope", "https://ai.azure.com/.default"),
        ]))
        .create_async()
        .await;
    let chat = setup.takes("T1", 200, 2).create_async().await;
    let azure = setup.azure(app_with_secret());
    azure.send(request()).await.unwrap();
    azure.send(request()).await.unwrap();
    token.assert_async().await;
    chat.assert_async().await;
}

#[tokio::test]
async fn the_scope_follows_the_endpoint_and_each_scope_has_its_token() {
    let mut setup = Setup::new().await;
    let classic = setup
        .gives("T1", 3_599, 1)
        .match_body(form(&[("scope", "https://cognitiveservices.azure.com/.default")]))
        .create_async()
        .await;
    let v1 = setup
        .gives("T2", 3_599, 1)
        .match_body(form(&[("scope", "https://ai.azure.com/.default")]))
        .create_async()
        .await;
    setup.takes("T2", 200, 1).create_async().await;
    setup
        .server
        .mock("POST", "/openai/deployments/D/chat/completions?api-version=2024-10-21")
        .match_header("authorization", "Bearer T1")
        .create_async()
        .await;
    let url = setup.server.url();
    let credential = support::entra(app_with_secret(), &url, &setup.clock);
    for path in ["/openai/deployments/D", "/openai/v1"] {
        let auth = Auth::Entra(Arc::clone(&credential));
        support::azure(&format!("{url}{path}"), auth).send(request()).await.unwrap();
    }
    classic.assert_async().await;
    v1.assert_async().await;
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    for (lifetime, still, renewed) in
        [(3_599, 3_298, 3_299), (7_200, 3_599, 3_600), (100, 79, 80), (86_400, 43_199, 43_200)]
    {
        let mut setup = Setup::new().await;
        setup.gives("T1", lifetime, 1).create_async().await;
        setup.gives("T2", lifetime, 1).create_async().await;
        let old = setup.takes("T1", 200, 2).create_async().await;
        let new = setup.takes("T2", 200, 1).create_async().await;
        let azure = setup.azure(app_with_secret());
        azure.send(request()).await.unwrap();
        setup.clock.advance(still);
        azure.send(request()).await.unwrap();
        old.assert_async().await;
        setup.clock.advance(renewed - still);
        azure.send(request()).await.unwrap();
        new.assert_async().await;
    }
}

#[tokio::test]
async fn many_requests_at_once_fetch_one_token() {
    let mut setup = Setup::new().await;
    let token = setup.gives("T1", 3_599, 1).create_async().await;
    let chat = setup.takes("T1", 200, 50).create_async().await;
    let azure = setup.azure(app_with_secret());
    for answer in join_all((0..50).map(|_| azure.send(request()))).await {
        answer.unwrap();
    }
    token.assert_async().await;
    chat.assert_async().await;
}

#[tokio::test]
async fn while_one_request_renews_the_others_go_on_with_the_old_token() {
    let mut setup = Setup::new().await;
    let old = setup.takes("T1", 200, 2).create_async().await;
    let new = setup.takes("T2", 200, 1).create_async().await;
    let (asked, was_asked) = tokio::sync::oneshot::channel();
    let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
    let mut asked = Some(asked);
    let mut tokens = ["T1", "T2"].into_iter();
    let entra = raw_server(move |connection| {
        let token = tokens.next().unwrap();
        if token == "T2" {
            asked.take().unwrap().send(()).unwrap();
            may_go_on.recv().unwrap();
        }
        let body = json!({ "access_token": token, "expires_in": 3_599 }).to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        write_all(connection, (head + &body).as_bytes());
    });
    let credential = support::entra(app_with_secret(), &entra, &setup.clock);
    let azure = support::azure(&setup.server.url(), Auth::Entra(credential));
    azure.send(request()).await.unwrap();
    setup.clock.advance(3_400);
    let other = async {
        was_asked.await.unwrap();
        azure.send(request()).await.unwrap();
        go_on.send(()).unwrap();
    };
    let (renewing, ()) = tokio::join!(azure.send(request()), other);
    renewing.unwrap();
    old.assert_async().await;
    new.assert_async().await;
}

#[tokio::test]
async fn a_failure_to_renew_is_no_failure_while_the_old_token_is_good() {
    let mut setup = Setup::new().await;
    setup.gives("T1", 3_599, 1).create_async().await;
    let azure = setup.azure(app_with_secret());
    let chat = setup.takes("T1", 200, 3).create_async().await;
    azure.send(request()).await.unwrap();
    let down = setup.token_mock(503, "", 1).create_async().await;
    setup.clock.advance(3_400);
    azure.send(request()).await.unwrap();
    azure.send(request()).await.unwrap();
    down.assert_async().await;
    chat.assert_async().await;
    let down_for_good = setup.token_mock(503, "", 4).create_async().await;
    setup.clock.advance(300);
    let error = azure.send(request()).await.unwrap_err();
    assert!(matches!(error, ProviderError::Credential(_)));
    down_for_good.assert_async().await;
}

#[tokio::test]
async fn a_failure_is_reported_without_the_secret_and_soon_forgotten() {
    let mut setup = Setup::new().await;
    let description = format!(
        "AADSTS7000215: Invalid client secret provided: {SECRET}.\r\nTrace ID: 1\r\nTimestamp: 2"
    );
    let body = json!({ "error": "invalid_client", "error_description": description }).to_string();
    let denied = setup.token_mock(401, &body, 1).create_async().await;
    let azure = setup.azure(app_with_secret());
    for answer in join_all((0..9).map(|_| azure.send(request()))).await {
        let Err(ProviderError::Credential(cause)) = answer else { panic!("{answer:?}") };
        let told = cause.to_string().replace(&setup.server.url(), "https://entra");
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"https://entra did not issue a token: 401 `invalid_client` AADSTS7000215: Invalid client secret provided: [redacted]."); }
        assert!(!format!("{cause:?}").contains(SECRET));
    }
    denied.assert_async().await;
    setup.clock.advance(2);
    setup.gives("T1", 3_599, 1).create_async().await;
    setup.takes("T1", 200, 1).create_async().await;
    azure.send(request()).await.unwrap();
}

#[tokio::test]
async fn a_token_that_azure_refuses_is_replaced_for_the_next_request() {
    let mut setup = Setup::new().await;
    setup.gives("T1", 3_599, 1).create_async().await;
    setup.gives("T2", 3_599, 1).create_async().await;
    setup.takes("T1", 401, 1).create_async().await;
    let second = setup.takes("T2", 200, 1).create_async().await;
    let azure = setup.azure(app_with_secret());
    assert!(matches!(azure.send(request()).await, Err(ProviderError::Refused(_))));
    azure.send(request()).await.unwrap();
    second.assert_async().await;
}

#[tokio::test]
async fn a_missing_role_is_no_reason_for_a_new_token() {
    let mut setup = Setup::new().await;
    let token = setup.gives("T1", 3_599, 1).create_async().await;
    let body = r#"{"error":{"code":"PermissionDenied","message":"The principal lacks …"}}"#;
    setup.takes("T1", 401, 2).with_body(body).create_async().await;
    let azure = setup.azure(app_with_secret());
    for _ in 0..2 {
        assert!(matches!(azure.send(request()).await, Err(ProviderError::Refused(_))));
    }
    token.assert_async().await;
}

#[tokio::test]
async fn a_machine_asks_its_metadata_service_and_asks_again() {
    for (client_id, query) in [(None, ""), (Some("id 1"), "&client_id=id+1")] {
        let mut setup = Setup::new().await;
        let path = format!(
            "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fai.azure.com{query}"
        );
        let mut troubles = Vec::new();
        for status in [404, 429, 500] {
            let mock = setup.server.mock("GET", path.as_str()).with_status(status).expect(1);
            troubles.push(mock.create_async().await);
        }
        let answer = json!({ "access_token": "T1", "expires_in": "86399", "expires_on": "1",
            "not_before": "0", "resource": "https://ai.azure.com", "token_type": "Bearer" });
        let token = setup
            .server
            .mock("GET", path.as_str())
            .match_header("metadata", "true")
            .with_body(answer.to_string())
            .create_async()
            .await;
        setup.takes("T1", 200, 1).create_async().await;
        let identity = EntraIdentity::ManagedIdentity { client_id: client_id.map(str::to_owned) };
        setup.azure(identity).send(request()).await.unwrap();
        token.assert_async().await;
        for trouble in troubles {
            trouble.assert_async().await;
        }
    }
}

#[tokio::test]
async fn the_metadata_service_may_give_the_end_in_place_of_the_lifetime() {
    let mut setup = Setup::new().await;
    let ends = 1_790_000_000 + 1_000;
    let answer = json!({ "access_token": "T1", "expires_on": ends.to_string() }).to_string();
    let token = setup.server.mock("GET", Matcher::Any).with_body(answer).expect(2);
    let token = token.create_async().await;
    setup.takes("T1", 200, 3).create_async().await;
    let azure = setup.azure(EntraIdentity::ManagedIdentity { client_id: None });
    for pause in [0, 799, 1] {
        setup.clock.advance(pause);
        azure.send(request()).await.unwrap();
    }
    token.assert_async().await;
}

#[tokio::test]
async fn a_workloads_file_is_read_again_for_each_token() {
    let mut setup = Setup::new().await;
    let folder = tempfile::tempdir().unwrap();
    let token_file = folder.path().join("token");
    let azure = setup.azure(EntraIdentity::WorkloadIdentity {
        tenant: "contoso.example".into(),
        client_id: "app".into(),
        token_file: token_file.clone(),
    });
    for token in ["T1", "T2"] {
        std::fs::write(&token_file, format!("assertion-{token}\n")).unwrap();
        let assertion = format!("assertion-{token}");
        let given = setup
            .gives(token, 3_599, 1)
            .match_body(form(&[
                ("client_id", "app"),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", &assertion),
            ]))
            .create_async()
            .await;
        let taken = setup.takes(token, 200, 1).create_async().await;
        azure.send(request()).await.unwrap();
        given.assert_async().await;
        taken.assert_async().await;
        setup.clock.advance(3_600);
    }
    std::fs::remove_file(&token_file).unwrap();
    let Err(ProviderError::Credential(error)) = azure.send(request()).await else { panic!() };
    assert!(error.to_string().starts_with("could not read the workload's token from `/"));
}

#[tokio::test]
async fn an_answer_without_a_usable_token_is_an_error() {
    for body in [
        "",
        "{}",
        "<html>",
        r#"{"access_token":"","expires_in":9}"#,
        r#"{"access_token":"T"}"#,
        r#"{"access_token":"T","expires_in":0}"#,
        r#"{"access_token":"T\r\nx: y","expires_in":9}"#,
        r#"{"access_token":"T","expires_in":"soon"}"#,
    ] {
        let mut setup = Setup::new().await;
        setup.token_mock(200, body, 1).create_async().await;
        let answer = setup.azure(app_with_secret()).send(request()).await;
        let Err(ProviderError::Credential(error)) = answer else { panic!("{body}") };
        assert!(error.to_string().ends_with("contains no usable token"), "{error}");
    }
}

#[test]
fn the_environment_says_who_we_are() {
    let check = |variables: &[(&str, &str)], expect: &str| {
        let map: HashMap<&str, &str> = variables.iter().copied().collect();
        let look = |name: &'static str| map.get(name).map(|&value| value.to_owned());
        let found = EntraCredential::from_variables(look, EntraOptions::default());
        let found = found.map_or_else(|error| error.to_string(), |found| format!("{found:?}"));
        assert!(found.contains(expect), "expected {expect}, found {found}");
        assert!(!found.contains(SECRET));
    };
    let tenant = ("AZURE_TENANT_ID", "t1");
    let client = ("AZURE_CLIENT_ID", "c1");
    let secret = ("AZURE_CLIENT_SECRET", SECRET);
    let file = ("AZURE_FEDERATED_TOKEN_FILE", "/f");
    check(&[], "ManagedIdentity { client_id: None }");
    check(&[client, tenant], "ManagedIdentity { client_id: Some(\"c1\") }");
    check(&[client, tenant, secret, file], "ClientSecret { tenant: \"t1\", client_id: \"c1\"");
    check(&[client, tenant, file], "WorkloadIdentity { tenant: \"t1\", client_id: \"c1\"");
    check(&[secret], "`AZURE_TENANT_ID` is not set");
    check(&[file, tenant], "`AZURE_CLIENT_ID` is not set");
    check(&[client, ("AZURE_TENANT_ID", "a/b"), secret], "`tenant` is not usable");
    let authority = |host| ("AZURE_AUTHORITY_HOST", host);
    check(&[client, tenant, secret, authority("https://login.x.example/")], "login.x.example");
    check(&[client, tenant, secret, authority("login.x.example")], "login.x.example");
    for host in ["http://login.x.example", "https://u@x", "https://x/y", "https://x?y", "ftp://x"] {
        check(&[client, tenant, secret, authority(host)], "`authority_host` is not usable");
    }
}
