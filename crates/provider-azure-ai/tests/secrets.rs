//! No secret is ever shown, whatever is formatted.

use std::{error::Error, sync::Arc};

use llm_types::Provider;
use provider_azure_ai::{Auth, AuthError, AzureAi, Endpoint, Transport, TransportOptions, Warning};

#[cfg(test)]
mod support;

use self::support::{FakeClock, SECRET, app_with_secret, azure, entra, raw_server, request};

const HOST: &str = "https://r.openai.azure.com";

fn credentials() -> [Auth; 3] {
    let clock: Arc<FakeClock> = Arc::default();
    [
        Auth::ApiKey(SECRET.into()),
        Auth::Bearer(SECRET.into()),
        Auth::Entra(entra(app_with_secret(), "http://127.0.0.1:1", &clock)),
    ]
}

#[tokio::test]
async fn nothing_that_can_be_formatted_holds_a_secret() {
    let hangs_up = raw_server(|_| ());
    for auth in credentials() {
        let shown = format!("{auth:?}");
        let provider = azure(&hangs_up, auth);
        let error = provider.send(request()).await.unwrap_err();
        let mut all = format!("{shown} {provider:?} {} {error} {error:?}", provider.endpoint());
        let mut cause: Option<&dyn Error> = error.source();
        while let Some(error) = cause {
            all = format!("{all} {error} {error:?}");
            cause = error.source();
        }
        assert!(!all.contains(SECRET), "{all}");
    }
}

#[test]
fn a_key_that_no_header_can_hold_is_refused_at_start_and_not_shown() {
    let key = format!("{SECRET}\n");
    for (text, expect) in [
        (key.as_str(), AuthError::Characters),
        ("with blank", AuthError::Characters),
        ("s\u{e9}cret", AuthError::Characters),
        ("", AuthError::Empty),
    ] {
        for auth in [Auth::ApiKey(text.into()), Auth::Bearer(text.into())] {
            let transport = Transport::new(TransportOptions::default()).unwrap();
            let endpoint = Endpoint::parse(HOST, None, "router").unwrap();
            let error = AzureAi::new(endpoint, auth, transport).unwrap_err();
            assert_eq!(error, expect);
            assert!(!format!("{error} {error:?}").contains(SECRET));
        }
    }
}

#[test]
fn credentials_that_an_endpoint_is_known_to_dislike_are_warned_of() {
    let warned = |path: &str, auth: &Auth| {
        azure(&format!("{HOST}{path}"), auth.clone())
            .warnings()
            .iter()
            .map(Warning::to_string)
            .collect::<String>()
    };
    let [key, bearer, entra] = credentials();
    let token = Auth::Bearer("eyJ0eXAi".into());
    for auth in [&key, &bearer] {
        assert!(warned("/api/projects/P", auth).starts_with("project endpoints take Entra tokens"));
    }
    for path in ["", "/openai/v1", "/api/projects/P", "/models"] {
        assert_eq!(warned(path, &token), "");
        assert_eq!(warned(path, &entra), "");
    }
    for path in ["", "/openai/v1", "/models"] {
        assert_eq!(warned(path, &key), "");
    }
    assert_eq!(warned("", &bearer), "");
    assert!(warned("/models", &bearer).starts_with("a key as `Authorization: Bearer`"));
}
