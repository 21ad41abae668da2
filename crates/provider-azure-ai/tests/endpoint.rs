//! Every way to write an endpoint down, and the URL it becomes.

use proptest::prelude::*;
use provider_azure_ai::{Endpoint, EndpointForm, Warning};

use self::support::{check, error};

#[cfg(test)]
mod support {
    use super::*;

    pub(super) const HOSTS: [&str; 3] =
        ["openai.azure.com", "services.ai.azure.com", "cognitiveservices.azure.com"];

    /// `$` stands for each of Azure's three hosts.
    #[track_caller]
    pub(super) fn check(api_base: &str, api_version: Option<&str>, expect: &str) {
        for host in HOSTS {
            let host = format!("https://r.{host}");
            let found = Endpoint::parse(&api_base.replace('$', &host), api_version, "router");
            let found = found.as_ref().map_or_else(ToString::to_string, ToString::to_string);
            assert_eq!(found, expect.replace('$', &host), "{api_base} with {api_version:?}");
        }
    }

    pub(super) fn error(api_base: &str) -> String {
        Endpoint::parse(api_base, None, "router")
            .map(|url| url.to_string())
            .unwrap_err()
            .to_string()
    }
}

#[test]
fn the_api_without_versions() {
    for base in
        ["$", "$/", "$/openai/v1", "$/openai/v1/", "$/openai/v1/chat/completions", "$/OpenAI/v1"]
    {
        let expect = if base.contains("OpenAI") {
            "$/OpenAI/v1/chat/completions"
        } else {
            "$/openai/v1/chat/completions"
        };
        check(base, None, expect);
        for version in ["v1", "latest", "preview", " "] {
            check(base, Some(version), expect);
        }
    }
    check("$//openai//v1//", None, "$/openai/v1/chat/completions");
    check("$/openai/v1/", Some("2024-10-21"), "$/openai/v1/chat/completions");
    check(
        "$/openai/v1/?api-version=preview",
        None,
        "$/openai/v1/chat/completions?api-version=preview",
    );
    check("$/?api-version=v1", None, "$/openai/v1/chat/completions");
    check("$/?api-version=", None, "$/openai/v1/chat/completions");
}

#[test]
fn a_bare_host_with_a_dated_version_is_the_classic_api() {
    let expect = "$/openai/deployments/router/chat/completions?api-version=2025-04-01-preview";
    check("$", Some("2025-04-01-preview"), expect);
    check("$/", Some("2025-04-01-preview"), expect);
    check("$/?api-version=2025-04-01-preview", None, expect);
    check("$/?api-version=2025-04-01-preview", Some("2024-10-21"), expect);
}

#[test]
fn the_classic_api_keeps_deployment_and_version() {
    // Azure shows such a URL for its Responses API, which the deployments do not have below them.
    let shown = "$/openai/responses?api-version=2025-04-01-preview";
    check(
        shown,
        None,
        "$/openai/deployments/router/chat/completions?api-version=2025-04-01-preview",
    );
    let whole = "$/openai/deployments/D/chat/completions?api-version=2025-01-01-preview";
    check(whole, None, whole);
    check(whole, Some("2024-10-21"), whole);
    check("$/openai/deployments/D?api-version=2025-01-01-preview", None, whole);
    check("$/openai/deployments/D/?API-Version=2025-01-01-preview", None, whole);
    check("$/openai/deployments/D", Some("2025-01-01-preview"), whole);
    check("$/openai/deployments/D/chat/completions", Some("2025-01-01-preview"), whole);
    let default = "$/openai/deployments/D/chat/completions?api-version=2024-10-21";
    for version in [None, Some("v1"), Some("latest"), Some("preview")] {
        check("$/openai/deployments/D", version, default);
    }
}

