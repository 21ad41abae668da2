//! The configuration as it is shown: every key with its line and value, without secrets and without
//! values of unknown keys, which may be secrets.

use std::collections::BTreeSet;

use saphyr::{MarkedYaml, YamlData};

use super::yaml_tree::{self, Place, Tree};

/// One key of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The keys that lead there: `model_list[0].litellm_params.model`.
    pub key: String,
    /// Its line, from 1.
    pub line: usize,
    /// As it is written, or `•••`; `None`: nothing is written there.
    pub value: Option<String>,
    /// Whether it has an effect.
    pub honoured: bool,
}

/// Shown instead of a secret.
pub(super) const HIDDEN: &str = "•••";

/// Words that the names of secrets contain.
const SECRETS: [&str; 6] = ["key", "token", "secret", "password", "credential", "auth"];
/// Names that look like those of secrets: counts and prices of tokens.
const OPEN: [&str; 3] = ["cost", "max_", "azure_authority_host"];
/// Addresses that hold a user's name and password.
const ADDRESSES: [&str; 2] = ["database_url", "redis_url"];

/// Every key of a file, in its order.
pub(super) fn settings(tree: &Tree<'_>) -> Vec<Setting> {
    let unknown: BTreeSet<String> =
        tree.unknown().iter().map(|place| place.path().to_owned()).collect();
    let mut all = Vec::new();
    let root = Place::default();
    walk(tree.node(), &root, &unknown, &mut all);
    all
}

fn walk(node: &MarkedYaml<'_>, place: &Place, unknown: &BTreeSet<String>, to: &mut Vec<Setting>) {
    match &node.data {
        YamlData::Mapping(_) => {
            // A key that is written here counts before one that is merged in.
            let mut written = BTreeSet::new();
            let entries = yaml_tree::entries(node).into_iter();
            for (key, value) in entries.filter(|(key, _)| written.insert(yaml_tree::shown(key))) {
                let place = place.key(&yaml_tree::shown(key), key.span.start.line());
                // Nobody knows what is below an unknown key: it may be a misspelt secret.
                if unknown.contains(place.path()) {
                    to.push(Setting::new(&place, Some(HIDDEN.to_owned()), false));
                } else {
                    walk(value, &place, unknown, to);
                }
            }
        }
        YamlData::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &place.index(index, item), unknown, to);
            }
        }
        YamlData::Representation(text, ..) if !yaml_tree::is_null(&node.data) => {
            to.push(Setting::new(place, Some(seen(place.path(), text)), true));
        }
        _ => to.push(Setting::new(place, None, true)),
    }
}

/// A value as it may be seen.
fn seen(path: &str, text: &str) -> String {
    // The name of a variable is no secret.
    if text.starts_with("os.environ/") {
        return text.to_owned();
    }
    let name = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let secret = SECRETS.iter().any(|part| name.contains(part))
        && !OPEN.iter().any(|part| name.contains(part));
    if secret || ADDRESSES.contains(&&*name) {
        return HIDDEN.to_owned();
    }
    // An address may name a user, or have a key in its query.
    match text.split_once("://") {
        Some((_, rest)) if rest.contains('@') => HIDDEN.to_owned(),
        Some(_) => match text.split_once('?') {
            Some((address, query)) if !query.starts_with("api-version=") || query.contains('&') => {
                format!("{address}?{HIDDEN}")
            }
            _ => text.to_owned(),
        },
        None => text.to_owned(),
    }
}

// === impl Setting ===

impl Setting {
    fn new(place: &Place, value: Option<String>, honoured: bool) -> Self {
        Self { key: place.path().to_owned(), line: place.line(), value, honoured }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn addresses_are_shown_without_what_may_be_secret() {
        for (path, text, expect) in [
            ("a.api_base", "https://r.openai.azure.com/openai/v1/", None),
            ("a.api_base", "https://r.openai.azure.com/x?api-version=2024-10-21", None),
            (
                "a.api_base",
                "https://r.openai.azure.com/x?code=1",
                Some("https://r.openai.azure.com/x?•••"),
            ),
            ("a.api_base", "https://ann:pw@r.openai.azure.com", Some(HIDDEN)),
            ("general_settings.database_url", "postgres://host/books", Some(HIDDEN)),
            ("general_settings.database_url", "os.environ/DATABASE_URL", None),
            ("a.max_tokens", "5", None),
            ("a.api_key", "k", Some(HIDDEN)),
        ] {
            assert_eq!(seen(path, text), expect.unwrap_or(text), "{path}");
        }
    }

    #[test]
    fn secrets_and_what_nobody_knows_are_hidden() {
        let text = "\
model_list:
  - model_name: a
    litellm_params: &params
      model: azure_ai/model-router
      api_base: https://r.openai.azure.com/openai/v1/
      api_key: hidden-azure-key
      rpm: 5
    model_info: {max_tokens: 10, input_cost_per_token: 5e-8, output_cost_per_token: 4e-7}
  - model_name: b
    litellm_params:
      <<: *params
      api_key: os.environ/OTHER
general_settings:
  master_key: hidden-master-key
  odd: {deep: hidden-in-what-nobody-knows}
litellm_settings:
";
        let config = Config::parse(text, "config.yaml", &|_| Some("hidden-variable".to_owned()));
        let settings = config.unwrap().settings;
        let lines: Vec<String> = settings
            .iter()
            .map(|Setting { key, line, value, honoured }| {
                let value = value.as_deref().unwrap_or("nothing");
                format!("{line} {key} = {value}{}", if *honoured { "" } else { " (no effect)" })
            })
            .collect();
        assert!(!lines.concat().contains("hidden"), "{lines:#?}");
        insta::assert_snapshot!(lines.join("\n"), @r"
        2 model_list[0].model_name = a
        4 model_list[0].litellm_params.model = azure_ai/model-router
        5 model_list[0].litellm_params.api_base = https://r.openai.azure.com/openai/v1/
        6 model_list[0].litellm_params.api_key = •••
        7 model_list[0].litellm_params.rpm = 5
        8 model_list[0].model_info.max_tokens = 10
        8 model_list[0].model_info.input_cost_per_token = 5e-8
        8 model_list[0].model_info.output_cost_per_token = 4e-7
        9 model_list[1].model_name = b
        12 model_list[1].litellm_params.api_key = os.environ/OTHER
        4 model_list[1].litellm_params.model = azure_ai/model-router
        5 model_list[1].litellm_params.api_base = https://r.openai.azure.com/openai/v1/
        7 model_list[1].litellm_params.rpm = 5
        14 general_settings.master_key = •••
        15 general_settings.odd = ••• (no effect)
        16 litellm_settings = nothing
        ");
    }
}
