//! Embedding models: each is a deployment by its own name, and no router knows them.

/// An embedding model.
#[derive(Debug, PartialEq)]
pub(crate) struct EmbeddingModel {
    /// Also the name in its answers.
    pub(crate) name: &'static str,
    /// Numbers in a vector, unless a request wants fewer.
    pub(crate) dimensions: usize,
    /// Whether a request can want fewer.
    pub(crate) shortens: bool,
}

const ALL: [EmbeddingModel; 3] = [
    EmbeddingModel { name: "text-embedding-3-small", dimensions: 1_536, shortens: true },
    EmbeddingModel { name: "text-embedding-3-large", dimensions: 3_072, shortens: true },
    EmbeddingModel { name: "text-embedding-ada-002", dimensions: 1_536, shortens: false },
];

/// The model of a deployment.
pub(crate) fn find(deployment: &str) -> Option<&'static EmbeddingModel> {
    ALL.iter().find(|model| model.name == deployment)
}

/// The names of all.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|model| model.name)
}
