//! A deployment as arguments, and as the fields of a request.

use std::io::{self, IsTerminal, Read};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    args::{
        key_source::{Key, from_environment},
        sku::SkuArguments,
    },
    output::command_error::Failure,
};

/// How a deployment is reached and sold.
#[derive(clap::Args)]
pub(super) struct DeploymentArguments {
    /// The deployment on Azure, as `azure_ai/<deployment>`
    #[arg(long, value_name = "NAME")]
    deployment: Option<String>,
    /// Its endpoint, such as `https://RESOURCE.services.ai.azure.com/openai/v1/`
    #[arg(long, value_name = "URL")]
    api_base: Option<String>,
    /// The environment variable that holds Azure's key; without it standard input is read
    #[arg(long, value_name = "NAME")]
    api_key_env: Option<String>,
    /// The version of Azure's API, where the endpoint needs one
    #[arg(long, value_name = "VERSION")]
    api_version: Option<String>,
    /// Whether a router chooses the model there, so that Azure charges the routing fee; by default
    /// its name decides
    #[arg(long, value_name = "true|false", hide_possible_values = true)]
    router: Option<bool>,
    #[command(flatten)]
    sku: SkuArguments,
}

/// A deployment as the gateway reads it. It holds a key, so it is never shown.
#[derive(Default, Serialize)]
pub(super) struct Body {
    #[serde(skip_serializing_if = "Map::is_empty")]
    litellm_params: Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    model_info: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_name: Option<String>,
}

// === impl DeploymentArguments ===

impl DeploymentArguments {
    /// Whether anything was said of a deployment.
    pub(super) fn is_empty(&self) -> bool {
        self.deployment.is_none() && self.api_base.is_none()
    }

    /// The deployment that they describe, with its key.
    pub(super) fn body(&self) -> Result<Body, Failure> {
        let (Some(deployment), Some(api_base)) = (&self.deployment, &self.api_base) else {
            return Err(Failure::usage("a deployment needs --deployment and --api-base"));
        };
        // Errors in it are reported before the key is read.
        self.sku.sku()?;
        let mut body = Body::default();
        let params = [("model", deployment), ("api_base", api_base)];
        let version = self.api_version.iter().map(|version| ("api_version", version));
        for (name, value) in params.into_iter().chain(version) {
            body.litellm_params.insert(name.to_owned(), value.as_str().into());
        }
        for (name, value) in self.sku.written() {
            if let Some(value) = value {
                body.litellm_params.insert(name.to_owned(), value.into());
            }
        }
        if let Some(router) = self.router {
            body.model_info.insert("router".to_owned(), router.into());
        }
        body.litellm_params.insert("api_key".to_owned(), self.key()?.into());
        Ok(body)
    }

    fn key(&self) -> Result<String, Failure> {
        use secrecy::ExposeSecret as _;

        if let Some(name) = &self.api_key_env {
            // The name is not repeated, in case it is the key by mistake.
            let Key { secret, .. } = from_environment(name).ok_or_else(|| {
                Failure::usage("the variable that --api-key-env names is not set")
            })?;
            return Ok(secret.expose_secret().to_owned());
        }
        if io::stdin().is_terminal() {
            return Err(Failure::usage("expected Azure's key on standard input, found a terminal")
                .advise("Name the variable that holds it with --api-key-env, or write `< FILE`."));
        }
        let mut text = String::new();
        // A key is short; the bound is for a wrong file.
        io::stdin().lock().take(1 << 16).read_to_string(&mut text)?;
        let key = text.trim();
        if key.is_empty() {
            return Err(Failure::usage("expected Azure's key on standard input, found nothing")
                .advise("Name the variable that holds it with --api-key-env, or write `< FILE`."));
        }
        Ok(key.to_owned())
    }
}

// === impl Body ===

impl Body {
    /// A deployment that the gateway knows.
    pub(super) fn known(id: &str) -> Self {
        let mut body = Self::default();
        body.model_info.insert("id".to_owned(), id.into());
        body
    }

    pub(super) fn group(&mut self, name: &str) {
        self.model_name = Some(name.to_owned());
    }
}
