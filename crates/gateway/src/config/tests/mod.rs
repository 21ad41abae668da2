//! Valid configurations, and the messages for invalid ones.

use std::error::Error;

use insta::assert_snapshot;
use secrecy::ExposeSecret as _;

use super::*;

mod books;
mod bounds;
mod calendar;
mod documented;
mod hold;
mod openai;
mod trusted_proxies;

/// A file that is right, as far as it goes.
const GOOD: &str = "\
model_list:
  - model_name: router
    litellm_params:
      model: azure_ai/azure-model-router
      api_base: https://r.cognitiveservices.azure.com/openai/v1/
      api_key: os.environ/KEY
";

fn env(name: &str) -> Option<String> {
    match name {
        "KEY" => Some("the-key".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    }
}

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, "config.yaml", &env)
}

/// The message to the operator: the error and its causes, as the program prints them.
fn error(text: &str) -> String {
    chain(&parse(text).expect_err(text))
}

fn chain(error: &dyn Error) -> String {
    let cause = error.source().map(|cause| format!(": {}", chain(cause)));
    format!("{error}{}", cause.unwrap_or_default())
}

/// `GOOD` with a line in place of another.
fn with(line: &str, instead: &str) -> String {
    assert!(GOOD.contains(line));
    GOOD.replace(line, instead)
}

fn warnings(text: &str) -> String {
    parse(text).unwrap().warnings.join("\n")
}

// === What is right ===

#[test]
fn litellms_file_works_unchanged() {
    let config = parse(&format!("{GOOD}general_settings: {{ master_key: sk-1234 }}\n")).unwrap();
    assert_eq!(config.warnings, [""; 0]);
    assert_eq!(config.master_key.unwrap().expose_secret(), "sk-1234");
    let [configured] = &config.deployments[..] else { panic!("one deployment") };
    assert_eq!(configured.group, "router");
    assert_eq!(configured.deployment.upstream_model, "azure-model-router");
    assert!(configured.deployment.router && configured.deployment.fixed_price.is_none());
    assert_eq!(config.max_request_bytes, 16 << 20);
    assert_eq!(config.retries, None);
    assert!(config.answers.usage_cost);
}

/// `router: false` wins over a name that looks like a router's, and the other way round.
#[test]
fn a_deployment_is_a_router_when_the_configuration_says_so() {
    let router = |text: &str| parse(text).unwrap().deployments[0].deployment.router;
    assert!(!router(&format!("{GOOD}    model_info: {{router: false}}\n")));
    let named = with("azure_ai/azure-model-router", "azure_ai/picker");
    assert!(!router(&named));
    assert!(router(&format!("{named}    model_info: {{router: yes}}\n")));
    assert!(router(&with("azure_ai/azure-model-router", "azure_ai/model_router/picker")));
}

#[test]
fn a_router_may_choose_from_some_models_only() {
    let subset = |value: &str| {
        let text = format!("{GOOD}    model_info: {{router_models: {value}}}\n");
        parse(&text).map(|config| config.deployments[0].subset.clone().map(|pool| pool.patterns))
    };
    let two = ["gpt-5-nano", "gpt-5-mini"].map(str::to_owned).to_vec();
    assert_eq!(subset("[gpt-5-nano, gpt-5-mini]").unwrap().as_ref(), Some(&two));
    assert_eq!(subset("\"gpt-5-nano,gpt-5-mini ,\"").unwrap().as_ref(), Some(&two));
    assert_eq!(subset("null").unwrap(), None);
    for wrong in ["[]", "\",\"", "[[a]]", "[null]", "{a: b}"] {
        let told = subset(wrong).unwrap_err().to_string();
        assert!(told.contains("router_models") && told.contains("a list of names"), "{told}");
    }
}

