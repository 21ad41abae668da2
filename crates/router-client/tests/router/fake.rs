//! An upstream that sends exactly the bytes that a test gives it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use llm_types::{Outbound, Provider, ProviderError, Refusal, UpstreamAnswer};
use router_client::{AzureAi, Deployment, RouterClient};

use crate::{bench::builder, books::Books};

/// Streams chunks, then ends or breaks; or refuses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fake {
    pub(crate) chunks: Vec<Bytes>,
    pub(crate) breaks: bool,
    /// 429, to be tried again in a minute.
    pub(crate) refuses: bool,
}

#[async_trait::async_trait]
impl Provider for Fake {
    async fn send(&self, _: Outbound) -> Result<UpstreamAnswer, ProviderError> {
        if self.refuses {
            return Err(ProviderError::Refused(Box::new(rate_limit())));
        }
        let mut headers = HeaderMap::new();
        let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, kind);
        let mut items: Vec<_> = self.chunks.iter().cloned().map(Ok).collect();
        if self.breaks {
            items.push(Err(ProviderError::Interrupted("reset".into())));
        }
        let body = Box::pin(stream::iter(items));
        Ok(UpstreamAnswer { status: StatusCode::OK, headers, body })
    }

    fn endpoint(&self) -> &str {
        "fake"
    }
}

fn rate_limit() -> Refusal {
    Refusal {
        status: StatusCode::TOO_MANY_REQUESTS,
        code: Some("429".to_owned()),
        message: "too many requests".to_owned(),
        retry_after: Some(Duration::from_mins(1)),
        request_id: Some("r".to_owned()),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    }
}

impl Fake {
    /// One that streams this text.
    pub(crate) fn saying(text: &str) -> Self {
        Self { chunks: vec![Bytes::copy_from_slice(text.as_bytes())], ..Self::default() }
    }

    /// A client whose group has these upstreams, all of them routers.
    pub(crate) fn client(fakes: impl IntoIterator<Item = Self>) -> (RouterClient, Arc<Books>) {
        Self::client_with(fakes, None)
    }

    /// The same with a number of retries.
    pub(crate) fn client_with(
        fakes: impl IntoIterator<Item = Self>,
        retries: Option<usize>,
    ) -> (RouterClient, Arc<Books>) {
        Self::client_of(fakes, Books::default(), retries)
    }

    /// The same with these books.
    pub(crate) fn client_of(
        fakes: impl IntoIterator<Item = Self>,
        books: Books,
        retries: Option<usize>,
    ) -> (RouterClient, Arc<Books>) {
        let name = AzureAi::name("azure_ai/model-router").unwrap();
        let deployments = fakes
            .into_iter()
            .map(|fake| Arc::new(Deployment::new(&name, Arc::new(fake))))
            .collect();
        let books = Arc::new(books);
        (builder(deployments, &books).retries(retries).build(), books)
    }
}
