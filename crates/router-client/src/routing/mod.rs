//! Routing: model groups, the deployments that serve them, and the state of each deployment.

pub(crate) mod catalogue;
pub(crate) mod deployment;
pub(crate) mod gate;
pub(crate) mod group;
pub(crate) mod in_flight;
pub(crate) mod learned;
pub(crate) mod strategy;
