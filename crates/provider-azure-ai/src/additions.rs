//! Table of the added parameters that each API version and each family of models accepts.
//!
//! | endpoint | model | usage option | bound |
//! |---|---|---|---|
//! | `/openai/deployments`, `api-version` before 2024-09-01-preview | any | none | `max_tokens` |
//! | any other | OpenAI's, xAI's, a router's, unknown names | `stream_options` | `max_completion_tokens` |
//! | any other | Mistral's | none: its streams report their usage unasked | `max_tokens` |
//! | any other | other vendors' | `stream_options` | `max_tokens` |
//!
//! Sources:
//! - Versions: Microsoft's "Azure OpenAI API preview lifecycle", "Changes between 2024-09-01-preview and
//!   2024-08-01-preview": `max_completion_tokens`, `stream_options` and `include_usage` were added.
//!   2024-10-21 is the first stable version that has them.
//! - OpenAI's reasoning models refuse `max_tokens` and take `max_completion_tokens`; measured with 14
//!   deployments in 2026-10, xAI's among them.
//! - Mistral on Foundry answers `max_completion_tokens` with 422 `extra_forbidden` (pydantic-ai issue 6593 of
//!   2026-07, LiteLLM issue 26322), and `stream_options.include_usage` as well (LiteLLM issue 11696).
//! - Other vendors: Microsoft's model inference API (2024-05-01-preview) documents `max_tokens` alone.
//!
//! The rest is learned from refusals, by the client of this crate.

use llm_types::{Additions, BoundName};

use crate::{Endpoint, EndpointForm};

/// The day of the first API version of `/openai/deployments` that takes `stream_options` and
/// `max_completion_tokens`.
const SINCE: &str = "2024-09-01";

/// Families of OpenAI's and xAI's models; `o` is what is left of `o4-mini`.
const FIRST: [&str; 4] = ["codex", "gpt", "grok", "o"];

/// Families of Mistral's models.
const MISTRAL: [&str; 9] = [
    "codestral",
    "devstral",
    "magistral",
    "ministral",
    "mistral",
    "mistralai",
    "mixtral",
    "pixtral",
    "voxtral",
];

/// Families of models by other vendors than OpenAI and xAI.
const OTHERS: [&str; 16] = [
    "ai21", "cohere", "command", "deepseek", "falcon", "glm", "jais", "jamba", "kimi", "llama",
    "mai", "meta", "minimax", "phi", "qwen", "tsuzumi",
];

/// The parameters that may be added to a request for a model; `None`: a router chooses the model.
pub(crate) fn of(endpoint: &Endpoint, model: Option<&str>) -> Additions {
    let all = Additions::default();
    let older = Additions { bound: Some(BoundName::MaxTokens), ..all };
    if endpoint.form() == EndpointForm::Deployments && is_old(endpoint.version()) {
        return Additions { usage: false, ..older };
    }
    let model = model.unwrap_or_default();
    if is_of(model, &MISTRAL) {
        Additions { usage: false, ..older }
    } else if is_of(model, &OTHERS) {
        older
    } else {
        all
    }
}

/// Whether a model is by its name OpenAI's, xAI's, Mistral's, or of another vendor that is not Anthropic.
pub(crate) fn is_known(model: &str) -> bool {
    is_of(model, &FIRST) || is_of(model, &MISTRAL) || is_of(model, &OTHERS)
}

/// Whether a name has one of these as a whole word: `commander` is not Cohere's `command`.
fn is_of(model: &str, families: &[&str]) -> bool {
    let model = model.to_ascii_lowercase();
    model.split(|letter: char| !letter.is_ascii_alphabetic()).any(|word| families.contains(&word))
}

/// Whether a version is older than [`SINCE`]. Versions begin with their day; others are names for the
/// newest.
fn is_old(version: Option<&str>) -> bool {
    version.is_some_and(|version| {
        // Dates in this form compare as text: `2024-08-01-preview` is less than `2024-09-01`.
        version.starts_with(|first: char| first.is_ascii_digit()) && version < SINCE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the accepted parameters: the usage option, and the name of the bound.
    #[track_caller]
    fn check(api_base: &str, version: Option<&str>, model: Option<&str>, expect: (bool, &str)) {
        let endpoint = Endpoint::parse(api_base, version, "d").unwrap();
        let Additions { usage, bound, .. } = of(&endpoint, model);
        let bound = bound.map_or("-", BoundName::key);
        assert_eq!((usage, bound), expect, "{endpoint} {model:?}");
    }

    const HOST: &str = "https://r.openai.azure.com";
    const NEW: (bool, &str) = (true, "max_completion_tokens");
    const OLD: (bool, &str) = (false, "max_tokens");

    #[test]
    fn old_api_versions_take_less() {
        for version in ["2023-05-15", "2024-02-01", "2024-06-01", "2024-08-01-preview"] {
            check(HOST, Some(version), Some("gpt-4o"), OLD);
            check(HOST, Some(version), None, OLD);
        }
        let in_url = format!("{HOST}/openai/deployments/d/chat/completions?api-version=2024-06-01");
        check(&in_url, Some("2025-04-01-preview"), Some("gpt-4o"), OLD);
        for version in ["2024-09-01-preview", "2024-10-21", "2025-04-01-preview", "v1", "preview"] {
            check(HOST, Some(version), Some("gpt-4o"), NEW);
        }
        check(HOST, None, None, NEW);
        check(&format!("{HOST}/openai/deployments/d"), None, Some("o4-mini"), NEW);
        // The model inference API has versions of its own.
        let models = "https://r.services.ai.azure.com/models";
        check(models, Some("2024-05-01-preview"), Some("gpt-5"), NEW);
    }

    #[test]
    fn families_take_what_is_known_of_them() {
        let base = "https://r.services.ai.azure.com/openai/v1/";
        for model in ["gpt-5-mini", "o4-mini", "grok-4", "gpt-oss-120b", "prod-chat", "summarize"] {
            check(base, None, Some(model), NEW);
        }
        for model in
            ["Mistral-Large-3", "ministral-3b", "prod_codestral", "mistralai/Mixtral-8x22B"]
        {
            check(base, None, Some(model), OLD);
        }
        for model in
            ["DeepSeek-V3.2", "Llama-4-Maverick-17B", "FW-Kimi-K3", "Phi-4", "cohere-command-a"]
        {
            check(base, None, Some(model), (true, "max_tokens"));
        }
        check(base, None, None, NEW);
    }
}