#[test]
fn the_model_inference_api() {
    let default = "$/models/chat/completions?api-version=2024-05-01-preview";
    for base in ["$/models", "$/models/", "$/models/chat/completions"] {
        check(base, None, default);
        check(base, Some("preview"), default);
        check(base, Some("2025-04-01"), "$/models/chat/completions?api-version=2025-04-01");
        let own = format!("{base}?api-version=2024-08-01-preview");
        let expect = "$/models/chat/completions?api-version=2024-08-01-preview";
        check(&own, Some("2025-04-01"), expect);
    }
}

#[test]
fn project_endpoints() {
    let expect = "$/api/projects/P/openai/v1/chat/completions";
    for rest in [
        "",
        "/",
        "/openai/v1",
        "/openai/v1/",
        "/openai/v1/chat/completions",
        "/openai/v1/responses",
    ] {
        check(&format!("$/api/projects/P{rest}"), None, expect);
        check(&format!("$/api/projects/P{rest}"), Some("2024-10-21"), expect);
    }
}

#[test]
fn other_hosts_follow_the_same_rules_and_may_have_a_prefix() {
    let parse = |base: &str| Endpoint::parse(base, None, "router").unwrap().to_string();
    assert_eq!(parse("http://localhost:8080"), "http://localhost:8080/openai/v1/chat/completions");
    assert_eq!(parse("http://[::1]:1/openai/v1"), "http://[::1]:1/openai/v1/chat/completions");
    assert_eq!(
        parse("https://apim.example.com/team-a/openai/deployments/D"),
        "https://apim.example.com/team-a/openai/deployments/D/chat/completions?api-version=2024-10-21"
    );
    assert_eq!(
        parse("https://apim.example.com/team-a/models"),
        "https://apim.example.com/team-a/models/chat/completions?api-version=2024-05-01-preview"
    );
}

#[test]
fn forms_scopes_and_the_deployment_in_the_path() {
    let parse = |base: &str| Endpoint::parse(base, None, "router").unwrap();
    let of = |base: &str| {
        let endpoint = parse(base);
        (
            endpoint.form(),
            endpoint.is_v1(),
            endpoint.scope(),
            endpoint.deployment().map(str::to_owned),
        )
    };
    let (foundry, classic) =
        ("https://ai.azure.com/.default", "https://cognitiveservices.azure.com/.default");
    assert_eq!(of("https://r.openai.azure.com"), (EndpointForm::V1, true, foundry, None));
    assert_eq!(
        of("https://r.services.ai.azure.com/api/projects/P"),
        (EndpointForm::Project, true, foundry, None)
    );
    assert_eq!(
        of("https://r.openai.azure.com/openai/deployments/D"),
        (EndpointForm::Deployments, false, classic, Some("D".to_owned()))
    );
    assert_eq!(
        of("https://r.openai.azure.com/models"),
        (EndpointForm::Models, false, classic, None)
    );
}

#[test]
fn warnings_say_what_is_not_used() {
    let of = |base: &str, version: Option<&str>, deployment: &str| {
        Endpoint::parse(base, version, deployment).unwrap().warnings().to_vec()
    };
    let host = "https://r.openai.azure.com";
    let ignored =
        |given: &str, form| vec![Warning::ApiVersionIgnored { given: given.into(), form }];
    let v1 = format!("{host}/openai/v1");
    let classic = format!("{host}/openai/deployments/D?api-version=2024-10-21");
    assert_eq!(of(host, None, "x"), []);
    assert_eq!(of(host, Some("2024-10-21"), "x"), []);
    assert_eq!(of(&v1, Some("preview"), "x"), []);
    assert_eq!(of(&v1, Some("2024-10-21"), "x"), ignored("2024-10-21", EndpointForm::V1));
    assert_eq!(of(&classic, Some("2024-10-21"), "D"), []);
    assert_eq!(
        of(&classic, Some("2025-04-01"), "D"),
        ignored("2025-04-01", EndpointForm::Deployments)
    );
    let bare = format!("{host}/openai/deployments/D");
    assert_eq!(of(&bare, Some("v1"), "D"), ignored("v1", EndpointForm::Deployments));
    assert_eq!(
        of(&classic, None, "other"),
        [Warning::DeploymentInUrl { in_url: "D".into(), configured: "other".into() }]
    );
}

