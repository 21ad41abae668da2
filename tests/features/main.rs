//! Features of the gateway, tried over real TCP in front of the emulated Azure: one file per
//! feature.

#[cfg(test)]
mod access;
#[cfg(test)]
mod activity_days;
#[cfg(test)]
mod answer_edits;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod browsers;
#[cfg(test)]
mod budget_limits;
#[cfg(test)]
mod charges;
#[cfg(test)]
mod client_ip;
#[cfg(test)]
mod client_quirks;
#[cfg(test)]
mod client_routes;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod connection_limits;
#[cfg(test)]
mod cost_vectors;
#[cfg(test)]
mod deployment_limits;
#[cfg(test)]
mod described;
#[cfg(test)]
mod disconnect;
#[cfg(test)]
mod embeddings;
#[cfg(test)]
mod evasion;
#[cfg(test)]
mod extremes;
#[cfg(test)]
mod failed_keys;
#[cfg(test)]
mod failover;
#[cfg(test)]
mod framing;
#[cfg(test)]
mod grace_period;
#[cfg(test)]
mod hidden_reasoning;
#[cfg(test)]
mod instances;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod label_cardinality;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod litellm_api;
#[cfg(test)]
mod many;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod messages_troubles;
#[cfg(test)]
mod metric_labels;
#[cfg(test)]
mod model_connections;
#[cfg(test)]
mod model_costs;
#[cfg(test)]
mod model_descriptions;
#[cfg(test)]
mod model_merging;
#[cfg(test)]
mod model_mistakes;
#[cfg(test)]
mod models;
#[cfg(test)]
mod odd_upstreams;
#[cfg(test)]
mod openai_compatible;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod openapi_fields;
#[cfg(test)]
mod openapi_manage;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod owners;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod possible_routers;
#[cfg(test)]
mod price_review;
#[cfg(test)]
mod price_table;
#[cfg(test)]
mod private_files;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod report_limits;
#[cfg(test)]
mod reported_charges;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod reprice;
#[cfg(test)]
mod request_shapes;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod reservation;
#[cfg(test)]
mod responses;
#[cfg(test)]
mod responses_stored;
#[cfg(test)]
mod router_pools;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod scripted_examples;
#[cfg(test)]
mod sealing;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod slow_starts;
#[cfg(test)]
mod spend_log_pages;
#[cfg(test)]
mod spend_logs;
#[cfg(test)]
mod stale;
#[cfg(test)]
mod stored_changes;
#[cfg(test)]
mod terraform;
#[cfg(test)]
mod token_sums;
#[cfg(test)]
mod translation;
#[cfg(test)]
mod ui;
#[cfg(test)]
mod ui_pages;
#[cfg(test)]
mod upgrades;
#[cfg(test)]
mod upstream_addresses;
#[cfg(test)]
mod weak_keys;
