//! The configuration of gateways in tests, as text: one template for all of them.

/// The group of most tests.
pub const GROUP: &str = "azure-model-router";
/// Azure's router, as LiteLLM names it.
pub const ROUTER: &str = "azure_ai/azure-model-router";

/// An entry of `model_list`, whose credential is in the environment variable `AZURE_KEY`.
pub fn entry(group: &str, model: &str, api_base: &str) -> String {
    format!(
        "  - model_name: {group}\n    litellm_params:\n      model: {model}\n      \
         api_base: {api_base}\n      api_key: os.environ/AZURE_KEY\n"
    )
}

/// A whole configuration: entries, and sections that follow `master_key` in `general_settings`. The
/// master key is in the environment variable `MASTER_KEY`.
pub fn config(entries: &str, sections: &str) -> String {
    // Azure is on loopback here, also for models that are added by API.
    let upstreams = match sections.contains("upstreams:") {
        true => "",
        false => "upstreams:\n  allowed_hosts: [127.0.0.1]\n",
    };
    format!("model_list:\n{entries}{upstreams}{}", settings(sections))
}

/// The master key, and further sections.
pub fn settings(sections: &str) -> String {
    format!("general_settings:\n  master_key: os.environ/MASTER_KEY\n{sections}")
}