#[test]
fn errors_say_what_to_write_instead() {
    let wrong = [
        "",
        " https://r.openai.azure.com",
        "\"https://r.openai.azure.com\"",
        "https://r.openai.azure.com\n",
        "https://<resource>.openai.azure.com",
        "r.openai.azure.com",
        "r.openai.azure.com/openai/v1",
        "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "ftp://r.openai.azure.com",
        "https://",
        "https://ai.azure.com/resource/overview",
        "https://portal.azure.com",
        "https://api.openai.com/v1",
        "http://r.openai.azure.com",
        "http://10.0.0.1:8080/openai/v1",
        "https://user:hunter2@r.openai.azure.com",
        "https://r.openai.azure.com/#x",
        "https://r.openai.azure.com/?api-key=hunter2",
        "https://r.openai.azure.com/?x=hunter2",
        "https://r.openai.azure.com/openai",
        "https://r.openai.azure.com/openai/v1/completions",
        "https://r.services.ai.azure.com/openai/v1/messages",
        "https://r.services.ai.azure.com/api/projects/P/openai",
        "https://r.openai.azure.com/chat/completions",
        "https://r.openai.azure.com/v1",
        "https://r.openai.azure.com/openai/deployments",
        "https://r.openai.azure.com/team-a/openai/v1",
        "https://r.openai.azure.com/openai/v1?api-version=2024-10-21",
        "https://r.openai.azure.com/openai/deployments/D?api-version=hunter2",
    ];
    let texts: Vec<String> =
        wrong.iter().map(|base| format!("{}\n    {}", base.escape_debug(), error(base))).collect();
    insta::assert_snapshot!(texts.join("\n"), @r#"

        `api_base` is empty; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
     https://r.openai.azure.com
        `api_base` contains white space or quotes; remove them
    \"https://r.openai.azure.com\"
        `api_base` contains white space or quotes; remove them
    https://r.openai.azure.com\n
        `api_base` contains white space or quotes; remove them
    https://<resource>.openai.azure.com
        `api_base` still contains a placeholder in `<>` or `{}`; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
    r.openai.azure.com
        `api_base` does not start with `https://`; write `https://r.openai.azure.com/openai/v1/`
    r.openai.azure.com/openai/v1
        `api_base` does not start with `https://`; write `https://r.openai.azure.com/openai/v1/`
    9f8e7d6c5b4a39281706f5e4d3c2b1a0
        `api_base` does not start with `https://`; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
    ftp://r.openai.azure.com
        `api_base` does not start with `https://`; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
    https://
        `api_base` is not a URL; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
    https://ai.azure.com/resource/overview
        `ai.azure.com` is a web portal, not an endpoint; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
    https://portal.azure.com
        `portal.azure.com` is a web portal, not an endpoint; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
    https://api.openai.com/v1
        `api.openai.com` is OpenAI's own API, not Azure's; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
    http://r.openai.azure.com
        `http://r.openai.azure.com` would carry the key unencrypted; write `https://r.openai.azure.com` (`http://` is for this machine, and elsewhere needs `allow_http: true`)
    http://10.0.0.1:8080/openai/v1
        `http://10.0.0.1:8080` would carry the key unencrypted; write `https://10.0.0.1:8080` (`http://` is for this machine, and elsewhere needs `allow_http: true`)
    https://user:hunter2@r.openai.azure.com
        `api_base` contains a user name or password; remove it and set `api_key`
    https://r.openai.azure.com/#x
        `api_base` contains a `#`; remove it and everything after it
    https://r.openai.azure.com/?api-key=hunter2
        `api_base` contains a key in its query, which logs would show; remove it, set `api_key`, and consider renewing the key
    https://r.openai.azure.com/?x=hunter2
        `api_base` contains a query parameter other than `api-version`; remove it
    https://r.openai.azure.com/openai
        `/openai` is not the path of a chat completions API; write `https://r.openai.azure.com/openai/v1/`
    https://r.openai.azure.com/openai/v1/completions
        `/completions` is not the chat completions API; write `https://r.openai.azure.com/openai/v1/`
    https://r.services.ai.azure.com/openai/v1/messages
        `/messages` is not the chat completions API; write `https://r.services.ai.azure.com/openai/v1/`
    https://r.services.ai.azure.com/api/projects/P/openai
        `/api/projects/P/openai` is not the path of a chat completions API; write `https://r.services.ai.azure.com/api/projects/P/openai/v1/`
    https://r.openai.azure.com/chat/completions
        `/chat/completions` is not the path of a chat completions API; write `https://r.openai.azure.com/openai/v1/`
    https://r.openai.azure.com/v1
        `/v1` is not the path of a chat completions API; write `https://r.openai.azure.com/openai/v1/`
    https://r.openai.azure.com/openai/deployments
        `/openai/deployments` is not the path of a chat completions API; write `https://r.openai.azure.com/openai/v1/`
    https://r.openai.azure.com/team-a/openai/v1
        `/team-a/openai/v1` is not the path of a chat completions API; write `https://r.openai.azure.com/openai/v1/`
    https://r.openai.azure.com/openai/v1?api-version=2024-10-21
        `/openai/v1` does not accept an `api-version`; write `https://r.openai.azure.com/openai/v1/`
    https://r.openai.azure.com/openai/deployments/D?api-version=hunter2
        `api_version` is not one of Azure's; expected a date such as `2024-10-21`, or `v1`
    "#);
}

#[test]
fn a_deployment_in_the_path_is_checked() {
    for name in ["", "a/b", "a b", "a?b", "../x"] {
        let error =
            Endpoint::parse("https://r.openai.azure.com", Some("2024-10-21"), name).unwrap_err();
        assert!(error.to_string().contains("is not a valid deployment name"), "{error}");
    }
}

#[test]
fn http_to_other_machines_needs_a_yes() {
    for host in ["localhost", "127.0.0.1:9", "127.1.2.3", "[::1]:9", "x.localhost"] {
        assert!(Endpoint::parse(&format!("http://{host}"), None, "router").is_ok(), "{host}");
    }
    let mesh = Endpoint::parse_allowing_http("http://azure.mesh.example", None, "router").unwrap();
    assert_eq!(mesh.url(), "http://azure.mesh.example/openai/v1/chat/completions");
}

proptest! {
    #[test]
    fn parsing_never_panics(base in ".*", version in proptest::option::of(".*"), deployment in ".*") {
        let _ = Endpoint::parse(&base, version.as_deref(), &deployment);
    }

    #[test]
    fn parsing_never_panics_on_what_looks_like_a_url(
        rest in "[a-zA-Z0-9/.:?=&#@%<>\\[\\]_~+ -]{0,60}",
        version in proptest::option::of("[0-9a-z-]{0,20}"),
    ) {
        let _ = Endpoint::parse(&format!("https://{rest}"), version.as_deref(), "router");
    }

    #[test]
    fn a_key_in_the_url_goes_nowhere(
        path in "(/|/openai/v1/?|/openai/deployments/D|/models|/x)?",
        name in "(api-key|API-KEY|subscription-key|key|code|api-version|x|)",
        before in "(api-version=2024-10-21&)?",
        key in "[a-zA-Z0-9]{32,84}",
    ) {
        for base in [
            format!("https://r.openai.azure.com{path}?{before}{name}={key}"),
            format!("https://r.openai.azure.com{path}?{before}{key}"),
            format!("https://{key}@r.openai.azure.com{path}"),
            format!("https://u:{key}@r.openai.azure.com{path}"),
            format!("https://r.openai.azure.com{path}#{key}"),
            key.clone(),
        ] {
            let error = Endpoint::parse(&base, None, "router").map(|url| url.to_string()).unwrap_err();
            let both = format!("{error} {error:?}");
            prop_assert!(!both.to_lowercase().contains(&key.to_lowercase()), "{both}");
        }
    }
}
