//! Advice for `LiteLLM`'s fields that would limit something and are not supported here.

/// Fields, and what to do in their place.
const INSTEAD: [(&str, &str); 27] = [
    ("max_budget_in_team", "set `max_budget` on the member's keys or on the user"),
    ("team_member_budget", "set `max_budget` on each member's keys or on the user"),
    ("team_member_budget_duration", "set `budget_duration` on each user"),
    ("team_member_rpm_limit", "set `rpm_limit` on each user"),
    ("team_member_tpm_limit", "set `tpm_limit` on each user"),
    ("team_member_key_duration", "set `duration` on each key"),
    ("team_member_permissions", "leave it out: members of a team do not manage keys"),
    ("allowed_models", "set `models` on the member's keys or on the user"),
    ("budget_id", "set `max_budget` and `budget_duration` directly"),
    ("model_max_budget", "create a key with its own `models` and `max_budget` for each model"),
    ("model_rpm_limit", "set `rpm` in the `litellm_params` of the model, or create a key for it"),
    ("model_tpm_limit", "set `tpm` in the `litellm_params` of the model, or create a key for it"),
    ("organization_id", "use a team: organizations are not supported"),
    ("organizations", "use teams: organizations are not supported"),
    ("project_id", "use a team: projects are not supported"),
    (
        "allowed_routes",
        "leave it out: a key that is not an admin's can only call models and see its own requests",
    ),
    ("allowed_passthrough_routes", "leave it out: only chat requests are passed through"),
    ("allowed_cache_controls", "leave it out: answers are not cached"),
    ("allowed_vector_store_indexes", "leave it out: vector stores are not supported"),
    ("enforced_params", "leave it out: no parameter can be made mandatory"),
    ("guardrails", GUARDRAILS),
    ("policies", GUARDRAILS),
    ("prompts", "leave it out: stored prompts are not supported"),
    ("object_permission", "leave it out: vector stores and tool servers are not supported"),
    ("model_aliases", "name the model group itself, or add a group of that name"),
    ("router_settings", "set `router_settings` in the gateway's configuration, for all keys"),
    ("temp_budget_increase", "raise `max_budget`, and lower it again later"),
];
const GUARDRAILS: &str =
    "leave it out: answers are filtered by the content filters of the deployment in Azure";

/// What to do in place of a field that is not known here.
pub(super) fn instead_of(field: &str) -> &'static str {
    let known = INSTEAD.into_iter().find(|(name, _)| *name == field);
    known.map_or("leave it out", |(_, instead)| instead)
}
