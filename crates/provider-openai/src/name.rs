//! The model strings of compatible servers: `openai/<model>` and its relatives.

use llm_types::UpstreamName;

use crate::{OpenAi, endpoint::OPENAI};

/// Beginnings of model strings that name a model of OpenAI's, or of a compatible server.
pub const PREFIXES: [&str; 4] = [OPENAI, "hosted_vllm/", "lm_studio/", "openai_like/"];

/// Why a model string names no model of a compatible server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Another provider.
    #[error("expected a model such as `openai/<model>` or `hosted_vllm/<model>`, found `{0}`")]
    OtherProvider(String),
    /// Nothing after the prefix.
    #[error("expected the model's name after the prefix, as in `openai/gpt-5-mini`, found `{0}`")]
    NoModel(String),
}

// === impl OpenAi ===

impl OpenAi {
    /// Reads `openai/<model>`, `hosted_vllm/<model>`, `lm_studio/<model>` or `openai_like/<model>`.
    /// The model's name may have slashes. It is never a router's.
    ///
    /// # Errors
    /// When the string has none of these prefixes, or nothing after it.
    pub fn name(written: &str) -> Result<UpstreamName, NameError> {
        let model = PREFIXES
            .iter()
            .find_map(|prefix| written.strip_prefix(prefix))
            .ok_or_else(|| NameError::OtherProvider(written.to_owned()))?;
        if model.trim().is_empty() {
            return Err(NameError::NoModel(written.to_owned()));
        }
        let (written, deployment) = (written.to_owned(), model.to_owned());
        Ok(UpstreamName { written, deployment, router: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expect: Result<&str, &str>) {
        let found = OpenAi::name(written).map(|name| {
            assert!(!name.router && name.written == written);
            name.deployment
        });
        assert_eq!(
            found.map_err(|error| error.to_string()),
            expect.map(str::to_owned).map_err(str::to_owned)
        );
    }

    #[test]
    fn a_prefix_is_followed_by_any_name() {
        check("openai/gpt-5-mini", Ok("gpt-5-mini"));
        check("hosted_vllm/meta-llama/Llama-3.1-8B", Ok("meta-llama/Llama-3.1-8B"));
        check("lm_studio/qwen3:8b", Ok("qwen3:8b"));
        check("openai/model-router", Ok("model-router"));
        check(
            "openai/ ",
            Err(
                "expected the model's name after the prefix, as in `openai/gpt-5-mini`, found `openai/ `",
            ),
        );
        check(
            "gpt-5",
            Err(
                "expected a model such as `openai/<model>` or `hosted_vllm/<model>`, found `gpt-5`",
            ),
        );
        check(
            "azure_ai/x",
            Err(
                "expected a model such as `openai/<model>` or `hosted_vllm/<model>`, found `azure_ai/x`",
            ),
        );
    }
}
