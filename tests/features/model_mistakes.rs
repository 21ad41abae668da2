//! Mistakes in a model that is to be added or changed, and callers without the right to do so.

use gateway::{Running, Workers, config::Config};
use harness::{
    client::http,
    gateway::{GROUP, Setup, entry, environment},
    keys::{key, manage},
};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::models::{params, patch, refused, smart, summary};

#[tokio::test]
async fn models_of_the_file_cannot_be_changed() {
    let setup = Setup::new().await;
    let info = setup.get("/model/info").await.json();
    let id = info["data"][0]["model_info"]["id"].as_str().unwrap().to_owned();
    let fixed = format!(
        "409 model_in_config: the model `{id}` is in the gateway's configuration file and cannot \
         be changed by API; change it there, and restart the gateway"
    );
    assert_eq!(refused(&setup, "/model/delete", &json!({"id": id})).await, fixed);
    assert_eq!(refused(&setup, "/model/update", &json!({"model_id": id})).await, fixed);
    assert_eq!(summary(&patch(&setup, &id, &json!({})).await), fixed);
    let mut same = smart(&setup.azure);
    same["model_info"]["id"] = id.clone().into();
    assert_eq!(
        refused(&setup, "/model/new", &same).await,
        format!("409 conflict: another model has the id `{id}`")
    );
    // It may be joined by others, which fail over to each other.
    let mut joined = smart(&setup.azure);
    joined["model_name"] = GROUP.into();
    manage(&setup, "/model/new", joined).await;
    let groups = setup.get("/model_group/info").await.json();
    assert_eq!(groups["data"][0]["deployments"], 2);
    // And only an admin manages models.
    let key = key(&setup, json!({})).await;
    let bearer = format!("Bearer {key}");
    assert_eq!(setup.get_as("/v2/model/info", &bearer).await.status, 403);
    assert_eq!(setup.get_as("/model_group/info", &bearer).await.status, 200);
    for path in ["/model/new", "/model/update", "/model/delete", "/health/test_connection"] {
        let reply = setup.post(path, &[("authorization", &bearer)], "{}").await;
        assert_eq!(reply.status, 403, "{path}: {}", reply.text());
    }
}

