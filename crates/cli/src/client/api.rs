//! Calls to a gateway's API: each has one JSON answer, or an error with advice.

use std::time::Duration;

use reqwest::{RequestBuilder, Url};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::runtime::{Builder, Runtime};

use crate::{
    args::key_source::KeyArguments,
    client::connection::{Connection, NOT_RUNNING, Refusal, innermost},
    output::command_error::Failure,
};

/// A report over years of requests may take a while, but not for ever.
const LIMIT: Duration = Duration::from_secs(300);

/// Which gateway, and as who.
#[derive(clap::Args)]
#[command(next_help_heading = "The gateway")]
pub(crate) struct ApiArguments {
    /// The gateway's address (default: FAREWAY_GATEWAY, or else http://127.0.0.1:4000); its key is
    /// in FAREWAY_API_KEY by default
    #[arg(
        long,
        value_name = "URL",
        env = "FAREWAY_GATEWAY",
        hide_env = true,
        hide_default_value = true,
        default_value = "http://127.0.0.1:4000"
    )]
    gateway: String,
    #[command(flatten)]
    key: KeyArguments,
}

/// A gateway whose ledger is read.
pub(crate) struct Api {
    connection: Connection,
    runtime: Runtime,
}

// === impl ApiArguments ===

impl ApiArguments {
    /// The gateway that they name; sends nothing.
    pub(crate) fn api(&self) -> Result<Api, Failure> {
        let connection = Connection::new(&self.gateway, &self.key, Some(LIMIT))?;
        Ok(Api { connection, runtime: Builder::new_current_thread().enable_all().build()? })
    }
}

// === impl Api ===

impl Api {
    /// The answer to a `GET` of a path, given by its parts, with a query.
    pub(crate) fn get(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Box<RawValue>, Failure> {
        self.ask(self.connection.get(&written(path, query)?))
    }

    /// The answer to a `POST` of a JSON object.
    pub(crate) fn post(&self, path: &str, body: &impl Serialize) -> Result<Box<RawValue>, Failure> {
        let json = serde_json::to_vec(body).map_err(Failure::failed)?;
        self.ask(self.connection.post(path, json))
    }

    /// The same, of a page at a path given by its parts.
    pub(crate) fn post_at(
        &self,
        path: &[&str],
        body: &impl Serialize,
    ) -> Result<Box<RawValue>, Failure> {
        self.post(&written(path, &[])?, body)
    }

    fn ask(&self, request: RequestBuilder) -> Result<Box<RawValue>, Failure> {
        self.runtime.block_on(async {
            let response = self.connection.send(request).await.map_err(|error| self.lost(error))?;
            if !response.status().is_success() {
                return Err(self.refused(Refusal::read(response).await));
            }
            let body = response.bytes().await.map_err(|error| self.lost(error))?;
            serde_json::from_slice(&body)
                .map_err(|_| Failure::failed("the answer is not JSON").advise(self.is_it_fareway()))
        })
    }

    /// There is no answer.
    fn lost(&self, error: reqwest::Error) -> Failure {
        let (base, error) = (self.connection.base(), error.without_url());
        if error.is_connect() {
            let text = format!("cannot connect to {base}: {}", innermost(&error));
            return Failure::failed(text)
                .advise(format!("{NOT_RUNNING} --gateway or FAREWAY_GATEWAY say where it is."));
        }
        if error.is_timeout() {
            return Failure::failed(format!("no answer from {base} within {LIMIT:?}"));
        }
        Failure::failed(format!("the connection to {base} broke: {}", innermost(&error)))
    }

    /// The answer is no.
    fn refused(&self, refusal: Refusal) -> Failure {
        let advice = self.advice(&refusal);
        let Refusal { status, code, message, .. } = refusal;
        // A code that only repeats the status says nothing.
        let code = code.filter(|code| *code != status.to_string());
        let code = code.map_or_else(String::new, |code| format!(" `{code}`"));
        let failure =
            Failure::failed(format!("the gateway refused the request: {status}{code}: {message}"));
        match advice {
            Some(advice) => failure.advise(advice),
            None => failure,
        }
    }

    fn advice(&self, refusal: &Refusal) -> Option<String> {
        let found_in = self.connection.key_found_in();
        Some(match (refusal.status, found_in, refusal.retry_after) {
            (401, None, _) => "Put the gateway's key into the variable FAREWAY_API_KEY, or say \
                               with --key-env or --key-file where it is."
                .to_owned(),
            (401 | 403, Some(found_in), _) => format!(
                "The key was taken from {found_in}; --key-env or --key-file name another one."
            ),
            // Only the gateway itself can name what its ledger lacks.
            (404, ..) if refusal.code.is_some() && !refusal.message.starts_with("no such page") => {
                return None;
            }
            (404 | 405, ..) => self.is_it_fareway(),
            (429, _, Some(after)) => format!("Try again in {} s.", after.as_secs()),
            (429 | 500.., ..) => "Try again later.".to_owned(),
            _ => return None,
        })
    }

    fn is_it_fareway(&self) -> String {
        let base = self.connection.base();
        format!("Is there a Fareway gateway at {base}, and is it as new as this command?")
    }
}

/// Path and query, encoded for a URL: what a user typed is not changed by it.
fn written(path: &[&str], query: &[(&str, &str)]) -> Result<String, Failure> {
    let no_path = || Failure::usage("the path is no path");
    let mut url = Url::parse("http://gateway").map_err(|_| no_path())?;
    url.path_segments_mut().map_err(|()| no_path())?.extend(path);
    if query.is_empty() {
        return Ok(url.path().to_owned());
    }
    url.query_pairs_mut().extend_pairs(query);
    Ok(format!("{}?{}", url.path(), url.query().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text_cannot_change_the_page() {
        let written = |path: &[&str], query: &[(&str, &str)]| written(path, query).ok().unwrap();
        assert_eq!(written(&["key", "list"], &[]), "/key/list");
        assert_eq!(
            written(&["v1", "requests", "a/../b?c#d e"], &[("tag", "x&limit=1"), ("to", "é")]),
            "/v1/requests/a%2F..%2Fb%3Fc%23d%20e?tag=x%26limit%3D1&to=%C3%A9"
        );
    }
}
