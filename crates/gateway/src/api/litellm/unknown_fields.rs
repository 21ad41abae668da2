//! Advice for `LiteLLM`'s fields that would limit something and are not supported here.

/// Fields, and what to do in their place.
const INSTEAD: [(&str, &str); 27] = [
    ("max_budget_in_team", "give the member's keys, or the user, a `max_budget`"),
    ("team_member_budget", "give each member's keys, or the user, a `max_budget`"),
    ("team_member_budget_duration", "give each user a `budget_duration`"),
    ("team_member_rpm_limit", "give each user an `rpm_limit`"),
    ("team_member_tpm_limit", "give each user a `tpm_limit`"),
    ("team_member_key_duration", "give each key a `duration`"),
    ("team_member_permissions", "leave it out: members of a team do not manage keys here"),
    ("allowed_models", "give the member's keys, or the user, their `models`"),
    ("budget_id", "give `max_budget` and `budget_duration` themselves"),
    ("model_max_budget", "make a key with its own `models` and `max_budget` for each model"),
    ("model_rpm_limit", "set `rpm` in the `litellm_params` of the model, or make a key for it"),
    ("model_tpm_limit", "set `tpm` in the `litellm_params` of the model, or make a key for it"),
    ("organization_id", "use a team: there are no organizations here"),
    ("organizations", "use teams: there are no organizations here"),
    ("project_id", "use a team: there are no projects here"),
    (
        "allowed_routes",
        "leave it out: a key that is no admin's only asks models, and sees its own requests",
    ),
    (
        "allowed_passthrough_routes",
        "leave it out: nothing is passed through here but chat requests",
    ),
    ("allowed_cache_controls", "leave it out: answers are not cached here"),
    ("allowed_vector_store_indexes", "leave it out: there are no vector stores here"),
    ("enforced_params", "leave it out: no parameter can be made a must here"),
    ("guardrails", GUARDRAILS),
    ("policies", GUARDRAILS),
    ("prompts", "leave it out: there are no stored prompts here"),
    ("object_permission", "leave it out: there are no vector stores and tool servers here"),
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
