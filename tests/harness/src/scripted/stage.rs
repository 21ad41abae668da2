//! A gateway in front of scripted upstreams, and what a client with a strict budget sees there.

use serde_json::{Value, json};

use super::{Script, Scripted};
use crate::{
    client::{Opened, Reply},
    config::ROUTER,
    gateway::{CHAT, GROUP, Setup, azure, entry},
    keys::key,
};

/// A gateway whose deployments are scripted upstreams, and a key with a strict budget of $5.
pub struct Stage {
    pub setup: Setup,
    /// One for each deployment of the group, in its order.
    pub upstreams: Vec<Scripted>,
    /// The key that [`Stage::chat`] and [`Stage::open`] ask with.
    pub key: String,
}

// === impl Stage ===

impl Stage {
    /// One router deployment that plays these scripts, one a request.
    pub async fn of(scripts: impl IntoIterator<Item = Script>) -> Self {
        Self::with(scripts, "").await
    }

    /// The same with further sections in the configuration.
    pub async fn with(scripts: impl IntoIterator<Item = Script>, sections: &str) -> Self {
        Self::around(vec![Scripted::start(scripts).await], sections).await
    }

    /// A group of two router deployments; it is the first one's turn.
    pub async fn of_two(
        first: impl IntoIterator<Item = Script>,
        second: impl IntoIterator<Item = Script>,
        sections: &str,
    ) -> Self {
        let upstreams = vec![Scripted::start(first).await, Scripted::start(second).await];
        Self::around(upstreams, sections).await
    }

    async fn around(upstreams: Vec<Scripted>, sections: &str) -> Self {
        let entries: String = upstreams
            .iter()
            // A script is in the words of one API, which must not be translated.
            .map(|upstream| {
                entry(GROUP, ROUTER, &upstream.openai_v1())
                    + "      apis: [chat, responses, messages, embeddings]\n"
            })
            .collect();
        let setup = Setup::of(azure().await, &entries, sections).await;
        let key = key(&setup, json!({"max_budget": 5})).await;
        Self { setup, upstreams, key }
    }

    /// The first deployment's upstream.
    pub fn upstream(&self) -> &Scripted {
        &self.upstreams[0]
    }

    /// Sends a chat request with the strict key and reads the answer to its end.
    pub async fn chat(&self, body: &Value) -> Reply {
        self.open(body).await.rest().await
    }

    /// The same up to the answer's head.
    pub async fn open(&self, body: &Value) -> Opened {
        let bearer = format!("Bearer {}", self.key);
        self.setup.open_at(CHAT, &[("authorization", &bearer)], body.to_string()).await
    }

    /// The receipt of a request, once it is settled.
    pub async fn receipt(&self, reply: &Reply) -> Value {
        self.setup.receipt(reply.id()).await
    }

    /// The charges of the strict key's budget so far, in dollars as the API shows them.
    pub async fn spent(&self) -> String {
        let info = self.setup.get(&format!("/key/info?key={}", self.key)).await.json();
        info["info"]["spend"].to_string()
    }
}
