//! Labels of a request in the ledger: its key, team and user, and the tags, session and end user
//! that it names.

use http::{HeaderMap, HeaderName};
use ledger::Who;
use llm_types::Labels;

/// `LiteLLM`'s headers for labels that can also be in the body, which takes precedence.
const TAGS: HeaderName = HeaderName::from_static("x-litellm-tags");
const SESSION: HeaderName = HeaderName::from_static("x-litellm-session-id");
const END_USER: HeaderName = HeaderName::from_static("x-litellm-end-user-id");

/// The longest name of a user, session or tag, in bytes; longer ones are cut.
const NAME_MAX: usize = 256;
/// The most tags of one request.
const TAGS_MAX: usize = 32;
/// The longest metadata that are kept, in bytes.
const METADATA_MAX: usize = 4096;

/// Labels in the headers, which are read before the body has arrived.
#[derive(Clone, Debug, Default)]
pub(crate) struct HeaderLabels {
    tags: Vec<String>,
    session_id: Option<String>,
    end_user: Option<String>,
}

// === impl HeaderLabels ===

impl HeaderLabels {
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let named = |name| text(name).filter(|text| !text.is_empty()).map(name_of);
        let tags = text(TAGS).unwrap_or_default().split(',').map(str::trim);
        Self {
            tags: tags.filter(|tag| !tag.is_empty()).map(name_of).take(TAGS_MAX).collect(),
            session_id: named(SESSION),
            end_user: named(END_USER),
        }
    }

    /// The caller with these labels and those of the body.
    pub(crate) fn with(self, labels: &Labels<'_>, caller: Who) -> Who {
        let mut tags = self.tags;
        tags.extend(labels.tags.iter().map(|tag| name_of(tag)));
        tags.truncate(TAGS_MAX);
        Who {
            end_user: labels.user.as_deref().map(name_of).or(self.end_user),
            session_id: labels.session_id.as_deref().map(name_of).or(self.session_id),
            tags,
            metadata: labels
                .metadata
                // Left out and not cut: a part of a JSON text is not JSON.
                .filter(|metadata| metadata.len() <= METADATA_MAX)
                .map(str::to_owned),
            ..caller
        }
    }
}

fn name_of(text: &str) -> String {
    text[..text.floor_char_boundary(NAME_MAX)].to_owned()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn body_and_headers_are_put_together() {
        let header = |name, value| (name, HeaderValue::from_static(value));
        let headers =
            [header(TAGS, "a, b,,"), header(SESSION, "from-header"), header(END_USER, "ann")];
        let labels = Labels {
            tags: vec!["c".into()],
            session_id: Some("from-body".into()),
            ..Labels::default()
        };
        let who = HeaderLabels::read(&headers.into_iter().collect()).with(&labels, Who::default());
        assert_eq!(who.tags, ["a", "b", "c"]);
        assert_eq!(who.session_id.as_deref(), Some("from-body"));
        assert_eq!(who.end_user.as_deref(), Some("ann"));
    }

    #[test]
    fn nothing_that_a_client_says_grows_without_bound() {
        let long = "é".repeat(10_000);
        let labels = Labels {
            user: Some(long.as_str().into()),
            tags: vec![long.as_str().into(); 100],
            metadata: Some(&long),
            ..Labels::default()
        };
        let who = HeaderLabels::default().with(&labels, Who::default());
        assert_eq!((who.tags.len(), who.tags[0].len()), (TAGS_MAX, NAME_MAX));
        assert_eq!(who.end_user.map(|user| user.len()), Some(NAME_MAX));
        assert_eq!(who.metadata, None);
    }
}