#[test]
fn a_model_that_no_price_is_known_of_is_doubted() {
    let text = format!(
        "{}    model_info: {{base_model: gpt-99, router_models: ['openai/*', '!antropic/*']}}\n",
        with("azure_ai/azure-model-router", "azure_ai/picker")
    );
    let config = parse(&format!("{text}budgets: {{clamp: true}}\n")).unwrap();
    assert!(config.clamp);
    assert_eq!(config.deployments[0].deployment.base_model.as_deref(), Some("gpt-99"));
    assert_eq!(
        config.warnings,
        [
            "azure_ai/picker: the price table has no model `gpt-99` (`base_model`)",
            "azure_ai/picker: no model of the price table matches `antropic/*` (`router_models`)"
        ]
    );
}

#[test]
fn anchors_aliases_and_merges_work() {
    let text = format!(
        "{}  - model_name: second\n    litellm_params:\n      <<: *azure\n      model: azure_ai/gpt-5-nano\n",
        with("litellm_params:", "litellm_params: &azure")
    );
    let config = parse(&text).unwrap();
    assert_eq!(config.warnings, [""; 0]);
    assert_eq!(config.deployments[1].deployment.upstream_model, "gpt-5-nano");
}

#[test]
fn a_price_is_read_to_its_last_digit() {
    let rates = |input: &str| {
        let info = format!(
            "{GOOD}    model_info: {{input_cost_per_token: {input}, output_cost_per_token: 1e-6}}\n"
        );
        parse(&info).unwrap().deployments[0].deployment.fixed_price.clone().unwrap().rates
    };
    assert_eq!(rates("0.00000005").input, 50_000);
    assert_eq!(rates("5e-8").input, 50_000);
    assert_eq!(rates("\"5E-8\"").input, 50_000);
    assert_eq!(rates("0").input, 0);
    assert_eq!(rates("0.000000000001").input, 1);
    assert_eq!(rates("1").output, Some(1_000_000));
}

#[test]
fn an_empty_master_key_is_none() {
    for empty in ["", "\"\"", "\"  \"", "null", "~"] {
        let config = parse(&format!("{GOOD}general_settings:\n  master_key: {empty}\n")).unwrap();
        assert!(config.master_key.is_none(), "{empty}");
    }
}

#[test]
fn an_id_stays_the_same_from_start_to_start() {
    let id = |text: &str| parse(text).unwrap().deployments[0].deployment.id.to_string();
    assert_eq!(id(GOOD), id(&format!("# a comment\n{GOOD}")));
    assert_ne!(id(GOOD), id(&with("router\n", "other\n")));
    assert_eq!(id(&format!("{GOOD}    model_info: {{id: mine}}\n")), "mine");
}

// === What has no effect ===

