//! Models of OpenAI and of compatible servers.

use insta::assert_snapshot;

use super::{error, parse};

/// A configuration with these parameters, and these keys of `model_info`.
fn with(params: &str, info: &str) -> String {
    format!(
        "model_list:\n  - model_name: own\n    litellm_params: {{{params}}}\n    model_info: {{{info}}}\n"
    )
}

const PRICED: &str = "input_cost_per_token: 0, output_cost_per_token: 0";

#[test]
fn each_has_an_address_a_name_and_no_sku_of_azures() {
    let vllm = "model: hosted_vllm/meta/Llama-3, api_base: 'http://127.0.0.1:8000'";
    for (params, url) in [
        (vllm, "http://127.0.0.1:8000/v1/chat/completions"),
        ("model: openai/gpt-5, api_key: k", "https://api.openai.com/v1/chat/completions"),
    ] {
        let config = parse(&with(params, PRICED)).unwrap();
        assert_eq!(config.warnings, [""; 0]);
        let deployment = &config.deployments[0].deployment;
        assert_eq!(deployment.provider.endpoint(), url);
        assert!(deployment.sku.is_external() && !deployment.router);
    }
}

#[test]
fn keys_without_effect_are_named() {
    let params = "model: openai/model-router, api_key: k, api_version: v1, azure_identity: x";
    let info = "router: true, router_models: [a], deployment_type: global_standard";
    let config = parse(&with(params, info)).unwrap();
    assert!(!config.deployments[0].deployment.router);
    assert_snapshot!(config.warnings.join("\n"), @r"
    openai/model-router: it has no price, so that the cost of its requests is `unpriced`: set `input_cost_per_token` and `output_cost_per_token`, or a price with `deployment: external` in `pricing.overlay`
    config.yaml:3: `model_list[0].litellm_params.api_version` is unknown and has no effect
    config.yaml:3: `model_list[0].litellm_params.azure_identity` is unknown and has no effect
    config.yaml:4: `model_list[0].model_info.router` is unknown and has no effect
    config.yaml:4: `model_list[0].model_info.router_models` is unknown and has no effect
    config.yaml:4: `model_list[0].model_info.deployment_type` is unknown and has no effect
    ");
}

#[test]
fn an_address_that_cannot_be_called_is_refused() {
    let messages = [
        "model: openai/gpt-5",
        "model: openai/, api_key: k",
        "model: hosted_vllm/x",
        "model: hosted_vllm/x, api_base: 'http://gpu-1:8000'",
        "model: hosted_vllm/x, api_base: 'https://gpu-1', api_key: 'two words'",
    ]
    .map(|params| error(&with(params, PRICED)));
    assert_snapshot!(messages.join("\n"), @r"
    config.yaml:3: `model_list[0].litellm_params`: OpenAI requires a key; add `api_key`
    config.yaml:3: `model_list[0].litellm_params.model`: expected the model's name after the prefix, as in `openai/gpt-5-mini`, found `openai/`
    config.yaml:3: `model_list[0].litellm_params`: `api_base` is missing; write the server's address, such as `http://127.0.0.1:8000/v1`
    config.yaml:3: `model_list[0].litellm_params.api_base`: `http://gpu-1:8000` would carry prompts and the key unencrypted; write `https://gpu-1:8000`, or set `allow_http: true`
    config.yaml:3: `model_list[0].litellm_params`: the key contains white space, a line break or another character that a header cannot contain
    ");
}
