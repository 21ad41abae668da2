//! OpenAI and compatible servers: `openai/<model>`, `hosted_vllm/<model>` and their relatives.

use std::sync::Arc;

use cost_model::Sku;
use llm_types::UpstreamName;
use provider_openai::{Endpoint, OpenAi, PREFIXES};
use upstream_http::{Connector as _, Transport};

use super::{ConfigError, Connection, Mistake, Preview, ProviderKind, Table, Written};

/// Servers with OpenAI's API. What they answer has the operator's own price, or none.
pub(super) struct Compatible;

impl ProviderKind for Compatible {
    fn prefixes(&self) -> &'static [&'static str] {
        &PREFIXES
    }

    fn examples(&self) -> &'static [&'static str] {
        &["openai/<model>", "hosted_vllm/<model>"]
    }

    fn name(&self, model: &str) -> Result<Option<UpstreamName>, Mistake> {
        Ok(Some(OpenAi::name(model)?))
    }

    fn sku(&self) -> Option<Sku> {
        Some(Sku::external())
    }

    fn connect(
        &self,
        params: &mut Table<'_, '_>,
        name: &UpstreamName,
        transport: &Transport,
    ) -> Result<Connection, ConfigError> {
        let base = params.scalar("api_base")?;
        let allow_http = params.flag("allow_http")? == Some(true);
        let text = base.as_ref().map(|base| base.text.as_str());
        let place = base.as_ref().map_or_else(|| params.place(), |base| &base.place);
        let endpoint = Endpoint::parse(&name.written, text, allow_http)
            .map_err(|source| ConfigError::of_provider(place, source))?;
        let openai = OpenAi::new(endpoint, params.secret("api_key")?, transport.clone())
            .map_err(|source| ConfigError::of_provider(params.place(), source))?;
        Ok(Connection {
            provider: openai.over(transport),
            connector: Arc::new(openai),
            shown: base.into_iter().map(|base| ("api_base", base.text)).collect(),
        })
    }

    fn preview(&self, written: &Written<'_>) -> Result<Option<Preview>, Mistake> {
        let endpoint = Endpoint::parse(written.model, written.api_base, written.allow_http)?;
        Ok(Some(Preview {
            url: endpoint.url().to_owned(),
            form: "/chat/completions".to_owned(),
            needs_token: false,
            warnings: Vec::from_iter(endpoint.warning().map(str::to_owned)),
        }))
    }
}