#[test]
fn every_key_without_effect_is_named_once_with_its_place() {
    let text = format!(
        "{GOOD}      weight: 6\n      timeout: 30\n    model_info:\n      base_modle: azure/gpt-4o\n      \
         ruoter: true\nenvironment_variables: {{A: b}}\nlitellm_settings:\n  drop_params: true\n\
         router_settings:\n  routing_strategy: latency-based-routing\ngeneral_settings:\n  \
         alerting_threshold: 300\nanswers:\n  usage_costs: true\n"
    );
    assert_snapshot!(warnings(&text), @r#"
    config.yaml:7: `model_list[0].litellm_params.weight` is unknown and has no effect
    config.yaml:8: `model_list[0].litellm_params.timeout` is unknown and has no effect
    config.yaml:10: `model_list[0].model_info.base_modle` is unknown and has no effect
    config.yaml:11: `model_list[0].model_info.ruoter` is unknown and has no effect
    config.yaml:12: `environment_variables` is unknown and has no effect
    config.yaml:14: `litellm_settings.drop_params` is unknown and has no effect
    config.yaml:16: `router_settings.routing_strategy` is unknown and has no effect
    config.yaml:18: `general_settings.alerting_threshold` is unknown and has no effect
    config.yaml:20: `answers.usage_costs` is unknown and has no effect
    "#);
}

#[test]
fn descriptions_are_no_mistakes() {
    let text = format!(
        "{GOOD}    model_info:\n      mode: chat\n      supports_vision: true\n      max_tokens: 4096\n      \
         description: ours\n"
    );
    assert_eq!(warnings(&text), "");
}

// === What is wrong ===

/// All models may be added by API; but a list that seems to have been forgotten causes a warning.
#[test]
fn a_file_without_models_causes_a_warning() {
    for text in ["---\n", "general_settings: {}\n", "model_list:\n", "model_list: []\n"] {
        assert_eq!(parse(text).unwrap().deployments.len(), 0);
        assert_eq!(
            warnings(text),
            "config.yaml:1: `model_list` has no entry, so only models that are added by API are \
             served"
        );
    }
}

#[test]
fn files_that_are_no_configuration() {
    let mut all = String::new();
    for text in [
        "",
        "# only a comment\n",
        "just words",
        "- a\n- list\n",
        "model_list:\n\t- tab: 1\n",
        "model_list: [\n",
        "model_list: {a: 1\n  b: 2}\n",
        "a: 1\na: 2\n",
        "model_list:\n  - *nobody\n",
        "model_list: {}\n",
        "model_list: gpt\n",
        "model_list:\n  - gpt\n",
    ] {
        let shown = text.replace('\n', "⏎").replace('\t', "⇥");
        all += &format!("`{shown}`\n    {}\n", error(text));
    }
    assert_snapshot!(all, @r#"
    ``
        config.yaml: the file is empty; it needs at least a `model_list`
    `# only a comment⏎`
        config.yaml: the file is empty; it needs at least a `model_list`
    `just words`
        config.yaml:1: expected a mapping of keys to values, found `just words`
    `- a⏎- list⏎`
        config.yaml:1: expected a mapping of keys to values, found `a list`
    `model_list:⏎⇥- tab: 1⏎`
        config.yaml:2: this is not valid YAML: tabs disallowed within this context (block indentation)
    `model_list: [⏎`
        config.yaml:2: this is not valid YAML: while parsing a node, did not find expected node content
    `model_list: {a: 1⏎  b: 2}⏎`
        config.yaml:2: this is not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
    `a: 1⏎a: 2⏎`
        config.yaml:2: this is not valid YAML: duplicated key in mapping
    `model_list:⏎  - *nobody⏎`
        config.yaml:2: this is not valid YAML: while parsing node, found unknown anchor
    `model_list: {}⏎`
        config.yaml:1: `model_list`: expected a list, each entry beginning with `- `, found `a mapping`
    `model_list: gpt⏎`
        config.yaml:1: `model_list`: expected a list, each entry beginning with `- `, found `gpt`
    `model_list:⏎  - gpt⏎`
        config.yaml:2: `model_list[0]`: expected a mapping of keys to values, found `gpt`
    "#);
}

#[test]
fn entries_that_cannot_be_served() {
    let base = "api_base: https://r.cognitiveservices.azure.com/openai/v1/";
    let mut all = String::new();
    for (line, instead) in [
        ("  - model_name: router\n", "  - x: 1\n"),
        ("model_name: router", "model_name: [a]"),
        ("model: azure_ai/azure-model-router", "x: 1"),
        ("azure_ai/azure-model-router", "bedrock/nova-pro"),
        ("azure_ai/azure-model-router", "azure_ai/"),
        (base, "x: 1"),
        (base, "api_base: https://ai.azure.com/foundryProject/overview"),
        (base, "api_base: https://portal.azure.com/#home"),
        (base, "api_base: http://r.cognitiveservices.azure.com/openai/v1/"),
        (base, "api_base: r.cognitiveservices.azure.com"),
        (base, "api_base: 7"),
        ("api_key: os.environ/KEY", "x: 1"),
        ("api_key: os.environ/KEY", "api_key: os.environ/NOBODY"),
        ("api_key: os.environ/KEY", "api_key: os.environ/EMPTY"),
        ("api_key: os.environ/KEY", "api_key: {a: b}"),
        ("api_key: os.environ/KEY", "tenant_id: t\n      client_secret: s"),
        ("api_key: os.environ/KEY", "azure_identity: passport"),
        ("api_key: os.environ/KEY", "azure_identity: workload_identity"),
        ("api_key: os.environ/KEY", "api_key: k\n      allow_http: os.environ/KEY"),
    ] {
        all += &format!("{instead}\n    {}\n", error(&with(line, instead)));
    }
    assert_snapshot!(all, @r#"
      - x: 1

        config.yaml:2: `model_list[0]`: the key `model_name` is missing
    model_name: [a]
        config.yaml:2: `model_list[0].model_name`: expected a single value, found `a list`
    x: 1
        config.yaml:3: `model_list[0].litellm_params`: the key `model` is missing
    bedrock/nova-pro
        config.yaml:4: `model_list[0].litellm_params.model`: expected a model such as `azure_ai/<deployment>`, `azure/<deployment>`, `openai/<model>` or `hosted_vllm/<model>`, found `bedrock/nova-pro`
    azure_ai/
        config.yaml:4: `model_list[0].litellm_params.model`: expected the deployment's name after the prefix, as in `azure_ai/my-model-router`, found `azure_ai/`
    x: 1
        config.yaml:3: `model_list[0].litellm_params`: the key `api_base` is missing
    api_base: https://ai.azure.com/foundryProject/overview
        config.yaml:5: `model_list[0].litellm_params.api_base`: `ai.azure.com` is a web portal, not an endpoint; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
    api_base: https://portal.azure.com/#home
        config.yaml:5: `model_list[0].litellm_params.api_base`: `api_base` contains a `#`; remove it and everything after it
    api_base: http://r.cognitiveservices.azure.com/openai/v1/
        config.yaml:5: `model_list[0].litellm_params.api_base`: `http://r.cognitiveservices.azure.com` would carry the key unencrypted; write `https://r.cognitiveservices.azure.com` (`http://` is for this machine, and elsewhere needs `allow_http: true`)
    api_base: r.cognitiveservices.azure.com
        config.yaml:5: `model_list[0].litellm_params.api_base`: `api_base` does not start with `https://`; write `https://r.cognitiveservices.azure.com/openai/v1/`
    api_base: 7
        config.yaml:5: `model_list[0].litellm_params.api_base`: `api_base` does not start with `https://`; write the resource's endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
    x: 1
        config.yaml:3: `model_list[0].litellm_params`: there is no credential; set `api_key: os.environ/AZURE_API_KEY`, or `tenant_id`, `client_id` and `client_secret`, or `azure_identity: managed_identity`
    api_key: os.environ/NOBODY
        config.yaml:6: `model_list[0].litellm_params.api_key`: the environment variable `NOBODY` is not set, or is empty; set it before you start the gateway
    api_key: os.environ/EMPTY
        config.yaml:6: `model_list[0].litellm_params.api_key`: the environment variable `EMPTY` is not set, or is empty; set it before you start the gateway
    api_key: {a: b}
        config.yaml:6: `model_list[0].litellm_params.api_key`: expected a single value, found `a mapping`
    tenant_id: t
          client_secret: s
        config.yaml:3: `model_list[0].litellm_params`: the key `client_id` is missing
    azure_identity: passport
        config.yaml:6: `model_list[0].litellm_params.azure_identity`: expected `managed_identity`, `workload_identity` or `environment`, found `passport`
    azure_identity: workload_identity
        config.yaml:3: `model_list[0].litellm_params`: the environment variable `AZURE_TENANT_ID` is not set, or is empty; set it before you start the gateway
    api_key: k
          allow_http: os.environ/KEY
        config.yaml:7: `model_list[0].litellm_params.allow_http`: expected true or false, found `os.environ/KEY`
    "#);
}

#[test]
fn skus_and_prices_that_make_no_sense() {
    let mut all = String::new();
    for more in [
        "deployment_type: premium",
        "deployment_type: data_zone_standard",
        "zone: mars",
        "deployment_type: regional_standard",
        "deployment_type: [a]",
        "model_info: {input_cost_per_token: cheap, output_cost_per_token: 0}",
        "model_info: {input_cost_per_token: -1, output_cost_per_token: 0}",
        "model_info: {input_cost_per_token: 1e-14, output_cost_per_token: 0}",
        "model_info: {input_cost_per_token: 99999999999999999999, output_cost_per_token: 0}",
        "model_info: {input_cost_per_token: 1, output_cost_per_token: 5}",
        "model_info: {input_cost_per_token: 1e-6}",
        "model_info: {output_cost_per_token: 1e-6}",
        "model_info: {router: perhaps}",
    ] {
        all += &format!("{more}\n    {}\n", error(&format!("{GOOD}    {more}\n")));
    }
    assert_snapshot!(all, @r#"
    deployment_type: premium
        config.yaml:7: `model_list[0].deployment_type`: expected a deployment_type of `global_standard`, `data_zone_standard`, `regional_standard`, `global_batch` or `data_zone_batch`, found `premium`
    deployment_type: data_zone_standard
        config.yaml:7: `model_list[0].deployment_type`: a data zone deployment needs a zone: add `zone: us`, `eu`, `apac` or `us_gov`
    zone: mars
        config.yaml:7: `model_list[0].zone`: expected a zone of `us`, `eu`, `apac` or `us_gov`, found `mars`
    deployment_type: regional_standard
        config.yaml:7: `model_list[0].deployment_type`: a regional deployment needs its Azure region: add for example `region: swedencentral`
    deployment_type: [a]
        config.yaml:7: `model_list[0].deployment_type`: expected a single value, found `a list`
    model_info: {input_cost_per_token: cheap, output_cost_per_token: 0}
        config.yaml:7: `model_list[0].model_info.input_cost_per_token`: expected a price in dollars per token, with at most 12 decimals, found `cheap`
    model_info: {input_cost_per_token: -1, output_cost_per_token: 0}
        config.yaml:7: `model_list[0].model_info.input_cost_per_token`: expected a price in dollars per token, with at most 12 decimals, found `-1`
    model_info: {input_cost_per_token: 1e-14, output_cost_per_token: 0}
        config.yaml:7: `model_list[0].model_info.input_cost_per_token`: expected a price in dollars per token, with at most 12 decimals, found `1e-14`
    model_info: {input_cost_per_token: 99999999999999999999, output_cost_per_token: 0}
        config.yaml:7: `model_list[0].model_info.input_cost_per_token`: expected a price in dollars per token, with at most 12 decimals, found `99999999999999999999`
    model_info: {input_cost_per_token: 1, output_cost_per_token: 5}
        config.yaml:7: `model_list[0].model_info.output_cost_per_token`: expected a price of at most 1 dollar per token (prices here are per token, not per million tokens), found `5`
    model_info: {input_cost_per_token: 1e-6}
        config.yaml:7: `model_list[0].model_info`: the key `output_cost_per_token` is missing
    model_info: {output_cost_per_token: 1e-6}
        config.yaml:7: `model_list[0].model_info`: the key `input_cost_per_token` is missing
    model_info: {router: perhaps}
        config.yaml:7: `model_list[0].model_info.router`: expected true or false, found `perhaps`
    "#);
}

#[test]
fn sections_that_are_wrong() {
    let mut all = String::new();
    for more in [
        "general_settings: 7",
        "general_settings: {master_key: os.environ/NOBODY}",
        "general_settings: {master_key: os.environ/EMPTY}",
        "general_settings: {master_key: [sk-1]}",
        "general_settings: {max_request_size_mb: many}",
        "router_settings: {num_retries: -1}",
        "router_settings: {timeout: 0}",
        "router_settings: {num_retries: os.environ/KEY}",
        "answers: {usage_cost: 7}",
        "answers: {on_client_disconnect: panic}",
        "pricing: {overlay: nobody.json}",
        "pricing: {confirmed: xai-reasoning}",
        "pricing: {confirmed: [xai-reasoning, grok]}",
    ] {
        all += &format!("{more}\n    {}\n", error(&format!("{GOOD}{more}\n")));
    }
    assert_snapshot!(all, @r#"
    general_settings: 7
        config.yaml:7: `general_settings`: expected a mapping of keys to values, found `7`
    general_settings: {master_key: os.environ/NOBODY}
        config.yaml:7: `general_settings.master_key`: the environment variable `NOBODY` is not set, or is empty; set it before you start the gateway
    general_settings: {master_key: os.environ/EMPTY}
        config.yaml:7: `general_settings.master_key`: the environment variable `EMPTY` is not set, or is empty; set it before you start the gateway
    general_settings: {master_key: [sk-1]}
        config.yaml:7: `general_settings.master_key`: expected a single value, found `a list`
    general_settings: {max_request_size_mb: many}
        config.yaml:7: `general_settings.max_request_size_mb`: expected a whole number, found `many`
    router_settings: {num_retries: -1}
        config.yaml:7: `router_settings.num_retries`: expected a whole number from 0 to 1000, found `-1`
    router_settings: {timeout: 0}
        config.yaml:7: `router_settings.timeout`: expected seconds, more than 0 and at most 86400, found `0`
    router_settings: {num_retries: os.environ/KEY}
        config.yaml:7: `router_settings.num_retries`: expected a whole number from 0 to 1000, found `os.environ/KEY`
    answers: {usage_cost: 7}
        config.yaml:7: `answers.usage_cost`: expected true or false, found `7`
    answers: {on_client_disconnect: panic}
        config.yaml:7: `answers.on_client_disconnect`: expected `estimate` or `drain`, found `panic`
    pricing: {overlay: nobody.json}
        config.yaml:7: `pricing.overlay`: cannot read `nobody.json`: No such file or directory (os error 2)
    pricing: {confirmed: xai-reasoning}
        config.yaml:7: `pricing.confirmed`: expected a list of names, at least one, found `xai-reasoning`
    pricing: {confirmed: [xai-reasoning, grok]}
        config.yaml:7: `pricing.confirmed`: no billing rule is named `grok`; expected one of `xai-reasoning`
    "#);
}

#[test]
fn one_id_is_one_deployment() {
    let named = format!(
        "{GOOD}    model_info: {{id: mine}}
"
    );
    let second = named.trim_start_matches(
        "model_list:
",
    );
    assert_snapshot!(error(&format!("{named}{second}")), @"config.yaml:13: `model_list[1].model_info.id`: another deployment already has this id");
}

#[test]
fn a_price_file_that_breaks_rules_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.yaml");
    std::fs::write(&config, format!("{GOOD}pricing:\n  overlay: ours.json\n")).unwrap();
    std::fs::write(folder.path().join("ours.json"), "{\"format\": 7}").unwrap();
    let error = chain(&Config::read(&config, &env).unwrap_err());
    let folder = format!("{}/", folder.path().display());
    assert_snapshot!(error.replace(&folder, ""), @"config.yaml:8: `pricing.overlay`: the price file cannot be used: ours.json: format: expected value at line 1 column 12");
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| {
        let error = chain(&Config::read(&folder.path().join(name), &env).unwrap_err());
        error.replace(&format!("{}/", folder.path().display()), "")
    };
    std::fs::write(folder.path().join("latin-1.yaml"), b"model_list: \xe9\n").unwrap();
    assert_snapshot!(read("nobody.yaml"), @"cannot read `nobody.yaml`: No such file or directory (os error 2)");
    assert_snapshot!(read("latin-1.yaml"), @"cannot read `latin-1.yaml`: stream did not contain valid UTF-8");
    assert_snapshot!(read(""), @"cannot read ``: Is a directory (os error 21)");
}

/// As with `LiteLLM`, where that gives a deployment a larger share of the requests.
#[test]
fn a_deployment_may_be_listed_twice() {
    let second = GOOD.trim_start_matches("model_list:\n");
    let config = parse(&format!("{GOOD}{second}")).unwrap();
    let [first, second] = &config.deployments[..] else { panic!("two deployments") };
    assert_eq!(*second.deployment.id, format!("{}-2", first.deployment.id));
}

/// Nothing here takes long, or much of the stack, for a file that is long.
#[test]
fn a_long_file_is_only_long() {
    let mut text = GOOD.to_owned();
    for number in 0..2_000 {
        let entry = GOOD.trim_start_matches("model_list:\n");
        text += &entry.replace("model_name: router", &format!("model_name: router-{number}"));
    }
    assert_eq!(parse(&text).unwrap().deployments.len(), 2_001);
}
