//! The addresses on which Azure accepts requests to models, and what each one requires.

/// One of Azure's forms of the endpoint of an API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) form: Form,
    /// The deployment in the path; otherwise the body's `model` names it.
    pub(crate) deployment: Option<String>,
    /// `api-version`, where one is needed.
    pub(crate) version: Option<String>,
}

/// Which generation of the API an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `/openai/v1/…`: no version needed, the key may be a bearer token, `auto` works.
    V1,
    /// `/openai/deployments/{deployment}/…` and `/models/…`.
    Versioned,
    /// `/api/projects/{project}/openai/v1/…`: Entra tokens for Foundry only.
    Project,
}

// === impl Endpoint ===

impl Endpoint {
    /// The chat endpoint at this address; nothing when there is none.
    pub(crate) fn of_chat(path: &str, query: Option<&str>) -> Option<Self> {
        Self::of(&["chat", "completions"], path, query)
    }

    /// The endpoint of embeddings at this address; nothing when there is none.
    pub(crate) fn of_embeddings(path: &str, query: Option<&str>) -> Option<Self> {
        Self::of(&["embeddings"], path, query)
    }

    /// The endpoint of responses at this address; nothing when there is none. Dated versions have it
    /// beside the deployments.
    pub(crate) fn of_responses(path: &str, query: Option<&str>) -> Option<Self> {
        if path.trim_matches('/') == "openai/responses" {
            let version = query_value(query, "api-version").filter(|version| !version.is_empty());
            return version.map(|version| Self {
                form: Form::Versioned,
                deployment: None,
                version: Some(version),
            });
        }
        Self::of(&["responses"], path, query).filter(|endpoint| endpoint.form != Form::Versioned)
    }

    /// The endpoint of responses that a path is below, and the rest of the path.
    pub(crate) fn below_responses<'a>(
        path: &'a str,
        query: Option<&str>,
    ) -> Option<(Self, &'a str)> {
        let at = path.find("/responses/")? + "/responses".len();
        let endpoint = Self::of_responses(&path[..at], query)?;
        Some((endpoint, path[at + 1..].trim_end_matches('/')))
    }

    /// The endpoint of the API whose paths end like this.
    fn of(api: &[&str], path: &str, query: Option<&str>) -> Option<Self> {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let version = query_value(query, "api-version").filter(|version| !version.is_empty());
        let (form, deployment) = match segments.strip_suffix(api)? {
            ["openai", "v1"] => (Form::V1, None),
            ["openai", "deployments", deployment] => {
                (Form::Versioned, Some((*deployment).to_owned()))
            }
            ["models"] => (Form::Versioned, None),
            ["api", "projects", _, "openai", "v1"] => (Form::Project, None),
            _ => return None,
        };
        // Azure answers 404 without a version, as for an unknown address.
        if form == Form::Versioned && version.is_none() {
            return None;
        }
        Some(Self { form, deployment, version })
    }
}

/// The value of a query parameter, percent signs undone.
pub(crate) fn query_value(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(known, _)| *known == name).map(|(_, value)| decoded(value))
}

/// `value` without form encoding; bytes that are no UTF-8 are replaced.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = code.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        rest = after;
        match (first, code) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(path: &str, query: &str) -> Option<Form> {
        Endpoint::of_chat(path, Some(query)).map(|endpoint| endpoint.form)
    }

    #[test]
    fn every_form_is_known() {
        assert_eq!(form("/openai/v1/chat/completions", ""), Some(Form::V1));
        assert_eq!(form("/api/projects/p/openai/v1/chat/completions", ""), Some(Form::Project));
        let versioned = "api-version=2024-10-21";
        assert_eq!(form("/models/chat/completions", versioned), Some(Form::Versioned));
        let path = "/openai/deployments/d/chat/completions";
        assert_eq!(form(path, versioned), Some(Form::Versioned));
        assert_eq!(form(path, ""), None);
        assert_eq!(form(path, "api-version="), None);
        assert_eq!(form("/chat/completions", versioned), None);
    }

    #[test]
    fn queries_are_decoded() {
        let query = Some("resource=https%3A%2F%2Fai.azure.com&a=b+c%2");
        assert_eq!(query_value(query, "resource").unwrap(), "https://ai.azure.com");
        assert_eq!(query_value(query, "a").unwrap(), "b c%2");
    }
}
