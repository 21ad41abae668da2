//! Warnings about endpoints that work, but perhaps not as meant.

use std::fmt;

use super::{EndpointForm, is_symbolic, route::Route};

/// Something in the configuration that works, but perhaps not as meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// An `api_version` was given that the URL has no use for.
    ApiVersionIgnored {
        /// The version given.
        given: String,
        /// The form of the URL.
        form: EndpointForm,
    },
    /// The URL names a deployment, and it is not the one that is configured.
    DeploymentInUrl {
        /// The one in the URL, which Azure goes by.
        in_url: String,
        /// The one configured.
        configured: String,
    },
    /// Project endpoints answer 401 to keys; they want an Entra token.
    ProjectNeedsToken,
    /// A key as `Authorization: Bearer` is documented for the v1 API only.
    BearerKeyOnClassic,
}

/// The parts of the configuration that `route` does not use.
pub(super) fn of(
    route: &Route,
    in_url: Option<&str>,
    param: Option<&str>,
    configured: &str,
) -> Vec<Warning> {
    let v1 = matches!(route.form, EndpointForm::V1 | EndpointForm::Project);
    // The same version in both places contradicts nothing.
    let param = param.filter(|param| in_url.is_none_or(|in_url| in_url != *param));
    // A dated version is of no use to the v1 API, and a symbolic one only there.
    let ignored = param.filter(|param| in_url.is_some() || v1 != is_symbolic(param));
    let version = ignored
        .map(|given| Warning::ApiVersionIgnored { given: given.to_owned(), form: route.form });
    let deployment = route.deployment.as_deref().filter(|in_url| *in_url != configured);
    let deployment = deployment.map(|in_url| Warning::DeploymentInUrl {
        in_url: in_url.to_owned(),
        configured: configured.to_owned(),
    });
    version.into_iter().chain(deployment).collect()
}

// === impl Warning ===

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ApiVersionIgnored { given, form } => {
                write!(f, "`api_version: {given}` is not used: the URL is of the form `{form}`")
            }
            Self::DeploymentInUrl { in_url, configured } => write!(
                f,
                "requests go to deployment `{in_url}`, which the URL names, not to `{configured}`"
            ),
            Self::ProjectNeedsToken => f.write_str(
                "project endpoints take Entra tokens only: expect 401 with a key; write the \
                 resource's endpoint `https://RESOURCE.services.ai.azure.com/openai/v1/` instead",
            ),
            Self::BearerKeyOnClassic => f.write_str(
                "a key as `Authorization: Bearer` is documented for `/openai/v1` only; send it as \
                 `api-key` instead",
            ),
        }
    }
}