#[tokio::test]
async fn an_error_in_a_model_names_its_place() {
    let setup = Setup::new().await;
    manage(&setup, "/model/new", smart(&setup.azure)).await;
    let azure = &setup.azure;
    let with = |key: &str, value: Value| {
        let mut new = json!({"model_name": "new", "litellm_params": params(azure)});
        new["litellm_params"][key] = value;
        ("/model/new", new)
    };
    let info = |value: Value| {
        (
            "/model/new",
            json!({"model_name": "new", "litellm_params": params(azure), "model_info": value}),
        )
    };
    let wrong = [
        ("/model/new", json!({})),
        ("/model/new", json!([])),
        ("/model/new", json!({"model_name": "new"})),
        ("/model/new", json!({"model_name": "", "litellm_params": params(azure)})),
        ("/model/new", json!({"model_name": "a\nb", "litellm_params": params(azure)})),
        ("/model/new", json!({"model_name": 5, "litellm_params": params(azure)})),
        ("/model/new", json!({"model_name": "new", "litellm_params": "x"})),
        ("/model/new", json!({"model_name": "new", "guardrails": ["x"]})),
        with("model", Value::Null),
        with("model", "bedrock/nova-pro".into()),
        with("model", "azure_ai/".into()),
        with("api_base", Value::Null),
        with("api_base", "r.openai.azure.com".into()),
        with("api_base", "https://portal.azure.com/x".into()),
        with("api_base", "http://r.openai.azure.com".into()),
        with("api_base", "https://u:p4ss@r.openai.azure.com".into()),
        with("api_base", json!(["x"])),
        with("api_version", "soon".into()),
        with("api_key", Value::Null),
        with("api_key", "".into()),
        with("api_key", "two words".into()),
        with("api_key", "os.environ/HOME".into()),
        with("api_key", "********".into()),
        with("azure_identity", "environment".into()),
        with("azure_identity", "managed_identity".into()),
        with("azure_identity", "workload_identity".into()),
        with("input_cost_per_token", json!(-1)),
        with("input_cost_per_token", json!(1e300)),
        with("input_cost_per_token", "NaN".into()),
        with("input_cost_per_token", json!(0.1)),
        with("allow_http", "maybe".into()),
        info(json!({"id": "m1"})),
        info(json!({"id": "a/b"})),
        info(json!({"id": 5})),
        info(json!({"router": "perhaps"})),
        info(json!({"deployment_type": "ptu"})),
        info(json!({"deployment_type": "data_zone"})),
        info(json!([1])),
        ("/model/update", json!({"model_name": "x"})),
        ("/model/update", json!({"model_id": "nobody"})),
        ("/model/update", json!({"model_id": "m1", "model_info": {"id": "m2"}})),
        ("/model/update", json!({"model_id": "m1", "litellm_params_to_remove": ["api_key"]})),
        ("/model/update", json!({"model_id": "m1", "blocked": "yes"})),
        ("/model/delete", json!({})),
        ("/model/delete", json!({"id": "'; DROP TABLE models; --"})),
        ("/health/test_connection", json!({})),
        ("/health/test_connection", json!({"mode": "rerank", "litellm_params": params(azure)})),
        ("/health/test_connection", json!({"model_info": {"id": "nobody"}})),
        ("/cost/estimate", json!({})),
        ("/cost/estimate", json!({"model": GROUP, "input_tokens": 1})),
        ("/cost/estimate", json!({"model": GROUP, "input_tokens": -1, "output_tokens": 1})),
        ("/cost/estimate", json!({"model": GROUP, "input_tokens": 1.5, "output_tokens": 1})),
        ("/cost/estimate", json!({"model": GROUP, "input_tokens": 1e30, "output_tokens": 1})),
        (
            "/cost/estimate",
            json!({"model": GROUP, "input_tokens": 5, "output_tokens": 1, "cached_tokens": 6}),
        ),
        (
            "/cost/estimate",
            json!({"model": GROUP, "input_tokens": 5, "output_tokens": 1, "zone": "mars"}),
        ),
        (
            "/cost/estimate",
            json!({"model": GROUP, "input_tokens": 5, "output_tokens": 1, "service_tier": "gold"}),
        ),
        (
            "/cost/estimate",
            json!({"model": GROUP, "input_tokens": 5, "output_tokens": 1, "router": false}),
        ),
        ("/cost/estimate", json!({"model": "nobody", "input_tokens": 5, "output_tokens": 1})),
        ("/spend/calculate", json!({})),
        ("/spend/calculate", json!({"messages": []})),
        ("/spend/calculate", json!({"completion_response": 5})),
        ("/spend/calculate", json!({"model": "nobody", "messages": []})),
    ];
    let mut all = Vec::new();
    for (path, body) in wrong {
        let summary = refused(&setup, path, &body).await;
        assert!(summary.starts_with('4'), "{summary}");
        all.push(format!("{path} {summary}"));
    }
    let pages =
        ["/v2/model/info?page=0", "/v2/model/info?size=x", "/model/info?litellm_model_id=x"];
    for path in pages {
        all.push(format!("{path} {}", summary(&setup.get(path).await)));
    }
    assert!(all.iter().all(|line| !line.contains("p4ss") && !line.contains("two words")));
    insta::assert_snapshot!(all.join("\n"), @r#"
    /model/new 400 invalid_field: expected the field `model_name`, found none
    /model/new 400 invalid_field: expected a JSON object in the request's body: invalid type: sequence, expected a map at line 1 column 0
    /model/new 400 invalid_model: `litellm_params`: the key `model` is missing
    /model/new 400 invalid_field: expected the field `model_name`, found none
    /model/new 400 invalid_field: expected `model_name` to be a name of at most 256 bytes on one line, found `a�b`
    /model/new 400 invalid_field: expected `model_name` to be a text, found `5`
    /model/new 400 invalid_field: expected `litellm_params` to be an object, found `"x"`
    /model/new 400 invalid_field: the field `guardrails` is unknown and would have no effect; leave it out: answers are filtered by the content filters of the deployment in Azure
    /model/new 400 invalid_model: `litellm_params`: the key `model` is missing
    /model/new 400 invalid_model: `litellm_params.model`: expected a model such as `azure_ai/<deployment>`, `azure/<deployment>`, `openai/<model>` or `hosted_vllm/<model>`, found `bedrock/nova-pro`
    /model/new 400 invalid_model: `litellm_params.model`: expected the deployment's name after the prefix, as in `azure_ai/my-model-router`, found `azure_ai/`
    /model/new 400 invalid_model: `litellm_params`: the key `api_base` is missing
    /model/new 400 invalid_model: `litellm_params.api_base`: `api_base` does not start with `https://`; write `https://r.openai.azure.com/openai/v1/`
    /model/new 400 invalid_model: `litellm_params.api_base`: `portal.azure.com` is a web portal, not an endpoint; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
    /model/new 400 invalid_model: `litellm_params.api_base`: `http://r.openai.azure.com` would carry the key unencrypted; write `https://r.openai.azure.com` (`http://` is for this machine, and elsewhere needs `allow_http: true`)
    /model/new 400 invalid_model: `litellm_params.api_base`: `api_base` contains a user name or password; remove it and set `api_key`
    /model/new 400 invalid_model: `litellm_params.api_base`: expected a single value, found `a list`
    /model/new 400 invalid_model: `litellm_params.api_base`: `api_version` is not one of Azure's; expected a date such as `2024-10-21`, or `v1`
    /model/new 400 invalid_model: `litellm_params`: there is no credential; set `api_key`, or `tenant_id`, `client_id` and `client_secret`, or `azure_identity: managed_identity`
    /model/new 400 invalid_model: `litellm_params`: the key is empty
    /model/new 400 invalid_model: `litellm_params`: the key contains white space, a line break or another character that a header cannot contain
    /model/new 400 invalid_model: `litellm_params.api_key`: `os.environ/…` would read the gateway's environment, which is not allowed by API; send the value itself, or write the model into the configuration file
    /model/new 400 invalid_model: `litellm_params`: there is no credential; set `api_key`, or `tenant_id`, `client_id` and `client_secret`, or `azure_identity: managed_identity`
    /model/new 400 invalid_model: `litellm_params.azure_identity`: `environment` is the gateway's own identity, which models added by API can use only as `managed_identity`, for Azure's own hosts and their scopes; add the model to the configuration file
    /model/new 400 invalid_model: `litellm_params.azure_identity`: `managed_identity` is the gateway's own identity, which models added by API can use only as `managed_identity`, for Azure's own hosts and their scopes; add the model to the configuration file
    /model/new 400 invalid_model: `litellm_params.azure_identity`: `workload_identity` is the gateway's own identity, which models added by API can use only as `managed_identity`, for Azure's own hosts and their scopes; add the model to the configuration file
    /model/new 400 invalid_model: `litellm_params.input_cost_per_token`: expected a price in dollars per token, with at most 12 decimals, found `-1`
    /model/new 400 invalid_model: `litellm_params.input_cost_per_token`: expected a price in dollars per token, with at most 12 decimals, found `1e+300`
    /model/new 400 invalid_model: `litellm_params.input_cost_per_token`: expected a price in dollars per token, with at most 12 decimals, found `NaN`
    /model/new 400 invalid_model: `model_info`: the key `output_cost_per_token` is missing
    /model/new 400 invalid_model: `litellm_params.allow_http`: expected true or false, found `maybe`
    /model/new 409 conflict: another model has the id `m1`
    /model/new 400 invalid_field: expected `model_info.id` to be a text of at most 256 bytes without blanks and `/`, found `a/b`
    /model/new 400 invalid_field: expected `model_info.id` to be a text of at most 256 bytes without blanks and `/`, found `5`
    /model/new 400 invalid_model: `model_info.router`: expected true or false, found `perhaps`
    /model/new 400 invalid_model: `model_info.deployment_type`: expected a deployment_type of `global_standard`, `data_zone_standard`, `regional_standard`, `global_batch` or `data_zone_batch`, found `ptu`
    /model/new 400 invalid_model: `model_info.deployment_type`: a data zone deployment needs a zone: add `zone: us`, `eu`, `apac` or `us_gov`
    /model/new 400 invalid_field: expected `model_info` to be an object, found `[1]`
    /model/update 400 invalid_field: expected `model_info.id` or `model_id`, which says which model, found none
    /model/update 404 not_found: model not found: there is no model `nobody`
    /model/update 400 invalid_field: expected `model_info.id` to be the same as `model_id`, found `m2`
    /model/update 400 invalid_model: `litellm_params`: there is no credential; set `api_key`, or `tenant_id`, `client_id` and `client_secret`, or `azure_identity: managed_identity`
    /model/update 400 invalid_field: expected `blocked` to be true or false, found `"yes"`
    /model/delete 400 invalid_field: expected the field `id`, found none
    /model/delete 404 not_found: model not found: there is no model `'; DROP TABLE models; --`
    /health/test_connection 400 invalid_model: `litellm_params`: the key `model` is missing
    /health/test_connection 400 invalid_field: expected `mode` to be `chat`, `embedding`, `responses` or `messages`, found `rerank`
    /health/test_connection 404 not_found: model not found: there is no model `nobody`
    /cost/estimate 400 invalid_field: expected the field `model`, found none
    /cost/estimate 400 invalid_field: expected the field `output_tokens`, found none
    /cost/estimate 400 invalid_field: expected `input_tokens` to be a whole number of zero or more, found `-1`
    /cost/estimate 400 invalid_field: expected `input_tokens` to be a whole number of zero or more, found `1.5`
    /cost/estimate 400 invalid_field: expected `input_tokens` to be a whole number of zero or more, found `1e+30`
    /cost/estimate 400 invalid_field: cached (6) and written (0) tokens exceed the prompt's 5
    /cost/estimate 400 invalid_field: expected a zone of `us`, `eu`, `apac` or `us_gov`, found `mars`
    /cost/estimate 400 invalid_field: expected `service_tier` to be `default`, `priority` or `flex`, found `gold`
    /cost/estimate 400 invalid_field: `azure-model-router` is a model group, whose deployments determine its price; leave out `deployment_type`, `zone`, `region` and `router`
    /cost/estimate 404 model_not_found: the model `nobody` does not exist here; `GET /v1/models` lists those that do
    /spend/calculate 400 invalid_field: expected `completion_response`, or `model` and `messages`, found neither
    /spend/calculate 400 invalid_field: expected the field `model` beside `messages`, found none
    /spend/calculate 400 invalid_field: expected `completion_response` to be a chat completion, found `5`
    /spend/calculate 404 model_not_found: the model `nobody` does not exist here; `GET /v1/models` lists those that do
    /v2/model/info?page=0 400 invalid_field: expected `page` to be a whole number of 1 or more, found `0`
    /v2/model/info?size=x 400 invalid_field: expected `size` to be a whole number of 1 or more, found `x`
    /model/info?litellm_model_id=x 404 not_found: model not found: there is no model `x`
    "#);
    assert_eq!(setup.azure.count(), 0);
    // None of it changed anything.
    assert_eq!(setup.get("/model/info").await.json()["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn keys_without_effect_are_named_and_not_kept() {
    let setup = Setup::new().await;
    let mut new = smart(&setup.azure);
    new["litellm_params"]["aws_secret_access_key"] = "s3cret-of-somebody".into();
    new["litellm_params"]["weight"] = 5.into();
    new["litellm_params"]["api_version"] = "2024-10-21".into();
    new["model_info"]["owner"] = "ann".into();
    new["zone"] = "eu".into();
    new["deployment_type"] = "data_zone".into();
    let row = manage(&setup, "/model/new", new).await;
    assert_json_snapshot!(row["warnings"], @r#"
    [
      "`api_version: 2024-10-21` is not used: the URL is of the form `/openai/v1`",
      "`model_info.owner` is unknown and has no effect",
      "`litellm_params.aws_secret_access_key` is unknown and has no effect, and is not kept",
      "`litellm_params.weight` is unknown and has no effect, and is not kept"
    ]
    "#);
    assert_eq!(row["model_info"]["owner"], "ann");
    assert!(!row.to_string().contains("s3cret-of-somebody"));
    let info = setup.get("/model/info?litellm_model_id=m1").await.json();
    let info = &info["data"][0]["model_info"];
    assert_eq!(info["deployment_type"], "data_zone_standard");
    assert_eq!((&info["zone"], &info["owner"]), (&"eu".into(), &"ann".into()));
}

#[tokio::test]
async fn without_a_key_to_encrypt_with_no_credential_is_taken() {
    let azure = harness::gateway::azure().await;
    let folder = tempfile::tempdir().unwrap();
    let entry = entry(GROUP, "azure_ai/azure-model-router", &azure.openai_v1());
    let file = folder.path().join("config.yaml").display().to_string();
    let config = {
        let text = format!("model_list:\n{entry}upstreams:\n  allowed_hosts: [127.0.0.1]\n");
        Config::parse(&text, &file, &environment).unwrap()
    };
    let gateway =
        Running::start(config, ([127, 0, 0, 1], 0).into(), Workers(1), harness::gateway::clock())
            .await
            .unwrap();
    let setup = Setup { azure, gateway, http: http(), folder };
    assert_eq!(
        refused(&setup, "/model/new", &smart(&setup.azure)).await,
        "409 credential_not_protected: the model `m1`: there is neither `FAREWAY_SALT_KEY` nor a \
         master key to encrypt `api_key` with; set the environment variable `FAREWAY_SALT_KEY` to a \
         long random text, and keep it"
    );
    assert_eq!(setup.get("/model/info").await.json()["data"].as_array().unwrap().len(), 1);
}
