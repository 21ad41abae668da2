//! Routing: the deployment that a request names, and the model that answers.

pub(crate) mod controls;
pub(crate) mod embedding_models;
pub(crate) mod model_parameters;
pub(crate) mod model_pool;
pub(crate) mod route;
